"""``manifest.json``: contents and versions of a backup, with a checksum for each file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hanse_harvesters.errors import ConfigError

NAME = "manifest.json"
#: Format of the folder; a newer one can only be read by a newer version.
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(slots=True)
class Manifest:
    """``files``: SHA-256 by name; ``secrets``: salted scrypt by option; times in UTC, ISO 8601."""

    made: str
    versions: dict[str, str]
    schema: dict[str, str]
    counts: dict[str, int]
    plugins: list[str]
    secrets: dict[str, dict[str, str]]
    files: dict[str, str] = field(default_factory=dict)
    leftovers: dict[str, list[str]] = field(default_factory=dict)
    format: int = FORMAT


def write(manifest: Manifest, folder: Path) -> None:
    """Compute the checksums of the files in ``folder`` and write the manifest."""
    manifest.files = {
        path.name: checksum(path) for path in sorted(folder.iterdir()) if path.name != NAME
    }
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup whose files are all present and intact; else ConfigError."""
    try:
        raw: Any = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise ConfigError("backup-format", where=str(folder), format=raw["format"])
        manifest = Manifest(**raw)
    except OSError as error:
        raise ConfigError("backup-none", where=str(folder), reason=error.strerror) from error
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError("backup-none", where=str(folder / NAME), reason=error) from error
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or checksum(path) != expected:
            raise ConfigError("backup-damaged", where=str(path))
    return manifest


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    sums = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sums.update(block)
    return sums.hexdigest()
