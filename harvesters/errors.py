"""The three families of errors and how each is handled.

The type decides how an error is handled, and :mod:`hanse_harvesters.pipeline` is the only
module that does it.  A problem that ends nothing is not an error but an
:class:`hanse_harvesters.issue.Issue`.

The texts are in ``messages.yaml``; code names a message and passes its parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from hanse_harvesters.messages import CAUSE, messages, storable


def _sentence(text: str) -> str:
    whole = _ended(text)
    return f"{whole[:1].upper()}{whole[1:]}"


def _ended(text: str) -> str:
    """Return a sentence with the full stop that a remedy after it needs."""
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


class HanseError(Exception):
    """Base class of every error that the project raises on purpose.

    ``id``      id of a message in ``messages.yaml``; raises KeyError if there is none.
    ``where``   file and line, URL or record.
    ``params``  values of the message's placeholders, as JSON values; ``cause`` is
                another error as JSON.
    """

    def __init__(self, id: str, /, *, where: str = "", **params: object) -> None:
        messages()[id]
        self.id = id
        self.where = where[:2000]  # a URL may be of any length
        self.params = {name: storable(value) for name, value in params.items()}
        super().__init__(id)

    def what_in(self, language: str) -> str:
        """Return what happened, in the reader's language."""
        return messages()[self.id].what(language, self.params)

    def remedy_in(self, language: str) -> str:
        """Return what to do about it, in the reader's language."""
        return messages()[self.id].remedy(language, self.params)

    def in_words(self, language: str) -> dict[str, str]:
        """Return ``id``, ``where``; in ``language`` ``what``, also as ``sentence``, ``remedy``."""
        what = self.what_in(language)
        return {
            "id": self.id,
            "where": self.where,
            "what": what,
            "sentence": _sentence(what),
            "remedy": self.remedy_in(language),
        }

    def sentences(self, language: str) -> str:
        """Return what and remedy as two sentences, without a setting's key: a form has labels."""
        what = self.what_in(language).removeprefix(f"{self.params.get('key', '')}: ")
        return f"{_sentence(what)} {self.remedy_in(language)}"

    def text(self, language: str = "en") -> str:
        """Return where, what and remedy on one line."""
        head = f"{self.where}: " if self.where else ""
        return f"{head}{_ended(self.what_in(language))} {self.remedy_in(language)}"

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
        """Parameters by which a wrapping error shows this one's ``{what}`` and ``{remedy}``."""
        return {CAUSE: self.as_json()}

    @property
    def reasons(self) -> dict[str, str]:
        """The parameters for an issue's ``{reason}``: this error as JSON."""
        text = json.dumps(self.as_json())
        if len(text) > _LONGEST_REASON:
            params = {name: _cut(value) for name, value in self.params.items() if name != CAUSE}
            text = json.dumps({"id": self.id, "where": _cut(self.where), "params": params})
        return {"error": text}

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "where", "params"}``; texts depend on the reader's language."""
        return {"id": self.id, "where": self.where, "params": self.params}


#: Maximum number of characters of an error stored in an issue.
_LONGEST_REASON = 1000


def _cut(value: Any) -> Any:
    return value[:100] if isinstance(value, str) else value


E = TypeVar("E", bound=HanseError)


def recast(error: HanseError, kind: type[E], *, where: str = "") -> E:
    """Return the same message as an error of another type, or for another place."""
    return kind(error.id, where=where or error.where, **error.params)


def from_json(stored: Mapping[str, Any]) -> HanseError | None:
    """Restore an error from :meth:`HanseError.as_json`; None if its message no longer exists."""
    if stored.get("id") not in messages():
        return None
    return HanseError(stored["id"], where=stored.get("where", ""), **stored.get("params", {}))


class StopRun(HanseError):
    """The run of this source ends here; the records already received are kept."""


class TryAgain(HanseError):
    """A temporary failure (429, 5xx, time-out): the HTTP module retries, then stops the run.

    ``after`` is the number of seconds the server asked to wait, if it did.
    """

    def __init__(
        self, id: str, /, *, where: str = "", after: float | None = None, **params: object
    ) -> None:
        super().__init__(id, where=where, **params)
        self.after = after


class SkipRecord(HanseError):
    """One record cannot be used; the records before and after it are still processed."""


class ConfigError(StopRun):
    """Unusable settings: an unknown key, a wrong value, a missing file."""


class AddressRefused(StopRun):
    """A private, loopback, link-local or otherwise forbidden address (docs/outside.md)."""


class TooMuch(StopRun):
    """A limit was exceeded: bytes, pages, time, memory."""


class NotACatalogue(StopRun):
    """The response is not a catalogue: an HTML page with 200, an empty or truncated body."""
