"""Storage for the statements of a document: in memory, or on disk if there are many."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from typing import Protocol

from hanse_harvesters.errors import StopRun

#: Bytes of statements from which on they are stored on disk.
MOST_IN_MEMORY = 1 << 26
#: Bytes of cached look-ups; shared nodes are requested again and again.
_CACHE = 1 << 24
#: Number of subjects per query.
_AT_ONCE = 100
#: The file does not outlive the process, so durability is off; a negative cache is in KiB.
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -16384")


class Store(Protocol):
    """Statements by subject; both as in :mod:`hanse_harvesters.mapping.statements`."""

    def keep(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Store pairs of subject and :func:`ordered` lines; a subject may occur several times."""

    def find(self, subject: bytes) -> bytes:
        """Return all lines about ``subject``, unique and sorted, b"" if there are none."""

    def look_up(self, subjects: Iterable[bytes]) -> None:
        """Prefetch these subjects, if one query is cheaper than many."""

    def count(self) -> int:
        """Return the number of subjects with statements."""

    def clear(self) -> None:
        """Discard everything stored so far, before anything is read."""

    def close(self) -> None:
        """Release memory and disk."""


def ordered(lines: bytes) -> bytes:
    """Return the lines sorted and unique, so that equal content gives equal lines."""
    found = lines.split(b"\n")
    found.pop()
    if len(found) == 1:
        return lines
    found = sorted(set(found))
    found.append(b"")
    return b"\n".join(found)


class Places:
    """Counts the separate places of a document in which its subjects occur."""

    def __init__(self) -> None:
        self._last = b""
        self._count = self._lines = 0

    def note(self, runs: Iterable[tuple[bytes, bytes]], block: bytes) -> None:
        """Add the consecutive subjects of a block of lines."""
        self._lines += block.count(b"\n")
        for subject, _ in runs:
            self._count += subject != self._last
            self._last = subject

    def are_many(self, subjects: int) -> bool:
        """Return whether places outnumber subjects, or have fewer than two lines on average."""
        return self._count > subjects or self._lines < 2 * self._count


class InMemory:
    """Storage in a dict."""

    def __init__(self) -> None:
        self._stated: dict[bytes, bytes | list[bytes]] = {}

    def keep(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Store pairs of subject and lines."""
        stated = self._stated
        for subject, lines in found:
            known = stated.get(subject)
            if known is None:
                stated[subject] = lines
            elif isinstance(known, list):  # a catalogue may have statements in thousands of places
                known.append(lines)
            else:
                stated[subject] = [known, lines]

    def find(self, subject: bytes) -> bytes:
        """Return all lines about ``subject``."""
        found = self._stated.get(subject, b"")
        if isinstance(found, list):
            found = self._stated[subject] = ordered(b"".join(found))
        return found

    def look_up(self, subjects: Iterable[bytes]) -> None:
        """Do nothing: everything is in memory."""

    def count(self) -> int:
        """Return the number of subjects."""
        return len(self._stated)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return ((subject, self.find(subject)) for subject in self._stated)

    def clear(self) -> None:
        """Discard everything."""
        self._stated = {}

    close = clear


class Disk:
    """Storage in an unlinked SQLite file, so that nothing is left behind after a crash.

    ``path``  its name, as long as other processes are to open it (``shared``), else "".
    """

    def __init__(self, *, shared: bool = False) -> None:
        try:
            file, self.path = tempfile.mkstemp(prefix="hanse-statements-")
            os.close(file)
            try:
                self._open(self.path)
                self._base.execute("CREATE TABLE said (subject BLOB, lines BLOB)")
            finally:
                if not shared:
                    self.drop_name()
        except (OSError, sqlite3.Error) as error:
            raise StopRun("spool-failed", where=tempfile.gettempdir(), reason=error) from error
        self._indexed = False

    @classmethod
    def of(cls, path: str) -> Disk:
        """Open the file of another process, to be read after that process has finished."""
        found = cls.__new__(cls)
        found.path = ""
        found._open(path)
        found._base.execute("SELECT 1 FROM said LIMIT 1").fetchone()  # opens the file now
        found._indexed = True
        return found

    def _open(self, path: str) -> None:
        self._cache: dict[bytes, bytes] = {}
        self._cached = 0
        self._base = sqlite3.connect(path, isolation_level=None, timeout=60.0)
        for pragma in _PRAGMAS:
            self._base.execute(f"PRAGMA {pragma}")

    def drop_name(self) -> None:
        """Unlink the file: no other process can open it, and it is deleted once all close it."""
        path, self.path = self.path, ""
        if path:
            with contextlib.suppress(FileNotFoundError):  # another thread was faster
                os.unlink(path)

    def finish(self) -> None:
        """Finish storing and create the index, so that other processes can read too."""
        try:
            if not self._indexed:
                self._base.execute("CREATE INDEX by_subject ON said (subject)")
                self._indexed = True
        except sqlite3.Error as error:
            raise StopRun("spool-failed", where=tempfile.gettempdir(), reason=error) from error

    def keep(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Store pairs of subject and lines; raise StopRun if the disk is full."""
        self._cache, self._cached = {}, 0
        try:
            self._base.execute("BEGIN")
            self._base.executemany("INSERT INTO said VALUES (?, ?)", found)
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise StopRun("spool-failed", where=tempfile.gettempdir(), reason=error) from error

    def clear(self) -> None:
        """Discard everything stored so far."""
        try:
            self._base.execute("DELETE FROM said")
        except sqlite3.Error as error:
            raise StopRun("spool-failed", where=tempfile.gettempdir(), reason=error) from error

    def count(self) -> int:
        """Return the number of subjects; raise StopRun if the disk fails."""
        self.finish()
        try:
            query = self._base.execute("SELECT COUNT(DISTINCT subject) FROM said")
            return int(query.fetchone()[0])
        except sqlite3.Error as error:
            raise StopRun("spool-failed", where=tempfile.gettempdir(), reason=error) from error

    def find(self, subject: bytes) -> bytes:
        """Return all lines about ``subject``."""
        found = self._cache.get(subject)
        if found is None:
            self.look_up((subject,))
            found = self._cache[subject]
        return found

    def look_up(self, subjects: Iterable[bytes]) -> None:
        """Read the statements of these subjects in few queries; raise StopRun if the disk fails."""
        missing = [subject for subject in dict.fromkeys(subjects) if subject not in self._cache]
        for begin in range(0, len(missing), _AT_ONCE):
            some = missing[begin : begin + _AT_ONCE]
            found: dict[bytes, list[bytes]] = {subject: [] for subject in some}
            for subject, lines in self._read(some):
                found[subject].append(lines)
            self._keep(
                {
                    subject: lines[0] if len(lines) == 1 else ordered(b"".join(lines))
                    for subject, lines in found.items()
                }
            )

    def _keep(self, found: dict[bytes, bytes]) -> None:
        self._cached += sum(len(subject) + len(lines) for subject, lines in found.items())
        if self._cached > _CACHE:
            self._cache = {}
            self._cached = 0
        self._cache.update(found)

    def _read(self, subjects: list[bytes]) -> list[tuple[bytes, bytes]]:
        self.finish()
        places = ",".join("?" * len(subjects))
        try:
            return self._base.execute(
                f"SELECT subject, lines FROM said WHERE subject IN ({places})", subjects
            ).fetchall()
        except sqlite3.Error as error:
            raise StopRun("spool-failed", where=tempfile.gettempdir(), reason=error) from error

    def close(self) -> None:
        """Close and unlink the file."""
        self._cache = {}
        self._base.close()
        self.drop_name()
