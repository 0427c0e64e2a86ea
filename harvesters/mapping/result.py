"""What a reader gives back, whatever it read."""

from __future__ import annotations

from dataclasses import dataclass, field

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import DatasetDict


@dataclass(slots=True)
class ReadResult:
    """A dataset in our shape, what was odd about it, and what the table does not know.

    ``unknown`` is N-Triples (from RDF) or JSON text (from a CKAN package), "" if nothing is left.
    ``identity`` is the harvest identity the source gives, "" if it gives none.
    """

    dataset: DatasetDict
    issues: list[Issue] = field(default_factory=list)
    unknown: str = ""
    identity: str = ""
