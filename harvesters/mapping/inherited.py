"""What a service made of a link has from the record that names it."""

from __future__ import annotations

import copy
from typing import Any


def publish_services(dataset: dict[str, Any]) -> None:
    """Give services that nothing but a link describes the publisher of their dataset.

    DCAT-AP.de 3.0 requires one (data_service, dcterms:publisher), and a link names nobody.  A
    service with an IRI of its own is described elsewhere, and stays as it is.
    """
    publisher = dataset.get("publisher")
    for resource in dataset.get("resources", ()) if publisher else ():
        for service in resource.get("access_services", ()):
            if "uri" not in service:
                service.setdefault("publisher", copy.deepcopy(publisher))
