"""A dataset of a list → a dataset dict, by ``schemas/mappings/table.yaml``.

An item is ``{"identifier": …, "rows": [{column key: cell}, …], "others": {header: text}}``, in
plain JSON: it may be mapped by another process.  Values stay as they were typed; what they mean
is found by normalising.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
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
    rows: list[Mapping[str, str]] = item["rows"]
    dataset: EntityDict = {}
    for column in columns.columns().values():
        if column.of_file:
            continue
        cells = dict.fromkeys(row[column.key] for row in rows if column.key in row)
        if cells:
            _put(dataset, column, _values(column, cells))
    identifier = columns.columns()[columns.identity().identifier]
    _put(dataset, identifier, [item["identifier"]])
    dataset["resources"] = _files(rows)
    if not dataset["resources"]:
        _without_file(dataset, rows)
    for column in columns.columns().values():
        if column.to_files and column.path[0] in dataset:
            for file in dataset["resources"]:
                file.setdefault(column.to_files, dataset[column.path[0]])
    others = item["others"]
    unknown = json.dumps(others, ensure_ascii=False, sort_keys=True) if others else ""
    return ReadResult(dataset, [], unknown, item["identifier"])


def _values(column: Column, cells: Iterable[str]) -> list[str]:
    """Return the values in the cells of a column: several, if its field holds several."""
    if column.prop.kind == "date":
        cells = map(_date, cells)
    if not column.several:
        return list(cells)[:1]
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


def files(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the cells of each file, key → cell; {} for a row that has none.

    A file is a row with a value in a column of files that is not only taken from above.
    """
    found = []
    above: dict[str, str] = {}
    for row in rows:
        cells = {column.key: row[column.key] for column in _of_file() if column.key in row}
        above |= {column.key: cells[column.key] for column in _taken() if column.key in cells}
        is_file = any(column.key in cells for column in _of_file() if not column.from_above)
        found.append(above | cells if is_file else {})
    return found


def _of_file() -> list[Column]:
    return [column for column in columns.columns().values() if column.of_file]


def _taken() -> list[Column]:
    return [column for column in _of_file() if column.from_above]


def _files(rows: Iterable[Mapping[str, str]]) -> list[EntityDict]:
    """Return the distributions; a row that says the same once more adds none."""
    known = columns.columns()
    done: list[EntityDict] = []
    for cells in files(rows):
        file: EntityDict = {}
        for key, cell in cells.items():
            _put(file, known[key], _values(known[key], [cell]))
        for key, cell in cells.items():
            if other := known[key].fills:
                file.setdefault(other, cell)
        if file and file not in done:
            done.append(file)
    return done


def _without_file(dataset: EntityDict, rows: Iterable[Mapping[str, str]]) -> None:
    """Keep in the dataset what was said about files that it does not have."""
    for column in _taken():
        cell = next((row[column.key] for row in rows if column.key in row), "")
        if cell and column.without_file:
            dataset[column.without_file] = cell
