"""Find records from any page of an OGC API, and ask how many there are and name the city."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hanse_harvesters.errors import HanseError
from hanse_harvesters.mapping import ogcrecord
from hanse_harvesters.mapping.ogcrecord.facts import listed, properties, text
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources import ogc_api as api
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.places import (
    NAMED,
    SOFTWARE,
    Choice,
    Contents,
    Filter,
    Link,
    Place,
    PortalPage,
    Reason,
    Wish,
)
from hanse_harvesters.sources.sample import DocumentSample

_ARGUMENTS = {"path": "features", "single": "properties"}
#: Records of a page that are looked at.
_SOME = 10
_SPEC = "ogcapi-records"
#: Properties of records that features hardly have.
_OF_RECORDS = frozenset(
    {"type", "description", "keywords", "contacts", "themes", "externalIds", "license", "created",
     "updated", "formats", "rights", "language", "recordCreated", "recordUpdated", "providers"}
)  # fmt: skip
_MOST_NAMES = 2
#: Parameters of a page rather than of the collection.
_OF_A_PAGE = frozenset({"limit", "offset", "startindex", "page"})


def likely(sample: DocumentSample) -> float:
    """Return 0.9 for records of data sets, 0.5 for such of services alone."""
    start = sample.start()
    if not sample.format or '"Feature' not in start:
        return 0.0
    found = sample.items(api.PARSER, _SOME + 1, **_ARGUMENTS)
    records = [item[1] for item in found if item[0] == "record" and _is_record(item[1])]
    if not records:
        return 0.0
    alone = api.holds_services(sample.url)
    kinds = {ogcrecord.kind(item, among_services=alone) for item in records}
    return 0.9 if kinds - {"service"} else 0.5


def _is_record(item: Any) -> bool:
    told = properties(item)
    if not text(told.get("title")):
        return False
    conforms = " ".join(map(text, listed(item.get("conformsTo"))))
    return _SPEC in conforms or len(told.keys() & _OF_RECORDS) > 2


def places(page: PortalPage) -> Iterator[Place]:
    """Yield the collections of an API, and the items of a collection."""
    why = Reason.of("place-address")
    typed = api.place_of(page.url)
    if typed and not typed[2]:
        yield Place(_json(api.items_address(page.url)), NAMED, why)
    for link in page.links:
        found = urlsplit(link.url).path.rstrip("/")
        if _is_other_form(link):
            continue
        named = Reason.of("place-link", text=link.text or link.url)
        if "items" in link.rel or found.endswith("/items"):
            # The services beside the data sets come along with them.
            less = 0.01 if api.holds_services(link.url) else 0.0
            yield Place(_json(link.url), NAMED - less, named)
        elif _is_data(link) or found.endswith("/collections"):
            yield Place(_json(link.url), NAMED - 0.015, named)
        elif (place := api.place_of(link.url)) and place[2] is False:
            yield Place(_json(api.items_address(link.url)), NAMED - 0.02, named)
    if page.says("pygeoapi", "ldproxy") and not typed:
        folder = urlunsplit((*urlsplit(page.url)[:2], urlsplit(page.url).path.rstrip("/"), "", ""))
        software = Reason.of("place-software", software="OGC API")
        yield Place(_json(f"{folder}/collections"), SOFTWARE - 0.02, software)


def _is_data(link: Link) -> bool:
    return bool(link.rel & {"data", "http://www.opengis.net/def/rel/ogc/1.0/data"})


def _is_other_form(link: Link) -> bool:
    """Return whether a link is to HTML, or to another notation, where JSON has its own."""
    form = dict(parse_qsl(urlsplit(link.url).query)).get("f", "")
    return bool(link.type and "json" not in link.type) or form in {"html", "jsonld", "csv", "xml"}


def _json(url: str) -> str:
    return api.with_query(url, f="json")


def address(url: str) -> str:
    """Return the address of the items without the parameters of a page."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0].lower() not in _OF_A_PAGE]
    if pairs == [("f", "json")]:
        pairs = []  # asked for anyway
    path = re.sub(r"(/items)/[^/]+/?$", r"\1", parts.path)
    return urlunsplit(parts._replace(path=path, query=urlencode(pairs, safe=",:/")))


def contents(url: str, client: Fetches, wish: Wish) -> Contents:
    """Return the number of records, and how many of them name the city, in which spelling."""
    count = matched(client, url)
    names = sorted(wish.names, key=len, reverse=True)[:_MOST_NAMES]
    choices = [
        Choice(name, f"… {name} …", number, fits=True)
        for name in names
        if (number := matched(client, url, q=name))
    ]
    filters = (Filter("anytext", Reason.of("filter-anytext"), tuple(choices)),) if choices else ()
    return Contents(count, filters, _title(client, url))


def matched(client: Fetches, url: str, **parameters: str) -> int | None:
    """Return how many records match, None if the API does not say."""
    with client.get(api.with_query(url, **parameters, limit="1", f="json")) as answer:
        assert answer.file is not None, "no condition was sent"
        found = parse_items(
            answer.file, api.PARSER, where=url, charset=answer.charset, arguments=_ARGUMENTS
        )
        head: Mapping[str, Any] = next((item[1] for item in found if item[0] == "head"), {})
    total = head.get("numberMatched")
    return total if isinstance(total, int) and not isinstance(total, bool) else None


def _title(client: Fetches, url: str) -> str:
    place = api.place_of(url)
    if place is None:
        return ""
    try:
        found = api.documents(client, f"{place[0]}/collections/{place[1]}")
    except HanseError:
        return ""
    return text(found[0].get("title")) if found else ""
