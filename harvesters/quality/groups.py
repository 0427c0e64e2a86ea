"""Issues grouped by rule and field, with counts: "22 files without attribution text"."""

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
    """The unit in which issues are counted."""

    FILE = "file"
    DATASET = "dataset"
    PLACE = "place"

    def words(self, count: int, language: str) -> str:
        """Return ``2`` as "2 files", with the language's separators."""
        texts = CORE.texts(language)
        if self is Unit.FILE:
            return texts.npgettext("unit", "{number:,} file", "{number:,} files", count)
        if self is Unit.DATASET:
            return texts.npgettext("unit", "{number:,} dataset", "{number:,} datasets", count)
        return texts.npgettext("unit", "{number:,} place", "{number:,} places", count)


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """All issues of one rule about the same field, in any file or nested object.

    ``field``  as in an issue, with ``[]`` for any number: ``resources[].license``.
    ``count``  number of affected ``unit``; ``issues``, number of issues.
    """

    rule: str
    field: str
    count: int
    unit: Unit
    issues: int

    def label(self, language: str) -> str:
        """Return the label of the field."""
        return field_label(self.field, language)

    def words(self, language: str) -> str:
        """Return the group as a line of a list, in the reader's language."""
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
    """Return the field with ``[]`` for any number."""
    return _NUMBER.sub("[]", field)


def in_file(field: str) -> bool:
    """Return whether the field belongs to a file, or is the file itself."""
    return bool(_FILE.match(field))


def ordered(groups: Iterable[IssueGroup]) -> list[IssueGroup]:
    """Return the groups sorted by severity, then by frequency."""
    return sorted(
        groups,
        key=lambda item: (_WEIGHT[rules()[item.rule].severity], -item.count, item.rule, item.field),
    )


def of_dataset(issues: Iterable[Issue]) -> list[tuple[IssueGroup, list[Issue]]]:
    """Return the issues of one dataset grouped by rule and field, each group with its issues."""
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
