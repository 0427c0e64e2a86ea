"""A question searched: within the place that it names, by its subject, widened where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckanext.hanse.search import widen
from ckanext.hanse.search.query import WORD
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

    in its place, the words as typed and terms of the same service; in its place with slips
    corrected, by the index and by the vocabulary; both anywhere (``elsewhere`` in the result is
    the place then), but with words left out not before those with some of the terms or of a close
    subject in the place (``partial``); these and those with some of the words anywhere; all of the
    place.  ``place`` is the name of the place that it is
    narrowed to, ``subject`` the query without it.
    """
    terms = widen.read(read.words)
    narrowed = _within(asked, read.place, read.subject)
    found = _found(ask, narrowed, read, terms, correct)
    if found["count"]:
        return _named(found, read.place, read.subject)
    subject = {**asked, "q": read.subject}
    anywhere = found
    if read.place:
        anywhere = _found(ask, subject, read, terms, correct)
        if anywhere["count"] and not anywhere.get("left_out"):
            return {**anywhere, "elsewhere": read.place.name}
    hint = {name: anywhere[name] for name in ("did_you_mean",) if name in anywhere}
    if (close := widen.nearest(ask, narrowed, terms, found))["count"]:
        return {**_named(close, read.place, read.subject), **hint}
    if read.place and anywhere["count"]:
        return {**anywhere, "elsewhere": read.place.name}
    for some in (widen.nearest(ask, subject, terms, anywhere), part(dict(subject), anywhere)):
        if some["count"]:
            return {**some, **hint, **({"elsewhere": read.place.name} if read.place else {})}
    if place := read.place or read.named:
        within = ask(_within(asked, place, "*:*"))
        if within["count"]:
            return {**_named(within, place, ""), **hint, "partial": True}
    return {**found, **hint}


def _found(
    ask: Search,
    asked: dict[str, Any],
    read: Question,
    terms: widen.Asked | None,
    correct: Complete,
) -> dict[str, Any]:
    found = widen.widen(ask, asked, terms, ask(asked))
    if not found["count"]:
        found = correct(dict(asked), found)
    return found if found["count"] else _slips(ask, asked, read, found)


def _within(asked: Mapping[str, Any], place: Place | None, subject: str) -> dict[str, Any]:
    if place is None:
        return dict(asked)
    return {**asked, "q": subject, "fq_list": [*(asked.get("fq_list") or ()), place.filter]}


def _named(found: dict[str, Any], place: Place | None, subject: str) -> dict[str, Any]:
    """Return ``found`` with the place; a query that was meant keeps it."""
    if place is None:
        return found
    told = {"place": place.name, "subject": subject}
    if meant := found.get("did_you_mean"):
        told["did_you_mean"] = f"{meant} {place.name}"
    return {**found, **told}


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
    query = WORD.sub(lambda word: right.get(word[0], word[0]), read.subject)
    better = {**asked, "q": query}
    corrected = widen.widen(ask, better, widen.read(words), ask(better))
    if not corrected["count"]:
        return found
    return {**corrected, "did_you_mean": query, "similar": True}
