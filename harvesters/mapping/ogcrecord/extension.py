"""The whole dataset beside a record's own members: what the record core has no place for.

Catalogues of this software add it to the properties, in the shape of the schema (what
``package_show`` gives).  A record core has one licence, no files but links, and words in one
language; a reader that does not know the extension has all of that, and this one loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hanse_harvesters.mapping.ogcrecord.facts import properties, text
from hanse_schemas.table import classes

#: Name of the property; what it holds is described in docs/ogc-api.md.
MEMBER = "dcatApDe"


def dataset(item: Any) -> dict[str, Any] | None:
    """Return the dataset that a record carries, the known fields alone; None if it carries none."""
    found = properties(item).get(MEMBER)
    if not isinstance(found, Mapping) or not text(found.get("title")):
        return None
    return {key: value for key, value in found.items() if key in _fields()}


@cache
def _fields() -> frozenset[str]:
    return classes()["dataset"].keys()
