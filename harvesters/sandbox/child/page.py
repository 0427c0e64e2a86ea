"""Read what a page of a portal says of itself and where it leads: HTML, JSON or a sitemap.

:func:`items` is a parser as a connector has one: it runs in the process without file access.
The first item is the head: ``{"title", "generator", "language", "password", "keys", "conforms"}``,
each further one a link: ``{"url", "rel", "type", "text"}``, the URL as it is written.
"""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any

from lxml import etree

from hanse_harvesters.sandbox.child import charset as charsets
from hanse_harvesters.sandbox.child import sniff, xmltext

Item = dict[str, Any]

#: Characters that are read; a home page has 20,000 to 500,000.
_MOST = 4 << 20
_MOST_LINKS = 2_000
_LONGEST_TEXT, _LONGEST_URL = 200, 2_000
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.I)
#: Elements that name another file → the attribute with its address.
_FILES = {"script": "src", "img": "src", "iframe": "src", "form": "action"}
_ADDRESSES = ("href", "url", "@id")
#: Encodings of home pages; their modules are loaded while files can still be opened.
_CODECS = (
    *(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))),
    *(f"cp125{number}" for number in range(9)),
    *("koi8-r", "koi8-u", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "mac-roman"),
)

for _name in _CODECS:
    codecs.lookup(_name)


def items(document: IO[bytes], charset: str, *, most: int = _MOST_LINKS) -> Iterator[Item]:
    """Yield the head, then at most ``most`` links; raise ValueError for any other format."""
    text = _text(document, charset)
    kind, _ = sniff.sniff(text[: sniff.START * 2])
    links: Iterable[Item]
    if kind == "json":
        head, links = _json(text)
    elif kind == "xml":
        head, links = _sitemap(text)
    elif kind == "html":
        head, links = _html(text)
    else:
        raise ValueError(f"{kind}: neither a page nor JSON nor a sitemap")
    yield {**head, "title": _short(head["title"])}
    yield from itertools.islice(_different(links), most)


def _text(document: IO[bytes], told: str) -> str:
    start = document.read(4096)
    named = _META.search(start)
    found = charsets.detect(document, told or (named[1].decode("ascii") if named else ""))
    pieces, size = [], 0
    for piece in charsets.text(document, found):
        pieces.append(piece)
        size += len(piece)
        if size >= _MOST:
            break
    return "".join(pieces)[:_MOST]


def _head(**known: Any) -> Item:
    empty = {"title": "", "generator": "", "language": "", "password": False}
    return {**empty, "keys": [], "conforms": [], **known}


def _different(links: Iterable[Item]) -> Iterator[Item]:
    seen = set()
    for link in links:
        key = (link["url"], link["rel"], link["type"])
        if link["url"] and key not in seen:
            seen.add(key)
            yield {**link, "text": _short(link["text"])}


def _link(url: Any, rel: Any = "", type: Any = "", text: Any = "") -> Item:
    return {
        "url": str(url or "").strip()[:_LONGEST_URL],
        "rel": _short(str(rel or "")),
        "type": _short(str(type or "")),
        "text": _short(str(text or "")),
    }


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TEXT]


# --- HTML -------------------------------------------------------------------------------------


class _Target:
    """Collects head and links while the parser reads; holds no tree."""

    def __init__(self) -> None:
        self.head = _head()
        self.links: list[Item] = []
        self._within: list[str] = []
        self._open: Item | None = None

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html":
            self.head["language"] = (given.get("lang") or "")[:2].lower()
        elif tag == "meta" and (given.get("name") or "").lower() == "generator":
            self.head["generator"] = (given.get("content") or "")[:_LONGEST_TEXT]
        elif tag == "base" and given.get("href"):
            self._add(_link(given["href"], "base"))
        elif tag == "link":
            rel = given.get("rel")
            self._add(_link(given.get("href"), rel, given.get("type"), given.get("title")))
        elif tag == "a":
            self._open = _link(given.get("href"), given.get("rel") or "a", given.get("type"))
            self._add(self._open)
        elif tag == "input":
            password = (given.get("type") or "").lower() == "password"
            self.head["password"] = self.head["password"] or password
        elif tag in _FILES:
            self._add(_link(given.get(_FILES[tag]), tag))
        if tag in ("title", "a"):
            self._within.append(tag)

    def _add(self, link: Item) -> None:
        if len(self.links) < 5 * _MOST_LINKS:
            self.links.append(link)

    def data(self, text: str) -> None:
        around, name = (self.head, "title") if "title" in self._within else (self._open, "text")
        if around is not None and len(around[name]) < _LONGEST_TEXT:
            around[name] += text[:_LONGEST_TEXT]

    def end(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)
        if tag == "a":
            self._open = None

    def comment(self, text: str) -> None:
        """Ignore it."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Ignore it."""

    def close(self) -> None:
        """End."""


def _html(text: str) -> tuple[Item, list[Item]]:
    target = _Target()
    parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True, huge_tree=False)
    with suppress(etree.XMLSyntaxError):  # what was read before is of use too
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    return target.head, target.links


# --- JSON and sitemaps ------------------------------------------------------------------------


def _json(text: str) -> tuple[Item, Iterator[Item]]:
    try:
        document = json.loads(text)
    except ValueError:  # cut, or no JSON after all
        return _head(), iter(())
    keys = [str(key)[:_LONGEST_TEXT] for key in document][:100] if type(document) is dict else []
    stated = document.get("conformsTo") if type(document) is dict else None
    listed = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
    conforms = [str(item)[:_LONGEST_URL] for item in listed[:100]]
    title = document.get("title") if type(document) is dict else ""
    shown = title[:_LONGEST_TEXT] if isinstance(title, str) else ""
    return _head(title=shown, keys=keys, conforms=conforms), _json_links(document)


def _json_links(document: Any) -> Iterator[Item]:
    """Yield objects with an address as links, and the strings of an outermost list."""
    if isinstance(document, list):
        yield from (_link(item, "item") for item in document if isinstance(item, str))
    waiting, seen = [document], 0
    while waiting and seen < 20 * _MOST_LINKS:
        seen += 1
        value = waiting.pop()
        if isinstance(value, dict):
            url = next((value[key] for key in _ADDRESSES if isinstance(value.get(key), str)), "")
            if url:
                yield _link(url, value.get("rel"), value.get("type"), value.get("title"))
            if {"contextId", "entryId"} <= value.keys():  # EntryStore's search
                yield _link(f"{value['contextId']}/metadata/{value['entryId']}", "entry")
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            waiting.extend(reversed([item for item in inner if isinstance(item, dict | list)]))


def _sitemap(text: str) -> tuple[Item, list[Item]]:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None or xmltext.local_name(root) not in ("urlset", "sitemapindex"):
        raise ValueError("no sitemap")
    return _head(), [_link(element.text, "sitemap") for element in root.iter("{*}loc")]
