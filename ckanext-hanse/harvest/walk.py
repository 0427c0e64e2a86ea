"""The protocols of what a run iterates and of its progress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Completeness, Record
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.selection import Selection


class Walk(Protocol):
    """What a run iterates: :class:`hanse_harvesters.pipeline.Run`."""

    issues: list[Issue]

    @property
    def completeness(self) -> Completeness:
        """Available after the iteration."""
        ...

    @property
    def not_modified(self) -> bool:
        """Available after the iteration: the portal sent nothing, as nothing changed."""
        ...

    @property
    def validators(self) -> Validators:
        """Available after the iteration: the HTTP validators for the next request."""
        ...

    @property
    def selection(self) -> Selection:
        """Which records the source's own test kept and left out."""
        ...

    @property
    def total(self) -> int | None:
        """Number of records, if known."""
        ...

    def __iter__(self) -> Iterator[Record]: ...


class Progress(Protocol):
    """Receives the progress of a run."""

    def step(self) -> None:
        """Called once per record on arrival; its outcome is known only with its chunk."""
        ...


class Silent:
    """Progress that is ignored."""

    def step(self) -> None:
        """Do nothing."""
