"""Checks and previews: requested by a button, shown on a page of their own."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, redirect, request
from werkzeug.wrappers import Response as Answer

from ckanext.hanse.logic.schema import MOST_PREVIEWED, PREVIEWED
from ckanext.hanse.presentation import source_form
from ckanext.hanse.views.harvest import act, found, harvest, page, part, reported, write

_LIMITS = (PREVIEWED, 50, 100, MOST_PREVIEWED)


def asked(**given: Any) -> Answer:
    """Request a job and redirect to the page of its result; ValidationError."""
    number = act("hanse_preview_ask", **given)["id"]
    return redirect(tk.h.url_for("hanse_harvest.previewed", number=number), 303)


@harvest.route("/source/<name>/preview", methods=["GET", "POST"])
@page
def preview(name: str) -> Any:
    """Show what a run would do: nothing is written, but the portal is queried, hence a POST."""
    tk.check_access("hanse_source_preview", {}, {"id": name})
    wanted, error = found(name), ""
    limit = request.form.get("limit", PREVIEWED, type=int)
    if request.method == "POST":
        try:
            return asked(id=name, limit=max(1, limit))
        except tk.ValidationError as refusal:
            error = reported(refusal)
    return tk.render(
        "hanse/harvest/preview.html",
        {"source": wanted, "error": error, "limit": limit, "limits": _LIMITS},
    )


@write("/source/<name>/check")
def check(name: str) -> Any:
    """Fetch the first records of the portal."""
    try:
        return asked(id=name)
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return tk.redirect_to("hanse_harvest.source", name=name)


@harvest.route("/preview/<number>")
@page
def previewed(number: str) -> Any:
    """Show a check or preview: waiting, running or its result."""
    shown = act("hanse_preview_show", id=number)
    common = {"preview": shown, "error": shown.get("error", "")}
    if shown["detect"]:
        return tk.render("hanse/harvest/detected.html", common | {"cities": source_form.cities()})
    if not shown["source"]:
        return tk.render("hanse/harvest/form.html", common | _form(shown))
    try:
        common["source"] = found(shown["source"])
    except tk.NotAuthorized as error:  # the user who requested it no longer manages the source
        raise tk.ObjectNotFound(tk._("Not found")) from error
    if shown["upload"]:
        return tk.render("hanse/harvest/list_preview.html", common | _listed(shown["upload"]))
    if not shown["limit"]:
        return tk.render("hanse/harvest/check.html", common)
    return tk.render(
        "hanse/harvest/preview.html", common | {"limit": shown["limit"], "limits": _LIMITS}
    )


@harvest.route("/preview/<number>/progress")
@page
def preview_progress(number: str) -> Response:
    """Return the part of the page that is polled every two seconds."""
    shown = act("hanse_preview_show", id=number)
    over = shown["state"] not in ("waiting", "running")
    return part("hanse/harvest/preview_progress.html", over=over, preview=shown)


def _listed(name: str) -> dict[str, Any]:
    """Return the uploaded list as ``listed``; None if it is no longer kept."""
    try:
        return {"listed": act("hanse_list_show", name=name)}
    except tk.ObjectNotFound:
        return {"listed": None}


def _form(shown: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a source that does not exist yet, with the values that were checked."""
    values, seen = shown["values"], shown.get("seen")
    data = source_form.filled(values)
    data |= {"name": values.get("name", ""), "organization": shown["organization"]}
    if seen and not data["kind"]:
        data["kind"] = seen["kind"]
        if seen["url"] != data["url"]:  # behind the home page that was typed
            data |= {"url": seen["url"], "portal": data["portal"] or data["url"]}
    return source_form.page(None, data, cities=source_form.cities(), seen=seen)
