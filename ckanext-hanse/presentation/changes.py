"""Changes of a dataset in words: a diff holds codes and parts as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ckanext.hanse.presentation import display
from hanse_schemas.table import Property, classes

#: ``resources[2].license``, as :mod:`hanse_harvesters.diff` writes it.
_OF_FILE = re.compile(r"resources\[\d+\]\.(\w+)")
_LANGUAGES = "_translated"


def in_words(change: Mapping[str, Any], language: str) -> tuple[str | None, str | None]:
    """Return the value before and after; as they came if they would look the same in words."""
    raw = (change["old"], change["new"])
    old, new = (None if text is None else _words(change["field"], text, language) for text in raw)
    return raw if old == new else (old, new)


def _words(path: str, text: str, language: str) -> str:
    value = _parsed(text)
    of_file = _OF_FILE.fullmatch(path)
    name, field = ("distribution", of_file[1]) if of_file else ("dataset", path)
    if field.endswith(_LANGUAGES) and isinstance(value, Mapping):
        return "; ".join(f"{tag}: {_listed(each)}" for tag, each in value.items())
    prop = next((each for each in classes()[name].properties if each.field == field), None)
    if prop is None or (value is text and not _is_code(prop)):
        return _listed(value)
    facts = display.facts({field: value}, name, language)
    return "; ".join(map(_value, facts[0].values)) if facts else _listed(value)


def _parsed(text: str) -> Any:
    """Return what JSON holds; the text itself if it is none, or was cut off."""
    try:
        return json.loads(text) if text[:1] in ("[", "{") else text
    except ValueError:
        return text


def _is_code(prop: Property) -> bool:
    return bool(prop.vocabulary) or prop.kind == "date"


def _value(value: display.DisplayValue) -> str:
    parts = [
        f"{fact.label}: {', '.join(map(_value, fact.values))}" if fact.label else
        ", ".join(map(_value, fact.values))
        for fact in value.facts
    ]  # fmt: skip
    inner = ", ".join(parts)
    return f"{value.text} ({inner})" if value.text and inner else value.text or inner


def _listed(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_listed, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
