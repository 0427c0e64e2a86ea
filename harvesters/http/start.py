"""Fetch the beginning of a document: one ranged GET, the connection closed after some bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hanse_harvesters.http.client import Client

#: Bytes that are read.
MOST = 4096


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a response.

    ``led_to``   where a redirect leads, "" for any other status.
    ``headers``  names in lower case.
    ``content``  the first bytes, decoded.
    ``whole``    True if that is the whole body.
    ``size``     of the whole body in bytes, None if it is not known.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    led_to: str = ""
    content: bytes = b""
    whole: bool = False
    size: int | None = None
    seconds: float = 0.0


class Starter(Client):
    """A client for the beginnings of documents, under the same rules as harvesting."""

    def start(self, url: str, *, most: int = MOST, ranged: bool = True) -> Start:
        """Return the beginning of one response, whatever its status; follow no redirect.

        Raises AddressRefused, TooMuch (too slow), TryAgain (no connection) or StopRun (TLS).
        """
        raise NotImplementedError
