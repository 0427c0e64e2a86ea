"""Pages of runs: how far one is, and what it did."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.hanse.views.harvest import act, found, harvest, page, part

#: Entries of each list that a run's page shows before it is asked for all.
SHOWN = 50


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
    return part("hanse/harvest/progress.html", over=shown["status"] != "running", run=shown)
