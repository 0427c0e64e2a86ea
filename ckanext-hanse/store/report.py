"""The report of a run: counts, what changed, what was rejected and why, what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from ckanext.hanse.model import RunStatus
from ckanext.hanse.store import record_rows, records
from ckanext.hanse.store.writer import Action, WriteOutcome
from hanse_harvesters.errors import HanseError
from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.record import Completeness
from hanse_harvesters.sources.selection import Selection


@dataclass(slots=True)
class Missing:
    """A record that a complete walk did not see; its dataset still exists."""

    identity: str
    name: str
    title: str


@dataclass(slots=True)
class Report:
    """What a run did, collected while it runs.

    ``issues``          rule → count, over all records and the source itself.
    ``source_issues``   issues of the source as a whole (paging, counts).
    ``changes``         created and updated records: identity, action, title, name, dataset id,
                        and for an update the diff by field.
    ``rejected``        identity, title, and the issues that are the reason.
    ``missing``         what a complete walk did not see, at most ``max_entries``;
                        ``missing_count`` is the number of all.
    ``gone``            the missing records whose datasets were withdrawn in this run, at
                        most ``max_entries``; ``back``: identities of changes that returned.
    ``withdrawn``, ``returned``, ``held``  number of datasets withdrawn from the site, restored,
                        and waiting for approval.
    ``selection``       which records the source's own test kept and left out.
    ``not_modified``    True if the portal reported no change and sent nothing.
    ``stopped``         why the run stopped or is incomplete, None if neither.
    """

    source: str
    dry_run: bool = False
    status: RunStatus = RunStatus.RUNNING
    run_id: int | None = None
    seconds: float = 0.0
    counts: Counter[Action] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    source_issues: list[Issue] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    missing_count: int = 0
    gone: list[Missing] = field(default_factory=list)
    back: set[str] = field(default_factory=set)
    withdrawn: int = 0
    returned: int = 0
    held: int = 0
    not_modified: bool = False
    selection: Selection = field(default_factory=Selection)
    completeness: Completeness | None = None
    stopped: HanseError | None = None
    max_entries: int = 1000

    def add(self, outcome: WriteOutcome) -> None:
        """Count one record, and list it if it is created, updated or rejected."""
        record = outcome.record
        self.counts[outcome.action] += 1
        self.issues.update(item.rule for item in record.issues)
        if outcome.action is Action.REJECTED:
            self._list(self.rejected, _rejection(outcome))
        elif outcome.action in (Action.CREATED, Action.UPDATED):
            self._list(
                self.changes,
                {
                    "identity": record.identity,
                    "action": outcome.action.value,
                    "title": str(record.dataset.get("title", "")),
                    "name": outcome.name,
                    "dataset_id": outcome.dataset_id,
                    "diff": [change.as_json() for change in outcome.diff],
                    "back": record.identity in self.back,
                },
            )

    def _list(self, entries: list[Any], entry: Any) -> None:
        if len(entries) < self.max_entries:
            entries.append(entry)

    def add_source_issues(self, issues: list[Issue]) -> None:
        """Add issues of the source as a whole."""
        self.source_issues.extend(issues)
        self.issues.update(item.rule for item in issues)

    @property
    def found(self) -> int:
        """Number of records received, whatever their outcome."""
        return sum(self.counts.values())

    @property
    def complete(self) -> bool:
        """Whether the walk saw everything the source has."""
        return self.completeness is not None and self.completeness.complete

    @property
    def stored_all(self) -> bool:
        """Whether the catalogue now holds everything the source has."""
        return self.status in (RunStatus.SUCCESS, RunStatus.HELD)

    @property
    def message(self) -> str:
        """Why the run stopped, in English; "" if it did not."""
        return self.message_in("en")

    def message_in(self, language: str) -> str:
        """Return why the run stopped, in ``language``; "" if it did not."""
        return self.stopped.text(language) if self.stopped else ""

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return the whole report, JSON-able, with its texts in ``language``."""
        return {
            "source": self.source,
            "run": self.run_id,
            "dry_run": self.dry_run,
            "status": self.status.value,
            "complete": self.complete,
            "message": self.message_in(language),
            "seconds": round(self.seconds, 1),
            "found": self.found,
            **{action.value: self.counts[action] for action in Action},
            "missing": self.missing_count,
            "withdrawn": self.withdrawn,
            "returned": self.returned,
            "held": self.held,
            "not_modified": self.not_modified,
            "issues": dict(self.issues.most_common()),
            "lists": worded(self.stored(), language),
        }

    def stored(self) -> dict[str, Any]:
        """Return lists and reason as stored with the run: rules and parameters without texts."""
        return {
            "stopped": self.stopped.as_json() if self.stopped else None,
            "changes": self.changes,
            "rejected": [
                {**entry, "reasons": record_rows.stored_issues(entry["reasons"])}
                for entry in self.rejected
            ],
            "missing": [asdict(item) for item in self.missing[: self.max_entries]],
            "withdrawn": [asdict(item) for item in self.gone[: self.max_entries]],
            "source_issues": record_rows.stored_issues(self.source_issues),
            "not_modified": self.not_modified,
            **({"selection": self._selection()} if self.selection else {}),
        }

    def _selection(self) -> dict[str, Any]:
        return {
            "kept": dict(self.selection.kept),
            "left_out": self.selection.left_out,
            "named": record_rows.stored_issues(self.selection.named),
        }


def worded(stored: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the lists of a stored report (:meth:`Report.stored`) with the texts of issues."""

    def words(issues: list[dict[str, Any]]) -> list[dict[str, str]]:
        return [item.as_json(language) for item in records.issues_from(issues)]

    rejected = stored.get("rejected", [])
    selection = stored.get("selection")
    return {
        "changes": stored.get("changes", []),
        "rejected": [{**entry, "reasons": words(entry["reasons"])} for entry in rejected],
        "missing": stored.get("missing", []),
        "withdrawn": stored.get("withdrawn", []),
        "source_issues": words(stored.get("source_issues", [])),
        "selection": selection | {"named": words(selection["named"])} if selection else {},
    }


def _rejection(outcome: WriteOutcome) -> dict[str, Any]:
    record = outcome.record
    return {
        "identity": record.identity,
        "title": str(record.dataset.get("title", "")),
        "reasons": [item for item in record.issues if item.severity is Severity.ERROR],
    }
