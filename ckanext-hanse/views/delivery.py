"""The page on which an editor says whether a dataset is handed on to other catalogues."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, request

from ckanext.hanse.store import delivery
from ckanext.hanse.views.harvest import act, only_known_people, page

hanse_delivery = Blueprint("hanse_delivery", __name__)
hanse_delivery.before_request(only_known_people)


@hanse_delivery.route("/dataset/<id>/delivery", methods=["GET", "POST"])
@page
def dataset(id: str) -> Any:
    """Show whether a dataset is handed on; by POST, hand it on or withhold it."""
    pkg = act("package_show", id=id)
    tk.check_access("hanse_dataset_deliver", {}, {"id": pkg["id"]})
    errors: dict[str, Any] = {}
    if request.method == "POST":
        wanted = {"deliver": request.form.get("deliver", "yes") == "yes"}
        try:
            done = act(
                "hanse_dataset_deliver",
                id=pkg["id"],
                reason=request.form.get("reason", ""),
                **wanted,
            )
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            tk.h.flash_success(_told(done))
            return tk.redirect_to("dataset.read", id=pkg["name"])
    found = delivery.of(pkg["id"])
    author = model.User.get(found.author) if found.author else None
    shown = {
        "pkg": pkg,
        "pkg_dict": pkg,
        "found": found,
        "author": author.display_name if author else "",
        "errors": errors,
        "reason": request.form.get("reason", "") or found.reason,
        "deliver": request.form.get("deliver", "") != "no" if errors else not found.reason,
        "dataset_type": pkg["type"],
    }
    text = tk.render("hanse/delivery.html", shown)
    return (text, 400) if errors else text


def _told(done: dict[str, Any]) -> str:
    if done["deliver"]:
        return str(tk._("The dataset is handed on to other catalogues."))
    return str(tk._("The dataset is no longer handed on. It stays public here."))
