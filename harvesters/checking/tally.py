"""What a walk comes to: counts, groups, points, the worst datasets; in little memory.

However long the catalogue, kept are the groups (a rule and a field), a few examples of each, and
the datasets with the fewest points.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from functools import cached_property
from typing import Any

from hanse_harvesters.checking.check import CheckedDataset
from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.quality.advice import Advices
from hanse_harvesters.quality.groups import pattern
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.quality.summary import Summary
from hanse_harvesters.quality.summary import Tally as Scores

#: Datasets listed one by one, and examples of a group.
MOST_LISTED, _EXAMPLES = 500, 5
#: Groups that are kept; a portal may use any number of fields, but no reader has this patience.
_MOST_GROUPS = 1_000
#: Nodes remembered so that what is wrong with one counts once, though many datasets share it.
_MOST_SHARED = 200_000


def of_points() -> int:
    """Return how many points can be reached without asking whether links work: 325."""
    return facts().most(links=False)


@dataclass(frozen=True, slots=True)
class Example:
    """A dataset in which something was found: title, address ("" if unknown), and the issue."""

    title: str
    link: str
    issue: Issue


@dataclass(slots=True)
class Group:
    """All issues of one rule about one field, either violations or remarks.

    ``datasets``  how many have it; 0 if only the catalogue itself has.
    ``count``     number of issues, those of a node that datasets share once.
    """

    rule: str
    field: str
    is_violation: bool
    datasets: int = 0
    count: int = 0
    examples: list[Example] = made(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """A dataset in the list of those with the fewest points."""

    title: str
    link: str
    points: int
    issues: int
    score: Score


class Tally:
    """Takes checked datasets one by one; afterwards its attributes hold the results."""

    def __init__(self) -> None:
        self.datasets = 0
        self.unusable = 0
        self.advices = Advices()
        self.groups: dict[tuple[str, str, bool], Group] = {}
        self.scored = 0
        self._scores = Scores()
        self._worst: list[tuple[int, int, Listed]] = []
        self._shared: set[tuple[Issue, str]] = set()

    def add(self, checked: CheckedDataset) -> None:
        """Count one dataset."""
        self.datasets += 1
        self.unusable += not checked.record.usable
        met: set[tuple[str, str, bool]] = set()
        for found in checked.issues:
            group = self._group(found, checked.is_violation(found))
            if group is None:
                continue
            node = checked.nodes.get(found, "")
            if not node or self._is_new(found, node):
                group.count += 1
            key = (group.rule, group.field, group.is_violation)
            if key not in met:
                met.add(key)
                group.datasets += 1
                if len(group.examples) < _EXAMPLES:
                    name = checked.title or checked.record.identity
                    group.examples.append(Example(name, checked.link, found))
        if checked.score is not None:
            self._score(checked, checked.score)

    def add_of_catalogue(self, issues: Iterable[Issue], title: str) -> None:
        """Count issues of the catalogue itself."""
        for found in issues:
            grave = found.severity is not Severity.INFO
            if (group := self._group(found, grave)) is not None:
                group.count += 1
                if len(group.examples) < _EXAMPLES:
                    group.examples.append(Example(title, "", found))

    def _group(self, found: Issue, is_violation: bool) -> Group | None:
        key = (found.rule, pattern(found.field), is_violation)
        if key not in self.groups and len(self.groups) < _MOST_GROUPS:
            self.groups[key] = Group(*key)
        return self.groups.get(key)

    def _is_new(self, found: Issue, node: str) -> bool:
        key = (Issue(found.rule, pattern(found.field), found.value), node)
        if key in self._shared:
            return False
        if len(self._shared) < _MOST_SHARED:
            self._shared.add(key)
        return True

    def _score(self, checked: CheckedDataset, score: Score) -> None:
        self.scored += 1
        self._scores.add(score)
        self.advices.add(score)
        listed = Listed(
            checked.title or checked.record.identity,
            checked.link,
            score.points,
            len(checked.issues),
            score,
        )
        entry = (-score.points, -self.scored, listed)  # the heap's first is the best of the worst
        if len(self._worst) < MOST_LISTED:
            heapq.heappush(self._worst, entry)
        else:
            heapq.heappushpop(self._worst, entry)

    # --- Results ------------------------------------------------------------------------------

    @cached_property
    def scores(self) -> Summary:
        """The scores of all datasets as one; only to be read when all are added."""
        return self._scores.summary()

    @property
    def per_cent(self) -> float:
        """The mean of the points, per cent of those that can be reached; 0 of no dataset."""
        return 100 * (self.scores.mean or 0) / of_points()

    def ordered(self) -> list[Group]:
        """Return the groups: violations first, then by the number of datasets."""
        return sorted(
            (group for group in self.groups.values() if group.examples),
            key=lambda g: (not g.is_violation, -g.datasets, -g.count, g.rule, g.field),
        )

    def worst(self) -> list[Listed]:
        """Return the datasets with the fewest points, fewest first."""
        return [listed for _, _, listed in sorted(self._worst, key=lambda e: (-e[0], -e[1]))]

    def summary(self) -> dict[str, Any]:
        """``{"datasets", "violations": {rule: n}, "warnings": {rule: n}, "score": {…}}``."""
        violations, warnings = Counter[str](), Counter[str]()
        for group in self.groups.values():
            if group.count and group.examples:
                (violations if group.is_violation else warnings)[group.rule] += group.count
        return {
            "datasets": self.datasets,
            "violations": dict(sorted(violations.items())),
            "warnings": dict(sorted(warnings.items())),
            "score": {
                "mean": self.scores.mean or 0,
                "min": self.scores.min or 0,
                "max": self.scores.max or 0,
                "of": of_points(),
            },
        }
