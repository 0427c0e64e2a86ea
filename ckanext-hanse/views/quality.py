"""Scores by the MQA: a page, JSON, CSV, DQV and a badge, of a dataset, source, city, the site."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.export.package_to_rdf import CatalogEntry
from ckanext.hanse.page_cache import public
from ckanext.hanse.presentation.cells import harmless, separator
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views.harvest import act
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.terms import Triple
from hanse_harvesters.quality import dqv
from hanse_harvesters.quality.badge import badge
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.quality.mqa_words import dimension, metric
from hanse_harvesters.quality.summary import Summary

hanse_quality = Blueprint("hanse_quality", __name__)

#: Kind → the address of its page, which its files extend; and of what the score is about.
_PLACES = {
    "dataset": ("/dataset/<id>/quality", "dataset.read"),
    "city": ("/organization/<id>/quality", "organization.read"),
    "source": ("/harvest/source/<id>/quality", "hanse_harvest.source"),
    "site": ("/quality", "home.index"),
}
_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "ttl": "text/turtle",
    "svg": "image/svg+xml",
}
#: Seconds for which a badge on another site may be kept.
_BADGE_SECONDS = 3600


def page(kind: str, id: str = "") -> Any:
    """Show a score: points, curve, what would raise it, every metric, the badge."""
    found = _found(kind, id)
    lang = language.of_page()
    score = found["score"] or {}
    metrics = [
        {
            "id": item.id,
            "label": metric(item.id, lang),
            "dimension": dimension(item.dimension, lang),
            "points": item.points,
            "reached": score.get("metrics", {}).get(item.id),
        }
        for item in facts().metrics.values()
    ]
    back = {"name" if kind == "source" else "id": found["name"]} if id else {}
    shown = {
        "found": found,
        "metrics": metrics,
        "back": tk.h.url_for(_PLACES[kind][1], **back),
        "address": address(kind, found["name"]),
        "most_advice": 8,
    }
    answer = Response(tk.render("hanse/quality/page.html", shown))
    return _kept_from_others(answer, kind, id)


def file(kind: str, ending: str, id: str = "") -> Response:
    """Return a score as a file, or as a badge for other sites."""
    found = _found(kind, id)
    lang = language.of_page()
    body = {"json": _json, "csv": _csv, "ttl": _turtle, "svg": _badge}[ending](found, lang)
    answer = Response(body, content_type=f"{_TYPES[ending]}; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer = _kept_from_others(answer, kind, id)
    if ending == "svg" and "no-store" not in answer.cache_control:
        public.keep_for(_BADGE_SECONDS)
    answer.add_etag()
    return answer.make_conditional(request)


for _kind, (_rule, _back) in _PLACES.items():
    hanse_quality.add_url_rule(_rule, _kind, page, defaults={"kind": _kind})
    hanse_quality.add_url_rule(
        f"{_rule}.<any({','.join(_TYPES)}):ending>",
        f"{_kind}_file",
        file,
        defaults={"kind": _kind},
    )


def address(kind: str, name: str) -> str:
    """Return the absolute address of a score's page, without a language."""
    return site() + _PLACES[kind][0].replace("<id>", name)


def _found(kind: str, id: str) -> dict[str, Any]:
    """Return the score; abort the request as the page of what it is about would."""
    try:
        found: dict[str, Any] = act("hanse_quality_show", kind=kind, id=id)
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("Not found"))
    except tk.NotAuthorized:
        if kind == "source" and not tk.current_user.is_authenticated:
            return tk.abort(403, tk._("Please sign in."))
        return tk.abort(404, tk._("Not found"))
    return found


def _kept_from_others(answer: Response, kind: str, id: str) -> Response:
    """Mark what not everybody may see; a cache of others must not keep it."""
    if kind == "source" or (kind == "dataset" and act("package_show", id=id).get("private")):
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers.pop("Access-Control-Allow-Origin", None)
    return answer


def _json(found: dict[str, Any], lang: str) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)


def _csv(found: dict[str, Any], lang: str) -> str:
    """Return CSV for spreadsheets: UTF-8 with BOM, and the separator of the language."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=separator(lang), lineterminator="\r\n")
    if found["kind"] == "dataset":
        score = Score.from_json(found["score"] or {})
        columns, rows = dqv.COLUMNS, dqv.rows(score, lang) if score else []
    else:
        summary = Summary.from_json(found["score"])
        columns, rows = dqv.SUMMARY_COLUMNS, dqv.summary_rows(summary, lang)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _turtle(found: dict[str, Any], lang: str) -> bytes:
    subject = address(found["kind"], found["name"]).removesuffix("/quality")
    if found["kind"] == "dataset":
        triples = _of_dataset(found)
    else:
        summary = Summary.from_json(found["score"])
        triples = dqv.summary_triples(subject, summary, when=found["day"] or "")
    return adapters.serialize(triples, "turtle")


def _of_dataset(found: dict[str, Any]) -> Iterator[Triple]:
    """Yield the measurements under the IRIs that dataset and distribution have in our RDF."""
    score = Score.from_json(found["score"] or {})
    if score is None:
        return
    entry = CatalogEntry(act("package_show", id=found["id"]), site())
    files = entry.dataset().get("resources") or []
    place = score.distribution
    file = files[place].get("uri", "") if place is not None and place < len(files) else ""
    yield from dqv.score_triples(entry.subject, score, distribution=file)


def _badge(found: dict[str, Any], lang: str) -> str:
    score = found["score"] or {}
    points = score.get("points", score.get("mean"))
    return badge(points, score.get("of", 325), request.args.get("lang", lang))
