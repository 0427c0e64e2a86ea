"""Hydra paging in both versions, with links restricted to the portal."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

from hanse_harvesters.mapping.terms import Graph, Literal, Node

_HYDRA = ("http://www.w3.org/ns/hydra/core#", "https://www.w3.org/ns/hydra/core#")
#: hydra:PagedCollection until 2014, hydra:PartialCollectionView since.
_NEXT = ("nextPage", "next")
_LAST = ("lastPage", "last")
_TOTAL = ("totalItems",)
_COLLECTIONS = ("PagedCollection", "PartialCollectionView", "Collection")
#: Query parameters that contain a page number.
_COUNTERS = ("page", "p", "seite", "pagenumber", "page_number")


@dataclass(frozen=True, slots=True)
class Paging:
    """The paging links of a page as written, "" if absent, and its total."""

    next: str = ""
    last: str = ""
    total: int | None = None
    #: A total that is not a number of datasets, "" if there is none.
    odd_total: str = ""


def paging(graph: Graph) -> Paging:
    """Return the paging information of a page."""
    nodes = graph.of_type(*(base + name for base in _HYDRA for name in _COLLECTIONS))
    if not any(_values(graph, node, (*_NEXT, *_TOTAL)) for node in nodes):
        nodes = [node for node in graph.subjects() if _values(graph, node, _NEXT)]
    reported = _first(graph, nodes, _TOTAL)
    total = _number(reported)
    return Paging(
        next=_first(graph, nodes, _NEXT),
        last=_first(graph, nodes, _LAST),
        total=total,
        odd_total=reported if total is None else "",
    )


def next_of_header(value: str) -> str:
    """Return the next page from a ``Link`` header (RFC 8288), "" if it has none."""
    if not value:
        return ""
    from requests.utils import parse_header_links  # loaded with the answer that has it

    for link in parse_header_links(value):
        if "next" in str(link.get("rel", "")).lower().split():
            return str(link.get("url", ""))
    return ""


def _values(graph: Graph, node: Node, names: tuple[str, ...]) -> list[str]:
    return [
        value.value if isinstance(value, Literal) else str(value)
        for name in names
        for base in _HYDRA
        for value in graph.objects(node, base + name)
    ]


def _first(graph: Graph, nodes: list[Node], names: tuple[str, ...]) -> str:
    return next((value for node in nodes for value in _values(graph, node, names)), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def own(url: str, link: str) -> str:
    """Resolve ``link`` on the page ``url``, keeping the page's scheme, host and port.

    Portals behind proxies publish ``http://`` and internal names, and a hostile
    one publishes other hosts or files: only path and query are used.
    """
    here = urlsplit(url)
    try:
        there = urlsplit(urljoin(url, link.strip()))
    except ValueError:
        return url  # an invalid link leads nowhere new
    return SplitResult(here.scheme, here.netloc, there.path or "/", there.query, "").geturl()


def leaves(url: str, link: str) -> bool:
    """Return whether ``link`` names another scheme, host or port than its page."""
    here = urlsplit(url)
    try:
        there = urlsplit(urljoin(url, link.strip()))
    except ValueError:
        return True
    return (here.scheme, here.netloc) != (there.scheme, there.netloc)


def origin(link: str) -> str:
    """Return the link without its query, for messages."""
    return link.strip().partition("?")[0][:200]


def counted_on(url: str, last: str) -> str:
    """Return the page after ``url`` by its number, "" if it has none or ``last`` is reached.

    Used to continue after a page that failed.
    """
    counter, number = _counter(url)
    _, most = _counter(last)
    if number is None or most is None or number >= most:
        return ""
    parts = urlsplit(url)
    pairs = [
        (name, str(number + 1) if name == counter else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return parts._replace(query=urlencode(pairs)).geturl()


def _counter(url: str) -> tuple[str, int | None]:
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _COUNTERS and value.isascii() and value.isdigit() and len(value) < 9:
            return name, int(value)
    return "", None
