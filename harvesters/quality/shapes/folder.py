"""The operator's folder of official shapes: where it is, and what is in it.

``HANSE_SHAPES`` names it; by default ``hanse/shapes`` below ``XDG_DATA_HOME``.  A file that is no
shape file is left out and named in the log; it must not stop a harvest.
"""

from __future__ import annotations

import hashlib
import logging
import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.quality.shapes.shape_set import ENDINGS, LARGEST, Role, ShapeFile, parse

#: The variable that names the folder.
VARIABLE = "HANSE_SHAPES"
_log = logging.getLogger(__name__)

#: Name, size and time of change (ns) of each file.
State: TypeAlias = tuple[tuple[str, int, int], ...]


def place() -> Path:
    """Return the folder, whether or not it exists."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "hanse" / "shapes"


def state(where: Path | None = None) -> State:
    """Return what identifies the content of the folder; () without one."""
    found = []
    for path in _paths(where or place()):
        info = path.stat()
        found.append((str(path), info.st_size, info.st_mtime_ns))
    return tuple(found)


def version() -> str:
    """Return a hex digest of all shapes that judge now: the folder's and our own."""
    return _version(state())


@lru_cache(maxsize=1)
def _version(of: State) -> str:
    """Return the digest for a state of the folder."""
    found = hashlib.sha256(files("hanse_schemas").joinpath("shapes.ttl").read_bytes())
    for name, _, _ in of:
        path = Path(name)
        found.update(path.name.encode("utf-8", "surrogateescape"))
        try:
            found.update(path.read_bytes())
        except OSError as error:  # as it is left out when judging
            _log.warning("%s is left out: %s", path, error)
    return found.hexdigest()[:16]


def _paths(where: Path) -> list[Path]:
    if not where.is_dir():
        return []
    return sorted(path for path in where.iterdir() if path.suffix in ENDINGS and path.is_file())


def shape_files(where: Path | None = None) -> list[ShapeFile]:
    """Return the shape files of the folder, by name; those that only import others left out."""
    found = []
    for number, path in enumerate(_paths(where or place()), 1):
        try:
            with path.open("rb") as document:
                file = parse(document.read(LARGEST + 1), path.name, number)
        except (OSError, ConfigError) as error:
            _log.warning("%s is left out: %s", path, error)
            continue
        if file.role not in (Role.IMPORTS, Role.OWN):
            found.append(file)
    return found
