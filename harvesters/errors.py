"""The three families of error and their three fates.

The fate is in the type: :mod:`hanse_harvesters.pipeline` is the one place that
acts on it.  A deviation that does not end anything is no error but an
:class:`hanse_harvesters.issue.Issue`.
"""

from __future__ import annotations


class HanseError(Exception):
    """Anything the project raises on purpose.

    ``what`` says what happened, ``where`` names file and line, URL or record,
    ``remedy`` says what to do about it; the text shown is all three.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.remedy}".rstrip()


class StopRun(HanseError):
    """The run of this source ends here; what arrived before it stays."""


class TryAgain(HanseError):
    """A passing fault (429, 5xx, time-out): the HTTP module retries, then stops the run.

    ``after`` is the wait in seconds the server asked for, if it did.
    """

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", after: float | None = None
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.after = after


class SkipRecord(HanseError):
    """One record cannot be used; the ones before and after it still arrive."""


class ConfigError(StopRun):
    """Settings that cannot be used: an unknown key, a wrong value, a missing file."""


class AddressRefused(StopRun):
    """A private, loopback, link-local or otherwise forbidden address (design: one HTTP module)."""


class TooMuch(StopRun):
    """A limit was passed: bytes, pages, time, memory."""


class NotACatalogue(StopRun):
    """The answer is no catalogue: an HTML page with 200, an empty body, half an answer."""
