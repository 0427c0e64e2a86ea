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

from hanse_harvesters.mapping.jsontable.path import JsonPath, first, is_numbered, jsonpath
from hanse_harvesters.sandbox.child import charset as charsets
from hanse_harvesters.sandbox.child import content, jsondoc
from hanse_harvesters.sandbox.child.jsonstream import FEW, Broken, JsonStream, measure
from hanse_harvesters.sandbox.child.lines import Packed

jsonpath()


class NothingThere(ValueError):
    """Nothing is at the path of the records; the text is the path, then the names beside it."""

    code = "absent"


#: Bytes from which on a document is read in a stream.
_LARGE = 1 << 24
#: Objects around a list, and records of it with so many characters, by which a mapping is drafted.
_OUTER, _SAMPLE, _LONGEST = 4, 20, 1 << 16


def packed(
    document: IO[bytes],
    charset: str,
    *,
    path: str,
    left_out: str = "",
    single: str = "",
    identity: str = "",
    origin: str = "",
) -> Iterator[list[Any] | Packed]:
    """Yield the same, each record with the facts for which a walk need not read it.

    ``digest`` is "" for null, and leaves out the names in ``left_out``, which are divided by
    blanks; ``identity`` and ``origin`` are the first text or number at one of
    the paths of that name, which are divided by line breaks.
    """
    names = frozenset(left_out.split())
    paths = {"identity": _paths(identity), "origin": _paths(origin)}
    for item in records(document, charset, path=path, single=single):
        if item[0] != "record":
            yield item
            continue
        facts = {name: first(item[1], some) for name, some in paths.items()}
        digest = "" if item[1] is None else content.digest(item[1], names)
        yield Packed({**facts, "digest": digest}, item[1])


def _paths(lines: str) -> tuple[JsonPath, ...]:
    return tuple(map(JsonPath.of, filter(None, lines.split("\n"))))


def records(
    document: IO[bytes], charset: str, *, path: str, single: str = ""
) -> Iterator[list[Any]]:
    """Yield ``["record", value]`` for each, and ``["head", {…}, {kind: number}, count]``.

    The head holds what stands beside the lists at ``path`` (a path on each line), of other lists
    the first items; the numbers of repairs and of keys that one object has twice; and the number of
    records.  It comes first; in a stream it comes last.  A document that has the key ``single``,
    and no list, is one record.  Raises ValueError for what is not JSON, or has no such list.
    """
    found = charsets.detect(document, charset)
    size = document.seek(0, io.SEEK_END)
    document.seek(found.skip)
    paths = path.split("\n")
    if size > _LARGE and not path.startswith("$"):
        count = 0
        text = io.TextIOWrapper(document, found.codec, found.errors)
        try:
            for item in _streamed(text, paths):
                count += item[0] == "record"
                yield item
            return
        except Broken:  # or not quite JSON
            pass
        finally:
            text.detach()
        document.seek(found.skip)
        yield from _after(document.read().decode(found.codec, found.errors), paths, count)
        return
    yield from _whole(document.read().decode(found.codec, found.errors), paths, single)


def _after(text: str, paths: list[str], count: int) -> Iterator[list[Any]]:
    """Yield the head, and the records behind the first ``count``, of what is not quite JSON.

    Of several lists all: their records come in another order, and one met twice counts once.
    """
    head, *items = _listed(*_load(text), paths)
    yield head
    yield from items[count if len(paths) == 1 else 0 :]


def _whole(text: str, paths: list[str], single: str) -> Iterator[list[Any]]:
    try:
        value, odd = _load(text)
    except ValueError as error:
        if paths[0].startswith("$"):
            raise
        try:  # what stands before the place where it breaks off
            yield from _streamed(io.StringIO(text), paths)
        except Broken:
            raise error from None
        return
    yield from _listed(value, odd, paths, single)


def _streamed(text: IO[str], paths: list[str]) -> Iterator[list[Any]]:
    """Yield the records of a text one by one, and what stands beside them."""
    ways = frozenset(tuple(path.split(".")) if path else () for path in paths)
    stream, count = JsonStream(text, ways), 0
    for value in stream.records():
        count += 1
        yield ["record", value]
    yield ["head", stream.rest, dict(stream.odd), count]


def _listed(
    value: Any, odd: Counter[str], paths: list[str], single: str = ""
) -> Iterator[list[Any]]:
    measure(value)
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
        raise NothingThere(f"{paths[0]}\n{_named(value)}")
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
    text = text.lstrip("\ufeff")
    try:
        value = jsondoc.tolerant(odd, strict=True, pairs=jsondoc.counting(odd)).decode(text)
    except ValueError:
        text, odd = jsondoc.without_commas(text)
        value = jsondoc.tolerant(odd, pairs=jsondoc.counting(odd)).decode(text)
    return value, odd


def _rest(value: Any, records: frozenset[int] = frozenset()) -> Any:
    """Return a document with the first items of its lists, and none of those that are records."""
    return _shortened(value, records) if isinstance(value, dict) else {}


def _shortened(value: Any, records: frozenset[int]) -> Any:
    if isinstance(value, dict | list) and id(value) in records:
        return []
    if isinstance(value, dict):
        return {key: _shortened(item, records) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item, records) for item in value[:FEW]]
    return value


def _named(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(sorted(map(str, value))[:10]) or "{}"
    return "a list" if isinstance(value, list) else type(value).__name__


def outline(document: IO[bytes], charset: str) -> Iterator[dict[str, Any]]:
    """Yield ``{"path", "count", "items"}`` of every list of objects, and ``{"rest"}``, as a sample.

    Features of GeoJSON are data, not descriptions of it.  Raises ValueError for what is no JSON.
    """
    found = charsets.detect(document, charset)
    document.seek(found.skip)
    value, _ = _load(document.read().decode(found.codec, found.errors))
    measure(value)
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
