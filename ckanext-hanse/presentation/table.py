"""The rows of a DataStore table, one page at a time, for display."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol
from ckan.lib.helpers import get_display_timezone

from ckanext.hanse.presentation import pages
from ckanext.hanse.tables import report
from ckanext.hanse.tables.words import reported
from hanse_harvesters.tables.notes import Note

#: Rows of one page.
ROWS = 25
#: Characters of a cell shown at once; the rest can be expanded.
_LONG = 280
_LONGEST_QUESTION = 200
_NUMBERS = {"numeric", "int2", "int4", "int8", "float4", "float8"}
Args = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text; ``rest`` is the part of a long one not shown at first, ``link`` its URL."""

    text: str
    rest: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: ``sorted`` is ``ascending``, ``descending`` or "", ``href`` sorts by it."""

    label: str
    sorted: str
    href: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of a table: rows ``first`` to ``last`` of ``total``."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    total: int
    first: int
    last: int
    steps: Sequence[tuple[int | None, str]]
    page: int
    previous: str
    next: str
    asked: str
    order: Mapping[str, str]
    everything: str


def state(resource: Mapping[str, Any]) -> report.TableReport:
    """Return the loading state of an uploaded table; nothing is known of other files."""
    return (
        report.read(resource["id"])
        if resource.get("url_type") == "upload"
        else report.TableReport()
    )


def sentences(found: report.TableReport, language: str) -> list[str]:
    """Return the notes about a table, or why there is none."""
    notes = [Note(found.state)] if found.state in ("loading", "failed") else found.notes
    return [reported(note, language) for note in notes]


def table(resource_id: str, args: Args, language: str) -> TablePage | None:
    """Return the page selected by the parameters ``page``, ``sort``, ``order`` and ``q``.

    None if there is no table, or the user may not read it.
    """
    q = _question(args.get("q", ""))
    _, fields, total = _search(resource_id, limit=0, q=q)
    if fields is None:
        return None
    names = [field["id"] for field in fields]
    count = -(-total // ROWS)
    page = min(max(_number(args.get("page", "")), 1), max(1, count))
    by, down = args.get("sort", ""), args.get("order") == "desc"
    order = {"sort": by} | ({"order": "desc"} if down else {}) if by in names else {}
    chosen = order | ({"q": q} if q else {})
    sort = [f'"{by}" {"desc" if down else "asc"} nulls last', '"_id" asc'] if order else None
    rows, _, _ = _search(resource_id, limit=ROWS, offset=(page - 1) * ROWS, q=q, sort=sort)
    formats = [_Format(field, language) for field in fields]
    return TablePage(
        heads=[_head(field, by, down, q) for field in fields],
        rows=[
            [make.cell(value) for make, value in zip(formats, row[1:], strict=True)] for row in rows
        ],
        total=total,
        first=(page - 1) * ROWS + 1 if rows else 0,
        last=(page - 1) * ROWS + len(rows),
        steps=[(step, _href(chosen, step) if step else "") for step in pages.steps(page, count)],
        page=page,
        previous=_href(chosen, page - 1) if page > 1 else "",
        next=_href(chosen, page + 1) if page < count else "",
        asked=q,
        order=order,
        everything=_href(order),
    )


def _search(
    resource_id: str, *, limit: int, offset: int = 0, q: str = "", sort: list[str] | None = None
) -> tuple[list[list[str]], list[dict[str, Any]] | None, int]:
    """Return rows as text, each after its ``_id``; the columns (None: no table); the row count."""
    asked: dict[str, Any] = {"resource_id": resource_id, "limit": limit, "offset": offset}
    asked |= {"records_format": "csv", "include_total": limit == 0}
    asked |= {"q": q} if q else {}
    asked |= {"sort": sort} if sort else {}
    try:
        found = tk.get_action("datastore_search")({}, asked)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return [], None, 0
    # _id precedes the columns; with a full-text search, the rank follows them.
    fields = found["fields"][1 : -1 if q else None]
    width = len(fields) + 1
    rows = [row[:width] for row in csv.reader(io.StringIO(found["records"], newline=""))]
    return rows, fields, found.get("total", 0)


def _head(field: Mapping[str, Any], by: str, down: bool, q: str) -> Head:
    name = field["id"]
    label = str((field.get("info") or {}).get("label") or name)
    direction = ("descending" if down else "ascending") if by == name else ""
    again = {"sort": name} | ({"order": "desc"} if direction == "ascending" else {})
    href = _href(again | ({"q": q} if q else {}))
    return Head(label, direction, href, field["type"] in _NUMBERS)


def _href(args: Args, page: int = 1) -> str:
    """Return a URL of the same page; the first page of rows needs no number."""
    wanted = dict(args) | ({"page": str(page)} if page > 1 else {})
    return "?" + urlencode(wanted)


def _question(text: str) -> str:
    """Return search words without characters that no table has and PostgreSQL does not accept."""
    return "".join(sign for sign in text if sign.isprintable())[:_LONGEST_QUESTION].strip()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


class _Format:
    """Formats the values of one column in a language."""

    def __init__(self, field: Mapping[str, Any], language: str) -> None:
        self._type = field["type"]
        self._grouped = bool((field.get("info") or {}).get("grouped"))
        self._language = language
        self._marks = get_group_symbol(language), get_decimal_symbol(language)

    def cell(self, value: str) -> Cell:
        """Format a value as PostgreSQL writes it, "" for none."""
        if not value:
            return Cell("")
        if self._type in _NUMBERS:
            return Cell(self._number(value))
        if self._type in ("date", "timestamp", "timestamptz"):
            return Cell(self._date(value))
        link = str(tk.h.hanse_link(value)) if value.startswith(("http://", "https://")) else ""
        if len(value) > _LONG and not link:
            end = value.rfind(" ", _LONG // 2, _LONG)
            end = end if end > 0 else _LONG
            return Cell(value[:end], value[end:])
        return Cell(value, link=link)

    def _number(self, value: str) -> str:
        """Group thousands only if the file did: years and keys are not amounts."""
        group, mark = self._marks
        whole, point, decimals = value.partition(".")
        sign, digits = ("\u2212", whole[1:]) if whole.startswith("-") else ("", whole)
        if not (digits + (decimals or "0")).isdigit():
            return value  # NaN, or with an exponent
        if self._grouped and len(digits) > 3:
            digits = f"{int(digits):,}".replace(",", group)
        return sign + digits + (mark + decimals if point else "")

    def _date(self, value: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        if moment.tzinfo:
            moment = moment.astimezone(get_display_timezone())
        day = str(format_date(date(moment.year, moment.month, moment.day), locale=self._language))
        if self._type == "date":
            return day
        return f"{day}, {moment:%H:%M:%S}" if moment.second else f"{day}, {moment:%H:%M}"
