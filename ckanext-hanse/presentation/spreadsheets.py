"""Spreadsheets to download: the template of a list, and an uploaded list with what it lacks."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path, PurePath
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Response, send_file

from ckanext.hanse import language
from ckanext.hanse.harvest import open_source
from ckanext.hanse.sources import uploaded
from ckanext.hanse.store import lists, sources
from hanse_harvesters.errors import HanseError, StopRun
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.tables import completed, errors
from hanse_harvesters.tables import template as empty_list
from hanse_harvesters.tables.checked import check

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
        file = lists.path(row["name"])
        if not file.is_file():
            absent = StopRun("list-absent", where=row["title"])
            raise tk.ValidationError({"upload": [absent.text(language.of_page())]})
        return _attachment(file, row["title"])
    return _made(uploaded.settings_for(lists.get(row["name"])), what, PurePath(row["title"]).stem)


def download_now(name: str, what: str) -> Response:
    """Return the list of a source ``completed`` or with its ``errors``; its address is asked.

    Raises ValidationError if it cannot be read.
    """
    return _made(sources.settings_of(sources.get(name)), what, name)


def _made(found: SourceSettings, what: str, stem: str) -> Response:
    content, lang = io.BytesIO(), language.of_page()
    model.Session.rollback()  # hold no transaction while the list is read
    try:
        with closing(open_source.client(found)) as client:
            seen = check(found, client)
    except HanseError as error:
        raise tk.ValidationError({"upload": [error.text(lang)]}) from error
    written = lang if lang in _LANGUAGES else "en"
    if what == "completed":
        completed.write(content, seen.listing, language=written)
    else:
        errors.write(content, seen, language=written)
    words = {"completed": tk._("completed"), "errors": tk._("errors")}
    return _attachment(content, f"{stem}-{words[what]}.xlsx")


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
