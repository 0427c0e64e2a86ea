"""Keywords and concepts of a record: themes, categories and laws of known lists, else words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hanse_harvesters.mapping.iso19139.keywords import purpose
from hanse_harvesters.mapping.iso19139.simple import is_web
from hanse_harvesters.mapping.ogcrecord.facts import listed, text

#: Properties of their own for codes of known lists → the name of the list.
_LISTS = (
    (re.compile(r"hvd.?(categor|kategorie)", re.IGNORECASE), "high-value dataset categories"),
    (re.compile(r"inspire.?(theme|thema)", re.IGNORECASE), "INSPIRE themes"),
)
_KEYS = frozenset({"id", "title", "name", "label", "url", "code"})


def taken(told: dict[str, Any]) -> dict[str, list[str]]:
    """Take keywords and themes out of a record's properties; return them by what they are for.

    ``word``, ``theme`` (codes of EU themes), ``category`` (high-value), ``law``.  What a concept
    has besides its name stays.
    """
    found: dict[str, dict[str, None]] = {}
    hints: list[str] = []
    rest: list[Any] = []
    for scheme, concept in _all(told):
        word, link = _name(concept)
        if not word and not link:
            rest.append(concept)
            continue
        kind, code = purpose(word, link, scheme)
        if kind == "hvd":  # the word alone is no statement of the law
            hints.append(code)
        if kind in {"theme", "inspire", "topic"}:
            found.setdefault("theme", {}).update(dict.fromkeys(code.split(",")))
        elif kind in {"category", "law"}:
            found.setdefault(kind, {})[code] = None
        if kind not in {"category", "law"}:
            if word:
                found.setdefault("word", {})[word] = None
            rest += _rest(scheme, concept, word, link if kind in {"word", "hvd"} else "")
    if rest:
        told["themes"] = list({str(item): item for item in rest}.values())
    if "category" in found:
        found.setdefault("law", {}).update(dict.fromkeys(hints))
    return {kind: list(values) for kind, values in found.items()}


def _all(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (scheme, concept) of everything that names what a record is about."""
    words = told.pop("keywords", None)
    separated = re.split(r"[,;]", words) if isinstance(words, str) else listed(words)
    yield from (("", word) for word in separated)
    for theme in listed(told.pop("themes", None)):
        if isinstance(theme, dict) and "concepts" in theme:
            scheme = text(theme.get("scheme"))
            yield from ((scheme, concept) for concept in listed(theme["concepts"]))
        else:
            yield "", theme
    for key in [*told]:
        for known, scheme in _LISTS:
            if known.search(key) and told[key]:
                yield from ((scheme, concept) for concept in listed(told.pop(key)))
                break


def _name(concept: Any) -> tuple[str, str]:
    """Return word and IRI of a concept."""
    if not isinstance(concept, dict):
        word = text(concept)
        return ("", word) if is_web(word) else (word, "")
    names = [text(concept.get(key)) for key in ("title", "name", "label", "id", "code")]
    links = [text(concept.get(key)) for key in ("url", "id", "code")]
    word = next((name for name in names if name and not is_web(name)), "")
    return word, next(filter(is_web, links), "")


def _rest(scheme: str, concept: Any, word: str, link: str) -> Iterator[dict[str, Any]]:
    """Yield what has no field: the scheme of a plain word, an id beside the title, the IRI."""
    if not isinstance(concept, dict):
        if link:
            yield {"concepts": [{"url": link}]}
        return
    kept = {key: value for key, value in concept.items() if key not in _KEYS and value}
    code = text(concept.get("id") or concept.get("code"))
    if code and code not in {word, link} and not is_web(code):
        kept["id"] = code
    if link:
        kept["url"] = link
    if kept:
        yield {"concepts": [kept]}
    if (scheme and link) or scheme:
        yield {"scheme": scheme}
