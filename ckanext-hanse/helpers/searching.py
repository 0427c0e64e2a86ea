"""The search page: filters, files, feeds, alternatives to an empty result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import g, request

from ckanext.hanse import facets
from ckanext.hanse.helpers.page import hanse_city, hanse_language, hanse_number
from ckanext.hanse.presentation import area_filter, narrowing
from ckanext.hanse.presentation.filter_links import FilterLinks
from ckanext.hanse.search import parameters


def hanse_facet_label(field: str, name: str, display_name: str = "") -> str:
    """Return the label of a facet's value."""
    if field == "organization" and (city := hanse_city(name)):
        return city.title
    return facets.label(field, name, display_name, hanse_language())


def hanse_feed(city: str = "") -> str:
    """Return the URL of the Atom feed of the current search."""
    return facets.feed_link(city)


def hanse_narrowing(
    search_facets: Mapping[str, Any] | None, titles: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return the filters of the current search page.

    ``sections`` with values, ``chips`` that are set, ``sentence`` that reads them aloud,
    ``problems`` in words, ``asked``, ``periods`` (words, address, whether set), ``day`` (a date
    that is set), ``bare`` (address without filters), ``sort`` (name of the order), ``kept``
    (parameters that the search form sends on).
    """
    if found := g.get("hanse_narrowing"):  # asked by the page, its filters and its results
        return dict(found)
    arguments = list(request.args.items(multi=True))
    asked = parameters.read(arguments)
    path = tk.h.url_for(request.endpoint, **(request.view_args or {}))
    links = FilterLinks.of(path, arguments)
    counted, shown = search_facets or {}, titles or facets.dataset_facets({})
    language = hanse_language()
    chips = narrowing.chips(asked, links, counted, shown, hanse_facet_label, language)
    sections = narrowing.sections(asked, links, counted, shown, hanse_facet_label)
    if area := request.args.get(area_filter.AREA):
        relation = request.args.get(area_filter.RELATION, "")
        named = area_filter.label(area, relation, language)
        chips.append(narrowing.Chip(tk._("Area"), named, links.without(parameters.AREA)))
    own = {*parameters.AREA, "q", "sort"}
    if any(section.years for section in sections):
        own |= {parameters.FROM, parameters.TO}
    period = asked.changed if asked.changed in parameters.PERIODS else ""
    g.hanse_narrowing = {
        "asked": asked,
        "sections": sections,
        "chips": chips,
        "sentence": narrowing.sentence(chips),
        "problems": _problems(asked),
        "periods": [
            (words, links.replaced(changed="" if name == period else name), name == period)
            for name, words in narrowing.periods().items()
        ],
        "day": "" if period else asked.changed,
        "bare": links.bare(),
        "sort": _order(request.args.get("sort", "")),
        "kept": [
            pair
            for pair in links.arguments
            if pair[0] not in own and (pair[0] != parameters.CHANGED or pair[1] == period)
        ],
    }
    return dict(g.hanse_narrowing)


def _problems(asked: parameters.Asked) -> list[str]:
    """Return in words what of the search's address was left out, or read otherwise."""
    problems = [narrowing.problem_words(problem) for problem in asked.problems]
    if length := g.get("hanse_shortened"):
        text = tk._("The question is very long: only its first {number} characters are searched.")
        problems.append(text.format(number=hanse_number(length)))
    return [*problems, *filter(None, [area_filter.problem(request.args)])]


def _order(text: str) -> str:
    """Return the name of the page's order; Solr's own notation is recognised too."""
    by_solr = {solr: name for name, solr in parameters.SORTS.items()}
    return text if text in parameters.SORTS else by_solr.get(text, "relevance")


def hanse_result_files(city: str = "") -> list[tuple[str, str]]:
    """Return name and URL of the current search's result list as files."""
    return narrowing.files(request.args, city)


def hanse_instead(query: str | None) -> Mapping[str, Any]:
    """Return the alternatives to an empty result of this page's search for ``query``:
    ``did_you_mean``, ``similar``, ``partial``, or {}."""
    found: Mapping[str, Any] = g.get("hanse_instead", {}).get(query, {})
    return found


def hanse_exactly() -> str:
    """Return the URL of this page's search for the words as typed."""
    return str(tk.h.add_url_param(new_params={parameters.EXACT: "1"}))
