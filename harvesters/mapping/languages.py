"""Words in several languages: literals ↔ ``field`` and ``<field>_translated``.

Words without a tag count as the site's language (K03: only other languages
must be tagged).  ``<field>_translated`` exists where there is another
language, and then holds every one; ``field`` holds the site's language, else
English, else the first by its tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from hanse_harvesters.mapping.terms import Literal
from hanse_schemas.table import Property
from hanse_schemas.vocabulary import vocabulary

Words = TypeVar("Words", str, list[str])

# Code points XML 1.0 has no way to write, and lone surrogates; no reader can show them.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """``text`` without surrounding blanks and unwritable characters, lines ending in ``\\n``."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub("", text).strip()


@lru_cache(maxsize=1024)
def primary(tag: str | None) -> str:
    """``de-DE``, ``ger`` and ``DEU`` → ``de``; "" for no tag and for one of private use."""
    first = (tag or "").replace("_", "-").split("-")[0].lower()
    if len(first) == 3:  # ISO 639-2 and 639-3; RFC 5646 wants the short one where there is one
        entry = vocabulary("languages").find(first)
        return (entry.attributes.get("iso") if entry else "") or first
    return first if len(first) > 1 else ""


def _rank(literal: Literal) -> tuple[bool, bool, int, str]:
    """Best first: a plain tag before a machine translation (``de-t-en``, RFC 6497), then the
    longer text; the text itself makes the choice the same whatever the order."""
    tag = literal.language or ""
    return ("-t-" in f"{tag}-", "-" in tag, -len(literal.value), literal.value)


def by_language(literals: Iterable[Literal], site: str) -> dict[str, list[str]]:
    """Language → its texts, the best first; words without a tag stand under ``site``."""
    found: dict[str, dict[str, None]] = {}
    for literal in sorted(literals, key=_rank):
        text = clean(literal.value)
        if text:
            found.setdefault(primary(literal.language) or site, {})[text] = None
    return {language: list(texts) for language, texts in found.items()}


def only_one_language(prop: Property) -> bool:
    """True for words the specification allows once (vcard:fn): no place for translations."""
    return prop.kind == "text" and prop.cardinality in ("1", "0..1")


def fields(field: str, words: Mapping[str, Words], site: str) -> dict[str, Any]:
    """``{field: …}`` and, where a language other than ``site`` occurs, ``<field>_translated``."""
    if not words:
        return {}
    main = next((lang for lang in (site, "en") if lang in words), min(words))
    found: dict[str, Any] = {field: words[main]}
    if set(words) != {site}:
        found[f"{field}_translated"] = dict(words)
    return found


def tagged(main: Words | None, translated: Mapping[str, Words], site: str) -> Iterator[Literal]:
    """The literals of a text or keyword field; the inverse of :func:`fields`.

    Where ``main`` is none of the translations it is the site's words, edited after them.
    """
    words: dict[str | None, Words] = dict(translated.items())
    if main and main not in words.values():
        # German needs no tag (K03), and the source may have had a reason to set none.
        words[site if translated or site != "de" else None] = main
    for language, text in words.items():
        for item in [text] if isinstance(text, str) else text:
            if item:
                yield Literal(item, language=language)
