"""The sheets of an .xlsx as XML: which member each one is, and what its relations lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname, normpath
from zipfile import ZipFile

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_EPOCH = re.compile(rb"\bdate1904\s*=\s*[\"'](?:1|true)[\"']")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def members(package: ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and that of its member."""
    names = set(package.namelist())
    if not {_WORKBOOK, _RELATIONS} <= names:
        return
    related = relations(package, _WORKBOOK)
    for found in map(attributes, _SHEET.findall(package.read(_WORKBOOK))):
        relation = next((value for key, value in found.items() if key.endswith(":id")), "")
        target = related.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
        if part in names:
            yield found.get("name", ""), part


def counts_from_1904(package: ZipFile) -> bool:
    """Return whether the workbook counts days from 1904, as Excel for the Mac once did."""
    return _WORKBOOK in package.namelist() and bool(_EPOCH.search(package.read(_WORKBOOK)))


def relations(package: ZipFile, member: str) -> dict[str, str]:
    """Return what a member's relations lead to: id → target."""
    name = f"{dirname(member)}/_rels/{basename(member)}.rels"
    if name not in package.namelist():
        return {}
    found = map(attributes, _RELATION.findall(package.read(name)))
    return {item["Id"]: item["Target"] for item in found if {"Id", "Target"} <= item.keys()}


def attributes(tag: bytes) -> Mapping[str, str]:
    """Return the attributes in the text of a tag."""
    return {
        name.decode(): plain((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def plain(text: str) -> str:
    """Return a text of XML without its entities."""
    for written, sign in _ENTITIES.items():
        text = text.replace(written, sign)
    return text
