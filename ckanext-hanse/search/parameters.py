"""The parameters of a search's address: which Solr field each narrows, and by which values.

An address can be read aloud: ``?organization=rostock&theme=TRAN&kind=table&from=2015``.
The names of Solr's fields and their stored values (``hanse_theme=http://…/TRAN``) are read too.
Nothing in an address is an error: what cannot be understood is left out, and named in
:attr:`Asked.problems`.  Does not depend on CKAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ckanext.hanse.search.query import FIELDS
from hanse_schemas.model_datasets import model_datasets
from hanse_schemas.vocabulary import vocabulary


class Expression(str):
    """A value in Solr's syntax, such as ``[2015 TO 2020]``; every other one is text."""

    __slots__ = ()


Choices = dict[str, list[str]]
"""Solr field → its selected values; some may be an :class:`Expression`."""

ALIASES = {
    "organization": "organization",
    "theme": "hanse_theme",
    "kind": "hanse_group",
    "format": "res_format",
    "open": "hanse_open",
    "licence": "hanse_licence",
    "language": "hanse_language",
    "model": "hanse_model",
    "quality": "hanse_quality",
    "hvd": "hanse_hvd",
    "api": "hanse_api",
    "year": "hanse_year",
}
"""Parameter → Solr field of a facet."""
NAMES = {solr: name for name, solr in ALIASES.items()}
FROM, TO, CHANGED = "from", "to", "changed"
YEAR, CHANGED_FIELD = "hanse_year", "hanse_changed"
PERIODS = {"week": "NOW/DAY-7DAYS", "month": "NOW/DAY-1MONTH", "year": "NOW/DAY-1YEAR"}
"""Value of ``changed`` → earliest moment in Solr's notation; a day is read too."""
AREA = ("area", "area_relation")
"""Read by :mod:`.area`."""
NARROWING = frozenset({*ALIASES, *NAMES, *AREA, FROM, TO, CHANGED})
"""The parameters that narrow a search."""
EXACT = "ext_exact"
"""In an address: the words as typed, not read as a question."""
SORTS = {
    "relevance": "score desc, metadata_modified desc",
    "changed": "hanse_changed desc, id asc",
    "title": "title_string asc, id asc",
    "title-desc": "title_string desc, id asc",
    "quality": "hanse_points desc, hanse_changed desc, id asc",
}
"""Value of ``sort`` → Solr's."""
_FORMER_SORTS = {"modified desc, metadata_modified desc": "changed"}
MOST_VALUES = 200
"""Values of an address that are read; Solr's limit is 1,024 a query."""

#: Why something in an address was left out, or read otherwise.
UNKNOWN, NO_YEAR, SWAPPED, NO_DAY, MANY = "unknown", "no-year", "swapped", "no-day", "many"

