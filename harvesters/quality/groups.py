"""Issues by rule and field with their number: "22 files without attribution text"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from hanse_harvesters.field_label import field_label
from hanse_harvesters.issue import Issue, Severity, rules
from hanse_harvesters.texts import CORE

_NUMBER = re.compile(r"\[\d+\]")
_FILE = re.compile(r"resources\[\d*\]")
_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}


class Unit(Enum):
    """What is counted."""

    FILE = "file"
    DATASET = "dataset"
    PLACE = "place"

    def words(self, count: int, language: str) -> str:
        """``2`` → "2 files", with the language's separators."""
        texts = CORE.texts(language)
        if self is Unit.FILE:
            return texts.npgettext("unit", "{number:,} file", "{number:,} files", count)
        if self is Unit.DATASET:
            return texts.npgettext("unit", "{number:,} dataset", "{number:,} datasets", count)
        return texts.npgettext("unit", "{number:,} place", "{number:,} places", count)


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """All issues of a rule about the same field of any file or entry.

    ``field``  as in an issue, with ``[]`` for any number: ``resources[].license``.
    ``count``  how many of ``unit`` they are about; ``issues``, how many there are.
    """

    rule: str
    field: str
    count: int
    unit: Unit
    issues: int

    def label(self, language: str) -> str:
        """The field in words."""
        return field_label(self.field, language)

    def words(self, language: str) -> str:
        """The group as a line of a list, in the reader's language."""
        rule = rules()[self.rule]
        field = f": {self.label(language)}" if self.field and rule.names_field else ""
        return f"{self.unit.words(self.count, language)} {rule.short_in(language)}{field}"

    def as_json(self, language: str) -> dict[str, str | int]:
        """``{"rule", "severity", "field", "field_label", "count", "unit", "issues", "words"}``."""
        return {
            "rule": self.rule,
            "severity": rules()[self.rule].severity.value,
            "field": self.field,
            "field_label": self.label(language),
            "count": self.count,
            "unit": self.unit.value,
            "issues": self.issues,
            "words": self.words(language),
        }


def pattern(field: str) -> str:
    """The field with ``[]`` for any number."""
    return _NUMBER.sub("[]", field)


def in_file(field: str) -> bool:
    """Whether the field is one of a file, or the file itself."""
    return bool(_FILE.match(field))


def ordered(groups: Iterable[IssueGroup]) -> list[IssueGroup]:
    """The worst first, then the most frequent."""
    return sorted(
        groups,
        key=lambda item: (_WEIGHT[rules()[item.rule].severity], -item.count, item.rule, item.field),
    )


def of_dataset(issues: Iterable[Issue]) -> list[tuple[IssueGroup, list[Issue]]]:
    """The issues of one dataset by rule and field, each group with what is in it."""
    found: dict[tuple[str, str], list[Issue]] = {}
    for item in issues:
        found.setdefault((item.rule, pattern(item.field)), []).append(item)
    groups = {}
    for (rule, field), items in found.items():
        is_file = in_file(field)
        files = {_NUMBER.split(item.field)[0] + _first_number(item.field) for item in items}
        count, unit = (len(files), Unit.FILE) if is_file else (len(items), Unit.PLACE)
        groups[IssueGroup(rule, field, count, unit, len(items))] = items
    return [(group, groups[group]) for group in ordered(groups)]


def _first_number(field: str) -> str:
    found = _NUMBER.search(field)
    return found.group() if found else ""
