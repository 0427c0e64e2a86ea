"""A list as rows of our layout, and where each cell of the city's own list went."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from hanse_harvesters.issue import Issue
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.datasets import Entry
from hanse_harvesters.tables.listing import Listing
from hanse_harvesters.tables.mapping import files
from hanse_harvesters.tables.places import number_of
from hanse_harvesters.tables.sheet import Sheet

_NUMBER = re.compile(r"\[[^\[\]]*\]")
_FILE = re.compile(r"resources\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Written:
    """A row of our layout: its dataset, its cells by key or further header, and its origin."""

    entry: Entry
    cells: dict[str, str]
    sheet: Sheet
    number: int
    is_file: bool


def others_of(listing: Listing) -> list[str]:
    """Return the further headers of all sheets, each once."""
    return list(dict.fromkeys(name for sheet in listing.sheets for name in sheet.others))


def rows_of(listing: Listing) -> Iterator[Written]:
    """Yield the rows of no dataset, then those of each one, the first with its identifier.

    They are read as what they are again: what stands above the first dataset belongs to none.
    """
    key = columns.identity().identifier
    for row in listing.left:
        yield Written(Entry([row], ""), {**row.cells, **row.others}, row.sheet, row.number, False)
    for entry in listing:
        is_file = [bool(found) for found in files(row.cells for row in entry.rows)]
        for place, row in enumerate(entry.rows):
            cells = {**row.cells, **row.others}
            if place == 0:
                cells = {key: entry.identifier, **cells}
            yield Written(entry, cells, row.sheet, row.number, is_file[place])


def key_of(issue: Issue) -> str:
    """Return the column that an issue of a field is about, that of the title for any other."""
    path = _NUMBER.sub("", issue.field).removesuffix("_translated")
    known = _by_field()
    while path:
        if path in known:
            return known[path]
        if inside := [key for field, key in known.items() if field.startswith(f"{path}.")]:
            return inside[0]
        path = path.rpartition(".")[0]
    return columns.identity().title


def header_of(found: Issue, sheet: Sheet) -> str | None:
    """Return the key or further header that an issue names by its column, None if it names none."""
    place = dict(found.params).get("column")
    if place is None:
        return None
    number = number_of(place)
    named = {at: name for name, at in (*sheet.others.items(), *sheet.columns.items())}
    return named.get(number, columns.identity().title)


def file_of(found: Issue) -> int | None:
    """Return the number of the file, from 0, that an issue is about; None for none or all."""
    match = _FILE.match(found.field)
    return int(match[1]) if match else None


@cache
def _by_field() -> Mapping[str, str]:
    """Return field as issues name it → column key."""
    found = {column.field: key for key, column in columns.columns().items()}
    for key, column in columns.columns().items():
        if column.without_file:
            found.setdefault(column.without_file, key)
        if column.to_files:
            found.setdefault(f"resources.{column.to_files}", key)
    return found
