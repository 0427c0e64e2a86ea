"""Helpers for every page: language, texts, dates, numbers, links."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from babel import Locale
from flask import current_app, g
from markupsafe import Markup

from ckanext.hanse import language
from ckanext.hanse.presentation import (
    display,
    front,
    groups,
    pages,
    public_pages,
    submit_once,
    text,
    words,
)
from ckanext.hanse.presentation.accessibility import mended
from ckanext.hanse.presentation.cities import City, every
from ckanext.hanse.sparql import options


def hanse_language() -> str:
    """Return the page's language, as one that has our texts."""
    return language.of_page()


def hanse_languages() -> list[dict[str, Any]]:
    """Return the languages on offer, each with this page's URL in it."""
    offered = tk.config.get("ckan.locales_offered") or ["de", "en"]
    offered = offered.split() if isinstance(offered, str) else offered
    default = tk.config.get("ckan.locale_default")
    current = tk.h.lang()
    return [
        {
            "code": code,
            "name": Locale.parse(code).get_display_name(code),
            "current": code == current,
            "href": tk.h.url_for(tk.h.current_url(), locale="default" if code == default else code),
        }
        for code in offered
    ]


def hanse_page_links() -> list[public_pages.PageLink]:
    """Return the canonical address of a public page, and those in the other languages."""
    return public_pages.links()


def hanse_mended(body: str, title: str) -> Markup:
    """Return the body of a CKAN page with a main heading and without empty headings."""
    return mended(body, title, str(g.template_title_delimiter))


def hanse_front() -> front.Front:
    """Return the contents of the home page."""
    return front.front(hanse_language())


def hanse_city(name: str) -> City | None:
    """Return a city with its name in the page's language and its emblem; None if not found."""
    return every(hanse_language()).get(name)


def hanse_theme_icon(iri: str) -> str:
    """Return Font Awesome's name of a theme's icon."""
    return front.THEME_ICONS.get(str(iri).rsplit("/", 1)[-1], "tag")


def hanse_site_language() -> str:
    """Return the language of texts that name none."""
    return language.of_data()


def hanse_text(data: Mapping[str, Any], field: str) -> display.DisplayValue:
    """Return a translated field's text, with its language if that is not the page's."""
    found, lang = display.translated(data, field, hanse_language())
    return display.DisplayValue(str(found), lang=lang)


def hanse_html(value: str) -> Markup:
    """Return untrusted text as HTML that is safe in a page."""
    return text.safe_html(value)


def hanse_plain(value: str, length: int = 0) -> str:
    """Return untrusted text without markup, cut near ``length`` characters."""
    return text.plain(value, length)


def hanse_answers_queries() -> bool:
    """Return whether the site answers queries (SPARQL)."""
    return options.enabled()


def hanse_link(url: str) -> str:
    """Return ``url`` if a page may link to it, else ""."""
    return text.safe_link(url)


def hanse_host(url: str) -> str:
    """Return the host of a URL for display."""
    return text.host(url)


def hanse_day(value: Any, width: str = "long") -> str:
    """Return a date in the page's language."""
    return words.day(value, hanse_language(), width)


def hanse_moment(value: Any) -> str:
    """Return a point in time in the page's language."""
    return words.moment(value, hanse_language())


def hanse_size(value: Any) -> str:
    """Return a number of bytes for display."""
    return words.size(value, hanse_language())


def hanse_number(value: Any) -> str:
    """Return a number with the language's separators."""
    return words.number(value, hanse_language())


def hanse_concept(vocabulary: str, value: str) -> str:
    """Return the label of a code or IRI."""
    return words.label(vocabulary, value, hanse_language())


def hanse_pages(page: Any) -> list[int | None]:
    """Return the page numbers of a result to link to; None marks a gap."""
    return pages.steps(page.page, page.page_count or 0)


def hanse_page_link(page: Any, number: int) -> str:
    """Return the URL of a page of a result, keeping query and filters."""
    return str(page._url_generator(page=number))


def hanse_form_action(address: str | None = "") -> str:
    """Return a form's URL with a token by which a repeated submission is recognised."""
    path = str(address or tk.request.path)
    return f"{path}{'&' if '?' in path else '?'}{submit_once.TOKEN}={secrets.token_urlsafe(9)}"


def hanse_view(endpoint: str) -> bool:
    """Return whether the site has this page."""
    return endpoint in current_app.view_functions


@tk.chained_helper
def build_nav_icon(following: Callable[..., Markup], menu_item: str, title: str, **kw: Any) -> str:
    """Return CKAN's tab of a page; "" if it links to groups."""
    return "" if groups.is_menu(menu_item) else following(menu_item, title, **kw)
