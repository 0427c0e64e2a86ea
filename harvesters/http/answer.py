"""What a request may cost, and what comes of it: an answer, or a status that is none."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import IO

import requests
from urllib3.exceptions import HTTPError

from hanse_harvesters.errors import StopRun, TryAgain

#: Status codes that may be gone in a moment.
_PASSING = {408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524}
_LASTING = {
    401: "status-login",
    403: "status-forbidden",
    404: "status-absent",
    410: "status-gone",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may cost; times in seconds, sizes in bytes.

    ``deadline``  one request with its body, whatever trickles in.
    ``size``      of the decoded body.
    ``tries``     in all; ``back_off`` before the second, doubled each time.
    ``patience``  the longest wait, also where ``Retry-After`` asks for more.
    ``pause``     between two requests to one host at most: as long as it took to answer.
    """

    connect: float = 10.0
    read: float = 60.0
    deadline: float = 600.0
    size: int = 1 << 30
    redirects: int = 5
    tries: int = 4
    back_off: float = 1.0
    patience: float = 120.0
    pause: float = 0.1


class BadStatus(StopRun):
    """An answer that no further try would change: 4xx, or 5xx to the last.

    ``status`` is the code, 0 if none came; ``excerpt`` the beginning of the answer.
    """

    status = 0
    excerpt = ""


@dataclass(slots=True)
class Answer:
    """A 200 with its body in a file, or a 304 without one; close it, or use ``with``.

    ``url``      where the body came from, after redirects.
    ``sized``    True where the server declared where the body ends.
    ``seconds``  it took, body and all.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    file: IO[bytes] | None = None
    size: int = 0
    sized: bool = True
    seconds: float = 0.0

    @property
    def charset(self) -> str:
        """The charset the server named, "" if it named none."""
        head = Message()
        head["content-type"] = self.headers.get("content-type", "")
        return head.get_content_charset("") or ""

    @property
    def not_modified(self) -> bool:
        """True for a 304: nothing changed since the validators that were sent."""
        return self.status == 304

    @property
    def validators(self) -> dict[str, str]:
        """``{"etag": …, "last_modified": …}`` to send the next time, as far as given."""
        names = {"etag": "etag", "last_modified": "last-modified"}
        return {key: self.headers[name] for key, name in names.items() if name in self.headers}

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the body."""
        if self.file is not None:
            self.file.close()


def judge(response: requests.Response, url: str) -> None:
    """TryAgain or BadStatus for anything but a 200 or 304."""
    status = response.status_code
    if status in (200, 304):
        return
    if status in _PASSING:
        after = _retry_after(response.headers)
        passing = TryAgain("status-passing", where=url, after=after, status=status)
        passing.status = status  # type: ignore[attr-defined]
        raise passing
    error = BadStatus(_LASTING.get(status, "status-other"), where=url, status=status)
    error.status = status
    error.excerpt = _excerpt(response)
    raise error


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of ``Retry-After``, given as a number or as a date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(int(text[:300]))
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, IndexError):  # whatever stands there
        return None


def _excerpt(response: requests.Response) -> str:
    """The beginning of an error's body, for the message; "" if it cannot be read.

    Unpacked at most once and to a few kilobytes: an error page may be a bomb as well.
    """
    packed = response.headers.get("content-encoding", "").strip().lower()
    try:
        start: bytes = response.raw.read1(4096, decode_content=False)
        if packed in ("gzip", "x-gzip"):
            start = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(start, 4096)
        elif packed:
            return ""
    except (HTTPError, OSError, zlib.error):  # the status is the error, its text a courtesy
        return ""
    return start.decode("utf-8", "replace")
