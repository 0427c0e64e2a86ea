"""Actions: who is notified of a source's runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.logic import schema
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.notifications import rules, send
from ckanext.hanse.store import sources
from hanse_harvesters.errors import ConfigError, HanseError

__all__ = ["hanse_alerts_show", "hanse_alerts_test", "hanse_alerts_update"]


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_alerts_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return who is notified of a source's runs.  ``id``: its name.

    Returns ``own`` (``mail``, ``webhook``, ``on``, ``more_than``, as far as the source sets them)
    and ``effective``, all four, with the site's settings for the rest.
    """
    source = _source("hanse_alerts_show", context, data_dict)
    return {"own": source.alerts or {}, "effective": rules.of_source(source).as_json()}


@schema.takes(schema.alerts)
def hanse_alerts_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Set who is notified of a source's runs.  ``id``: its name; ``alerts``: the source's rules.

    ``alerts`` may hold ``mail`` and ``webhook`` (lists), ``on`` (``failed``, ``held``,
    ``issues``, ``always``) and ``more_than``; ``{}`` uses the site's settings for all.
    Returns the same as ``hanse_alerts_show``.
    """
    source = _source("hanse_alerts_update", context, data_dict)
    try:
        rules.change(source.name, data_dict["alerts"])
    except ConfigError as error:
        raise tk.ValidationError({"alerts": [error.text(language.of_page())]}) from error
    return hanse_alerts_show(context, {"id": source.name})


@schema.takes(schema.only_id)
def hanse_alerts_test(context: Context, data_dict: DataDict) -> list[dict[str, str]]:
    """Send a test message to every recipient of a source.  ``id``: its name.

    Returns a list of ``channel``, ``target`` and ``error``, "" if delivered.
    """
    source = _source("hanse_alerts_test", context, data_dict)
    try:
        return [asdict(tried) for tried in send.test(source.name)]
    except ConfigError as error:
        raise tk.ValidationError({"alerts": [error.text(language.of_page())]}) from error


def _source(action: str, context: Context, data_dict: DataDict) -> HarvestSource:
    name = data_dict["id"]
    tk.check_access(action, context, data_dict)
    try:
        return sources.get(name)
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
