"""Map one record to a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hanse_harvesters.mapping.iso19139.facts import facts
from hanse_harvesters.mapping.result import ReadResult


def read(item: Mapping[str, Any], *, language: str) -> ReadResult:
    """Map a record of the parser, with its coupled ones under ``services``, to a dataset."""
    known = facts(item)
    return ReadResult(
        dataset={"title": known.title, "identifier": known.identity}, identity=known.identity
    )
