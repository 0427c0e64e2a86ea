"""The facets of the search page, and the labels of their values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.hanse.presentation import words
from ckanext.hanse.search import document
from hanse_schemas.table import classes

SOLR = {**document.FACETS, "format": "res_format"}
"""Facet of the table → Solr field."""


@cache
def vocabularies() -> Mapping[str, str]:
    """Return Solr field → vocabulary of its values, as the table defines it."""
    found = {}
    for name in ("dataset", "distribution"):
        for prop in classes()[name].properties:
            if prop.facet and prop.vocabulary:
                found[SOLR[prop.facet]] = prop.vocabulary
    return found


def dataset_facets(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the facets of the dataset search: Solr field → label."""
    return OrderedDict(
        organization=tk._("City"),
        hanse_theme=tk._("Theme"),
        res_format=tk._("Format"),
        hanse_licence=tk._("Licence"),
        hanse_year=tk._("Year"),
    )


def organization_facets(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the facets of an organization's page: all but the organization."""
    found = dataset_facets(facets_dict)
    found.pop("organization")
    return found


def label(field: str, name: str, display_name: str, language: str) -> str:
    """Return the label of a facet's value: of IRIs from their vocabulary, else ``display_name``."""
    if field in vocabularies():
        return words.label(vocabularies()[field], name, language)
    return display_name or name


def feed_link(city: str = "") -> str:
    """Return the URL of the Atom feed of the current search, on a city's page within ``city``."""
    known = {*dataset_facets({}), "tags", "groups", "q", "sort"}
    reported = {
        name: values for name, values in request.args.lists() if name in known and any(values)
    }
    if not city:
        return str(
            tk.url_for("feeds.custom", **reported) if reported else tk.url_for("feeds.general")
        )
    if not reported:
        return str(tk.url_for("feeds.organization", id=city))
    return str(tk.url_for("feeds.custom", **reported | {"organization": [city]}))
