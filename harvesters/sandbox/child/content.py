"""JSON by its content: what is the same gives the same text and digest, whatever its order."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode
_in_order = msgspec.json.Encoder(order="deterministic").encode


def text(value: Any) -> bytes:
    """JSON as UTF-8 on one line; lone surrogates become question marks."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def digest(value: Any, left_out: frozenset[str] = frozenset()) -> str:
    """Hex digest (64 characters) of a JSON-able value.

    Neither the order of keys nor that of a list counts; keys ``left_out`` are left
    out wherever they stand.
    """
    return hashlib.sha256(_canonical(value, left_out)).hexdigest()


def _canonical(value: Any, left_out: frozenset[str]) -> bytes:
    kind = type(value)
    if kind is dict:
        if not left_out.isdisjoint(value):
            value = {key: item for key, item in value.items() if key not in left_out}
        deep = [k for k, v in value.items() if v and (type(v) is dict or type(v) is list)]
        if not deep:
            return _ordered(value)
        deep.sort()
        parts = [_ordered({key: item for key, item in value.items() if key not in deep})]
        for key in deep:
            parts += (_ordered(key), _canonical(value[key], left_out))
        return b"{%s}" % b",".join(parts)
    if kind is list:
        if len(value) == 1:  # as GeoJSON nests its rings
            return b"[%s]" % _canonical(value[0], left_out)
        return b"[%s]" % b",".join(sorted([_canonical(item, left_out) for item in value]))
    return _ordered(value)


def _ordered(value: Any) -> bytes:
    """A value in which no list stands, its keys in order."""
    try:
        return _in_order(value)
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True).encode()
