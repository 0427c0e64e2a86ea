"""One model dataset side by side: a representative dataset of each city, differences in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from babel.lists import format_list
from flask_babel import get_locale

from ckanext.hanse.comparison import published
from ckanext.hanse.comparison.matrix import Cell, Line
from ckanext.hanse.comparison.published import Published
from ckanext.hanse.presentation import licences, words
from ckanext.hanse.presentation.compared import short
from hanse_harvesters.quality.mqa_words import rating

#: Years between the last changes from which on they are worth a sentence.
_FAR_APART = 2


@dataclass(frozen=True, slots=True)
class Side:
    """A city's datasets; texts of the newest one, ``first``, and of all together.

    ``years``      first and last year that the data of all cover, "" if unknown.
    ``frequency``, ``licence``, ``formats``  in words; ``open`` None if unknown.
    ``quality``    rating of its metadata in words, "" before it is judged.
    """

    cell: Cell
    first: Published
    years: str
    frequency: str
    licence: str
    licence_href: str
    open: bool | None
    formats: tuple[str, ...]
    quality: str


def sides(line: Line, language: str) -> list[Side]:
    """Return a side for each city that publishes it.  Raises SearchError."""
    cells = [cell for cell in line.cells if cell.datasets]
    packages = published.packages([cell.datasets[0].id for cell in cells])
    return [_side(cell, packages.get(cell.datasets[0].id, {}), language) for cell in cells]


def _side(cell: Cell, package: Mapping[str, Any], language: str) -> Side:
    resources = [item for item in package.get("resources") or () if isinstance(item, dict)]
    formats = (words.label("file-types", item["format"], language)
               for item in resources if item.get("format"))  # fmt: skip
    licence = next(iter(licences.licences(package, language)), None)
    frequency = package.get("frequency")
    return Side(
        cell=cell,
        first=cell.datasets[0],
        years=_years(cell),
        frequency=words.label("frequencies", frequency, language) if frequency else "",
        licence=licence.short if licence else "",
        licence_href=licence.href if licence else "",
        open=cell.datasets[0].open,
        formats=tuple(dict.fromkeys(formats)),
        quality=rating(quality, language) if (quality := cell.datasets[0].quality) else "",
    )


def _years(cell: Cell) -> str:
    found = [year for dataset in cell.datasets for year in dataset.years]
    return "–".join(dict.fromkeys([min(found), max(found)])) if found else ""


def differences(found: Sequence[Side]) -> list[str]:
    """Return sentences on what differs between cities: update, licence, formats, age, period."""
    return [sentence for sentence in _sentences(found) if sentence] if len(found) > 1 else []


def _sentences(found: Sequence[Side]) -> Iterator[str]:
    yield _differ(tk._("Update: {who}."), [(item, item.frequency.lower()) for item in found])
    yield _differ(tk._("Period: {who}."), [(item, item.years) for item in found])
    yield _ages(found)
    yield _openness(found) or _differ(
        tk._("Licence: {who}."), [(item, item.licence) for item in found]
    )
    yield from _formats(found)


def _differ(sentence: str, values: Sequence[tuple[Side, str]]) -> str:
    """Return ``sentence`` with who has which value, "" if those that have one agree."""
    known: dict[str, list[str]] = {}
    for item, value in values:
        if value:
            known.setdefault(value, []).append(short(item.cell.city.title))
    if len(known) < 2:
        return ""
    return sentence.format(who=", ".join(f"{_and(who)} {value}" for value, who in known.items()))


def _and(names: Sequence[str]) -> str:
    return format_list(names, locale=get_locale() or "en")


def _ages(found: Sequence[Side]) -> str:
    dated = [(item.first.changed.year, short(item.cell.city.title))
             for item in found if item.first.changed]  # fmt: skip
    if len(dated) < 2 or max(dated)[0] - min(dated)[0] < _FAR_APART:
        return ""
    new, old = max(dated), min(dated)
    text = tk._("{new} changed it last in {then}, {old} in {before}.")
    return text.format(new=new[1], then=new[0], old=old[1], before=old[0])


def _openness(found: Sequence[Side]) -> str:
    opened = [short(item.cell.city.title) for item in found if item.open]
    closed = [short(item.cell.city.title) for item in found if item.open is False]
    if not (opened and closed):
        return ""
    text = tk._("The licence is open in {open}, not in {closed}.")
    return text.format(open=_and(opened), closed=_and(closed))


def _formats(found: Sequence[Side]) -> Iterator[str]:
    texts = {
        "table": tk._("Only {who} offers it as a table."),
        "map": tk._("Only {who} offers it for maps."),
        "service": tk._("Only {who} offers an interface."),
    }
    for group, text in texts.items():
        having = [short(item.cell.city.title) for item in found if group in _groups(item.cell)]
        if len(having) == 1:
            yield text.format(who=having[0])


def _groups(cell: Cell) -> set[str]:
    return {group for dataset in cell.datasets for group in dataset.groups}
