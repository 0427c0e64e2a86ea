"""Actions: sources created, changed and removed by the administrators of a city."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.logic import given, schema
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.security import asking
from ckanext.hanse.sources import (
    dictize,
    edit,
    host_issues,
    issue_groups,
    issues,
    probe,
    remove,
    stats,
)
from ckanext.hanse.store import lists
from hanse_harvesters.issue import Severity, rules

log = logging.getLogger(__name__)


__all__ = [
    "hanse_source_create",
    "hanse_source_delete",
    "hanse_source_issues",
    "hanse_source_removal",
    "hanse_source_update",
]


@schema.takes(schema.new_source, others=True)
def hanse_source_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Create a source for one's own organization; return it as ``hanse_source_show`` does.

    ``organization`` (name or id), ``title``, ``url`` (that of ``hanse_list_upload`` for an
    uploaded list); ``kind`` (detected, if absent; ``url`` may then be that of the portal's home
    page, which becomes ``portal``), ``name`` (made from the title, if absent), ``portal``,
    ``schedule``, ``timezone``, ``language``, ``options``, ``modified_is_file_time``, ``note``,
    ``deliver`` (false: its datasets are not handed on to other catalogues).
    Returns also ``again``: how many datasets it takes back from a removed source of the
    same name and URL.
    """
    tk.check_access("hanse_source_create", context, data_dict)
    group = given.organization(data_dict["organization"])
    values, name = given.values(data_dict, "name"), data_dict.get("name", "").strip()
    with given.refusals(data_dict):
        if not values.get("kind") and lists.name_in(values.get("url", "")):
            values["kind"] = lists.KIND
        if not values.get("kind"):
            edit.checked({**values, "kind": "rdf"}, organization=group.name)
            home = values["url"]
            account = given.account_id(context)
            values["kind"], values["url"] = _catalogue_at(home, account)
            if values["url"] != home:
                values["portal"] = values.get("portal") or home
        row, again = edit.create(
            values, organization=group.name, name=name, author=given.account_id(context)
        )
    log.info("source %s made by %s", row.name, context.get("user"))
    return _shown(row, data_dict) | {"again": again}


def _catalogue_at(url: str, account: str) -> tuple[str, str]:
    """Query the portal for its catalogue's kind and URL, unless too many requests are waiting."""
    place = asking.take(account)
    if not place:
        words = tk._(
            "Others are being recognised at this moment. Choose the kind, or press “Check”."
        )
        raise tk.ValidationError({"kind": [words]})
    try:
        model.Session.rollback()  # hold no transaction while the portal responds
        return probe.catalogue_at(url)
    finally:
        asking.give_back(place)


@schema.takes(schema.changed_source, others=True)
def hanse_source_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Change the given values of a source; return it as ``hanse_source_show`` does.

    ``id``: its name; else the fields of ``hanse_source_create`` except ``name`` and
    ``organization``.  Of a source in the operator's file only ``schedule``,
    ``timezone`` and ``deliver``; the file's next sync keeps them.
    """
    name = data_dict["id"]
    tk.check_access("hanse_source_update", context, data_dict)
    with given.refusals(data_dict):
        author = given.account_id(context)
        row = edit.update(given.source(name), given.values(data_dict), author=author)
    log.info("source %s changed by %s", row.name, context.get("user"))
    return _shown(row, data_dict)


@schema.takes(schema.removal)
def hanse_source_delete(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Remove a source and its history; withdraw, keep or hand over its datasets.

    ``id``: its name; ``confirm``: its name once more.  ``datasets``: "withdraw" (they leave
    the site and can be restored), "keep" (they become the city's own) or "hand" (the source
    ``to`` of the same city maintains them); by default what ``hanse_source_removal`` names.
    Returns ``name``, ``fate`` (one of the three), ``datasets`` (how many were affected) and
    ``left`` (how many of them leave the site within the next minutes).  A source that delivers
    them again takes them back, under the same URLs.
    """
    name = data_dict["id"]
    tk.check_access("hanse_source_delete", context, data_dict)
    with given.refusals(data_dict):
        done = remove.remove(
            given.source(name),
            confirm=data_dict.get("confirm", ""),
            fate=data_dict.get("datasets", ""),
            to=data_dict.get("to", ""),
            user=context.get("user") or "",
        )
    log.info("source %s removed by %s", name, context.get("user"))
    return done


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_source_removal(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the consequences of removing a source.  ``id``: its name.

    Returns ``datasets`` (on the site, of this source alone), ``shared`` (another source maintains
    them), ``withdrawn``, ``default`` ("withdraw" for one that was probably created by mistake:
    recently, or never read completely; else "keep") and ``others``: sources of the same city
    with ``name``, ``title`` and ``same``, how many of its records they have too.
    """
    name = data_dict["id"]
    tk.check_access("hanse_source_removal", context, data_dict)
    return remove.prospect(given.source(name)).as_json()


@tk.side_effect_free
@schema.takes(schema.source_issues)
def hanse_source_issues(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List the issues of a source's records, one entry per issue, the most severe first.

    ``id``: the source's name; ``rule``, ``severity`` ("error", "warning", "info"),
    ``field``, ``q`` (words in title, identity, field, value) filter them; ``limit`` (100,
    at most 1,000) and ``offset`` select a part.  Returns ``count``, ``issues`` (title, name
    of the dataset, identity, page, state, severity, rule, field, field_label (its label),
    value, message, remedy, reference, reference_url), ``groups`` (the filtered issues by rule
    and field, as "22 files without attribution text"), and for the whole source ``rules`` and
    ``severities`` with their numbers, and ``fields`` with their labels.
    """
    name = data_dict["id"]
    tk.check_access("hanse_source_issues", context, data_dict)
    source_id, asked = given.source(name).id, _filter(data_dict)
    found = host_issues.page(
        source_id,
        asked,
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    every = issue_groups.of_source(source_id)
    lang = str(data_dict.get("language") or language.of_page())
    return {
        "count": host_issues.count(source_id, asked),
        "issues": [item.as_json(lang) for item in found],
        "groups": [item.as_json(lang) for item in issue_groups.narrowed(every, source_id, asked)],
        "rules": issue_groups.by_rule(every),
        "severities": issue_groups.by_severity(every),
        "fields": {item.field: item.label(lang) for item in every if item.field},
    }


def _filter(data_dict: DataDict) -> issues.Filter:
    given = {name: str(data_dict.get(name) or "").strip()[:300]
             for name in ("rule", "severity", "field", "q")}  # fmt: skip
    wrong: dict[str, list[str]] = {}
    if given["rule"] and given["rule"] not in rules():
        wrong["rule"] = [tk._("There is no such rule")]
    if given["severity"] and given["severity"] not in {item.value for item in Severity}:
        wrong["severity"] = [tk._("There is no such severity")]
    if wrong:
        raise tk.ValidationError(wrong)
    return issues.Filter(**given)


def _shown(row: HarvestSource, data_dict: DataDict) -> dict[str, Any]:
    figures = stats.of([row.id])[row.id]
    return dictize.source(row, figures=figures, language=given.answer_language(data_dict))
