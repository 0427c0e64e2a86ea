"""The scores of many datasets as one: a catalogue's, a source's, a city's.

The MQA's score of a catalogue is the mean of the scores of its datasets; beside it stands how
many datasets reach each metric.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.mqa_facts import facts


@dataclass(frozen=True, slots=True)
class Reached:
    """How many datasets reach a metric, miss it, or have it pending."""

    yes: int = 0
    no: int = 0
    pending: int = 0

    @property
    def per_cent(self) -> float | None:
        """Return the share of those that are judged, None of none."""
        judged = self.yes + self.no
        return round(100 * self.yes / judged, 1) if judged else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The scores of ``datasets`` datasets.

    ``of``       405 when the links of all are checked, else 325: mean, min and max are then
                 without the points of links.
    ``mean``     mean of the datasets' points, one decimal; None of no dataset.
    ``metrics``  piveau's id → how many datasets reach it.
    ``checked``  datasets whose links are checked, and ``checked_mean`` their mean out of 405.
    """

    datasets: int
    of: int
    mean: float | None
    min: int | None
    max: int | None
    metrics: Mapping[str, Reached]
    ratings: Mapping[str, int]
    stars: Mapping[int, int]
    checked: int = 0
    checked_mean: float | None = None

    @property
    def rating(self) -> str:
        """Return the rating of the mean, "" of no dataset."""
        return "" if self.mean is None else facts().rating(self.mean)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Summary:
        """Return what :meth:`as_json` wrote."""
        return cls(
            datasets=raw["datasets"],
            of=raw["of"],
            mean=raw["mean"],
            min=raw["min"],
            max=raw["max"],
            metrics={
                id: Reached(said["yes"], said["no"], said["pending"])
                for id, said in raw["metrics"].items()
            },
            ratings=raw["ratings"],
            stars={int(number): count for number, count in raw["stars"].items()},
            checked=raw["links"]["datasets"],
            checked_mean=raw["links"]["mean"],
        )

    def as_json(self) -> dict[str, Any]:
        """Return all as plain data; ``method`` says what ``mean`` is."""
        return {
            "datasets": self.datasets,
            "method": "mean of the datasets' scores",
            "mean": self.mean,
            "min": self.min,
            "max": self.max,
            "of": self.of,
            "rating": self.rating or None,
            "ratings": dict(self.ratings),
            "stars": {str(number): count for number, count in self.stars.items()},
            "links": {"datasets": self.checked, "mean": self.checked_mean},
            "metrics": {
                id: {"yes": r.yes, "no": r.no, "pending": r.pending, "per_cent": r.per_cent}
                for id, r in self.metrics.items()
            },
        }


class Tally:
    """Scores added one at a time; memory does not grow with their number."""

    def __init__(self, scores: Iterable[Score] = ()) -> None:
        self._most = facts().most(links=True)
        self._datasets = self._checked = 0
        self._base, self._full = _Sum(), _Sum()
        self._metrics: Counter[tuple[str, bool | None]] = Counter()
        self._ratings: Counter[str] = Counter()
        self._stars: Counter[int] = Counter()
        for score in scores:
            self.add(score)

    def add(self, score: Score) -> None:
        """Add a dataset's score."""
        self._datasets += 1
        self._base.add(score.base)
        if score.of == self._most:
            self._full.add(score.points)
        self._metrics.update(score.metrics.items())
        self._ratings[score.rating] += 1
        self._stars[score.stars] += 1

    def summary(self) -> Summary:
        """Return what was added."""
        known, all_checked = facts(), self._datasets > 0 and self._full.number == self._datasets
        shown = self._full if all_checked else self._base
        count = self._metrics
        return Summary(
            datasets=self._datasets,
            of=known.most(links=all_checked),
            mean=shown.mean,
            min=shown.least,
            max=shown.most,
            metrics={
                id: Reached(count[id, True], count[id, False], count[id, None])
                for id in known.metrics
            },
            ratings={id: self._ratings[id] for id in known.ratings},
            stars={number: self._stars[number] for number in range(6)},
            checked=self._full.number,
            checked_mean=self._full.mean,
        )


class _Sum:
    def __init__(self) -> None:
        self.number = self.total = 0
        self.least: int | None = None
        self.most: int | None = None

    def add(self, points: int) -> None:
        self.number += 1
        self.total += points
        self.least = points if self.least is None else min(self.least, points)
        self.most = points if self.most is None else max(self.most, points)

    @property
    def mean(self) -> float | None:
        return round(self.total / self.number, 1) if self.number else None
