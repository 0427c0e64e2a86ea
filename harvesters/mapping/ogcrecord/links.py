"""Links of a record by what they are for: files, services, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.iso19139.links import (
    ServiceType,
    asks_for_capabilities,
    endpoint,
    is_format,
    service_of,
)
from hanse_harvesters.mapping.iso19139.table import listed as listed_in
from hanse_harvesters.mapping.iso19139.table import pattern
from hanse_harvesters.mapping.ogcrecord import concepts, facts, parties, templates
from hanse_harvesters.mapping.ogcrecord.facts import OF_THE_API, listed, relation, text
from hanse_harvesters.normalise import formats

#: Relation → what a link is for; others are told by type and address.
_USES = {
    **dict.fromkeys(("license", "licence"), "license"),
    "copyright": "copyright",
    **dict.fromkeys(("describedby", "about", "servicedoc", "help", "documentation"), "about"),
    **dict.fromkeys(("preview", "icon", "thumbnail", "image", "browse"), "about"),
    **dict.fromkeys(("related", "derivedfrom", "source"), "related"),
    **dict.fromkeys(("search", "alternate"), "page"),
    **dict.fromkeys(("enclosure", "download"), "file"),
}
_DATA = frozenset(
    {"item", "items", "data", "describes", "distribution", "enclosure", "download", "service"}
)
_HTML = "text/html"

Way = dict[str, Any]


def sorted_out(item: Mapping[str, Any]) -> tuple[list[Way], dict[str, list[Way]]]:
    """Return files and services, each with ``for``; and the other links by what they are for."""
    ways: list[Way] = []
    addresses: dict[str, list[Way]] = {}
    title = facts.title(item)
    once = {str(sorted(link.items(), key=str)): link for link in facts.links(item)}
    base = facts.own_address(item)
    for link in once.values():
        address = _joined(base, text(link.get("href")))
        use, found = _use(link, address)
        if use in {"file", "access", "service"}:
            ways.append(_way({**link, "href": address}, use, found, title))
        elif use:
            addresses.setdefault(use, []).append({**link, "href": address})
    for made, service in templates.resolved(item):
        use, found = ("service", service) if service else _use(made, made["href"])
        if use in {"file", "access", "service"} and not _is_there(made["href"], ways):
            ways.append(_way(made, use, found, title))
        elif use not in {"", "file", "access", "service"}:
            addresses.setdefault(use, []).append(made)
    return ways, addresses


def _joined(base: str, address: str) -> str:
    """Return an address; one that is relative, as in files of a catalogue, from the record's."""
    try:
        return urljoin(base, address) if base and address else address
    except ValueError:
        return address


def _is_there(address: str, ways: Sequence[Way]) -> bool:
    """Return whether there is such a way, or one to the service that an address is of."""
    ends = (end for way in ways for end in way.get("endpoint", ()))
    return any(address == way["href"] for way in ways) or any(map(address.startswith, ends))


def _use(link: Mapping[str, Any], address: str) -> tuple[str, ServiceType | None]:
    """Return what a link is for, "" for other forms of the record; and the service it leads to."""
    rel, media = relation(link), text(link.get("type")).partition(";")[0].casefold()
    if not address or rel in OF_THE_API or (rel == "alternate" and media != _HTML):
        return "", None
    if facts.item_of(address):
        return ("related" if rel == "related" else ""), None
    use = _USES.get(rel, "")
    if use and use != "file":
        return use, None
    told = " ".join((media, text(link.get("protocol"))))
    found = service_of(told, "")
    if found is None and "/" not in media and "landing" in media:
        return "page", None
    if found is None and pattern(listed_in("files")).search(told):
        return "file", None
    found = found or service_of("", "" if media == _HTML else address)
    if found:
        return "service", found
    known = formats.from_address(address)
    if use or (known and known.code != "HTML" and media != _HTML):
        return ("file" if media != _HTML else "access"), None
    return ("access" if rel in _DATA or (media and media != _HTML) else "page"), None


