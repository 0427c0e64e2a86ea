"""The result of reading a record, from RDF or from a CKAN package."""

from __future__ import annotations

from dataclasses import dataclass, field

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import DatasetDict


@dataclass(slots=True)
class ReadResult:
    """A dataset in our schema, its issues, and the statements unknown to the table.

    ``unknown`` is N-Triples (from RDF) or JSON text (from a CKAN package), "" if nothing is left.
    ``identity`` is the harvest identity that the source states, "" if it states none.
    """

    dataset: DatasetDict
    issues: list[Issue] = field(default_factory=list)
    unknown: str = ""
    identity: str = ""
