"""Notes for readers of a table, and why a file is not a table: codes, worded by the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Rows listed in one note; the others are counted.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Note:
    """Information for readers of a table.

    ``code``  ``short-rows``, ``long-rows`` (``count``, ``rows``: lines of the file),
    ``columns-renamed`` (``names``: pairs of the file's name and ours), ``lines-above`` (``texts``),
    ``quote-open`` (``row``), ``letters-lost`` (``count``), ``sheets`` (``shown``, ``others``),
    ``no-rows``.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class NoTable(Exception):
    """The file is not a table.

    ``code``  ``empty``, ``markup``, ``other-file`` (not a text), ``no-sheet`` (not a
    spreadsheet, or damaged), ``locked`` (with a password), ``too-many-columns`` (``row``,
    ``count``, ``most``), ``too-much`` (exceeds the child's limits), ``quote-open`` (``row``),
    ``refused`` (by the database: ``reason``).
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class Rows:
    """Counts rows and stores the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[int] = []

    def add(self, row: int) -> None:
        """Add one row, at this line of the file."""
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(row)

    def noted(self, code: str) -> list[Note]:
        """Return the note, if there is any row."""
        return [Note(code, {"count": self.count, "rows": self.first})] if self.count else []
