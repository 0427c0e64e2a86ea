"""Where the statements of a document are kept: in memory, and on disk once they are many."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Protocol

from hanse_harvesters.errors import StopRun

#: Bytes of statements from which on they go to disk.
MOST_IN_MEMORY = 1 << 26
#: Bytes of what was looked up last; shared nodes are asked for again and again.
_CACHE = 1 << 24
#: Nothing of it outlives the process; a negative cache is in KiB.
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -16384")


class Store(Protocol):
    """Statements by subject; both as in :mod:`hanse_harvesters.mapping.statements`."""

    def keep(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep pairs of subject and lines; those of one subject may come in several."""

    def find(self, subject: bytes) -> bytes:
        """All lines about ``subject``, b"" for none."""

    def close(self) -> None:
        """Give back memory and disk."""


class Memory:
    """In a dict."""

    def __init__(self) -> None:
        self._said: dict[bytes, bytes | list[bytes]] = {}

    def keep(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep pairs of subject and lines."""
        said = self._said
        for subject, lines in found:
            known = said.get(subject)
            if known is None:
                said[subject] = lines
            elif isinstance(known, list):  # a catalogue says a little in thousands of places
                known.append(lines)
            else:
                said[subject] = [known, lines]

    def find(self, subject: bytes) -> bytes:
        """All lines about ``subject``."""
        found = self._said.get(subject, b"")
        if isinstance(found, list):
            found = self._said[subject] = b"".join(found)
        return found

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return ((subject, self.find(subject)) for subject in self._said)

    def close(self) -> None:
        """Forget them."""
        self._said = {}


class Disk:
    """In a file that SQLite unlinks as it opens it: whatever happens, nothing is left behind."""

    def __init__(self) -> None:
        self._cache: dict[bytes, bytes] = {}
        self._cached = 0
        self._indexed = False
        self._base = sqlite3.connect("", isolation_level=None)
        for pragma in _PRAGMAS:
            self._base.execute(f"PRAGMA {pragma}")
        self._base.execute("CREATE TABLE said (subject BLOB, lines BLOB)")

    def keep(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep pairs of subject and lines, before any is asked for; StopRun for a full disk."""
        try:
            self._base.execute("BEGIN")
            self._base.executemany("INSERT INTO said VALUES (?, ?)", found)
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise StopRun("spool-failed", reason=error) from error

    def find(self, subject: bytes) -> bytes:
        """All lines about ``subject``."""
        found = self._cache.get(subject)
        if found is None:
            found = self._cache[subject] = self._read(subject)
            self._cached += len(subject) + len(found)
            if self._cached > _CACHE:
                self._cache = {subject: found}
                self._cached = len(found)
        return found

    def _read(self, subject: bytes) -> bytes:
        try:
            if not self._indexed:
                self._base.execute("CREATE INDEX by_subject ON said (subject)")
                self._indexed = True
            rows = self._base.execute("SELECT lines FROM said WHERE subject = ?", (subject,))
            return b"".join([row[0] for row in rows])
        except sqlite3.Error as error:
            raise StopRun("spool-failed", reason=error) from error

    def close(self) -> None:
        """Drop the file."""
        self._cache = {}
        self._base.close()
