"""Actions: sources made, changed, tried and removed by the administrators of a city."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.hanse import language
from ckanext.hanse.catalogue import show
from ckanext.hanse.catalogue.desk import (
    checking,
    issue_groups,
    managing,
    overview,
    removing,
    source_issues,
    sources,
)
from ckanext.hanse.catalogue.run import engine
from ckanext.hanse.model import Source
from hanse_harvesters.errors import HanseError
from hanse_harvesters.issue import Severity, rules

log = logging.getLogger(__name__)

Context = dict[str, Any]
DataDict = dict[str, Any]

__all__ = [
    "hanse_source_check",
    "hanse_source_create",
    "hanse_source_delete",
    "hanse_source_issues",
    "hanse_source_preview",
    "hanse_source_removal",
    "hanse_source_update",
]

#: Records a preview may look at, and by default.
MOST_PREVIEWED, PREVIEWED = 200, 20
#: Issues a page may hold; all of them are had by the downloads.
_MOST_ISSUES = 1000


def hanse_source_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make a source of one's own organisation; gives it as ``hanse_source_show``.

    ``organization`` (name or id), ``title``, ``url``; ``kind`` (guessed from what the
    address answers, if absent), ``name`` (made from the title, if absent), ``portal``,
    ``schedule``, ``timezone``, ``language``, ``options``, ``modified_is_file_time``, ``note``.
    ``again``: how many datasets it takes back that a source of this name and address,
    removed since, had brought.
    """
    tk.check_access("hanse_source_create", context, data_dict)
    group = _organization(tk.get_or_bust(data_dict, "organization"))
    values, name = _values(data_dict, "name"), str(data_dict.get("name") or "").strip()
    with _refusals(data_dict):
        if not values.get("kind"):
            managing.checked({**values, "kind": "rdf"}, organization=group.name)
            values["kind"] = checking.kind_of(values["url"])
        row, again = managing.create(
            values, organization=group.name, name=name, author=_user_id(context)
        )
    log.info("source %s made by %s", row.name, context.get("user"))
    return _shown(row, data_dict) | {"again": again}


def hanse_source_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Change what is given of a source; gives it as ``hanse_source_show``.

    ``id``: its name; else the fields of ``hanse_source_create`` save ``name`` and
    ``organization``.  Of a source that the operator's file names only ``schedule`` and
    ``timezone``; the file's next sync keeps them.
    """
    name = tk.get_or_bust(data_dict, "id")
    tk.check_access("hanse_source_update", context, data_dict)
    with _refusals(data_dict):
        row = managing.update(_source(name), _values(data_dict), author=_user_id(context))
    log.info("source %s changed by %s", row.name, context.get("user"))
    return _shown(row, data_dict)


def hanse_source_delete(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Remove a source and its history, and say what becomes of its datasets.

    ``id``: its name; ``confirm``: its name once more.  ``datasets``: "withdraw" (they leave
    the site and can be restored), "keep" (they become the city's own) or "hand" (the source
    ``to`` of the same city keeps them up); by default what ``hanse_source_removal`` names.
    Gives ``name``, ``fate`` (one of the three), ``datasets`` (how many it concerned) and
    ``left`` (how many of them leave the site within the next minutes).  Whoever brings them
    again takes them back, under their addresses.
    """
    name = tk.get_or_bust(data_dict, "id")
    tk.check_access("hanse_source_delete", context, data_dict)
    with _refusals(data_dict):
        done = removing.remove(
            _source(name),
            confirm=str(data_dict.get("confirm") or ""),
            fate=str(data_dict.get("datasets") or ""),
            to=str(data_dict.get("to") or ""),
            user=context.get("user") or "",
        )
    log.info("source %s removed by %s", name, context.get("user"))
    return done


