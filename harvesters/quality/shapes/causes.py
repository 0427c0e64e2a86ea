"""Results of shapes → issues: one cause gives one issue, whichever sets of shapes found it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from hanse_harvesters.issue import Issue
from hanse_harvesters.quality.shapes import words
from hanse_harvesters.quality.shapes.chunk import Chunk
from hanse_harvesters.quality.shapes.engine import Finding
from hanse_harvesters.quality.shapes.shape_set import Role
from hanse_harvesters.quality.shapes.table import Place, property_of
from hanse_schemas.shapes import HVD_REGULATION
from hanse_schemas.table import classes

_NUMBER = re.compile(r"\[\d+\]")


def _is_file(place: Place) -> bool:
    return place.cls is not None and place.cls.name == "distribution"


class Causes:
    """The causes found in a chunk, by dataset.

    ``outer``  shape → path under which it looks a value's scheme up.
    ``known``  issues that each dataset already has.
    """

    def __init__(
        self, chunk: Chunk, outer: Mapping[str, str], known: Sequence[Collection[Issue]]
    ) -> None:
        self._chunk, self._outer, self._known = chunk, outer, known
        self._found: list[dict[words.Cause, Issue | None]] = [{} for _ in chunk.fragments]
        self._concerned: dict[tuple[Finding, Role | None], set[int]] = {}

    def add(self, finding: Finding, role: Role | None) -> set[int]:
        """Add a result; return the numbers of the datasets it concerns.

        A value that 5,000 files have gives 5,000 equal results about it, and each leads to all
        these files: it is looked at once.
        """
        concerned = self._concerned.get((finding, role))
        if concerned is None:
            concerned = self._concerned[(finding, role)] = self._added(finding, role)
        return concerned

    def _added(self, finding: Finding, role: Role | None) -> set[int]:
        concerned = set()
        for number, place, value in self._places(finding):
            concerned.add(number)
            cause = words.cause(finding, place, value, role)
            if cause and role is Role.HVD and cause.check == "missing" and _is_file(place):
                # Not every file of high-value data must be one; that one is, is asked once.
                if self._some_file_has(number, finding.path):
                    continue
                cause = cause._replace(field=_NUMBER.sub("", cause.field))
            if cause and cause not in self._found[number]:
                self._found[number][cause] = words.issue_of(cause, place, finding)
        return concerned

    def _some_file_has(self, number: int, predicate: str) -> bool:
        return any(
            at == number and property_of(path, predicate).cls is classes()["distribution"]
            for at, path, _ in self._chunk.leading_to(f"<{HVD_REGULATION}>", predicate)
        )

    def take(self, other: Causes, numbers: Sequence[int]) -> None:
        """Add what was found in some of the datasets."""
        for number, found in zip(numbers, other._found, strict=True):
            for cause, told in found.items():
                self._found[number].setdefault(cause, told)

    def issues(self) -> Iterator[tuple[Issue, ...]]:
        """Yield the issues of each dataset that are not known yet."""
        for found, known in zip(self._found, self._known, strict=True):
            if not found:
                yield ()
                continue
            covered, already = words.covered(known), frozenset(known)
            told = (
                told
                for cause, told in found.items()
                if told is not None
                and told not in already
                and not words.is_covered(cause, covered)
                and not words.is_weaker(cause, found)
            )
            yield tuple(dict.fromkeys(told))

    def _places(self, finding: Finding) -> Iterator[tuple[int, Place, str]]:
        """Yield the datasets that a result concerns, the place in each, and the value."""
        chunk = self._chunk
        focus = finding.focus
        if finding.path == words.IN_SCHEME:
            outer = self._outer.get(finding.shape, "")
            for number, path, predicate in chunk.leading_to(focus, outer):
                yield number, property_of(path, predicate), chunk.original(focus)
            return
        at = chunk.number(focus)
        if at is not None:
            path = chunk.fragments[at].places[chunk.original(focus)]
            yield at, property_of(path, finding.path), chunk.original(finding.value)
            return
        for number, path, predicate in chunk.leading_to(focus):
            yield number, property_of(path, predicate), chunk.original(finding.value or focus)
