"""The uploaded files below ``ckan.storage_path``: packed into an archive and restored."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.export.dumps import storage
from ckanext.hanse.model import UploadedList
from ckanext.hanse.sparql import options as sparql
from ckanext.hanse.store import lists
from hanse_harvesters.errors import ConfigError, StopRun

#: Generated again: by CKAN whenever it starts, from the catalogue, by the next night.
_MADE = {"webassets", storage.FOLDER, sparql.FOLDER}
#: The storage of resources (ckan/lib/uploader.py: three letters, three letters, the rest).
_RESOURCES = "resources"


def kept(root: Path) -> Iterator[Path]:
    """Yield the files of the storage that cannot be generated again, in order."""
    for path in sorted(root.rglob("*")):
        if (
            path.is_file()
            and not path.is_symlink()
            and path.relative_to(root).parts[0] not in _MADE
        ):
            yield path


def pack(root: Path, target: Path) -> list[str]:
    """Write the storage to the archive ``target``; return the names in it.

    A file deleted while it is read is left out and reported in the leftovers.
    """
    names = []
    with tarfile.open(target, "w:gz", compresslevel=1) as archive:
        for path in kept(root):
            name = str(path.relative_to(root))
            try:
                archive.add(path, name, recursive=False)
            except FileNotFoundError:
                continue
            names.append(name)
    return names


def unpack(source: Path, root: Path) -> list[str]:
    """Extract the archive's files into the storage; return their names.

    Raises ConfigError (``backup-damaged``) for an archive with paths outside, StopRun
    (``backup-folder``) if the disk fails; then none of them is left.
    """
    with tarfile.open(source) as archive:
        members = [item for item in archive.getmembers() if item.isfile()]
        names = [item.name for item in members]
        try:
            archive.extractall(root, members, filter="data")
        except (tarfile.FilterError, OSError) as error:
            remove([item.name for item in members if ".." not in Path(item.name).parts], root)
            if isinstance(error, tarfile.FilterError):
                raise ConfigError("backup-damaged", where=str(source)) from error
            raise StopRun("backup-folder", where=str(root), reason=error.strerror) from error
    return names


def remove(names: list[str], root: Path) -> None:
    """Delete what :func:`unpack` extracted into an empty storage."""
    for name in names:
        (root / name).unlink(missing_ok=True)


def leftovers(names: list[str]) -> dict[str, list[str]]:
    """Compare database and storage: ``{"unknown": files, "absent": resource ids, "lists": …}``.

    ``lists``: names of uploaded lists whose file is missing.
    """
    rows = model.Session.execute(
        sa.select(model.Resource.id).where(
            model.Resource.url_type == "upload", model.Resource.state == "active"
        )
    )
    known = set(rows.scalars())
    every = set(model.Session.scalars(sa.select(model.Resource.id)))
    stored = {_resource(name): name for name in names if _resource(name)}
    uploads = set(model.Session.scalars(sa.select(UploadedList.name)))
    kept_lists = {_list(name): name for name in names if _list(name)}
    unknown = [name for key, name in stored.items() if key not in every]
    unknown += [name for key, name in kept_lists.items() if key not in uploads]
    return {
        "unknown": sorted(unknown),
        "absent": sorted(known - set(stored)),
        "lists": sorted(uploads - set(kept_lists)),
    }


def _resource(name: str) -> str:
    parts = Path(name).parts
    return "".join(parts[1:]) if len(parts) == 4 and parts[0] == _RESOURCES else ""


def _list(name: str) -> str:
    parts = Path(name).parts
    return parts[1] if len(parts) == 2 and parts[0] == lists.FOLDER else ""
