"""Dumps: a page that lists them, the same as JSON, and the files at addresses that stay."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.files import exc
from flask import Blueprint, Response, request, send_file

from ckanext.hanse.export.dumps import files, listing, make, storage
from ckanext.hanse.model import Dump
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views import streaming
from ckanext.hanse.views.harvest import act

log = logging.getLogger(__name__)

hanse_dumps = Blueprint("hanse_dumps", __name__)

#: Seconds after which to ask again for a dump that is being rewritten.
_RETRY = 600


@hanse_dumps.route("/dumps")
def index() -> Any:
    """Show the dumps, how to load them, and how to keep a copy up to date."""
    shown = {
        "dumps": act("hanse_dump_list"),
        "failed": listing.failed(),
        "latest": listing.latest(site(), ""),
        "changes": f"{site()}/changes",
    }
    return tk.render("hanse/dumps.html", shown)


@hanse_dumps.route("/dumps/")
def without_slash() -> Any:
    """Redirect to the page."""
    return tk.redirect_to("hanse_dumps.index")


@hanse_dumps.route("/dumps.json")
def as_json() -> Response:
    """Return the list as ``hanse_dump_list`` does."""
    body = json.dumps({"dumps": act("hanse_dump_list")}, ensure_ascii=False, indent=1)
    answer = Response(body, content_type="application/json; charset=utf-8")
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


@hanse_dumps.route("/dumps/<day>/<name>")
def file(day: str, name: str) -> Response:
    """Return a file of the dump of a day, or of the newest one (``latest``)."""
    row = listing.find(day)
    if row is None or name not in make.NAMES:
        return tk.abort(404, tk._("There is no such dump"))
    if row.without:
        return _withheld()
    answer = _stored(row, name)
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _withheld() -> Response:
    text = tk._("This dump is being written anew. Please try again later.")
    answer = Response(text, 503, content_type="text/plain; charset=utf-8")
    answer.headers["Retry-After"] = str(_RETRY)
    return answer


def _stored(row: Dump, name: str) -> Response:
    item = next((item for item in row.files if item["name"] == name), None)
    if item is None and name != files.CHECKSUMS:
        return tk.abort(404, tk._("There is no such dump"))
    etag = str(item["sha256"]) if item else f"{row.folder}-sums"
    try:
        path = storage.path(row.folder, name)
        return _sent(path, row, etag) if path else _passed_on(row, name, etag, item)
    except (FileNotFoundError, exc.MissingFileError):
        log.error("the storage has no %s/%s, which is in the list of dumps", row.folder, name)
        return tk.abort(404, tk._("There is no such dump"))


def _sent(path: Path, row: Dump, etag: str) -> Response:
    """Return a file of this machine's disk, whole or in parts."""
    answer: Response = send_file(
        path,
        mimetype=files.media_type(path.name),
        as_attachment=True,
        download_name=_title(row, path.name),
        etag=etag,
        last_modified=row.finished,
    )
    return answer


def _passed_on(row: Dump, name: str, etag: str, item: Any) -> Response:
    """Return a file of a storage that is elsewhere: few at a time, each keeps a thread busy."""
    answer = Response(content_type=files.media_type(name))
    answer.headers.set("Content-Disposition", "attachment", filename=_title(row, name))
    answer.set_etag(etag)
    answer.last_modified = row.finished
    if item:
        answer.content_length = int(item["size"])
    if answer.make_conditional(request).status_code == 304 or request.method == "HEAD":
        return answer

    def begin(place: streaming.Place) -> Response:
        answer.response = place.during(storage.chunks(row.folder, name))
        return answer

    return streaming.limited(begin)


def _title(row: Dump, name: str) -> str:
    return f"{row.day.isoformat()}-{name}"
