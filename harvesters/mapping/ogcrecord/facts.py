"""What the walk must know of a record: what it describes, its identifiers, and what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from hanse_harvesters.mapping.iso19139.facts import inside
from hanse_harvesters.mapping.iso19139.simple import is_web, short

Kind: TypeAlias = Literal["dataset", "service", "deleted"]

_SERVICES = frozenset({"service", "services", "dataservice", "webservice", "dienst"})
_DELETED = frozenset({"deleted", "withdrawn", "gelöscht"})
#: Relations of links to other forms of the record, and to what it is in.
OF_THE_API = frozenset(
    {"self", "collection", "root", "parent", "child", "up", "prev", "previous", "next", "first",
     "last", "canonical", "queryables", "sortables", "conformance", "profile"}
)  # fmt: skip
#: Keys of a service's properties that name its data sets.
_OF_DATA = re.compile(r"operates.?on|coupled|data.?sets?|datens[aä]tz", re.IGNORECASE)
#: The address of one record.
_ITEM = re.compile(r"/items/(?P<id>[^/]+)/?$")


def properties(item: Any) -> Mapping[str, Any]:
    """Return the properties of a record, {} if it has none."""
    found = item.get("properties") if isinstance(item, dict) else None
    return found if isinstance(found, dict) else {}


def links(item: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the links of a record; drafts of the standard call them associations."""
    if not isinstance(item, dict):
        return
    for place in (
        item.get("links"),
        item.get("associations"),
        properties(item).get("associations"),
    ):
        yield from (link for link in listed(place) if isinstance(link, dict))


def listed(value: Any) -> list[Any]:
    """Return a list as it is, and any other value as the only one of a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def text(value: Any) -> str:
    """Return a text or number without blanks around it, "" for any other value."""
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value).strip() if plain else ""


def relation(link: Mapping[str, Any]) -> str:
    """Return the relation of a link in lower case, without the IRI before it."""
    return short(text(next(iter(listed(link.get("rel"))), ""))).replace("-", "")


def kind(item: Any, *, among_services: bool = False) -> Kind:
    """Return what a record describes.

    ``among_services``  whether a record that does not say it is a service.
    """
    told = properties(item)
    if isinstance(item, dict) and item.get("type") == "Feature" and not told:
        return "deleted"
    status = text(told.get("status") or told.get("recordStatus")).casefold()
    if told.get("deleted") is True or status in _DELETED:
        return "deleted"
    stated = short(text(told.get("type")))
    if stated in _SERVICES or (not stated and (told.get("serviceType") or among_services)):
        return "service"
    return "dataset"


def title(item: Any) -> str:
    """Return what a record is called."""
    return text(properties(item).get("title")) or text(item.get("id"))


def identifiers(item: Any) -> Iterator[str]:
    """Yield everything by which a record, or its data, may be referred to."""
    if not isinstance(item, dict):
        return
    yield from filter(None, (text(item.get("id")), text(properties(item).get("identifier"))))
    yield from external_ids(item)
    for link in links(item):
        if relation(link) in {"self", "canonical"}:
            yield text(link.get("href")).partition("?")[0]


def own_address(item: Any) -> str:
    """Return the address of a record itself, "" if it does not say it."""
    found = (text(link.get("href")) for link in links(item) if relation(link) == "self")
    return next(filter(is_web, found), "")


def external_ids(item: Any) -> Iterator[str]:
    """Yield the identifiers that a record has elsewhere."""
    for entry in listed(properties(item).get("externalIds")):
        if found := text(entry.get("value") if isinstance(entry, dict) else entry):
            yield found


def named(item: Any, *, of_service: bool) -> Iterator[str]:
    """Yield what may be the identifiers of other records that this one names.

    Identifiers inside links are taken wherever they stand: each is compared with those of the
    records that there are.
    """
    for link in links(item):
        if relation(link) not in OF_THE_API:
            yield from _forms(text(link.get("href")))
    if not of_service:
        return
    yield from external_ids(item)
    for key, value in properties(item).items():
        if _OF_DATA.search(key):
            for found in _texts(value):
                yield from _forms(found)


def item_of(address: str) -> str:
    """Return the id in the address of a record of an API, "" for any other address."""
    try:
        match = _ITEM.search(urlsplit(address).path)
    except ValueError:
        return ""
    return unquote(match["id"]) if match else ""


def slim(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service without its references, of which it may have thousands."""
    told = {key: value for key, value in properties(service).items() if not _OF_DATA.search(key)}
    kept = [
        link
        for link in links(service)
        if not item_of(text(link.get("href"))) and not _OF_DATA.search(relation(link))
    ]
    told.pop("associations", None)
    rest = {key: value for key, value in service.items() if key != "associations"}
    return {**rest, "properties": told, "links": kept}


def _forms(found: str) -> Iterator[str]:
    if not found:
        return
    yield found
    if is_web(found):
        yield found.partition("?")[0]
        if name := item_of(found):
            yield name
        yield from inside(found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif found := text(value):
        yield found
