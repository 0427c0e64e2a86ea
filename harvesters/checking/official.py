"""Counts of the official validator: every result, as GovData's validator would list it.

A report tells one cause once; the official validator reports it by each file, each value and each
shape.  Who compares both wants its figures too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.quality.shapes.background import about
from hanse_harvesters.quality.shapes.engine import Engine, EngineError, Finding, compiled
from hanse_harvesters.quality.shapes.shape_set import Role
from hanse_harvesters.quality.shapes.stack import Stack

#: The files of the official validation of DCAT-AP.de.
_ROLES = (Role.BASE, Role.GERMAN)
_IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"
#: Results about nodes that several datasets refer to, remembered so that they count once.
_MOST_SHARED = 200_000


@dataclass(frozen=True, slots=True)
class Count:
    """How often a constraint on a property failed; ``severity`` Violation, Warning or Info."""

    severity: str
    path: str
    component: str
    number: int


@dataclass(slots=True)
class OfficialCounts:
    """Results of the official shapes over the source's own RDF.

    ``counts``  (severity, path, component) → number.  Empty without the operator's folder.
    ``unread``  datasets that the engine could not read.
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unread: int = 0
    _engine: Engine | None = None
    _shared: set[tuple[int, Finding]] = field(default_factory=set)

    @classmethod
    def of(cls, stack: Stack) -> OfficialCounts:
        """Return empty counts by the official files of a stack."""
        text = "".join(file.text for file in stack.files if file.role in _ROLES)
        return cls(_engine=compiled(text) if text else None)

    def ordered(self) -> list[Count]:
        """Return the counts: violations first, then by number."""
        found = [Count(*key, number) for key, number in self.counts.items()]
        return sorted(found, key=lambda c: (c.severity != "Violation", -c.number, c.path))

    @property
    def violations(self) -> int:
        """The number of violations."""
        return sum(count for key, count in self.counts.items() if key[0] == "Violation")

    def add(self, fragments: Sequence[Fragment], apart: Mapping[str, str], page: int = 0) -> None:
        """Count the results for some fragments of one document, ``page``.

        ``apart``  other records that they name, which are not judged here → their classes.
        """
        if self._engine is None or not fragments:
            return
        own = {node for one in fragments for node, path in one.places.items() if is_part(path)}
        beside = {node: text for node, text in apart.items() if node not in own}
        lines = dict.fromkeys(line for one in fragments for line in one.text.splitlines(True))
        text = "".join((*lines, *beside.values()))
        try:
            found = self._engine.validate(text + about(text))
        except EngineError:
            if len(fragments) == 1:
                self.unread += 1
                return
            for one in fragments:
                self.add([one], apart, page)
            return
        for item in found:
            if item.focus in beside:
                continue
            if item.focus in own or item.path == _IN_SCHEME or self._is_new(item, page):
                self.counts[item.severity, item.path, item.component] += 1

    def _is_new(self, item: Finding, page: int) -> bool:
        key = (page if item.focus.startswith("_:") else 0, item)
        if key in self._shared:
            return False
        if len(self._shared) < _MOST_SHARED:
            self._shared.add(key)
        return True


def is_part(path: str) -> bool:
    """Return whether what is at a place belongs to one dataset: itself, or one of its files."""
    return not path or (path.startswith("resources[") and "." not in path)
