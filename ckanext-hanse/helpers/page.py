"""What every page needs: language, words, dates, numbers, links."""

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
    submit_once,
    text,
    words,
)
from ckanext.hanse.presentation.accessibility import mended
from ckanext.hanse.presentation.cities import City, every


def hanse_language() -> str:
    """The page's language, one that our texts are in."""
    return language.of_page()


def hanse_languages() -> list[dict[str, Any]]:
    """The languages on offer, each with this page's address in it."""
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


def hanse_mended(body: str, title: str) -> Markup:
    """The body of a page of CKAN's with a main heading, and no empty one."""
    return mended(body, title, str(g.template_title_delimiter))


def hanse_front() -> front.Front:
    """What the home page shows."""
    return front.front(hanse_language())


def hanse_city(name: str) -> City | None:
    """A city with its name in the page's language and its emblem; None if there is none."""
    return every(hanse_language()).get(name)


def hanse_theme_icon(iri: str) -> str:
    """Font Awesome's name of the icon of a theme."""
    return front.THEME_ICONS.get(str(iri).rsplit("/", 1)[-1], "tag")


def hanse_text(data: Mapping[str, Any], field: str) -> display.DisplayValue:
    """A translated field's text, with its language where it is not the page's."""
    found, lang = display.translated(data, field, hanse_language())
    return display.DisplayValue(str(found), lang=lang)


def hanse_html(value: str) -> Markup:
    """Foreign text as HTML that may stand in a page."""
    return text.safe_html(value)


def hanse_plain(value: str, length: int = 0) -> str:
    """Foreign text without markup, cut near ``length`` characters."""
    return text.plain(value, length)


def hanse_link(url: str) -> str:
    """``url`` if a page may link to it, else empty."""
    return text.safe_link(url)


def hanse_host(url: str) -> str:
    """The host of an address, for people to read."""
    return text.host(url)


def hanse_day(value: Any, width: str = "long") -> str:
    """A date in the page's language."""
    return words.day(value, hanse_language(), width)


def hanse_moment(value: Any) -> str:
    """A point of time in the page's language."""
    return words.moment(value, hanse_language())


def hanse_size(value: Any) -> str:
    """Bytes for people."""
    return words.size(value, hanse_language())


def hanse_number(value: Any) -> str:
    """A number with the language's separators."""
    return words.number(value, hanse_language())


def hanse_concept(vocabulary: str, value: str) -> str:
    """A code or IRI as a word."""
    return words.label(vocabulary, value, hanse_language())


def hanse_pages(page: Any) -> list[int | None]:
    """The pages of a result that are linked to; None stands for those left out."""
    return pages.steps(page.page, page.page_count or 0)


def hanse_page_link(page: Any, number: int) -> str:
    """Address of a page of a result, its query and filters kept."""
    return str(page._url_generator(page=number))


def hanse_form_action(address: str | None = "") -> str:
    """Where a form goes, and what tells it from others: one that is sent twice acts once."""
    path = str(address or tk.request.path)
    return f"{path}{'&' if '?' in path else '?'}{submit_once.TOKEN}={secrets.token_urlsafe(9)}"


def hanse_view(endpoint: str) -> bool:
    """Whether the site has this page."""
    return endpoint in current_app.view_functions


@tk.chained_helper
def build_nav_icon(following: Callable[..., Markup], menu_item: str, title: str, **kw: Any) -> str:
    """CKAN's tab of a page; none that leads to groups."""
    return "" if groups.is_menu(menu_item) else following(menu_item, title, **kw)
