"""Action: the score of a dataset, a source, a city, the site, by the MQA of data.europa.eu."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.logic import fields, permission, schema
from ckanext.hanse.model import ScoreKind, ScorePoint
from ckanext.hanse.scores import history, read
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.advice import Advice, advise
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.mqa_facts import facts

__all__ = ["hanse_quality_show"]

_KINDS = tuple(kind.value for kind in ScoreKind)


def _fields() -> schema.Schema:
    return schema.only_language() | {
        "kind": [*fields.needed(), fields.one_of(_KINDS)],
        "id": [*fields.optional(), fields.named],
        "days": [fields.default(history.MOST), fields.number(1, history.MOST)],
    }


@tk.side_effect_free
@schema.takes(_fields)
def hanse_quality_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return a score by the MQA of data.europa.eu.

    ``kind``: "dataset", "source", "city" or "site"; ``id``: name or id, not for the site;
    ``days``: points of the curve at most; ``language``: of the texts.

    Returns ``kind``, ``id``, ``name``, ``title``, ``weights`` (date of the weights), ``judged``
    (False: no score yet), ``advice`` (what would raise it most), ``history`` (``day``,
    ``datasets``, ``mean``, ``of``, ``min``, ``max``; oldest first) and ``score``: of a dataset its
    points and metrics, else mean, min, max and how many datasets reach each metric, as of ``day``.
    """
    kind = ScoreKind(data_dict["kind"])
    if kind is not ScoreKind.SITE and not data_dict.get("id"):
        raise tk.ValidationError({"id": [tk._("Missing value")]})
    tk.check_access("hanse_quality_show", context, data_dict)
    lang = str(data_dict.get("language") or language.of_page())
    found = _named(kind, context, data_dict)
    points = history.points(kind, found["owner"], most=int(data_dict["days"]))
    shown = (
        _dataset(found["owner"], lang)
        if kind is ScoreKind.DATASET
        else _many(kind, found["owner"], points, lang)
    )
    return {
        "kind": kind.value,
        "id": found["owner"],
        "name": found["name"],
        "title": found["title"],
        "weights": facts().as_of,
        **shown,
        "history": [_point(point) for point in points],
    }


def _named(kind: ScoreKind, context: Context, data_dict: DataDict) -> dict[str, str]:
    """Return the owner's id in our table, its name and title."""
    if kind is ScoreKind.DATASET:
        package = tk.get_action("package_show")(dict(context), {"id": data_dict["id"]})
        title = package.get("title") or package["name"]
        return {"owner": package["id"], "name": package["name"], "title": title}
    if kind is ScoreKind.SOURCE:
        source = permission.source_of(data_dict)
        return {"owner": str(source.id), "name": source.name, "title": source.title or source.name}
    if kind is ScoreKind.CITY:
        city = permission.organization_of(data_dict)
        return {"owner": city.id, "name": city.name, "title": city.title or city.name}
    return {"owner": "", "name": "", "title": str(tk.config["ckan.site_title"])}


def _dataset(dataset_id: str, lang: str) -> dict[str, Any]:
    score = read.of_dataset(dataset_id)
    if score is None:
        return {"judged": False, "day": None, "score": None, "advice": []}
    return {
        "judged": True,
        "day": None,
        "score": score.as_json() | _rated(score.points, lang) | {"dimensions": _parts(score, lang)},
        "advice": [item.as_json(lang) for item in advise(score)],
    }


def _many(kind: ScoreKind, owner: str, points: list[ScorePoint], lang: str) -> dict[str, Any]:
    """Return what the last point holds; where there is none yet, what it would hold."""
    if points:
        raw: dict[str, Any] = dict(points[-1].summary)
        advice = [Advice(*item) for item in raw.pop("advice", ())]
        day = moment(points[-1].updated)
    else:
        judged = read.of_many(kind, owner)
        raw, advice, day = judged.summary.as_json(), judged.advice, None
    rated = {} if raw["mean"] is None else _rated(raw["mean"], lang)
    return {
        "judged": raw["mean"] is not None,
        "day": day,
        "score": raw | rated,
        "advice": [item.as_json(lang) for item in advice],
    }


def _rated(points: float, lang: str) -> dict[str, str]:
    rating = facts().rating(points)
    return {"rating": rating, "rating_label": mqa_words.rating(rating, lang)}


def _parts(score: Score, lang: str) -> list[dict[str, Any]]:
    return [
        {"id": id, "label": mqa_words.dimension(id, lang), "points": points, "of": of}
        for id, (points, of) in score.dimensions.items()
    ]


def _point(point: ScorePoint) -> dict[str, Any]:
    return {
        "day": point.day.isoformat(),
        "datasets": point.datasets,
        "mean": point.mean,
        "of": point.of,
        "min": point.least,
        "max": point.most,
    }
