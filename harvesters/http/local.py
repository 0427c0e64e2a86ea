"""A client for local documents in place of a portal: ``hanse preview FILE``."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit

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


#: Endings of the files that a folder shows.
_TABLES = (".xlsx", ".ods", ".csv")


class FolderClient:
    """Serves the lists of one folder, without its subfolders.

    The folder's address ends in ``/``; its document is a JSON list of the files' addresses, in
    order of their names.  Files that a program keeps open (``~$…``, ``.~lock…``) are left out.
    """

    remote = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: LocalClient | None = None

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the list of files, or one of them; raise StopRun for any other address."""
        name = unquote(url.rpartition("/")[2])
        names = self._names()
        if not name:
            document = json.dumps([f"{url}{quote(found)}" for found in names]).encode()
            return Answer(url, 200, {}, BytesIO(document), len(document))
        if name not in names:
            raise StopRun("document-unreadable", where=url, reason=name)
        self.close()
        self._open = LocalClient.of(self._path / name)
        return self._open.get(url)

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        """Return the document: there is nothing else to ask."""
        return self.get(url)

    def close(self) -> None:
        """Close the file that was read last."""
        if self._open is not None:
            self._open.close()

    def _names(self) -> list[str]:
        try:
            found = [entry.name for entry in self._path.iterdir() if _is_own(entry)]
        except OSError as error:
            where = str(self._path)
            raise ConfigError("document-unreadable", where=where, reason=error.strerror) from error
        lists = [name for name in found if name.lower().endswith(_TABLES)]
        return sorted(name for name in lists if not name.startswith(("~$", ".")))


def _is_own(entry: Path) -> bool:
    """Return whether it is a file of the folder itself: a link may lead anywhere."""
    return entry.is_file() and not entry.is_symlink()


def is_local(url: str) -> bool:
    """Return whether a URL names a file or, with ``/`` at its end, a folder of this machine."""
    return url.startswith("file:///")


def path_of(url: str) -> Path:
    """Return the file or folder that such a URL names."""
    return Path(unquote(urlsplit(url).path))
