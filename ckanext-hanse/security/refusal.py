"""A refused request is told why: people by a page, programs by CKAN's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

import ckan.plugins.toolkit as tk
from flask import Response, request


def answer(
    status: int,
    *,
    kind: str,
    heading: str,
    text: str,
    again: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer with this status.

    ``kind`` names the error for programs, ``heading`` and ``text`` are for people, ``again`` is
    the address of a page where they can go on.
    """
    if wants_json():
        response = _json(kind, text)
    else:
        said = {"heading": heading, "text": text, "again": again}
        page = {"code": status, "refusal": said}
        response = Response(tk.render("error_document_template.html", page))
    response.status_code = status
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_json() -> bool:
    """Whether a program asks: the API, or who accepts JSON and no page."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or (
        bool(accepted) and accepted.accept_json and not accepted.accept_html
    )


def _json(kind: str, text: str) -> Response:
    body = {"success": False, "error": {"__type": kind, "message": text}}
    return Response(json.dumps(body), content_type="application/json;charset=utf-8")
