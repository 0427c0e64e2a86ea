"""Normalises the values of a dataset made here as a harvest would.

Uses the normalisers of the harvest.  A value from a form that no normaliser can read is refused
with a remedy; one from the API is stored, and becomes an issue of the dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import has_request_context, request

from ckanext.hanse import language, provenance
from ckanext.hanse.store.action_writer import BIND
from hanse_harvesters.issue import Issue, Severity, rules
from hanse_harvesters.normalise import dates, geometry, mail, numbers, urls
from hanse_harvesters.normalise.outcome import READ, Finding, Outcome
from hanse_schemas.table import Class, Property, classes

#: The kinds whose values have one right form; text and codes are handled by their fields.
_KINDS = {
    "iri": urls.url,
    "mailto": mail.email,
    "tel": mail.phone,
    "date": dates.date,
    "decimal": numbers.decimal,
    "duration": numbers.duration,
    "hex": numbers.checksum,
    "geometry": geometry.geometry,
}
_FORMS = ("dataset", "dataset_resource", "resource")
#: navl's flat form of a dict: ``("resources", 0, "name")`` → value.
Key = tuple[Any, ...]


def hanse_entered_values(
    key: Key, data: dict[Key, Any], errors: dict[Key, list[str]], context: dict[str, Any]
) -> None:
    """Normalise every value of a dataset made here; one of the schema's ``before_validators``."""
    package = context.get("package")
    if BIND in context or (package is not None and provenance.is_harvested(package.id)):
        return
    asks = _of_a_form()
    for place, value in list(data.items()):
        kind = _kind(place, data) if isinstance(value, str) and value.strip() else ""
        if not kind:
            continue
        outcome: Outcome[Any] = _KINDS[kind](value)
        refused = [item for item in outcome.findings if is_refused(item.rule)]
        if not refused:
            data[place] = outcome.value or ""
        elif asks:
            errors.setdefault(place, []).extend(reported(item, _path(place)) for item in refused)


def is_refused(rule: str) -> bool:
    """Return whether a value with this finding must be entered again."""
    return rules()[rule].severity is not Severity.INFO and rule not in READ


def reported(found: Finding, path: str) -> str:
    """Return the problem of an entered value and its remedy, without what a harvest did with it."""
    issue = Issue(found.rule, path, found.value, found.params)
    lang = language.of_page()
    message = issue.message(lang)
    happened = message.rpartition(";")[0]
    return f"{happened}. {issue.form_remedy(lang)}" if happened else message


def _of_a_form() -> bool:
    return (
        has_request_context() and request.method == "POST" and (request.blueprint or "") in _FORMS
    )


def _kind(place: Key, data: Mapping[Key, Any]) -> str:
    """Return the kind by which the value at ``place`` is normalised, "" for none."""
    if place[:1] == ("resources",) and place[2:] == ("url",):
        return "" if data.get((*place[:2], "url_type")) == "upload" else "iri"
    prop = _property(place)
    if prop is None or prop.multiple or prop.section == "none":
        return ""
    return prop.kind if prop.kind in _KINDS else ""


def _property(place: Key) -> Property | None:
    cls: Class | None = classes()["dataset"]
    prop: Property | None = None
    for step in place:
        if isinstance(step, int):
            continue
        if cls is None:
            return None
        prop = _fields(cls.name).get(step)
        if prop is None:
            return None
        cls = classes()[prop.of] if prop.kind == "object" and prop.of else None
    return prop


@cache
def _fields(name: str) -> Mapping[str, Property]:
    found = {prop.field: prop for prop in classes()[name].properties if not prop.flatten}
    return found | {
        field: prop for field, prop in classes()[name].correctable().items() if field not in found
    }


def _path(place: Key) -> str:
    """Format a key: ``("contact", 0, "email")`` → ``contact[0].email``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
