"""Datasets of several portals side by side, to decide whether they are the same."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.pagination import Page
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.dedup import groups
from ckanext.hanse.model import LinkVerdict
from ckanext.hanse.presentation import compare
from ckanext.hanse.store import package_dict

duplicates = Blueprint("hanse_duplicates", __name__, url_prefix="/harvest/duplicates")

_PER_PAGE, _FURTHEST = 10, 100_000
#: Number of pairs of two sources from which they can be decided together.
_MANY = 3


@duplicates.route("")
def index() -> Any:
    """Show the pairs that concern the user: undecided ones, and decided ones."""
    verdict = request.args.get("verdict", LinkVerdict.SUGGESTED.value)
    verdict = verdict if verdict in groups.KINDS else ""
    source = request.args.get("source", "")
    number = min(max(request.args.get("page", 1, type=int), 1), _FURTHEST)
    wanted = {"verdict": verdict, "source": source}
    paging = {"limit": _PER_PAGE, "offset": (number - 1) * _PER_PAGE}
    try:
        found = tk.get_action("hanse_link_list")({}, wanted | paging)
        # For one or two pairs a bulk decision is not needed.
        many = found["count"] >= _MANY and verdict
        together = tk.get_action("hanse_link_groups")({}, wanted) if many else []
    except tk.NotAuthorized:
        return _away()
    for pair in found["results"]:
        pair["rows"] = _rows(pair)
    shown = {"verdict": verdict or "all", "source": source}

    def address(page: int) -> str:
        return str(tk.h.url_for("hanse_duplicates.index", page=page, **_given(shown)))

    page = Page(
        collection=found["results"],
        page=number,
        url=lambda page, **_: address(page),
        item_count=found["count"],
        items_per_page=_PER_PAGE,
        presliced_list=True,
    )
    groups_shown = [group for group in together if group["count"] >= _MANY]
    return tk.render(
        "hanse/duplicates.html",
        {"page": page, "count": found["count"], "groups": groups_shown, **shown},
    )


@duplicates.route("/<int:pair>", methods=["POST"])
def decide(pair: int) -> Any:
    """Store a person's decision and return to the list."""
    data = {name: request.form.get(name, "") for name in ("verdict", "reason")}
    try:
        found = tk.get_action("hanse_link_decide")({}, {"id": pair, **data})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Pair not found"))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only editors of both cities decide about this pair."))
    except tk.ValidationError as error:
        _refused(error)
    else:
        tk.h.flash_success(_told(found, data["verdict"]))
    return _back()


def _told(pair: dict[str, Any], verdict: str) -> str:
    if verdict == LinkVerdict.SAME.value:
        return str(tk._("The two are one dataset from now on."))
    for side in pair["datasets"]:
        if not side["dataset_id"]:
            reported = tk._("“{title}” gets a page of its own again with the next run of {portal}.")
            return str(reported.format(title=side["title"], portal=side["portal_title"]))
    return str(tk._("The two stay two datasets."))


@duplicates.route("/all", methods=["POST"])
def decide_all() -> Any:
    """Store a person's decision on all pairs between two sources."""
    data: dict[str, Any] = {
        name: request.form.get(name, "") for name in ("verdict", "of", "rule", "reason")
    }
    data["sources"] = request.form.getlist("sources")
    try:
        done = tk.get_action("hanse_link_decide_all")({}, data)
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Source not found"))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only editors of both cities decide about these pairs."))
    except tk.ValidationError as error:
        _refused(error)
    else:
        tk.h.flash_success(_told_of_all(done))
    return _back()


def _told_of_all(done: dict[str, int]) -> str:
    number = tk.h.hanse_number
    reported = [
        tk.ungettext("{number} pair was decided.", "{number} pairs were decided.", done["count"])
        .format(number=number(done["count"]))
    ]  # fmt: skip
    if done["undecided"]:
        reported.append(
            tk.ungettext(
                "{number} needs a look: a dataset of it may be the same as several.",
                "{number} need a look at each: a dataset of them may be the same as several.",
                done["undecided"],
            ).format(number=number(done["undecided"]))
        )
    if done["at_next_run"]:
        reported.append(
            tk.ungettext(
                "{number} of them is completed by the next run of its portal.",
                "{number} of them are completed by the next runs of their portals.",
                done["at_next_run"],
            ).format(number=number(done["at_next_run"]))
        )
    if done["in_background"]:
        reported.append(
            tk.ungettext(
                "{number} is still being worked on in the background.",
                "{number} are still being worked on in the background.",
                done["in_background"],
            ).format(number=number(done["in_background"]))
        )
    return " ".join(reported)


def _refused(error: tk.ValidationError) -> None:
    for reported in error.error_summary.values():
        tk.h.flash_error(reported)


def _back() -> Any:
    shown = {name: request.form.get(f"shown_{name}", "") for name in ("verdict", "source")}
    return tk.redirect_to("hanse_duplicates.index", **_given(shown))


def _given(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _rows(pair: dict[str, Any]) -> list[compare.ComparedField]:
    """Return the fields of both datasets; [] for a pair that is already merged."""
    first, second = (side["dataset_id"] for side in pair["datasets"])
    if not first or not second or first == second:
        return []
    datasets = []
    for name in (first, second):
        try:
            datasets.append(
                package_dict.dataset_of(tk.get_action("package_show")({}, {"id": name}))
            )
        except (tk.ObjectNotFound, tk.NotAuthorized):
            return []
    return compare.rows(*datasets, language.of_page())


def _away() -> Response | Any:
    if tk.current_user.is_authenticated:
        return tk.abort(403, tk._("Editors of a city see which datasets several portals have."))
    return tk.redirect_to("user.login", came_from=tk.h.url_for("hanse_duplicates.index"))
