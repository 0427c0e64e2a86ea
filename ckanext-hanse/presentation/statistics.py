"""The catalogue in figures: public datasets by city, theme, format, licence and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_skeleton

from ckanext.hanse.model import ScoreKind
from ckanext.hanse.presentation import bar_chart, words
from ckanext.hanse.presentation.bar_chart import MISSING, Bar, Chart
from ckanext.hanse.scores import history
from ckanext.hanse.search import public
from hanse_harvesters.quality.mqa_facts import facts

_FACETS = ("organization", "hanse_theme", "hanse_group", "hanse_open", "hanse_quality")
_CHANGED = "hanse_changed"
#: Years that have a bar of their own; what changed before is one bar together.
_YEARS = 15
#: Bars of the growth: days, else months, else years.
_MOST_DAYS, _MOST_MONTHS = 31, 36


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a day; ``datasets``: how many there are."""

    day: date
    datasets: int
    charts: tuple[Chart, ...]


def statistics(language: str) -> Statistics:
    """Return the figures as everybody may see them, from one search.  Raises SearchError."""
    today = datetime.now(UTC).date()
    found = _search(today.year)
    counted = (found.facets or {}).get("facet_fields", {})
    counts = {name: _pairs(counted.get(name, ())) for name in _FACETS}
    ranges = (found.facets or {}).get("facet_ranges", {}).get(_CHANGED, {})
    charts = (
        *_by_value(counts, found.hits, language),
        _changes(ranges, found.hits, today.year),
        _growth(today, found.hits, language),
    )
    return Statistics(today, found.hits, charts)


def _search(year: int) -> Any:
    first = f"f.{_CHANGED}.facet.range"
    asked: dict[str, Any] = {
        "rows": 0, "facet": "true", "facet.field": list(_FACETS), "facet.limit": -1,
        "facet.mincount": 1, "facet.missing": "true", "facet.range": _CHANGED,
        f"{first}.start": f"{year - _YEARS + 1}-01-01T00:00:00Z",
        f"{first}.end": f"{year + 1}-01-01T00:00:00Z",
        f"{first}.gap": "+1YEAR", f"{first}.other": ["before", "after"],
        f"f.{_CHANGED}.facet.mincount": 0,
    }  # fmt: skip
    return public.search(**asked)


def _pairs(flat: Sequence[Any]) -> dict[str, int]:
    """Return value → number, of Solr's list of both in turn; None is "no value"."""
    return {name or MISSING: count for name, count in zip(flat[::2], flat[1::2], strict=True)}


def _by_value(
    counts: Mapping[str, Mapping[str, int]], total: int, language: str
) -> Iterator[Chart]:
    texts = {
        "hanse_theme": (
            "theme", tk._("By theme"), tk._("Theme"), tk._("without a theme"),
            tk._("A dataset may be in several themes."),
        ),
        "hanse_group": (
            "format", tk._("By format"), tk._("Format"), tk._("other or none"),
            tk._("A dataset may have several formats."),
        ),
        "hanse_open": (
            "licence", tk._("By licence"), tk._("Licence"), tk._("no known licence"), "",
        ),
        "hanse_quality": (
            "quality", tk._("By quality of the metadata"), tk._("Rating"),
            tk._("not judged yet"), "",
        ),
    }  # fmt: skip
    yield Chart("city", tk._("By city"), tk._("City"),
                bar_chart.of_cities(counts["organization"], language, {}), total)  # fmt: skip
    for field, (name, title, head, missing, note) in texts.items():
        order = tuple(facts().ratings) if field == "hanse_quality" else ("true", "false")
        bars = bar_chart.of_facet(field, counts[field], language, order=order, missing=missing)
        yield Chart(name, title, head, bars, total, note)


def _changes(ranges: Mapping[str, Any], total: int, year: int) -> Chart:
    """Return the datasets by the year of their last change, from the first that has one."""
    years = {name[:4]: count for name, count in _pairs(ranges.get("counts", ())).items()}
    bars = [Bar(name, name, count) for name, count in sorted(years.items())]
    before, after = ranges.get("before", 0), ranges.get("after", 0)
    while bars and not before and not bars[0].count:
        del bars[0]
    if before:
        oldest = bars[0].label if bars else str(year)
        bars.insert(0, Bar(f"<{oldest}", tk._("before {year}").format(year=oldest), before))
    if after:
        bars.append(Bar(f">{year}", tk._("after {year}").format(year=year), after))
    return Chart("changed", tk._("By year of the last change"), tk._("Year"), tuple(bars), total,
                 over_time=True)  # fmt: skip


def _growth(today: date, now: int, language: str) -> Chart:
    """Return how many datasets there were: the last number of each day, month or year."""
    numbers = {point.day: point.datasets for point in history.points(ScoreKind.SITE)}
    numbers[today] = now
    shape = _shape(sorted(numbers))
    last = {day.isoformat()[:shape]: number for day, number in sorted(numbers.items())}
    bars = tuple(Bar(name, _day(name, language), number) for name, number in last.items())
    return Chart("growth", tk._("Datasets over time"), tk._("Point in time"), bars, now,
                 tk._("Counted once a day; for a month or a year the last number counts."),
                 over_time=True)  # fmt: skip


def _shape(days: Sequence[date]) -> int:
    """Return how many characters of a day are its bar: ``2026-11-30``, ``2026-11``, ``2026``."""
    if (days[-1] - days[0]).days < _MOST_DAYS:
        return 10
    return 7 if (days[-1] - days[0]).days < _MOST_MONTHS * 30 else 4


def _day(name: str, language: str) -> str:
    if len(name) == 7:
        return str(format_skeleton("yMMM", date.fromisoformat(f"{name}-01"), locale=language))
    return words.day(name, language, "short")


def lines(found: Statistics) -> Iterator[tuple[str, str, str, int]]:
    """Yield every number for a table: statistic, value, label, datasets."""
    for chart in found.charts:
        for bar in chart.bars:
            yield chart.title, bar.value, bar.label, bar.count


def as_json(found: Statistics) -> dict[str, Any]:
    """Return the figures for programs."""
    return {
        "day": found.day.isoformat(),
        "datasets": found.datasets,
        "statistics": {
            chart.name: {
                "title": chart.title,
                "values": [
                    {"value": bar.value or None, "label": bar.label, "datasets": bar.count}
                    for bar in chart.bars
                ],
            }
            for chart in found.charts
        },
    }
