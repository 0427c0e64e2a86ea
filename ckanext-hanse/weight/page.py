"""Of the files that a page refers to, those it needs: one style sheet, at most one script.

CKAN's templates load its whole frame on every page: jQuery, htmx, select2, moment, Bootstrap and
Font Awesome.  Its scripts act on what carries ``data-module``, ``data-bs-…`` or ``hx-…``; where
there is none they are left out.  Scripts of a plugin that we do not know keep them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.hanse.page_cache import lasting
from ckanext.hanse.weight import bundles

#: As ckan.lib.webassets_tools writes them.
_STYLE = re.compile(r'<link href="([^"]+)" rel="stylesheet"/>\n?')
_SCRIPT = re.compile(r'<script src="([^"]+)" type="text/javascript"></script>\n?')
#: What CKAN's modules and Bootstrap act on; htmx alone lacks CKAN's CSRF token.
_MODULES = re.compile(r"\sdata-(?:module|bs-[a-z-]+)=|\shx-(?:post|put|patch|delete|confirm)=")
#: What needs one of `bundles.RARE`.
_RARE = re.compile(
    r"\bautomatic-local-datetime\b|\sdata-module=\"(?:dashboard|[^\"]*popover)"
    r"|\sdata-bs-toggle=\"(?:dropdown|tooltip|popover)"
)
_HTMX = re.compile(r"\s(?:data-)?hx-[a-z-]+=")
#: Scripts that do nothing by themselves, by library; those of ours need none of them.
_FRAME = ("vendor/", "base/", "activity/")
_OURS = "hanse/"
#: Plugins' scripts that want CKAN's, but none of the rare ones.
_MODEST = ("ckanext-scheming/",)
_ICON = re.compile(r"\bfa-([a-z0-9-]+)")
_CLASSES = re.compile(r'\bclass="([^"]*\bfa-[^"]*)"')


def lighten(response: Response) -> Response:
    """Leave out and join what a page of HTML refers to."""
    if (
        response.mimetype == "text/html"
        and not response.direct_passthrough
        and not response.is_streamed
        and not tk.config["ckan.webassets.debug"]
    ):
        html = response.get_data(as_text=True)
        if "</head>" in html:  # no part of a page
            response.set_data(lasting.addresses(lighter(html)))
    return response


def lighter(html: str) -> str:
    """The page with the files it needs."""
    scripts = _needed(_SCRIPT.findall(html), html)
    bare = not any(_library(url).startswith("base/") for url in scripts)
    styles = [url for url in _STYLE.findall(html) if not _needless(url, html, bare=bare)]
    html = _replace(_STYLE, html, bundles.joined(styles, "css"), "style")
    return _replace(_SCRIPT, html, bundles.joined(scripts, "js"), "script")


def _needed(scripts: Sequence[str], html: str) -> list[str]:
    libraries = [_library(url) for url in scripts]
    others = [name for name in libraries if not name.startswith((*_FRAME, _OURS))]
    if others or _MODULES.search(html):
        whole = _RARE.search(html) or any(not name.startswith(_MODEST) for name in others)
        return [url if whole else bundles.lean(url) for url in scripts]
    htmx = bool(_HTMX.search(html))
    return [
        url
        for url, name in zip(scripts, libraries, strict=True)
        if name.startswith(_OURS) or (htmx and name.endswith("_htmx.js"))
    ]


def _needless(style: str, html: str, *, bare: bool) -> bool:
    name = _library(style)
    if name.startswith("vendor/") and name.endswith("_fontawesome.css"):
        return _icons(html) <= icons()
    return bare and name.startswith("vendor/") and name.endswith("_select2.css")


def _icons(html: str) -> set[str]:
    """The icons that the page shows."""
    return {name for classes in _CLASSES.findall(html) for name in _ICON.findall(classes)}


@lru_cache(maxsize=1)
def icons() -> frozenset[str]:
    """What `icons.css` has rules for."""
    sheet = Path(__file__).parents[1] / "assets/css/icons.css"
    return frozenset(_ICON.findall(sheet.read_text(encoding="utf-8")))


def _library(url: str) -> str:
    """Library and file of an asset, with a slash between; "" for what is none of CKAN's."""
    return bundles.name(url) or ""


def _replace(tag: re.Pattern[str], html: str, urls: Sequence[str], kind: str) -> str:
    """Put the tags of ``urls`` where the first of the kind stood, and leave out the others."""
    written = "".join(
        f'<link href="{url}" rel="stylesheet"/>\n'
        if kind == "style"
        else f'<script src="{url}" type="text/javascript"></script>\n'
        for url in urls
    )
    first = tag.search(html)
    if not first:
        return html
    return html[: first.start()] + written + tag.sub("", html[first.start() :])
