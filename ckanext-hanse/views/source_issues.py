"""Issues of a source: a page with filters, and downloads as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.pagination import Page
from flask import Response, request

from ckanext.hanse import language
from ckanext.hanse.presentation.cells import harmless, separator
from ckanext.hanse.sources import host_issues
from ckanext.hanse.sources import issues as source_issues
from ckanext.hanse.store import sources
from ckanext.hanse.views.harvest import act, found, harvest, page

_A_PAGE = 50
_FILTERS = ("rule", "severity", "field", "q")
_LINES_AT_ONCE = 500


@harvest.route("/source/<name>/issues")
@page
def issues(name: str) -> Any:
    """Show a page of the issues, the most severe first."""
    number = max(request.args.get("page", 1, type=int), 1)
    asked, wanted = _asked(), found(name)
    try:
        seen = act(
            "hanse_source_issues", id=name, limit=_A_PAGE, offset=(number - 1) * _A_PAGE, **asked
        )
    except tk.ValidationError:  # an invalid URL, typed by hand: show all
        return tk.redirect_to("hanse_harvest.issues", name=name)

    def address(page: int) -> str:
        kept = {key: value for key, value in asked.items() if value}
        return str(tk.h.url_for("hanse_harvest.issues", name=name, page=page, **kept))

    pager = Page(
        collection=seen["issues"],
        page=number,
        url=address,
        item_count=seen["count"],
        items_per_page=_A_PAGE,
        presliced_list=True,
    )
    return tk.render(
        "hanse/harvest/issues.html",
        {
            "source": wanted,
            "seen": seen,
            "asked": asked,
            "page": pager,
        },
    )


@harvest.route("/source/<name>/issues.<any(csv,json):ending>")
@page
def issues_file(name: str, ending: str) -> Response:
    """Stream every issue that matches the filters: no limit, and no list in memory."""
    act("hanse_source_issues", id=name, limit=0, **_asked())  # check access and parameters
    source_id, asked = sources.get(name).id, source_issues.Filter(**_asked())
    lang = language.of_page()
    model.Session.rollback()  # the stream uses its own connection
    every = (item.as_json(lang) for item in host_issues.every(source_id, asked))
    body = _csv(every, lang) if ending == "csv" else _json(every)
    kind = "text/csv" if ending == "csv" else "application/json"
    answer = Response(body, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-issues.{ending}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in _FILTERS}


def _csv(every: Iterator[dict[str, Any]], lang: str) -> Iterator[str]:
    """Yield CSV for spreadsheets: UTF-8 with BOM, and the separator of the language."""
    out = io.StringIO()
    writer = csv.DictWriter(
        out, source_issues.COLUMNS, delimiter=separator(lang), lineterminator="\r\n"
    )
    out.write("\ufeff")
    writer.writeheader()
    for number, row in enumerate(every, 1):
        writer.writerow({key: harmless(row[key]) for key in source_issues.COLUMNS})
        if number % _LINES_AT_ONCE == 0:
            yield _emptied(out)
    yield _emptied(out)


def _emptied(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _json(every: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Yield a JSON list, one object per line."""
    yield "["
    for number, row in enumerate(every):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]\n"
