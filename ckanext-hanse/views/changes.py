"""What changed, for mirrors: ``/changes?since=`` as JSON and Atom."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.export.changes import documents, feed
from ckanext.hanse.export.changes.feed import FeedPage
from ckanext.hanse.store.rdf import site
from hanse_harvesters.errors import ConfigError

hanse_changes = Blueprint("hanse_changes", __name__)

_TYPES = {"json": "application/json", "atom": "application/atom+xml"}
#: Message → status, where it is not 400.
_STATUS = {"since-unknown": 410}


@hanse_changes.route("/changes")
def negotiate() -> Response:
    """Return the feed as JSON, or as Atom if the request prefers that."""
    best = request.accept_mimetypes.best_match([*_TYPES.values()], default=_TYPES["json"])
    answer = changes("atom" if best == _TYPES["atom"] else "json")
    answer.vary.add("Accept")
    return answer


@hanse_changes.route("/changes.<any(json,atom):ending>")
def changes(ending: str) -> Response:
    """Return what changed since a time or cursor, in order.

    Without ``since``: JSON from the beginning, Atom the last changes, the newest first, which is
    what readers of feeds expect.
    """
    asked = request.args.get("since", "")
    limit = _limit()
    if limit is None:
        text = tk._("limit: give a number from 1 to {most}").format(most=feed.MOST)
        return _refused("limit-invalid", text, 400)
    try:
        newest = ending == "atom" and not asked
        page = feed.latest(limit) if newest else feed.page(asked, limit)
    except ConfigError as error:
        text = error.text(language.of_page())
        return _refused(error.id, text, _STATUS.get(error.id, 400))
    answer = Response(content_type=f"{_TYPES[ending]}; charset=utf-8")
    answer.headers["Cache-Control"] = "public, no-cache"
    # Weak: the time at which it was read is in it.
    answer.set_etag(f"{page.since}.{page.next}.{page.more}.{limit}.{ending}", weak=True)
    if answer.make_conditional(request).status_code != 304:
        answer.set_data(_document(page, ending))
    return answer


def _limit() -> int | None:
    given = request.args.get("limit", str(feed.SOME))
    number = int(given) if given.isdecimal() and len(given) < 10 else 0
    return number if 1 <= number <= feed.MOST else None


def _document(page: FeedPage, ending: str) -> bytes:
    if ending == "json":
        return json.dumps(documents.as_json(page), ensure_ascii=False, indent=1).encode()
    name = str(tk.config["ckan.site_title"])
    return documents.as_atom(
        page,
        title=tk._("{site}: changes").format(site=name),
        author=name,
        address=f"{site()}/changes.atom",
        site=site(),
    )


def _refused(id: str, text: str, status: int) -> Response:
    body: dict[str, Any] = {"error": {"id": id, "message": text}}
    return Response(
        json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=utf-8"
    )
