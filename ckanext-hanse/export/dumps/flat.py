"""Datasets and distributions as rows: the columns of the dumps in CSV and Parquet.

A row has what people filter and count by.  Everything else is in the JSON Lines of the same dump.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hanse_harvesters.tables.cells import harmless

#: ``texts``: a list; in CSV with :data:`BETWEEN`.  ``moment``: ISO 8601 in UTC.
Kind = Literal["text", "texts", "number", "moment"]
Package = Mapping[str, Any]
Row = dict[str, Any]

BETWEEN = " | "
#: Whole numbers of a column have 64 bits.
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its kind, and how its value is read from a package or resource."""

    name: str
    kind: Kind
    value: Callable[[Package], Any]


def _field(name: str, kind: Kind = "text", key: str = "") -> Column:
    return Column(name, kind, lambda item: item.get(key or name))


def _moment(name: str) -> Column:
    return Column(name, "moment", lambda item: _utc(item.get(name)))


def _utc(text: Any) -> str | None:
    """Return CKAN's time, which is UTC without a time zone, with a "Z"."""
    if not text:
        return None
    return str(text) if str(text).endswith("Z") or "+" in str(text) else f"{text}Z"


def _in(language: str, field: str) -> Callable[[Package], Any]:
    def found(item: Package) -> Any:
        texts = item.get(f"{field}_translated")
        return texts.get(language) if isinstance(texts, Mapping) else None

    return found


def _first(item: Package, field: str, part: str) -> Any:
    objects = item.get(field) or []
    return objects[0].get(part) if objects and isinstance(objects[0], Mapping) else None


def _of_files(item: Package, *fields: str) -> list[str]:
    """Return what the files say, each once."""
    found = (file.get(field) for file in item.get("resources") or [] for field in fields)
    return list(dict.fromkeys(str(value) for value in found if value))


DATASETS: Sequence[Column] = (
    _field("id"),
    _field("name"),
    _field("uri"),
    Column("organization", "text", lambda item: (item.get("organization") or {}).get("name")),
    _field("title"),
    Column("title_en", "text", _in("en", "title")),
    _field("description", key="notes"),
    Column("publisher", "text", lambda item: _first(item, "publisher", "name")),
    _field("themes", "texts", "theme"),
    Column("keywords", "texts", lambda item: [tag["name"] for tag in item.get("tags") or []]),
    Column("licences", "texts",
           lambda item: _of_files(item, "license") or _listed(item.get("license_id"))),
    Column("formats", "texts", lambda item: _of_files(item, "format")),
    _field("access_rights"),
    _field("hvd_categories", "texts", "hvd_category"),
    _field("frequency"),
    _field("issued"),
    _field("modified"),
    Column("covers_from", "text", lambda item: _first(item, "temporal_coverage", "start")),
    Column("covers_to", "text", lambda item: _first(item, "temporal_coverage", "end")),
    _field("landing_page", key="url"),
    Column("distributions", "number", lambda item: len(item.get("resources") or [])),
    _moment("metadata_created"),
    _moment("metadata_modified"),
)  # fmt: skip
#: Of a resource, to which :func:`distributions` adds its dataset.
DISTRIBUTIONS: Sequence[Column] = (
    _field("id"),
    _field("dataset_id"),
    _field("dataset_name"),
    _field("organization"),
    _field("position", "number"),
    _field("title", key="name"),
    _field("description"),
    _field("format"),
    _field("media_type", key="mimetype"),
    _field("licence", key="license"),
    _field("access_url"),
    _field("download_url"),
    _field("url"),
    _field("size", "number"),
    _field("issued"),
    _field("modified"),
    _field("availability"),
)


def row(columns: Sequence[Column], item: Package) -> Row:
    """Return the row of a package, or of one of :func:`distributions`; None where nothing is."""
    return {column.name: _typed(column.kind, column.value(item)) for column in columns}


def distributions(package: Package) -> Iterator[Package]:
    """Yield the resources of a package, each with its dataset."""
    beside = {
        "dataset_id": package["id"],
        "dataset_name": package["name"],
        "organization": (package.get("organization") or {}).get("name"),
    }
    for number, resource in enumerate(package.get("resources") or []):
        yield {**resource, "position": number, **beside}


def cells(columns: Sequence[Column], found: Row) -> list[str]:
    """Return a row as cells of CSV that no spreadsheet runs as a formula."""
    return [_cell(found[column.name]) for column in columns]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return harmless(BETWEEN.join(value) if isinstance(value, list) else value)


def _typed(kind: Kind, value: Any) -> Any:
    if kind == "texts":
        return _listed(value)
    if value in (None, "", [], {}):
        return None
    if kind == "number":
        return _number(value)
    return value if isinstance(value, str) else str(value)


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if item not in (None, "")]


def _number(value: Any) -> int | None:
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if -_LARGEST <= found <= _LARGEST else None
