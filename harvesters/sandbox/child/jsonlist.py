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

from hanse_harvesters.mapping.jsontable.path import JsonPath, is_numbered
from hanse_harvesters.sandbox.child import charset as charsets
from hanse_harvesters.sandbox.child import content, jsondoc

#: Bytes from which on a document is read in a stream.
_LARGE = 1 << 24
#: Objects and lists inside each other; more is an attack or an error.
_DEEPEST = 200
#: Items of a list that are passed on beside the records: links, totals.
_FEW = 50
#: Objects around a list, and records of it with so many characters, by which a mapping is drafted.
_OUTER, _SAMPLE, _LONGEST = 4, 20, 1 << 16


def records(
    document: IO[bytes], charset: str, *, path: str, left_out: str = "", single: str = ""
) -> Iterator[list[Any]]:
    """Yield ``["record", value, digest]`` for each, and ``["head", {…}, {kind: number}, count]``.

    The head holds what stands beside the list at ``path``, of other lists the first items; the
    numbers of repairs and of keys that one object has twice; and the number of records.  It comes
    first; in a stream it comes last.  ``left_out`` are names, divided by blanks, that the
    digest leaves out.  A document that has the key ``single``, and no list, is one record.
    Raises ValueError for what is not JSON, or has no such list.
    """
    names = frozenset(left_out.split())
    for item in _found(document, charset, path, single):
        if item[0] == "record":
            item.append(content.digest(item[1], names))
        yield item


def _found(document: IO[bytes], charset: str, path: str, single: str) -> Iterator[list[Any]]:
    found = charsets.detect(document, charset)
    size = document.seek(0, io.SEEK_END)
    document.seek(found.skip)
    paths = path.split("\n")
    if size > _LARGE and not path.startswith("$"):
        count = 0
        text = io.TextIOWrapper(document, found.codec, found.errors)
        try:
            for item in _streamed(text, paths[0].split(".") if paths[0] else []):
                count += item[0] == "record"
                yield item
            return
        except ijson.JSONError as error:  # broken, or not quite JSON
            broken = error
        finally:
            text.detach()
        document.seek(found.skip)
        yield from _after(document.read().decode(found.codec, found.errors), paths, count, broken)
        return
    yield from _whole(document.read().decode(found.codec, found.errors), paths, single)


def _after(text: str, paths: list[str], count: int, broken: Exception) -> Iterator[list[Any]]:
    """Yield the head, and the records behind the first ``count``, of what is not quite JSON."""
    try:
        value, odd = _load(text)
    except ValueError:
        raise ValueError(str(broken)) from broken
    head, *items = _listed(value, odd, paths)
    yield head
    yield from items[count:]


def _whole(text: str, paths: list[str], single: str) -> Iterator[list[Any]]:
    try:
        value, odd = _load(text)
    except ValueError as error:
        if paths[0].startswith("$"):
            raise
        try:  # what stands before the place where it breaks off
            yield from _streamed(io.StringIO(text), paths[0].split(".") if paths[0] else [])
        except ijson.JSONError:
            raise error from None
        return
    yield from _listed(value, odd, paths, single)


def _listed(
    value: Any, odd: Counter[str], paths: list[str], single: str = ""
) -> Iterator[list[Any]]:
    _measure(value)
    if paths == [""]:
        places: list[Any] = [value] if isinstance(value, list) else []
        if not places:
            raise ValueError(f"a list was expected, there is {_named(value)}")
    else:
        places = [item for path in paths for _, item in JsonPath.of(path).whole(value)]
    if not places and isinstance(value, list):  # the list alone, without what it stands in
        places = [value]
    if not places and single and isinstance(value, dict) and single in value:
        places = [value]
    if not places:
        raise ValueError(f"there is nothing at {paths[0]}; the document is {_named(value)}")
    found = [one for item in places for one in _members(item)]
    if len(found) == 1 and isinstance(found[0], list):  # DKAN's list of one list
        found = found[0]
    yield ["head", _rest(value, frozenset(map(id, places))), dict(odd), len(found)]
    yield from (["record", one] for one in found)


def _members(item: Any) -> list[Any]:
    if is_numbered(item):
        return list(item.values())
    return item if isinstance(item, list) else [item]


