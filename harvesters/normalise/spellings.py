"""Finds a concept by what its spellings have in common: their letters and digits.

``dl-de/by-2-0``, ``DL-DE BY 2.0`` and ``dl_de_by_2.0`` are one name.  A form that
two concepts share names neither.
"""

from __future__ import annotations

import re
from functools import cache

from hanse_schemas.vocabulary import Concept, Vocabulary, vocabulary

#: Words that say nothing about which concept is meant.
_FILLERS = frozenset({"version", "v", "ver", "licence", "license", "lizenz", "the", "die", "der"})
#: A spelling found inside prose has to be this long, or it may be an everyday word.
_SHORTEST_IN_PROSE = 10


def loose(text: str) -> str:
    """Letters and digits of ``text`` in lower case, one blank between runs of them."""
    text = re.sub(r"^(?:https?://)?(?:www\.)?", "", text.strip().casefold())
    tokens = re.findall(r"[^\W\d_]+|\d+", text)
    kept = [token for token in tokens if token not in _FILLERS]
    return " ".join(kept or tokens)


@cache
def _index(name: str) -> dict[str, Concept | None]:
    """Loose form → concept, None where several concepts have it."""
    index: dict[str, Concept | None] = {}
    for concept in vocabulary(name):
        forms = {
            loose(text)
            for text in (concept.iri, concept.code, *concept.labels.values(), *concept.same)
        }
        for form in forms - {""}:
            known = index.setdefault(form, concept)
            if known is not None and known.iri != concept.iri:
                index[form] = None
    return index


def find(words: Vocabulary, text: str) -> Concept | None:
    """The concept ``text`` means: exactly, as a known spelling, or by its letters and digits."""
    return words.find(text) or _index(words.name).get(loose(text))


def inside(words: Vocabulary, text: str) -> Concept | None:
    """The one concept that is named somewhere in ``text``, None if none or several are."""
    padded = f" {loose(text)} "
    named = sorted(
        (
            form
            for form in _index(words.name)
            if len(form) >= _SHORTEST_IN_PROSE or form.count(" ") >= 3  # cc by 4 0
        ),
        key=len,
        reverse=True,
    )
    found: dict[str, Concept | None] = {}
    for form in named:
        if re.search(rf" {re.escape(form)} (?!\d)", padded):
            padded = padded.replace(f" {form} ", " | ")
            concept = _index(words.name)[form]
            found[concept.iri if concept else form] = concept
    return next(iter(found.values())) if len(found) == 1 else None
