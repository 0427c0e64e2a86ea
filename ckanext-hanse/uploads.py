"""Uploaded files: which are accepted, and how they are served."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request
from werkzeug.datastructures import FileStorage

from ckanext.hanse import settings
from hanse_harvesters.tables.text_file import is_blank

#: Types that a browser may show on this site; everything else is downloaded.
#: HTML, SVG and XML can carry scripts that would run with the reader's session.
_SHOWN = {
    "application/json", "application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp",
    "text/csv", "text/plain",
}  # fmt: skip


#: Files whose text is a table; one with nothing but separators is empty.
_TABLES = {"csv", "tsv", "tab", "txt"}
_CHUNK = 1 << 16


def check(resource: dict[str, Any]) -> None:
    """Raise ValidationError for an empty upload or one of a type that the operator does not list.

    A table with column names and no rows is not empty.
    """
    upload = resource.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        return
    ending = PurePath(upload.filename).suffix.lower().lstrip(".")
    allowed = settings.upload_types()
    if ending not in allowed:
        message = tk._("Files of type “{ending}” cannot be uploaded. Allowed: {allowed}").format(
            ending=ending or "?", allowed=", ".join(sorted(allowed))
        )
        raise tk.ValidationError({"upload": [message]})
    if _is_empty(upload, ending):
        message = tk._(
            "The file “{name}” is empty. Please check the export, or save the table once more, "
            "and upload it again."
        ).format(name=PurePath(upload.filename).name)
        raise tk.ValidationError({"upload": [message]})


def _is_empty(upload: FileStorage, ending: str) -> bool:
    """Return whether the file has no bytes or, for a table, nothing but blank lines."""
    begin = upload.stream.tell()
    try:
        while chunk := upload.stream.read(_CHUNK):
            if ending not in _TABLES or not is_blank(chunk):
                return False
        return True
    finally:
        upload.stream.seek(begin)


def protect(response: Response) -> Response:
    """Make a download harmless: never sniffed, and never run as a page of this site."""
    if not (request.endpoint or "").endswith("resource.download") or response.status_code != 200:
        return response
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype not in _SHOWN:
        name = PurePath(request.path).name
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
