"""The identities met in a walk, to distinguish new records from repeated ones."""

from __future__ import annotations

import hashlib
from typing import Protocol

from hanse_harvesters.issue import Issue, issue


class Identified(Protocol):
    """A record as far as this module needs it."""

    identity: str
    raw: str
    issues: list[Issue]


class Digests:
    """A set of texts, stored as digests: 100,000 of them take about 10 MB."""

    def __init__(self) -> None:
        self._kept: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, text: str) -> bool:
        return digest(text) in self._kept

    def add(self, text: str) -> bool:
        """Add a text; return whether it is new."""
        before = len(self._kept)
        self._kept.add(digest(text))
        return len(self._kept) > before


def digest(text: str) -> bytes:
    """Return 16 bytes that stand for a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class IdentityIndex:
    """The identities of a walk, each with a digest of its content.

    Two records with the same identity and equal content are one record met twice
    (pages that shift during the walk); if their content differs, they are two
    records, one of which has a wrong identity, and both are kept.
    """

    def __init__(self) -> None:
        self._first: dict[bytes, bytes] = {}
        #: The digests of all contents, for the few identities that several records share.
        self._several: dict[bytes, set[bytes]] = {}
        self._renamed = Digests()

    def __len__(self) -> int:
        """Return the number of distinct original identities; renamed ones do not count."""
        return len(self._first)

    def __contains__(self, identity: str) -> bool:
        return digest(identity) in self._first

    def admit(self, record: Identified) -> bool:
        """Return False for a repeated record; rename and mark a second one of its identity."""
        base = record.identity
        key, content = digest(base), digest(record.raw)
        first = self._first.setdefault(key, content)
        if first is content:
            return True
        if content == first or content in self._several.get(key, ()):
            return False
        known = self._several.setdefault(key, {first})
        known.add(content)
        record.identity = self._rename(base, len(known))
        record.issues.append(issue("identity-duplicate", "identifier", base))
        return True

    def _rename(self, base: str, number: int) -> str:
        name = f"{base}#{number}"
        while name in self or name in self._renamed:
            number += 1
            name = f"{base}#{number}"
        self._renamed.add(name)
        return name
