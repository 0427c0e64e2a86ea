"""Spelling suggestions and similar results, if a search for plain words finds nothing.

A word counts as a typo if no dataset contains it.  Solr proposes words of public datasets
(``/hanse-spell`` in ``solrconfig.xml``); they are tried with ``package_search`` as the
searching user, and a correction is spelled as in a dataset visible to the user.  So neither a
suggestion nor a hit reveals anything of a dataset the user may not see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pysolr
from ckan.lib.search.common import make_connection

from ckanext.hanse.search.document import spelling
from ckanext.hanse.search.query import WORD, only_words
from hanse_harvesters.german.compounds import is_noun
from hanse_harvesters.german.letters import fold

log = logging.getLogger(__name__)

Parameters = dict[str, Any]
SearchResult = dict[str, Any]
Search = Callable[[Parameters], SearchResult]
"""``package_search`` as one user."""

HANDLER = "hanse-spell"
MOST_WORDS = 8
"""A longer query is not corrected: each word costs up to five requests."""
MOST_PROPOSALS = 3
SHORTEST_TYPO = 4
"""Length; shorter words are one edit away from too many others.  ``minQueryLength`` of Solr."""
LONGEST_TYPO = 60
"""Length; of a longer word Solr builds automata for seconds."""

SIMILAR = {"defType": "edismax", "qf": "title_x^12 tags_x^6 org_x ids_x", "mm": "100%"}
SPELT = {"defType": "edismax", "qf": "spell", "rows": 1, "facet": "false"}
COUNT = {"rows": 0, "facet": "false"}
_READER = ("include_private", "include_drafts", "include_deleted", "use_default_schema")
_SCOPE = (*_READER, "fq", "fq_list")


def complete(ask: Search, asked: Mapping[str, Any], found: SearchResult) -> SearchResult:
    """Return ``found``, the empty result of ``asked``, or the result for similar words instead.

    ``did_you_mean`` in it is a query that has hits, with the same filters; ``similar`` is True
    if its datasets have words similar to those of the query.  Otherwise both are absent.
    """
    words = _plain_words(asked)
    typos = [word for word in words if _can_be_typo(word) and not _is_known(ask, asked, word)]
    if not typos:
        return found
    answer = _similar(ask, asked, words, typos) or dict(found)
    if suggestion := _suggestion(ask, asked, typos):
        answer["did_you_mean"] = suggestion
    return answer


def _similar(
    ask: Search, asked: Mapping[str, Any], words: list[str], typos: list[str]
) -> SearchResult:
    """Return the datasets with words like ``typos`` and all other ``words``; {} if none.

    A German noun is not a typo, even if no dataset has it: a search for "Schulden" does not
    return "Schulen", though it may be suggested.
    """
    if any(is_noun(word) for word in typos):
        return {}
    fuzzy = " ".join(f"{fold(word)}~1" if word in typos else word for word in words)
    similar = ask({**asked, **SIMILAR, "q": fuzzy})
    return {**similar, "similar": True} if similar["count"] else {}


def _plain_words(asked: Mapping[str, Any]) -> list[str]:
    """Return the query's words; none if the caller sets Solr parameters or there are too many."""
    if asked.get("qf") or asked.get("defType") or not isinstance(asked.get("q"), str):
        return []
    words = list(dict.fromkeys(only_words(asked["q"])))
    return words if len(words) <= MOST_WORDS else []


def _can_be_typo(word: str) -> bool:
    return SHORTEST_TYPO <= len(word) <= LONGEST_TYPO and word.isalpha()


def _is_known(ask: Search, asked: Mapping[str, Any], word: str) -> bool:
    """Return whether the user can find ``word`` anywhere, whatever the filters."""
    return bool(ask({**_some(asked, _READER), **COUNT, "q": word})["count"])


def _suggestion(ask: Search, asked: Mapping[str, Any], typos: list[str]) -> str | None:
    """Return the query with its typos corrected, if all can be and it has hits."""
    proposals = _proposals(typos)
    corrected: dict[str, str] = {}
    for typo in typos:
        right = _corrected(ask, asked, proposals.get(fold(typo), ()))
        if right is None:
            return None
        corrected[typo] = right
    query = WORD.sub(lambda found: corrected.get(found[0], found[0]), asked["q"])
    return query if ask({**_some(asked, _SCOPE), **COUNT, "q": query})["count"] else None


def _corrected(ask: Search, asked: Mapping[str, Any], proposals: Iterable[str]) -> str | None:
    """Return the first proposal in a dataset that matches the filters, spelled as there."""
    for proposal in proposals:
        for dataset in ask({**_some(asked, _SCOPE), **SPELT, "q": proposal})["results"]:
            for word in WORD.findall(" ".join(spelling(dataset))):
                if fold(word) == proposal:
                    return str(word)
    return None


def _proposals(words: Iterable[str]) -> dict[str, list[str]]:
    """Return folded word → similar words of public datasets, the most likely first."""
    asked = {"spellcheck.q": " ".join(fold(word) for word in words), "json.nl": "map"}
    try:
        answer = make_connection().search("", search_handler=HANDLER, **asked)
    except pysolr.SolrError as error:  # a search without suggestions still works
        log.warning("Solr's configset has no working /%s: %s", HANDLER, error)
        return {}
    suggestions = answer.spellcheck.get("suggestions") or {}
    return {word: reported["suggestion"][:MOST_PROPOSALS] for word, reported in suggestions.items()}


def _some(asked: Mapping[str, Any], names: Iterable[str]) -> Parameters:
    return {name: asked[name] for name in names if name in asked}
