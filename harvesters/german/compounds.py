"""Splits German compounds into their parts: ``Baumkataster`` → ``baum``, ``kataster``.

A learned table (``compounds.tsv.gz``, made by ``tools/learn_compounds.py``
from the nouns of Wikidata, CC0) lists which words occur as first and as last
member of others and how often.  A word is split into the cheapest sequence of
members that covers all letters.  A known simple word, and a prefix before
one, stays whole: a missed part costs a hit, a wrong one gives false hits.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import combinations, pairwise
from math import inf, log

import yaml

from hanse_harvesters.german.letters import fold

SHORTEST_MEMBER = 3
SHORTEST_UNSEEN = 7
"""Length from which a noun never seen within a compound may be a member."""
LONGEST_WORD = 60
DROPPED_E = "-"
"""The link by which ``Schule`` becomes ``Schul-``."""

_MEMBER_COST = 10.0  # outweighs any count: fewer members win
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{6,60}(?![^\W\d_])")


@dataclass(frozen=True, slots=True)
class Member:
    """A word's form as first member of a compound: its lemma and cost."""

    lemma: str
    cost: float


@dataclass(frozen=True, slots=True)
class CompoundRules:
    """Content of ``compounds.yaml``."""

    prefixes: tuple[str, ...]
    never_first: frozenset[str]
    never_last: frozenset[str]
    whole: dict[str, tuple[str, ...]]
    """Word that is never split → what it is still found by."""
    silent: frozenset[str]
    first: dict[str, str]
    last: frozenset[str]


def _pair(item: str) -> tuple[str, str, str]:
    return item.partition("=")


@cache
def rules() -> CompoundRules:
    """Return our own word lists, which complement the learned table."""
    text = files(__package__).joinpath("compounds.yaml").read_text("utf-8")
    lists = {key: value.split() for key, value in yaml.safe_load(text).items()}
    return CompoundRules(
        prefixes=tuple(lists["prefixes"]),
        never_first=frozenset(lists["never_first"] + lists["prefixes"]),
        never_last=frozenset(lists["never_last"]),
        whole={word: (part,) if part else () for word, _, part in map(_pair, lists["whole"])},
        silent=frozenset(lists["silent"]),
        first={form: lemma for form, _, lemma in map(_pair, lists["first"])},
        last=frozenset(lists["last"]),
    )


def cost(count: int) -> float:
    """Return the cost, lower for a higher count; ``count`` 0 is a noun never seen as a member."""
    return _MEMBER_COST - log(count) if count else _MEMBER_COST + 3


def inflect(lemma: str, ending: str) -> str:
    """Return ``lemma`` with ``ending``; ``2en`` removes two letters first (Museum, Museen)."""
    if ending[:1].isdigit():
        return lemma[: -int(ending[0])] + ending[1:]
    return lemma + ending


def links_of(lemma: str) -> tuple[str, ...]:
    """Return the linking elements for a noun for which none was seen."""
    return ("", "n") if lemma.endswith("e") else ("", "s")


