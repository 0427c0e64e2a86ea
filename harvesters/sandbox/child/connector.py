"""Run a connector's own parser with the same care as ours: any bytes → items of plain JSON.

It is a module-level function, ``function(document, charset)``: ``document`` is a binary
file, ``charset`` the one declared by the server, "" for none; further arguments are the
connector's, by name.  It returns an iterable of items; it raises ValueError if the document is
not of its kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import IO, Any, TypeAlias

from hanse_harvesters.processes import limits
from hanse_harvesters.sandbox.child import charset, content, serve, sniff
from hanse_harvesters.sandbox.child.lines import Packed, Writer

Parser: TypeAlias = Callable[..., Iterable[Any]]

#: Bytes of a refused document that are inspected to report what it is.
_LOOKED_AT = 1 << 12
_REASON = 300


class ParserUnusable(Exception):
    """The parser cannot be imported."""


class ItemNotPlain(Exception):
    """The parser's result cannot be written as JSON."""


def load(name: str) -> Parser:
    """Return the function ``package.module:function``, or one that raises if that is missing."""
    try:
        module, _, function = name.partition(":")
        found: Parser = getattr(import_module(module), function)
    except Exception as error:  # importing the module may raise anything
        reason = f"{type(error).__name__}: {error}"

        def unusable(document: IO[bytes], charset: str, **_: str) -> Iterable[Any]:
            raise ParserUnusable(reason)

        return unusable
    return found


def parse(parser: Parser, settings: dict[str, Any], document_in: int, lines_out: int) -> None:
    """Parse the document; report every error as a line, like our own parsers."""
    limits.limit(settings["memory"], settings["cpu"])
    document = open(document_in, "rb", closefd=False)  # noqa: SIM115 - ends with the process
    out = open(lines_out, "wb", buffering=1 << 20, closefd=False)  # noqa: SIM115
    emit = Writer(out)
    charset.detect(document, settings["charset"])  # loads the codec, which is a file
    limits.close_the_doors(serve.LINES_OUT + 1)
    count = 0
    try:
        for item in _items(parser, document, settings):
            if type(item) is Packed:
                emit.package(item.facts, content.text(item.value))
            else:
                emit.write(_line(item))
            count += 1
        emit("end", count, True)
    except ParserUnusable as error:
        emit("error", "unusable", str(error)[:_REASON])
    except MemoryError:
        emit("error", "memory")
    except RecursionError:
        emit("error", "depth")
    except ItemNotPlain as error:
        emit("error", "output", str(error)[:_REASON])
    except ValueError as error:
        emit("error", *_refused(document, error))
    except Exception as error:  # sent to the parent, which has the message for it
        emit("error", "crash", repr(error)[:_REASON])
    out.flush()


def _items(parser: Parser, document: IO[bytes], settings: dict[str, Any]) -> Iterator[Any]:
    found = parser(document, settings["charset"], **settings["arguments"])
    if isinstance(found, str | bytes | dict) or not isinstance(found, Iterable):
        raise ItemNotPlain(f"{type(found).__name__} instead of items")
    yield from found


def _line(item: Any) -> str:
    try:
        text = json.dumps(["item", item], ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ItemNotPlain(str(error)) from error
    return text


def _refused(document: IO[bytes], error: ValueError) -> tuple[str, str]:
    """Return (code, detail): the document's format if it is obvious, else the parser's reason."""
    document.seek(0)
    start = document.read(_LOOKED_AT).decode("utf-8", "replace")
    kind, detail = sniff.sniff(start)
    if kind in ("empty", "html"):
        return kind, detail
    return getattr(error, "code", "refused"), str(error)[:_REASON]
