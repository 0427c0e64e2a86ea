"""Actions: the dumps that are kept, what changed, and erasing a dataset."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict
from redis import RedisError

from ckanext.hanse import erasure, language
from ckanext.hanse.export.changes import documents, feed
from ckanext.hanse.export.dumps import listing, nightly
from ckanext.hanse.logic import fields, schema
from ckanext.hanse.store.rdf import site
from hanse_harvesters.errors import ConfigError

__all__ = ["hanse_change_list", "hanse_dataset_erase", "hanse_dump_list"]


def _since() -> schema.Schema:
    return {
        "since": [*fields.optional(), fields.named],
        "limit": [fields.default(feed.SOME), fields.number(1, feed.MOST)],
    }


def _erased() -> schema.Schema:
    return schema.only_id() | {"reason": [*fields.needed(), *fields.text()]}


@tk.side_effect_free
@schema.takes(schema.nothing)
def hanse_dump_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the dumps of the catalogue, the newest first.

    Each: ``day``, ``made`` (ISO 8601), ``datasets``, ``changes`` (cursor for
    ``hanse_change_list``: what changed since), ``available`` (False while it is written anew),
    ``checksums`` (address) and ``files``: ``name``, ``format``, ``media_type``, ``compression``,
    ``size`` (bytes), ``sha256``, ``rows``, ``url``, ``latest`` (the same of the newest dump).
    """
    tk.check_access("hanse_dump_list", context, data_dict)
    home = site()
    return [listing.shown(row, home) for row in listing.dumps()]


@tk.side_effect_free
@schema.takes(_since)
def hanse_change_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List what changed, in order: each dataset once, at its last change.

    ``since``: a time, or ``next`` of an earlier answer; none: from the beginning.  ``limit``: of
    changes in the answer.

    Returns ``since``, ``next``, ``more`` (there is more at once), ``as_of`` and ``changes``:
    ``id``, ``change`` ("created", "changed", "deleted"), ``when``, ``why`` (of a deleted one:
    "withdrawn", "deleted", "merged", "not-public", "erased"), ``name``, ``title``, ``uri``,
    ``page``, ``rdf``.  A deleted one has no title; an erased one has its id alone.
    """
    tk.check_access("hanse_change_list", context, data_dict)
    try:
        return documents.as_json(feed.page(data_dict.get("since") or "", data_dict["limit"]))
    except ConfigError as error:
        raise tk.ValidationError({"since": [error.sentences(language.of_page())]}) from error


@schema.takes(_erased)
def hanse_dataset_erase(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Erase a dataset for good, as the law may ask: its files, its history, its tombstone.

    ``id``: name or id, also of a deleted one; ``reason``: the file number or the law, no person's
    name.  Sysadmins only; who did it and why is kept.  Dumps that hold it are withheld until the
    background worker has written them anew.  It cannot be undone.

    Returns ``id`` and ``dumps``, the number of those that are written anew.
    """
    tk.check_access("hanse_dataset_erase", context, data_dict)
    author = str(context.get("user") or "")
    try:
        done = erasure.erase(data_dict["id"], reason=data_dict["reason"], author=author)
    except ConfigError as error:
        if error.id == "erase-unknown":
            raise tk.ObjectNotFound(error.sentences(language.of_page())) from error
        raise tk.ValidationError({"reason": [error.sentences(language.of_page())]}) from error
    if done["dumps"]:
        with suppress(RedisError):  # else the next tick finds them
            nightly.enqueue()
    return done