_VOCABULARIES = {"hanse_theme": "data-themes", "hanse_licence": "licences"}
_FLAGS = {"yes": "true", "no": "false"}
_FLAGGED = ("hanse_open", "hanse_api")
_OTHER = {"q", "page", "sort"}
_CLOSED = """
capacity creator_user_id dataset_type entity_type hanse_area hanse_changed hanse_time
hanse_withheld index_id metadata_created metadata_modified permission_labels private site_id state
type
"""
#: Fields that decide who sees what, and those that are no text.
_PROTECTED = frozenset(_CLOSED.split())
_FIELD = re.compile("|".join(re.escape(name).replace(r"\*", r"\w+") for name in FIELDS))
_YEAR_TEXT = re.compile(r"\d{4}")
_DIRECTION = re.compile(rf"(?:score|{_FIELD.pattern}) (?:asc|desc)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an address that was left out, or read otherwise (``SWAPPED``)."""

    code: str
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in an address: parameter and value as written, and the Solr field and its value."""

    name: str
    written: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for.

    ``entries``   values of fields, each once; ``choices`` also has the times.
    ``first``, ``last``  years covered, "" for an open end.
    ``changed``   a key of :data:`PERIODS`, a day (``2026-01-31``), or "".
    ``written``   every parameter with its value that CKAN writes into ``fq`` and that is read here.
    """

    choices: Choices = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    first: str = ""
    last: str = ""
    changed: str = ""
    problems: tuple[Problem, ...] = ()
    written: tuple[tuple[str, str], ...] = ()


def read(arguments: Iterable[tuple[str, str]]) -> Asked:
    """Read the parameters of an address, in its order; never raises.

    >>> read([("theme", "TRAN"), ("from", "2020"), ("to", "2015")]).choices["hanse_year"]
    ['[2015 TO 2020]']
    """
    written = [(name, value) for name, value in arguments if value and _is_read(name)]
    problems: list[Problem] = []
    entries: dict[tuple[str, str], Entry] = {}
    times: dict[str, list[str]] = {FROM: [], TO: [], CHANGED: []}
    for name, value in written:
        if name in times:
            times[name].append(value.strip())
        elif not (solr := solr_field(name)):
            problems.append(Problem(UNKNOWN, name, value))
        elif len(entries) >= MOST_VALUES:
            problems.append(Problem(MANY))
        else:
            stored = stored_value(solr, value)
            entries.setdefault((solr, stored), Entry(name, value, solr, stored))
    first, last = _years(times, problems)
    changed = _changed(times[CHANGED], problems)
    choices: Choices = {}
    for entry in entries.values():
        choices.setdefault(entry.field, []).append(entry.value)
    if first or last:
        choices.setdefault(YEAR, []).append(Expression(f"[{first or '*'} TO {last or '*'}]"))
    if changed:
        since = PERIODS.get(changed) or f"{changed}T00:00:00Z"
        choices[CHANGED_FIELD] = [Expression(f"[{since} TO *]")]
    return Asked(
        choices,
        tuple(entries.values()),
        first,
        last,
        changed,
        tuple(dict.fromkeys(problems)),
        tuple(written),
    )


def solr_field(name: str) -> str:
    """Return the Solr field that a parameter narrows; "" for one that is no filter."""
    if name in ALIASES:
        return ALIASES[name]
    return name if _FIELD.fullmatch(name) and name not in _PROTECTED else ""


def stored_value(solr: str, value: str) -> str:
    """Return the value that Solr has for a parameter's ``value``: ``TRAN`` → the theme's IRI."""
    value = value.strip()
    if solr in _FLAGGED:
        return _FLAGS.get(value, value)
    if solr == "hanse_model":
        models = model_datasets()
        found = models.by_iri(value) or models.by_path(value)
        return found.iri if found else value
    if solr in _VOCABULARIES and (concept := vocabulary(_VOCABULARIES[solr]).find(value)):
        return concept.iri
    return value


def short_value(solr: str, value: str) -> str:
    """Return the shortest text that :func:`stored_value` reads as ``value``."""
    short = value
    if solr in _FLAGGED:
        short = {stored: flag for flag, stored in _FLAGS.items()}.get(value, value)
    elif solr == "hanse_model":
        found = model_datasets().by_iri(value)
        short = found.path if found else value
    elif solr in _VOCABULARIES and (concept := vocabulary(_VOCABULARIES[solr]).by_iri(value)):
        short = concept.code
    return short if stored_value(solr, short) == value else value


def sort(text: str | None) -> str | None:
    """Return Solr's order for the parameter ``sort``; None for one that is not understood."""
    text = (text or "").strip()
    text = _FORMER_SORTS.get(text, text)
    if text in SORTS:
        return SORTS[text]
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(parts) if all(map(_DIRECTION.fullmatch, parts)) else None


def in_fq(arguments: Mapping[str, Iterable[str]]) -> str:
    """Return the area in an address as CKAN's pages write it into ``fq``, for :mod:`.area`."""
    return " ".join(
        f'{name}:"{value}"' for name in AREA for value in arguments.get(name, ()) if value
    )


def _is_read(name: str) -> bool:
    return name not in _OTHER and name not in AREA and not name.startswith(("_", "ext_"))


def _years(times: Mapping[str, list[str]], problems: list[Problem]) -> tuple[str, str]:
    """Return the first and the last year; crossed ones are swapped."""
    found = {FROM: "", TO: ""}
    for name in found:
        for value in times[name]:
            if _YEAR_TEXT.fullmatch(value) and value.isascii():
                found[name] = value
            else:
                problems.append(Problem(NO_YEAR, name, value))
    first, last = found[FROM], found[TO]
    if first and last and first > last:
        problems.append(Problem(SWAPPED, FROM, f"{last}–{first}"))
        first, last = last, first
    return first, last


def _changed(values: list[str], problems: list[Problem]) -> str:
    """Return since when; of several values a day counts more than a period."""
    period, day = "", ""
    for value in values:
        if value in PERIODS:
            period = value
            continue
        try:
            day = date.fromisoformat(value).isoformat()
        except ValueError:
            problems.append(Problem(NO_DAY, CHANGED, value))
    return day or period
