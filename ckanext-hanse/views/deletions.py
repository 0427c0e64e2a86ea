"""Deleting a dataset made here, with its consequences explained first, and undoing it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request
from markupsafe import Markup, escape

from ckanext.hanse import deletions
from ckanext.hanse.views.harvest import only_known_people

hanse_deletions = Blueprint("hanse_deletions", __name__, url_prefix="/dataset/<id>")
hanse_deletions.before_request(only_known_people)


@hanse_deletions.before_app_request
def ask_on_our_page() -> Any:
    """Redirect CKAN's confirmation page to ours, which explains the consequences."""
    if request.endpoint != "dataset.delete" or request.method != "GET":
        return None
    name = str((request.view_args or {}).get("id", ""))
    return tk.redirect_to("hanse_deletions.remove", id=name)


@hanse_deletions.route("/remove", methods=["GET", "POST"])
def remove(id: str) -> Any:
    """Explain what deleting means; by POST, delete the dataset."""
    dataset = _dataset(id)
    if dataset["state"] == "deleted":
        return tk.redirect_to("dataset.read", id=dataset["name"])
    _may("package_delete", dataset["id"])
    draft = dataset["state"].startswith("draft")
    if request.method == "GET":
        return tk.render(
            "hanse/remove.html",
            {"pkg": dataset, "pkg_dict": dataset, "draft": draft, "days": deletions.DAYS},
        )
    tk.get_action("package_delete")({}, {"id": dataset["id"]})
    reported = (
        tk._("The draft “{title}” is deleted. For {days} days you can restore it here.")
        if draft
        else tk._("“{title}” is deleted. For {days} days you can restore it here.")
    )
    words = escape(reported.format(title=_title(dataset), days=deletions.DAYS))
    link = Markup('<a href="#deleted">{}</a>').format(tk._("To the list of deleted ones"))
    tk.h.flash_success(words + " " + link, allow_html=True)
    return _desk(dataset)


@hanse_deletions.route("/restore", methods=["GET", "POST"])
def restore(id: str) -> Any:
    """Undo a deletion, with the dataset's files."""
    dataset = _dataset(id)
    if request.method == "GET":  # reached by a redirect after signing in again
        return tk.redirect_to("dataset.read", id=dataset["name"])
    try:
        done = tk.get_action("hanse_dataset_restore")({}, {"id": dataset["id"]})
    except tk.NotAuthorized as error:
        tk.h.flash_error(str(getattr(error, "message", "") or tk._("You may not do this.")))
        return _desk(dataset)
    except tk.ValidationError as error:
        for reported in error.error_summary.values():
            tk.h.flash_error(reported)
        return tk.redirect_to("dataset.read", id=dataset["name"])
    reported = (
        tk._("“{title}” is back, with its files, at its old address.")
        if done["state"] == "active"
        else tk._("“{title}” is back as a draft, with its files.")
    )
    tk.h.flash_success(reported.format(title=_title(dataset)))
    return tk.redirect_to("dataset.read", id=dataset["name"])


def _dataset(name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = tk.get_action("package_show")({}, {"id": name})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only editors of the dataset’s city may do this."))
    return found


def _may(action: str, dataset_id: str) -> None:
    try:
        tk.check_access(action, {}, {"id": dataset_id})
    except tk.NotAuthorized as error:
        reported = str(getattr(error, "message", "") or "")
        tk.abort(403, reported or tk._("Only editors of the dataset’s city may do this."))


def _title(dataset: dict[str, Any]) -> str:
    return str(tk.h.hanse_text(dataset, "title").text or dataset["name"])


def _desk(dataset: dict[str, Any]) -> Any:
    city = (dataset.get("organization") or {}).get("name")
    if not city:
        return tk.redirect_to("hanse_desk.index")
    return tk.redirect_to("hanse_desk.city", name=city)
