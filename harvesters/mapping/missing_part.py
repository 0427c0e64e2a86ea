"""Marks of what a syntax error took away, read.

:mod:`hanse_harvesters.sandbox.child.missing_part` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import lines
from hanse_harvesters.mapping.terms import Literal
from hanse_harvesters.sandbox.child import missing_part

#: The property, as it stands in a line.
TORN = f"<{missing_part.TORN}> ".encode()


def is_dataset(said: bytes) -> bool:
    """Whether the text that was broken named the class of a dataset."""
    return any(facts.get("dataset") is True for facts in _marks(said))


def issues(nodes: Iterable[bytes]) -> Iterator[Issue]:
    """One issue for every mark in the lines of a record's nodes."""
    for said in nodes:
        if TORN not in said:
            continue
        for facts in _marks(said):
            line = facts.get("line")
            if facts.get("cut"):
                yield issue("record-cut", "", facts.get("reason") or "…")
                continue
            place = {"de": f"Zeile {line}: ", "en": f"Line {line}: "} if line else {}
            yield issue(
                "record-broken",
                str(facts.get("path") or ""),
                str(facts.get("lost") or "…"),
                place_de=place.get("de", ""),
                place_en=place.get("en", ""),
                reason=facts.get("reason") or "…",
            )


def without(said: bytes) -> bytes:
    """The lines without marks: these are no statements of the portal's."""
    if TORN not in said:
        return said
    return b"".join(line for line in said.splitlines(keepends=True) if TORN not in line)


def _marks(said: bytes) -> Iterator[dict[str, Any]]:
    for line in said.split(b"\n"):
        _, found, value = line.partition(TORN)
        if not found:
            continue
        term = lines.term(value[:-2].decode("utf-8", "replace"))
        try:
            facts = json.loads(term.value if isinstance(term, Literal) else "")
        except ValueError:  # a portal that sends the property itself
            facts = {}
        yield facts if isinstance(facts, dict) else {}
