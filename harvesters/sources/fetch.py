"""How a connector asks for documents, and what it asks with the next time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hanse_harvesters.http import Answer


class Fetches(Protocol):
    """What a connector asks for documents: the HTTP client, or a file on this machine.

    ``remote``  False where links must not be followed.
    """

    remote: bool

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """The document; the errors of :class:`hanse_harvesters.http.Client`."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with a document, to ask whether it is still the same (RFC 9110, 8.8)."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)

    @classmethod
    def of(cls, answer: Answer) -> Validators:
        """Those that came with an answer."""
        return cls(**answer.validators)
