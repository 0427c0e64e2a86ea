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

from hanse_harvesters.field_label import field_label
from hanse_schemas.table import LOADER

#: Controls, halves of surrogate pairs, and what turns the direction of writing; line ends may stay.
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: Words of a remedy that mean nothing to who has a form: the portal, and terms of RDF.
_OF_A_PORTAL = re.compile(r"\bportal\b|\([a-z]+:[A-Za-z]+|catalogue", re.IGNORECASE)
_IN_THE_FORM: Mapping[str, str] = {
    "de": "Im Formular „{field}“ berichtigen.",
    "en": "Correct “{field}” in the form.",
}


class Severity(enum.Enum):
    """``ERROR`` rejects the record, ``WARNING`` wants repair, ``INFO`` says what was done."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of ``rules.yaml``; its texts are language → text.

    ``message``, ``remedy`` and ``form`` may hold ``{field}`` (its words), ``{value}`` and
    the parameters of the issue.

    ``form``     remedy for a dataset that is kept here; empty where ``remedy`` may do.
    ``short``    stands behind a noun: "22 files" + "without attribution text".
    ``correct``  whether another value of the field mends it in a harvested dataset.
    """

    id: str
    severity: Severity
    message: Mapping[str, str]
    remedy: Mapping[str, str]
    form: Mapping[str, str]
    short: Mapping[str, str]
    correct: bool

    @property
    def names_field(self) -> bool:
        """Whether issues of this rule are about fields of many kinds."""
        return "{field}" in self.message["en"] or "{label_en}" in self.message["en"]


class _Blank(dict[str, Any]):
    """A missing parameter shows as empty, a missing name as the value: no report ends by it."""

    def __missing__(self, key: str) -> str:
        return str(self["value"]) if key.startswith("name_") else ""


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
        spoken = language if language in texts else "en"
        values = _Blank(self.params, field=self.label(spoken), value=self.value)
        return texts[spoken].format_map(values)

    def label(self, language: str = "en") -> str:
        """The field in words, "" for the record as a whole."""
        return field_label(self.field, "de" if language == "de" else "en")

    def message(self, language: str = "en") -> str:
        """What is wrong, in German ("de") or English."""
        return self._text(rules()[self.rule].message, language)

    def remedy(self, language: str = "en") -> str:
        """What to do about it, in German ("de") or English."""
        return self._text(rules()[self.rule].remedy, language)

    def form_remedy(self, language: str = "en") -> str:
        """What to do about it in a dataset that is kept here: there is no portal, but a form."""
        rule = rules()[self.rule]
        if rule.form:
            return self._text(rule.form, language)
        if _OF_A_PORTAL.search(rule.remedy["en"]) or not self.field:
            return self._text(_IN_THE_FORM if self.field else rule.remedy, language)
        return self.remedy(language)

    def as_json(self, language: str = "en", *, kept_here: bool = False) -> dict[str, str]:
        """``{"rule", "severity", "field", "field_label", "value", "message", "remedy"}``.

        ``kept_here``  of a dataset that is edited in our form rather than at a portal.
        """
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "field": self.field,
            "field_label": self.label(language),
            "value": self.value,
            "message": self.message(language),
            "remedy": self.form_remedy(language) if kept_here else self.remedy(language),
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
        key: Rule(
            key,
            Severity(entry["severity"]),
            entry["message"],
            entry["remedy"],
            entry.get("form", {}),
            entry.get("short", {"de": key, "en": key}),
            entry.get("correct", False),
        )
        for key, entry in yaml.load(text, LOADER).items()
    }
