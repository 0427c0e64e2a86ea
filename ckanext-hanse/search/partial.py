"""The best partial matches, if no dataset has every word of a search.

They are searched by ``package_search`` as the searching user, with the filters of the search,
so that datasets the user may not see are not revealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.hanse.search.query import QUERY_FIELDS, TIE, only_words
from ckanext.hanse.search.typos import Search
from hanse_harvesters.german.compounds import meant_by, split

"""``package_search`` as one user."""

MOST_WORDS = 20
"""Only the first words of a longer query are used, such as a pasted page."""

ANY_WORD = {"defType": "edismax", "qf": QUERY_FIELDS, "tie": TIE, "mm": "1"}


def complete(ask: Search, asked: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return ``found``, the empty result of ``asked``, or datasets with at least one of its words.

    ``partial`` in it is then True.  A compound that no dataset has is replaced by its parts, all
    of them ("Mülltermine": Müll and Termine), or any of them if none has all.  ``asked`` in
    Solr's syntax is not changed.
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
    """Return the distinct words of ``asked``; none if the caller sets Solr parameters."""
    if asked.get("qf") or asked.get("defType") or not isinstance(asked.get("q"), str):
        return []
    return list(dict.fromkeys(only_words(asked["q"])))[:MOST_WORDS]
