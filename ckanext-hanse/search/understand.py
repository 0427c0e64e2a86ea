"""A question searched: within the place that it names, by its subject, widened where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckanext.hanse.search.question import Question
from ckanext.hanse.search.typos import Search
from ckanext.hanse.search.widen import widen

TOLD = ("place", "subject", "widened", "left_out", "elsewhere")

Complete = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""Returns alternatives to an empty result of a search."""


def search(
    ask: Search, asked: Mapping[str, Any], read: Question, complete: Complete
) -> dict[str, Any]:
    """Return the result of ``asked`` as ``read``.

    ``place`` in it: the name of the city or place that it is narrowed to, and ``subject``: the
    query without it; ``elsewhere``: the name of one where nothing was found.
    """
    narrowed = dict(asked)
    if read.place:
        narrowed["q"] = read.subject
        narrowed["fq_list"] = [*(asked.get("fq_list") or ()), read.place.filter]
    found = widen(ask, narrowed, read.words, ask(narrowed))
    if not found["count"]:
        found = complete(narrowed, found)
    if not read.place:
        return found if found["count"] or not read.named else _all_of(ask, asked, read, found)
    if found["count"] and not found.get("partial"):
        return {**found, "place": read.place.name, "subject": read.subject}
    subject = Question(read.words, None, read.subject)
    anywhere = search(ask, {**asked, "q": read.subject}, subject, complete)
    return {**anywhere, "elsewhere": read.place.name} if anywhere["count"] else found


def _all_of(
    ask: Search, asked: Mapping[str, Any], read: Question, empty: dict[str, Any]
) -> dict[str, Any]:
    """Return what is about a place that no dataset names, such as maps of the city around it."""
    if read.named is None:
        return empty
    within = [*(asked.get("fq_list") or ()), read.named.filter]
    found = ask({**asked, "q": "*:*", "fq_list": within})
    return {**found, "place": read.named.name, "subject": ""} if found["count"] else empty
