"""The uploaded files below ``ckan.storage_path``, as one archive, and back."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from ckan import model

from hanse_harvesters.errors import ConfigError, StopRun

#: Made anew by CKAN whenever it starts.
_MADE = {"webassets"}
#: The storage of resources (ckan/lib/uploader.py: three letters, three letters, the rest).
_RESOURCES = "resources"


def kept(root: Path) -> Iterator[Path]:
    """The files of the storage that no one could make again, in order."""
    for path in sorted(root.rglob("*")):
        if (
            path.is_file()
            and not path.is_symlink()
            and path.relative_to(root).parts[0] not in _MADE
        ):
            yield path


def pack(root: Path, target: Path) -> list[str]:
    """Write the storage into the archive ``target``; gives the names in it.

    A file that goes while it is read is left out: the leftovers name it.
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
    """Lay the archive's files into the storage; gives their names.

    ConfigError (``backup-damaged``) for an archive that reaches outside, StopRun
    (``backup-folder``) where the disk refuses it; then none of them is left.
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
    """Take away what :func:`unpack` laid there: into a storage that was empty."""
    for name in names:
        (root / name).unlink(missing_ok=True)


def leftovers(names: list[str]) -> dict[str, list[str]]:
    """Where database and storage disagree: ``{"unknown": files, "absent": resource ids}``."""
    rows = model.Session.execute(
        sa.select(model.Resource.id).where(
            model.Resource.url_type == "upload", model.Resource.state == "active"
        )
    )
    known = set(rows.scalars())
    every = set(model.Session.scalars(sa.select(model.Resource.id)))
    stored = {_resource(name): name for name in names if _resource(name)}
    return {
        "unknown": sorted(name for key, name in stored.items() if key not in every),
        "absent": sorted(known - set(stored)),
    }


def _resource(name: str) -> str:
    parts = Path(name).parts
    return "".join(parts[1:]) if len(parts) == 4 and parts[0] == _RESOURCES else ""
