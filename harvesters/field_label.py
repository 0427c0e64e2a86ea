"""Human-readable names of fields: ``resources[1].mimetype`` → "Datei 2: Medientyp".

Labels come from the table; a path that it does not contain (a portal's own field) is unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from hanse_harvesters.texts import CORE, Texts
from hanse_schemas.language import pick
from hanse_schemas.table import Class, Property, classes

#: A step of a path: a key, optionally followed by a number, an id or nothing in brackets.
_STEP = re.compile(r"(?P<key>[^.\[\]]+)(?P<brackets>\[(?P<at>[^\[\]]*)\])?(?:\.|$)")


def field_label(path: str, language: str) -> str:
    """Return the label of ``path``, as issues and diffs write it, in the reader's language.

    Numbers start at 1; files are always numbered, other objects from the second on.
    Empty brackets mean any of them.
    """
    return _words(path, language, CORE.texts(language))


@lru_cache(maxsize=4096)
def _words(path: str, language: str, texts: Texts) -> str:
    steps = list(_STEP.finditer(path))
    if not steps or steps[-1].end() != len(path):
        return path
    cls: Class | None = classes()["dataset"]
    words: list[str] = []
    for step in steps:
        if cls is None:  # the step after a text is its language
            words[-1] += f" ({step['key']})"
            continue
        found = _step(cls, step, language, texts)
        if found is None:
            return path
        word, cls = found
        if word not in words[-1:]:  # the value of a checksum is called a checksum too
            words.append(word)
    return ": ".join(words)


def _step(
    cls: Class, step: re.Match[str], language: str, texts: Texts
) -> tuple[str, Class | None] | None:
    """Return a step's label and the class it leads to; None if the table has no such field."""
    key, at = step["key"], step["at"]
    if key == "resources" and cls.name == "dataset":
        return _files(step, texts), classes()["distribution"]
    prop = _fields(cls.name).get(key.removesuffix("_translated"))
    if prop is None and cls.name == "dataset":  # its issues may be about the catalogue itself
        prop = _fields("catalog").get(key)
    if prop is None:
        iri = texts.pgettext("field", "Address (IRI)")
        return (iri, None) if key == "uri" else None
    further = f" {int(at) + 1}" if at and at.isdecimal() and int(at) else ""
    inner = classes()[prop.of] if prop.kind == "object" else None
    return pick(prop.label, language) + further, inner


def _files(step: re.Match[str], texts: Texts) -> str:
    """Return the label of a distribution, which publishers call a file."""
    at = step["at"]
    if at and at.isdecimal():
        return texts.pgettext("field", "File {number}", number=str(int(at) + 1))
    return texts.pgettext("field", "File") if step["brackets"] else texts.pgettext("field", "Files")


def property_label(path: str, language: str) -> str:
    """Return the label of the last property in ``path``, "" if the table has none."""
    cls: Class | None = classes()["dataset"]
    label = ""
    for step in _STEP.finditer(path):
        found = cls and _fields(cls.name).get(step["key"].removesuffix("_translated"))
        if not found:
            return ""
        label = pick(found.label, language)
        cls = classes()[found.of] if found.kind == "object" and not found.flatten else None
    return label


@cache
def _fields(name: str) -> Mapping[str, Property]:
    """Return all keys of a class, including flattened ones."""
    found = {}
    for prop in classes()[name].properties:
        found[prop.field] = prop
        found.update(dict.fromkeys(prop.flatten.values(), prop))
    return found
