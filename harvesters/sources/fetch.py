"""How a connector fetches documents, and the validators for the next request."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from hanse_harvesters.errors import TooMuch
from hanse_harvesters.http import Answer


class Fetches(Protocol):
    """What a connector fetches documents from: the HTTP client, or a local file.

    ``remote``  False where links must not be followed.
    """

    remote: bool

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the document; raises the errors of :class:`hanse_harvesters.http.Client`."""

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        """Return the document that answers a query sent by POST; raises the same errors."""


@dataclass(frozen=True, slots=True)
class Validators:
    """A response's ETag and Last-Modified, for conditional requests (RFC 9110, 8.8)."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)

    @classmethod
    def of(cls, answer: Answer) -> Validators:
        """Return the validators of an answer."""
        return cls(**answer.validators)


class Timed:
    """A client that sends no request once the run's time is up."""

    def __init__(self, client: Fetches, seconds: float) -> None:
        self.remote = client.remote
        self._client = client
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the client's answer; raise TooMuch when the time is up."""
        self._check(url)
        return self._client.get(url, etag=etag, last_modified=last_modified)

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        """Return the client's answer to a POST; raise TooMuch when the time is up."""
        self._check(url)
        return self._client.submit(url, content, content_type)

    def _check(self, url: str) -> None:
        if time.monotonic() > self._end:
            raise TooMuch("run-long", where=url, seconds=self._seconds)
