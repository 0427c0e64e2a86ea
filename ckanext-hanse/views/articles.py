"""News and help of the operator: lists, single pages, and news as an Atom feed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.feed import CKANFeed, _create_atom_id
from flask import Blueprint, Response, make_response

from ckanext.hanse import language
from ckanext.hanse.presentation import articles
from ckanext.hanse.presentation.articles import HELP, NEWS, Article

log = logging.getLogger(__name__)

hanse_articles = Blueprint("hanse_articles", __name__)

_FEED = 20
"""News in the feed."""


@hanse_articles.route("/news")
@hanse_articles.route("/aktuelles/")
@hanse_articles.route("/news/<name>")
def to_news(name: str = "") -> Any:
    """Redirect the English name of the pages to the address."""
    return tk.redirect_to(f"hanse_articles.{NEWS}{'_page' if name else ''}", **_named(name))


@hanse_articles.route("/help")
@hanse_articles.route("/hilfe/")
@hanse_articles.route("/help/<name>")
def to_help(name: str = "") -> Any:
    """Redirect the English name of the pages to the address."""
    return tk.redirect_to(f"hanse_articles.{HELP}{'_page' if name else ''}", **_named(name))


@hanse_articles.route("/aktuelles")
def news() -> Any:
    """List the news, the newest first."""
    return _list(NEWS, tk._("News"))


@hanse_articles.route("/hilfe")
def help() -> Any:
    """List the pages of the help."""
    return _list(HELP, tk._("Help"))


@hanse_articles.route("/aktuelles/<name>")
def news_page(name: str) -> Any:
    """Show one of the news."""
    return _page(NEWS, tk._("News"), name)


@hanse_articles.route("/hilfe/<name>")
def help_page(name: str) -> Any:
    """Show a page of the help."""
    return _page(HELP, tk._("Help"), name)


@hanse_articles.route("/aktuelles.atom")
def feed() -> Response:
    """Return the news as an Atom feed (RFC 4287)."""
    found, _ = _found(NEWS)
    site = str(tk.config["ckan.site_title"])
    made = CKANFeed(
        feed_title=f"{site}: {tk._('News')}",
        feed_link=tk.url_for("hanse_articles.news", _external=True),
        feed_description=tk._("News"),
        language=tk.h.lang(),
        author_name=str(tk.config.get("ckan.feeds.author_name") or "") or site,
        feed_guid=_create_atom_id(tk.url_for("hanse_articles.feed", locale="default")),
        feed_url=tk.url_for("hanse_articles.feed", _external=True),
        previous_page=None,
        next_page=None,
        first_page=tk.url_for("hanse_articles.feed", _external=True),
        last_page=tk.url_for("hanse_articles.feed", _external=True),
    )
    for item in reversed(found[:_FEED]):  # the generator puts an entry before those added earlier
        day = datetime.combine(item.day or datetime.now(UTC).date(), time(), UTC)
        address = tk.url_for("hanse_articles.news_page", name=item.name, _external=True)
        made.add_item(
            title=item.title,
            link=address,
            summary=item.summary,
            updated=day,
            published=day,
            unique_id=_create_atom_id(f"/aktuelles/{item.name}"),
            author_name=site,
            categories=[],
        )
    answer = make_response(made.writeString("utf-8"))
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _named(name: str) -> dict[str, str]:
    return {"name": name} if name else {}


def _list(kind: str, title: str) -> Any:
    found, whole = _found(kind)
    return tk.render(
        "hanse/articles.html", {"kind": kind, "title": title, "articles": found, "whole": whole}
    )


def _page(kind: str, title: str, name: str) -> Any:
    found, whole = _found(kind)
    item = next((item for item in found if item.name == name), None)
    if item is None:
        words = tk._("There is nothing of this name here.")
        unreadable = tk._("This page cannot be shown at the moment; the operator is told.")
        return tk.abort(404, words if whole else unreadable)
    others = [other for other in found if other != item] if kind == HELP else []
    return tk.render(
        "hanse/article.html", {"kind": kind, "title": title, "article": item, "others": others}
    )


def _found(kind: str) -> tuple[list[Article], bool]:
    """Return the pages of a kind, and whether all of them can be read."""
    found, faults = articles.articles(kind, language.of_page())
    for fault in faults:
        log.error("hanse.pages: %s: %s", fault.path, fault.reason)
    return found, not faults
