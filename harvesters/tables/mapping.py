"""A dataset of a list → a dataset dict, by ``schemas/mappings/table.yaml``.

An item is ``{"identifier": …, "rows": [{column key: cell}, …], "others": {header: text}}``, in
plain JSON: it may be mapped by another process.  Values stay as they were typed; what they mean
is found by normalising.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.normalise import dates
from hanse_harvesters.record import EntityDict
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.columns import Column
from hanse_harvesters.tables.datasets import Entry

_LIST = re.compile(r"[;\n\r]+")
_COMMAS = re.compile(r"[;\n\r,]+")


def item_of(entry: Entry) -> dict[str, Any]:
    """Return what is mapped and compared of a dataset: its cells, without their places."""
    others: dict[str, list[str]] = {}
    for row in entry.rows:
        for header, text in row.others.items():
            others.setdefault(header, []).append(text)
    rows = [row.cells for row in entry.rows]
    return {"identifier": entry.identifier, "rows": rows, "others": others}


def read(item: Mapping[str, Any], *, language: str) -> ReadResult:
    """Map a dataset of a list; ``language`` is not needed: cells have the list's."""
    rows: list[dict[str, str]] = item["rows"]
    known = columns.columns()
    dataset: EntityDict = {}
    for key, cells in _of_dataset(rows).items():
        _put(dataset, known[key], _values(known[key], cells))
    _put(dataset, known[columns.identity().identifier], [item["identifier"]])
    dataset["resources"] = _files(rows)
    if not dataset["resources"]:
        _without_file(dataset, rows)
    for column in _shared():
        if value := dataset.get(column.path[0]):
            for file in dataset["resources"]:
                file.setdefault(column.to_files, value)
    others = item["others"]
    unknown = json.dumps(others, ensure_ascii=False, sort_keys=True) if others else ""
    return ReadResult(dataset, [], unknown, item["identifier"])


def _of_dataset(rows: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Return the cells of the dataset's columns, each value once: key → cells."""
    found: dict[str, list[str]] = {}
    of_file = _of_file()
    for row in rows:
        for key, cell in row.items():
            if key not in of_file and cell not in (cells := found.setdefault(key, [])):
                cells.append(cell)
    return found


def _values(column: Column, cells: list[str]) -> list[str]:
    """Return the values in the cells of a column: several, if its field holds several."""
    if column.prop.kind == "date":
        cells = [_date(cell) for cell in cells]
    if not column.several:
        return cells[:1]
    found: dict[str, None] = {}
    for cell in cells:
        lists = _COMMAS if column.prop.kind == "keyword" and ";" not in cell else _LIST
        found.update(dict.fromkeys(part for text in lists.split(cell) if (part := text.strip())))
    return list(found)


@lru_cache(maxsize=4096)
def _date(cell: str) -> str:
    """Return a date as people type it in its standard form; one that is doubtful as it is.

    ``01.02.2024`` and ``Februar 2024`` are what the template asks for, and no deviation.
    """
    found = dates.date(cell)
    is_sure = found.value and all(finding.rule == "date-format" for finding in found.findings)
    return found.value if is_sure and found.value else cell


def _put(entity: EntityDict, column: Column, values: list[str]) -> None:
    first, *inner = column.path
    if inner:
        objects = entity.setdefault(first, [{}])
        objects[0][inner[0]] = values[0]
    else:
        entity[first] = values if column.several else values[0]


def files(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the cells of each file, key → cell; {} for a row that has none.

    A file is a row with a value in a column of files that is not only taken from above.
    """
    found = []
    of_file, taken = _of_file(), _taken()
    above: dict[str, str] = {}
    for row in rows:
        cells = {key: cell for key, cell in row.items() if key in of_file}
        if not taken.isdisjoint(cells):
            above = above | {key: cells[key] for key in taken & cells.keys()}
        found.append(above | cells if cells.keys() - taken else {})
    return found


@cache
def _of_file() -> frozenset[str]:
    return frozenset(key for key, column in columns.columns().items() if column.of_file)


@cache
def _taken() -> frozenset[str]:
    """Return the columns of files whose empty cells take the value above."""
    return frozenset(key for key, column in columns.columns().items() if column.from_above)


@cache
def _plain() -> Mapping[str, str]:
    """Return the columns of files whose cell is the value of a field as it is: key → field."""
    return {
        key: column.path[0]
        for key, column in columns.columns().items()
        if len(column.path) == 1 and not column.several and column.prop.kind != "date"
    }


@cache
def _filled() -> list[tuple[str, str]]:
    """Return the columns of files whose value may fill a further field: (key, field)."""
    return [(key, column.fills) for key, column in columns.columns().items() if column.fills]


@cache
def _shared() -> list[Column]:
    """Return the columns of the dataset that every file takes a value from."""
    return [column for column in columns.columns().values() if column.to_files]


def _files(rows: Iterable[dict[str, str]]) -> list[EntityDict]:
    """Return the distributions; a row that says the same once more adds none."""
    known, plain, filled = columns.columns(), _plain(), _filled()
    done: list[EntityDict] = []
    seen: set[frozenset[tuple[str, str]]] = set()
    for cells in files(rows):
        same = frozenset(cells.items())
        if not cells or same in seen:
            continue
        seen.add(same)
        file: EntityDict = {}
        for key, cell in cells.items():
            if field := plain.get(key):
                file[field] = cell
            else:
                _put(file, known[key], _values(known[key], [cell]))
        for key, other in filled:
            if key in cells:
                file.setdefault(other, cells[key])
        done.append(file)
    return done


def _without_file(dataset: EntityDict, rows: Iterable[Mapping[str, str]]) -> None:
    """Keep in the dataset what was said about files that it does not have."""
    for key in _taken():
        column = columns.columns()[key]
        cell = next((row[key] for row in rows if key in row), "")
        if cell and column.without_file:
            dataset[column.without_file] = cell
