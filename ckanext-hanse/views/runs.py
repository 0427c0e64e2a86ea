"""Pages of runs: progress and result."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.hanse.views.harvest import act, found, harvest, page, part

#: Entries of each list shown on a run's page before all are requested.
SHOWN = 50


@harvest.route("/run/<int:number>")
@page
def run(number: int) -> Any:
    """Show a run: its progress while it is running, its report afterwards."""
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
    """Return the part of a run's page that is polled every two seconds."""
    shown = act("hanse_run_show", id=number)
    return part("hanse/harvest/progress.html", over=shown["status"] != "running", run=shown)
