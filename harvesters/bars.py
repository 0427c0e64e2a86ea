"""Bars on stderr that show how far a command is, if a person looks at it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """Use it with ``with``; all methods do nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = _of_rich() if sys.stderr.isatty() else None
        self._tasks: list[TaskID] = []

    def add(self, words: str, *, visible: bool = True) -> int:
        """Add a bar; return its number."""
        if self._shown is not None:
            self._tasks.append(self._shown.add_task(words, total=None, visible=visible))
        return max(0, len(self._tasks) - 1)

    def advance(self, number: int, total: int | None = None) -> None:
        """Show that one more is done, of ``total`` if that is known."""
        if self._shown is not None:
            self._shown.update(self._tasks[number], advance=1, total=total)

    def set(self, number: int, done: int, total: int | None = None) -> None:
        """Show how many are done, of ``total`` if that is known."""
        if self._shown is not None:
            self._shown.update(self._tasks[number], completed=done, total=total, visible=True)

    def __enter__(self) -> Bars:
        if self._shown is not None:
            self._shown.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown is not None:
            self._shown.stop()


def _of_rich() -> Progress:
    # Loaded here, as most commands run where nobody looks.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
