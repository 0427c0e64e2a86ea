"""Where dumps are kept: a storage of CKAN (``ckan.files.storage.*``), in files or in S3.

A file is written once, under a name that was never used, and is not changed: what swaps one dump
for the next is a row of the database (:mod:`ckanext.hanse.export.dumps.make`).  Thus no storage
need be able to replace a file at once, which those of CKAN 2.12 are not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import files
from file_keeper import make_storage
from file_keeper.default.adapters.fs import FsStorage

from ckanext.hanse.export.dumps import options
from ckanext.hanse.export.dumps.files import media_type
from hanse_harvesters.errors import ConfigError

log = logging.getLogger(__name__)

#: Below ``ckan.storage_path``, for a site that configures no storage of this name.
FOLDER = "hanse_dumps"
_CHUNK = 1 << 20


def storage() -> Any:
    """Return the storage; ConfigError if the site has none."""
    name = options.storage()
    try:
        return files.get_storage(name)
    except files.exc.UnknownStorageError as error:
        root = tk.config.get("ckan.storage_path")
        if name != FOLDER or not root:
            raise ConfigError("dump-storage-missing", name=name) from error
        # CKAN's folders follow no links.
        return _folder(str(Path(root).resolve() / FOLDER))


@cache
def _folder(path: str) -> Any:
    return make_storage(FOLDER, {"type": "ckan:fs", "path": path, "initialize": True})


def put(folder: str, path: Path) -> None:
    """Store a file in ``folder`` under its own name; OSError if there is no room for it."""
    with path.open("rb") as file:
        upload = files.make_upload(file)
        upload.content_type = media_type(path.name)
        storage().upload(_location(folder, path.name), upload)


def fetch(folder: str, name: str, target: Path) -> None:
    """Copy a stored file to ``target / name``."""
    with (target / name).open("wb") as file:
        for chunk in chunks(folder, name):
            file.write(chunk)


def chunks(folder: str, name: str) -> Iterator[bytes]:
    """Yield the content of a stored file; ``files.exc.MissingFileError`` if there is none."""
    stream = storage().stream(files.FileData(_location(folder, name)))
    if not hasattr(stream, "read"):
        yield from stream
        return
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    finally:
        stream.close()


def path(folder: str, name: str) -> Path | None:
    """Return where a file is on this machine's disk; None for a storage that is elsewhere."""
    where = storage()
    if not isinstance(where, FsStorage):
        return None
    return Path(where.full_path(_location(folder, name)))


def remove(folder: str, names: Iterable[str]) -> bool:
    """Delete the files of a dump that are there; return whether all are gone (else: the log)."""
    where, gone = storage(), True
    for name in names:
        try:
            where.remove(files.FileData(_location(folder, name)))
        except (OSError, files.exc.StorageError) as error:
            log.warning("%s/%s of a former dump stays in the storage: %s", folder, name, error)
            gone = False
    if isinstance(where, FsStorage):
        with suppress(OSError):
            Path(where.full_path(files.Location(folder))).rmdir()
    return gone


def _location(folder: str, name: str) -> files.Location:
    return files.Location(f"{folder}/{name}")
