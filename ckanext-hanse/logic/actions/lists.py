"""Actions: the list of a city's datasets as a spreadsheet that its administrators upload."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse.logic import given, schema
from ckanext.hanse.sources import dictize, uploaded
from ckanext.hanse.store import lists, sources

log = logging.getLogger(__name__)

__all__ = ["hanse_list_show", "hanse_list_upload", "hanse_list_use", "hanse_source_lists"]


@schema.takes(schema.uploaded)
def hanse_list_upload(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Store a list of datasets (.xlsx, .ods or .csv); nothing is read from it yet.

    ``upload``: the file (multipart/form-data); ``id``: name of the source of the kind "table"
    that it is for, or ``organization`` for a source that is created afterwards.  Returns ``name``,
    ``title``, ``size``, ``created``, ``by``, ``checked`` and ``url``.

    For a source, the next steps are ``hanse_preview_ask`` with ``id`` and ``upload`` (the
    ``name``), then ``hanse_list_use``; for a new one ``hanse_source_create`` with the ``url``.
    """
    tk.check_access("hanse_list_upload", context, data_dict)
    with given.refusals(data_dict):
        if data_dict.get("id"):
            source = given.source(data_dict["id"])
            city = source.organization_id or ""
        else:
            source, city = None, tk.get_or_bust(data_dict, "organization")
        row = uploaded.receive(
            data_dict.get("upload"),
            organization=given.organization(city),
            source=source,
            author=given.account_id(context),
        )
    log.info("list %s (%s bytes) uploaded by %s", row.name, row.size, context.get("user"))
    return dictize.uploaded_list(row)


@schema.takes(schema.list_of_source)
def hanse_list_use(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Read a source from one of its uploaded lists from now on, and queue a run.

    ``id``: the source's name; ``upload``: the list's name.  A preview must have read it as
    a whole.  An earlier list is taken back in the same way.  Returns the list as
    ``hanse_list_upload`` does, and ``run`` as ``hanse_source_run`` does.
    """
    name = data_dict["id"]
    tk.check_access("hanse_list_use", context, data_dict)
    with given.refusals(data_dict):
        row = uploaded.take_over(given.source(name), data_dict["upload"])
    log.info("source %s takes list %s over for %s", name, row.name, context.get("user"))
    run = tk.get_action("hanse_source_run")({"user": context.get("user", "")}, {"id": name})
    return dictize.uploaded_list(row) | {"run": run}


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_source_lists(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return the lists that were uploaded for a source and are kept, the newest first.

    ``id``: the source's name.  Each as ``hanse_list_upload`` returns it, and ``current``:
    whether the source is read from it.
    """
    tk.check_access("hanse_source_lists", context, data_dict)
    source = given.source(data_dict["id"])
    current = lists.name_in(source.url)
    return [
        dictize.uploaded_list(row) | {"current": row.name == current}
        for row in lists.of_source(source.id)
    ]


@tk.side_effect_free
@schema.takes(schema.list_name)
def hanse_list_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return an uploaded list as ``hanse_list_upload`` does, and ``source``, its name.

    ``name``: of the list, as returned there; ``source`` is "" before one is saved.
    """
    tk.check_access("hanse_list_show", context, data_dict)
    row = given.uploaded_list(data_dict)
    source = sources.name_of(row.source_id) if row.source_id else ""
    return dictize.uploaded_list(row) | {"source": source}
