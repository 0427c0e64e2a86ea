"""What passes through the pipeline: one dataset, its identity, its issues so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hanse_harvesters.issue import Issue, Severity

#: A dataset in our own schema: what ``package_show`` would return,
#: JSON-serialisable, without CKAN's own metadata (id, state, metadata_created …).
DatasetDict: TypeAlias = dict[str, Any]
#: A dataset or a nested object (a file, a contact, an agent …), with the fields of its class.
EntityDict: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Record:
    """One dataset of a source on its way into the catalogue.

    ``identity``     harvest identity: subject IRI, else ``dct:identifier``, else
                     derived from the content (``content:<sha256>``).
    ``fingerprint``  hex digest of the raw payload in canonical form (mapping/fingerprint.py).
    ``normalised``   hex digest of ``dataset``; set after normalise and judge.
    ``unknown``      the triples or keys that the table does not know, as N-Triples or
                     JSON text; stored with the record, not dropped.
    ``origin``       URL of the record at its portal, if known.
    ``rdf``          the dataset as we hand it on, as N-Triples with the placeholders of
                     quality/fragment.py; set when it is judged, "" for a rejected record.
    ``score``        its points by the MQA of data.europa.eu as quality/mqa.py writes them, set with
                     ``rdf``.
    ``same``         True if the fingerprint shows no change: the record is not mapped,
                     and ``dataset`` is empty.
    """

    dataset: DatasetDict
    identity: str
    fingerprint: str = ""
    normalised: str = ""
    issues: list[Issue] = field(default_factory=list)
    unknown: str = ""
    origin: str = ""
    rdf: str = ""
    score: dict[str, Any] = field(default_factory=dict)
    same: bool = False

    @property
    def usable(self) -> bool:
        """False if an issue of severity error prevents the record from being stored."""
        return not any(issue.severity is Severity.ERROR for issue in self.issues)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return ``{"dataset", "identity", "issues"}``, the line that ``hanse preview`` prints."""
        return {
            "dataset": self.dataset,
            "identity": self.identity,
            "issues": [issue.as_json(language) for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether a walk over a source saw everything, and how that is known.

    ``found``     distinct records seen.
    ``declared``  the totals declared by the source at the start and end of the walk, if any.
    ``reason``    rule id of :mod:`hanse_harvesters.issue` if ``complete`` is False.
    """

    complete: bool
    found: int
    declared: tuple[int | None, int | None] = (None, None)
    reason: str = ""
