"""Archives from outside: their directory is judged before anything in them is unpacked.

The directory of a zip or tar file states how large every member becomes.  A directory that lies
meets the memory limit of the process (:mod:`hanse_harvesters.processes.limits`).
"""

from __future__ import annotations

import encodings.cp437
import encodings.utf_8
import lzma
import stat
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

#: What the standard library would import only when it is needed, and could not any more.
_NEEDED = (encodings.cp437, encodings.utf_8)
#: How many times larger than packed a member may be, once it is more than ``_SMALL`` bytes.
MOST_RATIO = 200
_SMALL = 20 << 20
#: Of a zip member's flags: its content is encrypted.
_ENCRYPTED = 0x1
_ZIP, _TAR, _TAR_AT = b"PK\x03\x04", b"ustar", 257
#: What reading an archive raises that is damaged, or packed in a way that nobody unpacks.
BROKEN = (
    BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, ValueError, OSError, RuntimeError,
    EOFError, KeyError,
)  # fmt: skip


class ArchiveRefused(Exception):
    """An archive must not be unpacked.

    ``code``  ``many`` (``count``, ``most``), ``locked``, ``large`` (``size``, ``most``: MB),
    ``ratio`` (``ratio``, ``most``), ``broken``.
    """

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; ``odd`` if it is a link, a device or leads out of the folder."""

    name: str
    size: int
    odd: bool = False


def kind_of(document: IO[bytes]) -> str:
    """Return ``zip``, ``tar`` or "" by the first bytes."""
    document.seek(0)
    start = document.read(512)
    document.seek(0)
    if start.startswith(_ZIP):
        return "zip"
    return "tar" if start[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR else ""


def judge(members: Sequence[ZipInfo], *, most: int, unpacked: int) -> None:
    """Raise `ArchiveRefused` for members that are encrypted, too many, or become too large.

    ``most``  members; ``unpacked``  bytes of all of them.
    """
    if len(members) > most:
        raise ArchiveRefused("many", count=len(members), most=most)
    if any(item.flag_bits & _ENCRYPTED for item in members):
        raise ArchiveRefused("locked")
    size = sum(item.file_size for item in members)
    packed = sum(item.compress_size for item in members)
    if size > unpacked:
        raise ArchiveRefused("large", size=size >> 20, most=unpacked >> 20)
    for item in (*members, None):
        large, small = (item.file_size, item.compress_size) if item else (size, packed)
        if large > _SMALL and large > MOST_RATIO * max(small, 1):
            raise ArchiveRefused("ratio", ratio=large // max(small, 1), most=MOST_RATIO)
    # Members that share their bytes are larger than they look.
    places = {item.header_offset for item in members}
    if len(places) < len(members):
        raise ArchiveRefused("ratio", ratio=len(members), most=MOST_RATIO)


class Archive:
    """A zip or tar file whose directory was judged: its members, and the start of their content."""

    def __init__(self, document: IO[bytes], *, most: int, unpacked: int) -> None:
        """Read and judge the directory; raise `ArchiveRefused`."""
        self._zip: ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        self._infos: dict[str, tarfile.TarInfo] = {}
        try:
            if kind_of(document) == "zip":
                self._zip = ZipFile(document)
                judge(self._zip.infolist(), most=most, unpacked=unpacked)
            else:
                self._tar = tarfile.open(fileobj=document, mode="r:")  # noqa: SIM115 - the document's
            self.members = list(self._found(most, unpacked))
        except BROKEN as error:
            raise ArchiveRefused("broken") from error

    def read(self, name: str, most: int) -> bytes:
        """Return at most ``most`` bytes of a member; raise one of `BROKEN` if it is damaged."""
        if self._zip is not None:
            with self._zip.open(name) as member:
                return member.read(most)
        assert self._tar is not None
        found = self._tar.extractfile(self._infos[name])
        return found.read(most) if found else b""

    def _found(self, most: int, unpacked: int) -> Iterator[Member]:
        if self._zip is not None:
            for item in self._zip.infolist():
                if not item.is_dir():
                    linked = stat.S_ISLNK(item.external_attr >> 16)
                    yield Member(item.filename, item.file_size, linked or _leaves(item.filename))
            return
        assert self._tar is not None
        size = 0
        for number, info in enumerate(islice(self._tar, most + 1)):
            size += info.size
            if number == most:
                raise ArchiveRefused("many", count=number + 1, most=most)
            if size > unpacked:
                raise ArchiveRefused("large", size=size >> 20, most=unpacked >> 20)
            if not info.isdir():
                self._infos[info.name] = info
                yield Member(info.name, info.size, not info.isreg() or _leaves(info.name))


def _leaves(name: str) -> bool:
    """Return whether a path is absolute or leads out of the archive."""
    path = name.replace("\\", "/")
    return path.startswith("/") or ":" in path[:2] or ".." in path.split("/")
