"""The cities compared by model datasets: all, one city, one model dataset side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.comparison import coverage, matrix, meeting, published, side
from ckanext.hanse.presentation import compared
from ckanext.hanse.presentation.cities import City, every
from ckanext.hanse.views.harvest import View, act, page
from hanse_schemas.model_datasets import ModelDataset, model_datasets

hanse_compare = Blueprint("hanse_compare", __name__)

_LONGEST_WORDS = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _view(rule: str, **more: Any) -> Callable[[View], View]:
    """Return a decorator for a page."""

    def register(view: View) -> View:
        added: View = hanse_compare.route(rule, **more)(page(view))
        return added

    return register


@hanse_compare.route("/vergleich/")
@hanse_compare.route("/compare")
@hanse_compare.route("/compare/<path:rest>")
def in_english(rest: str = "") -> Any:
    """Redirect the English name of the pages, and a final slash, to the address."""
    path = f"/vergleich/{rest}" if rest else "/vergleich"
    query = request.query_string.decode("utf-8", "replace")
    return tk.redirect_to(tk.h.url_for(path) + (f"?{query}" if query else ""))


@_view("/vergleich")
def index() -> Any:
    """Show which city publishes which model dataset."""
    lang = language.of_page()
    asked = _asked()
    whole = matrix.whole(_cities(lang))
    blocks = whole.blocks(asked)
    themes = model_datasets().themes
    return tk.render(
        "hanse/compare/index.html",
        {
            "asked": asked,
            "filtered": asked != matrix.Asked(),
            "cities": whole.cities,
            "blocks": blocks,
            "number": sum(len(block.lines) for block in blocks),
            "themes": sorted(themes, key=lambda theme: theme.label(lang)),
            **_words(lang),
        },
    )


def _asked() -> matrix.Asked:
    """Return the filters of the address; a value that does not exist is none."""
    given = {key: request.args.get(key, "").strip() for key in ("theme", "shared", "q")}
    themes = {theme.name for theme in model_datasets().themes}
    return matrix.Asked(
        theme=given["theme"] if given["theme"] in themes else "",
        shared=given["shared"] if given["shared"] in matrix.SHARED else "",
        hvd=request.args.get("hvd") == "1",
        words=given["q"][:_LONGEST_WORDS],
    )


def _cities(lang: str) -> list[City]:
    return list(every(lang).values())


def _words(lang: str) -> dict[str, Any]:
    return {
        "lang": lang,
        "shared": compared.shared(),
        "groups": lambda found: compared.groups(found, lang),
        "short": compared.short,
        "month": lambda day: compared.month(day, lang),
    }


@_view("/vergleich/<city>")
def city(city: str) -> Any:
    """Show what a city has of the model datasets, and what others publish and it does not."""
    lang = language.of_page()
    shown = _city(city, lang)
    found = coverage.coverage(matrix.whole(_cities(lang)), shown.name)
    edits = tk.h.check_access("hanse_model_absence_set", {"id": shown.name})
    return tk.render(
        "hanse/compare/city.html",
        {"city": shown, "found": found, "edits": edits, **_words(lang)},
    )


@_view("/vergleich/<city>.xlsx")
def sheet(city: str) -> Any:
    """Return the list for the next meeting as a spreadsheet."""
    lang = language.of_page()
    shown = _city(city, lang)
    found = coverage.coverage(matrix.whole(_cities(lang)), shown.name)
    title = tk._("{city}: what others publish and is missing here").format(city=shown.title)
    answer = Response(meeting.write(found, title, lang), content_type=_XLSX)
    file = f"{tk._('comparison')}-{shown.name}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def _city(name: str, lang: str) -> City:
    found = every(lang).get(name)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such city"))
    return found


@_view("/vergleich/<city>/absence", methods=["GET", "POST"])
def absence(city: str) -> Any:
    """Store why a model dataset does not apply to a city, or take it back."""
    if request.method != "POST":
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    given = {key: request.form.get(key, "") for key in ("model", "reason")}
    if not given["reason"].strip() and not request.form.get("undo"):
        tk.h.flash_error(tk._("Write why it does not apply; others read it."))
        return tk.redirect_to("hanse_compare.city", city=city)
    done = act("hanse_model_absence_set", id=city, **given)
    words = (
        tk._("“{model}” is marked as not applying.")
        if done["reason"]
        else tk._("“{model}” counts again.")
    )
    tk.h.flash_success(words.format(model=done["model"]["label"]))
    anchor = "absent" if done["reason"] else "missing"
    return tk.redirect_to("hanse_compare.city", city=city, _anchor=anchor)


@_view("/vergleich/datensatz/<path:path>")
def dataset(path: str) -> Any:
    """Show one model dataset over all cities, side by side."""
    lang = language.of_page()
    known = model_datasets().by_path(path)
    if known is None:
        return _unknown(path)
    if known.path != path:  # a name of V1 to V3, or another spelling
        return tk.redirect_to("hanse_compare.dataset", path=known.path)
    whole = matrix.Matrix(_cities(lang), published.every(known.iri))
    line = whole.line(known)
    sides = side.sides(line, lang)
    return tk.render(
        "hanse/compare/dataset.html",
        {
            "model": known,
            "line": line,
            "sides": sides,
            "differences": side.differences(sides),
            "near": _near(known),
            **_words(lang),
        },
    )


def _near(known: ModelDataset) -> list[ModelDataset]:
    """Return the other model datasets of its theme."""
    return [item for item in model_datasets() if item.theme == known.theme and item != known]


def _unknown(path: str) -> Any:
    shown = tk.render("hanse/compare/unknown.html", {"path": path[:200]})
    return Response(shown, 404)
