"""The records of a run in a file, until the catalogue has said which of them it wants."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import IO

from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import issue
from hanse_harvesters.push import lines
from hanse_harvesters.record import Record


class Spool:
    """Records in order, each a line; use ``with``."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="hanse-push-")  # noqa: SIM115
        self._heads: list[str] = []
        self._ends: list[int] = [0]

    def __len__(self) -> int:
        return len(self._heads)

    def add(self, record: Record) -> None:
        """Keep a record; one that is too large for a request is kept as rejected."""
        data = lines.line(record)
        if len(data) > lines.LONGEST_LINE:
            found = issue("push-record-large", "", record.identity, most=lines.LONGEST_LINE >> 20)
            data = lines.line(replace(record, dataset={}, unknown="", issues=[found]))
        try:
            self._file.write(data)
        except OSError as error:
            raise _full(error) from error
        self._heads.append(lines.head(record))
        self._ends.append(self._ends[-1] + len(data))

    def manifest(self) -> Iterator[bytes]:
        """Yield the manifest in parts of :data:`.lines.MANIFEST` lines."""
        heads = iter(self._heads)
        while part := list(islice(heads, lines.MANIFEST)):
            yield "".join(f"{head}\n" for head in part).encode()

    def keys(self) -> list[str]:
        """Return the key of each record."""
        return [head[: lines.KEY] for head in self._heads]

    def chunks(self, wanted: Iterable[int]) -> Iterator[bytes]:
        """Yield the lines of the records at these places, as much at a time as is sent at once."""
        try:
            self._file.flush()
        except OSError as error:
            raise _full(error) from error
        chunk = bytearray()
        for place in wanted:
            start, end = self._ends[place : place + 2]
            self._file.seek(start)
            if chunk and len(chunk) + end - start > lines.CHUNK:
                yield bytes(chunk)
                chunk.clear()
            chunk += self._file.read(end - start)
        if chunk:
            yield bytes(chunk)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what was not written is of no use any more
            self._file.close()


def _full(error: OSError) -> StopRun:
    return StopRun("push-no-room", where=tempfile.gettempdir(), reason=error.strerror)
