"""Files that people upload: which may come in, and how they go out."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request
from werkzeug.datastructures import FileStorage

from ckanext.hanse import settings

#: What a browser may show on this site; everything else is downloaded.
#: HTML, SVG and XML can carry scripts that would run with the reader's session.
_SHOWN = {
    "application/json", "application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp",
    "text/csv", "text/plain",
}  # fmt: skip


def check(resource: dict[str, Any]) -> None:
    """ValidationError for an upload whose file name ending is not on the operator's list."""
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
