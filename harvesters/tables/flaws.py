"""Cells of an .xlsx that have no value to read: errors, and formulas that were never computed.

A reader shows both as empty.  They are looked for in the sheet's own XML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO
from zipfile import ZipFile

#: What a formula without a stored value is called, in place of an error's name.
UNCOMPUTED = "="
_MOST = 1_000
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*[^<\s][^<]*)<")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


def flaws(file: IO[bytes]) -> Mapping[str, Mapping[str, str]]:
    """Return sheet → place (``C7``) → error (``#REF!``) or :data:`UNCOMPUTED`."""
    with ZipFile(file) as package:
        found = {}
        for name, part in _parts(package).items():
            content = package.read(part)
            if b't="e"' in content or b"t='e'" in content or b"<f" in content or b":f>" in content:
                found[name] = _in_sheet(content)
        return found


def _parts(package: ZipFile) -> dict[str, str]:
    """Return sheet → name of its member."""
    names = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    relations = {
        found["Id"]: found["Target"]
        for found in map(_attributes, _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")))
        if "Id" in found and "Target" in found
    }
    parts = {}
    for found in map(_attributes, _SHEET.findall(package.read("xl/workbook.xml"))):
        relation = next((value for key, value in found.items() if key.endswith(":id")), "")
        target = relations.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts[found.get("name", "")] = part
    return parts


def _attributes(text: bytes) -> dict[str, str]:
    return {
        name.decode(): _plain((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(text)
    }


def _plain(text: str) -> str:
    for written, sign in _ENTITIES.items():
        text = text.replace(written, sign)
    return text


def _in_sheet(content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for opening, inside in _CELL.findall(content):
        is_error = b't="e"' in opening or b"t='e'" in opening
        if not is_error and b"<f" not in inside and b":f" not in inside:
            continue
        value = _VALUE.search(inside)
        if is_error or value is None:
            place = _attributes(opening).get("r", "")
            shown = value[1].decode("utf-8", "replace") if value and is_error else UNCOMPUTED
            found[place] = _plain(shown)
        if len(found) >= _MOST:
            break
    return found
