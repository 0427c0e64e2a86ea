"""Long answers that are written while they are sent: few at a time, and not to who hardly reads."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Flask, Response, request, stream_with_context

from ckanext.hanse.security import client

#: Streams that a process sends at a time: the others of its threads serve pages.
_AT_ONCE = 2
#: Of these, to one address: whoever reads slowly keeps nobody else waiting.
_EACH = 1
#: Seconds within which a client must have taken a part (some hundred kilobytes).
_PATIENCE = 60.0
_RETRY = 60


class _Slots:
    """The streams that this process sends, by client."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, who: str, each: int) -> bool:
        """Take a place for a client that may have ``each``; return whether there was one."""
        with self._lock:
            if self._held.total() >= _AT_ONCE or self._held[who] >= each:
                return False
            self._held[who] += 1
            return True

    def free(self, who: str) -> None:
        """Give a place back."""
        with self._lock:
            self._held[who] -= 1
            self._held += Counter()  # none is kept of who has no place


_slots = _Slots()


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
    """One of the long answers being sent to a client, until its last part or its end."""

    def __init__(self, who: str) -> None:
        self._who, self._held = who, True

    def during(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the parts, holding no transaction meanwhile; then the place is free."""
        try:
            for part in parts:
                model.Session.rollback()
                yield part
        finally:
            self.leave()

    def leave(self) -> None:
        """Free the place, if it is not yet."""
        if self._held:
            self._held = False
            _slots.free(self._who)


def limited(make: Callable[[Place], Response], busy: str = "") -> Response:
    """Return the long answer that ``make`` begins; 503, with ``busy``, while too many are sent."""
    address = client.address()
    who = client.network(address)
    if not _slots.take(who, _AT_ONCE if client.is_exempt(address) else _EACH):
        text = tk._(
            "Too many are reading the whole catalogue at this moment, or you are already. Try "
            "again in a minute, or read it page by page."
        )
        answer = Response(busy or text, 503, content_type="text/plain; charset=utf-8")
        answer.headers["Retry-After"] = str(_RETRY)
        return answer
    place = Place(who)
    try:
        answer = make(place)
    except BaseException:
        place.leave()
        raise
    answer.call_on_close(place.leave)  # also if not a single part was taken
    return answer


def install(app: Flask) -> None:
    """Let no client keep a thread busy for ever by not taking its answer."""

    @app.before_request
    def not_for_ever() -> None:
        if request.method in ("GET", "HEAD"):
            hurry()


def hurry() -> None:
    """Limit how long a part may take to be sent, where the server shows its socket (gunicorn)."""
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(_PATIENCE)
