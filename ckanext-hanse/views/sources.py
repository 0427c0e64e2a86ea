"""Pages of the sources: the list, a single one, and the actions on it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.hanse.views.harvest import act, found, harvest, job_state, page, part, reported, write

#: Runs on a source's page.
_RUNS = 20
_MOST_RUNS = 100


@harvest.route("")
@page
def index() -> Any:
    """Show the sources the user may see, those that need attention first."""
    sources = act("hanse_source_list")
    city = request.args.get("organization", "")
    if city:
        sources = [item for item in sources if (item["organization"] or {}).get("name") == city]
    for item in sources:
        item["job"] = job_state(item["name"])
        item["state"] = tk.h.hanse_source_state(item)
    sources.sort(key=_urgency)
    may_create = tk.h.check_access("hanse_source_create", {"organization": city})
    return tk.render(
        "hanse/harvest/index.html",
        {"sources": sources, "city": city, "may_create": may_create},
    )


def _waits(source: dict[str, Any]) -> bool:
    """Return whether a run is queued, or its worker has not reported its start yet."""
    last = source["last_run"]
    return bool(source["job"]) and not (last and last["status"] == "running")


def _urgency(source: dict[str, Any]) -> tuple[int, str]:
    order = {"held": 0, "failed": 1, "partial": 2, "running": 3, "waiting": 4}
    return order.get(source["state"].key, 5), source["title"] or source["name"]


@harvest.route("/source/<name>")
@page
def source(name: str) -> Any:
    """Show one source: its state, settings and runs."""
    wanted = found(name)
    number = request.args.get("runs", type=int) or _RUNS
    runs = act("hanse_run_list", id=name, limit=min(number, _MOST_RUNS))
    issues = act("hanse_source_issues", id=name, limit=0)
    links = act("hanse_source_links", id=name)
    return tk.render(
        "hanse/harvest/source.html",
        {
            "source": wanted,
            "waits": _waits(wanted),
            "runs": runs,
            "issues": issues,
            "links": links,
            "more": len(runs) == number < _MOST_RUNS,
        },
    )


@harvest.route("/source/<name>/queued")
@page
def queued(name: str) -> Response:
    """Return the part of the page that is polled while a run waits for a worker."""
    wanted = found(name)
    return part("hanse/harvest/queued.html", over=not _waits(wanted), source=wanted)


@write("/source/<name>/run")
def run_now(name: str) -> Any:
    """Queue a run."""
    try:
        state = act("hanse_source_run", id=name)["state"]
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return tk.redirect_to("hanse_harvest.source", name=name)
    words = {
        "queued": tk._("The run is queued and begins as soon as a worker is free."),
        "waiting": tk._("A run of this source waits for a worker already."),
        "running": tk._("This source is being read at this moment."),
    }
    tk.h.flash_success(words[state])
    return tk.redirect_to("hanse_harvest.source", name=name)


@write("/source/<name>/pause")
def pause(name: str) -> Any:
    """Pause the schedule."""
    act("hanse_source_pause", id=name)
    tk.h.flash_success(tk._("The source is paused: nothing runs by itself until you resume it."))
    return tk.redirect_to("hanse_harvest.source", name=name)


@write("/source/<name>/resume")
def resume(name: str) -> Any:
    """Resume the schedule."""
    act("hanse_source_resume", id=name)
    tk.h.flash_success(tk._("The schedule goes on."))
    return tk.redirect_to("hanse_harvest.source", name=name)


@harvest.route("/source/<name>/delete", methods=["GET", "POST"])
@page
def delete(name: str) -> Any:
    """Explain what removing means; with the source's name entered, remove it."""
    tk.check_access("hanse_source_delete", {}, {"id": name})
    wanted, errors = found(name), {}
    if request.method == "POST":
        try:
            given = {key: request.form.get(key, "") for key in ("confirm", "datasets", "to")}
            done = act("hanse_source_delete", id=name, **given)
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            tk.h.flash_success(_removed(done, wanted["title"] or name))
            return tk.redirect_to("hanse_harvest.index")
    return tk.render(
        "hanse/harvest/delete.html",
        {
            "source": wanted,
            "errors": errors,
            "prospect": act("hanse_source_removal", id=name),
            "chosen": request.form.get("datasets", ""),
            "heir": request.form.get("to", ""),
        },
    )


def _removed(done: dict[str, Any], title: str) -> str:
    """Return a message about what was removed, and how to undo it."""
    words = {
        "withdraw": tk._(
            "The source “{name}” is removed. {number} datasets leave the site; they are among "
            "the deleted datasets of the city and can be restored there for 30 days."
        ),
        "keep": tk._("The source “{name}” is removed. {number} datasets stay as the city’s own."),
        "hand": tk._(
            "The source “{name}” is removed. {number} datasets are kept up by the other source "
            "from its next run on."
        ),
    }
    reported: str = words[done["fate"]]
    return reported.format(name=title, number=tk.h.hanse_number(done["datasets"]))
