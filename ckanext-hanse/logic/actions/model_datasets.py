"""Actions: which model dataset of the Musterdatenkatalog a dataset is, and people's word on it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.comparison import named
from ckanext.hanse.logic import models_schema, permission, schema
from ckanext.hanse.logic.permission import EDIT
from ckanext.hanse.model import AssignedHow
from ckanext.hanse.model_datasets import decisions, listing
from ckanext.hanse.search import models
from hanse_schemas.model_datasets import ModelDataset, model_datasets

__all__ = [
    "hanse_model_absence_set",
    "hanse_model_datasets_decide",
    "hanse_model_datasets_list",
    "hanse_model_datasets_show",
]

_LONGEST_REASON = 500


@tk.side_effect_free
@schema.takes(models_schema.models_show)
def hanse_model_datasets_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return which model dataset a dataset is.  ``id``: name or id; ``language`` of the labels.

    ``models``: list of ``iri``, ``path``, ``label``, ``theme``, and ``how``: "confirmed" by a
    person, "reference" or "keywords" of the dataset, "machine".  For editors of its city also
    ``decided`` ("confirmed", "refused" or ""), ``by``, and ``suggested``: the five likeliest with
    ``confidence`` (0 to 1).
    """
    tk.check_access("hanse_model_datasets_show", context, data_dict)
    package = tk.get_action("package_show")(dict(context), {"id": data_dict["id"]})
    lang = str(data_dict.get("language") or language.of_page())
    dataset_id = package["id"]
    said = models.stored([dataset_id]).get(dataset_id, models.NOTHING)
    shown: dict[str, Any] = {
        "models": [
            _model(item, lang) | {"how": how.value}
            for iri, how in models.effective(package, said)
            if (item := model_datasets().by_iri(iri))
        ]
    }
    if not permission.has(context, package["owner_org"], EDIT):
        return shown
    word = decisions.of_person([dataset_id]).get(dataset_id)
    row = decisions.automatic([dataset_id]).get(dataset_id)
    author = model.User.get(word.author) if word and word.author else None
    return shown | {
        "decided": word.how if word else "",
        "by": (author.fullname or author.name) if author else "",
        "suggested": [
            _model(item, lang) | {"confidence": confidence}
            for iri, confidence in (row.suggested if row else ())
            if (item := model_datasets().by_iri(str(iri)))
        ],
    }


@tk.side_effect_free
@schema.takes(models_schema.models_list)
def hanse_model_datasets_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List a city's datasets by model dataset, in groups of like titles, for its editors.

    ``id``: name or id of the city; ``show``: "open" (to decide; the default), "machine", "said"
    (by the dataset), "confirmed" or "refused"; ``q``: words of the title; ``limit``, ``offset``.
    Returns ``count`` of groups, ``numbers`` of datasets in each state, and ``results``: ``model``
    (the best or the chosen one, None), ``suggested``, ``datasets`` (``id``, ``name``, ``title``,
    ``private``).
    """
    tk.check_access("hanse_model_datasets_list", context, data_dict)
    city = permission.organization_of(data_dict)
    lang = str(data_dict.get("language") or language.of_page())
    found = listing.datasets(city.id, data_dict.get("q", ""))
    state = data_dict.get("show") or listing.OPEN
    groups = listing.groups(item for item in found if item.state == state)
    start = data_dict["offset"]
    return {
        "count": len(groups),
        "numbers": listing.numbers(found),
        "results": [_group(item, lang) for item in groups[start : start + data_dict["limit"]]],
    }


def _group(group: listing.Group, lang: str) -> dict[str, Any]:
    known = model_datasets().by_iri
    best = known(group.iri) if group.iri else None
    return {
        "model": _model(best, lang) if best else None,
        "suggested": [
            _model(item, lang) | {"confidence": confidence}
            for iri, confidence in group.suggested
            if (item := known(iri))
        ],
        "datasets": [
            {key: getattr(item, key) for key in ("id", "name", "title", "private")}
            for item in group.datasets
        ],
    }


def _model(item: ModelDataset, lang: str) -> dict[str, Any]:
    return {
        "iri": item.iri,
        "path": item.path,
        "label": item.label(lang),
        "theme": item.theme_label(lang),
        "definition": item.definition,
    }


@schema.takes(models_schema.models_decide)
def hanse_model_datasets_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say of datasets of a city which model dataset they are; no harvest changes it.

    ``id``: name or id of the city; ``datasets``: ids, at most 500; ``verdict``: "confirmed" (with
    ``model``: IRI, path or label), "refused" (they are none) or "undo".  Returns ``number`` of
    datasets and ``model``.
    """
    tk.check_access("hanse_model_datasets_decide", context, data_dict)
    city = permission.organization_of(data_dict)
    ids = list(dict.fromkeys(data_dict["datasets"]))
    if len(ids) > models_schema.MOST_DECIDED:
        message = tk._("At most {most} datasets at once.").format(most=models_schema.MOST_DECIDED)
        raise tk.ValidationError({"datasets": [message]})
    owners = decisions.cities_of(ids)
    if any(owners.get(item) != city.id for item in ids):
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    if data_dict["verdict"] == "undo":
        return {"number": decisions.undo(ids), "model": None}
    confirmed = data_dict["verdict"] == AssignedHow.CONFIRMED.value
    chosen = _chosen(data_dict.get("model", "")) if confirmed else None
    user = model.User.get(context.get("user") or "")
    decisions.decide(ids, chosen.iri if chosen else "", user.id if user else "")
    shown = _model(chosen, language.of_page()) if chosen else None
    return {"number": len(ids), "model": shown}


@schema.takes(models_schema.absence_set)
def hanse_model_absence_set(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say why a model dataset does not apply to a city.

    ``id``: name or id of the city; ``model``: IRI, path or label; ``reason``: at most 500
    characters, "" takes it back.  Returns ``model`` and ``reason``.
    """
    tk.check_access("hanse_model_absence_set", context, data_dict)
    city = permission.organization_of(data_dict)
    chosen = _chosen(data_dict["model"])
    reason = " ".join(data_dict.get("reason", "").split())[:_LONGEST_REASON]
    user = model.User.get(context.get("user") or "")
    decisions.set_absence(city.id, chosen.iri, reason, user.id if user else "")
    return {"model": _model(chosen, language.of_page()), "reason": reason}


def _chosen(given: str) -> ModelDataset:
    """Return the model dataset that is named; else a ValidationError."""
    found = named.exactly(given)
    if found is None:
        message = tk._("There is no model dataset “{value}”: choose one of the list.")
        raise tk.ValidationError({"model": [message.replace("{value}", given.strip()[:200])]})
    return found
