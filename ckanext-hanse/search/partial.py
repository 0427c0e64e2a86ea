"""The best partial matches, where no dataset has every word of a search.

Asked of ``package_search`` as the user who searches, with the filters of the search: it tells
nothing of a dataset she may not see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.hanse.search.compounds import meant_by, split
from ckanext.hanse.search.query import QUERY_FIELDS, TIE, only_words
from ckanext.hanse.search.typos import Search

"""``package_search`` as one user."""

MOST_WORDS = 20
"""Of a longer query the first words count: no question has more, a pasted page has."""

ANY_WORD = {"defType": "edismax", "qf": QUERY_FIELDS, "tie": TIE, "mm": "1"}


def complete(ask: Search, asked: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """``found``, the empty answer to ``asked``, or what has at least one of its words.

    ``partial`` in it is then True.  A compound that no dataset has stands for its parts, for all
    of them ("Mülltermine": Müll and Termine), and where nothing has all, for any.  ``asked`` in
    Solr's syntax is left as it is.
    """
    words = _words(asked)
    compounds = [f"({' AND '.join(parts)})" for word in words if (parts := meant_by(word))]
    parts = [part for word in words for part in split(word)]
    for choices in ([*words, *compounds] if compounds or words[1:] else [], parts):
        some = ask({**asked, **ANY_WORD, "q": " OR ".join(choices)}) if choices else found
        if some["count"]:
            reported = {name: found[name] for name in ("did_you_mean",) if name in found}
            return {**some, **reported, "partial": True}
    return found


def _words(asked: Mapping[str, Any]) -> list[str]:
    """The words of ``asked``, each once; none if the caller says how to ask."""
    if asked.get("qf") or asked.get("defType") or not isinstance(asked.get("q"), str):
        return []
    return list(dict.fromkeys(only_words(asked["q"])))[:MOST_WORDS]
