"""The catalogue in figures: a page with charts, and the numbers as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.hanse import language
from ckanext.hanse.presentation import statistics
from ckanext.hanse.presentation.cells import harmless, separator
from ckanext.hanse.presentation.statistics import Statistics

hanse_statistics = Blueprint("hanse_statistics", __name__)

_TYPES = {"csv": "text/csv", "json": "application/json"}
_ENDING = "any(csv,json):ending"


@hanse_statistics.route("/statistik/")
@hanse_statistics.route("/statistics")
@hanse_statistics.route("/statistics/")
@hanse_statistics.route(f"/statistics.<{_ENDING}>")
def in_english(ending: str = "") -> Any:
    """Redirect the English name of the page and its files, and a final slash, to the address."""
    if ending:
        return tk.redirect_to("hanse_statistics.file", ending=ending)
    return tk.redirect_to("hanse_statistics.index")


@hanse_statistics.route("/statistik")
def index() -> Any:
    """Show the figures as charts and tables."""
    return tk.render("hanse/statistics.html", {"found": statistics.statistics(language.of_page())})


@hanse_statistics.route(f"/statistik.<{_ENDING}>")
def file(ending: str) -> Response:
    """Return the figures as a file."""
    lang = language.of_page()
    found = statistics.statistics(lang)
    body = _csv(found, lang) if ending == "csv" else _json(found)
    answer = Response(body, content_type=f"{_TYPES[ending]}; charset=utf-8")
    if ending == "csv":
        word = tk._("statistics")
        name = f"{word}-{found.day.isoformat()}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def _json(found: Statistics) -> str:
    return json.dumps(statistics.as_json(found), ensure_ascii=False, indent=2)


def _csv(found: Statistics, lang: str) -> str:
    """Return a sheet for spreadsheets: UTF-8 with BOM, and the separator of the language."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=separator(lang), lineterminator="\r\n")
    writer.writerow([tk._("Statistic"), tk._("Value"), tk._("Label"), tk._("Datasets")])
    for line in statistics.lines(found):
        writer.writerow([harmless(cell) for cell in line])
    return out.getvalue()
