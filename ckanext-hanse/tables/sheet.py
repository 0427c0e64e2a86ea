"""Rows of a spreadsheet (XLSX, XLS, ODS), read by a child process with limits."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hanse_harvesters.tables.notes import NoTable, Note

#: Limits of the child; a sheet of 200 MB needs about half of the memory.
MEGABYTES, SECONDS = 3000, 600
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet that is not empty, as written by the child."""

    path: Path
    shown: str
    others: list[str]
    separator: str = ""

    def rows(self, notes: list[Note]) -> Iterator[tuple[int, list[str]]]:
        """Yield each row's number, from 1, and its cells."""
        if self.others:
            notes.append(Note("sheets", {"shown": self.shown, "others": self.others}))
        with self.path.open(encoding="utf-8", newline="") as file:
            yield from enumerate(csv.reader(file), start=1)


def is_sheet(path: Path) -> bool:
    """Return whether the file is a spreadsheet by its content, whatever its name."""
    with path.open("rb") as file:
        return file.read(8).startswith(_SPREADSHEETS)


def open_sheet(path: Path, spool: Path) -> Sheet:
    """Let the child write the first filled sheet to ``spool``; `NoTable` if there is none."""
    child = [sys.executable, "-P", "-m", "ckanext.hanse.tables.sheet_child"]
    limits = [str(MEGABYTES), str(SECONDS)]
    try:
        ended = subprocess.run(
            [*child, str(path), str(spool), *limits],
            stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=2 * SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NoTable("too-much") from error
    if ended.returncode:
        # Rust aborts a process that gets no memory; the system ends one that used up its time.
        raise NoTable("too-much" if ended.returncode < 0 else "no-sheet")
    told = json.loads(ended.stdout)
    if "error" in told:
        raise NoTable(told["error"])
    return Sheet(spool, told["shown"], told["others"])
