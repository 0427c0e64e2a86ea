"""The form of a source: create, check before saving, change."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.hanse.presentation import source_form
from ckanext.hanse.sources import edit as edit_source
from ckanext.hanse.sources import push
from ckanext.hanse.views.harvest import act, found, harvest, page, reported, write
from ckanext.hanse.views.previews import asked


@write("/source/find")
def find() -> Any:
    """Look for the catalogues of the portal at an address, in the background."""
    url, city = request.form.get("address", ""), request.form.get("organization", "")
    try:
        return asked(detect=True, url=url, organization=city)
    except tk.ValidationError as error:
        cities = source_form.cities()
        data = {**source_form.BLANK, "organization": city, "address": url}
        return _form(None, data, cities=cities, address_error=reported(error))


@harvest.route("/source/new", methods=["GET", "POST"])
@page
def new() -> Any:
    """Create a source: the form, a check of the portal, and the new source."""
    cities = source_form.cities()
    if not cities:
        raise tk.NotAuthorized
    chosen = request.values.get("organization", "") or cities[0]["name"]
    if request.method == "GET":
        if number := request.args.get("found", ""):
            return _form(None, _taken_over(number), cities=cities)
        blank = {**source_form.BLANK, "organization": chosen}
        return _form(None, blank | {"url_type": request.args.get("origin", "")}, cities=cities)
    form = request.form.to_dict()
    try:
        wanted = form.get("url_type") == "upload" and not form.get("list")
        if wanted or request.files.get("upload"):
            form |= {"list": _uploaded(chosen), "url_type": "upload"}
        given = source_form.values(form) | {"organization": chosen, "name": form.get("name", "")}
        if "check" in form:
            return asked(**given)
        return _made(act("hanse_source_create", **given))
    except tk.ValidationError as error:
        return _form(None, form, cities=cities, errors=error.error_dict)


def _taken_over(number: str) -> dict[str, Any]:
    """Return the form's values for a catalogue that was found: its draft, the filters chosen."""
    shown = act("hanse_preview_show", id=number)
    findings = shown.get("found", {}).get("findings", [])
    place = request.args.get("finding", 0, type=int)
    found = findings[place] if 0 <= place < len(findings) else {}
    if not found.get("source"):
        raise tk.ObjectNotFound(tk._("Not found"))
    filters = {item["option"] for item in found["filters"]}
    drafted = found["source"].get("options") or {}
    options = {key: value for key, value in drafted.items() if key not in filters}
    options |= {key: chosen for key in filters if (chosen := request.args.getlist(f"only-{key}"))}
    filled = source_form.filled(found["source"] | {"options": options})
    known = {key: value for key, value in filled.items() if value}
    return {**source_form.BLANK, **known, "organization": shown["organization"]}


def _uploaded(organization: str) -> str:
    """Store the list that comes with the form; return the URL by which its source names it."""
    upload = request.files.get("upload")
    row = act("hanse_list_upload", organization=organization, upload=upload)
    return str(row["url"])


def _made(source: dict[str, Any]) -> Any:
    if source["list"]:
        return _made_of_list(source)
    if source["kind"] == push.KIND:
        tk.h.flash_success(tk._("The source is saved. Make a token to push to it."))
        return tk.redirect_to("hanse_harvest.push", name=source["name"])
    tk.h.flash_success(tk._("The source is saved. A preview shows what would arrive."))
    if source["again"]:
        tk.h.flash_notice(
            tk.ungettext(
                "{num} dataset that this source brought earlier is kept up by it again.",
                "{num} datasets that this source brought earlier are kept up by it again.",
                source["again"],
            ).format(num=source["again"])
        )
    return tk.redirect_to("hanse_harvest.source", name=source["name"])


def _made_of_list(source: dict[str, Any]) -> Any:
    """Preview the list of a new source, which is taken over from there."""
    tk.h.flash_success(tk._("The source is saved. A preview shows what would arrive."))
    try:
        return asked(id=source["name"], upload=source["list"]["name"])
    except tk.ValidationError as error:  # too many wait
        tk.h.flash_notice(reported(error))
        return tk.redirect_to("hanse_harvest.source", name=source["name"])


@harvest.route("/source/<name>/edit", methods=["GET", "POST"])
@page
def edit(name: str) -> Any:
    """Change a source; for one in the operator's file, only its schedule."""
    tk.check_access("hanse_source_update", {}, {"id": name})
    source = found(name)
    if request.method == "GET":
        return _form(source, source_form.filled(source))
    form = request.form.to_dict()
    given = source_form.values(form)
    if source["from_file"]:
        given = {key: given[key] for key in edit_source.FILE_FIELDS}
    try:
        act("hanse_source_update", id=name, **given)
    except tk.ValidationError as error:
        return _form(source, form, errors=error.error_dict)
    tk.h.flash_success(tk._("The source is saved."))
    return tk.redirect_to("hanse_harvest.source", name=name)


def _form(source: dict[str, Any] | None, data: dict[str, Any], **more: Any) -> Any:
    return tk.render("hanse/harvest/form.html", source_form.page(source, data, **more))
