"""What determines whether a catalogue's documents changed: for ETag, Last-Modified and 304."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ckanext.hanse import settings
from ckanext.hanse.export import rows
from ckanext.hanse.export.cities import cities
from ckanext.hanse.export.dumps import described
from ckanext.hanse.export.selection import Selection
from ckanext.hanse.store import page_generation, rdf
from hanse_schemas import table

#: Selections whose stamps a process remembers until anything is committed, and for so many seconds:
#: what others write past CKAN goes unnoticed.
_MOST, _SECONDS = 50, 60.0
#: HTTP's times have no fractions: what changed a moment ago may change again within the second.
_SETTLED = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Stamp:
    """``total`` number of datasets; ``changed`` when the last of them did, None without one.

    ``digest``  differs whenever a document's content would.
    """

    total: int
    changed: datetime | None
    digest: str


class _Stamps:
    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, Selection], tuple[Stamp, float]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, selection: Selection) -> Stamp:
        mark = page_generation.current.read()
        if mark is None:  # Redis does not answer: changes would go unnoticed
            return _stamp(selection)
        key = (f"{mark} {rdf.site()}", selection)
        with self._lock:
            known, until = self._found.get(key, (None, 0.0))
        if known and time.monotonic() < until:
            return known
        found = _stamp(selection)
        with self._lock:
            self._found[key] = found, time.monotonic() + _SECONDS
            while len(self._found) > _MOST:
                self._found.popitem(last=False)
        return found


_stamps = _Stamps()
#: Return the stamp of a selection.
of = _stamps.of


def _stamp(selection: Selection) -> Stamp:
    found = rows.figures(selection)
    said = (
        found,
        settings.catalog(),
        settings.exports_models_of_machine(),
        list(cities().values()),
        rdf.version(rdf.site()),
        table.version(),
        described.stamp(),
    )
    return Stamp(found[0], found[1], hashlib.sha256(repr(said).encode()).hexdigest()[:32])


def last_modified() -> datetime | None:
    """Return since when nothing on the site changed, in UTC; None if that is unknown or just now.

    Later than a document's own last change if something else changed, never earlier: what leaves
    the catalogue has no date of its own in it.
    """
    found = page_generation.since(page_generation.current.read())
    return settled(found) if found else None


def settled(moment: datetime) -> datetime | None:
    """Return the time of a change, None for one so short ago that another may have the same."""
    return moment if moment <= datetime.now(timezone.utc) - _SETTLED else None
