"""Lists of datasets as spreadsheets, made for tests, and read as a harvest reads them."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

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


_MANIFEST = """<manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>"""


def ods(rows: Sequence[Sequence[Any]], *, after: str = "") -> bytes:
    """An .ods as LibreOffice writes it, in short; ``after`` are further rows in XML."""
    lines = ("".join(map(_ods_cell, row)) for row in rows)
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    content = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>
<office:spreadsheet><table:table table:name="Tabelle1">{body}{after}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
    file, kind = io.BytesIO(), "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", kind)
        made.writestr("META-INF/manifest.xml", _MANIFEST.format(kind=kind))
        made.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _ods_cell(value: Any) -> str:
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


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
