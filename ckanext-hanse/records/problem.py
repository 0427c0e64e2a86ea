"""What is wrong with a request, for RFC 9457 (``application/problem+json``) and for a page."""

from __future__ import annotations


class Problem(Exception):
    """A request that cannot be answered.

    ``code``    names the reason; its words are in :mod:`.words`.
    ``status``  of the answer: 400, 404 or 503.
    ``name``, ``value``  parameter and its value, as far as one is wrong.
    ``known``   what would be right.
    """

    def __init__(
        self, code: str, *, status: int = 400, name: str = "", value: str = "", known: str = ""
    ) -> None:
        super().__init__(code, name, value)
        self.code = code
        self.status = status
        self.name = name
        self.value = value[:200]
        self.known = known
