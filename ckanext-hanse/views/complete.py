"""Autocompletion of titles of public datasets in a search field."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError
from flask import Blueprint, Response, jsonify, request

from ckanext.hanse.export.opensearch import SUGGESTIONS
from ckanext.hanse.search.query import WORD
from hanse_harvesters.german.letters import fold

hanse_complete = Blueprint("hanse_complete", __name__)

_NAME = re.compile(r"[a-z0-9_-]+")

MOST = 8
MOST_LETTERS = 100
LONGEST_BEGINNING = 20
"""Length of the prefixes in the field ``title_ngram``, ``maxGramSize`` of ``text_ac``."""


@hanse_complete.route("/hanse/complete")
def complete() -> Response:
    """Return datasets in whose titles every word of ``q`` is a prefix of a word or compound part.

    ``{"datasets": [{"title", "lang", "city", "url"}]}``, at most eight; ``lang`` is empty if
    the title is in the page's language.  ``organization`` limits them to one city, by name.
    """
    return jsonify(datasets=_complete())


@hanse_complete.route("/hanse/suggest")
def suggest() -> Response:
    """Return the same as browsers take it that search from their address bar (OpenSearch).

    ``[what was typed, [title, …], [city, …], [URL, …]]``
    """
    found = _complete(_external=True)
    columns = [[item[key] for item in found] for key in ("title", "city", "url")]
    answer = jsonify([request.args.get("q", "")[:MOST_LETTERS], *columns])
    answer.content_type = SUGGESTIONS
    return answer


def _complete(**address: Any) -> list[dict[str, str]]:
    """Return the datasets; ``address``: how their URLs are written."""
    words = WORD.findall(fold(request.args.get("q", "")[:MOST_LETTERS]))
    if len("".join(words)) < 2:
        return []
    asked: dict[str, Any] = {
        "q": " ".join(word[:LONGEST_BEGINNING] for word in words),
        "defType": "edismax",
        "qf": "title_ngram",
        "mm": "100%",
        "rows": MOST,
        "facet": "false",
    }
    city = request.args.get("organization", "")
    if _NAME.fullmatch(city):
        asked["fq"] = f'organization:"{city}"'
    try:
        found = tk.get_action("package_search")({}, asked)
    except (SearchError, SolrConnectionError):  # the normal search reports the error
        return []
    return [_shown(dataset, **address) for dataset in found["results"]]


def _shown(dataset: dict[str, Any], **address: Any) -> dict[str, str]:
    title = tk.h.hanse_text(dataset, "title")
    city = tk.h.hanse_city((dataset.get("organization") or {}).get("name", ""))
    return {
        "title": title.text,
        "lang": title.lang,
        "city": city.title if city else "",
        "url": tk.h.url_for(f"{dataset['type']}.read", id=dataset["name"], **address),
    }
