"""An officer says whether datasets are editions of one another."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse.views.harvest import act, only_known_people, page

hanse_editions = Blueprint("hanse_editions", __name__)
hanse_editions.before_request(only_known_people)


@hanse_editions.route("/dataset/<id>/editions", methods=["GET", "POST"])
@page
def decide(id: str) -> Any:
    """Store an officer's word, or take it back; back to the dataset."""
    if request.method != "POST":
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    done = act("hanse_editions_decide", id=id, verdict=request.form.get("verdict", ""))
    words = {
        "confirmed": tk._("Noted: these are editions of one thing."),
        "refused": tk._("Noted: these are no editions of one another."),
        "undo": tk._("Taken back. Whether these are editions is decided by their titles again."),
    }
    tk.h.flash_success(words[done["verdict"]])
    return tk.redirect_to("dataset.read", id=id, _anchor="dataset-editions")
