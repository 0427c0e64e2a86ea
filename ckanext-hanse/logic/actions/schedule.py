"""Actions: running a source in the background, pausing its schedule, checking the set-up."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict
from redis import RedisError

from ckanext.hanse import language
from ckanext.hanse.logic import schema
from ckanext.hanse.model import RunKind
from ckanext.hanse.monitoring import doctor
from ckanext.hanse.scheduler import due, jobs
from ckanext.hanse.store import sources
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.errors import HanseError


@schema.takes(schema.only_id)
def hanse_source_run(context: Context, data_dict: DataDict) -> dict[str, str]:
    """Queue a run of one source.  ``id``: its name.

    Returns ``source``, ``job`` and ``state``: ``queued``, or ``waiting`` or ``running`` if it
    was already queued or running.
    """
    name = data_dict["id"]
    tk.check_access("hanse_source_run", context, data_dict)
    _must_exist(name)
    try:
        return jobs.enqueue(name, RunKind.MANUAL, by=str(context.get("user") or "")).as_json()
    except RedisError as error:
        raise tk.ValidationError(
            {"queue": [tk._("The queue of background jobs cannot be reached. Try again later.")]}
        ) from error


@schema.takes(schema.only_id)
def hanse_source_pause(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Pause the schedule of one source; a current run continues.  ``id``: its name.

    Returns ``source``, ``paused`` and ``next_run`` (ISO 8601, or None).
    """
    return _pause(context, data_dict, "hanse_source_pause", paused=True)


@schema.takes(schema.only_id)
def hanse_source_resume(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Resume the schedule of one source, from its next time.  ``id``: its name.

    Returns the same as ``hanse_source_pause``.
    """
    return _pause(context, data_dict, "hanse_source_resume", paused=False)


@tk.side_effect_free
@schema.takes(schema.only_language)
def hanse_doctor(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Check the set-up and return the findings with their remedies, as ``ckan hanse doctor`` does.

    ``language``: "de" or "en", the page's by default.  Returns ``ok`` (no errors) and
    ``findings``: each ``id``, ``level`` (ok, warn, error), ``what``, ``remedy``, ``params``.
    """
    tk.check_access("hanse_doctor", context, data_dict)
    lang = str(data_dict.get("language") or language.of_page())
    found = doctor.examine()
    return {"ok": not doctor.wrong(found), "findings": [item.as_json(lang) for item in found]}


def _pause(context: Context, data_dict: DataDict, action: str, *, paused: bool) -> dict[str, Any]:
    name = data_dict["id"]
    tk.check_access(action, context, data_dict)
    _must_exist(name)
    following = due.pause(name, paused=paused)
    return {"source": name, "paused": paused, "next_run": moment(following)}


def _must_exist(name: str) -> None:
    """Raise ObjectNotFound for sysadmins too, who skip the auth functions that would."""
    try:
        sources.get(name)
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
