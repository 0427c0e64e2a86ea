"""The uploaded list of a source: the page to replace it, and the spreadsheets to download."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.hanse.presentation import spreadsheets
from ckanext.hanse.store import lists
from ckanext.hanse.views.harvest import act, found, harvest, page, reported, write
from ckanext.hanse.views.previews import asked


@harvest.route("/source/<name>/list", methods=["GET", "POST"])
@page
def data_list(name: str) -> Any:
    """Show the list in use and earlier ones; by POST, receive another and preview it."""
    wanted, errors = found(name), {}
    if wanted["kind"] != lists.KIND:
        raise tk.ObjectNotFound(tk._("Not found"))
    if request.method == "POST":
        try:
            row = act("hanse_list_upload", id=name, upload=request.files.get("upload"))
            return asked(id=name, upload=row["name"])
        except tk.ValidationError as error:
            errors = error.error_dict
    kept = act("hanse_source_lists", id=name)
    return tk.render(
        "hanse/harvest/list.html",
        {
            "source": wanted,
            "errors": errors,
            "current": next((item for item in kept if item["current"]), None),
            "others": [item for item in kept if not item["current"]],
        },
    )


@write("/source/<name>/list/<upload>/preview")
def list_preview(name: str, upload: str) -> Any:
    """Preview the source as if it were read from this list."""
    try:
        return asked(id=name, upload=upload)
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return tk.redirect_to("hanse_harvest.data_list", name=name)


@write("/source/<name>/list/<upload>/use")
def list_use(name: str, upload: str) -> Any:
    """Read the source from this list from now on, and run it."""
    try:
        act("hanse_list_use", id=name, upload=upload)
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return tk.redirect_to("hanse_harvest.data_list", name=name)
    tk.h.flash_success(tk._("The list is taken over. The run begins as soon as a worker is free."))
    return tk.redirect_to("hanse_harvest.source", name=name)


@harvest.route("/list/<upload>/<any(original,completed,errors):what>")
@page
def list_file(upload: str, what: str) -> Response:
    """Download a list: as it was uploaded, with every identifier filled in, or its errors."""
    row = act("hanse_list_show", name=upload)
    try:
        return spreadsheets.download(row, what)
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        if row["source"]:
            return tk.redirect_to("hanse_harvest.data_list", name=row["source"])
        return tk.redirect_to("hanse_harvest.index")


@harvest.route("/source/<name>/list/<any(completed,errors):what>")
@page
def list_now(name: str, what: str) -> Response:
    """Download the list that a source reads from an address, completed or with its errors."""
    found(name)
    tk.check_access("hanse_source_preview", {}, {"id": name})
    try:
        return spreadsheets.download_now(name, what)
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return tk.redirect_to("hanse_harvest.data_list", name=name)


@harvest.route("/template-<any(de,en):language>.xlsx")
@page
def template(language: str) -> Response:
    """Download the template of a list."""
    return spreadsheets.template(language)
