"""What a run iterates, and who watches it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Completeness, Record
from hanse_harvesters.sources.fetch import Validators


class Walk(Protocol):
    """What a run iterates: :class:`hanse_harvesters.pipeline.Run`."""

    issues: list[Issue]

    @property
    def completeness(self) -> Completeness:
        """Known after the iteration."""
        ...

    @property
    def not_modified(self) -> bool:
        """Known after the iteration: the portal sent nothing since nothing changed."""
        ...

    @property
    def validators(self) -> Validators:
        """Known after the iteration: what to ask with next time."""
        ...

    @property
    def total(self) -> int | None:
        """How many records there are, as far as is known."""
        ...

    def __iter__(self) -> Iterator[Record]: ...


class Progress(Protocol):
    """Who watches a run."""

    def step(self) -> None:
        """Called once a record, as it arrives: what becomes of it a chunk tells later."""
        ...


class Silent:
    """Nobody watches."""

    def step(self) -> None:
        """Says nothing."""
