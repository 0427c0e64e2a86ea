"""Multilingual texts: literals ↔ ``field`` and ``<field>_translated``.

Texts without a language tag are in the site's language (K03: only other languages
must be tagged).  ``<field>_translated`` exists if there is another language, and
then contains all of them; ``field`` contains the site's language, else English, else
the first by tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from hanse_harvesters.mapping.terms import Literal
from hanse_schemas.vocabulary import vocabulary

Words = TypeVar("Words", str, list[str])

# Characters that XML 1.0 cannot represent, and lone surrogates; no reader can show them.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Strip ``text``, remove unwritable characters and convert line ends to ``\\n``."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub("", text).strip()


@lru_cache(maxsize=1024)
def primary(tag: str | None) -> str:
    """Return ``de`` for ``de-DE``, ``ger`` and ``DEU``; "" for no tag or a private-use one."""
    first = (tag or "").replace("_", "-").split("-")[0].lower()
    if len(first) == 3:  # ISO 639-2 and 639-3; RFC 5646 requires the shorter code if it exists
        entry = vocabulary("languages").find(first)
        return (entry.attributes.get("iso") if entry else "") or first
    return first if len(first) > 1 else ""


def _rank(literal: Literal) -> tuple[bool, bool, int, str]:
    """Return the sort key, best first: plain tags before machine translations (``de-t-en``,
    RFC 6497), then longer texts; the text itself makes the order deterministic."""
    tag = literal.language or ""
    return ("-t-" in f"{tag}-", "-" in tag, -len(literal.value), literal.value)


def by_language(literals: Iterable[Literal], site: str) -> dict[str, list[str]]:
    """Return language → its texts, best first; untagged texts are stored under ``site``."""
    found: dict[str, dict[str, None]] = {}
    for literal in sorted(literals, key=_rank):
        text = clean(literal.value)
        if text:
            found.setdefault(primary(literal.language) or site, {})[text] = None
    return {language: list(texts) for language, texts in found.items()}


def fields(field: str, words: Mapping[str, Words], site: str) -> dict[str, Any]:
    """Return ``{field: …}``, and ``<field>_translated`` if there is a language beside ``site``."""
    if not words:
        return {}
    main = next((lang for lang in (site, "en") if lang in words), min(words))
    found: dict[str, Any] = {field: words[main]}
    if set(words) != {site}:
        found[f"{field}_translated"] = dict(words)
    return found


def tagged(main: Words | None, translated: Mapping[str, Words], site: str) -> Iterator[Literal]:
    """Yield the literals of a text or keyword field; the inverse of :func:`fields`.

    If ``main`` is not among the translations, it is the site's text, edited after them.
    """
    words: dict[str | None, Words] = dict(translated.items())
    if main and main not in words.values():
        # German needs no tag (K03), and the source may have left it out on purpose.
        words[site if translated or site != "de" else None] = main
    for language, text in words.items():
        for item in [text] if isinstance(text, str) else text:
            if item:
                yield Literal(item, language=language)
