"""What would raise the score most, for one dataset and for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.texts import CORE

#: Suggested where there is no distribution, instead of all that is about one.
_FILE = "file"


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do: ``points`` that each of ``datasets`` datasets gains at least."""

    action: str
    points: int
    datasets: int = 1

    @property
    def gain(self) -> int:
        """Return the points of all datasets together."""
        return self.points * self.datasets

    def words(self, language: str) -> str:
        """Return the suggestion for one dataset: "+30: Add a theme."."""
        return f"+{self.points}: {mqa_words.action(self.action, language)}"

    def words_of_many(self, language: str) -> str:
        """Return the suggestion for several datasets: "22 datasets: theme (+30 each)"."""
        return CORE.texts(language).ngettext(
            "{number:,} dataset: {subject} (+{points})",
            "{number:,} datasets: {subject} (+{points} each)",
            self.datasets,
            subject=mqa_words.subject(self.action, language),
            points=self.points,
        )

    def as_json(self, language: str) -> dict[str, str | int]:
        """Return ``{"action", "points", "datasets", "gain", "text", "words"}``."""
        return {
            "action": self.action,
            "points": self.points,
            "datasets": self.datasets,
            "gain": self.gain,
            "text": mqa_words.action(self.action, language),
            "words": self.words_of_many(language),
        }


def advise(score: Score) -> list[Advice]:
    """Return what one dataset's score gains by, most points first.

    A link that is not checked yet is no reason to do something.
    """
    known, found = facts(), []
    for action, gained in known.actions.items():
        of_file = known.metrics[gained[0]].level == "distribution"
        if (action == _FILE) != (score.distribution is None and of_file):
            continue
        if score.metrics.get(gained[0]) is not False:
            continue
        if (needed := known.after.get(action)) and not score.metrics.get(needed):
            continue
        missed = [id for id in gained if score.metrics.get(id) is False]
        found.append(Advice(action, sum(known.metrics[id].points for id in missed)))
    return sorted(found, key=lambda item: -item.points)


class Advices:
    """Suggestions for many datasets, collected one at a time."""

    def __init__(self, scores: Iterable[Score] = ()) -> None:
        self._found: Counter[tuple[str, int]] = Counter()
        for score in scores:
            self.add(score)

    def add(self, score: Score) -> None:
        """Count what a dataset gains by."""
        self._found.update((item.action, item.points) for item in advise(score))

    def ordered(self) -> list[Advice]:
        """Return them by points × datasets, most first; one entry an action.

        Where datasets gain different points by the same action, ``points`` are the least of them.
        """
        datasets: Counter[str] = Counter()
        points: dict[str, int] = {}
        for (action, gained), number in self._found.items():
            datasets[action] += number
            points[action] = min(gained, points.get(action, gained))
        every = (Advice(action, points[action], number) for action, number in datasets.items())
        return sorted(every, key=lambda item: (-item.gain, item.action))
