"""Actions: a city pushes its records with a token that can do nothing else, and manages those."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict
from redis import RedisError

from ckanext.hanse.logic import given, schema
from ckanext.hanse.model import HarvestSource, Push, PushToken
from ckanext.hanse.scheduler import jobs
from ckanext.hanse.sources import dictize, push
from hanse_harvesters.errors import ConfigError

log = logging.getLogger(__name__)

__all__ = [
    "hanse_push_begin", "hanse_push_complete", "hanse_push_list", "hanse_push_manifest",
    "hanse_push_records", "hanse_push_show", "hanse_push_token_create", "hanse_push_token_list",
    "hanse_push_token_revoke",
]  # fmt: skip


@schema.takes(schema.push_begin)
def hanse_push_begin(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Begin a push to the source ``id``; its token is the header ``Authorization``,
    or ``X-CKAN-API-Key`` where that has a login of a proxy.

    ``protocol``: 1; ``table``: version of the client's schema; ``version``: of its program.
    Returns ``push``, its name for the further calls, and ``notes`` in words.
    """
    source, token = _caller(context, data_dict)
    with given.refusals(data_dict, "id"):
        found = push.notes(data_dict["protocol"], data_dict.get("table", ""))
        row = push.begin(source, token, client=data_dict.get("version", ""))
    log.info("push %s to %s begins", row.name, source.name)
    words = given.answer_language(data_dict)
    notes = [f"{note.what_in(words)} {note.remedy_in(words)}" for note in found]
    return {"push": row.name, "notes": notes}


@schema.takes(schema.push_part)
def hanse_push_manifest(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a part of the manifest, and return the places of the records that are wanted.

    ``id``, ``push``, ``number`` from 0; ``upload``: the file, a line ``KEY FINGERPRINT`` for each
    record.  The same part may be sent again.
    """
    return {"wanted": _part(push.add_manifest, context, data_dict)}


@schema.takes(schema.push_part)
def hanse_push_records(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take some records: ``upload``: a file with a line ``KEY FINGERPRINT RECORD`` for each.

    ``id``, ``push``, ``number`` from 0; the same part may be sent again.  Returns ``taken``.
    """
    return {"taken": _part(push.add_records, context, data_dict)}


@schema.takes(schema.push_complete)
def hanse_push_complete(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say that all ``records`` of the source were announced, and queue the run that reads them.

    ``id``, ``push``; ``incomplete``: why the client's walk was not complete: then nothing is
    missed.  Returns ``missing``, the keys of records that have to be sent once more; the push is
    over if there are none.
    """
    source, row = _begun(context, data_dict)
    with given.refusals(data_dict, "records"):
        incomplete = data_dict.get("incomplete", "")
        missing = push.complete(source, row, records=data_dict["records"], incomplete=incomplete)
    if not missing and row.run_id is None:
        log.info("push %s to %s is complete", row.name, source.name)
        with suppress(RedisError):  # the next tick does it
            jobs.enqueue(source.name, by="push")
    return {"missing": missing}


@tk.side_effect_free
@schema.takes(schema.push_named)
def hanse_push_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the state of a push: ``over``, and the ``run`` that reads it, None before it begins.

    A push that no run will read, as its source is paused, is refused with that reason.
    ``id``: the source, ``push``: its name.
    """
    source, row = _begun(context, data_dict)
    with given.refusals(data_dict, "id"):
        push.check_awaited(source, row)
    return dictize.push(row, language=given.answer_language(data_dict))


@tk.side_effect_free
@schema.takes(schema.shown_in)
def hanse_push_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return the newest pushes to the source ``id``, each as ``hanse_push_show`` does."""
    tk.check_access("hanse_push_token_list", context, data_dict)
    source, words = given.source(data_dict["id"]), given.answer_language(data_dict)
    return [dictize.push(row, language=words) for row in push.latest(source.id)]


# --- Tokens -------------------------------------------------------------------------------------


@schema.takes(schema.push_token)
def hanse_push_token_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make a token that can push to the source ``id`` and nothing else.

    ``title``: what it is for; ``days``: how long it holds, 0 for without an end.  Returns the
    token as ``hanse_push_token_list`` does, and its secret as ``token``, which is shown this once.
    """
    tk.check_access("hanse_push_token_create", context, data_dict)
    source = given.source(data_dict["id"])
    with given.refusals(data_dict, "title"):
        if source.kind != push.KIND:
            raise ConfigError("push-other-kind", name=source.name)
        row, secret = push.new_token(
            source,
            title=data_dict.get("title", ""),
            days=data_dict["days"],
            author=given.account_id(context),
        )
    log.info("push token %s of %s made by %s", row.id, source.name, context.get("user"))
    return dictize.push_token(row) | {"token": secret}


@schema.takes(schema.push_token_named)
def hanse_push_token_revoke(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Revoke the token ``number`` of the source ``id`` for good; return it."""
    tk.check_access("hanse_push_token_revoke", context, data_dict)
    source = given.source(data_dict["id"])
    with given.refusals(data_dict, "number"):
        row = push.revoke(source, data_dict["number"])
    log.info("push token %s of %s revoked by %s", row.id, source.name, context.get("user"))
    return dictize.push_token(row)


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_push_token_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return the tokens of the source ``id``, the newest first, without their secrets.

    Each with ``number``, ``title``, ``by``, ``created``, ``expires``, ``revoked``, ``used`` and
    ``valid``.
    """
    tk.check_access("hanse_push_token_list", context, data_dict)
    source = given.source(data_dict["id"])
    return [dictize.push_token(row) for row in push.tokens(source.id)]


# --- Who calls ----------------------------------------------------------------------------------


def _caller(context: Context, data_dict: DataDict) -> tuple[HarvestSource, PushToken]:
    """Return the source and the caller's token for it; NotAuthorized without one."""
    source = given.source_or_none(data_dict["id"])
    token = push.token_of(_secret(), source) if source is not None else None
    if source is None or token is None:
        raise tk.NotAuthorized(tk._("This token may not push to this source."))
    return source, token


def _begun(context: Context, data_dict: DataDict) -> tuple[HarvestSource, Push]:
    source, token = _caller(context, data_dict)
    with given.refusals(data_dict, "push"):
        return source, push.get(source, token, data_dict["push"])


def _part(add: Callable[..., Any], context: Context, data_dict: DataDict) -> Any:
    """Return what ``add`` makes of a part of the push that was begun."""
    source, row = _begun(context, data_dict)
    with given.refusals(data_dict, "upload"):
        return add(source, row, data_dict["number"], _file(data_dict))


def _secret() -> str:
    """Return the token; a proxy that has a login of its own keeps ``Authorization``."""
    headers = tk.request.headers if tk.request else {}
    found = (headers.get(name, "").strip() for name in ("Authorization", "X-CKAN-API-Key"))
    return next((secret for secret in found if secret.startswith(push.PREFIX)), "")


def _file(data_dict: DataDict) -> Any:
    stream = getattr(data_dict.get("upload"), "stream", None)
    if stream is None:
        raise ConfigError("push-part-broken")
    return stream
