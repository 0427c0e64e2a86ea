"""Read an ISO 19139 record into plain JSON, in one walk of its tree.

The elements that are read stand in ``iso19139.yaml`` (:mod:`hanse_schemas`).  It is compiled
when this module is imported, as the parsing process can open no file afterwards.

A group of values is a dict, name → list of values.  A value is a text; or a dict of ``text``,
``href`` (of an Anchor or a reference), ``in`` (locale → text), ``uom``, and ``nil`` (why a value is
missing, or what an open date means), whichever there are; or a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml
from lxml import etree

from hanse_schemas.table import LOADER

ISO_19139 = "iso19139"
ISO_19115_3 = "iso19115-3"
DUBLIN_CORE = "dublin-core"

_NEWER = "http://standards.iso.org/iso/19115/"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NIL = "{http://www.isotc211.org/2005/gco}nilReason"
_ATTRIBUTES: Mapping[str, str] = {"href": _HREF, "title": "{http://www.w3.org/1999/xlink}title"}
#: Elements that hold a text in further languages.
_TRANSLATIONS = frozenset({"PT_FreeText", "PT_FreeURL"})
#: Elements of a value that have no attributes worth reading.
_PLAIN = frozenset({"CharacterString", "Date", "DateTime", "Decimal", "Integer", "Boolean", "URL"})
_METADATA = ("MD_Metadata", "MI_Metadata")


@dataclass(slots=True)
class _Step:
    """A step of the paths: what is done with an element, and the steps below it.

    ``slot``  name under which the element's value or group is stored, "" if it has none.
    ``name``  slot for the name of the object below, ``attributes`` attribute → slot.
    """

    path: str = ""
    below: dict[str, _Step] = field(default_factory=dict)
    slot: str = ""
    read: str = ""
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def _compile(table: Mapping[str, Any]) -> _Step:
    """Return the first step of all paths of the table."""
    root = _Step()
    _add(root, table["values"], table["shapes"])
    for path in table["ignored"]:
        _at(root, path).read = "ignored"
    return root


def _add(root: _Step, entries: Mapping[str, Any], shapes: Mapping[str, Any]) -> None:
    for slot, entry in entries.items():
        paths = entry["path"]
        for path in [paths] if isinstance(paths, str) else paths:
            where, _, last = path.rpartition("/")
            if last.startswith("@"):
                _at(root, where).attributes[_ATTRIBUTES.get(last[1:], last[1:])] = slot
            elif last == "Name()":
                _at(root, where).name = slot
            else:
                step = _at(root, path)
                step.slot, step.read = slot, entry.get("read", "group" if "of" in entry else "leaf")
                if "of" in entry:
                    _add(step, shapes[entry["of"]], shapes)


def _at(step: _Step, path: str) -> _Step:
    for name in filter(None, path.split("/")):
        here = f"{step.path}/{name}" if step.path else name
        step = step.below.setdefault(name, _Step(here))
    return step


_FILE = files("hanse_schemas").joinpath("mappings", "iso19139.yaml")
_ROOT = _compile(yaml.load(_FILE.read_text(encoding="utf-8"), LOADER))


class _Names(dict[str, tuple[str, bool]]):
    """Tag → local name, and whether it is an object; the properties of ISO begin in lower case."""

    def __missing__(self, tag: str) -> tuple[str, bool]:
        local = tag.rpartition("}")[2]
        if len(self) > 10_000:  # a document that invents names
            self.clear()
        found = self[tag] = (local, local[:1].isupper())
        return found


_NAMES = _Names()


def record(element: etree._Element) -> dict[str, Any]:
    """Read one record.

    Returns ``{"standard": "iso19139", "id", "type", "values", "unmapped"}``: the file identifier
    and the hierarchy level ("" if there is none), the values that the table names, and
    ``[path, value]`` of each element with content that it does not name.  A record of another
    standard is ``{"standard", "id"}``, with the name of its element if the standard is unknown.
    """
    tag = str(element.tag)
    local = _NAMES[tag][0]
    if tag.startswith("{" + _NEWER):
        return {"standard": ISO_19115_3, "id": _newer_id(element)}
    if not local.endswith(_METADATA):
        return _of_another(element, local)
    values: dict[str, list[Any]] = {}
    left: list[list[Any]] = []
    _take_attributes(element, _ROOT, values)
    _walk(element, _ROOT, values, left)
    return {
        "standard": ISO_19139,
        "id": _first(values, "id"),
        "type": _first(values, "type"),
        "values": values,
        "unmapped": left,
    }


def _first(values: Mapping[str, list[Any]], slot: str) -> str:
    for value in values.get(slot, ()):
        if text := value if isinstance(value, str) else value.get("text") or value.get("href"):
            return " ".join(str(text).split())  # lines break where the document is laid out anew
    return ""


def _of_another(element: etree._Element, local: str) -> dict[str, Any]:
    found = next(element.iter("{http://purl.org/dc/elements/1.1/}identifier"), None)
    known = DUBLIN_CORE if local in {"Record", "SummaryRecord", "BriefRecord"} else local
    return {"standard": known, "id": (found.text or "").strip() if found is not None else ""}


def _newer_id(element: etree._Element) -> str:
    for child in element:
        if isinstance(child.tag, str) and _NAMES[child.tag][0] == "metadataIdentifier":
            return next((text.strip() for text in child.itertext("{*}*") if text.strip()), "")
    return ""


def _walk(
    parent: etree._Element, step: _Step, values: dict[str, list[Any]], left: list[list[Any]]
) -> None:
    """Read the children of ``parent``; the properties of its objects stand at the same step."""
    below = step.below
    for child in parent:
        tag = child.tag
        if tag.__class__ is not str:  # a comment
            continue
        local, is_object = _NAMES[tag]
        found = below.get(local)
        if found is None:
            if not is_object:
                _leave(child, step.path, left)
                continue
            if step.name:
                values.setdefault(step.name, []).append(local)
            if step.attributes:
                _take_attributes(child, step, values)
            if len(child):
                _walk(child, step, values, left)
            elif (value := _leaf(child)) is not None:
                left.append([f"{step.path}/{local}", value])
        elif found.read == "leaf":
            if (value := _leaf(child)) is not None:
                values.setdefault(found.slot, []).append(value)
        elif found.read == "group":
            _take_group(child, found, values, left)
        elif found.read == "geometry":
            _take_geometry(child, found, values, left)
        elif not found.read:
            _walk(child, found, values, left)
            if not len(child) and (value := _leaf(child)) is not None:
                left.append([found.path, value])


def _take_group(
    element: etree._Element, step: _Step, values: dict[str, list[Any]], left: list[list[Any]]
) -> None:
    group: dict[str, list[Any]] = {}
    _walk(element, step, group, left)
    if step.attributes:
        _take_attributes(element, step, group)
    if group:
        values.setdefault(step.slot, []).append(group)
    elif not len(element) and (value := _leaf(element)) is not None:
        left.append([step.path, value])


def _take_attributes(element: etree._Element, step: _Step, values: dict[str, list[Any]]) -> None:
    for name, slot in step.attributes.items():
        if value := (element.get(name) or "").strip():
            values.setdefault(slot, []).append(value)


def _leaf(element: etree._Element) -> str | dict[str, Any] | None:
    """Return the value of a property, None if it has none."""
    text = ""
    more: dict[str, Any] = {}
    alone = True
    for child in element:
        tag = child.tag
        if tag.__class__ is not str:
            continue
        alone = False
        local = _NAMES[tag][0]
        if local in _TRANSLATIONS:
            if found := _translations(child):
                more["in"] = found
            continue
        text = text or _text(child)
        if local not in _PLAIN:
            text = _with_attributes(child, text, more)
    if alone:
        text = _with_attributes(element, _text(element), more)
    if not more:
        return text or None
    if text:
        more["text"] = text
    return more


def _text(element: etree._Element) -> str:
    text = "".join(element.itertext("{*}*")) if len(element) else element.text
    return text.strip() if text else ""


def _with_attributes(element: etree._Element, text: str, more: dict[str, Any]) -> str:
    """Return a code in place of its label, and add the other attributes of a value to ``more``."""
    if not element.attrib:
        return text
    if code := (element.get("codeListValue") or "").strip():
        return code
    if href := (element.get(_HREF) or "").strip():
        more["href"] = href
    if uom := element.get("uom"):
        more["uom"] = uom
    if nil := element.get("indeterminatePosition"):
        more["nil"] = nil
    return text


def _translations(element: etree._Element) -> dict[str, str]:
    """Return locale → text."""
    found = {}
    for item in element.iter("{*}*"):
        locale = item.get("locale")
        if locale and (text := _text(item)):
            found[locale.rpartition("#")[2]] = text
    return found


def _leave(element: etree._Element, path: str, left: list[list[Any]]) -> None:
    """Add the values of an element that no path reads, and of those below it."""
    here = f"{path}/{_NAMES[str(element.tag)][0]}" if path else _NAMES[str(element.tag)][0]
    inner = [child for child in element if isinstance(child.tag, str)]
    deep = [child for child in inner if len(child) and _NAMES[child.tag][0] not in _TRANSLATIONS]
    if not deep:
        if (value := _leaf(element)) is not None:
            left.append([here, value])
        return
    for child in inner:
        if _NAMES[child.tag][1] and len(child):
            for item in child:
                if isinstance(item.tag, str):
                    _leave(item, here, left)
        else:
            _leave(child, here, left)


def _take_geometry(
    element: etree._Element, step: _Step, values: dict[str, list[Any]], left: list[list[Any]]
) -> None:
    """Store polygons as ``{"srs", "polygons": [[ring, …], …]}``; a ring is a text of numbers."""
    polygons, srs = [], ""
    for item in element.iter("{*}*"):
        srs = srs or item.get("srsName") or ""
        if _NAMES[str(item.tag)][0] in {"Polygon", "PolygonPatch"}:
            polygons.append(list(_rings(item)))
    if polygons and all(polygons):
        values.setdefault(step.slot, []).append({"srs": srs, "polygons": polygons})
    else:
        _leave(element, step.path.rpartition("/")[0], left)


def _rings(polygon: etree._Element) -> Iterable[str]:
    for ring in polygon.iter("{*}LinearRing", "{*}Ring"):
        if text := " ".join(part for part in map(str.strip, ring.itertext("{*}*")) if part):
            yield text