@tk.side_effect_free
def hanse_source_removal(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What removing a source would mean.  ``id``: its name.

    Gives ``datasets`` (on the site, of this source alone), ``shared`` (another source keeps
    them up), ``withdrawn``, ``default`` ("withdraw" for one that was made by mistake, it
    seems: of late, or never read whole; else "keep") and ``others``: sources of the same city
    with ``name``, ``title`` and ``same``, how many of its records they have too.
    """
    name = tk.get_or_bust(data_dict, "id")
    tk.check_access("hanse_source_removal", context, data_dict)
    return removing.prospect(_source(name)).as_json()


def hanse_source_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask a portal for its first records; nothing is written.

    ``id``: name of a source; or ``organization`` and the fields of
    ``hanse_source_create`` for one that is not there yet.  Gives ``reachable``,
    ``kind``, ``guessed``, ``count`` (None where the portal does not say), ``records``
    (title, page, formats, licences, issues), ``licences``, ``issues`` (rule → number),
    ``source_issues``, and ``error`` with ``what`` and ``remedy``, None if all is well.
    """
    tk.check_access("hanse_source_check", context, data_dict)
    with _refusals(data_dict):
        if data_dict.get("id"):
            wanted = sources.settings_of(_source(data_dict["id"]))
        else:
            wanted = _unmade(data_dict)
        model.Session.rollback()  # nothing is held while a portal takes its time
        return checking.look(wanted).as_json(_language(data_dict))


def _unmade(data_dict: DataDict) -> Any:
    """The settings of a source that is only thought of; without a kind, it is to be guessed."""
    group = _organization(tk.get_or_bust(data_dict, "organization"))
    values = _values(data_dict, "name")
    kind = values.pop("kind", "")
    values["title"] = values.get("title") or "–"
    found = managing.checked({**values, "kind": kind or "rdf"}, organization=group.name)
    return replace(found, kind=kind)


def hanse_source_preview(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What a run would do, by the same way as a run; nothing is written.

    ``id``: the source's name; ``limit``: so many records, 20 by default, at most 200.
    Gives the report as ``hanse_harvest`` does, with every change and its diff.
    """
    name = tk.get_or_bust(data_dict, "id")
    tk.check_access("hanse_source_preview", context, data_dict)
    limit = _number(data_dict, "limit", PREVIEWED, most=MOST_PREVIEWED, least=1)
    with _refusals(data_dict):
        report = engine.harvest(_source(name).name, dry_run=True, limit=limit)
    return report.as_json(data_dict.get("language") or language.of_page())


@tk.side_effect_free
def hanse_source_issues(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What is wrong with a source's records, one entry an issue, the worst first.

    ``id``: the source's name; ``rule``, ``severity`` ("error", "warning", "info"),
    ``field``, ``q`` (words in title, identity, field, value) narrow it; ``limit`` (100,
    at most 1,000) and ``offset`` give a part.  Gives ``count``, ``issues`` (title, name
    of the dataset, identity, page, state, severity, rule, field, field_label (its words),
    value, message, remedy), ``groups`` (those that the filter leaves by rule and field, as
    "22 files without attribution text"), and for the whole source ``rules`` and
    ``severities`` with their numbers, and ``fields`` with their words.
    """
    name = tk.get_or_bust(data_dict, "id")
    tk.check_access("hanse_source_issues", context, data_dict)
    source_id, asked = _source(name).id, _filter(data_dict)
    found = source_issues.page(
        source_id,
        asked,
        limit=_number(data_dict, "limit", 100, most=_MOST_ISSUES, least=0),
        offset=_number(data_dict, "offset", 0, most=10_000_000, least=0),
    )
    every = issue_groups.of_source(source_id)
    spoken = str(data_dict.get("language") or language.of_page())
    return {
        "count": source_issues.count(source_id, asked),
        "issues": [item.as_json(spoken) for item in found],
        "groups": [item.as_json(spoken) for item in issue_groups.narrowed(every, source_id, asked)],
        "rules": issue_groups.by_rule(every),
        "severities": issue_groups.by_severity(every),
        "fields": {item.field: item.label(spoken) for item in every if item.field},
    }


def _filter(data_dict: DataDict) -> source_issues.Filter:
    given = {name: str(data_dict.get(name) or "").strip()[:300]
             for name in ("rule", "severity", "field", "q")}  # fmt: skip
    wrong: dict[str, list[str]] = {}
    if given["rule"] and given["rule"] not in rules():
        wrong["rule"] = [tk._("There is no such rule")]
    if given["severity"] and given["severity"] not in {item.value for item in Severity}:
        wrong["severity"] = [tk._("There is no such severity")]
    if wrong:
        raise tk.ValidationError(wrong)
    return source_issues.Filter(**given)


def _number(data_dict: DataDict, key: str, default: int, *, most: int, least: int) -> int:
    try:
        number = int(data_dict.get(key) or default)
    except (TypeError, ValueError) as error:
        raise tk.ValidationError({key: [tk._("This is no whole number")]}) from error
    return min(max(number, least), most)


def _values(data_dict: DataDict, *names: str) -> dict[str, Any]:
    """What was said of the source; an unknown key is left in, for the check to name.

    ``names`` are keys that say which source it is, where they may be given.
    """
    beside = {"id", "lang", "organization", *names} if names else {"id", "lang"}
    return {
        key: value.strip() if isinstance(value, str) else value
        for key, value in data_dict.items()
        if key not in beside
    }


@contextmanager
def _refusals(data_dict: DataDict) -> Iterator[None]:
    """Errors of settings as CKAN's ValidationError: field → what is wrong and what to do."""
    spoken = _language(data_dict)
    try:
        yield
    except managing.Refused as refused:
        model.Session.rollback()
        raise tk.ValidationError(_said(refused.errors, spoken)) from refused
    except HanseError as error:
        model.Session.rollback()
        raise tk.ValidationError(_said({"url": error}, spoken)) from error


def _said(errors: Mapping[str, HanseError], spoken: str) -> dict[str, Any]:
    return {
        key: [f"{error.what_in(spoken)} {error.remedy_in(spoken)}"] for key, error in errors.items()
    }


def _shown(row: Source, data_dict: DataDict) -> dict[str, Any]:
    glance = overview.of([row.id])[row.id]
    return show.source(row, glance=glance, language=_language(data_dict))


def _organization(name: object) -> model.Group:
    group = model.Group.get(str(name))
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        raise tk.ValidationError({"organization": [tk._("There is no such city")]})
    return group


def _source(name: object) -> Source:
    try:
        return sources.get(str(name))
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def _user_id(context: Context) -> str:
    user = model.User.get(context.get("user") or "")
    return str(user.id) if user else "site"


def _language(data_dict: DataDict) -> str:
    """The page's language.

    ``language`` of a source's data is that of its texts, so the words' is asked as ``lang``.
    """
    return str(data_dict.get("lang") or language.of_page())