class Splitter:
    """Splits folded words by a table of members."""

    def __init__(self, lines: Iterable[str]) -> None:
        """``lines``: ``lemma TAB count as last TAB endings TAB link:count,…``, by the tool."""
        self._first: dict[str, Member] = {}
        self._last: dict[str, float] = {}
        """Every known form; infinite where it is no member."""
        for line in lines:
            if not line.startswith("#"):
                self._add(*line.rstrip("\n").split("\t"))
        own = rules()
        for form, lemma in own.first.items():
            known = self._first.get(form)
            self._first[form] = Member(lemma, known.cost if known else cost(20))
        for form in own.last:
            self._last[form] = min(self._last.get(form, inf), cost(20))
        self._open = {
            inflect(word, ending): parts
            for word, parts in own.whole.items()
            if parts
            for ending in ("", "s", "es", "e", "en", "er", "ern")
        }

    def _add(self, lemma: str, count: str, endings: str, links: str) -> None:
        seen = int(count or 0)
        member = seen or len(lemma) >= SHORTEST_UNSEEN
        price = cost(seen) if member and lemma not in rules().never_last else inf
        for ending in ("", *filter(None, endings.split(","))):
            form = inflect(lemma, ending)
            self._last[form] = min(self._last.get(form, inf), price)
        for link in filter(None, links.split(",")):
            element, _, number = link.partition(":")
            form = lemma[:-1] if element == DROPPED_E else lemma + element
            self._offer(form, lemma, cost(int(number)))
        if not links and member:
            for element in links_of(lemma):
                self._offer(lemma + element, lemma, cost(0))

    def _offer(self, form: str, lemma: str, price: float) -> None:
        known = self._first.get(form)
        if known is None or price < known.cost:
            self._first[form] = Member(lemma, price)

    def parts(self, word: str) -> tuple[str, ...]:
        """Return every sequence of members of a folded ``word`` but the word itself; () if whole.

        Sequences lose the linking element at their end: ``schulwegplane`` → schule,
        schulweg, weg, wegplane, plane.
        """
        cuts = self._cuts(word)
        runs = combinations(cuts, 2) if cuts else [(0, len(word))]
        return tuple(dict.fromkeys(part for run in runs for part in self._shown(word, cuts, *run)))

    def members(self, word: str) -> tuple[str, ...]:
        """Return the members of a folded ``word``, as lemmas except the last; () if whole."""
        cuts = self._cuts(word)
        return tuple(self._lemma(word, cuts, *span) for span in pairwise(cuts))

    def knows(self, word: str) -> bool:
        """Return whether a folded ``word`` is a simple noun of the table, in one of its forms.

        Nouns that are never the last member of another are included.
        """
        return word in self._last or word in rules().whole

    def _cuts(self, word: str) -> list[int]:
        fits = 2 * SHORTEST_MEMBER <= len(word) <= LONGEST_WORD
        return self._cover(word) if fits and not self._stays_whole(word) else []

    def _stays_whole(self, word: str) -> bool:
        if word in self._last or word in rules().whole:
            return True
        return any(word.startswith(p) and word[len(p) :] in self._last for p in rules().prefixes)

    def _cover(self, word: str) -> list[int]:
        """Return where the cheapest cover cuts, from 0 to the end; [] if there is none."""
        end = len(word)
        best: dict[int, tuple[float, int]] = {0: (0.0, 0)}
        for stop in range(SHORTEST_MEMBER, end - SHORTEST_MEMBER + 1):
            for start in range(stop - SHORTEST_MEMBER, -1, -1):
                member = self._first.get(word[start:stop]) if start in best else None
                if start == 0 and word[:stop] in rules().prefixes:
                    continue
                if member:
                    price = best[start][0] + member.cost
                    if price < best.get(stop, (inf, 0))[0]:
                        best[stop] = (price, start)
        lasts = [
            (price + self._last.get(word[start:], inf), start)
            for start, (price, _) in best.items()
            if start
        ]
        price, cut = min(lasts, default=(inf, 0))
        if price == inf:
            return []
        cuts = [end]
        while cut:
            cuts.append(cut)
            cut = best[cut][1]
        return [0, *reversed(cuts)]

    def _shown(self, word: str, cuts: list[int], start: int, end: int) -> Iterator[str]:
        """Yield the members from ``start`` to ``end`` if worth finding, and what they imply."""
        run = self._lemma(word, cuts, start, end) if cuts else word
        if (start, end) != (0, len(word)) and not (end < len(word) and run in rules().silent):
            yield run
        yield from self._open.get(run, ())

    def _lemma(self, word: str, cuts: list[int], start: int, end: int) -> str:
        """Return the members from ``start`` to ``end``, the last one as a lemma."""
        if end == len(word):
            return word[start:]
        begin = max(cut for cut in cuts if cut < end)
        return word[start:begin] + self._first[word[begin:end]].lemma


@cache
def splitter() -> Splitter:
    """Return the splitter with the committed table, loaded once (0.2 s, about 25 MB)."""
    with (
        files(__package__).joinpath("compounds.tsv.gz").open("rb") as packed,
        gzip.open(packed, "rt", encoding="utf-8") as lines,
    ):
        return Splitter(lines)


def is_noun(word: str) -> bool:
    """Return whether the unfolded ``word`` is a known German noun.

    >>> is_noun("Schulden"), is_noun("Baumkatster")
    (True, False)
    """
    return splitter().knows(fold(word))


def meant_by(word: str) -> tuple[str, ...]:
    """Return the members of a compound, each once; () for any other word.

    >>> meant_by("Mülltermine"), meant_by("Hafen")
    (('mull', 'termine'), ())
    """
    return splitter().members(fold(word))


@lru_cache(maxsize=65_536)
def split(word: str) -> tuple[str, ...]:
    """Return the parts of the unfolded ``word``; () if it is not a known compound.

    >>> split("Baumkataster")
    ('baum', 'kataster')
    """
    return splitter().parts(fold(word))


def parts_of(text: str, *, nouns_only: bool = False) -> list[str]:
    """Return the parts of all compounds in ``text``, in order, for the ``*_parts`` fields.

    ``nouns_only`` considers only capitalised words: right for running text, where
    German capitalises nouns, wrong for tags and file names.
    """
    words = _WORD.findall(text)
    return [part for word in words if not nouns_only or word[0].isupper() for part in split(word)]
