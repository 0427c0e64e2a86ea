"""Pages of runs: how far one is, what it did, and what one would do."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, make_response, request

from ckanext.hanse.logic.actions.sources import MOST_PREVIEWED, PREVIEWED
from ckanext.hanse.views.harvest import act, found, harvest, page, said

#: Entries of each list that a run's page shows before it is asked for all.
SHOWN = 50
#: What CKAN's htmx reloads the page for.
_RELOAD = "HX-Refresh"


@harvest.route("/run/<int:number>")
@page
def run(number: int) -> Any:
    """A run: live while it works, its report afterwards."""
    shown = act("hanse_run_show", id=number)
    return tk.render(
        "hanse/harvest/run.html",
        {
            "run": shown,
            "source": found(shown["source"]),
            "limit": None if "all" in request.args else SHOWN,
        },
    )


@harvest.route("/run/<int:number>/progress")
@page
def progress(number: int) -> Response:
    """The part of a run's page that is asked for anew every other second."""
    shown = act("hanse_run_show", id=number)
    answer = make_response(tk.render("hanse/harvest/progress.html", {"run": shown}))
    if shown["status"] != "running":
        answer.headers[_RELOAD] = "true"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@harvest.route("/source/<name>/preview", methods=["GET", "POST"])
@page
def preview(name: str) -> Any:
    """What a run would do: nothing is written, but the portal is asked, hence a POST."""
    tk.check_access("hanse_source_preview", {}, {"id": name})
    wanted, report, error = found(name), None, ""
    limit = request.form.get("limit", PREVIEWED, type=int)
    if request.method == "POST":
        try:
            report = act("hanse_source_preview", id=name, limit=limit)
        except tk.ValidationError as refusal:
            error = said(refusal)
    return tk.render(
        "hanse/harvest/preview.html",
        {
            "source": wanted,
            "report": report,
            "error": error,
            "limit": limit,
            "limits": (PREVIEWED, 50, 100, MOST_PREVIEWED),
        },
    )
