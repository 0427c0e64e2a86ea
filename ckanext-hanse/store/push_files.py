"""The files of pushes: what clients sent, and the document that a run makes of it.

Below ``ckan.storage_path`` a source has a folder with, for each push, one of its manifest and
records as they came, and once a run took it over ``NAME.lines``: all its records, those that
the client did not need to send again copied from what was there.  Beside it, ``NAME.index`` tells
where each record begins.  A file is written under another name first, so what is there is whole;
the folder is shared by all machines of a site, as CKAN's resources are.

A record is known by its key and its fingerprint (:mod:`hanse_harvesters.push.lines`), 48 bytes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import ckan.plugins.toolkit as tk

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.push import lines

FOLDER = "hanse_pushes"
_PLACE = struct.Struct(">48sQQ")
_MOST_OPEN = 64
_MOST_MANIFEST = lines.MANIFEST * (lines.RECORD + 1)


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the line of a record is."""

    path: Path
    start: int
    length: int


#: Key and fingerprint → where the record is.
Index = dict[bytes, Stored]


def folder(source_id: int) -> Path:
    """Return the folder of a source; ConfigError if the site has no storage."""
    root = tk.config.get("ckan.storage_path")
    if not root:
        raise ConfigError("list-storage-missing")
    return Path(root) / FOLDER / str(source_id)


def document(source_id: int, name: str) -> Path:
    """Return the file with all records of a push that a run took over."""
    return folder(source_id) / f"{name}.lines"


# --- What a client sends ------------------------------------------------------------------------


def save_manifest(source_id: int, name: str, number: int, stream: IO[bytes]) -> list[bytes]:
    """Store a part of the manifest and return its records; ConfigError for what is none."""
    data = stream.read(_MOST_MANIFEST + 1)
    heads = _heads(data)
    _write(folder(source_id) / name / f"manifest-{number:06}", [data])
    return heads


def _heads(data: bytes) -> list[bytes]:
    if len(data) > _MOST_MANIFEST or (data and not data.endswith(b"\n")):
        raise ConfigError("push-part-broken")
    found = data.split(b"\n")[:-1]
    if not all(len(line) == lines.RECORD - 1 and lines.is_head(line) for line in found):
        raise ConfigError("push-part-broken")
    return list(map(packed, found))


def packed(head: bytes) -> bytes:
    """Return key and fingerprint of a line as 48 bytes."""
    end = lines.KEY + 1 + lines.FINGERPRINT
    return bytes.fromhex(head[: lines.KEY].decode() + head[lines.KEY + 1 : end].decode())


def save_records(source_id: int, name: str, number: int, stream: IO[bytes]) -> int:
    """Store some records and return how many; ConfigError for what is none."""
    most = lines.CHUNK + lines.LONGEST_LINE
    data = stream.read(most + 1)
    if len(data) > most or not data.endswith(b"\n"):
        raise ConfigError("push-part-broken")
    target = folder(source_id) / name / f"records-{number:06}"
    places, start = [], 0
    for line in (text + b"\n" for text in data.split(b"\n")[:-1]):
        if len(line) > lines.LONGEST_LINE or not lines.is_head(line):
            raise ConfigError("push-part-broken")
        places.append(_PLACE.pack(packed(line), start, len(line)))
        start += len(line)
    index = target.with_suffix(".index")
    _write(index, [])  # so that none of other content stays, should this end in between
    _write(target, [data])
    _write(index, places)
    return len(places)


def size(source_id: int, name: str) -> int:
    """Return the number of bytes that a push has brought so far."""
    with suppress(FileNotFoundError):
        return sum(file.stat().st_size for file in (folder(source_id) / name).iterdir())
    return 0


