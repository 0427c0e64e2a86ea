"""A portal that hands what it is asked on to another server, and keeps the answers."""

from __future__ import annotations

import urllib.error
import urllib.request
from email.message import Message

from portals.recorded import here

from hanse_harvesters.testing.portal import Asked, Reply


class Forward:
    """A script of :class:`Portal` that asks another server, and keeps what was said."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.said: list[tuple[Asked, Reply]] = []

    def __call__(self, asked: Asked) -> Reply:
        """Hand a request on."""
        kept = ("accept", "content-type")
        headers = {name: value for name, value in asked.headers.items() if name in kept}
        request = urllib.request.Request(self.base + asked.target, asked.content, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                reply = Reply(answer.read(), answer.status, _kind(answer.headers))
        except urllib.error.HTTPError as error:
            reply = Reply(error.read(), error.code, _kind(error.headers))
        self.said.append((asked, reply))
        return here(asked, reply)


def _kind(headers: Message) -> dict[str, str]:
    """The header that is kept of an answer, in one spelling."""
    return {"Content-Type": headers["Content-Type"]} if "Content-Type" in headers else {}
