"""Words for high-value datasets: criteria, categories, and the columns of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation.display import translated
from hanse_harvesters.quality import hvd
from hanse_schemas.vocabulary import vocabulary

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter; ``number`` of the datasets it has."""

    value: str
    words: str
    number: int


def criteria() -> dict[str, str]:
    """Return the criteria of the reporting → their names as columns."""
    return {
        "category": tk._("Category"),
        "legislation": tk._("Regulation named"),
        "licence": tk._("Licence open"),
        "api": tk._("Interface (API)"),
        "bulk": tk._("Bulk download"),
        "documentation": tk._("Documentation"),
        "contact": tk._("Contact"),
    }


def missing() -> dict[str, str]:
    """Return the criteria → what is said where one is not met."""
    return {
        "category": tk._("category missing"),
        "legislation": tk._("regulation not named"),
        "licence": tk._("licence not open enough"),
        "api": tk._("interface (API) missing"),
        "bulk": tk._("bulk download missing"),
        "documentation": tk._("documentation missing"),
        "contact": tk._("contact missing"),
    }


def categories(language: str, counted: Mapping[str, int]) -> list[Choice]:
    """Return the main categories with their numbers, in the order of the regulation's annex."""
    return [Choice(code, _label(code, language), counted.get(code, 0)) for code in _annex()]


def failing(counted: Mapping[str, int]) -> list[Choice]:
    """Return the criteria that datasets do not meet, with how many, the most frequent first."""
    words = missing()
    found = [Choice(name, words[name], number) for name, number in counted.items() if number]
    return sorted(found, key=lambda choice: (-choice.number, hvd.CRITERIA.index(choice.value)))


def all_categories(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (main category, [(code, name)]) for a field to choose from, by name."""
    below: dict[str, list[tuple[str, str]]] = {code: [] for code in _annex()}
    for concept in vocabulary("hvd-categories"):
        for top in hvd.top_categories([concept.iri]):
            below[top].append((concept.code, concept.label(language)))
    return [
        (_label(top, language), sorted(inner, key=lambda item: (item[0] != top, item[1].lower())))
        for top, inner in below.items()
    ]


def label(iri: str, language: str) -> str:
    """Return the name of a category, its IRI if it is unknown."""
    known = vocabulary("hvd-categories").find(iri)
    return known.label(language) if known else iri


def columns() -> list[str]:
    """Return the headings of the report as a sheet."""
    named = criteria()
    return [
        tk._("Page"), tk._("IRI"), tk._("Title"), tk._("City"), tk._("Publisher"),
        named["category"], tk._("Category (IRI)"),
        named["legislation"],
        named["licence"], tk._("Licences"),
        named["api"], tk._("Endpoints"),
        named["bulk"], tk._("Download URLs"),
        named["documentation"], tk._("Pages of documentation"),
        named["contact"], tk._("Contacts"),
        tk._("What is missing"),
    ]  # fmt: skip


def cells(row: Row, language: str) -> list[str]:
    """Return a dataset as a line of the report; several values of a cell on lines of their own."""
    met = {name: tk._("yes") if done else tk._("no") for name, done in row["criteria"].items()}
    organization = row["organization"] or {}
    return [
        tk.h.url_for("dataset.read", id=row["name"], qualified=True, locale="default"),
        row["uri"],
        str(translated(row, "title", language)[0]) or row["name"],
        organization.get("title") or organization.get("name") or "",
        row["publisher"],
        _lines(label(iri, language) for iri in row["category"]),
        _lines(row["category"]),
        met["legislation"],
        met["licence"], _lines(row["licences"]),
        met["api"], _lines(item["endpoint"] for item in row["services"]),
        met["bulk"], _lines(row["downloads"]),
        met["documentation"], _lines(row["documentation"]),
        met["contact"], _lines(row["contact"]),
        _lines(f"{item['message']} {item['remedy']}" for item in row["issues"]),
    ]  # fmt: skip


def _lines(values: Iterable[str]) -> str:
    return "\n".join(value for value in values if value)


def _label(code: str, language: str) -> str:
    known = vocabulary("hvd-categories").find(code)
    return known.label(language) if known else code


def _annex() -> Sequence[str]:
    """Return the codes of the main categories in the order of the regulation's annex."""
    order = ("c_ac64a52d", "c_dd313021", "c_164e0bf5", "c_e1da4e07", "c_a9135398", "c_b79e35eb")
    return sorted(hvd.main_categories(), key=order.index)
