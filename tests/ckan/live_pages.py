"""What in a page of HTML would run, lead astray or call a third party."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

#: Where an element may lead, or what it may load.
_LEADS = {"href", "xlink:href", "src", "action", "formaction", "poster", "data", "background"}
_LOADS = {"src", "poster", "data", "background", "srcset"}
#: Elements that no foreign text may bring into a page.
_FOREIGN = {"iframe", "object", "embed", "base", "applet", "frame", "math", "style"}
_SAFE = {"", "http", "https", "ftp", "mailto", "tel"}
#: No script: data of the page, which browsers do not run.
_DATA = "application/ld+json"
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):")


class Page(HTMLParser):
    """``Page(html).faults``: everything a reader should be safe from, in words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self._in_script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): value or "" for name, value in attrs}
        if tag in _FOREIGN:
            self.faults.append(f"<{tag} {given}>")
        if tag == "meta" and given.get("http-equiv", "").lower() in ("refresh", "set-cookie"):
            self.faults.append(f"<meta {given}>")
        if tag == "script":
            self._in_script = given.get("type") != _DATA
        for name, value in given.items():
            if name.startswith("on") or (name in ("srcdoc", "style") and "alert" in value):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in _LEADS and _scheme(value) not in _SAFE and not _is_inline(tag, value):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in _LOADS and urlsplit(value).netloc not in ("", "test.ckan.net"):
                self.faults.append(f"<{tag} {name}={value!r}> calls somebody else")
        if tag == "a":
            self.links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and "alert" in data:
            self.faults.append(f"script: {data[:100]!r}")
        self.text.append(data)


def _scheme(value: str) -> str:
    """As a browser sees it: blanks and controls inside count for nothing."""
    found = _SCHEME.match(re.sub(r"[\x00-\x20]+", "", value).lower())
    return found[1] if found else ""


def _is_inline(tag: str, value: str) -> bool:
    return tag in ("img", "link") and value.startswith("data:image/")
