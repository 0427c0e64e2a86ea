"""Spreadsheets to download: the template of a list, and an uploaded list with what it lacks."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path, PurePath
from typing import IO, Any

import ckan.plugins.toolkit as tk
from flask import Response, send_file

from ckanext.hanse import language
from ckanext.hanse.sources import uploaded
from ckanext.hanse.store import lists
from hanse_harvesters.errors import HanseError
from hanse_harvesters.tables import completed, errors
from hanse_harvesters.tables import template as empty_list
from hanse_harvesters.tables.checked import Checked, check

#: The languages of the template; others get the English one.
_LANGUAGES = ("de", "en")


def template(lang: str) -> Response:
    """Return the template of a list."""
    content = io.BytesIO()
    empty_list.write(content, language=lang)
    return _attachment(content, {"de": "Datenliste.xlsx"}.get(lang, "data-list.xlsx"))


def download(row: Mapping[str, Any], what: str) -> Response:
    """Return a list as it was uploaded (``original``), ``completed``, or its ``errors``.

    Raises ValidationError if it cannot be read.
    """
    if what == "original":
        return _attachment(lists.path(row["name"]), row["title"])
    content, lang = io.BytesIO(), language.of_page()
    try:
        _WRITERS[what](content, row, lang if lang in _LANGUAGES else "en")
    except HanseError as error:
        raise tk.ValidationError({"upload": [error.text(lang)]}) from error
    words = {"completed": tk._("completed"), "errors": tk._("errors")}
    return _attachment(content, f"{PurePath(row['title']).stem}-{words[what]}.xlsx")


def _read(row: Mapping[str, Any]) -> Checked:
    found = uploaded.settings_for(lists.get(row["name"]))
    with closing(lists.client(found.url, organization=found.organization)) as client:
        return check(found, client)


def _completed(target: IO[bytes], row: Mapping[str, Any], lang: str) -> None:
    completed.write(target, _read(row).listing, language=lang)


def _errors(target: IO[bytes], row: Mapping[str, Any], lang: str) -> None:
    errors.write(target, _read(row), language=lang)


_WRITERS = {"completed": _completed, "errors": _errors}


def _attachment(content: io.BytesIO | Path, name: str) -> Response:
    """Return a file that no browser shows as a page of this site."""
    if isinstance(content, io.BytesIO):
        content.seek(0)
    answer = send_file(
        content, as_attachment=True, download_name=name, mimetype="application/octet-stream"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
