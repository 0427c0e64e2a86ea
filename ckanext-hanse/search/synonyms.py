"""Synonyms of municipal data, added to a dataset when it is indexed.

At index time, so that phrases and parts of compounds match too, and a query
stays as short as typed.  The groups are in ``synonyms.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

import yaml

from hanse_harvesters.german.compounds import split
from hanse_harvesters.german.letters import fold

_WORD = re.compile(r"[^\W_]+")
#: Characters up to which what a text means is remembered.
_SHORT = 80
_ENDING = re.compile(r"(?<=..[^\W\d_])(?:en|es|e|n|s)$")


SynonymGroup = dict[str, list[str]]
"""Synonymous terms, by language."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of synonyms by the stems of their terms.

    ``by_word``  terms of one word.   ``by_phrase``  of several, by the first of them.
    """

    groups: tuple[SynonymGroup, ...]
    by_word: dict[str, frozenset[int]]
    by_phrase: dict[str, list[tuple[tuple[str, ...], int]]]

    def of(self, texts: Iterable[str]) -> SynonymGroup:
        """Return every term of the groups that match ``texts``, by language."""
        found: set[int] = set()
        for text in texts:
            # Keywords, names of files and offices come again and again.
            found |= _in_short(text) if len(text) <= _SHORT else self.within(text)
        terms: SynonymGroup = {}
        for index in sorted(found):
            for language, words in self.groups[index].items():
                terms.setdefault(language, []).extend(words)
        return terms

    def within(self, text: str) -> frozenset[int]:
        """Return the numbers of the groups that match a text."""
        found: set[int] = set()
        words = _WORD.findall(text)
        for place, word in enumerate(words):
            touched, begins = _meaning(word)
            found |= touched
            if begins:
                found.update(self._phrases(words, place))
        return frozenset(found)

    def _phrases(self, words: list[str], place: int) -> Iterator[int]:
        """Yield the groups of multi-word terms that begin at ``place``."""
        for phrase, index in self.by_phrase[stem(words[place])]:
            if tuple(map(stem, words[place : place + len(phrase)])) == phrase:
                yield index


@lru_cache(maxsize=16_384)
def _in_short(text: str) -> frozenset[int]:
    return synonyms().within(text)


@lru_cache(maxsize=65_536)
def _meaning(word: str) -> tuple[frozenset[int], bool]:
    """Return the groups of a word or its compound parts, and whether a phrase begins with it."""
    known = synonyms()
    stems = [stem(word), *map(stem, split(word))]
    touched = frozenset().union(*(known.by_word.get(item, ()) for item in stems))
    return touched, stems[0] in known.by_phrase


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return ``word`` folded and without a simple ending, at least three letters.

    Weaker than the index's stemmer on purpose: "Müller" is not "Müll".
    """
    return _ENDING.sub("", fold(word))


@cache
def synonyms() -> Synonyms:
    """Return the groups of ``synonyms.yaml``."""
    text = files(__package__).joinpath("synonyms.yaml").read_text("utf-8")
    groups: tuple[SynonymGroup, ...] = tuple(yaml.safe_load(text)["groups"])
    by_word: dict[str, frozenset[int]] = {}
    by_phrase: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for index, group in enumerate(groups):
        for term in chain.from_iterable(group.values()):
            key = tuple(stem(word) for word in _WORD.findall(term))
            if len(key) == 1:
                by_word[key[0]] = by_word.get(key[0], frozenset()) | {index}
            else:
                by_phrase.setdefault(key[0], []).append((key, index))
    return Synonyms(groups, by_word, by_phrase)