def _write(target: Path, parts: Iterable[bytes]) -> None:
    part = target.with_name(f"{target.name}.part-{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        raise ConfigError("push-storage-failed", reason=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)


# --- What is there ------------------------------------------------------------------------------


def manifest(source_id: int, name: str) -> Iterator[bytes]:
    """Yield the records of a push in order, each once."""
    seen = set()
    for file in sorted((folder(source_id) / name).glob("manifest-??????")):
        for head in _heads(file.read_bytes()):
            if head not in seen:
                seen.add(head)
                yield head


def index(source_id: int) -> Index:
    """Return every record that is stored for a source, sent by an unfinished push too.

    A file that is not there any more, or shorter than it was, has none.
    """
    found: Index = {}
    root = folder(source_id)
    for file in (*root.glob("*/records-??????.index"), *root.glob("*.index")):
        path = file.with_suffix("" if file.parent != root else ".lines")
        with suppress(OSError):  # removed meanwhile
            data = file.read_bytes()
            data = data[: len(data) // _PLACE.size * _PLACE.size]
            _, last, size = _PLACE.unpack(data[-_PLACE.size :]) if data else (b"", 0, 0)
            if path.stat().st_size != last + size:
                continue
            for head, start, length in _PLACE.iter_unpack(data):
                found[head] = Stored(path, start, length)
    return found


def assemble(source_id: int, name: str) -> int:
    """Write the document of a push and return the number of its records.

    Raises ConfigError if a record is missing or the disk fails; nothing is changed then.  What
    the client sent stays until `tidy` removes it.
    """
    known = index(source_id)
    heads = list(manifest(source_id, name))
    if not heads or any(head not in known for head in heads):
        raise ConfigError("push-records-missing")
    target, places = document(source_id, name), list[bytes]()
    with _opened() as read:
        try:
            _write(target, _copied(heads, known, read, places))
        except _Differs as error:
            doubt(source_id)
            raise ConfigError("push-records-missing") from error
    _write(target.with_suffix(".index"), places)
    return len(heads)


def doubt(source_id: int) -> None:
    """Forget what is there, so that all records are sent again with the next push."""
    for file in folder(source_id).rglob("*.index"):
        file.unlink(missing_ok=True)


def tidy(source_id: int, name: str) -> None:
    """Delete what a client sent in a push that has its document."""
    shutil.rmtree(folder(source_id) / name, ignore_errors=True)


def _copied(
    heads: list[bytes], known: Index, read: _Reader, places: list[bytes]
) -> Iterator[bytes]:
    start = 0
    for head in heads:
        line = read(known[head])
        if line[-1:] != b"\n" or not lines.is_head(line) or packed(line) != head:
            raise _Differs
        places.append(_PLACE.pack(head, start, len(line)))
        start += len(line)
        yield line


class _Differs(Exception):
    """What is stored is not the record that the index tells of."""


class _Reader:
    """Reads lines, keeping the files last opened open: a push may have thousands."""

    def __init__(self) -> None:
        self._files: dict[Path, IO[bytes]] = {}

    def __call__(self, place: Stored) -> bytes:
        file = self._files.get(place.path)
        if file is None:
            try:
                file = self._files[place.path] = place.path.open("rb")
            except OSError as error:
                raise ConfigError("push-records-missing") from error
            if len(self._files) > _MOST_OPEN:
                self._files.pop(next(iter(self._files))).close()
        file.seek(place.start)
        return file.read(place.length)

    def close(self) -> None:
        for file in self._files.values():
            file.close()


@contextmanager
def _opened() -> Iterator[_Reader]:
    reader = _Reader()
    try:
        yield reader
    finally:
        reader.close()


def forget(source_id: int) -> None:
    """Delete all files of a source that is removed."""
    with suppress(ConfigError):  # a site without a storage
        shutil.rmtree(folder(source_id), ignore_errors=True)


def remove(source_id: int, names: Iterable[str]) -> None:
    """Delete the files of pushes whose rows are gone."""
    root = folder(source_id)
    for name in names:
        shutil.rmtree(root / name, ignore_errors=True)
        for file in root.glob(f"{name}.*"):  # also what a killed process left
            with suppress(OSError):
                file.unlink()
