"""The interface of writers, which store changed records in the catalogue.

There are two (docs/decisions/0002-two-writers.md):
:mod:`ckanext.hanse.store.action_writer` through CKAN's actions, always correct, and
one in bulk.  A bulk writer knows the outcome of a record only when its chunk is
stored; so outcomes come from ``write`` *or* later from ``flush``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from hanse_harvesters.diff import FieldChange
from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Record


class Action(str, enum.Enum):
    """The outcome of a record in this run.

    ``MERGED``: another source prevails in its dataset; ``SKIPPED``: it is a dataset of ours.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    MERGED = "merged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Change:
    """A record that is new or differs from what is stored.

    ``dataset_id``  the dataset it became in an earlier run, None for a new one.
    ``record_id``   its row in ``hanse_record``, None if it has none.
    ``back``        True if that dataset was withdrawn and is restored now.
    """

    record: Record
    dataset_id: str | None
    record_id: int | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """The outcome of one record; ``dataset_id`` and ``name`` are "" if there is no dataset.

    ``refusals`` are issues raised by the catalogue, beyond those of the pipeline.
    ``diff``     of a change: old and new values, from :func:`hanse_harvesters.diff.diff`.
    """

    record: Record
    action: Action
    dataset_id: str = ""
    name: str = ""
    refusals: tuple[Issue, ...] = ()
    diff: tuple[FieldChange, ...] = ()


class Fence(Protocol):
    """Whether this run still owns its source; see :mod:`ckanext.hanse.harvest.lease`."""

    def hold(self, *, alone: bool = False) -> None:
        """Within a transaction, before its first write: lock the source until it ends.

        ``alone``: an exclusive lock, for changing the source's own row.  Raises StopRun
        (``lease-lost``) if another run has taken the source.
        """
        ...

    def owns(self) -> sa.ColumnElement[bool]:
        """Return the condition that this run owns a row of ``hanse_source``, for one statement."""
        ...


class NoFence:
    """The fence of a writer without competitors."""

    def hold(self, *, alone: bool = False) -> None:
        """Do nothing."""

    def owns(self) -> sa.ColumnElement[bool]:
        """Return the condition that every row fulfils."""
        return sa.true()


class Writer(Protocol):
    """Stores changes of one source in the catalogue.

    A record that cannot be stored has the outcome ``REJECTED`` and does not affect
    others.  Raises StopRun if the catalogue itself cannot be written (no database, no
    search index).
    """

    def write(self, change: Change) -> Iterable[WriteOutcome]:
        """Take a change; yield the outcomes that are known by now."""
        ...

    def flush(self) -> Iterable[WriteOutcome]:
        """Write pending changes; yield their outcomes."""
        ...
