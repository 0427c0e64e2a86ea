"""The parent's side of the process that parses one document: reading its lines under limits."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any

import msgspec

from hanse_harvesters.errors import HanseError, StopRun, TooMuch
from hanse_harvesters.sandbox.child.lines import BLOCK, PACKAGE
from hanse_harvesters.sandbox.parser_pool import parser_pool

_decode = msgspec.json.Decoder(list[Any]).decode
_READ = 1 << 20
_PIPE = 1 << 20


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Limits for parsing one document, in bytes and seconds.

    ``wall`` counts the time spent waiting for the child, not that of the consumer.
    ``line`` is the longest line, ``growth`` how many times larger than the document
    the triples may be (prefixes make short text long).  JSON-LD of more than ``stream``
    bytes is not held in memory if its order allows that: contexts and types first.
    """

    memory: int = 1 << 30
    cpu: int = 120
    wall: float = 180.0
    line: int = 1 << 27
    growth: int = 20
    stream: int = 1 << 26


class ParserProcess:
    """The process that parses one document: yields its lines, under limits of size and time.

    ``settings``  of the document: :mod:`hanse_harvesters.sandbox.child.__main__`.
    ``parser``    a connector's own, "" for RDF and CKAN responses.
    """

    def __init__(
        self,
        file: IO[bytes],
        where: str,
        settings: Mapping[str, Any],
        limits: ParseLimits,
        parser: str = "",
    ) -> None:
        self.where = where
        self.limits = limits
        self._waited = 0.0
        self._received = 0
        self._most = (1 << 26) + limits.growth * os.fstat(file.fileno()).st_size
        file.flush()
        file.seek(0)
        costs = {"memory": limits.memory, "cpu": limits.cpu, "stream": limits.stream}
        read, write = os.pipe()
        with contextlib.suppress(OSError):  # optional: fewer context switches between the two
            fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, _PIPE)
        try:
            pool = parser_pool(parser)
            self._parser = pool.start({**costs, **settings}, file.fileno(), write)
        except BaseException:
            os.close(read)
            raise
        finally:
            os.close(write)
        self._pipe = read
        self._buffer = bytearray()

    def first(self) -> list[Any]:
        """Return the next line; raise the reason of the child's end if there is none."""
        line = self._line()
        if line is None:
            raise self._death()
        return line

    def lines(self) -> Iterator[list[Any]]:
        """Yield all further lines, including ``end``."""
        while True:
            line = self.first()
            yield line
            if line[0] == "end":
                yield from self._after_end()
                return

    def _after_end(self) -> Iterator[list[Any]]:
        while (line := self._line()) is not None:
            yield line

    def _line(self) -> list[Any] | None:
        """Return the next line, its length replaced by the bytes that follow; None at the end."""
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > self.limits.line:
                raise self._too_much("parse-long")
            chunk = self._read()
            if not chunk:
                return None
            self._buffer += chunk
        text = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            line: list[Any] = _decode(text)
        except RecursionError:
            raise self._too_much("document-deep") from None
        if line[0] in (BLOCK, PACKAGE):
            line[1] = self._block(line[1] + (line[0] == PACKAGE))
        return line

    def _block(self, size: int) -> bytes:
        if size > self.limits.line:
            raise self._too_much("parse-long")
        while len(self._buffer) < size:
            chunk = self._read()
            if not chunk:
                raise self._death()
            self._buffer += chunk
        block = bytes(self._buffer[:size])
        del self._buffer[:size]
        return block

    def _read(self) -> bytes:
        begun = time.monotonic()
        ready, _, _ = select.select([self._pipe], [], [], max(0.0, self.limits.wall - self._waited))
        self._waited += time.monotonic() - begun
        if not ready:
            raise self._too_much("parse-slow", seconds=self.limits.wall)
        chunk = os.read(self._pipe, _READ)
        self._received += len(chunk)
        if self._received > self._most:
            raise self._too_much("parse-growing")
        return chunk

    def _too_much(self, message: str, **params: object) -> TooMuch:
        self.stop()
        return TooMuch(message, where=self.where, **params)

    def _death(self) -> HanseError:
        """Return the error for the child's end: an exceeded limit, or a parser that stopped."""
        code = self._parser.end(kill=False)
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return self._too_much("parse-costly", seconds=self.limits.cpu)
        if code < 0:
            return self._too_much("parse-memory")
        return StopRun("parser-stopped", where=self.where, code=code)

    def stop(self) -> None:
        """End the child immediately."""
        self._parser.end(kill=True)
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def __enter__(self) -> ParserProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
