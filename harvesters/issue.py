"""Issues: problems of a record, as data.

Every rule is defined in ``rules.yaml`` with its severity, message and remedy.  Code names
the rule and passes the field and the value; the texts come from the file, and for other
languages from its catalogue.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from hanse_harvesters import errors
from hanse_harvesters.connector_texts import with_connectors
from hanse_harvesters.field_label import field_label, property_label
from hanse_harvesters.reference import reference
from hanse_harvesters.texts import CORE, Domain, Text
from hanse_schemas.language import pick
from hanse_schemas.table import LOADER
from hanse_schemas.vocabulary import address_of, vocabulary

#: Control characters, lone surrogates and bidirectional controls; line ends are allowed.
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: Words in a remedy that do not apply when editing a form: the portal, the source, RDF terms.
_OF_A_PORTAL = re.compile(r"\bportal\b|at the source|\([a-z]+:[A-Za-z]+|catalogue", re.IGNORECASE)


class Severity(enum.Enum):
    """``ERROR`` rejects the record, ``WARNING`` needs a fix, ``INFO`` reports what was done."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a YAML file.

    ``message``, ``remedy`` and ``form`` may contain ``{field}`` (its label), ``{value}``, the
    parameters of the issue, and the placeholders of :data:`DERIVED`.

    ``form``     remedy for a dataset edited in this catalogue; None if ``remedy`` applies.
    ``short``    follows a noun: "22 files" + "without attribution text".
    ``correct``  whether changing the field's value in a harvested dataset fixes the issue.
    """

    id: str
    severity: Severity
    message: Text
    remedy: Text
    form: Text | None
    short: Text
    correct: bool

    @property
    def names_field(self) -> bool:
        """Whether issues of this rule can concern many different fields."""
        return "{field}" in self.message.one or "{label}" in self.message.one

    def short_in(self, language: str) -> str:
        """Return ``short`` in the reader's language."""
        return self.short.template(language, {})


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem found in a record.

    ``rule``      id in ``rules.yaml``.
    ``field``     CKAN field (``theme``, ``resources[2].license``), "" for the record as a whole.
    ``value``     the original value, cut to 500 characters; "" if there is none.
    ``params``    further values for the texts.
    """

    rule: str
    field: str = ""
    value: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity of the issue's rule."""
        return rules()[self.rule].severity

    def _text(self, text: Text, language: str) -> str:
        values = _Values(self, language)
        return text.template(language, values).format_map(values)

    def label(self, language: str = "en") -> str:
        """Return the label of the field, "" for the record as a whole."""
        return field_label(self.field, language)

    def message(self, language: str = "en") -> str:
        """Return what is wrong, in the reader's language."""
        return self._text(rules()[self.rule].message, language)

    def remedy(self, language: str = "en") -> str:
        """Return what to do about it, in the reader's language."""
        return self._text(rules()[self.rule].remedy, language)

    def form_remedy(self, language: str = "en") -> str:
        """Return the remedy for a dataset edited here, which has a form and no portal."""
        rule = rules()[self.rule]
        if rule.form:
            return self._text(rule.form, language)
        if self.field and _OF_A_PORTAL.search(rule.remedy.one):
            texts = CORE.texts(language)
            return texts.pgettext(
                "remedy of any rule", "Correct “{field}” in the form.", field=self.label(language)
            )
        return self.remedy(language)

    def as_json(self, language: str = "en", *, kept_here: bool = False) -> dict[str, str]:
        """Return ``{"rule", "severity", "field", "field_label", "value", "message", "remedy"}``,
        with ``reference`` and ``reference_url`` where a specification says what is asked for.

        ``kept_here``  True for a dataset that is edited in our form rather than at a portal.
        """
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "field": self.field,
            "field_label": self.label(language),
            "value": self.value,
            "message": self.message(language),
            "remedy": self.form_remedy(language) if kept_here else self.remedy(language),
            **reference(self.rule, self.field, language),
        }


class _Values(dict[str, Any]):
    """The values of an issue's placeholders in one language; a missing one is shown as empty."""

    def __init__(self, issue: Issue, language: str) -> None:
        super().__init__(issue.params, field=issue.label(language), value=issue.value)
        self._issue, self._language = issue, language

    def __missing__(self, key: str) -> str:
        made = DERIVED[key](self, self._issue, self._language) if key in DERIVED else ""
        return made or pick(self._by_language(f"{key}_"), self._language)

    def _by_language(self, begin: str) -> dict[str, str]:
        """Return the texts by language of a parameter that older issues store per language."""
        return {key.removeprefix(begin): self[key] for key in self if key.startswith(begin)}


def _scope(values: _Values, issue: Issue, language: str) -> str:
    if "some" not in values:
        return ""
    texts = CORE.texts(language)
    return texts.pgettext("scope", " ({some} of {all})", some=values["some"], all=values["all"])


def _place(values: _Values, issue: Issue, language: str) -> str:
    if "line" not in values:
        return ""
    return CORE.texts(language).pgettext("place", "Line {line}: ", line=values["line"])


