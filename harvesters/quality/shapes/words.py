"""The cause behind a result, and the issue that tells it in plain words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.lines import term
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.terms import Literal
from hanse_harvesters.normalise.concepts import concept, rule_of
from hanse_harvesters.quality.judge import missing
from hanse_harvesters.quality.shapes.engine import Finding
from hanse_harvesters.quality.shapes.shape_set import Role, role_of
from hanse_harvesters.quality.shapes.table import Place
from hanse_schemas.shapes import BASE
from hanse_schemas.table import Property

IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"


class Cause(NamedTuple):
    """What is wrong: the same for all sets of shapes.

    ``field``  as issues name it.
    ``check``  missing, many, listed, kind, typed, class, deprecated, reachable, bounded,
               legislation, category, other.
    ``value``  the value's text, "" where the check is about no single value.
    """

    field: str
    check: str
    value: str


#: Component of a constraint → check.
_CHECKS: Mapping[str, str] = {
    "MinCount": "missing",
    "MaxCount": "many",
    "NodeKind": "kind",
    "Datatype": "typed",
    "Or": "typed",
    "Class": "class",
    "HasValue": "listed",
    "In": "listed",
    "Node": "listed",
    "Pattern": "listed",
    "Not": "listed",
}
_ALTERNATIVES: Mapping[str, str] = {"contact": "reachable", "period": "bounded"}
#: Checks that are about the number of values, not about one of them.
_COUNTING = frozenset(
    ("missing", "many", "deprecated", "reachable", "bounded", "legislation", "category")
)
#: Rules of the normaliser, the reader and :mod:`..judge` → the checks whose cause they tell.
_TOLD: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("mandatory-missing", "recommended-missing", "title-missing", "license-missing",
         "distribution-missing", "access-url-missing", "hvd-property-missing"), ("missing",)
    ),
    **dict.fromkeys(
        ("theme-unknown", "language-unknown", "frequency-unknown", "code-unknown", "code-unlisted",
         "license-unknown", "license-unspecified", "format-unknown", "mimetype-unknown"),
        ("listed", "kind", "class"),
    ),
    **dict.fromkeys(
        ("date-unknown", "date-impossible", "number-invalid", "duration-invalid", "size-invalid",
         "checksum-invalid", "geometry-unknown"), ("typed", "kind")
    ),
    **dict.fromkeys(
        ("url-invalid", "not-an-iri", "literal-for-iri", "iri-invalid", "email-invalid",
         "phone-invalid", "url-mended"), ("kind", "class")
    ),
    **dict.fromkeys(("values-several", "values-many"), ("many",)),
    "contact-unreachable": ("reachable",),
    "period-empty": ("bounded",),
    "hvd-legislation-missing": ("legislation", "missing"),
    "hvd-category-missing": ("category", "missing"),
    **dict.fromkeys(("property-deprecated", "property-renamed"), ("deprecated",)),
}  # fmt: skip
#: Fields that high-value data must have, with a check of their own.
_HVD: Mapping[str, str] = {"applicable_legislation": "legislation", "hvd_category": "category"}
_NUMBER = re.compile(r"\[\d+\]")


def cause(finding: Finding, place: Place, value: str, role: Role | None) -> Cause | None:
    """Return the cause of a result, None if it says nothing about the dataset."""
    check = _check(finding, place, role)
    if not check:
        return None
    return Cause(_field(place, check), check, "" if check in _COUNTING else _text(value))


def _check(finding: Finding, place: Place, role: Role | None) -> str:
    if finding.shape.startswith(BASE):
        own = finding.shape.rpartition(".")[2]
        return {"mandatory": "missing", "single": "many", "iri": "kind", "literal": "kind",
                "node": "kind"}.get(own, own)  # fmt: skip
    check = _CHECKS.get(finding.component, "other")
    if check == "missing" and finding.severity != "Violation":
        return ""  # recommended: judge says so; or what another dataset of a series would say
    if check == "missing" and role is Role.HVD and place.field in _HVD:
        return _HVD[place.field]
    if check == "missing" and finding.path.startswith("("):
        return _ALTERNATIVES.get(place.cls.name if place.cls else "", "other")
    if check == "many" and finding.severity == "Warning":
        return "deprecated"
    if check == "class":
        # A thing that is only named, and described elsewhere, has no class in a fragment.
        ours = finding.severity == "Violation" and role is Role.GERMAN
        return check if ours else ""
    return check


def _field(place: Place, check: str) -> str:
    if check in ("reachable", "bounded"):
        return place.path
    for name, its in _HVD.items():
        if check == its:
            return f"{place.path}.{name}" if place.path else name
    return place.field


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Return a term of N-Triples as people write it: without brackets, quotes and datatype."""
    if not value or value.startswith("_:"):
        return ""
    found = term(value)
    text = found.value if isinstance(found, Literal) else str(found)
    return text.removeprefix("mailto:").removeprefix("tel:")


