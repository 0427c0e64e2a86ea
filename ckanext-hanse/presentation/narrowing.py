"""The filters of a search page: values in sections, what is chosen, what was not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import MultiDict

from ckanext.hanse import facets
from ckanext.hanse.presentation import words
from ckanext.hanse.presentation.filter_links import FilterLinks
from ckanext.hanse.presentation.years import Years, years
from ckanext.hanse.search import parameters
from ckanext.hanse.search.parameters import YEAR, Asked, Problem

SECTIONS: tuple[tuple[str, ...], ...] = (
    ("organization",),
    ("hanse_theme",),
    ("hanse_group", "res_format"),
    (YEAR,),
    ("hanse_open", "hanse_licence"),
    ("hanse_model",),
    ("hanse_hvd",),
    ("hanse_api",),
    ("hanse_quality",),
    ("hanse_language",),
)
"""Facets of a section; those after the first are folded within it."""
_UNFOLDED = frozenset({"organization", "hanse_theme", "hanse_group", YEAR})
_SHOWN_AT_FIRST = 8
_SEARCHED_FROM = 15
_MOST_CHIPS = 20
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_ORDERS = {
    "hanse_quality": ("excellent", "good", "sufficient", "bad"),
    "hanse_group": ("table", "map", "service", "document", "data", "image"),
    "hanse_open": ("true", "false"),
    "hanse_hvd": ("declared", "offered"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: its label, its datasets, and the address that chooses or removes it."""

    id: str
    label: str
    count: int
    active: bool
    href: str


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a facet: the first ones, and ``more``, which are folded."""

    name: str
    title: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]

    @property
    def active(self) -> int:
        """How many are chosen."""
        return sum(choice.active for choice in (*self.first, *self.more))

    @property
    def searched(self) -> bool:
        """Whether there are so many that one may search them."""
        return len(self.first) + len(self.more) >= _SEARCHED_FROM


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the filters; ``upper``: above area and change; ``open``: not folded."""

    name: str
    title: str
    lists: tuple[Values, ...]
    upper: bool
    open: bool
    years: Years | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    title: str
    label: str
    href: str


def sections(
    asked: Asked,
    links: FilterLinks,
    counted: Mapping[str, Any],
    titles: Mapping[str, str],
    label: Callable[[str, str, str], str],
) -> list[Section]:
    """Return the sections that have values.

    ``counted`` is CKAN's ``search_facets``, ``titles`` the page's facets with their titles.
    """
    found = []
    for names in SECTIONS:
        shown = [name for name in names if name in titles]
        lists = [_values(name, asked, links, counted, titles[name], label) for name in shown]
        lists = [values for values in lists if values.first]
        if not lists:
            continue
        chosen = any(values.active for values in lists) or (names == (YEAR,) and _times(asked))
        bars = _years(asked, links, counted) if names == (YEAR,) else None
        upper = names[0] in _UNFOLDED
        title = titles[shown[0]]
        found.append(Section(shown[0], title, tuple(lists), upper, upper or bool(chosen), bars))
    return found


def _values(
    name: str,
    asked: Asked,
    links: FilterLinks,
    counted: Mapping[str, Any],
    title: str,
    label: Callable[[str, str, str], str],
) -> Values:
    items = list(counted.get(name, {}).get("items", ()))
    chosen = [entry.value for entry in asked.entries if entry.field == name]
    known = {item["name"] for item in items}
    items += [
        {"name": value, "display_name": value, "count": 0} for value in chosen if value not in known
    ]
    choices: list[Choice] = []
    slugs: list[str] = []
    for item in sorted(items, key=lambda item: _place(name, item)):
        value, active = str(item["name"]), item["name"] in chosen
        href = links.removed(name, value) if active else links.added(name, value)
        shown = label(name, value, str(item.get("display_name") or value))
        slug = _NO_SLUG.sub("-", f"{name}-{value}".lower())
        slugs.append(slug)  # "CSV" and "csv" are two values, and an id is one element's
        id = f"choice-{slug}" + (f"-{slugs.count(slug)}" if slugs.count(slug) > 1 else "")
        choices.append(Choice(id, shown, int(item["count"]), active, href))
    first = choices[:_SHOWN_AT_FIRST]
    more = choices[_SHOWN_AT_FIRST:]
    if len(more) == 1:  # one more line takes no more room than the words that fold it
        first, more = choices, []
    return Values(name, title, tuple(first + [c for c in more if c.active]), _rest(more))


