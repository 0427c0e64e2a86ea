"""Fetch the beginning of a document: one ranged GET, the connection closed after some bytes."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from hanse_harvesters.errors import TooMuch, TryAgain
from hanse_harvesters.http import address, body
from hanse_harvesters.http.client import REDIRECTS, Client, Sent
from hanse_harvesters.http.connect import Deadline

#: Bytes that are read.
MOST = 4096


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a response.

    ``headers``   names in lower case.
    ``location``  of a redirect, as sent; "" for any other status.
    ``content``   the first bytes, unpacked if they were sent packed.
    ``whole``     True if that is the whole body.
    ``size``      of the whole body in bytes, None if it is not known.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    location: str = ""
    content: bytes = b""
    whole: bool = False
    size: int | None = None
    seconds: float = 0.0


class NoSuchHost(TryAgain):
    """The name service says that the host does not exist; a name service that fails is TryAgain."""


class Starter(Client):
    """A client for the beginnings of documents, under the same rules as harvesting.

    It keeps no pause between two requests and tries nothing twice: the caller does.
    """

    def start(self, url: str, *, most: int = MOST, ranged: bool = True) -> Start:
        """Return the beginning of one response, whatever its status; follow no redirect.

        Of a redirect the body is not read.  Raises AddressRefused, TooMuch (not within
        ``limits.deadline``), NoSuchHost, TryAgain (no connection, or it broke off) or StopRun
        (TLS).
        """
        address.split(url)
        if self._proxied:
            self._check_by_name(url)
        begun = self._clock()
        with Deadline(self.limits.deadline) as deadline:
            self._guard.deadline = deadline
            try:
                response = self._opened(url, most, ranged, deadline)
                try:
                    return self._read(response, url, most, begun, deadline)
                finally:
                    response.close()  # not drained: the rest may be endless
            finally:
                self._guard.deadline = None
                self._session.close()  # its connections; the next request may be minutes away

    def led_to(self, start: Start) -> str:
        """Return where a redirect leads; raise AddressRefused where it may not lead."""
        return self._led_to(start.url, start.location)

    def _opened(self, url: str, most: int, ranged: bool, deadline: Deadline) -> requests.Response:
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        if ranged:
            headers["Range"] = f"bytes=0-{most - 1}"
        try:
            return self._send(url, Sent(headers), deadline)
        except TryAgain as error:
            if error.id == "host-unknown" and _is_no_host(error):
                raise NoSuchHost(error.id, where=url, **error.params) from error
            raise

    def _read(
        self, response: requests.Response, url: str, most: int, begun: float, deadline: Deadline
    ) -> Start:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status_code
        location = headers.get("location", "") if status in REDIRECTS else ""
        content, whole = b"", False
        if not location:
            content, whole = _begin(response.raw, url, most, deadline)
        return Start(
            url,
            status,
            headers,
            location,
            _plain(content, headers, most),
            whole,
            _size(status, headers, len(content) if whole else None),
            self._clock() - begun,
        )


def _begin(raw: BaseHTTPResponse, url: str, most: int, deadline: Deadline) -> tuple[bytes, bool]:
    """Return at most ``most`` bytes as transferred, and whether the body ended with them."""
    declared = body.declared_length(raw.headers.get("content-length", ""))
    pieces: list[bytes] = []
    arrived = 0
    try:
        while arrived < most and (piece := raw.read1(most - arrived, decode_content=False)):
            pieces.append(piece)
            arrived += len(piece)
            if deadline.passed:
                break
    except (HTTPError, OSError, ValueError) as error:
        _in_time(deadline, url)
        raise TryAgain("answer-broke-off", where=url, reason=str(error)[:300]) from error
    _in_time(deadline, url)
    return b"".join(pieces), arrived < most or arrived == declared


def _in_time(deadline: Deadline, url: str) -> None:
    if deadline.passed:
        raise TooMuch("answer-slow", where=url, seconds=deadline.seconds)


def _plain(content: bytes, headers: Mapping[str, str], most: int) -> bytes:
    """Return the bytes unpacked, at most ``most``; b"" if they are packed in an unknown way."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return content
    return b"".join(_unpacked(content, encoding, most))


def _unpacked(content: bytes, encoding: str, most: int) -> Iterator[bytes]:
    if encoding not in ("gzip", "x-gzip", "deflate") or not content:
        return
    try:
        yield zlib.decompressobj(body.window(encoding, content)).decompress(content, most)
    except zlib.error:  # not packed, although declared: as a browser we cannot show it
        return


def _size(status: int, headers: Mapping[str, str], arrived: int | None) -> int | None:
    """Return the size of the file: the total of a range, the declared length, or what arrived."""
    if headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        return None
    if status in (206, 416):
        return body.declared_length(headers.get("content-range", "").rpartition("/")[2])
    declared = body.declared_length(headers.get("content-length", ""))
    return declared if declared is not None else arrived


def _is_no_host(error: BaseException) -> bool:
    """Return whether the name service said so, and not that it cannot say."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, socket.gaierror):
            return seen.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None))
        inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = seen.__cause__ or (inner if isinstance(inner, BaseException) else None)
    return False