def issue_of(cause: Cause, place: Place, finding: Finding) -> Issue | None:
    """Return the issue that tells a cause; the rules are those of judge and normaliser."""
    field, check, value = cause
    prop = place.prop
    if check == "missing" and place.cls and prop:
        # Mandatory by our table, or by a newer release than the table's.
        if prop.obligation == "mandatory" or role_of(finding.shape) is not Role.HVD:
            return missing(place.cls, prop, field)
        return issue("hvd-property-missing", field)
    if check == "listed" and prop and prop.vocabulary:
        if _is_entry_as_text(prop, finding, value):
            return issue("entry-as-text", field, value)
        return issue(rule_of(prop), field, value, vocabulary=prop.vocabulary)
    if check == "deprecated" and prop:
        if canonical(finding.path) != canonical(prop.term):
            return issue("property-renamed", field, finding.path, instead=prop.term)
        return issue("property-deprecated", field, **_instead(place, prop.replaced_by))
    if check == "kind":
        literal = finding.value.startswith('"')
        if literal and prop and prop.kind == "geometry":
            return issue("geometry-bare", field, value)
        if literal and prop and prop.kind == "object":
            return issue("object-as-text", field, value)
        return issue("value-not-address" if literal else "value-not-text", field, value)
    if rule := _RULES.get(check):
        return issue(rule, field, value)
    return issue("value-against-rule", field, value, shape=finding.shape)


def _is_entry_as_text(prop: Property, finding: Finding, value: str) -> bool:
    """Return whether a value is in the list, but written as a text: the list is not to blame."""
    written = finding.focus if finding.path == IN_SCHEME else finding.value
    return written.startswith('"') and not concept(prop, value).findings


def _instead(place: Place, field: str) -> dict[str, str]:
    """Return what to use in place of a deprecated property, by language; {} if nothing."""
    if not field or place.cls is None:
        return {}
    label = place.cls.property(field).label
    return {
        "instead_de": f" und dafür „{label['de']}“ angeben",
        "instead_en": f", and give “{label['en']}” instead",
    }


_RULES: Mapping[str, str] = {
    "many": "values-too-many",
    "typed": "value-mistyped",
    "class": "value-undescribed",
    "listed": "value-unlisted",
    "reachable": "contact-unreachable",
    "bounded": "period-empty",
    "legislation": "hvd-legislation-missing",
    "category": "hvd-category-missing",
}


def is_weaker(cause: Cause, found: Collection[Cause]) -> bool:
    """Return whether another cause found says the same of the same value, and more."""
    return any(cause._replace(check=check) in found for check in _STRONGER.get(cause.check, ()))


#: Check → checks that explain the same value better: a text where an entry of a list must be.
_STRONGER: Mapping[str, tuple[str, ...]] = {
    "kind": ("listed",),
    "typed": ("listed", "kind"),
    "class": ("listed", "kind"),
}


def covered(known: Collection[Issue]) -> set[tuple[str, str]]:
    """Return (field without numbers, check) of the causes that a record's issues tell."""
    return {
        (_NUMBER.sub("", told.field), check) for told in known for check in _TOLD.get(told.rule, ())
    }


def is_covered(cause: Cause, told: set[tuple[str, str]]) -> bool:
    """Return whether a cause is among those told; issues of all files together have no number."""
    return bool(told) and (_NUMBER.sub("", cause.field), cause.check) in told
