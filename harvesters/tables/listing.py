"""A city's list of datasets as it was sent: sheets, rows, and the datasets they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hanse_harvesters.issue import Issue
from hanse_harvesters.sandbox.client import ParseLimits
from hanse_harvesters.sources.fetch import Fetches


@dataclass(slots=True)
class Row:
    """A row with content: its number in the file, from 1, and its cells by column key."""

    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Entry:
    """One dataset of a list.

    ``sheet``     where it begins: index in :attr:`Listing.sheets`.
    ``identity``  harvest identity: its Kennung, else the UUID of its metadata, else from the title.
    ``rows``      its rows, one a file; the first one begins it.
    ``issues``    what was found while the rows were read; each names its cell.
    """

    sheet: int
    identity: str
    rows: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A sheet with a header that was recognised.

    ``file``     name of its file if there are several, "" for one.
    ``name``     name of the sheet, "" for CSV.
    ``columns``  column key → column number, from 0.
    ``others``   unknown header → column number, from 0.
    """

    file: str
    name: str
    header: int
    columns: Mapping[str, int]
    others: Mapping[str, int]


@dataclass(slots=True)
class Listing:
    """All sheets and datasets of a list; ``issues`` are those of the list as a whole."""

    sheets: list[Sheet] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


def read(client: Fetches, url: str, *, limits: ParseLimits | None = None) -> Listing:
    """Return the list at ``url``, parsed in a process without file access.

    Raises NotACatalogue, with a message for a person, if the file is no list or a column for
    titles is missing; TooMuch if it exceeds a limit.
    """
    raise NotImplementedError
