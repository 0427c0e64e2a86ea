"""Long answers that are written while they are sent: few at a time, and not to who hardly reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import ckan.plugins.toolkit as tk
from flask import Response, request, stream_with_context

#: Streams that a process sends at a time: the others of its threads serve pages.
_AT_ONCE = 2
#: Seconds within which a client must have taken a part (some hundred kilobytes).
_PATIENCE = 60.0
_RETRY = 60

_slots = threading.BoundedSemaphore(_AT_ONCE)


def stream(parts: Iterable[bytes], content_type: str) -> Response:
    """Return an answer of parts, made one after the other; 503 while too many are being sent.

    A client that takes too long over a part is hung up on.  ``HEAD`` makes no part.
    """
    if request.method == "HEAD":
        return Response(content_type=content_type)
    return limited(
        lambda place: Response(stream_with_context(place.during(parts)), content_type=content_type)
    )


class Place:
    """One of the long answers being sent, until its last part or its end."""

    def __init__(self) -> None:
        self._held = True

    def during(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the parts; then the place is free."""
        try:
            yield from parts
        finally:
            self.leave()

    def leave(self) -> None:
        """Free the place, if it is not yet."""
        if self._held:
            self._held = False
            _slots.release()


def limited(make: Callable[[Place], Response]) -> Response:
    """Return the long answer that ``make`` begins; 503 while too many are being sent."""
    if not _slots.acquire(blocking=False):
        text = tk._(
            "Too many are reading the whole catalogue at this moment. Try again in a minute, or "
            "read it page by page."
        )
        answer = Response(text, 503, content_type="text/plain; charset=utf-8")
        answer.headers["Retry-After"] = str(_RETRY)
        return answer
    place = Place()
    try:
        hurry()
        answer = make(place)
    except BaseException:
        place.leave()
        raise
    answer.call_on_close(place.leave)  # also if not a single part was taken
    return answer


def hurry() -> None:
    """Limit how long a part may take to be sent, where the server shows its socket (gunicorn)."""
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(_PATIENCE)
