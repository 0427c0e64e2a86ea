"""What travels along the line: one dataset, its identity, its issues so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hanse_harvesters.issue import Issue, Severity

#: A dataset in the shape of our own schema: what ``package_show`` would give,
#: JSON-able, without CKAN's own bookkeeping (id, state, metadata_created …).
DatasetDict: TypeAlias = dict[str, Any]
#: A dataset or what it holds (a file, a contact, an agent …), by the fields of its class.
EntityDict: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Record:
    """One dataset of a source on its way into the catalogue.

    ``identity``     harvest identity: subject IRI, else ``dct:identifier``, else
                     derived from the content (``content:<sha256>``).
    ``fingerprint``  hex digest of the raw payload in canonical form (mapping/fingerprint.py).
    ``normalised``   hex digest of ``dataset``; set after normalise and judge.
    ``unknown``      the triples or keys the table does not know, as N-Triples or
                     JSON text; kept with the record, not dropped.
    ``origin``       URL of the record at its portal, if one is known.
    ``same``         True for a record that the run was told to leave alone: known by
                     its fingerprint, not mapped, ``dataset`` is empty.
    """

    dataset: DatasetDict
    identity: str
    fingerprint: str = ""
    normalised: str = ""
    issues: list[Issue] = field(default_factory=list)
    unknown: str = ""
    origin: str = ""
    same: bool = False

    @property
    def usable(self) -> bool:
        """False if an issue says that the record cannot be stored."""
        return not any(issue.severity is Severity.ERROR for issue in self.issues)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """``{"dataset": …, "identity": …, "issues": […]}``, the line ``hanse preview`` prints."""
        return {
            "dataset": self.dataset,
            "identity": self.identity,
            "issues": [issue.as_json(language) for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether a walk over a source saw everything, and how that is known.

    ``found``     distinct records seen.
    ``declared``  what the source says it has (start and end of the walk), if it says.
    ``reason``    rule id of :mod:`hanse_harvesters.issue` when ``complete`` is False.
    """

    complete: bool
    found: int
    declared: tuple[int | None, int | None] = (None, None)
    reason: str = ""
