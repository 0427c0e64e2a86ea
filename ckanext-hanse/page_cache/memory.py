"""The pages cached by a web process: limited in bytes, the least recently used are dropped."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Lock

#: Bytes of a page besides its text: objects, the entry in the table.
_OVERHEAD = 1000


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A response of status 200; ``packed`` is its compressed body, ``view`` the endpoint."""

    headers: Sequence[tuple[str, str]]
    packed: bytes
    until: float
    view: str = ""

    @classmethod
    def of(
        cls, body: bytes, headers: Sequence[tuple[str, str]], until: float, view: str = ""
    ) -> CachedPage:
        """Return a page that is valid until ``until``, in seconds of a monotonic clock."""
        return cls(tuple(headers), zlib.compress(body, 1), until, view)

    @property
    def body(self) -> bytes:
        """The uncompressed body."""
        return zlib.decompress(self.packed)

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.packed) + sum(len(n) + len(v) for n, v in self.headers) + _OVERHEAD


class PageMemory:
    """Pages of one generation, at most ``limit`` bytes; thread-safe."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = Lock()
        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()
        self._generation = ""
        self.size = 0

    def get(self, key: Hashable, generation: str, now: float) -> CachedPage | None:
        """Return the page, if it is of this generation and still valid."""
        with self._lock:
            if generation != self._generation:
                self._empty(generation)
            page = self._pages.get(key)
            if page is None or page.until < now:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: CachedPage, generation: str) -> None:
        """Store a page of this generation; drop the least recently used ones if needed."""
        with self._lock:
            if generation != self._generation or page.size > self.limit:
                return
            before = self._pages.pop(key, None)
            self.size += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self.size > self.limit:
                self.size -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        """Remove all pages."""
        with self._lock:
            self._empty("")

    def __len__(self) -> int:
        return len(self._pages)

    def _empty(self, generation: str) -> None:
        self._pages.clear()
        self._generation, self.size = generation, 0