def _way(way: Way, use: str, found: ServiceType | None, title: str) -> Way:
    """Return a link with its format apart from its media type; a service with how it is reached."""
    address = text(way.get("href"))
    way |= {"href": address, "for": use}
    stated = text(way.get("type"))
    if found:
        way |= {**_reached(found, [address]), "called": f"{found.name}: {title}"}
        if service_of(stated, ""):
            del way["type"]
    elif "/" in stated:
        way["media"] = way.pop("type")
    elif use == "file" and pattern(listed_in("files")).search(stated):
        del way["type"]  # it says no more than that
    elif is_format(stated):
        way["format"] = way.pop("type")
    if use == "file":
        way["file"] = address
    return way


def _reached(found: ServiceType, addresses: Sequence[str]) -> Way:
    way: Way = {
        "format": found.format,
        "endpoint": list(dict.fromkeys(map(endpoint, addresses))),
        "capabilities": list(dict.fromkeys(filter(asks_for_capabilities, addresses))),
        "standard": found.standard,
    }
    return {key: value for key, value in way.items() if value}


def give_format(ways: list[Way], told: dict[str, Any]) -> None:
    """Give the only format of the data to the only file without one."""
    named = [
        item if isinstance(item, dict) else {"name": text(item)}
        for item in listed(told.get("formats"))
    ]
    without = [way for way in ways if way["for"] != "service" and not _says_format(way)]
    if len(named) == 1 and len(without) == 1:
        for key, place in (("name", "format"), ("mediaType", "media")):
            if value := text(named[0].get(key)):
                without[0][place] = value
        del told["formats"]


def _says_format(way: Way) -> bool:
    return bool(way.keys() & {"media", "format"} or formats.from_address(way["href"]))


# --- Services that are records of their own -----------------------------------------------------


def joined(ways: list[Way], services: Sequence[Any], issues: list[Issue]) -> list[Way]:
    """Return the ways with those of services; one that leads to the same endpoint is completed."""
    ways = [*ways]
    for service in services:
        way = _of_service(service)
        if not way:
            issues.append(issue("iso-service-unreachable", "resources", facts.title(service)))
            continue
        there = set(way["endpoint"])
        same = next((one for one in ways if there & set(one.get("endpoint", ()))), None)
        if same is None:
            ways.append(way)
        else:
            same |= {key: value for key, value in way.items() if key not in same}
    return ways


def _of_service(service: Mapping[str, Any]) -> Way:
    """Return the way of a service's record, {} if it names no address."""
    told = facts.properties(service)
    addresses, found = _reach(service, told)
    if not addresses:
        return {}
    first = next(filter(asks_for_capabilities, addresses), addresses[0])
    kind = found or ServiceType(text(told.get("serviceType")), "", "")
    media = text(told.get("serviceType"))
    own = _own_properties(service)
    way: Way = {"href": first, "for": "service", "record": own, **_reached(kind, addresses)}
    return {"format": media, **way} if media and is_format(media) else way


def _reach(
    service: Mapping[str, Any], told: Mapping[str, Any]
) -> tuple[list[str], ServiceType | None]:
    """Return the addresses of a service, and its kind: links that say so, else any other way."""
    ways, addresses = sorted_out(service)
    own = [way["href"] for way in ways if way["for"] == "service"]
    stated = [text(told.get(key)) for key in ("url", "link", "endpoint", "endpointURL")]
    own = own or [address for address in stated if address.startswith("http")]
    own = own or [way["href"] for way in ways]
    own = own or [link["href"] for link in addresses.get("page", ())]
    words = [text(told.get(key)) for key in ("serviceType", "serviceTypeVersion")]
    words += [text(link.get(key)) for link in facts.links(service) for key in ("type", "protocol")]
    pairs = [*((word, "") for word in words), *(("", address) for address in own)]
    kinds = (service_of(*pair) for pair in pairs)
    return list(dict.fromkeys(own)), next(filter(None, kinds), None)


def _own_properties(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a service, arranged like those of a dataset."""
    told = dict(facts.properties(service))
    for key in ("url", "link", "endpoint", "endpointURL", "serviceType", "type"):
        told.pop(key, None)
    _, addresses = sorted_out(service)
    found: dict[str, Any] = {"id": text(service.get("id")), "addresses": addresses}
    found["concepts"] = concepts.taken(told)
    found["parties"] = parties.taken(told, [])
    return {**found, "properties": told}


def pages(item: Any) -> Iterator[str]:
    """Yield the pages of a record that people read."""
    for link in facts.links(item):
        if text(link.get("type")).startswith(_HTML) and relation(link) == "alternate":
            yield text(link.get("href"))
