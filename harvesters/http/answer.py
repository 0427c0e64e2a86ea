"""Limits of a request, and its result: an answer, or an error for the status."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import IO, TYPE_CHECKING

from hanse_harvesters.errors import StopRun, TryAgain

if TYPE_CHECKING:
    import requests

#: Status codes of temporary errors.
_PASSING = {408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524}
_LASTING = {
    401: "status-login",
    403: "status-forbidden",
    404: "status-absent",
    410: "status-gone",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a request; times in seconds, sizes in bytes.

    ``deadline``  for one request with its body, however slowly it arrives.
    ``size``      of the decoded body.
    ``tries``     in total; ``back_off`` before the second, doubled each time.
    ``patience``  the longest wait, even if ``Retry-After`` asks for more.
    ``pause``     maximum between two requests to a host; it equals the last response time.
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
    """A status that a retry would not change: 4xx, or 5xx after the last try.

    ``status`` is the code, 0 if there was no response; ``excerpt`` the beginning of the body.
    """

    status = 0
    excerpt = ""


@dataclass(slots=True)
class Answer:
    """A 200 with its body in a file, or a 304 without one; close it, or use ``with``.

    ``url``      URL of the body, after redirects.
    ``sized``    True if the server declared where the body ends.
    ``seconds``  time of the request, including the body.
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
        """The charset declared by the server, "" if there is none."""
        head = Message()
        head["content-type"] = self.headers.get("content-type", "")
        return head.get_content_charset("") or ""

    @property
    def not_modified(self) -> bool:
        """True for a 304: nothing has changed since the validators that were sent."""
        return self.status == 304

    @property
    def validators(self) -> dict[str, str]:
        """``{"etag": …, "last_modified": …}`` for the next request, as far as sent."""
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
        """Close the file with the body."""
        if self.file is not None:
            self.file.close()


def judge(response: requests.Response, url: str) -> None:
    """Raise TryAgain or BadStatus for anything but a 200 or 304."""
    status = response.status_code
    if status in (200, 304):
        return
    if status in _PASSING:
        after = retry_after(response.headers)
        passing = TryAgain("status-passing", where=url, after=after, status=status)
        passing.status = status  # type: ignore[attr-defined]
        raise passing
    error = BadStatus(_LASTING.get(status, "status-other"), where=url, status=status)
    error.status = status
    error.excerpt = _excerpt(response)
    raise error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of ``Retry-After``, which may be a number or a date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(int(text[:300]))
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, IndexError):  # an invalid header
        return None


def _excerpt(response: requests.Response) -> str:
    """Return the beginning of an error's body, for the message; "" if it cannot be read.

    Decompressed at most once and to a few kilobytes: an error page may be a zip bomb, too.
    """
    from urllib3.exceptions import HTTPError  # loaded with the response

    packed = response.headers.get("content-encoding", "").strip().lower()
    try:
        start: bytes = response.raw.read1(4096, decode_content=False)
        if packed in ("gzip", "x-gzip"):
            start = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(start, 4096)
        elif packed:
            return ""
    except (HTTPError, OSError, zlib.error):  # the status is the error, its text is optional
        return ""
    return start.decode("utf-8", "replace")
