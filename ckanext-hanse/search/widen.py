"""A search that the words as typed answer weakly, widened by the vocabulary of services.

``subject`` in a query is an alias for titles, keywords and names of files (``f.subject.qf`` in
``solrconfig.xml``), with half their boosts, so that a dataset with the words as typed comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ckanext.hanse.search.query import QUERY_FIELDS, SMALL_WORDS, TIE, WORD
from ckanext.hanse.search.typos import Search
from ckanext.hanse.search.vocabulary import Term, vocabulary
from hanse_harvesters.german.letters import fold

ENOUGH = 3
"""Datasets with the words in titles, keywords or names of files; with fewer a search is weak."""
MOST_TERMS = 16
"""Searched in place of one term of the query, so that Solr's limit of clauses holds."""
MOST_IN_ALL = 48
MOST_TOLD = 6
"""Terms that the reader is told."""

_ASKED = {"defType": "edismax", "qf": QUERY_FIELDS, "tie": TIE, "mm": "0"}
_COUNT = {"rows": 0, "facet": "false"}

_WISHED = """
aktuell aktuelle aktuellen alle bitte data dataset datasets daten datensatz datensätze derzeit
eigene eigenen gerade heute information informationen jahr jahre jetzt karte kosten kostet list
liste map momentan open sagen stadt städtische städtischen today übersicht
"""
_WISHES = frozenset(_WISHED.split())
"""Words that need not be in a dataset, beside others."""
_POSSESSIVE = re.compile(
    r"(?:mein|dein|sein|ihr|unser|euer|eur)(?:e|er|en|em|es)?|my|our|your", re.I
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a query: ``known`` to groups, ``unknown``, and ``wished`` for, not required."""

    known: tuple[Term, ...]
    unknown: tuple[Term, ...]
    wished: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A query of Solr's, the terms it searches beside those typed, and the words it leaves out.

    ``partial``: it may find what is not asked for.
    """

    q: str
    searched: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    partial: bool = False


def read(words: Sequence[str]) -> Asked | None:
    """Return the terms of ``words``, which have small words; None if no group knows any."""
    known: list[Term] = []
    unknown: list[Term] = []
    wished: list[Term] = []
    before = ""
    for term in vocabulary().terms(words):
        first, single = term.words[0].lower(), len(term.words) == 1
        if single and (first in _WISHES or _POSSESSIVE.fullmatch(before)):
            wished.append(term)
        elif term.groups:
            known.append(term)
        elif first not in SMALL_WORDS:
            unknown.append(term)
        before = first
    return Asked(tuple(known), tuple(unknown), tuple(wished)) if known else None


def widen(
    ask: Search, asked: Mapping[str, Any], terms: Asked | None, found: dict[str, Any]
) -> dict[str, Any]:
    """Return ``found``, the result of ``asked``, or if it is weak that of a widened search.

    ``widened`` in the result has the terms that were searched too, ``left_out`` the words that no
    group knows, if no dataset has all.
    """
    if terms is None:
        return found
    shown = found["results"]
    if found["count"] >= ENOUGH and (_is_shown(terms, shown) or _is_found(ask, asked, terms)):
        return found
    for choice in _choices(terms):
        if found["count"] and choice.left_out:
            break
        wider = _told(ask, asked, choice)
        if wider["count"] > found["count"]:
            return wider
    return found


def nearest(
    ask: Search, asked: Mapping[str, Any], terms: Asked | None, found: dict[str, Any]
) -> dict[str, Any]:
    """Return ``found``, an empty result, or datasets with some of the terms, or close to one.

    The result then has ``partial`` (True) and ``widened``.
    """
    if terms is None:
        return found
    groups = [group for term in terms.known for group in term.groups]
    near = tuple(dict.fromkeys(chain.from_iterable(group.near for group in groups)))[:MOST_TERMS]
    choices = [Choice(" OR ".join(map(_clause, terms.known)), _searched(terms.known), partial=True)]
    if near:
        choices.append(Choice(" OR ".join(_subjects(near)), near[:MOST_TOLD], partial=True))
    for choice in choices[not terms.known[1:] :]:
        wider = _told(ask, asked, choice)
        if wider["count"]:
            return wider
    return found


def _told(ask: Search, asked: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    told = {
        "widened": list(choice.searched),
        "left_out": list(choice.left_out),
        "partial": choice.partial,
    }
    found = ask({**asked, **_ASKED, "q": choice.q})
    return {**found, **{name: value for name, value in told.items() if value}}


def _is_shown(terms: Asked, datasets: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether enough of the datasets that are at hand have the words as typed.

    That is what :func:`_is_found` asks Solr, which knows forms and parts of words too.
    """
    typed = [
        f" {' '.join(WORD.findall(fold(' '.join(term.words))))} "
        for term in (*terms.known, *terms.unknown)
    ]
    enough = 0
    for dataset in datasets:
        named = [dataset, *(dataset.get("resources") or ())]
        texts = [item.get("title") or item.get("name") or "" for item in named]
        texts += [tag.get("display_name") or tag["name"] for tag in dataset.get("tags") or ()]
        text = f" {' | '.join(' '.join(WORD.findall(fold(text))) for text in texts)} "
        enough += all(words in text for words in typed)
        if enough >= ENOUGH:
            return True
    return False


def _is_found(ask: Search, asked: Mapping[str, Any], terms: Asked) -> bool:
    typed = [f"subject:{_quoted(term.words)}" for term in (*terms.known, *terms.unknown)]
    count = ask({**asked, **_ASKED, **_COUNT, "q": " AND ".join(typed)})["count"]
    return bool(count >= ENOUGH)


def _choices(terms: Asked) -> Iterator[Choice]:
    """Yield a search for all terms; then one in which those that no group knows are wishes."""
    searched = _searched(terms.known)
    every = [*map(_clause, terms.known), *(_quoted(term.words) for term in terms.unknown)]
    yield Choice(_wishing(every, terms.wished), searched)
    if terms.unknown:
        wished = (*terms.unknown, *terms.wished)
        left_out = tuple(chain.from_iterable(term.words for term in terms.unknown))
        yield Choice(_wishing(map(_clause, terms.known), wished), searched, left_out)


def _wishing(required: Iterable[str], wished: Sequence[Term]) -> str:
    """Return what is required, and what raises a dataset; all of them are of the entity type."""
    wishes = " OR ".join([*(_quoted(term.words) for term in wished), "entity_type:package^0"])
    return " AND ".join([*required, f"({wishes})"] if wished else required)


def _clause(term: Term) -> str:
    """Return the words as typed, or any term of their groups, the German ones first."""
    found = dict.fromkeys(chain.from_iterable(group.find for group in term.groups))
    found |= dict.fromkeys(chain.from_iterable(group.also for group in term.groups))
    return f"({' OR '.join([_quoted(term.words), *_subjects(list(found)[:MOST_TERMS])])})"


def _subjects(terms: Iterable[str]) -> list[str]:
    return [f"subject:{_quoted(term.split())}" for term in terms]


def _searched(terms: Sequence[Term]) -> tuple[str, ...]:
    typed = {fold(" ".join(term.words)) for term in terms}
    groups = [group for term in terms for group in term.groups]
    found = dict.fromkeys(chain.from_iterable(group.find for group in groups))
    return tuple(term for term in found if fold(term) not in typed)[:MOST_TOLD]


def _quoted(words: Sequence[str]) -> str:
    text = " ".join(word.strip('"\\') for word in words)
    return f'"{text}"' if len(words) > 1 or "-" in text else text
