"""Services coupled to a dataset: each is a way to reach its data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hanse_harvesters.mapping.iso19139.facts import identifiers, plain
from hanse_harvesters.mapping.iso19139.links import (
    ServiceType,
    asks_for_capabilities,
    delivered,
    endpoint,
    formats_of,
    links_of,
    reached,
    service_of,
)
from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import short
from hanse_harvesters.mapping.iso19139.table import listed, part
from hanse_harvesters.mapping.iso19139.values import Group, first, groups, text, texts
from hanse_harvesters.record import EntityDict

#: Reads the values of a record into the fields of a class.
Reader = Callable[[Reading, str], None]


def join(reading: Reading, item: Mapping[str, Any], field: str, read: Reader) -> None:
    """Add the services of ``item`` to its distributions; one that is there is completed.

    ``field``  the field that holds the distributions, ``read`` maps a record into a class.
    """
    own = {plain(name) for name in identifiers(item)}
    for service in item.get("services", ()):
        found = _distribution(reading, service, own, read)
        if found is None:
            title = first(service.get("values", {}), "title")
            reading.note("iso-service-unreachable", field, title or service.get("id", ""))
            continue
        _merge(reading.entity.setdefault(field, []), found)


def _distribution(
    reading: Reading, service: Mapping[str, Any], own: set[str], read: Reader
) -> EntityDict | None:
    values: Group = service.get("values", {})
    addresses = list(_addresses(values))
    if not addresses:
        return None
    kind = _type(values, addresses)
    inner = Reading.of(values, "data_service", reading.site)
    read(inner, "service")
    if service.get("id") != first(reading.values, "id"):
        _keep_rest(reading, inner, service)
    fields = part("distribution")
    names = part("data_service")
    inner.entity.update(delivered(formats_of(reading.values), kind))
    for name, value in reached(kind, addresses).items():
        inner.entity[name] = list(dict.fromkeys((*inner.entity.get(name, ()), *value)))
    page = next(filter(asks_for_capabilities, addresses), addresses[0])
    found = {
        fields["page"]: page,
        fields["format"]: kind.format,
        fields["services"]: [inner.entity],
    }
    for suffix in ("", "_translated"):
        if title := inner.entity.get(names["name"] + suffix):
            found[fields["name"] + suffix] = title
    if layers := _layers(values, own):
        found[fields["description"]] = f"Layer: {', '.join(layers)}"
    return {name: value for name, value in found.items() if value}


def _keep_rest(reading: Reading, inner: Reading, service: Mapping[str, Any]) -> None:
    """Keep what a service's record says that has no field."""
    rest = dict(inner.kept)
    for path, value in service.get("unmapped", ()):
        rest.setdefault(path, []).append(value)
    name = service.get("id") or first(inner.values, "title")
    reading.keep(f"service {name}", rest)


def _addresses(values: Group) -> Iterator[str]:
    """Yield where a service is reached: requests for its capabilities first.

    Without one they are the addresses of all its operations, and without these its links.
    """
    operations = list(groups(values, "operation"))
    described = [op for op in operations if short(first(op, "name")) == "getcapabilities"]
    links = [link for op in described or operations for link in groups(op, "online")]
    found = [address for link in links for address in texts(link, "url")]
    own = [
        address
        for link in _online(values)
        for address in texts(link, "url")
        if service_of(first(link, "protocol"), address)
    ]
    more = [address for address in own if asks_for_capabilities(address) or not found]
    yield from dict.fromkeys((*more, *found))
    if not found and not more:
        for link in _online(values):
            if listed("functions").get(short(first(link, "function"))) != "about":
                yield from texts(link, "url")


def _online(values: Group) -> list[Group]:
    return [link.group for link in links_of(values)]


def _type(values: Group, addresses: Sequence[str]) -> ServiceType:
    """Return the kind of a service: by its versions, protocols and addresses, else by its type."""
    told = [*texts(values, "service_version"), *texts(values, "service_type")]
    links = [link for op in groups(values, "operation") for link in groups(op, "online")]
    for link in (*links, *_online(values)):
        told += texts(link, "protocol")
    for words, address in (*((word, "") for word in told), *(("", one) for one in addresses)):
        if found := service_of(words, address):
            return found
    return ServiceType(first(values, "service_type"), "", "")


def _layers(values: Group, own: set[str]) -> list[str]:
    """Return the layers that show the dataset: those coupled with it, or all of a single one."""
    coupled = list(groups(values, "coupled"))
    mine = [group for group in coupled if any(plain(t) in own for t in texts(group, "identifier"))]
    single = len(values.get("operates_on", ())) == 1
    chosen = mine or (coupled if single else [])
    return list(dict.fromkeys(filter(None, (text(v) for g in chosen for v in g.get("layer", ())))))


def _merge(distributions: list[EntityDict], found: EntityDict) -> None:
    """Add a distribution, or complete the one that leads to the same service."""
    fields = part("distribution")
    there = {_place(one) for one in _reach(found)}
    for known in distributions:
        if fields["services"] in known and there & {_place(one) for one in _reach(known)}:
            mine, other = known[fields["services"]][0], found[fields["services"]][0]
            known[fields["services"]][0] = {**mine, **other, **_united(mine, other)}
            for name, value in found.items():
                known.setdefault(name, value)
            return
    distributions.append(found)


def _united(one: EntityDict, other: EntityDict) -> EntityDict:
    """Return the lists of both services."""
    return {
        name: [*value, *(item for item in other[name] if item not in value)]
        for name, value in one.items()
        if isinstance(value, list) and isinstance(other.get(name), list)
    }


def _reach(distribution: EntityDict) -> Iterator[str]:
    for service in distribution.get(part("distribution")["services"], ()):
        yield from service.get(part("data_service")["endpoint"], ())


def _place(address: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return what two addresses of one endpoint have in common."""
    try:
        parts = urlsplit(endpoint(address))
        query = tuple(sorted((name.lower(), value) for name, value in parse_qsl(parts.query)))
    except ValueError:
        return address, "", ()
    return parts.netloc.lower(), parts.path.rstrip("/"), query
