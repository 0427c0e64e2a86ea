"""The years that datasets cover, as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ckanext.hanse.presentation.filter_links import FilterLinks

MOST_BARS = 50
AHEAD = 10
"""Years after this one that get a bar: plans; a later year is an error or an open end."""
WIDTH, HEIGHT = 240, 56
"""Of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A year: the datasets that cover it, whether within the selection, its place, its address."""

    year: int
    count: int
    inside: bool
    x: float
    y: float
    width: float
    height: float
    href: str


@dataclass(frozen=True, slots=True)
class Years:
    """The bars, one a year and at most :data:`MOST_BARS`.

    ``first``, ``last``   the years of the outer bars.
    ``chosen_first``, ``chosen_last``  those selected, "" for an open end.
    ``low``, ``high``     where the handles stand.
    ``earlier``, ``later``  address of what has no bar, "" if there is nothing.
    ``peak``              the year that most datasets cover.
    """

    bars: tuple[Bar, ...]
    first: int
    last: int
    chosen_first: str
    chosen_last: str
    low: int
    high: int
    earlier: str
    later: str
    peak: Bar


def years(
    counts: Mapping[int, int], chosen: tuple[str, str], links: FilterLinks, now: int
) -> Years | None:
    """Return the bars of ``counts``, year → datasets; None without any.  ``now``: this year."""
    if not counts:
        return None
    near = [year for year in counts if year <= now + AHEAD] or list(counts)
    last = max(near)
    first = max(min(near), last - MOST_BARS + 1)
    low = int(chosen[0] or first)
    high = int(chosen[1] or last)
    highest = max(counts.get(year, 0) for year in range(first, last + 1)) or 1
    step = WIDTH / (last - first + 1)
    bars = []
    for place, year in enumerate(range(first, last + 1)):
        count = counts.get(year, 0)
        height = max(round(HEIGHT * count / highest, 1), 1.5) if count else 0
        href = links.replaced(**{"from": str(year), "to": str(year)})
        inside = low <= year <= high
        width = round(step * (0.8 if step > 3 else 1), 2)
        bars.append(
            Bar(year, count, inside, round(place * step, 2), HEIGHT - height, width, height, href)
        )
    return Years(
        tuple(bars),
        first,
        last,
        *chosen,
        min(max(low, first), last),
        max(min(high, last), first),
        links.replaced(**{"from": "", "to": str(first - 1)}) if min(counts) < first else "",
        links.replaced(**{"from": str(last + 1), "to": ""}) if max(counts) > last else "",
        max(bars, key=lambda bar: bar.count),
    )
