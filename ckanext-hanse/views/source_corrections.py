"""The corrections of a source, for the operator of its portal: page, CSV, JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.hanse import language
from ckanext.hanse.presentation import repair
from ckanext.hanse.presentation.cells import harmless, separator
from ckanext.hanse.views.harvest import act, found
from ckanext.hanse.views.harvest import page as guarded

source_corrections = Blueprint("hanse_source_corrections", __name__)


@source_corrections.route("/harvest/source/<name>/corrections")
@guarded
def page(name: str) -> str:
    """Show the list, with the files to download."""
    return tk.render("hanse/repair/source.html", {"rows": _rows(name), "source": found(name)})


@source_corrections.route("/harvest/source/<name>/corrections.<any(csv,json):ending>")
@guarded
def file(name: str, ending: str) -> Response:
    """Return the list as a file."""
    rows = _rows(name)
    lang = language.of_page()
    body = _csv(rows, lang) if ending == "csv" else _json(rows)
    kind = "text/csv" if ending == "csv" else "application/json"
    answer = Response(body, content_type=f"{kind}; charset=utf-8")
    title = tk._("corrections")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{title}.{ending}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _rows(name: str) -> list[dict[str, Any]]:
    return list(act("hanse_correction_export", id=name))


def _csv(rows: list[dict[str, Any]], lang: str) -> str:
    """Return CSV for spreadsheets: UTF-8 with BOM, and the separator of the language."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=separator(lang), lineterminator="\r\n")
    writer.writerow(
        [
            tk._("Identifier"),
            tk._("Dataset"),
            tk._("Page at the portal"),
            tk._("File"),
            tk._("Field"),
            tk._("Value at the portal"),
            tk._("Value in this catalogue"),
            tk._("Reason"),
            tk._("Since"),
            tk._("Changed at the portal since"),
        ]
    )
    for row in rows:
        reported = [repair.words(row["field"], row[key], lang) for key in ("source_value", "value")]
        cells = [
            row["identity"],
            row["title"],
            row["page"],
            row["file"],
            row["label"],
            *reported,
            row["reason"],
            (row["since"] or "")[:10],
            _state(row),
        ]
        writer.writerow([harmless(cell or "") for cell in cells])
    return out.getvalue()


def _state(row: dict[str, Any]) -> str:
    if row["adopted"]:
        return tk._("yes, to our value")
    return tk._("yes") if row["flagged"] else tk._("no")


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
