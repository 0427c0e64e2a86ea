"""Find a CKAN from a page of its portal, and ask what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources.ckan_address import api
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.places import (
    LINKED,
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
    usual,
)

#: In a page of CKAN's own templates.
_MARKS = ('content="ckan ', "data-site-root=", "/ckan_static/", "ckan-footer-logo", "/base/images/")
#: The portal's address in such a page.
_ROOT = re.compile(r"""data-site-root=["']([^"']{1,300})["']""")
_API = "/api/3/action/package_search?rows=0"
#: Facets that people filter by, which are options of the connector too → what they are called.
FACETS = {"organization": "filter-organization", "groups": "filter-groups"}
#: Values of a facet that are asked for; the largest first.
_MOST = 50


def places(page: PortalPage) -> Iterator[Place]:
    """Yield where the action API may answer."""
    if page.says(*_MARKS):
        why = Reason.of("place-software", software=_name(page))
        stated = _ROOT.search(page.start)
        yield _place(api(page.at(stated[1] if stated else "/")), SOFTWARE, why)
    for link in page.links:
        if found := _linked(link):
            yield found
    if "/api" in urlsplit(page.url).path:
        yield _place(api(page.url), LINKED, Reason.of("place-address"))
    yield from usual(page, [_API], "place-usual")


def _linked(link: Link) -> Place | None:
    steps = urlsplit(link.url).path.split("/")
    if "/api/3" in link.url and "api" in steps:
        return _place(api(link.url), NAMED, Reason.of("place-link", text=link.text or link.url))
    if "dataset" in steps or "organization" in steps:
        text = link.text or link.url
        return _place(api(link.url), LINKED, Reason.of("place-link-like", text=text))
    return None


def _place(root: str, likely: float, why: Reason) -> Place:
    return Place(f"{root}/package_search?rows=0", likely, why)


def _name(page: PortalPage) -> str:
    return page.generator if "ckan" in page.generator.lower() else "CKAN"


def address(url: str) -> str:
    """Return the portal's root, given any URL of its API."""
    return api(url).partition("/api/3")[0] + "/"


def contents(url: str, client: Fetches, wish: Wish) -> Contents:
    """Return the number of datasets, with facets for organisation and group."""
    asked = {
        "rows": "0",
        "facet.field": '["organization", "groups"]',
        "facet.limit": str(_MOST),
    }
    with client.get(f"{api(url)}/package_search?{urlencode(asked)}") as answer:
        assert answer.file is not None
        found: dict[str, Any] = {}
        parser = "hanse_harvesters.sandbox.child.ckan_facets:items"
        for item in parse_items(answer.file, parser, where=url, charset=answer.charset):
            found = item
    filters = (_filter(name, found.get(name, []), wish) for name in FACETS)
    return Contents(found.get("count"), tuple(item for item in filters if item.choices))


def _filter(facet: str, values: list[Mapping[str, Any]], wish: Wish) -> Filter:
    choices = [
        Choice(item["name"], item["title"], item["count"], wish.fits(item["title"]))
        for item in values
    ]
    return Filter(facet, Reason.of(FACETS[facet]), tuple(choices))
