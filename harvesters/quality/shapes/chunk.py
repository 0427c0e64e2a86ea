"""Several fragments as one data graph, and the way back from its nodes to places in datasets.

An agent or a place that several datasets describe under one IRI gets a name of its own in each:
joined, two names for one publisher would break a rule that neither dataset breaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.quality.shapes.background import about, statements

_MARK = "~hanse"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a fragment, its terms as in N-Triples."""

    subject: str
    predicate: str
    value: str


@dataclass
class Chunk:
    """Fragments with the nodes that several of them describe renamed.

    ``text``     N-Triples for an engine, with what it must know about their values.
    """

    fragments: Sequence[Fragment]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        counts = Counter(node for one in self.fragments for node in one.places)
        self._shared = {node for node, count in counts.items() if count > 1}
        self._original: dict[str, str] = {}
        self._of: dict[str, int] = {}
        self._texts = [self._renamed(number) for number in range(len(self.fragments))]
        together = "".join(self._texts)
        self.text = together + about(together) + self._also()

    def _renamed(self, number: int) -> str:
        one = self.fragments[number]
        text = one.text
        for node in one.places:
            if node not in self._shared:
                self._of[node] = number
                continue
            alias = f"{node[:-1]}{_MARK}{number}>" if node[0] == "<" else f"{node}x{number}"
            text = text.replace(f"{node} ", f"{alias} ")
            self._original[alias] = node
            self._of[alias] = number
        return text

    def _also(self) -> str:
        """Return what is known of renamed places that are concepts of a vocabulary."""
        known = statements()
        return "".join(
            known[node].replace(f"{node} ", f"{alias} ", 1)
            for alias, node in self._original.items()
            if node in known
        )

    def original(self, node: str) -> str:
        """Return a term as in the fragments."""
        return self._original.get(node, node)

    def number(self, node: str) -> int | None:
        """Return the number of the fragment that has this node as a place, None if none has."""
        return self._of.get(node)

    def leading_to(self, value: str, predicate: str = "") -> Iterator[tuple[int, str, str]]:
        """Yield fragment number, place and predicate of the statements with this value."""
        for number, statement in self._by_value.get(value, ()):
            if predicate in ("", statement.predicate):
                node = self.original(statement.subject)
                if node in self.fragments[number].places:
                    yield number, self.fragments[number].places[node], statement.predicate

    @cached_property
    def _by_value(self) -> dict[str, list[tuple[int, Statement]]]:
        found: dict[str, list[tuple[int, Statement]]] = {}
        for number, text in enumerate(self._texts):
            for statement in read(text):
                found.setdefault(statement.value, []).append((number, statement))
        return found

    def values(self, number: int, place: str, predicate: str) -> list[str]:
        """Return the values of a property at a place of a fragment."""
        one = self.fragments[number]
        return [
            self.original(statement.value)
            for statement in read(self._texts[number])
            if statement.predicate == predicate
            and one.places.get(self.original(statement.subject)) == place
        ]


def read(text: str) -> Iterable[Statement]:
    """Return the statements of N-Triples as our writer makes them, one a line."""
    for line in text.split("\n"):  # other line ends stand in literals
        subject, _, rest = line.partition(" ")
        predicate, _, value = rest.partition(" ")
        if value:
            yield Statement(subject, predicate[1:-1], value.removesuffix(" ."))
