"""The name of a field for people: ``resources[1].mimetype`` → "Datei 2: Medientyp".

Labels come from the table; what it does not know (a field of a portal's own) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from hanse_schemas.table import Class, Property, classes

#: A step of a path: a key, and a number, an id or nothing in brackets.
_STEP = re.compile(r"(?P<key>[^.\[\]]+)(?P<brackets>\[(?P<at>[^\[\]]*)\])?(?:\.|$)")
#: Distributions are files to those who publish them.
_FILE: Mapping[str, str] = {"de": "Datei", "en": "File"}
_FILES: Mapping[str, str] = {"de": "Dateien", "en": "Files"}
_IRI: Mapping[str, str] = {"de": "Adresse (IRI)", "en": "Address (IRI)"}


def field_label(path: str, language: str) -> str:
    """The words of ``path`` as an issue or a diff names it, in German ("de") or English.

    Numbers count from 1 and are said of files, and of further ones of anything else;
    brackets without a number stand for any of them.
    """
    steps = list(_STEP.finditer(path))
    if not steps or steps[-1].end() != len(path):
        return path
    cls: Class | None = classes()["dataset"]
    words: list[str] = []
    for step in steps:
        if cls is None:  # behind a text: its language
            words[-1] += f" ({step['key']})"
            continue
        found = _step(cls, step, language)
        if found is None:
            return path
        word, cls = found
        words.append(word)
    return ": ".join(words)


def _step(cls: Class, step: re.Match[str], language: str) -> tuple[str, Class | None] | None:
    """A step's words and the class behind it; None where the table has no such field."""
    key, at = step["key"], step["at"]
    if key == "resources" and cls.name == "dataset":
        word = (_FILE if step["brackets"] else _FILES)[language]
        numbered = f"{word} {int(at) + 1}" if at and at.isdecimal() else word
        return numbered, classes()["distribution"]
    prop = _fields(cls.name).get(key.removesuffix("_translated"))
    if prop is None:
        return (_IRI[language], None) if key == "uri" else None
    further = f" {int(at) + 1}" if at and at.isdecimal() and int(at) else ""
    inner = classes()[prop.of] if prop.kind == "object" and not prop.flatten else None
    return prop.label[language] + further, inner


@cache
def _fields(name: str) -> Mapping[str, Property]:
    """Every key of a class, flattened ones included."""
    found = {}
    for prop in classes()[name].properties:
        found[prop.field] = prop
        found.update(dict.fromkeys(prop.flatten.values(), prop))
    return found