def _cell(values: _Values, issue: Issue, language: str) -> str:
    if "row" not in values:
        return ""
    texts = CORE.texts(language)
    place = {"row": values["row"], "column": values["column"]}
    if "sheet" in values:
        return texts.pgettext(
            "cell", "“{sheet}”, row {row}, column {column}: ", sheet=values["sheet"], **place
        )
    return texts.pgettext("cell", "Row {row}, column {column}: ", **place)


def _other_row(values: _Values, issue: Issue, language: str) -> str:
    if "other" not in values:
        return ""
    texts, row = CORE.texts(language), values["other"]
    if "other_sheet" in values:
        return texts.pgettext("cell", "“{sheet}”, row {row}", sheet=values["other_sheet"], row=row)
    return texts.pgettext("cell", "row {row}", row=row)


def _of_error(part: str, longest: int) -> Callable[[_Values, Issue, str], str]:
    def words(values: _Values, issue: Issue, language: str) -> str:
        try:
            error = errors.from_json(json.loads(values["error"]))
        except (KeyError, ValueError):
            return ""
        return shown(getattr(error, part)(language), longest) if error else ""

    return words  # the text of ``error`` that its method ``part`` gives


def _file_type(name: str) -> Callable[[_Values, Issue, str], str]:
    def label(values: _Values, issue: Issue, language: str) -> str:
        known = vocabulary("file-types").find(values.get(name, ""))
        return known.label(language) if known else values.get(name, "")

    return label


def _kind(values: _Values, issue: Issue, language: str) -> str:
    rule = rules().get(issue.value)
    return rule.short_in(language) if rule else issue.value


def _licence(values: _Values, issue: Issue, language: str) -> str:
    known = vocabulary("licences").by_iri(issue.value)
    return known.label(language) if known else issue.value


#: Placeholders whose text depends on the language, and the functions that produce it: from the
#: field (``label``), the value (``licence``, ``kind`` of a rule), or the parameters ``some`` and
#: ``all``, ``line``, ``vocabulary`` (``list``, its address), ``error`` (``why`` without its
#: remedy), ``declared_code`` and ``learned_code`` of a file type; of a list, ``sheet``, ``row``
#: and ``column`` (``cell``), or ``other_sheet`` and ``other`` (``other_row``).
DERIVED: Mapping[str, Callable[[_Values, Issue, str], str]] = {
    "label": lambda _, issue, language: property_label(issue.field, language),
    "licence": _licence,
    "list": lambda values, *_: address_of(values.get("vocabulary", "")),
    "kind": _kind,
    "scope": _scope,
    "place": _place,
    "cell": _cell,
    "other_row": _other_row,
    "reason": _of_error("text", 1000),
    "why": _of_error("what_in", 300),
    "declared": _file_type("declared_code"),
    "learned": _file_type("learned_code"),
}


def issue(rule: str, field: str = "", value: object = "", **params: object) -> Issue:
    """Return an :class:`Issue` ; raise KeyError for a rule that is in no ``rules.yaml``."""
    pairs = tuple((key, _short(item, 1000)) for key, item in sorted(params.items()))
    return _issue(rule, field, _short(value, 500), pairs)


@lru_cache(maxsize=4096)  # most issues of a catalogue are the same few
def _issue(rule: str, field: str, value: str, params: tuple[tuple[str, str], ...]) -> Issue:
    if rule not in rules():
        raise KeyError(rule)
    pairs = tuple((key, shown(item, 1000)) for key, item in params)
    return Issue(rule, field, shown(value, 500), pairs)


def _short(value: object, longest: int) -> str:
    return (value if isinstance(value, str) else str(value))[:longest]


def shown(value: object, longest: int) -> str:
    """Return a portal's value for display: cut, without terminal and bidirectional controls."""
    text = value if isinstance(value, str) else str(value)
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text[:longest])


def read(file: Traversable, domain: Domain) -> dict[str, Rule]:
    """Read the rules of a YAML file, id → rule; ``domain`` has their texts in other languages."""
    entries = yaml.load(file.read_text(encoding="utf-8"), LOADER)
    return {
        id: Rule(
            id,
            Severity(entry["severity"]),
            Text.of(domain, id, "message", entry["message"]),
            Text.of(domain, id, "remedy", entry["remedy"]),
            Text.of(domain, id, "form", entry["form"]) if "form" in entry else None,
            Text.of(domain, id, "short", entry.get("short", id)),
            entry.get("correct", False),
        )
        for id, entry in entries.items()
    }


class Rules(dict[str, Rule]):
    """The rules, id → rule; an unknown id yields a rule that shows only the id.

    Issues are stored, and the connector that created them may have been uninstalled.
    """

    def __missing__(self, id: str) -> Rule:
        shows, nothing = Text(CORE, "", id), Text(CORE, "no remedy", "")
        return Rule(id, Severity.INFO, shows, nothing, None, shows, False)


@cache
def rules() -> Rules:
    """Return the rules of the core's ``rules.yaml`` and those of external connectors."""
    core = read(files("hanse_harvesters").joinpath("rules.yaml"), CORE)
    return Rules(with_connectors(core, "rules.yaml", read))
