"""The catalogue that assistants ask: its public API, as any visitor may use it.

Read only by three walls: no account, only GET (CKAN refuses by GET an action that changes
something), and the actions that the tools name.
"""

from __future__ import annotations

import contextvars
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import ckanapi
import requests

from hanse_harvesters.errors import HanseError, StopRun, TryAgain
from hanse_harvesters.http import address
from hanse_harvesters.http.client import short

#: ``X-Forwarded-For`` of the request that is answered, so that the site counts the visitor and
#: not us; "" for none.
forwarded: contextvars.ContextVar[str] = contextvars.ContextVar("forwarded", default="")

_AGENT = "ckanext-hanse-mcp (+https://modelcontextprotocol.io)"
#: Seconds for one request, and bytes of one answer.
_PATIENCE, _LARGEST = 60.0, 20 << 20
_PIECE = 1 << 16
#: Seconds for which the list of cities is kept, and how many CKAN gives at once.
_KEPT, _PAGE = 300.0, 25
#: Status by which CKAN says that it has no such action; ckanapi gives it in the error's text.
_NO_ACTION = 400
#: Seconds to wait where a refusal names none.
_WAIT = 10
_REFUSALS = (ckanapi.ValidationError, ckanapi.SearchQueryError)
#: What ckanapi raises where the search index does not answer.
_AWAY = (ckanapi.SearchError, ckanapi.SearchIndexError)
#: What ckanapi raises for an answer that no CKAN gives.
_ODD = (ckanapi.CKANAPIError, ckanapi.ServerIncompatibleError, KeyError, RecursionError)


class NotOffered(StopRun):
    """The site has no such action or endpoint."""


class NotThere(StopRun):
    """What was named does not exist, or is not public."""


class Document(bytes):
    """An answer of an endpoint that is no action; ``modified`` is its Last-Modified, "" if none."""

    media_type: str = ""
    modified: str = ""


class Catalogue:
    """A site.

    ``url``  of its home page, as people know it.  ``api``  where to ask instead, "" for the same:
    on the machine of the site its own server, which then counts the visitors of assistants.
    """

    def __init__(self, url: str, api: str = "") -> None:
        self.url = address.split(url).geturl().rstrip("/")
        self._api = address.split(api or url).geturl().rstrip("/")
        session = requests.Session()
        session.auth = _signed  # or a login in ~/.netrc would be sent
        session.hooks["response"].append(_read)
        self._session = session
        self._remote = ckanapi.RemoteCKAN(
            self._api, user_agent=_AGENT, get_only=True, session=session
        )
        self._cities: tuple[float, list[dict[str, Any]]] = (0.0, [])

    def call(self, action: str, **given: Any) -> Any:
        """Return the result of an action; parameters that are None or "" are left out.

        Raises TryAgain if the site asks to wait or does not answer, NotThere, NotOffered, or
        StopRun with its words.
        """
        data = {key: _parameter(value) for key, value in given.items() if value not in (None, "")}
        try:
            return self._remote.call_action(action, data, requests_kwargs=_options())
        except HanseError:
            raise
        except ckanapi.NotFound as error:
            raise NotThere("mcp-unknown", what=str(given.get("id") or action)) from error
        except ckanapi.NotAuthorized as error:
            raise NotThere("mcp-not-public") from error
        except _REFUSALS as error:
            raise StopRun("mcp-refused", reason=_words(error)) from error
        except _AWAY as error:
            raise TryAgain("mcp-away", seconds=_WAIT) from error
        except requests.RequestException as error:
            raise TryAgain("mcp-silent", reason=short(error)) from error
        except _ODD as error:
            if f", {_NO_ACTION}, " in str(error)[:1000]:
                raise NotOffered("mcp-not-offered") from error
            raise StopRun("mcp-odd", where=self.url) from error

    def document(self, path: str, accept: str, **given: str) -> Document:
        """Return the answer of an endpoint that is no action.  Raises as :meth:`call`."""
        try:
            answer = self._session.get(
                f"{self._api}/{path}",
                params={key: value for key, value in given.items() if value},
                headers={"Accept": accept, "User-Agent": _AGENT},
                **_options(),
            )
        except requests.RequestException as error:
            raise TryAgain("mcp-silent", reason=short(error)) from error
        if answer.status_code in (404, 405, 501) or 300 <= answer.status_code < 400:
            raise NotOffered("mcp-not-offered")
        if answer.status_code != 200:
            raise StopRun("mcp-refused", reason=_message(answer))
        found = Document(answer.content)
        found.media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        found.modified = answer.headers.get("Last-Modified", "")
        return found

    def cities(self) -> list[dict[str, Any]]:
        """Return the cities: ``name``, ``title``, ``datasets`` (their number); kept some minutes.

        Raises as :meth:`call`.
        """
        read, found = self._cities
        if not found or time.monotonic() - read > _KEPT:
            found = [
                {
                    "name": item["name"],
                    "title": item.get("title") or item["name"],
                    "datasets": item.get("package_count", 0),
                }
                for item in self._organizations()
            ]
            self._cities = (time.monotonic(), found)
        return found

    def _organizations(self) -> Iterator[Mapping[str, Any]]:
        offset = 0
        while True:
            page = self.call("organization_list", all_fields=True, limit=_PAGE, offset=offset)
            yield from page
            offset += _PAGE
            if len(page) < _PAGE:
                return

    def close(self) -> None:
        """Close the connections."""
        self._remote.close()


def _options() -> dict[str, Any]:
    return {"timeout": _PATIENCE, "allow_redirects": False, "stream": True}


def _signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
    if visitor := forwarded.get():
        request.headers["X-Forwarded-For"] = visitor
    return request


def _read(answer: requests.Response, **_: Any) -> None:
    """Read an answer up to the limit; raise for one that asks to wait."""
    if answer.status_code in (429, 503):
        after = answer.headers.get("Retry-After", "")
        wait = int(after) if after.isascii() and after.isdigit() else _WAIT
        answer.close()
        id = "mcp-busy" if answer.status_code == 429 else "mcp-away"
        raise TryAgain(id, after=float(wait), seconds=wait)
    content = bytearray()
    for piece in answer.iter_content(_PIECE):
        content += piece
        if len(content) > _LARGEST:
            answer.close()
            raise StopRun("mcp-large", megabytes=_LARGEST >> 20)
    answer._content = bytes(content)


def _parameter(value: Any) -> Any:
    """Return a value as the query of an address can carry it; a dict or list of them as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict) else value


def _words(error: Exception) -> str:
    """Return what the site says against a request."""
    fields = getattr(error, "error_dict", None)
    if not isinstance(fields, Mapping):
        return str(error)[:500]
    words = [
        f"{key}: {line}"
        for key, lines in fields.items()
        if not str(key).startswith("__")
        for line in (lines if isinstance(lines, list) else [lines])
    ]
    return " ".join(words)[:500]


def _message(answer: requests.Response) -> str:
    """Return the words of an endpoint's refusal: those of its JSON, else its plain text."""
    kind = answer.headers.get("Content-Type", "")
    if "json" in kind:
        try:
            found = answer.json()
        except ValueError:
            found = None
        error = found.get("error", found) if isinstance(found, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        if isinstance(message, str) and message:
            return message[:500]
    if kind.startswith("text/plain"):
        return answer.text[:500]
    return f"HTTP {answer.status_code}"
