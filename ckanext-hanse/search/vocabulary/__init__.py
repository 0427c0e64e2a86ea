"""The vocabulary of municipal services: what people ask, and how datasets call it.

Each ``<subject>.yaml`` lists groups.  A group's ``find`` are German terms of titles and keywords;
``asked`` are further German words that lead there; ``en``, ``pl``, ``sv``, ``da``, ``fi``, ``lv``,
``et`` are words of these languages; ``near`` are terms of the closest other subjects; ``model``
names model datasets, for ``tools/learn_model_datasets.py``.  Written by us, beginning with the
labels and definitions of the Musterdatenkatalog (CC0).

A query is matched at search time, so a change needs no new index.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import yaml

from ckanext.hanse.search.query import SMALL_WORDS
from ckanext.hanse.search.synonyms import stem
from hanse_harvesters.german.compounds import is_noun, split
from hanse_harvesters.german.letters import fold
from hanse_schemas.table import LOADER

LANGUAGES = ("en", "pl", "sv", "da", "fi", "lv", "et")
LONGEST_TERM = 4
"""Words of a term; a longer one is not recognised in a query."""
ENDING = 3
"""Letters in which two forms of a foreign word may differ."""
LONG_BEGINNING = 5
"""Letters in common, so that two words are forms of one."""
SHORTEST_SLIP = 5
"""Length; shorter words are one edit away from too many others."""

_WORD = re.compile(r"[^\W_]+")
_PLURAL = re.compile(r"(?:(?<=[sxz])es|(?<=[cs]h)es|(?<=..[^s])s)$")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A subject of municipal data.

    ``find``   terms of titles and keywords, German, the official first.
    ``also``   English terms, which titles may have too.
    ``near``   German terms of the closest other subjects.
    """

    find: tuple[str, ...]
    also: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Consecutive words of a query, as typed, and the groups that know them."""

    words: tuple[str, ...]
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Groups by the stems of their German terms, and by their terms of other languages.

    ``others``  single words of other languages, folded, in order.
    ``words``   single words of all terms, as written, for the correction of typos.
    """

    groups: tuple[Group, ...]
    german: dict[Key, tuple[int, ...]]
    other: dict[Key, tuple[int, ...]]
    others: tuple[str, ...]
    words: tuple[str, ...]

    def of(self, words: Sequence[str]) -> tuple[Group, ...]:
        """Return the groups that know these words as one term; German terms come first.

        "Rat" is the council, though English rats are in the vocabulary too.
        """
        places = self.german.get(_german(words)) or self.other.get(_other(words)) or ()
        return tuple(self.groups[place] for place in places)

    def terms(self, words: Sequence[str]) -> list[Term]:
        """Divide ``words`` into known terms, the longest first, and single unknown words.

        A compound that no group knows has the groups of the longest known part of it at its
        end: "Elektroladesäule" those of "Ladesäule".
        """
        found: list[Term] = []
        place = 0
        while place < len(words):
            for length in range(min(LONGEST_TERM, len(words) - place), 0, -1):
                some = tuple(words[place : place + length])
                if length == 1 and some[0].lower() in SMALL_WORDS:  # "viele" is not Danish here
                    found.append(Term(some))
                    place += 1
                    break
                groups = self.of(some) or (self._of_form(some[0]) if length == 1 else ())
                if groups or length == 1:
                    found.append(Term(some, groups))
                    place += length
                    break
        return found

    def _of_form(self, word: str) -> tuple[Group, ...]:
        """Return the groups of a compound's end, else those of an inflected foreign word."""
        ending = [part for part in split(word) if fold(word).endswith(stem(part))]
        for part in sorted(ending, key=len, reverse=True):
            if groups := self.of([part]):
                return groups
        return () if ending or is_noun(word) else self._inflected(fold(word))

    def _inflected(self, word: str) -> tuple[Group, ...]:
        """Return the groups of the foreign word that shares all but the ending with ``word``.

        "plaży" is a form of "plaża", "invånarna" of "invånare": after five letters in common at
        most :data:`ENDING` differ, after four one.
        """
        for cut in range(ENDING + 1):
            beginning = word[: len(word) - cut]
            most = ENDING if len(beginning) >= LONG_BEGINNING else 1
            if len(beginning) < max(LONG_BEGINNING - 1, len(word) // 2 + 1) or cut > most:
                return ()
            first = bisect_left(self.others, beginning)
            for known in self.others[first : first + 20]:
                if known.startswith(beginning) and len(known) - len(beginning) <= most:
                    return self.of([known])
        return ()

    def corrected(self, word: str) -> str | None:
        """Return the word of a term that ``word`` is a slip of; None if there is none.

        One edit (a letter wrong, missing, too many, or two swapped), two from eight letters on.
        """
        typed = fold(word)
        if len(typed) < SHORTEST_SLIP:
            return None
        most = 1 if len(typed) < 8 else 2
        found = [
            (distance, known)
            for known in self.words
            if abs(len(known) - len(typed)) <= most and known[0].lower() == word[0].lower()
            if (distance := edits(typed, fold(known), most)) is not None
        ]
        return min(found)[1] if found else None


def edits(one: str, other: str, most: int) -> int | None:
    """Return how many letters were mistyped (optimal string alignment); None if over ``most``."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before = last
    return row[-1] if row[-1] <= most else None


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary; the files are read once.  Raises ValueError for an unknown key."""
    groups: list[Group] = []
    german: dict[Key, dict[int, None]] = {}
    other: dict[Key, dict[int, None]] = {}
    words: dict[str, None] = {}
    for raw in chain.from_iterable(_files()):
        if unknown := raw.keys() - {"find", "asked", "near", "model", *LANGUAGES}:
            raise ValueError(f"vocabulary, group {raw.get('find')}: unknown {sorted(unknown)}")
        find, also = tuple(raw["find"]), tuple(raw.get("en", ()))
        for term in (*find, *raw.get("asked", ())):
            words[term] = None
            german.setdefault(_german(_WORD.findall(term)), {})[len(groups)] = None
        for term in chain.from_iterable(raw.get(language, ()) for language in LANGUAGES):
            other.setdefault(_other(_WORD.findall(term)), {})[len(groups)] = None
        groups.append(Group(find, also, tuple(raw.get("near", ()))))
    others = sorted(key[0] for key in other if len(key) == 1)
    single = tuple(word for word in words if _WORD.fullmatch(word))
    return Vocabulary(tuple(groups), _listed(german), _listed(other), tuple(others), single)


def _listed(found: dict[Key, dict[int, None]]) -> dict[Key, tuple[int, ...]]:
    return {key: tuple(places) for key, places in found.items()}


def _files() -> Iterable[list[dict[str, list[str]]]]:
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            yield yaml.load(path.read_text("utf-8"), LOADER)["groups"]


def _german(words: Iterable[str]) -> Key:
    return tuple(map(stem, words))


def _other(words: Iterable[str]) -> Key:
    return tuple(_PLURAL.sub("", fold(word)) for word in words)
