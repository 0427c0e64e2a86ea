"""A list, harvested up to *judge* without a catalogue: what its error sheet needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.tables.listing import Listing


@dataclass(frozen=True, slots=True)
class Checked:
    """A list, its records by identity, and the issues of the list as a whole."""

    listing: Listing
    records: Mapping[str, Record]
    issues: list[Issue]


def check(settings: SourceSettings, client: Fetches) -> Checked:
    """Read and map the list at ``settings.url``; raises what a run over it would raise."""
    raise NotImplementedError
