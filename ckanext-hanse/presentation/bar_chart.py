"""Numbers of datasets as bars; ``hanse/charts.html`` draws them, and as a table too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.hanse import facets
from ckanext.hanse.presentation.cities import cities
from ckanext.hanse.search import parameters

#: Size of a drawing over time in its own units; above the bars their numbers, below their labels.
WIDTH, HEIGHT, TOP, BOTTOM = 360, 150, 16, 20
_MOST_NUMBERS, _MOST_LABELS = 12, 7
MISSING = ""
"""Value of the bar of datasets without any."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of datasets; ``value`` as the index has it, ``href`` "" if no search finds them."""

    value: str
    label: str
    count: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A bar in a drawing over time; number and label are left out where there is no room."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float
    numbered: bool
    labelled: bool

    @property
    def middle(self) -> float:
        """Where its texts stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of the same kind.

    ``name``       in files and addresses.   ``head``  what a label is.
    ``total``      all datasets, of which a bar is a share.
    ``over_time``  the bars stand side by side in their order, instead of one below the other.
    ``unit``       what is counted, if not datasets.
    """

    name: str
    title: str
    head: str
    bars: tuple[Bar, ...]
    total: int
    note: str = ""
    over_time: bool = False
    unit: str = ""

    def per_cent(self, bar: Bar) -> int:
        """Return the share of a bar in all datasets."""
        return round(100 * bar.count / self.total) if self.total else 0

    def length(self, bar: Bar) -> float:
        """Return the length of a bar, of the longest in per cent."""
        return round(100 * bar.count / self._most, 1)

    @property
    def _most(self) -> int:
        return max((bar.count for bar in self.bars), default=0) or 1

    @property
    def columns(self) -> list[Column]:
        """The bars as they are drawn over time."""
        step = WIDTH / max(len(self.bars), 4)
        room, up = step * 0.75, HEIGHT - TOP - BOTTOM
        every = -(-len(self.bars) // _MOST_LABELS)
        found = []
        for place, bar in enumerate(self.bars):
            height = round(up * bar.count / self._most, 1)
            x, y = round((place + 0.125) * step, 1), round(TOP + up - height, 1)
            labelled = (len(self.bars) - 1 - place) % every == 0
            numbered = len(self.bars) <= _MOST_NUMBERS
            found.append(Column(bar, x, y, round(room, 1), height, numbered, labelled))
        return found

    def sentence(self, number: Callable[[int], str]) -> str:
        """Return what a drawing over time shows, in words."""
        first, last = self.bars[0], self.bars[-1]
        top = max(self.bars, key=lambda bar: bar.count)
        text: str = tk._(
            "{first}: {number_first}; {last}: {number_last}. The most, {most}: {number_most}."
        ).format(
            first=first.label, number_first=number(first.count),
            last=last.label, number_last=number(last.count),
            most=top.label, number_most=number(top.count),
        )  # fmt: skip
        return text


def of_facet(
    field: str,
    counts: Mapping[str, int],
    language: str,
    *,
    within: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    missing: str = "",
) -> tuple[Bar, ...]:
    """Return a bar for each value of a facet: those in ``order``, then the longest first.

    ``counts``   value → datasets; under :data:`MISSING` those without any, called ``missing``.
    ``within``   further parameters of the search that a bar leads to.
    """
    name = parameters.NAMES[field]
    bars = [
        Bar(
            value,
            facets.label(field, value, "", language),
            count,
            search({**(within or {}), name: parameters.short_value(field, value)}),
        )
        for value, count in counts.items()
        if value != MISSING and count
    ]
    place = {value: number for number, value in enumerate(order)}
    bars.sort(key=lambda bar: (place.get(bar.value, len(place)), -bar.count, bar.label.casefold()))
    without = counts.get(MISSING, 0)
    return (*bars, Bar(MISSING, missing, without)) if missing and without else tuple(bars)


def of_cities(
    counts: Mapping[str, int], language: str, within: Mapping[str, str]
) -> tuple[Bar, ...]:
    """Return a bar for each city, those without datasets last; ``within`` as above."""
    bars = [
        Bar(
            city.name,
            city.title,
            city.count,
            search({**within, "organization": city.name}) if city.count else "",
        )
        for city in cities(counts, language)
    ]
    return tuple(sorted(bars, key=lambda bar: -bar.count))


def search(asked: Mapping[str, str]) -> str:
    """Return the address of a search with these parameters."""
    return str(tk.h.url_for("dataset.search", **asked))
