"""CKAN's search, completed: what instead of nothing, and facets that combine on our pages."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict
from flask import g, has_request_context, request

from ckanext.hanse.logic.schema import ActionFunction
from ckanext.hanse.search import choices, partial, typos

PAGES = frozenset({"dataset.search", "organization.read", "group.read"})
"""The pages people search on, by endpoint."""


@tk.chained_action
@tk.side_effect_free
def package_search(original_action: ActionFunction, context: Context, data_dict: DataDict) -> Any:
    """CKAN's; where plain words find nothing, datasets with similar words, and what was meant.

    The answer then has ``similar`` (True) and ``did_you_mean`` (a query), each where there is one.
    ``partial``: where that finds nothing either, what has one of the words; the answer then has
    ``partial`` (True).  False by default but on the site's pages, where values chosen of one
    facet are alternatives too.
    """
    on_page = _on_page()
    wants_partial = _flag(data_dict, "partial", default=on_page)
    asked = {name: value for name, value in data_dict.items() if name != "partial"}
    chosen: choices.Choices = {}
    if on_page:
        asked, chosen = choices.narrowed(asked, request.args.items(multi=True))

    def ask(other: DataDict) -> dict[str, Any]:
        found: dict[str, Any] = choices.search(
            lambda one: original_action({**context}, one), other, chosen
        )
        return found

    found = ask(asked) if chosen else original_action(context, dict(asked))
    if found["count"] or not asked.get("q"):
        return found
    found = typos.complete(ask, asked, found)
    if wants_partial and not found["count"]:
        found = partial.complete(ask, asked, found)
    if has_request_context():  # CKAN's search page passes on no more than it knows
        names = ("did_you_mean", "similar", "partial")
        page = {name: found[name] for name in names if name in found}
        g.setdefault("hanse_instead", {})[asked["q"]] = page
    return found


def _flag(data_dict: DataDict, name: str, *, default: bool) -> bool:
    try:
        return bool(tk.asbool(data_dict.get(name, default)))
    except ValueError as error:
        raise tk.ValidationError({name: [str(error)]}) from error


def _on_page() -> bool:
    return has_request_context() and request.endpoint in PAGES
