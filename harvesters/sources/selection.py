"""Which records of a portal a source keeps, if it tests them after fetching."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.issue import Issue

#: Records left out that are named individually.
_MOST_NAMED = 200


@dataclass(slots=True)
class Selection:
    """The result of such a test over a walk.

    ``kept``      test → number of records that it kept.
    ``left_out``  number of records left out; ``named`` are the first of them, with the reason.
    """

    kept: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    named: list[Issue] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.kept or self.left_out)

    def leave_out(self, reason: Issue) -> None:
        """Count a record that was left out."""
        self.left_out += 1
        if len(self.named) < _MOST_NAMED:
            self.named.append(reason)

    def as_json(self, language: str) -> dict[str, Any]:
        """Return ``{"kept": {test: number}, "left_out": number, "named": [issues]}``."""
        return {
            "kept": dict(self.kept),
            "left_out": self.left_out,
            "named": [reason.as_json(language) for reason in self.named],
        }
