"""What a writer is: it puts changed records into the catalogue.

Two of them (docs/decisions/0002-two-writers.md):
:mod:`ckanext.hanse.store.action_writer` through CKAN's actions, always right, and
one in bulk.  A bulk writer knows what became of a record only when its chunk is
through; so outcomes come from ``write`` *or* later from ``flush``.
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
    """What became of a record in this run.

    ``MERGED``: another source prevails in its dataset; ``SKIPPED``: it is one of ours.
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
    ``record_id``   its row in ``hanse_record``, None for one never met.
    ``back``        True where that dataset was withdrawn and returns now.
    """

    record: Record
    dataset_id: str | None
    record_id: int | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """What became of one record; ``dataset_id`` and ``name`` are "" where there is no dataset.

    ``refusals`` are issues the catalogue raised, beyond those the line found.
    ``diff``     of a change: what was and what is, as :func:`hanse_harvesters.diff.diff` gives it.
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
        """Within a transaction, before its first write: nobody takes the source until it ends.

        ``alone``: nobody else holds it meanwhile; for whoever changes the source's own row.
        StopRun (``lease-lost``) if somebody has taken it.
        """
        ...

    def owns(self) -> sa.ColumnElement[bool]:
        """Of a row of ``hanse_source``: it is the run's; for one statement that changes it."""
        ...


class NoFence:
    """For a writer that nobody competes with."""

    def hold(self, *, alone: bool = False) -> None:
        """Always granted."""

    def owns(self) -> sa.ColumnElement[bool]:
        """Every row."""
        return sa.true()


class Writer(Protocol):
    """Puts changes of one source into the catalogue.

    A record that cannot be stored is an outcome ``REJECTED``; it takes no other
    with it.  StopRun if the catalogue itself cannot be written (no database, no
    search index).
    """

    def write(self, change: Change) -> Iterable[WriteOutcome]:
        """Take a change; gives the outcomes that are certain by now."""
        ...

    def flush(self) -> Iterable[WriteOutcome]:
        """Write what is still waiting; gives its outcomes."""
        ...
