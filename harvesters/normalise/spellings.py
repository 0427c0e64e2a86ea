"""Find a concept by the letters and digits that its spellings have in common.

``dl-de/by-2-0``, ``DL-DE BY 2.0`` and ``dl_de_by_2.0`` are one name.  A form that
two concepts share matches neither.
"""

from __future__ import annotations

import re
from functools import cache

from hanse_schemas.vocabulary import Concept, Vocabulary, vocabulary

#: Words that do not help to identify a concept.
_FILLERS = frozenset({"version", "v", "ver", "licence", "license", "lizenz", "the", "die", "der"})
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
#: Minimum length of a spelling found in prose; a shorter one may be an everyday word.
_SHORTEST_IN_PROSE = 10


def loose(text: str) -> str:
    """Return the letters and digits of ``text`` in lower case, one blank between runs of each."""
    tokens = _TOKEN.findall(_SCHEME.sub("", text.strip().casefold()))
    kept = [token for token in tokens if token not in _FILLERS]
    return " ".join(kept or tokens)


@cache
def _index(name: str) -> dict[str, Concept | None]:
    """Return loose form → concept, None if several concepts share the form."""
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
    """Return the concept of ``text``: an exact match, a known spelling, or its loose form."""
    return words.find(text) or _index(words.name).get(loose(text))


def inside(words: Vocabulary, text: str) -> Concept | None:
    """Return the only concept named in ``text``, None if none or several are."""
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
