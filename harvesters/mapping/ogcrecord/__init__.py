"""Map records of OGC API – Records (GeoJSON) to datasets.

A record is first arranged (:mod:`.arrange`): its links, concepts and contacts are sorted by
what they are for.  Which field each is for says the table, ``schemas/mappings/ogc-records.yaml``.
A record that carries the whole dataset (:mod:`.extension`) is not pieced together.
"""

from __future__ import annotations

from typing import Any

from hanse_harvesters.mapping import inherited, jsontable
from hanse_harvesters.mapping.jsontable import JsonTable
from hanse_harvesters.mapping.ogcrecord import extension
from hanse_harvesters.mapping.ogcrecord.arrange import arranged
from hanse_harvesters.mapping.ogcrecord.facts import identifiers, kind, named, text, title
from hanse_harvesters.mapping.ogcrecord.links import pages
from hanse_harvesters.mapping.result import ReadResult

__all__ = ["KIND", "identifiers", "kind", "named", "pages", "read", "text", "title"]

#: Name of the kind of source, and of its table.
KIND = "ogc-records"


def read(item: Any, *, language: str) -> ReadResult:
    """Return the dataset of a record; the services joined to it stand in its ``services``.

    ``language`` is not needed: texts have the source's.
    """
    if (whole := extension.dataset(item)) is not None:
        return ReadResult(whole, identity=text(item.get("id")))
    issues: list[Any] = []
    found = jsontable.read(arranged(item, issues), JsonTable.shipped(KIND))
    found.issues.extend(issues)
    inherited.publish_services(found.dataset)
    return found
