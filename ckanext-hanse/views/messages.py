"""Messages after successful actions: CKAN's own forms show none after a save."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

hanse_messages = Blueprint("hanse_messages", __name__)

_DATASET = {"dataset.new", "dataset.edit"}
_FILE = {"dataset_resource.new", "dataset_resource.edit"}
#: The button of a file's form that leaves without adding one.
_BACK = "go-dataset"


@hanse_messages.after_app_request
def flash_outcome(response: Response) -> Response:
    """Show a message after a successful form, which CKAN answers with a redirect."""
    if request.method != "POST" or response.status_code not in (302, 303):
        return response
    if not tk.current_user.is_authenticated:  # redirected to sign in
        return response
    words = _words(request.endpoint or "", request.form.get("save", ""))
    if words:
        tk.h.flash_success(words)
    return response


def _words(endpoint: str, button: str) -> str:
    if endpoint == "organization.edit":
        return tk._("The city is saved.")
    if endpoint == "organization.member_new":
        return tk._("The members are saved.")
    if endpoint not in _DATASET | _FILE or (endpoint in _FILE and button == _BACK):
        return ""
    package = model.Package.get(_name(endpoint))
    if package is None:
        return ""
    if endpoint in _FILE and button not in ("go-metadata", "go-metadata-publish"):
        return tk._("The file is saved.") if _has_file() else tk._("Saved.")
    return _of_dataset(package, endpoint)


def _of_dataset(package: model.Package, endpoint: str) -> str:
    if package.state.startswith("draft"):
        return tk._("The draft is saved. Only your city sees it.")
    published = endpoint == "dataset_resource.new"
    if package.private:
        return (
            tk._("The dataset is ready. Only members of your city see it.")
            if published
            else tk._("The changes are saved. Only members of your city see the dataset.")
        )
    return (
        tk._("The dataset is published.")
        if published
        else tk._("The changes are saved and public.")
    )


def _name(endpoint: str) -> str:
    """Return the dataset of the form; a new one has its name in the form."""
    if endpoint == "dataset.new":
        return request.form.get("name", "")
    return str((request.view_args or {}).get("id", ""))


def _has_file() -> bool:
    """Return whether the form contained a file or a URL."""
    upload = request.files.get("upload")
    return bool((upload and upload.filename) or request.form.get("url") or request.form.get("id"))
