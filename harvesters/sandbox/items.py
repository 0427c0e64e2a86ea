"""Run a connector's own parser on a document, in a process without file access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Any

import msgspec

from hanse_harvesters.errors import ConfigError, HanseError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.sandbox.child.lines import PACKAGE
from hanse_harvesters.sandbox.client import ParseLimits, ParserProcess

#: Error codes of :mod:`hanse_harvesters.sandbox.child.connector` → exception and message.
_FAULTS: dict[str, tuple[type[HanseError], str]] = {
    "refused": (NotACatalogue, "document-refused"),
    "absent": (NotACatalogue, "json-records-absent"),
    "empty": (NotACatalogue, "document-empty"),
    "html": (NotACatalogue, "document-html"),
    "memory": (TooMuch, "document-memory"),
    "depth": (TooMuch, "document-deep"),
    "unusable": (ConfigError, "parser-unusable"),
    "output": (StopRun, "parser-output"),
    "crash": (StopRun, "parser-failed"),
}
#: Return the item of a text.
decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class PackedItem:
    """An item as JSON text, not yet read, with the facts that its parser sent."""

    facts: dict[str, Any]
    text: bytes

    def value(self) -> Any:
        """Return the item."""
        return decode(self.text)


def parse_items(
    file: IO[bytes],
    parser: str,
    *,
    where: str,
    charset: str = "",
    limits: ParseLimits | None = None,
    arguments: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Any]:
    """Yield the items that ``parser`` (``package.module:function``) returns for ``file``.

    One that is :class:`~hanse_harvesters.sandbox.child.lines.Packed` is a :class:`PackedItem`.

    ``where`` names the document in errors, ``charset`` is the one declared by the server,
    ``arguments`` are further ones of the parser.
    Raises NotACatalogue if the parser raises ValueError; TooMuch if a limit was exceeded;
    StopRun if the parser fails, exits or returns what is not JSON; ConfigError if it is missing.
    """
    given = limits or ParseLimits()
    settings = {"charset": charset, "arguments": dict(arguments)}
    with ParserProcess(file, where, settings, given, parser) as process:
        for line in process.lines():
            if line[0] == "item":
                yield line[1]
            elif line[0] == PACKAGE:
                yield PackedItem(line[2], line[1])
            elif line[0] == "error":
                kind, message = _FAULTS[line[1]]
                reason = line[2] if len(line) > 2 else ""
                path, _, found = reason.partition("\n")
                values = {"reason": reason, "detail": reason, "path": path, "found": found}
                raise kind(message, where=where, parser=parser, **values)
