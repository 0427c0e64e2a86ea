"""Solr fields that are asked for exactly: high-value data, series, services.

``hanse_hvd``           ``declared``: the metadata say that it is a high-value dataset;
                        ``offered``: its title or keywords let it be one.
``hanse_hvd_category``  codes of its main categories.
``hanse_hvd_fails``     criteria of the reporting that it does not meet.
``hanse_iri``           the dataset's IRI at its source.
``hanse_identifier``    its identifiers, see :func:`identifiers`.
``hanse_series``        IRIs of the series it is part of.
``hanse_service``       keys of the services that deliver it, see :func:`service_key`.
``hanse_served``        IRIs of the datasets that these services say they deliver.
``hanse_edition``       key of the thing it is an edition of, see :func:`edition_key`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from hanse_harvesters.editions import edition
from hanse_harvesters.quality import hvd, hvd_offers
from hanse_harvesters.quality.judge import SERIES

Entity = Mapping[str, Any]

DECLARED, OFFERED = "declared", "offered"
LONGEST_IDENTIFIER = 1_000
"""Characters; nobody asks for a longer one."""


def exact_fields(dataset: Entity) -> dict[str, Any]:
    """Return the fields of ``dataset``, as ``package_show`` returns it; empty ones are absent."""
    found = list(services(dataset))
    fields = {
        **_high_value(dataset),
        "hanse_iri": _texts(dataset.get("uri")),
        "hanse_identifier": identifiers(dataset),
        "hanse_series": _texts(dataset.get("in_series")),
        "hanse_service": list(dict.fromkeys(map(service_key, found))),
        "hanse_served": list(
            dict.fromkeys(iri for item in found for iri in _texts(item.get("serves_dataset")))
        ),
        "hanse_edition": edition_key(dataset),
    }
    return {name: values for name, values in fields.items() if values}


def identifiers(dataset: Entity) -> list[str]:
    """Return the IRI and the identifiers that a dataset has outside this catalogue, each once."""
    named = ("uri", "identifier", "other_identifiers", "alternate_identifier")
    found = (text for name in named for text in _texts(dataset.get(name)))
    return list(dict.fromkeys(text for text in found if len(text) <= LONGEST_IDENTIFIER))


def edition_key(dataset: Entity) -> str:
    """Return the key of the editions that a dataset is one of by its title; "" if of none.

    They are of one organization.  A dataset that names its series needs none.
    """
    if dataset.get("in_series") or dataset.get("rdf_type") == SERIES:
        return ""
    found = edition(str(dataset.get("title") or ""))
    if found is None:
        return ""
    named = f"{dataset.get('owner_org') or ''}\n{found.key}"
    return hashlib.blake2b(named.encode(), digest_size=10).hexdigest()


def _high_value(dataset: Entity) -> dict[str, list[str]]:
    if hvd.declared(dataset):
        state, categories = DECLARED, _texts(dataset.get("hvd_category"))
    elif offered := hvd_offers.offer(dataset):
        state, categories = OFFERED, [offered.category]
    else:
        return {}
    return {
        "hanse_hvd": [state],
        "hanse_hvd_category": list(hvd.top_categories(categories)),
        "hanse_hvd_fails": list(hvd.assess(dataset).fails),
    }


def services(dataset: Entity) -> Iterator[Entity]:
    """Yield the data services of a dataset's distributions that have an address."""
    for resource in dataset.get("resources") or ():
        for service in resource.get("access_services") or ():
            if isinstance(service, dict) and _address(service):
                yield service


def service_key(service: Entity) -> str:
    """Return the key of a service's page: of its IRI, else of its endpoint without a query."""
    return hashlib.blake2b(_address(service).encode(), digest_size=10).hexdigest()


def _address(service: Entity) -> str:
    if uri := service.get("uri"):
        return str(uri)
    endpoint = next(iter(_texts(service.get("endpoint_url"))), "")
    return endpoint.partition("?")[0].partition("#")[0].rstrip("/")


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]
