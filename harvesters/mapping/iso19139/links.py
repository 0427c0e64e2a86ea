"""Links of a record: files, services, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import is_web, short
from hanse_harvesters.mapping.iso19139.table import Step, listed, part, pattern
from hanse_harvesters.mapping.iso19139.values import Group, first, groups, href, spoken, text
from hanse_harvesters.normalise import formats
from hanse_harvesters.record import EntityDict

#: Endings of addresses that are files, whatever else is in their names.
_A_FILE = (
    r"\.(pdf|html?|zip|7z|csv|xlsx?|docx?|ods|odt|txt|png|jpe?g|gif|tiff?|json|geojson|gpkg|shp"
    r"|gml|kml|kmz|dxf|dwg|las|laz|xyz)$"
)
#: Formats of packed files: the format named in the record is the one inside.
_PACKED = frozenset({"ZIP", "GZIP", "TAR", "TAR_GZ", "RAR", "7Z", "BZIP2", "TAR_XZ"})
#: Formats of a record that may be those of one file.
_MANY_FORMATS = 50


@dataclass(frozen=True, slots=True)
class ServiceType:
    """A kind of service of the table: name, format and the IRI of its standard.

    ``data``  whether it delivers the data, in their formats, and not only pictures of them.
    """

    name: str
    format: str
    standard: str
    data: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a record, with what stands around it.

    ``transfer``  the transfer options it is one of, ``formats`` those of the record or distributor.
    """

    group: Group
    transfer: Group
    formats: Mapping[str, str]


def links_of(values: Group) -> Iterator[Link]:
    """Yield the links of a record, then those of its distributors."""
    of_record = formats_of(values)
    for owner in (values, *groups(values, "distributor")):
        named = formats_of(owner) if owner is not values and owner.get("format") else of_record
        for transfer in groups(owner, "transfer"):
            for group in groups(transfer, "online"):
                yield Link(group, transfer, named)


