"""An officer says which model datasets the datasets of a city are."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.pagination import Page
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.model_datasets.listing import OPEN, STATES
from ckanext.hanse.presentation.cities import every
from ckanext.hanse.views.harvest import act, only_known_people, page, reported

hanse_desk_models = Blueprint("hanse_desk_models", __name__, url_prefix="/desk")
hanse_desk_models.before_request(only_known_people)

_A_PAGE = 20


@hanse_desk_models.route("/<name>/models")
@page
def city(name: str) -> Any:
    """Show a city's datasets in groups of like titles, with suggestions."""
    show, words = request.args.get("show", ""), request.args.get("q", "").strip()
    show = show if show in STATES else OPEN
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    found = act(
        "hanse_model_datasets_list",
        id=name, show=show, q=words, limit=_A_PAGE, offset=(number - 1) * _A_PAGE,
    )  # fmt: skip
    kept = {"show": show if show != OPEN else "", "q": words}
    given = {key: value for key, value in kept.items() if value}
    address = tk.h.url_for("hanse_desk_models.city", name=name)
    pages = Page(
        collection=found["results"],
        page=number,
        url=lambda page, **_: tk.h.url_for("hanse_desk_models.city", name=name, page=page, **given),
        item_count=found["count"],
        items_per_page=_A_PAGE,
        presliced_list=True,
    )
    return tk.render(
        "hanse/models/desk.html",
        {
            "city": every(language.of_page()).get(name) or act("organization_show", id=name),
            "page": pages,
            "numbers": found["numbers"],
            "asked": {"show": show, "q": words},
            "address": address,
        },
    )


@hanse_desk_models.route("/<name>/models/decide", methods=["GET", "POST"])
@page
def decide(name: str) -> Any:
    """Store what an officer says of datasets; back to the page of the button."""
    if request.method != "POST":
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    form = request.form
    chosen = form.get("model") or form.get("other") or ""
    verdict = form.get("verdict") or ("confirmed" if chosen else "")
    datasets = form.getlist("datasets")
    if not datasets or (verdict == "confirmed" and not chosen) or not verdict:
        tk.h.flash_error(tk._("Choose datasets and a model dataset first."))
        return _back(name)
    try:
        done = act(
            "hanse_model_datasets_decide",
            id=name, datasets=datasets, verdict=verdict, model=chosen,
        )  # fmt: skip
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return _back(name)
    tk.h.flash_success(_said(verdict, done))
    return _back(name)


def _said(verdict: str, done: dict[str, Any]) -> str:
    number = done["number"]
    if verdict == "undo":
        text = tk.ungettext(
            "Taken back for {num} dataset.", "Taken back for {num} datasets.", number
        )
    elif done["model"]:
        text = tk.ungettext(
            "Confirmed for {num} dataset: {model}.",
            "Confirmed for {num} datasets: {model}.",
            number,
        )
    else:
        text = tk.ungettext(
            "Noted: {num} dataset is none of the model datasets.",
            "Noted: {num} datasets are none of the model datasets.",
            number,
        )
    label = done["model"]["label"] if done["model"] else ""
    return str(text.format(num=number, model=label))


def _back(name: str) -> Any:
    """Return to the dataset's page or to the list, as the form says."""
    form = request.form
    if form.get("dataset"):
        return tk.redirect_to("dataset.read", id=form["dataset"], _anchor="box-models")
    kept = {key: form[key] for key in ("show", "q") if form.get(key)}
    return tk.redirect_to("hanse_desk_models.city", name=name, **kept)
