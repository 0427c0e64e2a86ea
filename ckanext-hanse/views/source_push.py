"""The page of a source that is pushed to: its tokens, how to push, what was pushed."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import make_response, request

from ckanext.hanse.sources import push as pushes
from ckanext.hanse.views.harvest import act, found, harvest, page, reported, write


@harvest.route("/source/<name>/push", methods=["GET", "POST"])
@page
def push(name: str) -> Any:
    """Show the tokens; by POST make one, which is shown on the answer and never again."""
    tk.check_access("hanse_push_token_list", {}, {"id": name})
    wanted, made, errors = found(name), None, {}
    if wanted["kind"] != pushes.KIND:
        raise tk.ObjectNotFound(tk._("Not found"))
    data = request.form.to_dict()
    if request.method == "POST":
        try:
            given = {"title": data.get("title", ""), "days": data.get("days", "")}
            made = act("hanse_push_token_create", id=name, **given)
            data = {}
        except tk.ValidationError as error:
            errors = error.error_dict
    answer = tk.render(
        "hanse/harvest/push.html",
        {
            "source": wanted,
            "tokens": act("hanse_push_token_list", id=name),
            "pushes": act("hanse_push_list", id=name),
            "made": made,
            "data": data,
            "errors": errors,
            "address": tk.h.url_for("home.index", _external=True, locale="default"),
        },
    )
    # The secret stays on no disk.
    return make_response(answer, {"Cache-Control": "no-store"}) if made else answer


@write("/source/<name>/push/<int:number>/revoke")
def push_revoke(name: str, number: int) -> Any:
    """Revoke a token."""
    try:
        act("hanse_push_token_revoke", id=name, number=number)
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
    else:
        tk.h.flash_success(tk._("The token is revoked: nobody can push with it any more."))
    return tk.redirect_to("hanse_harvest.push", name=name)
