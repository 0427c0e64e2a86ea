"""High-value datasets of all cities and of one: what the EU's reporting asks, and who decides."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.pagination import Page
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.export.catalogs import Catalogue
from ckanext.hanse.export.selection import ANY, Selection
from ckanext.hanse.monitoring import hvd as monitoring
from ckanext.hanse.presentation import hvd as words
from ckanext.hanse.presentation.cells import harmless, separator
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views.harvest import act, page, reported
from ckanext.hanse.views.rdf import ENDING, catalog_page
from hanse_schemas.shapes import HVD_REGULATION

hvd = Blueprint("hanse_hvd", __name__)

_A_PAGE = 20
_FILTERS = ("show", "category", "fails")


@hvd.route("/hvd")
@page
def index() -> Any:
    """Show the high-value datasets of all cities."""
    return _list("")


@hvd.route("/organization/<name>/hvd")
@page
def city(name: str) -> Any:
    """Show those of a city; its editors also see which datasets may be some, and decide."""
    return _list(name)


def _list(name: str) -> Any:
    asked = {key: request.args.get(key, "").strip() for key in _FILTERS}
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    given = {key: value for key, value in asked.items() if value}
    city = act("organization_show", id=name, include_datasets=False) if name else None
    of = {"id": name} if name else {}
    try:
        found = act("hanse_hvd_list", **of, **given, limit=_A_PAGE, offset=(number - 1) * _A_PAGE)
    except tk.ValidationError:
        return tk.abort(404, tk._("Not found"))
    edits = bool(city) and tk.h.check_access("hanse_hvd_decide", {"id": name})
    lang = language.of_page()
    pages = Page(
        collection=found["results"],
        page=number,
        url=lambda page, **_: _address(name, page=page, **given),
        item_count=found["count"],
        items_per_page=_A_PAGE,
        presliced_list=True,
    )
    shown = {
        "city": city,
        "asked": asked | {"show": asked["show"] or monitoring.DECLARED},
        "page": pages,
        "filtered": bool(asked["category"] or asked["fails"]),
        "categories": words.categories(lang, found["categories"]),
        "failing": words.failing(found["fails"]),
        "criteria": words.criteria(),
        "missing": words.missing(),
        "edits": edits,
        "numbers": monitoring.numbers(city["id"], public=False) if edits else {},
        "choices": words.all_categories(lang) if edits else [],
        "address": lambda **kept: _address(name, **kept),
        "file": lambda ending: _file(name, ending),
        "category_name": lambda iri: words.label(iri, lang),
    }
    return tk.render("hanse/hvd/index.html", shown)


def _address(name: str, **kept: Any) -> str:
    """Return the page's address with these parameters; empty ones are left out."""
    given = {key: value for key, value in kept.items() if value}
    if name:
        return str(tk.h.url_for("hanse_hvd.city", name=name, **given))
    return str(tk.h.url_for("hanse_hvd.index", **given))


def _file(name: str, ending: str) -> str:
    path = f"/organization/{name}/hvd.{ending}" if name else f"/hvd.{ending}"
    return str(tk.h.url_for(path) if ending == "csv" else tk.h.url_for(path, locale="default"))


@hvd.route("/hvd.csv", defaults={"name": ""})
@hvd.route("/organization/<name>/hvd.csv")
@page
def sheet(name: str) -> Any:
    """Stream the report as a sheet: every public high-value dataset."""
    city = act("organization_show", id=name, include_datasets=False) if name else None
    lang = language.of_page()
    asked = monitoring.Asked(organization=city["id"] if city else "")
    lines = [words.cells(row, lang) for row in monitoring.every(asked, lang)]
    model.Session.rollback()
    answer = Response(_csv(words.columns(), lines, lang), content_type="text/csv; charset=utf-8")
    named = f"hvd-{name}" if name else "hvd"
    answer.headers["Content-Disposition"] = f'attachment; filename="{named}.csv"'
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def _csv(heads: list[str], lines: Iterable[list[str]], lang: str) -> Iterator[str]:
    """Yield CSV for spreadsheets: UTF-8 with BOM, and the separator of the language."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=separator(lang), lineterminator="\r\n")
    writer.writerow(heads)
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


@hvd.route(f"/hvd.<{ENDING}>", defaults={"name": ""})
@hvd.route(f"/organization/<name>/hvd.<{ENDING}>")
@page
def rdf(name: str, ending: str) -> Any:
    """Return a page of the high-value datasets as a catalogue in RDF."""
    city = act("organization_show", id=name, include_datasets=False) if name else None
    only = Selection(hvd=(ANY,), organizations=(city["id"],) if city else ())
    home = f"{site()}/organization/{city['name']}/hvd" if city else f"{site()}/hvd"
    title = {"de": "Hochwertige Datensätze (HVD)", "en": "High-value datasets (HVD)"}
    if city:
        title = {lang: f"{text}: {city['title']}" for lang, text in title.items()}
    described = {
        "title": title.get(str(tk.config["ckan.locale_default"]), title["en"]),
        "title_translated": title,
        "homepage": home,
        "applicable_legislation": [HVD_REGULATION],
    }
    return catalog_page(f"{home}.{ending}", ending, Catalogue(home, only, described))


@hvd.route("/organization/<name>/hvd/decide", methods=["GET", "POST"])
@page
def decide(name: str) -> Any:
    """Show what a decision would change; with ``step`` "do", store it."""
    if request.method != "POST":
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    form = request.form
    verdict = form.get("verdict", "")
    given = {key: form.get(key, "") for key in ("category", "reason")}
    back = _address(name, show=form.get("show", ""))
    chosen = form.getlist("datasets")
    if not chosen:
        tk.h.flash_error(tk._("Tick the datasets first that you mean."))
        return tk.redirect_to(back)
    asks = form.get("step") != "do"
    try:
        done = act(
            "hanse_hvd_decide", id=name, datasets=chosen, verdict=verdict, dry_run=asks, **given
        )["results"]
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
        return tk.redirect_to(back)
    if not asks:
        _report(done, verdict)
        return tk.redirect_to(back)
    lang = language.of_page()
    city = act("organization_show", id=name, include_datasets=False)
    shown = {
        "city": city,
        "verdict": verdict,
        "results": done,
        "possible": [item for item in done if not item["error"]],
        "back": back,
        "show": form.get("show", ""),
        "category_name": lambda iri: words.label(iri, lang),
        **given,
    }
    return tk.render("hanse/hvd/decide.html", shown)


def _report(done: list[dict[str, Any]], verdict: str) -> None:
    failed = [item for item in done if item["error"]]
    number = len(done) - len(failed)
    if number:
        said = {
            "confirmed": tk.ungettext(
                "{num} dataset is confirmed as high-value data.",
                "{num} datasets are confirmed as high-value data.",
                number,
            ),
            "rejected": tk.ungettext(
                "{num} dataset is not offered as high-value data any more.",
                "{num} datasets are not offered as high-value data any more.",
                number,
            ),
            "undo": tk.ungettext(
                "{num} decision is taken back.", "{num} decisions are taken back.", number
            ),
        }[verdict]
        tk.h.flash_success(said.format(num=tk.h.hanse_number(number)))
    for item in failed:
        tk.h.flash_error(f"{item['title'] or item['name']}: {item['error']}")
