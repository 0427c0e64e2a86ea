"""A folder on this machine: of lists, or of descriptions, which is packed as an archive.

The archive has the descriptions as they are, and of every other file its name and size only: its
content is a hole in the file, which takes no room on disk.
"""

from __future__ import annotations

import errno
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from hanse_harvesters.errors import ConfigError, TooMuch
from hanse_harvesters.http.local import FolderClient, LocalClient, path_of
from hanse_harvesters.sandbox.child.folder import CATALOGUE, DATASET, MOST_MEMBERS

#: Files that are looked at to tell whether a folder holds descriptions.
_LOOKED_AT = 20_000


def kind_of(folder: Path) -> str:
    """Return ``folder`` if the description of a dataset is in it or below it, else ``table``."""
    return "folder" if _is_described(folder) else "table"


def client_of(url: str, kind: str) -> LocalClient | FolderClient:
    """Return a client for a URL that names a file or, with ``/`` at its end, a folder."""
    path = path_of(url)
    return opened(path, kind) if url.endswith("/") else LocalClient.of(path)


def opened(folder: Path, kind: str) -> LocalClient | FolderClient:
    """Return a client for a folder as the source of a kind; ConfigError if none can be made."""
    if kind == "folder":
        return packed(folder)
    if kind == "table":
        return FolderClient(folder)
    reason = os.strerror(errno.EISDIR)
    raise ConfigError("document-unreadable", where=str(folder), reason=reason)


def _is_described(folder: Path) -> bool:
    for number, file in enumerate(_files(folder)):
        if file.name.lower() in DATASET:
            return True
        if number == _LOOKED_AT:
            break
    return False


def packed(folder: Path) -> LocalClient:
    """Return a client that serves a folder as one archive; its files stay where they are.

    Raises ConfigError for a file that cannot be read, TooMuch for more files than are read.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the client's
    try:
        for number, found in enumerate(_files(folder)):
            if number == MOST_MEMBERS:
                raise TooMuch("archive-many", where=str(folder), count=number + 1, most=number)
            _add(file, found, found.relative_to(folder).as_posix())
        file.write(bytes(2 * tarfile.BLOCKSIZE))
        return LocalClient(file, file.tell())
    except OSError as error:
        file.close()
        where = str(error.filename or folder)
        raise ConfigError("document-unreadable", where=where, reason=error.strerror) from error
    except TooMuch:
        file.close()
        raise


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, in order; none that is hidden, nor what a link leads to."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            if not name.startswith(".") and file.is_file() and not file.is_symlink():
                yield file


def _add(packed: IO[bytes], file: Path, name: str) -> None:
    info = tarfile.TarInfo(name)
    described = file.name.lower() in (*DATASET, *CATALOGUE)
    content = file.read_bytes() if described else b""
    info.size = len(content) if described else file.stat().st_size
    packed.write(info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))
    packed.write(content)
    packed.seek(info.size - len(content) + -info.size % tarfile.BLOCKSIZE, os.SEEK_CUR)
