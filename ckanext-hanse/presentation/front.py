"""Content of the home page, from one search and one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError

from ckanext.hanse.presentation import words
from ckanext.hanse.presentation.cities import City, cities

#: Icons of Font Awesome (in CKAN's own assets) for the themes of the EU's data-theme.
THEME_ICONS = {
    "AGRI": "wheat-awn",
    "ECON": "coins",
    "EDUC": "graduation-cap",
    "ENER": "bolt",
    "ENVI": "leaf",
    "GOVE": "landmark",
    "HEAL": "heart-pulse",
    "INTR": "earth-europe",
    "JUST": "scale-balanced",
    "OP_DATPRO": "clock",
    "REGI": "city",
    "SOCI": "people-group",
    "TECH": "flask",
    "TRAN": "bus",
}
#: Order by the dates in the data; Solr stores ``modified`` in its lexical form.
LATEST = "modified desc, metadata_modified desc"
#: Entries of the vocabulary that are not a theme of the home page.
NOT_SHOWN = {"OP_DATPRO"}


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with its number of datasets; ``code`` is the end of its page's address."""

    code: str
    iri: str
    label: str
    icon: str
    count: int


@dataclass(frozen=True, slots=True)
class Front:
    """The home page's content; ``available`` is False if the search does not respond."""

    available: bool
    count: int
    formats: int
    cities: list[City]
    themes: list[Theme]
    newest: list[dict[str, Any]]


def front(language: str, newest: int = 6) -> Front:
    """Return counts, cities, themes and latest datasets as visible to the current user."""
    try:
        found = tk.get_action("package_search")(
            {},
            {
                "rows": newest,
                "sort": LATEST,
                "facet.field": ["organization", "hanse_theme", "res_format"],
                "facet.limit": -1,
            },
        )
    except (SearchError, SolrConnectionError, tk.ValidationError):
        return Front(False, 0, 0, cities({}, language), themes({}, language), [])
    facets = found["facets"]
    return Front(
        available=True,
        count=found["count"],
        formats=len(facets.get("res_format", {})),
        cities=cities(facets.get("organization", {}), language),
        themes=themes(facets.get("hanse_theme", {}), language),
        newest=found["results"],
    )


def themes(counts: dict[str, int], language: str) -> list[Theme]:
    """Return the thirteen themes in alphabetical order of ``language``."""
    try:
        concepts = list(words.vocabulary("data-themes"))
    except FileNotFoundError:
        return []
    found = [
        Theme(
            code=item.code,
            iri=item.iri,
            label=item.label(language),
            icon=THEME_ICONS.get(item.code, "tag"),
            count=counts.get(item.iri, 0),
        )
        for item in concepts
        if item.code not in NOT_SHOWN
    ]
    return sorted(found, key=lambda theme: theme.label)
