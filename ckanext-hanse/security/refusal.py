"""Responses to refused requests with the reason: a page for people, CKAN's JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

import ckan.plugins.toolkit as tk
from flask import Response, request

_TOO_MANY = "Rate Limit Error"


def answer(
    status: int,
    *,
    kind: str,
    heading: str,
    text: str,
    again: str = "",
    headers: Mapping[str, str] | None = None,
    fields: Mapping[str, list[str]] | None = None,
) -> Response:
    """Return the response with this status.

    ``kind`` names the error for programs, ``heading`` and ``text`` are for people, ``again`` is
    the path of a page on which they can continue; ``fields`` maps fields to errors for programs.
    """
    if wants_json():
        response = _json(kind, text, fields or {})
    else:
        reported = {"heading": heading, "text": text, "again": again and tk.h.url_for(again)}
        page = {"code": status, "refusal": reported}
        response = Response(tk.render("error_document_template.html", page))
    response.status_code = status
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many(wait: int, heading: str, text: str, *, again: str = "") -> Response:
    """Return 429: too many requests; the next is allowed in ``wait`` seconds."""
    headers = {"Retry-After": str(wait)}
    return answer(429, kind=_TOO_MANY, heading=heading, text=text, again=again, headers=headers)


def too_many_attempts(wait: int) -> Response:
    """Return 429 for too many attempts to sign in or to reset a password."""
    return too_many(wait, tk._("A moment, please"), attempts(wait))


def attempts(wait: int) -> str:
    """Return the message for too many attempts."""
    return tk.ungettext(
        "Too many attempts. Please try again in {num} second.",
        "Too many attempts. Please try again in {num} seconds.",
        wait,
    ).format(num=wait)


def wants_json() -> bool:
    """Return whether a program made the request: to the API, or accepting JSON and no page."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or (
        bool(accepted) and accepted.accept_json and not accepted.accept_html
    )


def _json(kind: str, text: str, fields: Mapping[str, list[str]]) -> Response:
    body = {"success": False, "error": {"message": text, **fields, "__type": kind}}
    return Response(json.dumps(body), content_type="application/json;charset=utf-8")
