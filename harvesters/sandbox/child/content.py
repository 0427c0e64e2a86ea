"""JSON by content: equal content gives equal text and digest, independent of its order."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode
#: Types of values that hold others.
_DEEP = frozenset({dict, list})
_in_order = msgspec.json.Encoder(order="deterministic").encode


def text(value: Any) -> bytes:
    """Return JSON as UTF-8 on one line; lone surrogates become question marks."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def digest(value: Any, left_out: frozenset[str] = frozenset()) -> str:
    """Return the hex digest (64 characters) of a JSON value.

    It is independent of the order of keys and of lists, but for lists of positions (GeoJSON);
    keys in ``left_out`` are ignored at every level.
    """
    return hashlib.sha256(_canonical(value, left_out)).hexdigest()


def digest_in_order(value: Any) -> str:
    """Return the hex digest of a JSON value whose lists have a meaningful order, quickly.

    It is independent of the order of keys.
    """
    return hashlib.sha256(_ordered(value)).hexdigest()


def _canonical(value: Any, left_out: frozenset[str]) -> bytes:
    kind = type(value)
    if kind is dict:
        if not left_out.isdisjoint(value):
            value = {key: item for key, item in value.items() if key not in left_out}
        deep = [
            k
            for k, v in value.items()
            if v
            and (type(v) is dict or (type(v) is list and (len(v) > 1 or type(v[0]) is not str)))
        ]
        if not deep:
            return _ordered(value)
        deep.sort()
        parts = [_ordered({key: item for key, item in value.items() if key not in deep})]
        for key in deep:
            parts += (_ordered(key), _canonical(value[key], left_out))
        return b"{%s}" % b",".join(parts)
    if kind is list:
        if len(value) == 1:  # frequent in GeoJSON, whose rings are nested
            return b"[%s]" % _canonical(value[0], left_out)
        if value and _is_position(value[0]):  # of GeoJSON, whose order has a meaning
            return _ordered(value)
        if _DEEP.isdisjoint(map(type, value)):
            return b"[%s]" % b",".join(sorted(map(_ordered, value)))
        return b"[%s]" % b",".join(sorted([_canonical(item, left_out) for item in value]))
    return _ordered(value)


def _is_position(value: Any) -> bool:
    return type(value) is list and bool(value) and type(value[0]) in (float, int)


def _ordered(value: Any) -> bytes:
    """Encode a value that contains no lists, with its keys sorted."""
    try:
        return _in_order(value)
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True).encode()
