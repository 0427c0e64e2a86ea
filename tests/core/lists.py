"""Lists of datasets as spreadsheets, made for tests, and read as a harvest reads them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.tables import checked
from hanse_harvesters.tables.checked import Checked

ADDRESS = "https://stadt.example/daten/baeume.csv"


def text(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", separator: str = ";") -> bytes:
    """A CSV file."""
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue().encode(encoding)


def book(rows: Sequence[Sequence[Any]], change: Callable[[Any], object] | None = None) -> bytes:
    """An .xlsx by openpyxl; ``change`` gets the workbook before it is saved."""
    made, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(list(row))
    if change:
        change(made)
    made.save(file)
    return file.getvalue()


def read(content: bytes, language: str = "de") -> Checked:
    """The list, harvested up to judge."""
    settings = SourceSettings("liste", "table", "upload:liste", "stadt", language=language)
    return checked.check(settings, LocalClient(as_file(content), len(content)))


def as_file(content: bytes) -> Any:
    """A real file: a parser's process is given its descriptor."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the client's
    file.write(content)
    file.flush()
    return file


def datasets(found: Checked) -> list[dict[str, Any]]:
    """The datasets in the order of the list."""
    return [found.records[entry.identity].dataset for entry in found.listing]


def told(found: Checked, rule: str) -> list[str]:
    """The messages of a rule, in German."""
    issues = [*found.issues, *(i for r in found.records.values() for i in r.issues)]
    return [item.message("de") for item in issues if item.rule == rule]


def rules(found: Checked) -> set[str]:
    """The rules of a list's own issues."""
    issues = [*found.issues, *(i for r in found.records.values() for i in r.issues)]
    return {item.rule for item in issues if item.rule.startswith("table-")}
