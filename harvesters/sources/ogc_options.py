"""The options of an OGC API of records: what it is asked for, and where its services are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.mapping import ogcrecord
from hanse_harvesters.mapping.iso19139.simple import short
from hanse_harvesters.mapping.ogcrecord.facts import properties, text
from hanse_harvesters.sources.csw_options import box


@dataclass(frozen=True, slots=True)
class Options:
    """The keys under ``options:`` of a source: what the API is asked for, all of which must hold.

    ``anytext``       words anywhere in the record (``q``); several mean any of them.
    ``types``         types of resources (``type``); services always come along.
    ``external_ids``  identifiers that records have elsewhere (``externalIds``); any of them.
                      These and the types are tested again: APIs leave out what they do not know.
    ``bbox``          "west, south, east, north" in degrees; what overlaps it.
    ``filters``       queryables of the collection, each as ``name=value``.
    ``services``      names of the collections that hold the services; by themselves those beside
                      the collection that are called so.
    ``rows``          records a page.
    ``max_pages``     pages after which a walk is ended.
    """

    anytext: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    bbox: str = ""
    filters: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    rows: int = 100
    max_pages: int = 10_000

    def __post_init__(self) -> None:
        box(self.bbox)
        for entry in self.filters:
            if not all(_parted(entry)):
                raise ConfigError("ogc-records-filter", where="filters", value=entry)
        if not 0 < self.rows <= 10_000:
            raise ConfigError("ogc-records-rows", where="rows", value=self.rows)

    def parameters(self) -> dict[str, str]:
        """Return the parameters that filter, without word and type, each of which is a request."""
        corners = box(self.bbox)
        return {
            "externalIds": ",".join(self.external_ids),
            "bbox": ",".join(f"{side:g}" for side in corners) if corners else "",
            **{name: value for name, _, value in map(_parted, self.filters)},
        }

    def holds(self, item: Any) -> bool:
        """Return whether a data set has one of the types and of the identifiers."""
        stated = short(text(properties(item).get("type")))
        known = set(ogcrecord.identifiers(item))
        return (not self.types or stated in map(short, self.types)) and (
            not self.external_ids or not known.isdisjoint(self.external_ids)
        )


def _parted(entry: str) -> tuple[str, str, str]:
    name, sign, value = entry.partition("=")
    return name.strip(), sign, value.strip()
