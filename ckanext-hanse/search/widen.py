"""A search that the words as typed answer weakly, widened by the vocabulary of services.

``subject`` in a query is an alias for titles, keywords and names of files (``f.subject.qf`` in
``solrconfig.xml``), with half their boosts, so that a dataset with the words as typed comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ckanext.hanse.search.query import QUERY_FIELDS, SMALL_WORDS, TIE
from ckanext.hanse.search.typos import Search
from ckanext.hanse.search.vocabulary import Group, Term, vocabulary
from hanse_harvesters.german.letters import fold

ENOUGH = 3
"""Datasets with the words in titles, keywords or names of files; with fewer a search is weak."""
MOST_TERMS = 16
"""Searched in place of one term of the query, so that Solr's limit of clauses holds."""
MOST_TOLD = 6
"""Terms that the reader is told."""

_ASKED = {"defType": "edismax", "qf": QUERY_FIELDS, "tie": TIE, "mm": "1"}
_COUNT = {"rows": 0, "facet": "false"}


@dataclass(frozen=True, slots=True)
class Widened:
    """A query of Solr's, the terms it searches beside those typed, and words it leaves out."""

    q: str
    searched: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def widen(
    ask: Search, asked: Mapping[str, Any], words: Sequence[str], found: dict[str, Any]
) -> dict[str, Any]:
    """Return ``found``, the result of ``asked``, or if it is weak that of a widened search.

    ``words`` are those of the query, with small words.  ``widened`` in the result has the terms
    that were searched too, ``left_out`` the words that no group knows, if nothing has all.
    """
    terms = [term for term in vocabulary().terms(words) if term.groups or _counts(term)]
    if not any(term.groups for term in terms):
        return found
    if found["count"] >= ENOUGH and _is_found(ask, asked, terms):
        return found
    for choice in _choices(terms):
        wider = ask({**asked, **_ASKED, "q": choice.q})
        if wider["count"] > (found["count"] if not choice.left_out else 0):
            told = {"widened": list(choice.searched), "left_out": list(choice.left_out)}
            return {**wider, **{name: value for name, value in told.items() if value}}
        if found["count"]:
            break
    return found


def _counts(term: Term) -> bool:
    return term.words[0].lower() not in SMALL_WORDS


def _is_found(ask: Search, asked: Mapping[str, Any], terms: Sequence[Term]) -> bool:
    typed = " AND ".join(f"subject:{_quoted(term.words)}" for term in terms)
    return bool(ask({**asked, **_ASKED, **_COUNT, "q": typed})["count"] >= ENOUGH)


def _choices(terms: Sequence[Term]) -> list[Widened]:
    """Return all terms as required; then without those that no group knows."""
    known = [term for term in terms if term.groups]
    searched = tuple(_told(known))
    every = [Widened(" AND ".join(map(_clause, terms)), searched)]
    if len(known) < len(terms):
        rest = [term for term in terms if not term.groups]
        wished = " OR ".join(_quoted(term.words) for term in rest)
        required = " ".join(f"+{_clause(term)}" for term in known)
        left_out = tuple(chain.from_iterable(term.words for term in rest))
        every.append(Widened(f"{required} ({wished})", searched, left_out))
    return every


def _clause(term: Term) -> str:
    """Return the words as typed, or any term of the groups that know them."""
    others = [f"subject:{_quoted(other.split())}" for other in _terms(term.groups)]
    return f"({' OR '.join([_quoted(term.words), *others])})"


def _terms(groups: Sequence[Group]) -> list[str]:
    """Return the terms to search for: the German ones first, of all groups in turn."""
    found = dict.fromkeys(chain.from_iterable(group.find for group in groups))
    found |= dict.fromkeys(chain.from_iterable(group.also for group in groups))
    return list(found)[:MOST_TERMS]


def _told(terms: Sequence[Term]) -> list[str]:
    typed = {fold(" ".join(term.words)) for term in terms}
    found = dict.fromkeys(
        chain.from_iterable(group.find for term in terms for group in term.groups)
    )
    return [term for term in found if fold(term) not in typed][:MOST_TOLD]


def _quoted(words: Sequence[str]) -> str:
    text = " ".join(word.strip('"\\') for word in words)
    return f'"{text}"' if len(words) > 1 or "-" in text else text
