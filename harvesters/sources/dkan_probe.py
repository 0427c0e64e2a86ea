"""Find a DKAN from a page of its portal, and ask how much it holds."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources.ckan_address import api
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.places import (
    LINKED,
    SOFTWARE,
    Contents,
    Place,
    PortalPage,
    Reason,
    usual,
)
from hanse_harvesters.sources.sample import DocumentSample

WITH_RESOURCES = "current_package_list_with_resources"
_NAMES = "/api/3/action/package_list"
_ITEMS = "/api/1/metastore/schemas/dataset/items"
_MARKS = ('content="dkan', "+ dkan", "/profiles/dkan", "dkan_")
#: What only the metastore writes.
_OWN = ('"%modified"', '"%ref:')


def is_items(url: str) -> bool:
    """Return whether a URL is that of the metastore's items."""
    return urlsplit(url).path.rstrip("/").endswith(_ITEMS)


def items_of(url: str) -> str:
    """Return the URL of the metastore's items, given any URL of a portal."""
    parts = urlsplit(api(url))
    return urlunsplit(parts._replace(path=parts.path.partition("/api/")[0] + _ITEMS))


def places(page: PortalPage) -> Iterator[Place]:
    """Yield where the lists of a DKAN are."""
    if page.says(*_MARKS):
        why = Reason.of("place-software", software="DKAN")
        root = page.folders()[0]
        yield Place(root + _NAMES, SOFTWARE - 0.02, why, root)
        yield Place(root + _ITEMS, SOFTWARE - 0.03, why, root)
    for link in page.links:
        if is_items(link.url) or urlsplit(link.url).path.endswith(_NAMES):
            yield Place(link.url, LINKED, Reason.of("place-link", text=link.text or link.url))
    yield from usual(page, [_NAMES], "place-usual", less=0.1)


def recognises(sample: DocumentSample) -> float:
    """Return 0.95 for items of a metastore, 0.85 for a list of names."""
    refused = sample.refusal and sample.refusal.id == "document-datajson"
    if refused and any(mark in sample.start().lower() for mark in _OWN):
        return 0.95
    path = urlsplit(sample.url).path.rstrip("/")
    if path.endswith(_ITEMS) and (refused or sample.format == "ckan"):
        return 0.95
    if sample.format == "ckan" and path.endswith("/package_list"):
        return 0.85 if {"success", "result"} <= set(sample.head.get("keys", ())) else 0.0
    return 0.0


def address(url: str) -> str:
    """Return the portal's root, given the list of its names; any other URL as it is."""
    if not urlsplit(url).path.rstrip("/").endswith(_NAMES):
        return url
    return api(url).partition("/api/")[0] + "/"


def contents(url: str, client: Fetches) -> Contents:
    """Return how many names the list has, or how many items the metastore."""
    asked = url if is_items(url) else f"{api(url)}/package_list"
    parser = "hanse_harvesters.sandbox.child.jsonlist:records"
    with client.get(asked) as answer:
        assert answer.file is not None
        arguments = {"path": "result"}
        for item in parse_items(
            answer.file, parser, where=asked, charset=answer.charset, arguments=arguments
        ):
            if item[0] == "head":
                return Contents(item[3])
    return Contents()
