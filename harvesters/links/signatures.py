"""The format of a file by its first bytes; the signatures are in ``signatures.yaml``.

Only looks at bytes and patterns, each once over at most 4 kB (what is unpacked, too): nothing
foreign is parsed here.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hanse_harvesters.links import raster, textual
from hanse_harvesters.links.found import Found, signature_file
from hanse_harvesters.normalise import formats

#: Bytes that are looked at.
MOST = 4096
_GZIP = b"\x1f\x8b\x08"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE = b"SQLite format 3\x00"
#: Local file header of a ZIP archive, after its magic (APPNOTE 4.3.7).
_HEADER = struct.Struct("<HHHHHIIIHH")
_MOST_NAMES = 60


@dataclass(frozen=True, slots=True)
class _Magic:
    format: str
    bytes: bytes
    at: int
    packing: bool
    text: bool


def recognise(content: bytes, *, whole: bool = False) -> Found:
    """Return what the beginning of a file tells; ``whole`` if there is no more of it."""
    start = content[:MOST]
    if not start.strip():
        return Found()
    return _binary(start) or _packed(start) or textual.recognise(start, whole=whole) or Found()


def _binary(start: bytes) -> Found | None:
    is_text = textual.is_text(start)
    for magic in _table().magic:
        if start.startswith(magic.bytes, magic.at) and (magic.text or not is_text):
            return Found("", magic.format) if magic.packing else Found(magic.format)
    if start.startswith(_SQLITE):
        known = start[68:72] in (b"GPKG", b"GP10", b"GP11") or b"gpkg_" in start
        return Found("GPKG" if known else "SQLITE")
    if start.startswith(_OFFICE):
        names = (key for key, name in _table().office.items() if name.encode("utf-16-le") in start)
        return Found(next(names, "OLE"))
    return raster.recognise(start) or _dbf(start) or _las(start)


def _dbf(start: bytes) -> Found | None:
    """Recognise a dBase table: it has no magic but a version, a date and two lengths."""
    if len(start) < 33 or start[0] not in (0x02, 0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5):
        return None
    month, day = start[2], start[3]
    header, record = struct.unpack_from("<HH", start, 8)
    dated = 1 <= month <= 12 and 1 <= day <= 31
    sized = header >= 33 and header % 32 in (1, 8) and 1 < record < 65_500
    return Found("DBF") if dated and sized and not any(start[12:14]) else None


def _las(start: bytes) -> Found | None:
    if not start.startswith(b"LASF") or len(start) < 105:
        return None
    return Found("LAZ" if start[104] & 0x80 else "LAS")


def _packed(start: bytes) -> Found | None:
    if start.startswith(_GZIP):
        inner = _inflated(start, 16 + zlib.MAX_WBITS)
        found = recognise(inner) if inner and not inner.startswith(_GZIP) else Found()
        packing = "TAR_GZ" if found.packing == "TAR" else "GZIP"
        return Found(found.format, packing, found.sure, "", found.charset, found.delimiter)
    return _zipped(start) if start.startswith(_ZIP) else None


def _inflated(packed: bytes, window: int) -> bytes:
    """Return at most :data:`MOST` unpacked bytes, b"" if they are not packed like that."""
    try:
        return zlib.decompressobj(window).decompress(packed, MOST)
    except zlib.error:
        return b""


def _zipped(start: bytes) -> Found:
    members = list(_members(start))
    first = members[0][1].decode("utf-8", "replace") if members else ""
    for kind, mark in _table().zip_content.items():
        if mark in first:
            return Found(kind)
    names = "\n".join(name for name, _ in members)
    for line in _table().zip_names:
        if re.search(line["names"], names, re.MULTILINE | re.IGNORECASE):
            return Found(line["format"]) if line.get("whole") else Found(line["format"], "ZIP")
    inside = {concept.code for name, _ in members if (concept := _by_ending(name))}
    inside -= {"TXT", "PDF", "HTML", "XML"} if len(inside) > 1 else set()  # what goes with data
    return Found(inside.pop() if len(inside) == 1 else "", "ZIP", sure=False)


def _by_ending(name: str) -> Any:
    return formats.from_ending(name) if not name.endswith("/") else None


def _members(start: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the names of an archive's files, and the beginning of the first one's content."""
    place = 0
    for number in range(_MOST_NAMES):
        place = start.find(_ZIP[0], place)
        if place < 0 or place + 4 + _HEADER.size > len(start):
            return
        head = _HEADER.unpack_from(start, place + 4)
        method, packed, named, extra = head[2], head[6], head[8], head[9]
        name_at = place + 4 + _HEADER.size
        data_at = name_at + named + extra
        name = start[name_at : name_at + named].decode("utf-8", "replace")
        content = b"" if number else start[data_at : data_at + (packed or MOST)]
        yield name[:300], _inflated(content, -zlib.MAX_WBITS) if method == 8 else content
        # Sizes may be missing or wrong: the next header is looked for behind this one.
        behind = data_at + packed
        place = behind if start.startswith(_ZIP[0], behind) else name_at


@dataclass(frozen=True, slots=True)
class _Table:
    magic: tuple[_Magic, ...]
    office: Mapping[str, str]
    zip_content: Mapping[str, str]
    zip_names: tuple[Mapping[str, Any], ...]


@cache
def _table() -> _Table:
    read = signature_file()
    return _Table(
        tuple(
            _Magic(
                line["format"],
                line["bytes"].encode("latin-1").decode("unicode_escape").encode("latin-1"),
                line.get("at", 0),
                line.get("packing", False),
                line.get("text", False),
            )
            for line in read["magic"]
        ),
        read["office"],
        read["zip_content"],
        tuple(read["zip_names"]),
    )
