"""The three families of error and their three fates.

The fate is in the type: :mod:`hanse_harvesters.pipeline` is the one place that
acts on it.  A deviation that does not end anything is no error but an
:class:`hanse_harvesters.issue.Issue`.

The words stand in ``messages.yaml``; code names a message and gives its parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from hanse_harvesters.messages import CAUSE, messages, storable


class HanseError(Exception):
    """Anything the project raises on purpose.

    ``id``      names a message of ``messages.yaml``; KeyError for one that it lacks.
    ``where``   file and line, URL or record.
    ``params``  what the message's placeholders stand for, as JSON values; ``cause`` is
                another error as JSON.
    """

    def __init__(self, id: str, /, *, where: str = "", **params: object) -> None:
        messages()[id]
        self.id = id
        self.where = where[:2000]  # an address may be of any length
        self.params = {name: storable(value) for name, value in params.items()}
        super().__init__(id)

    def what_in(self, language: str) -> str:
        """What happened, in the reader's language."""
        return messages()[self.id].what(language, self.params)

    def remedy_in(self, language: str) -> str:
        """What to do about it, in the reader's language."""
        return messages()[self.id].remedy(language, self.params)

    def text(self, language: str = "en") -> str:
        """Where, what and remedy on one line."""
        head = f"{self.where}: " if self.where else ""
        return f"{head}{self.what_in(language)} {self.remedy_in(language)}"

    def __str__(self) -> str:
        return self.text()

    @property
    def what(self) -> str:
        """What happened, in English."""
        return self.what_in("en")

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self.remedy_in("en")

    @property
    def own_words(self) -> dict[str, Any]:
        """The parameters by which an error that says more has ``{what}`` and ``{remedy}``."""
        return {CAUSE: self.as_json()}

    @property
    def reasons(self) -> dict[str, str]:
        """The parameters by which an issue has ``{reason}``: this error, as JSON."""
        text = json.dumps(self.as_json())
        if len(text) > _LONGEST_REASON:
            params = {name: _cut(value) for name, value in self.params.items() if name != CAUSE}
            text = json.dumps({"id": self.id, "where": _cut(self.where), "params": params})
        return {"error": text}

    def as_json(self) -> dict[str, Any]:
        """``{"id", "where", "params"}``: no words, these come in the reader's language."""
        return {"id": self.id, "where": self.where, "params": self.params}


#: Characters of an error that an issue keeps.
_LONGEST_REASON = 1000


def _cut(value: Any) -> Any:
    return value[:100] if isinstance(value, str) else value


E = TypeVar("E", bound=HanseError)


def recast(error: HanseError, kind: type[E], *, where: str = "") -> E:
    """The same message with another fate, or said of another place."""
    return kind(error.id, where=where or error.where, **error.params)


def from_json(stored: Mapping[str, Any]) -> HanseError | None:
    """What :meth:`HanseError.as_json` gave; None where the message is gone by now."""
    if stored.get("id") not in messages():
        return None
    return HanseError(stored["id"], where=stored.get("where", ""), **stored.get("params", {}))


class StopRun(HanseError):
    """The run of this source ends here; what arrived before it stays."""


class TryAgain(HanseError):
    """A passing fault (429, 5xx, time-out): the HTTP module retries, then stops the run.

    ``after`` is the wait in seconds the server asked for, if it did.
    """

    def __init__(
        self, id: str, /, *, where: str = "", after: float | None = None, **params: object
    ) -> None:
        super().__init__(id, where=where, **params)
        self.after = after


class SkipRecord(HanseError):
    """One record cannot be used; the ones before and after it still arrive."""


class ConfigError(StopRun):
    """Settings that cannot be used: an unknown key, a wrong value, a missing file."""


class AddressRefused(StopRun):
    """A private, loopback, link-local or otherwise forbidden address (docs/outside.md)."""


class TooMuch(StopRun):
    """A limit was passed: bytes, pages, time, memory."""


class NotACatalogue(StopRun):
    """The answer is no catalogue: an HTML page with 200, an empty body, half an answer."""
