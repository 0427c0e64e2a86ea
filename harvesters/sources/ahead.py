"""Prefetch the next document while the current one is read.

Requests are still sent one at a time: the client pauses between two, and a call for
another URL than the prefetched one waits for that request to finish first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from hanse_harvesters.http import Answer


class Ahead:
    """Prefetches at most one document at a time, by calling ``fetch``.

    Use ``with`` or call ``close``: a document still being fetched is then discarded.
    """

    def __init__(self, fetch: Callable[[str], Answer]) -> None:
        self._fetch = fetch
        self._coming: _Coming | None = None

    def begin(self, url: str) -> None:
        """Fetch ``url`` in the background."""
        self._drop()
        self._coming = _Coming(self._fetch, url)

    def get(self, url: str) -> Answer:
        """Return the document at ``url``, fetched already or now; raise what fetching it raised."""
        if self._coming is None or self._coming.url != url:
            self._drop()
            return self._fetch(url)
        coming, self._coming = self._coming, None
        return coming.answer()

    def _drop(self) -> None:
        """Discard an unused document, waiting for it: the client sends one request at a time."""
        if self._coming is not None:
            self._coming.thread.join()
            self.close()

    def close(self) -> None:
        """Discard the document being fetched, without waiting for it."""
        if self._coming is not None:
            self._coming.leave()
            self._coming = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Coming:
    """One document being fetched."""

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
        except Exception as error:  # raised again by answer()
            self._error = error
            return
        with self._lock:
            if self._left:
                answer.close()
            else:
                self._answer = answer

    def answer(self) -> Answer:
        """Wait for the document and return it."""
        self.thread.join()
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def leave(self) -> None:
        """Close the answer, now or when it arrives."""
        with self._lock:
            self._left = True
            if self._answer is not None:
                self._answer.close()
