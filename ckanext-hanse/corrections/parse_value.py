"""Convert an officer's input for a field to the form that is stored, with checks.

A value goes through the normaliser like a harvested one.  But where a portal's odd value is
stored with a warning, an officer gets an error to correct the input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse import language
from ckanext.hanse.corrections import overlay
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.store import package_dict, pg_text
from hanse_harvesters.issue import Severity
from hanse_harvesters.normalise.context import RecordContext
from hanse_harvesters.normalise.line import entity
from hanse_harvesters.normalise.outcome import READ
from hanse_schemas.language import pick
from hanse_schemas.table import Property, classes

_LONGEST_SHOWN = 200


def place(package: Mapping[str, Any], path: str) -> Place:
    """Return the place ``path`` in this dataset; ValidationError if it cannot be corrected."""
    try:
        at = overlay.place(path)
    except KeyError:
        message = tk._(
            "“{field}” cannot be corrected. Fields that say which dataset it is, and the "
            "catalogue's own, stay as they are; choose another field."
        )
        raise tk.ValidationError({"field": [message.replace("{field}", short(path))]}) from None
    ids = [item["id"] for item in package.get("resources", [])]
    if at.resource and at.resource not in ids:
        message = tk._("This dataset has no file “{file}” (any more); choose another.")
        raise tk.ValidationError({"field": [message.replace("{file}", short(at.resource))]})
    return at


def current(package: Mapping[str, Any], at: Place) -> Any:
    """Return the present value, in the shape of our dataset; None if empty."""
    ids = [item["id"] for item in package.get("resources", [])]
    holder = overlay.entity_at(package_dict.dataset_of(dict(package)), at, ids)
    return None if holder is None else overlay.value_in(holder, at.prop)


def value(at: Place, raw: Any) -> Any:
    """Return ``raw`` in the field's normal form, None if empty.

    Lists may be text, one value per line (keywords also separated by commas).  Raises
    ValidationError, with field, value and remedy, if the field does not accept it.
    """
    shaped = _shaped(at, pg_text.json(raw))
    if shaped is None:
        return None
    name = "distribution" if at.resource else "dataset"
    walk = RecordContext(language.of_data(), "")
    done = entity(classes()[name], {at.prop.field: shaped}, "", walk).get(at.prop.field)
    lang = language.of_page()
    reported = [
        item for item in walk.issues if item.severity is not Severity.INFO and item.rule not in READ
    ]
    if reported or (not done and done != 0):
        reasons = " ".join(dict.fromkeys(item.message(lang) for item in reported or walk.issues))
        raise _refusal(at, raw, reasons or tk._("This means nothing."))
    return done


def _shaped(at: Place, raw: Any) -> Any:
    prop = at.prop
    if prop.kind == "integer" and raw not in (None, "", [], {}):
        return _number(at, raw)
    if prop.kind == "keyword":
        items = re.split(r"[,\n]", raw) if isinstance(raw, str) else raw
        names = [_text(at, _name(item)) for item in _listed(items)]
        return [{"name": name} for name in dict.fromkeys(names) if name] or None
    if prop.kind == "object":
        entities = [_object(at, item) for item in _listed(raw)]
        return [item for item in entities if item] or None
    if prop.multiple:
        items = raw.splitlines() if isinstance(raw, str) else raw
        texts = [_text(at, item) for item in _listed(items)]
        return [text for text in dict.fromkeys(texts) if text] or None
    return (_text(at, raw) or None) if raw not in (None, [], {}) else None


def _name(item: Any) -> Any:
    return item.get("name") if isinstance(item, dict) else item


def _listed(value: Any) -> list[Any]:
    if value in (None, "", [], {}):
        return []
    return value if isinstance(value, list) else [value]


def _text(at: Place, item: Any) -> str:
    if isinstance(item, bool) or not isinstance(item, str | int | float | None):
        raise _refusal(at, item, tk._("This should be text."))
    return "" if item is None else str(item).replace("\r\n", "\n").strip()


def _number(at: Place, raw: Any) -> int:
    text = str(raw).strip()
    if not re.fullmatch(r"\d{1,18}", text):
        raise _refusal(at, raw, tk._("This should be a whole number, 0 or more."))
    return int(text)


def _object(at: Place, item: Any) -> dict[str, Any]:
    """Return the non-empty fields of a nested object."""
    if not isinstance(item, dict):
        raise _refusal(at, item, tk._("This should have fields of its own."))
    unknown = sorted(set(item) - classes()[at.prop.of].keys())
    if unknown:
        message = tk._("There is no field {names} in it.").replace("{names}", ", ".join(unknown))
        raise _refusal(at, item, message)
    parsed = {key: _parsed(part) for key, part in item.items()}
    return {key: part for key, part in parsed.items() if part not in (None, "", [], {})}


def _parsed(part: Any) -> Any:
    """Parse a list or dict that a form sent as JSON; other texts are only stripped."""
    if isinstance(part, str) and part.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(part)
        except ValueError:
            return part
    return part.strip() if isinstance(part, str) else part


def _refusal(at: Place, raw: Any, reasons: str) -> tk.ValidationError:
    todo = tk._("Entered was “{value}”; please enter it differently.")
    return refused(at.path, f"{reasons} {todo.replace('{value}', short(raw))}")


def refused(field: str, message: str) -> tk.ValidationError:
    """Return the error of one field; for ``tags`` CKAN expects it under ``tag_string``."""
    return tk.ValidationError({"tag_string" if field == "tags" else field: [message]})


def short(raw: Any) -> str:
    """Return a value shortened for a message."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def label(prop: Property) -> str:
    """Return the field's name in the page's language."""
    return pick(prop.label, language.of_page())
