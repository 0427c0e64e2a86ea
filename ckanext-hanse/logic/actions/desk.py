"""Actions: an overview of a city's datasets and of the tasks for its editors."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import deletions, language
from ckanext.hanse.logic import permission, schema
from ckanext.hanse.logic.permission import ADMINISTER, EDIT
from ckanext.hanse.monitoring import city, pending
from ckanext.hanse.sources import issue_groups
from hanse_harvesters.issue import rules

__all__ = ["hanse_city_datasets", "hanse_city_findings", "hanse_desk_list", "hanse_desk_show"]


@tk.side_effect_free
@schema.takes(schema.nothing)
def hanse_desk_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the cities whose datasets the user edits, by title; all of them for a sysadmin.

    Each: ``id``, ``name``, ``title``, ``may_administer``, and ``figures``: numbers of
    ``datasets`` on the site (``harvested``, ``own``, ``hidden``), ``drafts``, ``deleted``
    ones, ``findings``.
    """
    tk.check_access("hanse_desk_list", context, data_dict)
    groups = [
        group
        for group in model.Session.query(model.Group).filter(
            model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE
        )
        if permission.has(context, group.id, EDIT)
    ]
    found = city.figures([group.id for group in groups])
    shown = [_city(context, group) | {"figures": found[group.id].as_json()} for group in groups]
    return sorted(shown, key=lambda item: (item["title"].casefold(), item["name"]))


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_desk_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return one city as in ``hanse_desk_list``, with its open tasks.  ``id``: name or id.

    ``waiting``: list of ``kind``, ``number``, ``source`` (name, "" for none), ``title``,
    ``text`` and ``may`` (whether the user can act), where ``kind`` is "held" (withdrawals to
    approve), "failed" or "partial" (the last run), "rejected" (records), "flagged" (corrected
    fields that the portal changed), "suggested" (duplicates to decide) or "doubtful" (merged by
    a rule that no longer applies).
    ``findings``: ``rule``, ``field`` (``resources[].license``: of any file), ``severity``,
    ``words``, ``count`` of ``unit``, ``issues`` …, the most severe first.
    ``drafts``; ``deleted`` as ``hanse_deleted_list``; ``sources`` as ``hanse_source_list``.
    """
    tk.check_access("hanse_desk_show", context, data_dict)
    group = permission.organization_of(data_dict)
    shown, lang = _city(context, group), language.of_page()
    sources = [
        source
        for source in tk.get_action("hanse_source_list")(dict(context), {})
        if (source["organization"] or {}).get("name") == group.name
    ]
    return shown | {
        "figures": city.figures([group.id])[group.id].as_json(),
        "waiting": [
            *pending.at_sources(sources, may=shown["may_administer"]),
            *pending.at_datasets(group.id),
        ],
        "findings": [item.as_json(lang) for item in issue_groups.of_organization(group.id)],
        "drafts": city.drafts(group.id),
        "deleted": deletions.in_cities([group.id]),
        "sources": sources,
    }


@tk.side_effect_free
@schema.takes(schema.city_datasets)
def hanse_city_datasets(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List the datasets of a city that are on the site, the last changed first.

    ``id``: name or id of the city; ``show``: "own", "harvested" or "hidden"; ``q``: words of
    the title; ``limit`` (1 to 100, 20), ``offset``.  Returns ``count`` and ``results``: ``id``,
    ``name``, ``title``, ``private``, ``harvested``, ``portal``, ``changed``, ``issue_count``.
    """
    tk.check_access("hanse_city_datasets", context, data_dict)
    found = city.datasets(
        permission.organization_of(data_dict).id,
        city.Asked(data_dict.get("show", ""), data_dict.get("q", "")),
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    return {"count": found.count, "results": found.rows}


@tk.side_effect_free
@schema.takes(schema.city_findings)
def hanse_city_findings(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List the datasets of a city that break a rule, by title.

    ``id``: name or id of the city; ``rule``; ``field`` in the form of ``hanse_desk_show``;
    ``limit``, ``offset`` and the result as in
    ``hanse_city_datasets``, each dataset with its ``issues`` of that rule (as
    ``hanse_dataset_issues`` returns them, in the page's language).
    """
    tk.check_access("hanse_city_findings", context, data_dict)
    if data_dict["rule"] not in rules():
        raise tk.ValidationError({"rule": [tk._("There is no such rule")]})
    found = city.with_rule(
        permission.organization_of(data_dict).id,
        data_dict["rule"],
        data_dict.get("field"),
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    lang = language.of_page()
    results = [row | {"issues": _issues(row, lang)} for row in found.rows]
    return {"count": found.count, "results": results}


def _issues(row: dict[str, Any], lang: str) -> list[dict[str, str]]:
    return [item.as_json(lang, kept_here=not row["harvested"]) for item in row["issues"]]


def _city(context: Context, group: model.Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "title": group.title or group.name,
        "may_administer": permission.has(context, group.id, ADMINISTER),
    }
