"""Passwords and keys of one instance: created once, stored, readable only by their owner."""

import json
import os
import secrets
from pathlib import Path

from hanse_config.services.errors import ServiceError


def get(data: Path, name: str) -> str:
    """Return the secret called ``name``; create it at the first call.

    A secret has only letters, digits, ``-`` and ``_``, so that it needs no
    quoting in SQL, in a URL or in an ini file.
    """
    path = data / "secrets.json"
    known = _read(path)
    if name not in known:
        known[name] = secrets.token_urlsafe(36)
        _write(path, known)
    return known[name]


def find(data: Path, name: str) -> str:
    """Return the secret called ``name``, "" if there is none."""
    return _read(data / "secrets.json").get(name, "")


def put(data: Path, name: str, value: str) -> None:
    """Store a secret that was issued elsewhere."""
    path = data / "secrets.json"
    _write(path, {**_read(path), name: value})


def _read(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ServiceError(f"{path} cannot be read: {error.strerror}") from error
    try:
        known = json.loads(text)
    except ValueError as error:
        raise ServiceError(f"{path} is damaged ({error}); without it the data are shut.") from error
    return dict(known)


def _write(path: Path, known: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1)
    fresh.replace(path)