def online(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Files and services as distributions, other links as pages of the dataset."""
    fields = step["fields"]
    for link in links_of(reading.values):
        group = link.group
        address = first(group, "url")
        if not address:
            reading.keep("online", first(group, "name"), first(group, "description"))
            continue
        of_record = _is_metadata(address, first(reading.values, "id"))
        found = None if of_record else service_of(_told(group), address)
        kind = "about" if of_record else "service" if found else _kind(link, address)
        if kind in {"service", "file", "page"}:
            reading.put_objects(fields["file"], [_distribution(reading, link, found, kind)])
        else:
            field = fields["about" if kind == "about" else "page"]
            reading.put(field, [address])
            _keep_other_addresses(reading, group, address)
            said = (*group.get("name", ()), *group.get("description", ()))
            reading.keep(f"online {address}", *(words for value in said for words in spoken(value)))
    _keep_formats(reading)


def _is_metadata(address: str, record: str) -> bool:
    """Return whether a link leads to a description of data and not to data, whatever it says."""
    match = pattern(listed("metadata")).search(address)
    if not match:
        return False
    return bool(match["any"]) or (record != "" and record.casefold() in address.casefold())


def _keep_formats(reading: Reading) -> None:
    """Keep formats as they are written, with their versions, and sizes that no file has."""
    for owner in (reading.values, *groups(reading.values, "distributor")):
        for group in groups(owner, "format"):
            name = " ".join(filter(None, (first(group, "name"), first(group, "version"))))
            reading.keep("format", name)
        for transfer in groups(owner, "transfer"):
            if len(transfer.get("online", ())) != 1:
                reading.keep("transfer size", first(transfer, "size"))


def _told(group: Group) -> str:
    """Return what a link says of its protocol."""
    values = (*group.get("protocol", ()), *group.get("profile", ()))
    return " ".join(filter(None, (part for value in values for part in (text(value), href(value)))))


@lru_cache(maxsize=4096)
def service_of(told: str, address: str) -> ServiceType | None:
    """Return the kind of service a link leads to, by its protocol, else by its address."""
    try:
        parts = urlsplit(address)
        query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    except ValueError:
        return None
    path = "" if pattern(_A_FILE).search(parts.path) else f"{parts.path}/"
    for words in (told, query.get("service", ""), path):
        for entry in listed("services"):
            if words and pattern(entry["match"]).search(words):
                named = entry["name"], entry["format"], entry["standard"]
                return ServiceType(*named, data=entry.get("data", False))
    return None


def _kind(link: Link, address: str) -> str:
    """Return what a link is that leads to no service: file, page (of a file), about, or link."""
    group = link.group
    function = short(first(group, "function"))
    if function in listed("functions"):
        return str(listed("functions")[function])
    known = formats.from_address(address)
    if pattern(listed("files")).search(_told(group)) or (known and known.code != "HTML"):
        return "file"
    return "page" if link.formats and not _told(group) else "link"


def _distribution(reading: Reading, link: Link, found: ServiceType | None, kind: str) -> EntityDict:
    group = link.group
    fields, address = part("distribution"), first(group, "url")
    inner = reading.inside("distribution")
    inner.put_words(fields["name"], _words(inner, group, "name"))
    inner.put_words(fields["description"], _words(inner, group, "description"))
    inner.entity[fields["page"]] = address
    _keep_other_addresses(reading, group, address)
    if found:
        inner.entity[fields["format"]] = found.format
        inner.entity[fields["services"]] = [_service(reading, link, found, address)]
        reading.keep("transfer size", first(link.transfer, "size"))
        return inner.entity
    if kind == "file":
        inner.entity[fields["file"]] = address
    inner.entity.update(_format(link, address))
    if len(link.transfer.get("online", ())) == 1 and (size := _bytes(link.transfer)):
        inner.entity[fields["size"]] = size
    return inner.entity


def _keep_other_addresses(reading: Reading, group: Group, address: str) -> None:
    """Keep further addresses and those of other languages."""
    others = (item for value in group.get("url", ()) for item in spoken(value))
    reading.keep(f"online {address}", *(item for item in others if item != address))


def _words(inner: Reading, group: Group, name: str) -> dict[str, str]:
    return next((inner.words(value) for value in group.get(name, ())), {})


def _bytes(transfer: Group) -> int | None:
    """Return the size of a transfer, which ISO 19115 states in megabytes, in bytes."""
    try:
        size = round(float(first(transfer, "size").replace(",", ".")) * 1_000_000)
    except (ValueError, OverflowError):
        return None
    return size if 0 < size < 1 << 53 else None


def _service(reading: Reading, link: Link, found: ServiceType, address: str) -> EntityDict:
    """Return the service of a link, named as the link."""
    group = link.group
    fields = part("data_service")
    inner = reading.inside("data_service")
    words = _words(inner, group, "name") or _words(inner, group, "description")
    title = words or {reading.site: f"{found.name}: {reading.text(_title(reading))}"}
    inner.put_words(fields["name"], title)
    return {**inner.entity, **reached(found, [address]), **delivered(link.formats, found)}


def _title(reading: Reading) -> Any:
    return next(iter(reading.values.get("title", ())), "")


def reached(found: ServiceType, addresses: Sequence[str]) -> EntityDict:
    """Return the fields of a service for how it is reached: endpoints, capabilities, standard."""
    fields = part("data_service")
    reach: EntityDict = {fields["endpoint"]: list(dict.fromkeys(map(endpoint, addresses)))}
    if described := [address for address in addresses if asks_for_capabilities(address)]:
        reach[fields["capabilities"]] = list(dict.fromkeys(described))
    if found.standard:
        reach[fields["standard"]] = [found.standard]
    return reach


def delivered(named: Mapping[str, str], found: ServiceType) -> EntityDict:
    """Return the formats of the data for a service that delivers them."""
    names = [link or name for name, link in named.items()] if found.data else []
    return {part("data_service")["format"]: names} if names else {}


def asks_for_capabilities(address: str) -> bool:
    """Return whether an address is a request for the description of a service."""
    return "getcapabilities" in address.lower()


@lru_cache(maxsize=4096)
def endpoint(address: str) -> str:
    """Return the address of a service without the parameters of one request."""
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return address
    kept = [pair for pair in pairs if pair[0].lower() not in listed("request")]
    if len(kept) == len(pairs):
        return address.rstrip("?&") or address
    query = urlencode(kept, safe="/:,{}") if kept else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _format(link: Link, address: str) -> EntityDict:
    """Return format and media type of a file: its own, else the one of the record."""
    fields, group = part("distribution"), link.group
    own = next((text(value) for value in group.get("profile", ()) if is_format(text(value))), "")
    if own:
        return {fields["format"]: own}
    guess = formats.from_address(address)
    if guess and guess.code not in _PACKED:
        return {}  # the normaliser reads it from the address, and says so
    named = link.formats if len(link.formats) <= _MANY_FORMATS else {}
    if len(named) > 1:
        words = f"{first(group, 'name')} {first(group, 'description')}".casefold()
        named = {name: link for name, link in named.items() if name.casefold() in words} or named
    found = {fields["format"]: ", ".join(named)} if named else {}
    media = next(iter(named.values())) if len(named) == 1 else ""
    return {**found, fields["media"]: media} if media else found


def formats_of(owner: Group) -> Mapping[str, str]:
    """Return the formats a record or distributor names: name → IRI of its media type, or ""."""
    found = {}
    for group in groups(owner, "format"):
        for value in group.get("name", ()):
            if name := text(value):
                link = href(value)
                found[name] = link if is_web(link) and "media-types" in link else ""
    return found


@lru_cache(maxsize=2048)
def is_format(word: str) -> bool:
    """Return whether a word is the name of a file format."""
    outcome = formats.file_format(word) if word and len(word) <= 60 else None
    return bool(outcome and outcome.value and not outcome.findings)
