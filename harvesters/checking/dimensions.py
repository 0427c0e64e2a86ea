"""How the points are spread over the dimensions of the assessment."""

from __future__ import annotations

from dataclasses import dataclass

from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.quality.summary import Summary


@dataclass(frozen=True, slots=True)
class Share:
    """The mean of the points in a dimension, of so many."""

    dimension: str
    points: float
    of: int

    def words(self, language: str) -> str:
        """Return the name of the dimension."""
        return mqa_words.dimension(self.dimension, language)


def shares(summary: Summary) -> list[Share]:
    """Return the dimensions in the order of the methodology, without the points of links."""
    known, found = facts(), dict.fromkeys(facts().dimensions, 0)
    for id, reached in summary.metrics.items():
        if not known.metrics[id].link:
            found[known.metrics[id].dimension] += reached.yes * known.metrics[id].points
    return [
        Share(name, points / (summary.datasets or 1), known.most_of(name, links=False))
        for name, points in found.items()
    ]
