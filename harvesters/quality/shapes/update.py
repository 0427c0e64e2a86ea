"""Bring the operator's folder of official shapes up to date, and take that back.

New files are read and tried in a process with limits (:mod:`.trial`) before anything is written;
the files before the last update are kept in ``.previous``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hanse_harvesters.errors import ConfigError, HanseError, from_json
from hanse_harvesters.http import Client
from hanse_harvesters.processes.supervisor import Worker, WorkerGone
from hanse_harvesters.quality.shapes.folder import place, shape_files
from hanse_harvesters.quality.shapes.shape_set import ENDINGS, LARGEST, Role, ShapeFile, too_large
from hanse_harvesters.quality.shapes.trial import SECONDS, Read
from hanse_harvesters.sources.detect import is_address

_TRIAL = "hanse_harvesters.quality.shapes.trial"
_PREVIOUS = ".previous"
#: Largest archive in bytes.
_LARGEST_ARCHIVE = 64 << 20
_ODD = re.compile(r"[^\w.-]+")
#: Roles of which there is one file.
_SINGLE = (Role.EU, Role.BASE, Role.HVD)


def update(sources: Sequence[str], client: Client) -> list[ShapeFile]:
    """Take over files, folders, archives or addresses; return what the folder then holds.

    Raises a HanseError, and leaves the folder as it was, if one of them cannot be used.
    """
    brought = [item for source in sources for item in _documents(source, client)]
    if not brought:
        raise ConfigError("shapes-unknown", where=", ".join(sources))
    new = _tried(brought)
    where = place()
    try:
        _keep_previous(where)
        _write(where, new, ", ".join(sources))
    except OSError as error:
        raise ConfigError("file-unwritable", where=str(where), reason=error.strerror) from error
    return shape_files(where)


def undo() -> list[ShapeFile]:
    """Exchange the folder's files with those before the last update; raise ConfigError."""
    where = place()
    previous, aside = where / _PREVIOUS, where / ".aside"
    if not previous.is_dir():
        raise ConfigError("shapes-no-previous", where=str(where))
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        for path in _files(where):
            path.rename(aside / path.name)
        for path in _files(previous):
            path.rename(where / path.name)
        previous.rmdir()
        aside.rename(previous)
    except OSError as error:
        raise ConfigError("file-unwritable", where=str(where), reason=error.strerror) from error
    return shape_files(where)


def _documents(source: str, client: Client) -> Iterable[tuple[str, bytes]]:
    """Yield name and content of a file, of the files of a folder, or behind an address."""
    if is_address(source):
        with client.get(source) as answer:
            name = Path(unquote(urlsplit(source).path)).name or "shapes.ttl"
            content = answer.file.read(_LARGEST_ARCHIVE + 1) if answer.file else b""
        yield name, _of_size(content, source)
        return
    path = Path(source)
    if not path.exists():
        raise ConfigError("shapes-no-file", where=source)
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in found:
        if file.is_file() and (file == path or file.suffix in ENDINGS):
            with file.open("rb") as document:
                yield file.name, _of_size(document.read(_LARGEST_ARCHIVE + 1), str(file))


def _of_size(content: bytes, where: str) -> bytes:
    """Return the content; raise ConfigError if it is too large for an archive or a document."""
    most = _LARGEST_ARCHIVE if content.startswith(b"PK") else LARGEST
    if len(content) > most:
        raise too_large(where)
    return content


def _tried(brought: list[tuple[str, bytes]]) -> list[Read]:
    """Return the files as the trial process read them; raise what it met, or its end."""
    worker = Worker(_TRIAL, patience=2 * SECONDS)
    try:
        worker.ask(brought, "shapes")
        _, answer = worker.answer()
    except WorkerGone as gone:
        raise ConfigError("shapes-costly", seconds=SECONDS) from gone
    finally:
        if not worker.gone:
            worker.end()
    if isinstance(answer, dict):
        raise from_json(answer) or HanseError("shapes-costly", seconds=SECONDS)
    found: list[Read] = answer
    return found


def _keep_previous(where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True)
    fresh = where / ".fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for path in _files(where):
        shutil.copy2(path, fresh / path.name)
    shutil.rmtree(where / _PREVIOUS, ignore_errors=True)
    fresh.rename(where / _PREVIOUS)


def _files(where: Path) -> list[Path]:
    return [path for path in where.iterdir() if path.suffix in ENDINGS and path.is_file()]


def _write(where: Path, new: list[Read], source: str) -> None:
    """Write the new files, then remove those that they replace."""
    written: dict[str, tuple[Role, str]] = {}
    for file, role, version, text in new:
        if role not in (Role.IMPORTS.value, Role.OWN.value):
            name = _name(file, role, written)
            written[name] = (Role(role), version)
            head = f"# source: {_line(source)}\n# date: {datetime.now(UTC):%Y-%m-%d}\n"
            made = where / f".{name}.new"
            made.write_text(head + text, encoding="utf-8")
            os.replace(made, where / name)
    roles = {role for role, _ in written.values() if role in _SINGLE}
    german = {version for role, version in written.values() if role is Role.GERMAN} - {""}
    for old in shape_files(where):
        is_replaced = old.role in roles or (
            old.role is Role.GERMAN and german and old.version not in {"", *german}
        )
        if old.file not in written and is_replaced:
            (where / old.file).unlink()


def _name(file: str, role: str, taken: Iterable[str]) -> str:
    """Return the name under which a file is kept; two may come under one name."""
    name = _ODD.sub("-", Path(file).stem).strip(".-") or "shapes"
    return f"{name}.ttl" if f"{name}.ttl" not in taken else f"{role}-{name}.ttl"


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
