"""Actions: high-value datasets (HVD) for the report to the EU, and people's word on them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.corrections import hvd as decisions
from ckanext.hanse.corrections import overlay
from ckanext.hanse.logic import hvd_schema, permission, schema
from ckanext.hanse.monitoring import hvd
from hanse_harvesters.errors import HanseError
from hanse_schemas.vocabulary import vocabulary

__all__ = ["hanse_hvd_decide", "hanse_hvd_list"]

UNDO = "undo"
_LONGEST_REASON = 2000


@tk.side_effect_free
@schema.takes(hvd_schema.hvd_list)
def hanse_hvd_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List high-value datasets by title, with what the EU's reporting asks for.

    ``id``: name or id of a city, all by default.  ``show``: "declared" (the metadata say so;
    the default), or for editors of the city "offered" (title, keywords and themes let them be some)
    and "rejected".  ``category``: code of a main category; ``fails``: a criterion that is not met:
    "category", "legislation", "licence", "api", "bulk", "documentation" or "contact".
    ``limit`` (1 to 100, 20), ``offset``, ``language`` of the texts.  Returns ``count``,
    ``categories`` and ``fails`` (how many by each), and ``results``: ``id``, ``name``, ``title``,
    ``organization``, ``uri``, ``publisher``, ``category``, ``offered`` (``category``, ``word``),
    ``criteria`` (name → met), ``issues`` (as of ``hanse_dataset_issues``, with ``criterion``),
    ``licences``, ``services``, ``downloads``, ``documentation``, ``contact``, ``legislation``,
    ``decided`` (``verdict``, ``by``, ``when``, ``reason``; for editors of the city).
    """
    tk.check_access("hanse_hvd_list", context, data_dict)
    city = permission.organization_of(data_dict) if data_dict.get("id") else None
    edits = city is not None and permission.has(context, city.id, permission.EDIT)
    found = hvd.find(
        hvd.Asked(
            state=data_dict.get("show") or hvd.DECLARED,
            organization=city.id if city else "",
            category=data_dict.get("category", ""),
            fails=data_dict.get("fails", ""),
            public=not edits,
        ),
        language=str(data_dict.get("language") or language.of_page()),
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    if not edits:
        for row in found.rows:
            row["decided"] = None
    return {
        "count": found.count,
        "categories": found.categories,
        "fails": found.fails,
        "results": found.rows,
    }


@schema.takes(hvd_schema.hvd_decide)
def hanse_hvd_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say of datasets of a city whether they are high-value datasets.

    ``id``: name or id of the city; ``datasets``: their ids, at most 100.  ``verdict``: "confirmed"
    sets category and regulation, in the dataset and its files, and keeps them in every harvest;
    "rejected" removes them, and the dataset is not offered again; "undo" takes the last word back.
    ``category``: code or IRI of the category to confirm; by default the dataset's own, else the
    offered one.  ``reason``: why.  ``dry_run``: only report.  Returns ``results``: ``id``,
    ``name``, ``title``, ``changes`` (``field``, ``label``, ``file``, ``before``, ``after``), and
    ``error``, "" if it was done.
    """
    tk.check_access("hanse_hvd_decide", context, data_dict)
    city = permission.organization_of(data_dict)
    if len(data_dict["datasets"]) > hvd_schema.MOST_DECIDED:
        message = tk._("At most {most} datasets at once.").format(most=hvd_schema.MOST_DECIDED)
        raise tk.ValidationError({"datasets": [message]})
    category, reason = _category(data_dict), data_dict.get("reason", "")[:_LONGEST_REASON]
    user = model.User.get(context.get("user") or "")
    results = []
    for name in dict.fromkeys(data_dict["datasets"]):
        package = _of_city(name, city)
        shown = {key: package[key] for key in ("id", "name", "title")}
        try:
            shown["changes"] = _changes(package, data_dict["verdict"], category)
            if not data_dict["dry_run"]:
                _decide(package, data_dict["verdict"], category, reason, user)
            shown["error"] = ""
        except tk.ValidationError as error:
            model.Session.rollback()
            shown |= {"changes": [], "error": " ".join(error.error_summary.values())}
        except HanseError as error:
            shown |= {"changes": [], "error": error.text(language.of_page())}
        results.append(shown)
    return {"results": results}


def _decide(package: dict[str, Any], verdict: str, category: str, reason: str, user: Any) -> None:
    if verdict != UNDO:
        decisions.decide(package, verdict, category, reason, user)
        return
    mark = decisions.verdicts([package["id"]]).get(package["id"])
    if mark is None:
        message = tk._("Nobody has decided about “{title}”: there is nothing to take back.")
        title = package["title"] or package["name"]
        raise tk.ValidationError({"verdict": [message.replace("{title}", title)]})
    decisions.undo(mark, user)


def _changes(package: dict[str, Any], verdict: str, category: str) -> list[dict[str, Any]]:
    if verdict == UNDO:
        return []
    files = {item["id"]: item.get("name") or item.get("url") for item in package["resources"]}
    return [
        {
            "field": change.at.path,
            "label": overlay.label(change.at, language.of_page()),
            "file": files.get(change.at.resource, ""),
            "before": change.now,
            "after": change.wanted,
        }
        for change in decisions.changes(package, verdict, category)
    ]


def _category(data_dict: DataDict) -> str:
    """Return the IRI of the category, "" for none; ValidationError for an unknown one."""
    given = data_dict.get("category", "").strip()
    known = vocabulary("hvd-categories").find(given) if given else None
    if given and known is None:
        message = tk._("There is no category “{value}” of high-value datasets; choose one.")
        raise tk.ValidationError({"category": [message.replace("{value}", given[:200])]})
    return known.iri if known else ""


def _of_city(name: str, city: Any) -> dict[str, Any]:
    """Return a dataset; ObjectNotFound if it is not one of the city's."""
    row = model.Package.get(name)
    if row is None or row.owner_org != city.id or row.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    context = {"ignore_auth": True, "use_cache": False}
    found: dict[str, Any] = tk.get_action("package_show")(context, {"id": row.id})
    return found
