"""What the walk over a catalogue must know of a record: who it is, what it is of, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from hanse_harvesters.mapping.iso19139.values import Group, first, groups, href, text, texts

Kind: TypeAlias = Literal["dataset", "series", "service", "other"]
#: West, south, east, north in degrees.
Box: TypeAlias = tuple[float, float, float, float]

#: Hierarchy level in lower case → kind; without a level the object decides.
_KINDS: Mapping[str, Kind] = {
    "dataset": "dataset",
    "nongeographicdataset": "dataset",
    "series": "series",
    "service": "service",
}
#: Degrees half around the world.
_HALF = 180
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Facts about one record.

    ``identity``       file identifier, else the first identifier of the data, else "".
    ``identifiers``    everything by which the record or its data may be referred to: the
                       file identifier, UUIDs, codes, and code space and code joined.
    ``operates_on``    for a service, the references to its data in the same forms.
    ``organizations``  names of the organisations of every role, in every language.
    ``geographic``     geographic identifiers, keys, and names.
    """

    identity: str
    identifiers: tuple[str, ...]
    kind: Kind
    operates_on: tuple[str, ...]
    organizations: tuple[str, ...]
    geographic: tuple[str, ...]
    boxes: tuple[Box, ...]
    title: str


def facts(item: Mapping[str, Any]) -> RecordFacts:
    """Return the facts of a record of the parser."""
    values: Group = item.get("values", {})
    return RecordFacts(
        identity=identity(item),
        identifiers=tuple(dict.fromkeys(identifiers(item))),
        kind=kind(item),
        operates_on=tuple(dict.fromkeys(_operates_on(values))),
        organizations=tuple(dict.fromkeys(_organizations(values))),
        geographic=tuple(dict.fromkeys(_geographic(values))),
        boxes=tuple(boxes(values)),
        title=first(values, "title"),
    )


def kind(item: Mapping[str, Any]) -> Kind:
    """Return what a record describes, by its hierarchy level, else by its object."""
    values: Group = item.get("values", {})
    level = first(values, "type").rpartition("#")[2].rpartition("/")[2]
    if level:
        return _KINDS.get(level.replace("_", "").casefold(), "other")
    if any("ServiceIdentification" in name for name in texts(values, "class")):
        return "service"
    return "dataset" if item.get("standard") == "iso19139" else "other"


def identity(item: Mapping[str, Any]) -> str:
    """Return the file identifier, else the first identifier of the data, "" if there is none."""
    return next(identifiers(item), "")


def called(item: Mapping[str, Any]) -> str:
    """Return what the data are called: title and identifiers."""
    values: Group = item.get("values", {})
    codes_of = (first(group, "code") for group in groups(values, "identifier"))
    return "\n".join((first(values, "title"), *codes_of))


def identifiers(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield everything by which the record or its data may be referred to."""
    values: Group = item.get("values", {})
    if item.get("id"):
        yield item["id"]
    for group in groups(values, "identifier"):
        yield from codes(group)
    yield from texts(values, "uuid")
    # Elsewhere the same id stands in every record: "DataIdentification".
    yield from filter(_UUID.search, texts(values, "xml_id"))


def codes(group: Group) -> Iterator[str]:
    """Yield the forms of an identifier: with its code space, alone, and the IRI behind it."""
    space = first(group, "space")
    for value in group.get("code", ()):
        code = text(value)
        if code and space and not code.startswith(("http://", "https://", "urn:")):
            yield joined(space, code)
        if code:
            yield code
        if link := href(value):
            yield link


def plain(name: str) -> str:
    """Return the form in which an identifier and the references to it are compared.

    Braces, ``urn:uuid:`` and capital letters are spellings of one UUID.
    """
    return " ".join(name.split()).casefold().removeprefix("urn:uuid:").strip("{}")


def joined(space: str, code: str) -> str:
    """Return an identifier from its code space and code."""
    return space + code if space.endswith(("/", "#", ":", "=")) else f"{space}/{code}"


def _operates_on(values: Group) -> Iterator[str]:
    for group in groups(values, "operates_on"):
        yield from texts(group, "uuid")
        yield from codes(group)
        for link in texts(group, "href"):
            yield link
            yield from inside(link)
    for group in groups(values, "coupled"):
        yield from texts(group, "identifier")


def inside(link: str) -> Iterator[str]:
    """Yield the identifiers inside a link: ``id=`` of a request, and UUIDs anywhere in it.

    Another fragment names an element of one document.
    """
    try:
        parts = urlsplit(link)
        query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    except ValueError:
        return
    for name in ("id", "uuid", "identifier", "fileidentifier"):
        if value := query.get(name, "").strip():
            yield value
    yield from _UUID.findall(parts.path)  # whatever stands before or behind it
    fragment = unquote(parts.fragment)
    if found := _UUID.findall(fragment):
        yield fragment
        yield from found


def _organizations(values: Group) -> Iterator[str]:
    distributors = (p for found in groups(values, "distributor") for p in groups(found, "party"))
    for group in (*groups(values, "party", "record_party"), *distributors):
        for value in group.get("organisation", ()):
            if isinstance(value, str):
                yield value
            else:
                yield from filter(None, (value.get("text", ""), *value.get("in", {}).values()))


def _geographic(values: Group) -> Iterator[str]:
    for extent in groups(values, "extent"):
        yield from texts(extent, "description")
        for place in groups(extent, "place"):
            for group in groups(place, "identifier"):
                yield from codes(group)
    for group in groups(values, "keywords"):
        if first(group, "type") == "place":
            yield from texts(group, "keyword")


def boxes(values: Group) -> Iterator[Box]:
    """Yield the bounding boxes in degrees, without those that are excluded or impossible.

    One across the 180th meridian is yielded as its two parts.
    """
    for extent in groups(values, "extent"):
        for place in groups(extent, "place"):
            if (box := box_of(place)) is not None:
                yield from parts(box)


def parts(box: Box) -> tuple[Box, ...]:
    """Return a box, or the two parts of one across the 180th meridian."""
    west, south, east, north = box
    if west <= east:
        return (box,)
    return (west, south, float(_HALF), north), (float(-_HALF), south, east, north)


def box_of(place: Group) -> Box | None:
    """Return the box of a place, None if it has none or one that cannot be.

    West is greater than east if the box lies across the 180th meridian.
    """
    if first(place, "included").lower() in {"false", "0"}:
        return None
    sides = [first(place, side).replace(",", ".") for side in ("west", "south", "east", "north")]
    try:
        west, south, east, north = map(float, sides)
    except ValueError:
        return None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        return None
    if west > east and west - east < _HALF:  # more likely interchanged than around the world
        return east, south, west, north
    return west, south, east, north