def _load(text: str) -> tuple[Any, Counter[str]]:
    """Return the document, and what was odd in it: kind → number."""
    odd: Counter[str] = Counter()

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
    return value, odd


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


def _rest(value: Any, records: frozenset[int] = frozenset()) -> Any:
    """Return a document with the first items of its lists, and none of those that are records."""
    return _shortened(value, records) if isinstance(value, dict) else {}


def _shortened(value: Any, records: frozenset[int]) -> Any:
    if isinstance(value, dict | list) and id(value) in records:
        return []
    if isinstance(value, dict):
        return {key: _shortened(item, records) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item, records) for item in value[:_FEW]]
    return value


def _named(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(sorted(map(str, value))[:10])}"
    return "a list" if isinstance(value, list) else type(value).__name__


def outline(document: IO[bytes], charset: str) -> Iterator[dict[str, Any]]:
    """Yield ``{"path", "count", "items"}`` of every list of objects, and ``{"rest"}``, as a sample.

    Features of GeoJSON are data, not descriptions of it.  Raises ValueError for what is no JSON.
    """
    found = charsets.detect(document, charset)
    document.seek(found.skip)
    value, _ = _load(document.read().decode(found.codec, found.errors))
    _measure(value)
    yield {"rest": _rest(value)}
    level: list[tuple[str, Any]] = [("", value)]
    for _ in range(_OUTER):
        inner = []
        for path, item in level:
            if isinstance(item, list):
                objects = [one for one in item if isinstance(one, dict)]
                if objects and len(objects) * 2 > len(item):
                    small = [one for one in objects[:_SAMPLE] if len(json.dumps(one)) <= _LONGEST]
                    yield {"path": path, "count": len(item), "items": small}
            elif isinstance(item, dict) and item.get("type") != "FeatureCollection":
                names = ((key, one) for key, one in item.items() if key and "." not in key)
                inner += [(f"{path}.{key}".strip("."), one) for key, one in names]
        level = inner


class _AsBytes:
    """A text as a file of UTF-8."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        """Return the next characters."""
        return self._text.read(size).encode("utf-8", "replace")


class _Beside:
    """Builds what stands beside the records from the events of a stream: see :func:`_rest`."""

    def __init__(self) -> None:
        self._builder = ijson.ObjectBuilder()
        #: The objects (None) and lists (number of items) around the place.
        self._around: list[int | None] = []
        self._skipped = 0

    @property
    def value(self) -> Any:
        """What was built."""
        found = getattr(self._builder, "value", None)
        return found if isinstance(found, dict) else {}

    def event(self, event: str, value: Any) -> None:
        """Take the next event that is none of a record."""
        starts = event in ("start_map", "start_array")
        ends = event in ("end_map", "end_array")
        if self._skipped:
            self._skipped += starts - ends
            return
        if not ends and self._around and (count := self._around[-1]) is not None:
            self._around[-1] = count + 1
            if count >= _FEW:
                self._skipped = int(starts)
                return
        self._builder.event(event, value)
        if starts:
            self._around.append(0 if event == "start_array" else None)
        elif ends:
            self._around.pop()


def _streamed(text: IO[str], names: list[str]) -> Iterator[list[Any]]:
    """Yield the records of a large document one by one, and what stands beside them."""
    prefix = ".".join([*names, "item"])
    beside = _Beside()
    builder: ijson.ObjectBuilder | None = None
    depth = level = 0
    met, count = False, 0
    for at, event, value in ijson.parse(_AsBytes(text), use_float=True):
        level += event in ("start_map", "start_array")
        level -= event in ("end_map", "end_array")
        if level > 2 * _DEEPEST:
            raise RecursionError
        if names and not at and event == "start_array":  # the list alone
            names, prefix = [], "item"
        if builder is None:
            if at == prefix and event in ("start_map", "start_array"):
                builder, depth = ijson.ObjectBuilder(), 0
            elif at == prefix and event not in ("end_map", "end_array"):
                count += 1
                yield ["record", value]
            elif at != prefix:
                met = met or (at == ".".join(names) and event == "start_array")
                beside.event(event, value)
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
    yield ["head", beside.value, {}, count]
