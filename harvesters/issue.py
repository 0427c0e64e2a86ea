"""Issues: what is wrong with a record, as data.

Every rule stands in ``rules.yaml``: its severity, and message and remedy in
German and English.  Code names a rule and gives the field and the value;
the words come from the file.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_schemas.table import LOADER

#: Controls, halves of surrogate pairs, and what turns the direction of writing; line ends may stay.
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Severity(enum.Enum):
    """``ERROR`` rejects the record, ``WARNING`` wants repair, ``INFO`` says what was done."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of ``rules.yaml``; ``message`` and ``remedy`` are language → text.

    The texts may hold ``{field}``, ``{value}`` and the parameters of the issue.
    """

    id: str
    severity: Severity
    message: Mapping[str, str]
    remedy: Mapping[str, str]


class _Blank(dict[str, Any]):
    """A missing parameter shows as empty rather than ending the report."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    ``rule``      id in ``rules.yaml``.
    ``field``     CKAN field (``theme``, ``resources[2].license``), "" for the record as a whole.
    ``value``     the value as it came, cut to 500 characters; "" if there is none.
    ``params``    further values for the texts.
    """

    rule: str
    field: str = ""
    value: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity the rule has."""
        return rules()[self.rule].severity

    def _text(self, texts: Mapping[str, str], language: str) -> str:
        values = _Blank(self.params, field=self.field, value=self.value)
        return texts.get(language, texts["en"]).format_map(values)

    def message(self, language: str = "en") -> str:
        """What is wrong, in German ("de") or English."""
        return self._text(rules()[self.rule].message, language)

    def remedy(self, language: str = "en") -> str:
        """What to do about it, in German ("de") or English."""
        return self._text(rules()[self.rule].remedy, language)

    def as_json(self, language: str = "en") -> dict[str, str]:
        """``{"rule", "severity", "field", "value", "message", "remedy"}``."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "field": self.field,
            "value": self.value,
            "message": self.message(language),
            "remedy": self.remedy(language),
        }


def issue(rule: str, field: str = "", value: object = "", **params: object) -> Issue:
    """An :class:`Issue` of a known rule; KeyError for a rule that ``rules.yaml`` lacks."""
    rules()[rule]
    pairs = tuple(sorted((key, shown(item, 1000)) for key, item in params.items()))
    return Issue(rule, field, shown(value, 500), pairs)


def shown(value: object, longest: int) -> str:
    """A foreign value for a report: cut, and without what steers terminals and directions."""
    text = value if isinstance(value, str) else str(value)
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text[:longest])


@cache
def rules() -> Mapping[str, Rule]:
    """The rules of ``rules.yaml``, id → rule."""
    text = files("hanse_harvesters").joinpath("rules.yaml").read_text(encoding="utf-8")
    return {
        key: Rule(key, Severity(entry["severity"]), entry["message"], entry["remedy"])
        for key, entry in yaml.load(text, LOADER).items()
    }
