"""The feed of changes as JSON and as Atom (RFC 4287, deleted entries by RFC 6721)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from lxml import etree

from ckanext.hanse.export.changes.feed import FeedEntry, FeedPage
from hanse_harvesters.normalise.text import printable

_ATOM, _TOMBSTONES = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
#: Endings of the dataset's RDF that an entry links to.
_FORMATS: Mapping[str, str] = {"ttl": "text/turtle", "jsonld": "application/ld+json"}


def as_json(page: FeedPage) -> dict[str, Any]:
    """Return the page as JSON-able data."""
    return {
        "since": page.since,
        "next": page.next,
        "more": page.more,
        "as_of": utc(page.as_of),
        "changes": [_entry(item) for item in page.entries],
    }


def _entry(item: FeedEntry) -> dict[str, Any]:
    found = {
        "id": item.id,
        "change": item.change,
        "when": utc(item.when),
        "why": item.why,
        "name": item.name,
        "title": item.title,
        "uri": item.uri,
        "page": item.page,
        "rdf": f"{item.page}.ttl" if item.page and item.change != "deleted" else "",
    }
    return {name: value for name, value in found.items() if value}


def as_atom(page: FeedPage, *, title: str, author: str, address: str, site: str) -> bytes:
    """Return the page as Atom; ``address`` is that of the feed, without parameters."""
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM, "at": _TOMBSTONES})
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", utc(max((item.when for item in page.entries), default=page.as_of)))
    _add(_child(feed, "author"), "name", author)
    asked = f"{address}?since={page.since}" if page.since else address
    _link(feed, "self", asked, "application/atom+xml")
    if page.more:
        _link(feed, "next", f"{address}?since={page.next}", "application/atom+xml")
    for item in page.entries:
        _deleted(feed, item) if item.change == "deleted" else _changed(feed, item, site)
    found: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return found


def _changed(feed: Any, item: FeedEntry, site: str) -> None:
    entry = _child(feed, "entry")
    _add(entry, "id", _id(item))
    _add(entry, "title", printable(item.title or item.name))
    _add(entry, "updated", utc(item.when))
    etree.SubElement(entry, f"{{{_ATOM}}}category", term=item.change, scheme=f"{site}/changes")
    _link(entry, "alternate", item.page, "text/html")
    for ending, media_type in _FORMATS.items():
        _link(entry, "alternate", f"{item.page}.{ending}", media_type)


def _deleted(feed: Any, item: FeedEntry) -> None:
    entry = etree.SubElement(
        feed, f"{{{_TOMBSTONES}}}deleted-entry", ref=_id(item), when=utc(item.when)
    )
    etree.SubElement(entry, f"{{{_TOMBSTONES}}}comment").text = item.why


def _id(item: FeedEntry) -> str:
    """Return the entry's IRI: of the id alone, which stays when everything else is erased."""
    return f"urn:uuid:{item.id}"


def utc(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the microsecond."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _child(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, f"{{{_ATOM}}}{name}")


def _add(parent: Any, name: str, text: str) -> None:
    _child(parent, name).text = text


def _link(parent: Any, relation: str, address: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", rel=relation, href=address, type=media_type)
