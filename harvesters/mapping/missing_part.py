"""Read the marks of what was lost to a syntax error.

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

#: The property of a mark, in its N-Triples form.
MISSING_PART = f"<{missing_part.MISSING_PART}> ".encode()


def is_dataset(stated: bytes) -> bool:
    """Return whether the broken text named the class of a dataset."""
    return any(facts.get("dataset") is True for facts in _marks(stated))


def issues(nodes: Iterable[bytes]) -> Iterator[Issue]:
    """Yield one issue for every mark in the lines of a record's nodes."""
    for stated in nodes:
        if MISSING_PART not in stated:
            continue
        for facts in _marks(stated):
            line = facts.get("line")
            if facts.get("cut"):
                yield issue("record-cut", "", facts.get("reason") or "…")
                continue
            yield issue(
                "record-broken",
                str(facts.get("path") or ""),
                str(facts.get("lost") or "…"),
                reason=facts.get("reason") or "…",
                **({"line": line} if line else {}),
            )


def without(stated: bytes) -> bytes:
    """Return the lines without marks, which are not statements of the portal."""
    if MISSING_PART not in stated:
        return stated
    return b"".join(line for line in stated.splitlines(keepends=True) if MISSING_PART not in line)


def _marks(stated: bytes) -> Iterator[dict[str, Any]]:
    for line in stated.split(b"\n"):
        _, found, value = line.partition(MISSING_PART)
        if not found:
            continue
        term = lines.term(value[:-2].decode("utf-8", "replace"))
        try:
            facts = json.loads(term.value if isinstance(term, Literal) else "")
        except ValueError:  # a portal that sends the property itself
            facts = {}
        yield facts if isinstance(facts, dict) else {}
