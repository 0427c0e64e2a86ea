"""The writer of a dry run: compares with what is stored and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.hanse.store import package_dict
from ckanext.hanse.store.bulk import current
from ckanext.hanse.store.writer import Action, Change, WriteOutcome
from hanse_harvesters.diff import diff

#: Datasets read at once.
_CHUNK = 200


class DryWriter:
    """Writes nothing and reports what would be written."""

    def __init__(self) -> None:
        self._waiting: list[Change] = []

    def write(self, change: Change) -> Iterable[WriteOutcome]:
        """Yield CREATED or UPDATED, by whether the record has a dataset, with the diff."""
        if not change.dataset_id:
            yield WriteOutcome(change.record, Action.CREATED, diff=diff({}, change.record.dataset))
            return
        self._waiting.append(change)
        if len(self._waiting) >= _CHUNK:
            yield from self.flush()

    def flush(self) -> Iterable[WriteOutcome]:
        """Compare the pending updates with what is stored, all at once."""
        waiting, self._waiting = self._waiting, []
        stored = current.load([change.dataset_id for change in waiting if change.dataset_id])
        for change in waiting:
            there = stored.get(change.dataset_id or "")
            before = package_dict.dataset_of(there.custom) if there else {}
            yield WriteOutcome(
                change.record,
                Action.UPDATED,
                change.dataset_id or "",
                there.custom["name"] if there else "",
                diff=package_dict.difference(before, change.record.dataset),
            )
