"""Synonyms of municipal data, added to a dataset when it is indexed.

At index time, since phrases and parts of compounds match then too, and a query
stays as short as it was typed.  The groups stand in ``synonyms.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

import yaml

from ckanext.hanse.search.compounds import split
from ckanext.hanse.search.letters import fold

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=..[^\W\d_])(?:en|es|e|n|s)$")


Group = dict[str, list[str]]
"""Terms that mean the same, by language."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups by the stems of their terms."""

    groups: tuple[Group, ...]
    by_term: dict[tuple[str, ...], frozenset[int]]
    longest: int
    """Words of the longest term."""

    def of(self, texts: Iterable[str]) -> Group:
        """Every term of the groups that ``texts`` touch, by language."""
        found: set[int] = set()
        for text in texts:
            for phrase in self._phrases(text):
                found |= self.by_term.get(phrase, frozenset())
        terms: Group = {}
        for index in sorted(found):
            for language, words in self.groups[index].items():
                terms.setdefault(language, []).extend(words)
        return terms

    def _phrases(self, text: str) -> Iterator[tuple[str, ...]]:
        """What a term could be in ``text``: rows of words, and parts of compounds."""
        words = _WORD.findall(text)
        stems = [stem(word) for word in words]
        for start in range(len(stems)):
            for end in range(start + 1, min(start + self.longest, len(stems)) + 1):
                yield tuple(stems[start:end])
        for word in words:
            for part in split(word):
                yield (stem(part),)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """``word`` folded and without a plain ending, never shorter than three letters.

    Weaker than the index's stemmer on purpose: "Müller" is not "Müll".
    """
    return _ENDING.sub("", fold(word))


@cache
def synonyms() -> Synonyms:
    """The groups of ``synonyms.yaml``."""
    text = files(__package__).joinpath("synonyms.yaml").read_text("utf-8")
    groups: tuple[Group, ...] = tuple(yaml.safe_load(text)["groups"])
    by_term: dict[tuple[str, ...], frozenset[int]] = {}
    for index, group in enumerate(groups):
        for term in chain.from_iterable(group.values()):
            key = tuple(stem(word) for word in _WORD.findall(term))
            by_term[key] = by_term.get(key, frozenset()) | {index}
    return Synonyms(groups, by_term, max(map(len, by_term)))
