"""The records of a push, one on each line (:mod:`hanse_harvesters.push.lines`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import msgspec

from hanse_harvesters.push import lines

_decode = msgspec.json.Decoder().decode
#: Objects and lists inside each other; more is an attack or an error.
_DEEPEST = 100


def records(document: IO[bytes], charset: str) -> Iterator[list[Any]]:
    """Yield ``["record", fingerprint, content]``; for one that cannot be read, the reason:
    ``["broken", fingerprint, key, reason]``.
    """
    while line := document.readline(lines.LONGEST_LINE + 1):
        if not lines.is_head(line):
            raise ValueError("a line that is no record")
        key, fingerprint = (
            line[: lines.KEY].decode(),
            line[lines.KEY + 1 : lines.RECORD - 1].decode(),
        )
        try:
            content = _content(line[lines.RECORD :])
            if lines.key(content["identity"]) != key:
                raise ValueError("its identity is not the one that was announced")
        except RecursionError:
            yield ["broken", fingerprint, key, "nested too deeply"]
        except ValueError as error:
            yield ["broken", fingerprint, key, str(error)[:200]]
        else:
            yield ["record", fingerprint, content]


def _content(data: bytes) -> dict[str, Any]:
    found = _decode(data)
    if not lines.plain(found):
        raise ValueError("it is no record")
    if data.count(b"[") + data.count(b"{") > _DEEPEST:
        _measure(found, 0)
    content: dict[str, Any] = found
    return content


def _measure(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise RecursionError
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _measure(item, depth + 1)
