"""The page of a theme: what it is about, and what the cities publish of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import ckan.plugins.toolkit as tk
import yaml

from ckanext.hanse.comparison import matrix
from ckanext.hanse.comparison.matrix import Line
from ckanext.hanse.presentation import bar_chart, front, words
from ckanext.hanse.presentation.bar_chart import Chart
from ckanext.hanse.presentation.cities import every
from ckanext.hanse.presentation.front import Theme
from ckanext.hanse.search import parameters
from hanse_schemas.language import pick
from hanse_schemas.table import LOADER

_NEWEST = 6
_FIELDS = ("organization", "hanse_group", "hanse_open")


@dataclass(frozen=True, slots=True)
class ThemePage:
    """What a theme's page shows.

    ``text``    what data of the theme there are, by us.   ``others``  the other themes.
    ``newest``  those that changed last, as ``package_search`` returns them.
    ``cities``  datasets by city, ``formats`` by kind of file; ``open`` those with an open licence.
    ``models``  the theme's model datasets, those that most cities have first.
    """

    theme: Theme
    text: str
    newest: list[dict[str, Any]]
    cities: Chart
    formats: Chart
    open: int
    models: list[Line]
    others: list[Theme]

    @property
    def publishing(self) -> int:
        """How many cities publish something."""
        return sum(bool(bar.count) for bar in self.cities.bars)


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return code of a theme → language → text."""
    content: Mapping[str, Mapping[str, str]] = yaml.load(
        files(__package__).joinpath("themes.yaml").read_text("utf-8"), LOADER
    )
    return content


def code_of(name: str) -> str:
    """Return the code of the theme that an address names, "" if it names none.

    >>> code_of("tran"), code_of("Umwelt"), code_of("OP_DATPRO")
    ('TRAN', 'ENVI', '')
    """
    found = words.concept("data-themes", name)
    return found.code if found and found.code not in front.NOT_SHOWN else ""


def page(code: str, language: str) -> ThemePage:
    """Return the page of a theme, as the reader may see it.

    Raises SearchError or SolrConnectionError if Solr does not answer.
    """
    known = {theme.code: theme for theme in front.themes({}, language)}
    iri = known[code].iri
    found = tk.get_action("package_search")(
        {},
        {
            "fq": f'+dataset_type:dataset +hanse_theme:"{iri}"',
            "rows": _NEWEST,
            "sort": parameters.SORTS["changed"],
            "facet.field": list(_FIELDS),
            "facet.limit": -1,
        },
    )
    counts, number, here = found["facets"], found["count"], {"theme": code}
    return ThemePage(
        theme=replace(known[code], count=number),
        text=pick(texts().get(code, {}), language),
        newest=found["results"],
        cities=Chart(
            "city", tk._("By city"), tk._("City"),
            bar_chart.of_cities(counts["organization"], language, here), number,
        ),
        formats=Chart(
            "format", tk._("By format"), tk._("Format"),
            bar_chart.of_facet("hanse_group", counts["hanse_group"], language, within=here), number,
            tk._("A dataset may have several formats."),
        ),
        open=counts["hanse_open"].get("true", 0),
        models=_models(iri, language),
        others=[theme for theme in known.values() if theme.code != code],
    )  # fmt: skip


def _models(iri: str, language: str) -> list[Line]:
    blocks = matrix.whole(list(every(language).values())).blocks(matrix.Asked())
    lines = [line for block in blocks for line in block.lines if line.model.data_theme == iri]
    return sorted(lines, key=lambda line: (-line.publish, line.model.label(language).casefold()))
