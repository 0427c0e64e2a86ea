"""What the cells of a spreadsheet link to, where they show something else: "Download", "hier".

A reader shows only the text.  The links are looked for in the sheet's own XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hanse_harvesters.tables.places import letters
from hanse_harvesters.tables.sheet_parts import attributes, plain

_MOST = 100_000
#: Cells of an area that has one link.
_MOST_OF_AREA = 1_000
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\b([^>]*)>")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*[^/>])>\s*<(?:\w+:)?f(?:\s[^>]*)?>\s*HYPERLINK\(\s*"
    rb"(?:\"|&quot;)([^<]*?)(?:\"|&quot;)"
)
_ODS = re.compile(
    rb"<(/?)(table:table|table:table-row|table:table-cell|table:covered-table-cell"
    rb"|office:annotation|text:a)(?=[\s/>])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_ODS_FORMULA = re.compile(r"of:=HYPERLINK\(\s*\"([^\"]+)\"", re.IGNORECASE)


def in_xlsx(content: bytes, related: Mapping[str, str]) -> Mapping[str, str]:
    """Return place (``C7``) → address for the XML of a sheet; ``related`` are its relations."""
    found: dict[str, str] = {}
    if b"HYPERLINK(" in content:
        for opening, target in _FORMULA.findall(content):
            found[attributes(opening).get("r", "")] = plain(target.decode("utf-8", "replace"))
    for tag in _LINK.findall(content):
        link = attributes(tag)
        target = related.get(next((link[name] for name in link if name.endswith(":id")), ""), "")
        if target and len(found) < _MOST:
            if link.get("location"):
                target = f"{target}#{link['location']}"
            found.update((place, target) for place in _places(link.get("ref", "")))
    return found


def _places(area: str) -> Iterator[str]:
    """Yield the cells of an area in its first column: those of a merged one."""
    if match := _AREA.fullmatch(area):
        first, last = int(match[2]), int(match[4] or match[2])
        for row in range(first, min(last, first + _MOST_OF_AREA) + 1):
            yield f"{match[1]}{row}"


def in_ods(content: bytes) -> Mapping[str, Mapping[str, str]]:
    """Return sheet → place → address for the ``content.xml`` of an .ods."""
    found: dict[str, dict[str, str]] = {}
    if b"<text:a" not in content and b"HYPERLINK(" not in content:
        return found
    links: dict[str, str] = {}
    row = column = next_row = next_column = 0
    is_note = False
    for end, name, tag in _ODS.findall(content):
        if name == b"office:annotation":
            is_note = not end
        elif end or (is_note and name == b"text:a"):
            continue
        elif name == b"table:table":
            links, next_row = found.setdefault(attributes(tag).get("table:name", ""), {}), 0
        elif name == b"table:table-row":
            row, next_column = next_row, 0
            next_row += _times(tag, b"table:number-rows-repeated")
        elif name == b"text:a":
            links.setdefault(f"{letters(column)}{row + 1}", attributes(tag).get("xlink:href", ""))
        else:
            column = next_column
            next_column += _times(tag, b"table:number-columns-repeated")
            if b"HYPERLINK(" in tag and (
                formula := _ODS_FORMULA.match(attributes(tag).get("table:formula", ""))
            ):
                links[f"{letters(column)}{row + 1}"] = formula[1]
    return found


def _times(tag: bytes, name: bytes) -> int:
    if name not in tag:
        return 1
    times = attributes(tag).get(name.decode(), "1")
    return int(times) if times.isdecimal() else 1
