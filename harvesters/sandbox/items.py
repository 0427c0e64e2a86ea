"""What a connector's own parser makes of a document, in a process that can open nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from hanse_harvesters.errors import ConfigError, HanseError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.sandbox.client import ParseLimits, ParserProcess

#: Codes of :mod:`hanse_harvesters.sandbox.child.connector`, and what becomes of them.
_FAULTS: dict[str, tuple[type[HanseError], str]] = {
    "refused": (NotACatalogue, "document-refused"),
    "empty": (NotACatalogue, "document-empty"),
    "html": (NotACatalogue, "document-html"),
    "memory": (TooMuch, "document-memory"),
    "depth": (TooMuch, "document-deep"),
    "unusable": (ConfigError, "parser-unusable"),
    "output": (StopRun, "parser-output"),
    "crash": (StopRun, "parser-failed"),
}


def parse_items(
    file: IO[bytes],
    parser: str,
    *,
    where: str,
    charset: str = "",
    limits: ParseLimits | None = None,
) -> Iterator[Any]:
    """The items that ``parser`` (``package.module:function``) gives of ``file``, one by one.

    ``where`` names the document in errors, ``charset`` is what the server named.
    NotACatalogue for what the parser refuses by ValueError; TooMuch where a limit was passed;
    StopRun where the parser fails, ends or gives what is no JSON; ConfigError for none.
    """
    given = limits or ParseLimits()
    with ParserProcess(file, where, {"charset": charset}, given, parser) as process:
        for line in process.lines():
            if line[0] == "item":
                yield line[1]
            elif line[0] == "error":
                kind, message = _FAULTS[line[1]]
                reason = line[2] if len(line) > 2 else ""
                raise kind(message, where=where, parser=parser, reason=reason, detail=reason)
