"""The list of a search's results as files, and search addresses that CKAN cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search.common import SearchError
from flask import Blueprint, Response, g, redirect, request, stream_with_context
from werkzeug.datastructures import ImmutableMultiDict

from ckanext.hanse import language
from ckanext.hanse.logic.actions.searching import PAGES
from ckanext.hanse.presentation import result_list
from ckanext.hanse.search import parameters

hanse_results = Blueprint("hanse_results", __name__)

LONGEST_QUESTION = 500
"""Characters of a search."""
_LONGEST_PAGE = 7
"""Digits of the number of a page."""
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
}


@hanse_results.route("/search.<any(csv,json,ttl):ending>")
def file(ending: str) -> Any:
    """Stream the results of a search: the same parameters as its page."""
    try:
        found = result_list.result_list(request.args)
    except (SearchError, tk.ValidationError):
        return tk.abort(400, tk._("This search cannot be understood."))
    body: Iterator[str] | Iterator[bytes]
    if ending == "csv":
        body = result_list.as_csv(found, language.of_page())
    else:
        body = result_list.as_json(found) if ending == "json" else result_list.as_turtle(found)
    answer = Response(stream_with_context(_parted(body)), content_type=_MEDIA_TYPES[ending])
    name = "hanse-datasets"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["X-Total-Count"] = str(found.count)
    return answer


def _parted(body: Iterator[str] | Iterator[bytes]) -> Iterator[str | bytes]:
    """Yield ``body`` without a transaction that stays open while a slow reader reads."""
    for part in body:
        model.Session.rollback()
        yield part


@hanse_results.before_app_request
def plain_question() -> None:
    """Search a question as long as a pasted page by its beginning: the page's links repeat it.

    Solr's local parameters (``{!func}…``), which CKAN refuses, are words on a page.
    """
    if not _searches() or "q" not in request.args:
        return
    asked = request.args["q"]
    question = asked.replace("{!", "{ ")
    if len(question) > LONGEST_QUESTION:
        beginning = question[:LONGEST_QUESTION]
        question = beginning.rstrip().rpartition(" ")[0] or beginning
        g.hanse_shortened = len(question)
    if question != asked:
        arguments = request.args.copy()
        arguments["q"] = question
        request.args = ImmutableMultiDict(arguments)


@hanse_results.before_app_request
def no_such_page() -> None:
    """Return 404 for a page of results beyond what Solr counts to."""
    page = request.args.get("page", "")
    if request.endpoint in PAGES and page.isdecimal() and len(page) > _LONGEST_PAGE:
        tk.abort(404, tk._("The list has no such page"))


def _searches() -> bool:
    """Return whether a page of results is asked for, or its list as a file or feed."""
    return request.endpoint in PAGES or request.blueprint in (hanse_results.name, "feeds")


@hanse_results.before_app_request
def read_order() -> Any:
    """Redirect a search whose order is not understood to the same one in the usual order.

    CKAN's page fails at one like ``sort=,``.
    """
    asked = request.args.get("sort")
    if request.endpoint not in PAGES or not asked or parameters.sort(asked):
        return None
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "sort"]
    return redirect(
        f"{tk.h.url_for(request.endpoint, **(request.view_args or {}))}?{urlencode(pairs)}"
    )
