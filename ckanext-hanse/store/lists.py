"""Uploaded lists: files below ``ckan.storage_path``, and their rows.

A file is written once under a random name and never changed: a run reads the one it began
with, whatever is uploaded meanwhile, on whichever machine.  The folder is shared by all machines
of a site, as CKAN's resources are.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import HarvestSource, UploadedList
from hanse_harvesters.errors import ConfigError, StopRun
from hanse_harvesters.http import Answer
from hanse_harvesters.http.local import LocalClient, is_local
from hanse_harvesters.settings.check import RECEIVED

#: Below the storage, beside CKAN's ``resources``; not below ``storage``, which CKAN serves.
FOLDER = "hanse_lists"
#: The kind of a source that is read from such a list.
KIND = "table"
_SCHEME = "upload:"
_NAME = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}")
_CHUNK = 1 << 20


def address(name: str) -> str:
    """Return the URL of a source that is read from the list ``name``."""
    return f"{_SCHEME}{name}"


def name_in(url: str) -> str:
    """Return the name of the list that the URL of a source names, "" if it names none."""
    return url.removeprefix(_SCHEME).strip() if url.startswith(_SCHEME) else ""


def web_address(url: str) -> str:
    """Return the URL of a source if others can open it, "" if it names what is kept here."""
    return "" if name_in(url) or is_local(url) or url == RECEIVED else url


def folder() -> Path:
    """Return the folder of the files; ConfigError if the site has no storage."""
    root = tk.config.get("ckan.storage_path")
    if not root:
        raise ConfigError("list-storage-missing")
    return Path(root) / FOLDER


def path(name: str) -> Path:
    """Return where the file of a list is; ConfigError for what cannot be a name."""
    if not _NAME.fullmatch(name):
        raise ConfigError("list-unknown")
    return folder() / name


# --- Rows ---------------------------------------------------------------------------------------


def get(name: str) -> UploadedList:
    """Return the list ``name``; ConfigError if there is none (any more)."""
    found = model.Session.get(UploadedList, name) if _NAME.fullmatch(name) else None
    if found is None:
        raise ConfigError("list-unknown")
    return found


def of_source(source_id: int) -> list[UploadedList]:
    """Return what was uploaded for a source, the newest first."""
    query = sa.select(UploadedList).where(UploadedList.source_id == source_id)
    return list(model.Session.scalars(query.order_by(UploadedList.created.desc())))


def missing() -> list[tuple[str, str]]:
    """Return source and list of each source whose file is not in the storage."""
    rows = model.Session.execute(
        sa.select(HarvestSource.name, HarvestSource.url)
        .where(HarvestSource.url.startswith(_SCHEME))
        .order_by(HarvestSource.name)
    ).all()
    named = [(source, name_in(url)) for source, url in rows]
    return [(source, name) for source, name in named if not _is_stored(name)]


def _is_stored(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and path(name).is_file()


# --- Files --------------------------------------------------------------------------------------


def save(stream: IO[bytes], ending: str, *, most: int) -> tuple[str, int]:
    """Store what ``stream`` yields; return the new name and the size in bytes.

    Raises ConfigError for more than ``most`` bytes and if the disk fails; then nothing is left.
    """
    name = f"{secrets.token_hex(16)}.{ending}"
    target = path(name)
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with part.open("xb") as file:
            size = _copy(stream, file, most)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        raise ConfigError("list-storage-failed", reason=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)
    return name, size


def _copy(stream: IO[bytes], file: IO[bytes], most: int) -> int:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise ConfigError("list-large", megabytes=most >> 20)
        file.write(chunk)
    return size


def remove(names: Iterable[str]) -> None:
    """Delete the files of lists whose rows are gone."""
    for name in names:
        path(name).unlink(missing_ok=True)


class ListClient(LocalClient):
    """Reads an uploaded list; errors name it as its city does."""

    def __init__(self, file: IO[bytes], size: int, title: str) -> None:
        super().__init__(file, size)
        self._title = title

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the list, whatever the URL."""
        return super().get(self._title)


def client(url: str, *, organization: str) -> ListClient:
    """Return a client for the list that ``url`` names, of this organization.

    Raises StopRun if there is no such list or its file is missing.
    """
    found = model.Session.execute(
        sa.select(UploadedList.title, model.Group.name)
        .join(model.Group, model.Group.id == UploadedList.organization_id)
        .where(UploadedList.name == name_in(url))
    ).first()
    if found is None or found.name != organization:
        raise StopRun("list-unknown")
    file = path(name_in(url))
    try:
        return ListClient(file.open("rb"), file.stat().st_size, found.title)
    except OSError as error:
        raise StopRun("list-absent", where=found.title) from error
