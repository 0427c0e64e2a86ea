"""The result of a normaliser: the normalised value and the findings about it.

A normaliser is a pure function of one value, without access to its field or record:
:mod:`hanse_harvesters.normalise.line` turns its findings into issues of the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: Warnings about values that were read anyway or are probably right: a person who
#: enters such a value in a form is not asked for another one.
READ = frozenset({"date-short-year", "date-ambiguous", "url-private-host"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of ``rules.yaml``, the value it is about, and parameters for its texts."""

    rule: str
    value: str = ""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """``value`` is None if nothing is left; a finding then contains the original."""

    value: T | None
    findings: tuple[Finding, ...] = ()


def finding(rule: str, value: object = "", **params: object) -> Finding:
    """Return a :class:`Finding` with its parameters in a stable order."""
    pairs = tuple(sorted((key, str(item)) for key, item in params.items()))
    return Finding(rule, value if isinstance(value, str) else str(value), pairs)
