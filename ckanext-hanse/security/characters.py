"""Refuses requests with characters that no database stores, before any view runs.

A NUL, or an unpaired UTF-16 surrogate, is in no text that a person writes.  CKAN's own views
and actions pass them on to PostgreSQL and Solr, and fail with an internal error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request
from werkzeug.exceptions import HTTPException

from ckanext.hanse.security import refusal

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: JSON escapes that may be decoded to one of them.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
#: Bytes that a query has percent-encoded (RFC 3986, 2.1).
_RAW = re.compile(rb"[\x80-\xff]")
#: Invalid credentials are handled by :mod:`.login`.
_SIGN_IN = {"user.login"}


def check() -> Response | None:
    """Refuse a request with such a character and name the field; None lets it pass."""
    # Sent as they are, bytes that are no UTF-8 could not be read by any view.
    request.query_string = _RAW.sub(lambda found: b"%%%02X" % found[0][0], request.query_string)
    if request.endpoint in _SIGN_IN:
        return None
    try:
        field = next(_fields(), None)
    except RecursionError:  # brackets nested without end
        field = "JSON"
    return None if field is None else _refuse(field)


def is_storable(text: str) -> bool:
    """Return whether the database can store a text."""
    return not _UNSTORABLE.search(text)


def _fields() -> Iterator[str]:
    """Yield the names of fields that have such a character, including the page's URL."""
    if not is_storable(request.path):
        yield tk._("Address")
    for given in (request.args, request.form, request.files):
        for key, value in given.items(multi=True):
            text = value if isinstance(value, str) else value.filename or ""
            if not (is_storable(key) and is_storable(text)):
                yield _printable(key)
    for key, value in _json():
        if not all(map(is_storable, _texts([key, value]))):
            yield _printable(key)


def _json() -> list[tuple[str, Any]]:
    """Return the fields of a JSON body that may contain such a character."""
    if not request.content_length or request.form or request.files:
        return []
    if request.endpoint != "api.action" and not request.is_json:
        return []
    try:
        found = request.get_json()  # cached for the view
    except HTTPException:  # the view reports it
        return []
    suspect = isinstance(found, dict) and _SUSPECT.search(request.get_data())
    return list(found.items()) if suspect else []


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item


def _printable(name: str) -> str:
    return _UNSTORABLE.sub("\ufffd", name)


def _refuse(field: str) -> Response:
    reported = tk._("This holds characters that cannot be stored")
    return refusal.answer(
        400,
        kind="Validation Error",
        heading=tk._("This cannot be read"),
        text=f"{field}: {reported}",
        fields={field: [reported]},
    )
