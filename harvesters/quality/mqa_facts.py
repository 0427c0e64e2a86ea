"""The facts of ``mqa.yaml``: metrics with their points, dimensions, ratings, known licences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from hanse_schemas.table import LOADER


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the MQA.

    ``id``     local name in piveau's vocabulary; ``iri`` the whole.
    ``level``  "dataset", "distribution" or "both".
    ``link``   whether it needs a look at the address itself.
    """

    id: str
    iri: str
    dimension: str
    points: int
    level: str
    link: bool


@dataclass(frozen=True)
class Facts:
    """What ``mqa.yaml`` holds.

    ``as_of``       ISO date of the weights and lists.
    ``ratings``     name → points from which it holds, best first.
    ``actions``     id of a suggestion → metrics that it gains, the first one deciding.
    ``after``       id of a suggestion → metric that must be reached before.
    ``licences``    IRIs that count as known.
    ``restricted``  beginnings of the EU's licence codes that are not open.
    ``linked``      codes of formats that name things by IRIs.
    """

    as_of: str
    namespace: str
    metrics: Mapping[str, Metric]
    ratings: Mapping[str, int]
    actions: Mapping[str, tuple[str, ...]]
    after: Mapping[str, str]
    licences: frozenset[str]
    restricted: tuple[str, ...]
    linked: frozenset[str]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions in the order of the methodology."""
        return tuple(dict.fromkeys(metric.dimension for metric in self.metrics.values()))

    def most(self, *, links: bool) -> int:
        """Return the greatest sum: 405 with the metrics of links, 325 without."""
        return sum(m.points for m in self.metrics.values() if links or not m.link)

    def most_of(self, dimension: str, *, links: bool) -> int:
        """Return the greatest sum of one dimension."""
        every = (m for m in self.metrics.values() if m.dimension == dimension)
        return sum(m.points for m in every if links or not m.link)

    def rating(self, points: float) -> str:
        """Return the id of the rating: excellent, good, sufficient or bad."""
        return next(name for name, least in self.ratings.items() if points >= least)


@cache
def facts() -> Facts:
    """Return the facts; the file is read once."""
    text = files("hanse_harvesters.quality").joinpath("mqa.yaml").read_text("utf-8")
    raw = yaml.load(text, LOADER)
    metrics = {
        id: Metric(
            id=id,
            iri=raw["namespace"] + id,
            dimension=entry["dimension"],
            points=entry["points"],
            level=entry["level"],
            link=entry.get("link", False),
        )
        for id, entry in raw["metrics"].items()
    }
    return Facts(
        as_of=str(raw["as_of"]),
        namespace=raw["namespace"],
        metrics=metrics,
        ratings=raw["ratings"],
        actions={id: tuple(gained) for id, gained in raw["actions"].items()},
        after=raw["after"],
        licences=frozenset(
            base + str(code) for base, codes in raw["known_licences"].items() for code in codes
        ),
        restricted=tuple(raw["restricted_licences"]),
        linked=frozenset(raw["linked_formats"]),
    )
