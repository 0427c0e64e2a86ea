"""A question searched: within the place that it names, by its subject, widened where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckanext.hanse.search import widen
from ckanext.hanse.search.question import Place, Question
from ckanext.hanse.search.typos import Search
from ckanext.hanse.search.vocabulary import vocabulary

TOLD = ("place", "subject", "widened", "left_out", "elsewhere")

Complete = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""Returns alternatives to an empty result of a search."""


def search(
    ask: Search, asked: Mapping[str, Any], read: Question, correct: Complete, part: Complete
) -> dict[str, Any]:
    """Return the result of ``asked`` as ``read``, the first of these that has hits:

    in its place, the words as typed and terms of the same service; the same anywhere
    (``elsewhere`` in the result is the place then); slips corrected, by the index and by the
    vocabulary; datasets with some of the words or of a close subject (``partial``), in the place,
    then anywhere; all of the place.  ``place`` is the name of the place that it is narrowed to,
    ``subject`` the query without it.
    """
    terms = widen.read(read.words)
    narrowed = _within(asked, read.place, read.subject)
    found = widen.widen(ask, narrowed, terms, ask(narrowed))
    if found["count"]:
        return _named(found, read.place, read.subject)
    subject = {**asked, "q": read.subject}
    anywhere = found
    if read.place:
        anywhere = widen.widen(ask, subject, terms, ask(subject))
        if anywhere["count"]:
            return {**anywhere, "elsewhere": read.place.name}
    corrected = correct(dict(subject), anywhere)
    if not corrected["count"]:
        corrected = _slips(ask, subject, read, corrected)
    if corrected["count"]:
        return corrected
    hint = {name: corrected[name] for name in ("did_you_mean",) if name in corrected}
    if (close := widen.nearest(ask, narrowed, terms, found))["count"]:
        return {**_named(close, read.place, read.subject), **hint}
    for some in (widen.nearest(ask, subject, terms, anywhere), part(dict(subject), anywhere)):
        if some["count"]:
            return {**some, **hint, **({"elsewhere": read.place.name} if read.place else {})}
    if place := read.place or read.named:
        within = ask(_within(asked, place, "*:*"))
        if within["count"]:
            return {**_named(within, place, ""), **hint, "partial": True}
    return {**found, **hint}


def _within(asked: Mapping[str, Any], place: Place | None, subject: str) -> dict[str, Any]:
    if place is None:
        return dict(asked)
    return {**asked, "q": subject, "fq_list": [*(asked.get("fq_list") or ()), place.filter]}


def _named(found: dict[str, Any], place: Place | None, subject: str) -> dict[str, Any]:
    return {**found, "place": place.name, "subject": subject} if place else found


def _slips(
    ask: Search, asked: Mapping[str, Any], read: Question, found: dict[str, Any]
) -> dict[str, Any]:
    """Return ``found``, an empty result, or that of the words corrected by the vocabulary.

    The result then has ``similar`` (True) and ``did_you_mean``, the corrected query.
    """
    known = vocabulary()
    right = {
        word: better
        for term in known.terms(read.words)
        for word in term.words
        if not term.groups and (better := known.corrected(word))
    }
    if not right:
        return found
    words = [right.get(word, word) for word in read.words]
    query = " ".join(right.get(word, word) for word in read.subject.split())
    better = {**asked, "q": query}
    corrected = widen.widen(ask, better, widen.read(words), ask(better))
    if not corrected["count"]:
        return found
    return {**corrected, "did_you_mean": query, "similar": True}