def _rest(more: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(choice for choice in more if not choice.active)


def _place(name: str, item: Mapping[str, Any]) -> tuple[Any, ...]:
    if name == YEAR:
        return (tuple(-ord(letter) for letter in str(item["name"])),)
    order = _ORDERS.get(name, ())
    place = order.index(item["name"]) if item["name"] in order else len(order)
    return (place, -int(item["count"]), str(item["display_name"]).lower())


def _years(asked: Asked, links: FilterLinks, counted: Mapping[str, Any]) -> Years | None:
    items = counted.get(YEAR, {}).get("items", ())
    counts = {int(item["name"]): int(item["count"]) for item in items if item["name"].isdecimal()}
    return years(counts, (asked.first, asked.last), links, date.today().year)


def chips(
    asked: Asked,
    links: FilterLinks,
    counted: Mapping[str, Any],
    titles: Mapping[str, str],
    label: Callable[[str, str, str], str],
    language: str,
) -> list[Chip]:
    """Return the filters that are set, in the address's order, the times last."""
    found = []
    for entry in asked.entries[:_MOST_CHIPS]:
        items = counted.get(entry.field, {}).get("items", ())
        names = {item["name"]: str(item.get("display_name") or "") for item in items}
        shown = label(entry.field, entry.value, names.get(entry.value) or entry.value)
        title = titles.get(entry.field) or _other_title(entry.field)
        found.append(
            Chip(_single(entry.field, title), shown, links.removed(entry.field, entry.value))
        )
    if len(asked.entries) > _MOST_CHIPS:
        more = len(asked.entries) - _MOST_CHIPS
        said = tk.ungettext("{num} more filter", "{num} more filters", more).format(num=more)
        later = {entry.name for entry in asked.entries[_MOST_CHIPS:]}
        found.append(Chip("", said, links.without(later)))
    if _times(asked):
        gone = links.replaced(**{"from": "", "to": ""})
        found.append(Chip(titles.get(YEAR) or tk._("Time covered"), span(asked), gone))
    if asked.changed:
        said = changed_words(asked.changed, language)
        found.append(Chip(tk._("Changed"), said, links.replaced(changed="")))
    return found


def _single(field: str, title: str) -> str:
    return {
        "res_format": tk._("Format"),
        "hanse_licence": tk._("Licence"),
        YEAR: tk._("Year"),
    }.get(field, title)


def _other_title(field: str) -> str:
    return {
        "organization": tk._("City"),
        "tags": tk._("Keyword"),
        "hanse_series": tk._("Series"),
    }.get(field, field)


def _times(asked: Asked) -> bool:
    return bool(asked.first or asked.last)


def span(asked: Asked) -> str:
    """Return the years asked for in words."""
    if asked.first and asked.last:
        if asked.first == asked.last:
            return asked.first
        return tk._("{first} to {last}").format(first=asked.first, last=asked.last)
    if asked.first:
        return tk._("from {year} on").format(year=asked.first)
    return tk._("up to {year}").format(year=asked.last)


def periods() -> dict[str, str]:
    """Return the periods of "changed since" in words, the shortest first."""
    return {
        "week": tk._("in the last week"),
        "month": tk._("in the last month"),
        "year": tk._("in the last year"),
    }


def changed_words(changed: str, language: str) -> str:
    """Return in words since when the data changed."""
    if changed in parameters.PERIODS:
        return periods()[changed]
    return tk._("since {day}").format(day=words.day(changed, language))


def sentence(chips: Iterable[Chip]) -> str:
    """Return the filters as one reads them aloud: "City: Rostock, Lübeck; Format: Table"."""
    by_title: dict[str, list[str]] = {}
    for chip in chips:
        by_title.setdefault(chip.title, []).append(chip.label)
    return "; ".join(
        (f"{title}: " if title else "") + ", ".join(labels) for title, labels in by_title.items()
    )


def problem_words(problem: Problem) -> str:
    """Return what was not understood, as a sentence."""
    value = problem.value[:60] + ("…" if len(problem.value) > 60 else "")
    said = {
        parameters.UNKNOWN: lambda: tk._(
            "This catalogue has no filter “{name}”; it is left out."
        ).format(name=problem.name[:60]),
        parameters.NO_YEAR: lambda: tk._(
            "“{value}” is no year; please give four digits, such as 2019. It is left out."
        ).format(value=value),
        parameters.SWAPPED: lambda: tk._(
            "The first year was after the last; they are swapped: {years}."
        ).format(years=value),
        parameters.NO_DAY: lambda: tk._(
            "“{value}” is no day; please give one such as 2025-01-31. It is left out."
        ).format(value=value),
        parameters.MANY: lambda: tk._(
            "There are more than {most} filters; only the first {most} count."
        ).format(most=parameters.MOST_VALUES),
    }
    return str(said[problem.code]())


def files(arguments: MultiDict[str, str], city: str) -> list[tuple[str, str]]:
    """Return name and address of the result list as files."""
    reported = facets.asked_for(arguments) | ({"organization": [city]} if city else {})
    return [
        (name, str(tk.url_for("hanse_results.file", ending=ending, **reported)))
        for name, ending in (("CSV", "csv"), ("JSON", "json"), ("RDF (Turtle)", "ttl"))
    ]
