"""The facets of the search page, and the labels of their values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk
from flask import request
from werkzeug.datastructures import MultiDict

from ckanext.hanse.presentation import words
from ckanext.hanse.search import document, parameters
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.mqa_facts import facts
from hanse_schemas.model_datasets import model_datasets
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
        hanse_group=tk._("Format"),
        res_format=tk._("Single formats"),
        hanse_open=tk._("Licence"),
        hanse_licence=tk._("Single licences"),
        hanse_year=tk._("Time covered"),
        hanse_model=tk._("Model dataset"),
        hanse_quality=tk._("Quality of the metadata"),
        hanse_hvd=tk._("High-value data (HVD)"),
        hanse_api=tk._("Interface (API)"),
        hanse_language=tk._("Language"),
    )


def organization_facets(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the facets of an organization's page: all but the organization."""
    found = dataset_facets(facets_dict)
    found.pop("organization")
    return found


def label(field: str, name: str, display_name: str, language: str) -> str:
    """Return the label of a facet's value: by its vocabulary or list, else ``display_name``."""
    if field in vocabularies():
        return words.label(vocabularies()[field], name, language)
    if field == "hanse_language":
        return words.label("languages", name, language)
    if field == "hanse_quality" and name in facts().ratings:
        return mqa_words.rating(name, language).capitalize()
    if field == "hanse_model" and (model := model_datasets().by_iri(name)):
        return model.label(language)
    return _said(field, name) or display_name or name


def _said(field: str, name: str) -> str:
    """Return the words for a code of ours, "" for another one."""
    said = {
        "hanse_group": {
            "table": lambda: tk._("Table"),
            "map": lambda: tk._("Map"),
            "service": lambda: tk._("Service"),
            "document": lambda: tk._("Document"),
            "data": lambda: tk._("Data for programs"),
            "image": lambda: tk._("Image"),
        },
        "hanse_open": {
            "true": lambda: tk._("Open licence"),
            "false": lambda: tk._("No open licence"),
        },
        "hanse_api": {"true": lambda: tk._("Has an interface (API)")},
        "hanse_hvd": {
            "declared": lambda: tk._("Declared as high-value"),
            "offered": lambda: tk._("Could be one"),
        },
    }
    found = said.get(field, {}).get(name)
    return str(found()) if found else ""


def feed_link(city: str = "") -> str:
    """Return the URL of the Atom feed of the current search, on a city's page within ``city``."""
    reported = asked_for(request.args)
    if not city:
        return str(
            tk.url_for("feeds.custom", **reported) if reported else tk.url_for("feeds.general")
        )
    if not reported:
        return str(tk.url_for("feeds.organization", id=city))
    return str(tk.url_for("feeds.custom", **reported | {"organization": [city]}))


def asked_for(arguments: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return what an address searches for, without pages, empty and unknown parameters."""
    times = (parameters.FROM, parameters.TO, parameters.CHANGED)
    known = {*parameters.AREA, *times, parameters.EXACT, "q", "sort"}
    return {
        name: [value for value in values if value]
        for name, values in arguments.lists()
        if any(values) and (name in known or parameters.solr_field(name))
    }
