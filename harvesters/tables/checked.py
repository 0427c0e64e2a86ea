"""A list, harvested up to *judge* without a catalogue: what its error sheet needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.quality.chunk import CHUNK, judge_chunk
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.table import TableSource
from hanse_harvesters.tables.listing import Listing
from hanse_harvesters.workers.steps import work


@dataclass(frozen=True, slots=True)
class Checked:
    """A list, its records by identity, and the issues of the list as a whole."""

    listing: Listing
    records: Mapping[str, Record]
    issues: list[Issue]

    def counts(self) -> Mapping[Severity, int]:
        """Return how many issues there are of each severity."""
        found = Counter(item.severity for item in self.issues)
        for record in self.records.values():
            found.update(item.severity for item in record.issues)
        return found


def check(settings: SourceSettings, client: Fetches) -> Checked:
    """Read and map the list at ``settings.url``; raises what a run over it would raise.

    ``client`` serves that address: the HTTP client, or for a stored file a
    :class:`~hanse_harvesters.http.local.LocalClient`.
    """
    source = TableSource(settings, client)
    records = {}
    for raw in source:
        record = Record({}, raw.identity, issues=list(raw.issues))
        work(record, raw.read, settings)
        records[record.identity] = record
    found = list(records.values())
    for start in range(0, len(found), CHUNK):
        judge_chunk(found[start : start + CHUNK], settings.site_language)
    return Checked(source.listing, records, source.issues)
