"""A client for a local document in place of a portal: ``hanse preview FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from hanse_harvesters.errors import ConfigError, StopRun, TryAgain, recast
from hanse_harvesters.http import Answer, body
from hanse_harvesters.http.answer import Limits


class LocalClient:
    """Returns one document for every URL; follows no link to another.

    So no page link, context or URL inside a document can make the command
    read a second file.
    """

    remote = False

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._size = size

    @classmethod
    def of(cls, path: Path) -> LocalClient:
        """Return a client for the file at ``path``; raise ConfigError if it cannot be read."""
        where = str(path)
        try:
            file, size = path.open("rb"), path.stat().st_size
        except OSError as error:
            raise ConfigError("document-unreadable", where=where, reason=error.strerror) from error
        try:
            packed = body.unpacked(file, where=where, most=Limits().size)
        except TryAgain as error:
            raise recast(error, StopRun) from error
        return cls(*packed) if packed else cls(file, size)

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the document."""
        try:
            self._file.seek(0)
            copy = open(self._file.fileno(), "rb", closefd=False)  # noqa: SIM115 - the answer's
        except (OSError, ValueError) as error:
            raise StopRun("document-unreadable", where=url, reason=error) from error
        return Answer(url, 200, {}, copy, self._size)

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        """Return the document: there is nothing else to ask."""
        return self.get(url)

    def close(self) -> None:
        """Close the document."""
        self._file.close()
