"""The form of a new file: validates everything before anything is stored.

CKAN stores a file before checking whether its dataset can be published;
submitting the form again would then store it twice.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import logic, model
from ckan.lib import plugins as lib_plugins
from ckan.lib.navl.dictization_functions import unflatten
from ckan.views.resource import CreateView
from flask import request
from werkzeug.datastructures import FileStorage

from ckanext.hanse import uploads

PUBLISH, DESCRIBE, AGAIN, KEEP = "go-metadata", "go-dataset", "again", "go-dataset-complete"
ResourceDict = dict[str, Any]


class NewFile(CreateView):
    """Replaces CKAN's view; the page itself is CKAN's."""

    def post(self, package_type: str, id: str) -> Any:
        """Validate, store, publish if requested, and redirect."""
        save, file = request.form.get("save", ""), _entered()
        try:
            tk.check_access("package_update", _context(), {"id": id})
            package = tk.get_action("package_show")(_context(), {"id": id})
        except tk.NotAuthorized:
            return tk.abort(403, tk._("Unauthorized to update dataset"))
        except tk.ObjectNotFound:
            return tk.abort(404, tk._("Dataset not found"))
        draft = str(package["state"]).startswith("draft")
        given = _is_given(file)
        if not given and save == DESCRIBE:
            return tk.redirect_to(f"{package_type}.edit", id=id)
        if not given and draft and save == KEEP:
            return tk.redirect_to(f"{package_type}.read", id=id)
        publishes = draft and save == PUBLISH
        errors = _checked(package, file if given or not publishes else None, publishes=publishes)
        if not errors:
            errors = _stored(package, file if given else None, publishes=publishes)
        if errors:
            return self.get(package_type, id, file, errors.pop("file", {}), errors)
        return _onwards(package_type, package, save)


def _context() -> Any:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _entered() -> ResourceDict:
    """Return the form's fields as CKAN reads them, without its buttons."""
    found: ResourceDict = {}
    for sent in (request.form, request.files):
        flat = logic.tuplize_dict(logic.parse_params(sent))
        found.update(logic.clean_dict(unflatten(flat)))
    return {key: value for key, value in found.items() if key not in ("save", "id")}


def _is_given(file: ResourceDict) -> bool:
    """Return whether anything was entered, apart from the choice between upload and link."""
    return any(value for key, value in file.items() if key not in ("url_type", "resource_type"))


def _has_data(file: ResourceDict) -> bool:
    upload = file.get("upload")
    return bool(file.get("url") or (isinstance(upload, FileStorage) and upload.filename))


def _checked(package: ResourceDict, file: ResourceDict | None, *, publishes: bool) -> ResourceDict:
    """Return errors: ``file`` and ``dataset`` by field, ``files`` by position."""
    candidate = {**package, "resources": [dict(item) for item in package["resources"]]}
    if publishes:
        candidate["state"] = "active"
    if file is not None:
        if not _has_data(file):
            return {"file": {"url": [tk._("Choose a file, or give the address of the data.")]}}
        try:
            uploads.check(file)
        except tk.ValidationError as error:
            return {"file": error.error_dict}
        candidate["resources"].append(_as_stored(file))
    plugin = lib_plugins.lookup_package_plugin(package["type"])
    context = {**_context(), "model": model, "session": model.Session}
    context["package"] = model.Package.get(package["id"])
    schema = plugin.update_package_schema()
    _, errors = lib_plugins.plugin_validate(plugin, context, candidate, schema, "package_update")
    return _sorted(errors, len(package["resources"]), publishes=publishes)


def _as_stored(file: ResourceDict) -> ResourceDict:
    """Return the file as CKAN describes it once it is stored."""
    upload = file.get("upload")
    plain = {key: value for key, value in file.items() if key != "upload"}
    if isinstance(upload, FileStorage) and upload.filename:
        plain |= {"url": upload.filename, "url_type": "upload"}
    return plain


def _sorted(errors: ResourceDict, stored: int, *, publishes: bool) -> ResourceDict:
    """Separate the errors of the new file, of its dataset and of its other files."""
    of_files = errors.get("resources") or []
    new = of_files[stored] if len(of_files) > stored else {}
    found = {"file": {key: value for key, value in new.items() if value}}
    if publishes:
        found["dataset"] = {key: value for key, value in errors.items() if key != "resources"}
        found["files"] = {place: item for place, item in enumerate(of_files[:stored]) if item}
    return {key: value for key, value in found.items() if value}


def _stored(package: ResourceDict, file: ResourceDict | None, *, publishes: bool) -> ResourceDict:
    """Store the file, then publish; return the errors of either."""
    try:
        if file is not None:
            tk.get_action("resource_create")(_context(), {**file, "package_id": package["id"]})
    except tk.ValidationError as error:
        return {"file": error.error_dict}
    try:
        if publishes:
            patch = {"id": package["id"], "state": "active"}
            tk.get_action("package_patch")(_context(), patch)
    except tk.ValidationError as error:
        return {"dataset": error.error_dict}
    return {}


def _onwards(package_type: str, package: ResourceDict, save: str) -> Any:
    """Redirect to the page that the button names, with a message."""
    name = package["name"]
    if save == PUBLISH:
        tk.h.flash_success(
            tk._("The dataset is saved; only members of your city see it.")
            if package["private"]
            else tk._("The dataset is published.")
        )
    else:
        tk.h.flash_success(tk._("Saved."))
    if save == DESCRIBE:
        return tk.redirect_to(f"{package_type}.edit", id=name)
    if save == AGAIN:
        return tk.redirect_to(f"{package_type}_resource.new", id=name)
    return tk.redirect_to(f"{package_type}.read", id=name)
