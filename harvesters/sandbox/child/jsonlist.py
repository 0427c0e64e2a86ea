"""The records of a JSON document: a list in it, found by a path.

A large document is read in a stream, so that only one record is in memory; if its path is no plain
one, or the document is not quite JSON, it is read whole.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

import ijson

from hanse_harvesters.mapping.jsontable.path import JsonPath
from hanse_harvesters.sandbox.child import charset as charsets
from hanse_harvesters.sandbox.child import content, jsondoc

#: Bytes from which on a document is read in a stream.
_LARGE = 1 << 24
#: Objects and lists inside each other; more is an attack or an error.
_DEEPEST = 200
#: Items of a list, and characters of a value, that are passed on beside the records: links, totals.
_FEW, _REST = 50, 1 << 16


def records(
    document: IO[bytes], charset: str, *, path: str, left_out: str = ""
) -> Iterator[list[Any]]:
    """Yield ``["record", value, digest]`` for each, and ``["head", {…}, {kind: number}, count]``.

    The head holds what stands beside the list at ``path``, without long lists; the numbers of
    repairs and of keys that one object has twice; and the number of records.  It comes first; in a
    stream it comes last.  ``left_out`` are names, divided by blanks, that the digest leaves out.
    Raises ValueError for what is not JSON, or has no such list.
    """
    names = frozenset(left_out.split())
    for item in _found(document, charset, path):
        if item[0] == "record":
            item.append(content.digest(item[1], names))
        yield item


def _found(document: IO[bytes], charset: str, path: str) -> Iterator[list[Any]]:
    found = charsets.detect(document, charset)
    size = document.seek(0, io.SEEK_END)
    document.seek(found.skip)
    names = path.split(".") if path else []
    if size > _LARGE and not path.startswith("$"):
        text = io.TextIOWrapper(document, found.codec, found.errors)
        try:
            yield from _streamed(text, names)
        finally:
            text.detach()
        return
    yield from _whole(document.read().decode(found.codec, found.errors), path)


def _whole(text: str, path: str) -> Iterator[list[Any]]:
    odd: Counter[str] = Counter()
    value = _load(text, odd)
    _measure(value)
    if not path:
        if not isinstance(value, list):
            raise ValueError(f"a list was expected, there is {_named(value)}")
        yield ["head", {}, dict(odd), len(value)]
        yield from (["record", item] for item in value)
        return
    places = list(JsonPath.of(path).whole(value))
    if not places and isinstance(value, list):  # the list alone, without what it stands in
        places = [((), value)]
    if not places:
        raise ValueError(f"there is nothing at {path}; the document is {_named(value)}")
    found = [one for _, item in places for one in (item if isinstance(item, list) else [item])]
    if len(found) == 1 and isinstance(found[0], list):  # DKAN's list of one list
        found = found[0]
    yield ["head", _rest(value), dict(odd), len(found)]
    yield from (["record", one] for one in found)


def _load(text: str, odd: Counter[str]) -> Any:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            odd["duplicate key"] += len(items) - len(found)
        return found

    count: Counter[str] = Counter()
    text = text.lstrip("\ufeff")
    try:
        value = jsondoc.tolerant(count, strict=True, pairs=pairs).decode(text)
    except ValueError:
        odd.clear()
        text, count = jsondoc.without_commas(text)
        value = jsondoc.tolerant(count, pairs=pairs).decode(text)
    odd.update(count)
    return value


def _measure(value: Any) -> None:
    """Raise RecursionError for a value that is nested too deeply to be passed on."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise RecursionError
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]


def _rest(value: Any) -> Any:
    """Return a document without its long lists."""
    if not isinstance(value, dict):
        return {}
    return {
        key: item
        for key, item in value.items()
        if (not isinstance(item, list) or len(item) <= _FEW) and len(json.dumps(item)) <= _REST
    }


def _named(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(sorted(map(str, value))[:10])}"
    return "a list" if isinstance(value, list) else type(value).__name__


class _AsBytes:
    """A text as a file of UTF-8."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        """Return the next characters."""
        return self._text.read(size).encode("utf-8", "replace")


def _streamed(text: IO[str], names: list[str]) -> Iterator[list[Any]]:
    """Yield the records of a large document one by one, and what stands on the top level."""
    prefix = ".".join([*names, "item"])
    rest: dict[str, Any] = {}
    builder: ijson.ObjectBuilder | None = None
    depth = 0
    met, count = False, 0
    key = ""
    for at, event, value in ijson.parse(_AsBytes(text), use_float=True):
        if names and not at and event == "start_array":  # the list alone
            names, prefix = [], "item"
        if builder is None:
            if at == prefix and event in ("start_map", "start_array"):
                builder, depth = ijson.ObjectBuilder(), 0
            elif at == prefix and event not in ("end_map", "end_array"):
                count += 1
                yield ["record", value]
            elif at == ".".join(names) and event == "start_array":
                met = True
            elif event == "map_key" and not at:
                key = value
            elif at == key and event in ("string", "number", "boolean"):
                rest[key] = value
        if builder is not None:
            builder.event(event, value)
            depth += event in ("start_map", "start_array")
            depth -= event in ("end_map", "end_array")
            if depth > _DEEPEST:
                raise RecursionError
            if depth == 0:
                count += 1
                yield ["record", builder.value]
                builder = None
    if not met:
        raise ValueError(f"there is no list at {'.'.join(names) or 'the top'}")
    yield ["head", rest, {}, count]
