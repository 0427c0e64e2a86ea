"""Requests with characters that no database stores are refused, before any view meets them.

A NUL, or half of a pair of UTF-16, is in no text that a person writes.  CKAN's own views and
actions pass them on to PostgreSQL and Solr, and end as an internal error.
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
#: What in JSON, before it is read, may become one of them.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
#: Wrong credentials are wrong credentials: :mod:`.login` answers.
_SIGN_IN = {"user.login"}


def check() -> Response | None:
    """Refuse a request with such a character and name the field; None lets it pass."""
    if request.endpoint in _SIGN_IN:
        return None
    try:
        field = next(_fields(), None)
    except RecursionError:  # brackets within brackets, without end
        field = "JSON"
    return None if field is None else _refuse(field)


def is_storable(text: str) -> bool:
    """Whether a text of the database can hold it."""
    return not _UNSTORABLE.search(text)


def _fields() -> Iterator[str]:
    """Names of what holds such a character, the address of the page among them."""
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
    """The fields of a JSON body in which there may be such a character."""
    if not request.content_length or request.form or request.files:
        return []
    if request.endpoint != "api.action" and not request.is_json:
        return []
    try:
        found = request.get_json()  # kept for the view
    except HTTPException:  # the view says so
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
