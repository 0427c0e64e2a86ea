"""Atom feeds of datasets (RFC 4287, paged as in RFC 5005), at CKAN's URLs.

CKAN's feeds have a fraction as their last page, declare English whatever the language, and link
to the API instead of the dataset's page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError
from ckan.views.feed import CKANFeed, _create_atom_id
from flask import Flask, Response, make_response, request

from ckanext.hanse import facets
from ckanext.hanse.presentation import text
from ckanext.hanse.search import choices, parameters
from hanse_harvesters.normalise.text import printable

#: Maximum length of an entry's description; the dataset's page has all of it.
_SUMMARY = 1_000


@dataclass(frozen=True)
class _Feed:
    """Definition of a feed.

    ``endpoint``, ``arguments``  its URL, by CKAN's name for the view.
    ``page``, ``of``  endpoint and arguments of the HTML page with the same content.
    ``asked``    the search.
    ``chosen``   values of facets, as in :mod:`ckanext.hanse.search.choices`.
    """

    title: str
    endpoint: str
    asked: dict[str, Any]
    page: str = "dataset.search"
    arguments: dict[str, Any] = field(default_factory=dict)
    of: dict[str, Any] = field(default_factory=dict)
    chosen: parameters.Choices = field(default_factory=dict)


def install(app: Flask) -> None:
    """Replace CKAN's feeds."""
    app.view_functions |= {
        "feeds.general": general,
        "feeds.organization": organization,
        "feeds.group": group,
        "feeds.tag": tag,
        "feeds.custom": custom,
    }


def general() -> Response:
    """Return the feed of all datasets, the last changed first."""
    return _answer(_Feed(_site(), "feeds.general", {"q": "*:*"}))


def organization(id: str) -> Response:
    """Return the feed of a city's datasets."""
    city = _named("organization_show", id)
    shown = tk.h.hanse_city(city["name"])
    feed = _Feed(
        f"{_site()}: {shown.title if shown else city['display_name']}",
        "feeds.organization",
        {"fq": f'owner_org:"{city["id"]}"'},
        "organization.read",
        {"id": city["name"]},
        {"id": city["name"]},
    )
    return _answer(feed)


def group(id: str) -> Response:
    """Return the feed of the datasets of a CKAN group."""
    found = _named("group_show", id)
    name = {"id": found["name"]}
    title = f"{_site()}: {found['display_name']}"
    return _answer(
        _Feed(title, "feeds.group", {"fq": f'groups:"{found["name"]}"'}, "group.read", name, name)
    )


def tag(id: str) -> Response:
    """Return the feed of the datasets with a keyword."""
    return _answer(
        _Feed(
            f"{_site()}: {id}",
            "feeds.tag",
            {"q": "*:*"},
            arguments={"id": id},
            of={"tags": id},
            chosen={"tags": [id]},
        )
    )


def custom() -> Response:
    """Return a search's feed, with the parameters of its page."""
    reported = facets.asked_for(request.args)
    query = request.args.get("q", "")
    asked: dict[str, Any] = {
        "q": query or "*:*",
        "understand": parameters.EXACT not in request.args,
    }
    if area := parameters.in_fq(dict(request.args.lists())):
        asked["fq"] = area
    if order := request.args.get("sort"):
        asked["sort"] = parameters.sort(order) or order
    return _answer(
        _Feed(
            f"{_site()}: {query}" if query else _site(),
            "feeds.custom",
            asked,
            arguments=dict(reported),
            of=dict(reported),
            chosen=parameters.read(request.args.items(multi=True)).choices,
        )
    )


def _answer(feed: _Feed) -> Response:
    number = tk.h.get_page_number(request.args)
    size = int(tk.config["ckan.feeds.limit"])
    asked = {"sort": "metadata_modified desc", **feed.asked, "rows": size, "facet": "false"}
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}

    def ask(data: dict[str, Any]) -> Any:
        return tk.get_action("package_search")(dict(context), data)

    try:
        found = choices.search(ask, {**asked, "start": (number - 1) * size}, feed.chosen)
    except (SearchError, tk.ValidationError):
        tk.abort(400, tk._("This search cannot be understood."))
    last = max(1, -(-found["count"] // size))
    if number > last:
        tk.abort(404, tk._("This feed has {last} pages.").format(last=last))
    made = CKANFeed(
        feed_title=printable(feed.title),
        feed_link=tk.url_for(feed.page, _external=True, **feed.of),
        feed_description=tk._("Datasets, those changed last first"),
        language=tk.h.lang(),
        author_name=printable(str(tk.config.get("ckan.feeds.author_name") or "") or _site()),
        feed_guid=_create_atom_id(tk.url_for(feed.endpoint, locale="default", **feed.arguments)),
        feed_url=_address(feed, number),
        previous_page=_address(feed, number - 1) if number > 1 else None,
        next_page=_address(feed, number + 1) if number < last else None,
        first_page=_address(feed, 1),
        last_page=_address(feed, last),
    )
    # The generator puts an entry before those added earlier.
    for dataset in reversed(found["results"]):
        made.add_item(**_entry(dataset))
    answer = make_response(made.writeString("utf-8"))
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _address(feed: _Feed, number: int) -> str:
    page = {"page": number} if number > 1 else {}
    return str(tk.url_for(feed.endpoint, _external=True, **feed.arguments, **page))


def _entry(dataset: dict[str, Any]) -> dict[str, Any]:
    city = (dataset.get("organization") or {}).get("name", "")
    shown = tk.h.hanse_city(city) if city else None
    publisher = dataset.get("publisher") or [{}]
    author = publisher[0].get("name") or (shown.title if shown else "") or _site()
    return {
        "title": printable(tk.h.hanse_text(dataset, "title").text),
        "link": tk.url_for(f"{dataset['type']}.read", id=dataset["name"], _external=True),
        "summary": printable(text.plain(tk.h.hanse_text(dataset, "notes").text, _SUMMARY)),
        "updated": tk.h.date_str_to_datetime(dataset["metadata_modified"]),
        "published": tk.h.date_str_to_datetime(dataset["metadata_created"]),
        "unique_id": _create_atom_id(f"/dataset/{dataset['id']}"),
        "author_name": printable(str(author)),
        "categories": [printable(tag["name"]) for tag in dataset.get("tags", [])],
    }


def _named(action: str, id: str) -> dict[str, Any]:
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        return dict(tk.get_action(action)(context, {"id": id}))
    except (tk.ObjectNotFound, tk.ValidationError):
        tk.abort(404, tk._("There is nothing of this name here."))
    except tk.NotAuthorized:
        tk.abort(403, tk._("Not authorized to see this page"))
    raise AssertionError


def _site() -> str:
    return str(tk.config["ckan.site_title"])
