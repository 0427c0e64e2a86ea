"""A list of 10,000 rows as a workbook: ours beside openpyxl's mere reading.

Ours is measured twice: read and mapped to datasets, which is what compares with reading, and up to
judge, when every value has been normalised and checked.

``PYTHONPATH=tests python -m benchmarks.lists [ROWS]``; part of ``make benchmark`` (KINDS=table).
Needs no site.  Four files a dataset; the first row of each has every column filled.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from typing import IO

import openpyxl
import xlsxwriter

from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import registry
from hanse_harvesters.tables import columns

ROWS, _FILES, _TRIES = 10_000, 4, 3


def write(file: IO[bytes], rows: int) -> None:
    """Write a list whose texts, names and addresses differ from row to row."""
    with xlsxwriter.Workbook(file, {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        known = list(columns.columns().values())
        for place, column in enumerate(known):
            sheet.write_string(0, place, column.header["de"])
        for row in range(rows):
            number, part = divmod(row, _FILES)
            for place, column in enumerate(known):
                if part == 0 or column.of_file:
                    sheet.write_string(row + 1, place, _cell(column, number, part))


def _cell(column: columns.Column, number: int, part: int) -> str:
    own = {
        "identifier": f"stadt-{number}",
        "title": f"Datensatz {number} der Stadt",
        "notes": f"Was die Stadt über die Sache Nummer {number} weiß, nach Straßen geordnet.",
        "uuid": f"8d3f7a52-1c44-4b0e-9f6d-{number:012x}",
        "file_url": f"https://www.stadt.example/daten/{number}/{part}.csv",
        "file_name": f"Datensatz {number}, Datei {part}",
        "file_notes": f"Die Spalten der Datei {part}: Nummer, Name, Straße",
    }
    return own.get(column.key, column.shown_example("de"))


def ours(file: IO[bytes], size: int, workers: int | None) -> int:
    """Return the number of files that come out of it."""
    settings = SourceSettings("liste", "table", "upload:liste", "stadt")
    run = Run(settings, client=LocalClient(file, size), workers=workers)
    return sum(len(record.dataset["resources"]) for record in run)


def reading(file: IO[bytes], size: int) -> int:
    """Return the number of files of the datasets that are read from it, as the list has them."""
    settings = SourceSettings("liste", "table", "upload:liste", "stadt")
    source = registry.connector("table")(settings, LocalClient(file, size), None)
    return sum(len(raw.read(language="de").dataset["resources"]) for raw in source)


def theirs(file: IO[bytes], *, read_only: bool) -> int:
    """Return the number of rows that openpyxl reads."""
    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=read_only)
    return sum(1 for _ in book.active.iter_rows(values_only=True)) - 1


def _timed(work: Callable[[], int], rows: int) -> tuple[float, float]:
    """Return wall and processor seconds, the best of some tries; raise if rows are missing."""
    best = (float("inf"), float("inf"))
    for _ in range(_TRIES):
        begun, used = time.perf_counter(), _used()
        if (found := work()) != rows:
            raise SystemExit(f"{found} of {rows} rows")
        took = (time.perf_counter() - begun, _used() - used)
        best = (min(best[0], took[0]), min(best[1], took[1]))
    return best


def _used() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, _CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


_CHILDREN = resource.RUSAGE_CHILDREN


def measure(rows: int = ROWS) -> None:
    """Print a table of all of them."""
    with tempfile.TemporaryFile() as file:
        write(file, rows)
        file.flush()
        size = file.seek(0, 2)
        ways: dict[str, Callable[[], int]] = {
            "openpyxl, mere reading": lambda: theirs(file, read_only=False),
            "openpyxl, mere reading, read_only": lambda: theirs(file, read_only=True),
            "ours, read and mapped": lambda: reading(file, size),
            "ours up to judge, one process": lambda: ours(file, size, 0),
            "ours up to judge, workers": lambda: ours(file, size, None),
        }
        print(f"\n| a list of {rows:,} rows | s | s of processor |\n|---|---|---|")
        for name, work in ways.items():
            wall, cpu = _timed(work, rows)
            print(f"| {name} | {wall:.2f} | {cpu:.2f} |", flush=True)


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:2]))
