"""The next document fetched while the one before is read.

One request at a time all the same: the client rests between two, and who asks for
another address than the one that was foreseen waits for that one first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from hanse_harvesters.http import Answer


class Ahead:
    """At most one document on its way; ``fetch`` gets it.

    Close it, or use ``with``: what is still on its way then is nobody's.
    """

    def __init__(self, fetch: Callable[[str], Answer]) -> None:
        self._fetch = fetch
        self._coming: _Coming | None = None

    def begin(self, url: str) -> None:
        """Fetch ``url`` in the background."""
        self._drop()
        self._coming = _Coming(self._fetch, url)

    def get(self, url: str) -> Answer:
        """The document at ``url``, perhaps fetched already; raises what fetching it raised."""
        if self._coming is None or self._coming.url != url:
            self._drop()
            return self._fetch(url)
        coming, self._coming = self._coming, None
        return coming.answer()

    def _drop(self) -> None:
        """Wait for what was foreseen and is not wanted: the client serves one at a time."""
        if self._coming is not None:
            self._coming.thread.join()
            self.close()

    def close(self) -> None:
        """Leave what is on its way; it waits for nobody, and nobody for it."""
        if self._coming is not None:
            self._coming.leave()
            self._coming = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Coming:
    """One document on its way."""

    def __init__(self, fetch: Callable[[str], Answer], url: str) -> None:
        self.url = url
        self._fetch = fetch
        self._answer: Answer | None = None
        self._error: Exception | None = None
        self._lock = threading.Lock()
        self._left = False
        self.thread = threading.Thread(target=self._run, name="hanse-ahead", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            answer = self._fetch(self.url)
        except Exception as error:  # raised again where it is asked for
            self._error = error
            return
        with self._lock:
            if self._left:
                answer.close()
            else:
                self._answer = answer

    def answer(self) -> Answer:
        """What came of it, waited for."""
        self.thread.join()
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def leave(self) -> None:
        """Close what came, now or when it comes."""
        with self._lock:
            self._left = True
            if self._answer is not None:
                self._answer.close()
