"""A city's list of datasets as it was sent: its sheets, its datasets, and why it is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.errors import NotACatalogue, StopRun, TooMuch
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.datasets import Datasets, Entry
from hanse_harvesters.tables.sheet import Raw, Row, Sheet, best_guess, header_row, sheet_of

#: Why the parser refused a file → id of the message.
_REFUSED = {
    "binary-format": "table-binary-format",
    "empty": "table-empty",
    "locked": "table-locked",
    "macros": "table-macros",
    "markup": "table-markup",
    "no-sheet": "table-no-sheet",
    "numbers-app": "table-numbers-app",
    "old-format": "table-old-format",
    "other-file": "table-other-file",
    "other-office": "table-other-office",
    "pdf": "table-pdf",
    "quote-open": "table-quote-unclosed",
    "zip-nested": "table-zip-nested",
}
#: The same, for a file that is too much.
_TOO_MUCH = {
    "too-many-columns": "table-too-many-columns",
    "too-many-rows": "table-too-many-rows",
    "zip-large": "table-zip-large",
    "zip-many": "table-zip-many",
    "zip-ratio": "table-zip-ratio",
}
#: What the parser noted about a text file → rule.
_NOTES = {"letters-lost": "table-letters-lost", "quote-open": "table-quote-open"}


@dataclass(slots=True)
class Listing:
    """All sheets and datasets of a list.

    ``left``    rows that belong to no dataset; they stay in the completed list.
    ``issues``  those of the list as a whole.
    """

    sheets: list[Sheet] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def add(self, raw: Raw, header: int) -> None:
        """Add a sheet whose header is known, and what was found as it was read."""
        sheet = sheet_of(raw, header)
        self.sheets.append(sheet)
        self.issues += [issue(_NOTES[code], "", **values) for code, values in raw.head["notes"]]
        self.issues += sheet.issues


def gather(items: Iterable[Any], where: str, file: str = "") -> Iterator[Raw]:
    """Yield the sheets that the parser found in one file; raise what it refused the file for."""
    current: Raw | None = None
    for item in items:
        if isinstance(item, list):
            assert current is not None, "rows follow the head of their sheet"
            current.rows += [(number, cells) for number, cells in item]
            continue
        if "refused" in item:
            raise _refusal(item["refused"], where, item["values"])
        if current is not None:
            yield current
        current = Raw(item, file=file)
    if current is not None:
        yield current


def _refusal(code: str, where: str, values: Mapping[str, Any]) -> StopRun:
    if code in _TOO_MUCH:
        return TooMuch(_TOO_MUCH[code], where=where, **values)
    return NotACatalogue(_REFUSED[code], where=where, **values)


def listing(found: Iterable[Raw], where: str) -> Listing:
    """Return the datasets of the sheets that have a header; raise NotACatalogue if none has."""
    done = Listing()
    raws = [raw for raw in found if raw.rows and not raw.head["hidden"]]
    ours = columns.sheet_names()  # help and summary of our own workbooks
    raws = [raw for raw in raws if raw.head["sheet"] not in ours] or raws
    left = []
    for raw in raws:
        at = header_row(raw)
        if at is None:
            left.append(raw)
        else:
            done.add(raw, at)
            if names := _sideways(done.sheets[-1]):
                raise NotACatalogue("table-sideways", where=where, found=names)
    if not done.sheets:
        raise _without_titles(left, where)
    for raw in left:
        done.issues.append(issue("table-sheet-left", "", raw.head["sheet"]))
    datasets = Datasets(done.sheets)
    datasets.collect()
    done.entries, done.left = datasets.entries, datasets.left
    done.issues += datasets.issues
    if not done.entries:
        done.issues.append(issue("table-no-dataset"))
    return done


def _sideways(sheet: Sheet) -> list[str]:
    """Return the headers that stand below each other in the first column, [] if they do not."""
    if sheet.columns.keys() != {columns.identity().title}:
        return []
    cells = [cell for row in sheet.rows for cell in row.cells.values()]
    known = [cell for cell in cells if len(cell) < 200 and columns.recognised(cell)]
    return known[:12] if len(known) > 1 and 2 * len(known) > len(cells) else []


def _without_titles(left: list[Raw], where: str) -> NotACatalogue:
    """Return the error for a file in which no sheet has a column for titles."""
    guesses = [(guess, raw) for raw in left if (guess := best_guess(raw))]
    if not guesses:
        return NotACatalogue("table-empty", where=where)
    (number, cells), raw = max(guesses, key=lambda item: len([c for c in item[0][1] if c]))
    named = [cell for cell in cells if cell][:12]
    values = {"row": number, "sheet": raw.head["sheet"], "found": [cell[:60] for cell in named]}
    for cell in named:
        near = columns.nearest(cell)
        if near and near.key == columns.identity().title:
            return NotACatalogue("table-title-near", where=where, header=cell, **values)
    return NotACatalogue("table-title-missing", where=where, **values)
