"""Images whose format is not told by a magic alone: TIFF with or without a place, BMP."""

from __future__ import annotations

import struct

from hanse_harvesters.links.found import Found

#: Tags that a GeoTIFF has (OGC 19-008r4): model pixel scale, transformation, key directory.
_GEO = frozenset({33550, 33922, 34264, 34735})
#: Sizes of the headers that BMP has had.
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
_ORDERS = {b"II": "<", b"MM": ">"}


def recognise(start: bytes) -> Found | None:
    """Return what an image's beginning tells, None if it is none of these."""
    if start[:2] in _ORDERS and start[2:4].strip(b"\x00") in (b"*", b"+"):
        return _tiff(start, _ORDERS[start[:2]])
    if start.startswith(b"BM") and _number(start, "<", "I", 14) in _BMP_HEADERS:
        return Found("BMP")
    return None


def _tiff(start: bytes, order: str) -> Found:
    """Look for a place in the first directory; its end may be beyond what was read."""
    big = start[2:4].strip(b"\x00") == b"+"
    at = _number(start, order, "Q" if big else "I", 8 if big else 4)
    count = _number(start, order, "Q" if big else "H", at) if at is not None else None
    if at is None or count is None:  # the directory stands behind the image
        return Found("TIFF", sure=False)
    step, first = (20, at + 8) if big else (12, at + 2)
    tags = (_number(start, order, "H", first + step * entry) for entry in range(min(count, 300)))
    if _GEO.intersection(tag for tag in tags if tag is not None):
        return Found("GEOTIFF")
    return Found("TIFF", sure=first + step * count <= len(start))


def _number(start: bytes, order: str, kind: str, at: int) -> int | None:
    """Return the number at an offset, None beyond the end."""
    form = struct.Struct(order + kind)
    if at + form.size > len(start):
        return None
    found: int = form.unpack_from(start, at)[0]
    return found
