"""The score of a dataset by the MQA of data.europa.eu, aggregated as piveau does it.

Every distribution is scored over all dimensions; several access or download URLs of one take the
best status.  The one distribution with the highest total counts (of equals, the first), and the
dataset's own metrics are added; ``issued`` and ``modified`` count once.  A dataset without a
distribution has its own metrics only (piveau's ``scoreMetrics``).

What counts is what the writer puts into our RDF.  Weights and lists are in ``mqa.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import Any

from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.quality.mqa_flags import (
    ACCESS,
    BOTH,
    DOWNLOAD,
    FILE,
    NO_FILE,
    OWN,
    Flags,
    Links,
    of_dataset,
    of_file,
    stars_of,
    with_states,
)
from hanse_harvesters.record import DatasetDict, EntityDict


def pending(url: str) -> bool | None:
    """Return None: no link is checked yet."""
    return None


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one dataset.

    ``points``        the sum, out of ``of``: 405, or 325 while the links that decide are pending.
    ``metrics``       piveau's id → reached; None is pending, or not judged (``dcatApCompliance``).
    ``distribution``  index in ``resources`` of the one that counts, None without any.
    ``base``          the sum without the metrics of links, out of 325.
    ``stars``         0 to 4 of the five stars of open data; the fifth (links to other data) cannot
                      be seen in metadata.
    """

    points: int
    of: int
    metrics: Mapping[str, bool | None]
    distribution: int | None = None
    base: int = 0
    stars: int = 0

    @property
    def rating(self) -> str:
        """Return excellent, good, sufficient or bad; with links pending, at least this."""
        return facts().rating(self.points)

    @property
    def dimensions(self) -> dict[str, tuple[int, int]]:
        """Return dimension → points and greatest sum."""
        known, links = facts(), self.of > facts().most(links=False)
        found = dict.fromkeys(known.dimensions, 0)
        for id, reached in self.metrics.items():
            if reached and id in known.metrics:
                found[known.metrics[id].dimension] += known.metrics[id].points
        return {name: (sum_, known.most_of(name, links=links)) for name, sum_ in found.items()}

    def as_json(self) -> dict[str, Any]:
        """Return ``{"points", "of", "base", "stars", "distribution", "metrics"}``."""
        return {
            "points": self.points,
            "of": self.of,
            "base": self.base,
            "stars": self.stars,
            "distribution": self.distribution,
            "metrics": dict(self.metrics),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Score | None:
        """Return what :meth:`as_json` wrote; None of {} or of anything else."""
        if not isinstance(raw.get("points"), int) or not isinstance(raw.get("metrics"), Mapping):
            return None
        return cls(
            points=raw["points"],
            of=raw["of"],
            metrics=raw["metrics"],
            distribution=raw.get("distribution"),
            base=raw.get("base", raw["points"]),
            stars=raw.get("stars", 0),
        )


def measure(dataset: DatasetDict, *, compliant: bool | None, links: Links = pending) -> Score:
    """Return the score of a dataset.

    ``compliant``  whether its RDF violates none of the DCAT-AP 3.0 shapes; None if not judged.
    ``links``      state of a URL; the points of links count when the distribution that decides
                   has none pending.
    """
    resources: Sequence[EntityDict] = dataset.get("resources") or ()
    scale = _scale()
    own = of_dataset(dataset, compliant)
    plain = [of_file(file) for file in resources]
    stars = max(map(stars_of, resources), default=0)
    flags, place = _best(plain, scale.of_file)
    base, metrics = _merged(own, flags)
    if links is not pending:
        checked = [
            with_states(file, links, flags) for file, flags in zip(resources, plain, strict=True)
        ]
        best, at = _best(checked, scale.of_file)
        if None not in best[:2]:
            points, full = _merged(own, best)
            return Score(points, scale.most, full, at, base, stars)
    metrics[ACCESS] = metrics[DOWNLOAD] = None
    return Score(base, scale.without_links, metrics, place, base, stars)


def with_links(dataset: DatasetDict, score: Score, links: Links) -> Score:
    """Return the score of the same dataset by new states of its links."""
    return measure(dataset, compliant=score.metrics.get("dcatApCompliance"), links=links)


@dataclass(frozen=True)
class _Scale:
    """The points in the order of the flags, and the greatest sums."""

    of_own: tuple[int, ...]
    of_file: tuple[int, ...]
    most: int
    without_links: int


@cache
def _scale() -> _Scale:
    known = facts()
    return _Scale(
        of_own=tuple(known.metrics[id].points for id in (*OWN, *BOTH)),
        of_file=tuple(known.metrics[id].points for id in FILE),
        most=known.most(links=True),
        without_links=known.most(links=False),
    )


def _best(files: list[Flags], points: tuple[int, ...]) -> tuple[Flags, int | None]:
    """Return the flags and the place of the distribution with the highest total."""
    if not files:
        return NO_FILE, None
    sums = [sum(compress(points, flags)) for flags in files]
    place = sums.index(max(sums))
    return files[place], place


def _merged(own: Flags, file: Flags) -> tuple[int, dict[str, bool | None]]:
    """Return the sum and all metrics; what the distribution has, the dataset need not have."""
    scale = _scale()
    both = (own[-2] and not file[-2], own[-1] and not file[-1])
    points = sum(compress(scale.of_own, own[:-2] + both)) + sum(compress(scale.of_file, file))
    found = dict(zip(OWN, own, strict=False))
    found.update(zip(FILE, file, strict=True))
    for id, also in zip(BOTH, both, strict=True):
        found[id] = found[id] or also
    return points, found
