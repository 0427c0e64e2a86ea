"""The curve of a score over time: SVG made here, with a title and a description in words.

A table with the same numbers stands beside it in the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup, escape

from ckanext.hanse import language
from ckanext.hanse.presentation import words

#: Size in units of the drawing; the margins hold the labels.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 160, 36, 10, 10, 26
#: Points drawn; of more, the first and last and every n-th between.
_MOST = 400


def curve(history: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the curve of a ``history`` as ``hanse_quality_show`` gives it; "" below two days."""
    points = _thinned([point for point in history if point["mean"] is not None])
    if len(points) < 2:
        return Markup("")
    days = [date.fromisoformat(point["day"]).toordinal() for point in points]
    top = max(point["of"] for point in points)
    across, up = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(day: int, value: float) -> tuple[float, float]:
        x = _LEFT + across * (day - days[0]) / (days[-1] - days[0])
        return round(x, 1), round(_TOP + up * (1 - value / top), 1)

    places = [place(day, point["mean"]) for day, point in zip(days, points, strict=True)]
    line = " ".join(f"{x},{y}" for x, y in places)
    marks = places if len(places) <= 60 else (places[0], places[-1])
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in marks)
    return Markup(
        '<svg class="hanse-curve" viewBox="0 0 {w} {h}" role="img" '
        'aria-labelledby="score-curve-title score-curve-desc">'
        '<title id="score-curve-title">{title}</title><desc id="score-curve-desc">{desc}</desc>'
        '{grid}<polyline points="{line}"/>{dots}{ends}</svg>'
    ).format(
        w=_WIDTH,
        h=_HEIGHT,
        title=tk._("Points over time"),
        desc=_described(points),
        grid=_grid(top),
        line=line,
        dots=Markup(dots),
        ends=_ends(points),
    )


def _thinned(points: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    step = -(-len(points) // _MOST)
    return points if step <= 1 else [*points[:-1:step], points[-1]]


def _described(points: Sequence[Mapping[str, Any]]) -> str:
    first, last = points[0], points[-1]
    lang = language.of_page()
    told: str = tk._(
        "On {first} it was {before} of {of_before} points, on {last} it is {now} of {of_now}."
    ).format(
        first=words.day(first["day"], lang),
        before=_number(first["mean"]),
        of_before=first["of"],
        last=words.day(last["day"], lang),
        now=_number(last["mean"]),
        of_now=last["of"],
    )
    return told


def _number(value: float) -> str:
    return str(round(value))


def _grid(top: int) -> Markup:
    """Return a line at nothing, in the middle and at the greatest sum, with their numbers."""
    up, found = _HEIGHT - _TOP - _BOTTOM, []
    for value in (0, round(top / 2), top):
        y = round(_TOP + up * (1 - value / top), 1)
        found.append(
            f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value}</text>'
        )
    return Markup("".join(found))


def _ends(points: Sequence[Mapping[str, Any]]) -> Markup:
    lang, y = language.of_page(), _HEIGHT - 8
    first = escape(words.day(points[0]["day"], lang, "medium"))
    last = escape(words.day(points[-1]["day"], lang, "medium"))
    return Markup(
        f'<text x="{_LEFT}" y="{y}">{first}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{y}" text-anchor="end">{last}</text>'
    )
