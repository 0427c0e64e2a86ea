"""The pages of an OGC API that lead to records: landing page, collections, a collection, items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.mapping.ogcrecord.facts import listed, relation, text
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources import paging
from hanse_harvesters.sources.fetch import Fetches

PARSER = "hanse_harvesters.sandbox.child.jsonlist:records"
_COLLECTION = re.compile(r"^(?P<root>.*)/collections/(?P<name>[^/]+?)(?P<items>/items)?/?$")
#: Names of collections that hold services, and of such that hold metadata.
_SERVICES = re.compile(r"(?:^|[^a-z])(?:web)?(?:services?|geodienste?|dienste?)$", re.IGNORECASE)
_METADATA = re.compile(
    r"metadat|records?(?:[^a-z]|$)|katalog|catalog|data.?sets?$|datens[aä]tz|discovery",
    re.IGNORECASE,
)


def with_query(url: str, **parameters: str) -> str:
    """Return an address with parameters that it does not have yet; empty ones are left out."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    there = {name for name, _ in pairs}
    pairs += [(key, value) for key, value in parameters.items() if value and key not in there]
    return urlunsplit(parts._replace(query=urlencode(pairs, safe=",:/")))


def set_query(url: str, **parameters: str) -> str:
    """Return an address with these parameters in place of those it has."""
    parts = urlsplit(url)
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in parameters
    ]
    return with_query(urlunsplit(parts._replace(query=urlencode(kept, safe=",:/"))), **parameters)


def place_of(url: str) -> tuple[str, str, bool] | None:
    """Return root and collection of an address in an API, and whether it is that of its items."""
    parts = urlsplit(url)
    match = _COLLECTION.match(parts.path)
    if not match:
        return None
    root = urlunsplit((parts.scheme, parts.netloc, match["root"], "", ""))
    return root, match["name"], bool(match["items"])


def items_address(url: str, name: str = "") -> str:
    """Return the address of the items of a collection, given any address of it, with its query.

    ``name``  another collection of the same API.
    """
    place = place_of(url)
    if place is None:
        return url
    query = urlsplit(url).query
    collection = quote(name) if name else place[1]
    return f"{place[0]}/collections/{collection}/items" + (f"?{query}" if query else "")


def documents(client: Fetches, url: str) -> list[Mapping[str, Any]]:
    """Return the collections of a document, or the document itself if it is a page of an API.

    Raises the client's errors, NotACatalogue for any other document.
    """
    with client.get(with_query(url, f="json")) as answer:
        assert answer.file is not None, "no condition was sent"
        arguments = {"path": "collections", "single": "links"}
        found = parse_items(
            answer.file, PARSER, where=answer.url, charset=answer.charset, arguments=arguments
        )
        return [item[1] for item in found if item[0] == "record" and isinstance(item[1], dict)]


def record_lists(client: Fetches, url: str) -> list[str]:
    """Return the addresses of the items of all collections of records behind a page of an API."""
    found = documents(client, url)
    if len(found) == 1 and found[0].get("type") == "FeatureCollection":
        return [url]
    if len(found) == 1 and "id" not in found[0]:  # the landing page
        links = [text(link.get("href")) for link in _links(found[0]) if relation(link) == "data"]
        url = (
            paging.own(url, links[0])
            if links
            else f"{url.partition('?')[0].rstrip('/')}/collections"
        )
        found = documents(client, url)
    chosen = list(_chosen(found))
    if not chosen:
        names = ", ".join(text(item.get("id")) for item in found)
        raise NotACatalogue("ogc-records-no-collection", where=url, names=names[:300])
    return [_items_of(item, url) for item in chosen]


def _chosen(found: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    stated = [item for item in found if text(item.get("itemType")) == "record"]
    for item in stated or found:
        name = text(item.get("id"))
        if stated or len(found) == 1 or _METADATA.search(name) or _SERVICES.search(name):
            yield item


def _items_of(item: Mapping[str, Any], url: str) -> str:
    links = [link for link in _links(item) if relation(link) == "items"]
    links.sort(key=lambda link: "json" not in text(link.get("type")))
    if links:
        return paging.own(url, urljoin(url, text(links[0].get("href"))))
    base = url.partition("?")[0].rstrip("/")
    name = quote(text(item.get("id")))
    return f"{base}/items" if base.endswith(f"/{name}") else f"{base}/{name}/items"


def _links(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [link for link in listed(item.get("links")) if isinstance(link, dict)]


def holds_services(url: str) -> bool:
    """Return whether a collection holds services, by its name."""
    place = place_of(url)
    return place is not None and bool(_SERVICES.search(place[1]))


def services_beside(client: Fetches, url: str) -> list[str]:
    """Return the addresses of the collections of services beside the collection of an address.

    Raises the client's errors.
    """
    place = place_of(url)
    if place is None:
        return []
    root, own, _ = place
    names = [text(item.get("id")) for item in documents(client, f"{root}/collections")]
    names = [name for name in names if name != own and _SERVICES.search(name)]
    return [items_address(url, name) for name in names]
