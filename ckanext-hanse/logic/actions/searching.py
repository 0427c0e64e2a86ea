"""CKAN's search with alternatives to an empty result, and facets that combine on our pages."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SolrConnectionError
from ckan.types import Context, DataDict
from flask import g, has_request_context, request

from ckanext.hanse import language
from ckanext.hanse.logic.schema import ActionFunction
from ckanext.hanse.presentation.cities import every
from ckanext.hanse.presentation.compared import short
from ckanext.hanse.search import choices, parameters, partial, typos, understand
from ckanext.hanse.search.question import question
from hanse_harvesters.german.compounds import is_noun

PAGES = frozenset({"dataset.search", "organization.read", "group.read"})
"""The search pages, by endpoint."""
_OURS = frozenset({"partial", "understand"})
_TOLD = ("did_you_mean", "similar", "partial", *understand.TOLD)


@tk.chained_action
@tk.side_effect_free
def package_search(original_action: ActionFunction, context: Context, data_dict: DataDict) -> Any:
    """Extend CKAN's search: if plain words find nothing, return similar datasets and a suggestion.

    The result then has ``similar`` (True) and ``did_you_mean`` (a query), each if there is one.
    ``partial``: if that finds nothing either, find datasets with one of the words; the result then
    has ``partial`` (True).  ``understand``: read the query as a question: what it says of a city
    or place narrows the search (``place`` and ``subject`` in the result), and if the words as
    typed find little, terms of the same service are searched too (``widened``, ``left_out``).
    Both are False by default except on the site's pages, where several values of one facet are
    alternatives too.
    """
    on_page = _on_page()
    if on_page:
        original_action = _or_unavailable(original_action)
    wants_partial = _flag(data_dict, "partial", default=on_page)
    as_typed = on_page and parameters.EXACT in request.args
    understands = _flag(data_dict, "understand", default=on_page and not as_typed)
    asked = {name: value for name, value in data_dict.items() if name not in _OURS}
    chosen: choices.Choices = {}
    if on_page:
        asked, chosen = choices.narrowed(asked, request.args.items(multi=True))

    def ask(other: DataDict) -> dict[str, Any]:
        found: dict[str, Any] = choices.search(
            lambda one: original_action({**context}, one), other, chosen
        )
        return found

    def correct(one: DataDict, found: dict[str, Any]) -> dict[str, Any]:
        return typos.complete(ask, one, found)

    def part(one: DataDict, found: dict[str, Any]) -> dict[str, Any]:
        return partial.complete(ask, one, found) if wants_partial else found

    read = question(asked["q"], _cities()) if understands and _is_plain(asked) else None
    if read:
        found = understand.search(ask, asked, read, correct, part)
    else:
        found = ask(asked) if chosen else original_action(context, dict(asked))
        if not found["count"] and asked.get("q"):
            found = correct(asked, found)
            found = found if found["count"] else part(asked, found)
    if has_request_context():  # CKAN's search page drops keys it does not know
        page = {name: found[name] for name in _TOLD if name in found}
        if isinstance(asked.get("q"), str):
            g.setdefault("hanse_instead", {})[asked["q"]] = page
    return found


def _or_unavailable(action: ActionFunction) -> ActionFunction:
    """Return ``action`` with 503 while Solr is away; CKAN's page would say 500, our error."""

    def search(context: Context, data_dict: DataDict) -> Any:
        try:
            return action(context, data_dict)
        except SolrConnectionError:
            return tk.abort(503)

    return search


def _cities() -> dict[str, str]:
    """Return short name → name of the organizations that call themselves a city, and of others
    whose name is no German noun: "Proben" in a question is what is asked for."""
    if not has_request_context():
        return {}
    cities = every(language.of_page()).values()
    named = {short(city.title): city for city in cities}
    return {
        name: city.name for name, city in named.items() if name != city.title or not is_noun(name)
    }


def _is_plain(asked: DataDict) -> bool:
    return isinstance(asked.get("q"), str) and not (asked.get("qf") or asked.get("defType"))


def _flag(data_dict: DataDict, name: str, *, default: bool) -> bool:
    try:
        return bool(tk.asbool(data_dict.get(name, default)))
    except ValueError as error:
        raise tk.ValidationError({name: [str(error)]}) from error


def _on_page() -> bool:
    return has_request_context() and request.endpoint in PAGES
