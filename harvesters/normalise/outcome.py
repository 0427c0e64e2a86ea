"""What a normaliser gives back: the value as it should be, and what there is to say about it.

A normaliser is a pure function of one value.  It knows no field and no record:
:mod:`hanse_harvesters.normalise.line` turns its findings into issues of the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: Warnings of values that were read all the same, or are right as far as one can see: who
#: enters such a value herself need not enter another.
READ = frozenset({"date-short-year", "date-ambiguous", "url-private-host"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of ``rules.yaml``, the value it is about, and parameters of its texts."""

    rule: str
    value: str = ""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """``value`` is None where nothing is left; the finding then holds what was there."""

    value: T | None
    findings: tuple[Finding, ...] = ()


def finding(rule: str, value: object = "", **params: object) -> Finding:
    """A :class:`Finding` with its parameters in a stable order."""
    pairs = tuple(sorted((key, str(item)) for key, item in params.items()))
    return Finding(rule, value if isinstance(value, str) else str(value), pairs)
