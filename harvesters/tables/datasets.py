"""The datasets of a list: which rows belong together, and what each dataset is known by.

The rule, as the template's help states it: a row is a file.  A row whose columns for title and
identifier are empty belongs to the dataset above.  So does one that repeats a dataset: the same
identifier and title, or without an identifier the same title and no other value in any column of
the dataset.  Every other row begins a dataset.

A row that has only a title or an identifier, in a list with more columns, and no file below it, is
a heading or a note ("Stand: 1.3.2024") and no dataset.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hanse_harvesters.issue import Issue
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.sheet import Row, Sheet

_LONGEST_SLUG = 80
#: Rows that are named in one issue.
_NAMED = 20
_SIGN = re.compile(r"[^a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(slots=True)
class Entry:
    """One dataset of a list.

    ``rows``        its rows, one a file; the first one begins it.
    ``identity``    harvest identity: its identifier, else the UUID of its metadata, else made of
                    its title.  The first of several with one identifier has it unchanged.
    ``identifier``  what stands, or is to stand, in the column for it.
    ``issues``      what was found as the rows were read; each names its cell.
    """

    rows: list[Row]
    title: str
    identity: str = ""
    identifier: str = ""
    issues: list[Issue] = field(default_factory=list)
    #: By column: how many of the first rows have no value in it; thousands may have none.
    _without: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def sheet(self) -> Sheet:
        """The sheet on which it begins."""
        return self.rows[0].sheet

    def first(self, key: str) -> tuple[Row, str] | None:
        """Return the first row with a value in a column, and the value."""
        for place in range(self._without.get(key, 0), len(self.rows)):
            if key in (row := self.rows[place]).cells:
                self._without[key] = place
                return row, row.cells[key]
        self._without[key] = len(self.rows)
        return None


class Datasets:
    """Collects the rows of all sheets into datasets, and gives each one its identity.

    ``left``    rows that belong to no dataset: those above the first one, then headings and notes.
    ``issues``  those of these rows.
    """

    def __init__(self, sheets: list[Sheet]) -> None:
        self.entries: list[Entry] = []
        self.left: list[Row] = []
        self.issues: list[Issue] = []
        self._sheets = sheets
        self._by_identifier: dict[str, Entry] = {}
        self._by_title: dict[str, Entry] = {}
        self._by_both: dict[tuple[str, str], Entry] = {}
        self._keys = columns.identity()
        self._of_dataset = [c for c in columns.columns().values() if not c.of_file]
        self._single = {column.key for column in self._of_dataset if not column.several}

    def collect(self) -> None:
        """Fill ``entries``, without the example of the template, ``left`` and ``issues``."""
        for sheet in self._sheets:
            current: Entry | None = None
            for row in sheet.rows:
                current = self._take(sheet, row, current)
                flaws = sheet.flaws.pop(row.number, [])
                (current.issues if current else self.issues).extend(flaws)
            for rest in sheet.flaws.values():
                self.issues += rest
        self.entries = [e for e in self.entries if not self._is_example(e)]
        self._leave_notes()
        self._name()
        for entry in self.entries:
            if len(entry.rows) > 1:
                self._differing(entry)

    def _is_example(self, entry: Entry) -> bool:
        """Return whether it is the example of the template, with nothing added below."""
        found = entry.first(self._keys.identifier)
        alone = len(entry.rows) == 1
        return found is not None and alone and columns.is_example(found[1], entry.title)

    def _leave_notes(self) -> None:
        """Take headings and notes out of the datasets, and say so once for each sheet."""
        notes: dict[int, list[Row]] = {}
        datasets = []
        for entry in self.entries:
            if not self._is_note(entry):
                datasets.append(entry)
                continue
            for row in entry.rows:
                notes.setdefault(id(row.sheet), []).append(row)
        self.entries = datasets
        for rows in notes.values():
            key, text = next(iter(rows[0].cells.items()))
            numbers = ", ".join(str(row.number) for row in rows[:_NAMED])
            more = f"{numbers}, …" if len(rows) > _NAMED else numbers
            place = rows[0].sheet.columns[key]
            found = rows[0].sheet.issue("table-row-note", rows[0].number, place, text, rows=more)
            self.issues.append(found)
            self.left += rows

    def _is_note(self, entry: Entry) -> bool:
        known = {self._keys.title, self._keys.identifier}
        return all(
            len(row.cells) == 1
            and row.cells.keys() <= known
            and not row.others
            and not row.sheet.columns.keys() <= known
            for row in entry.rows
        )

    def _take(self, sheet: Sheet, row: Row, current: Entry | None) -> Entry | None:
        """Give the row to its dataset and return that; None where there is none above it."""
        identifier = _plain(row.cells.get(self._keys.identifier, ""))
        title = _plain(row.cells.get(self._keys.title, ""))
        if not identifier and not title:
            if current is None:
                place = sheet.column_of(next(iter(row.cells), self._keys.title))
                found = sheet.issue("table-row-alone", row.number, place)
                self.issues.append(found)
                self.left.append(row)
            else:
                current.rows.append(row)
            return current
        known = self._same(identifier, title, row, current)
        if known is not None:
            known.rows.append(row)
            known.title = known.title or title
            return known
        entry = Entry([row], title)
        self.entries.append(entry)
        same = self._by_identifier if identifier else self._by_title
        self._note_twice(entry, same.get(identifier or title.casefold()), identifier)
        if identifier:
            self._by_identifier.setdefault(identifier, entry)
            self._by_both[identifier, title.casefold()] = entry
        self._by_title.setdefault(title.casefold(), entry)
        return entry

    def _same(self, identifier: str, title: str, row: Row, current: Entry | None) -> Entry | None:
        """Return the dataset that a row repeats, None if it begins another."""
        if identifier and title:
            known = self._by_both.get((identifier, title.casefold()))
            first = self._by_identifier.get(identifier)
            return known or (first if first and not first.title else None)
        if identifier:
            return self._by_identifier.get(identifier)
        for entry in (current, self._by_title.get(title.casefold())):
            if entry and _alike(entry.title, title) and self._repeats(entry, row):
                return entry
        return None

    def _repeats(self, entry: Entry, row: Row) -> bool:
        """Return whether a row has no other value than a dataset in any column of the dataset."""
        for column in self._of_dataset:
            came, first = row.cells.get(column.key), entry.first(column.key)
            if came and first and not _alike(came, first[1]):
                return False
        return True

    def _note_twice(self, entry: Entry, known: Entry | None, identifier: str) -> None:
        """Report a dataset that has the identifier, or without one the title, of another."""
        if known is None:
            return
        rule = "table-identifier-twice" if identifier else "table-title-twice"
        key, value = (
            (self._keys.identifier, identifier) if identifier else (self._keys.title, entry.title)
        )
        for here, other in ((entry, known), (known, entry)):
            place, first = here.sheet.column_of(key), here.rows[0].number
            named: dict[str, object] = {"other": other.rows[0].number, "other_title": other.title}
            if other.sheet is not here.sheet:
                named["other_sheet"] = other.sheet.label
            here.issues.append(here.sheet.issue(rule, first, place, value, **named))

    def _differing(self, entry: Entry) -> None:
        """Report values of a dataset that differ between its rows; the first one is taken."""
        seen: dict[str, tuple[Row, str]] = {}
        for row in entry.rows:
            for key, came in row.cells.items():
                if key not in self._single:
                    continue
                first, cell = seen.setdefault(key, (row, came))
                if came != cell and not _alike(came, cell):
                    entry.issues.append(_differs(row, key, came, first))

    # --- Identities ----------------------------------------------------------------------------

    def _name(self) -> None:
        """Give every dataset its identity: a given identifier first, so that none is taken."""
        taken: set[str] = set()
        unnamed = []
        for entry in self.entries:
            given = entry.first(self._keys.identifier)
            if given is None:
                unnamed.append(entry)
                continue
            entry.identifier = _plain(given[1])
            entry.identity = _free(entry.identifier, "#", taken)
        for entry in unnamed:
            self._from_title(entry, taken)

    def _from_title(self, entry: Entry, taken: set[str]) -> None:
        uuid = entry.first(self._keys.uuid)
        if uuid and _plain(uuid[1]) not in taken:
            entry.identity = entry.identifier = _free(_plain(uuid[1]), "-", taken)
            return
        entry.identity = entry.identifier = _free(_slug(entry.title), "-", taken)
        place = entry.sheet.column_of(self._keys.identifier)
        row = entry.rows[0].number
        found = entry.sheet.issue("table-identifier-made", row, place, entry.identifier)
        entry.issues.append(found)


def _differs(row: Row, key: str, came: str, first: Row) -> Issue:
    place = row.sheet.column_of(key)
    named: dict[str, object] = {"other": first.number}
    if row.sheet is not first.sheet:
        named["other_sheet"] = first.sheet.label
    return row.sheet.issue("table-cell-differs", row.number, place, came, **named)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _alike(one: str, other: str) -> bool:
    return _plain(one).casefold() == _plain(other).casefold()


def _slug(title: str) -> str:
    """Return an identifier made of a title: ``Straßenbäume 2024`` → ``strassenbaeume-2024``."""
    plain = _SIGN.sub("-", title.casefold().translate(_UMLAUTS)).strip("-")
    return plain[:_LONGEST_SLUG].rstrip("-") or "datensatz"


def _free(name: str, sign: str, taken: set[str]) -> str:
    """Return the name, or it with a number, and take it."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}{sign}{number}", number + 1
    taken.add(found)
    return found
