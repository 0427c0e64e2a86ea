"""What readers of a table are told about it, and why a file is none: codes, worded by the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Rows named in one note; the others are counted.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of the table should know.

    ``code``  ``short-rows``, ``long-rows`` (``count``, ``rows``: lines of the file),
    ``columns-renamed`` (``names``: pairs of the file's name and ours), ``lines-above`` (``texts``),
    ``quote-open`` (``row``), ``letters-lost`` (``count``), ``sheets`` (``shown``, ``others``),
    ``no-rows``.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class NoTable(Exception):
    """The file is no table.

    ``code``  ``empty``, ``markup``, ``no-sheet`` (not a spreadsheet, or damaged), ``locked``
    (with a password), ``too-many-columns`` (``row``, ``count``, ``most``), ``too-much`` (more
    than the child may take), ``quote-open`` (``row``), ``refused`` (by the database: ``reason``).
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class Rows:
    """Counts rows and names the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[int] = []

    def add(self, row: int) -> None:
        """One more, at this line of the file."""
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(row)

    def noted(self, code: str) -> list[Note]:
        """The note, if there is any row."""
        return [Note(code, {"count": self.count, "rows": self.first})] if self.count else []
