"""Which cells of our layout the issues of a list are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.checked import Checked
from hanse_harvesters.tables.datasets import Entry
from hanse_harvesters.tables.written import Written, file_of, header_of, key_of, rows_of

#: The order in which issues are told.
ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(slots=True)
class Finding:
    """An issue with its place: index of the row among all rows, and key or further header."""

    issue: Issue
    row: int
    key: str


@dataclass(slots=True)
class Findings:
    """The rows of a list in our layout, and what was found about their cells.

    ``whole``  issues that no cell of a row stands for: headers, sheets, rows of no dataset.
    """

    rows: list[Written] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    whole: list[Issue] = field(default_factory=list)


def findings(checked: Checked) -> Findings:
    """Return the rows and the findings of a list, the gravest first in each dataset."""
    done = Findings(list(rows_of(checked.listing)))
    left = list(range(len(checked.listing.left)))
    for item in checked.issues:
        own = _own(item, left, done.rows)
        (done.found.append(own) if own else done.whole.append(item))
    starts: dict[int, list[int]] = {}
    for place, row in enumerate(done.rows):
        starts.setdefault(id(row.entry), []).append(place)
    for entry in checked.listing:
        record = checked.records[entry.identity]
        places = starts[id(entry)]
        for item in sorted(record.issues, key=lambda found: ORDER.index(found.severity)):
            done.found += _placed(item, entry, places, done.rows)
    return done


def _placed(item: Issue, entry: Entry, places: list[int], rows: list[Written]) -> Iterator[Finding]:
    """Yield the issue for the cells it is about: one, or those of all files that lack a value."""
    own = _own(item, places, rows)
    if own is not None:
        yield own
        return
    key = key_of(item)
    of_files = [place for place in places if rows[place].is_file]
    number = file_of(item)
    if number is not None:
        place = of_files[number] if number < len(of_files) else places[0]
        yield Finding(item, place, key)
    elif columns.columns()[key].of_file and item.field.startswith("resources."):
        empty = [place for place in of_files if key not in rows[place].cells]
        for place in empty or of_files[:1] or places[:1]:
            yield Finding(item, place, key)
    else:
        filled = (place for place in places if key in rows[place].cells)
        yield Finding(item, next(filled, places[0]), key)


def _own(item: Issue, places: list[int], rows: list[Written]) -> Finding | None:
    """Return the cell that an issue of the list names itself."""
    params = dict(item.params)
    for place in places:
        row = rows[place]
        if params.get("row") == str(row.number) and params.get("sheet", "") == row.sheet.label:
            key = header_of(item, row.sheet)
            return Finding(item, place, key) if key else None
    return None
