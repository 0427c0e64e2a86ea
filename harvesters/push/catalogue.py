"""The catalogue that a push goes to: its actions, called again where the link fails."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ckanapi
import requests

from hanse_harvesters.errors import ConfigError, StopRun
from hanse_harvesters.http import address
from hanse_harvesters.http.client import short

#: The error for a request that the catalogue, or a proxy before it, finds too large.
LARGE = "push-large"
#: Tries of one request, and seconds before the second; each further wait is twice as long.
_TRIES, _BACK_OFF, _LONGEST = 8, 1.0, 60.0
#: Where CKAN is installed, those of ckanapi are CKAN's own.
_ERRORS = (
    requests.RequestException,
    ckanapi.CKANAPIError,
    ckanapi.ServerIncompatibleError,
    KeyError,  # ckanapi's, for an answer without a result
    RecursionError,  # the JSON reader's
    ckanapi.NotAuthorized,
    ckanapi.NotFound,
    ckanapi.ValidationError,
)
#: Statuses of 400 and above that may change by themselves; any other is the same next time.
_PASSING = {408, 425, 429}
#: Seconds for one request.
_PATIENCE = 120.0


class Catalogue:
    """A catalogue with a token for one of its sources.

    ``url`` of its home page; ``language`` in which it answers, "" for its own; ``sleep`` waits so
    many seconds.
    """

    def __init__(
        self,
        url: str,
        token: str,
        language: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = address.split(url, where="--to").geturl()
        parts = urlsplit(self._url)
        if parts.scheme != "https" and not address.loopback(self._url):
            raise ConfigError("push-address-plain", where=url)
        session = requests.Session()
        session.auth = lambda request: request  # or a login in ~/.netrc would replace the token
        # It follows no redirect.
        self._remote = ckanapi.RemoteCKAN(self._url, apikey=token, session=session)
        self._beside = {"lang": language} if language else {}
        self._sleep = sleep

    def call(self, action: str, data: dict[str, Any], upload: bytes | None = None) -> Any:
        """Return the result of an action; StopRun with the catalogue's words if it refuses."""
        data = data | self._beside
        for number in range(_TRIES):
            try:
                files = {"upload": ("lines", io.BytesIO(upload))} if upload is not None else None
                options = {"timeout": _PATIENCE}
                return self._remote.call_action(action, data, files=files, requests_kwargs=options)
            except _ERRORS as error:
                if (refusal := _refusal(error, self._url)) is not None:
                    raise refusal from error
                reason = _short(error)
                if number + 1 < _TRIES:
                    self._sleep(min(_BACK_OFF * 2**number, _LONGEST) * random.uniform(0.75, 1.25))
        raise StopRun("push-link", where=self._url, tries=_TRIES, reason=reason)

    def close(self) -> None:
        """Close the connection."""
        self._remote.close()


def _refusal(error: Exception, url: str) -> StopRun | None:
    """Return what the catalogue says against the request, None if trying again may help."""
    if isinstance(error, ckanapi.NotAuthorized):
        return StopRun("push-refused", where=url)
    if isinstance(error, ckanapi.NotFound):
        return StopRun("push-unknown", where=url)
    if isinstance(error, ckanapi.ValidationError):
        words = [
            str(line)
            for key, lines in (error.error_dict or {}).items()
            if not key.startswith("__")
            for line in (lines if isinstance(lines, list) else [lines])
        ]
        return StopRun("push-invalid", where=url, reason=" ".join(words)[:1000])
    if isinstance(error, requests.exceptions.SSLError):
        return StopRun("tls-failed", where=url, reason=_short(error))
    if isinstance(error, requests.exceptions.InvalidURL):
        return StopRun("push-unknown", where=url)
    if isinstance(error, (ckanapi.ServerIncompatibleError, KeyError, RecursionError)):
        return StopRun("push-unknown", where=url)
    return _refusal_by(_status(error), url)


def _refusal_by(status: int, url: str) -> StopRun | None:
    if 300 <= status < 400:
        return StopRun("push-moved", where=url)
    if status == 413:
        return StopRun(LARGE, where=url)
    if status in {401, 403, 407, 451}:  # without the words of a catalogue
        return StopRun("push-denied", where=url, status=status)
    is_final = 400 <= status < 500 and status not in _PASSING
    return StopRun("push-unknown", where=url) if is_final or status == 200 else None


def _status(error: Exception) -> int:
    """Return the HTTP status that ckanapi puts into the text of its error, 0 if there is none."""
    text = str(error)
    parts = text.split(", ", 2)
    is_status = text.startswith("[") and len(parts) == 3 and parts[1].isdigit()
    return int(parts[1]) if is_status else 0


def _short(error: Exception) -> str:
    """Return the reason in words, without the page that a proxy answers with."""
    status = _status(error)
    return f"HTTP {status}" if status else short(error)
