"""What the kinds that read JSON by a table share: parser, records, repairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hanse_harvesters.mapping.jsontable import JsonTable, identity, origin
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sandbox.child import content
from hanse_harvesters.sandbox.child.jsondoc import NUMBER
from hanse_harvesters.sources.base import ItemRecord, Source

PARSER = "hanse_harvesters.sandbox.child.jsonlist:records"


def record(
    item: Any,
    table: JsonTable,
    mapping: Callable[..., ReadResult],
    left_out: frozenset[str] = frozenset(),
) -> ItemRecord:
    """Return the record of an item; ``left_out`` are names that its digest leaves out."""
    return ItemRecord.of(
        item,
        mapping,
        identity=identity(item, table),
        origin=_page(origin(item, table)),
        raw=content.digest(item, left_out),
    )


def _page(address: str) -> str:
    return address if address.startswith(("http://", "https://")) else ""


def report_repairs(source: Source, odd: Mapping[str, int]) -> None:
    """Report what was repaired in a document, and keys that an object has twice."""
    repairs = {kind: number for kind, number in odd.items() if kind != NUMBER}
    if NUMBER in odd:
        source.report("json-odd", NUMBER)
    if repairs:
        what = ", ".join(f"{number} × {kind}" for kind, number in sorted(repairs.items()))
        source.report("json-repaired", what)
