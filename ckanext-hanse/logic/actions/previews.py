"""Actions: checking a portal without writing anything, at once or in the background."""

from __future__ import annotations

import secrets
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from redis import RedisError

from ckanext.hanse import language
from ckanext.hanse.harvest import engine
from ckanext.hanse.logic import given, schema
from ckanext.hanse.sources import probe, uploaded
from ckanext.hanse.sources.preview import answers, options, queue, store
from ckanext.hanse.sources.preview.queue import PreviewState
from ckanext.hanse.store import sources
from hanse_harvesters.detection.run import completed

__all__ = [
    "hanse_preview_ask",
    "hanse_preview_show",
    "hanse_source_check",
    "hanse_source_preview",
]


@schema.takes(schema.looked_at, others=True)
def hanse_source_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Fetch the first records of a portal; nothing is written.

    ``id``: name of a source; or ``organization`` and the fields of
    ``hanse_source_create`` for one that does not exist yet.  Returns ``reachable``,
    ``kind``, ``guessed``, ``count`` (None if the portal does not report it), ``records``
    (title, page, formats, licences, issues), ``licences``, ``issues`` (rule → number),
    ``source_issues``, and ``error`` with ``what`` and ``remedy``, None without an error.
    Over HTTP the response is 429 while too many requests wait for a portal
    (``hanse.preview.in_requests``); ``hanse_preview_ask`` queues a job instead.
    """
    tk.check_access("hanse_source_check", context, data_dict)
    with given.refusals(data_dict):
        if data_dict.get("id"):
            wanted = sources.settings_of(given.source(data_dict["id"]))
        else:
            wanted = answers.unmade(*_thought_of(data_dict))
        model.Session.rollback()  # hold no transaction while the portal responds
        return probe.look(wanted).as_json(given.answer_language(data_dict))


@schema.takes(schema.preview)
def hanse_source_preview(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Preview a run, with the same code as a run; nothing is written.

    ``id``: the source's name; ``limit``: maximum number of records, 20 by default, at most 200.
    Returns the report as ``hanse_harvest`` does, with every change and its diff.
    Over HTTP 429 as ``hanse_source_check``.
    """
    name = data_dict["id"]
    tk.check_access("hanse_source_preview", context, data_dict)
    with given.refusals(data_dict):
        report = engine.harvest(
            given.source(name).name,
            dry_run=True,
            limit=data_dict["limit"],
            seconds=options.seconds(),
        )
    return report.as_json(data_dict.get("language") or language.of_page())


@schema.takes(schema.asked, others=True)
def hanse_preview_ask(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Queue a check of a portal, or a preview of a source, in the background.

    A check takes what ``hanse_source_check`` does; a preview ``id`` and ``limit``, the number of
    records, at most 200, or ``upload``, the name of a list uploaded for the source, which is
    read as a whole.  With ``detect``, ``organization`` and ``url``: look for the catalogues of the
    portal at an address, as ``hanse detect`` does.  Returns ``id`` for ``hanse_preview_show``:
    that of a waiting or running job, if the same account has requested the same.
    """
    tk.check_access("hanse_preview_ask", context, data_dict)
    with given.refusals(data_dict):
        wanted = _wanted(context, data_dict)
    try:
        return {"id": queue.ask(wanted).id}
    except queue.LineFullError as error:
        words = tk._(
            "{num} checks and previews of yours wait or are at work already. Look at those first."
        ).format(num=store.MOST_KEPT)
        raise tk.ValidationError({"queue": [words]}) from error
    except RedisError as error:
        words = tk._("The queue of background jobs cannot be reached. Try again later.")
        raise tk.ValidationError({"queue": [words]}) from error


@tk.side_effect_free
@schema.takes(schema.shown_in)
def hanse_preview_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the state of a check or preview, and its result.  ``id``: as returned when requested.

    Returns ``state`` ("waiting", with ``ahead``, how many wait before it, and ``workers``, how
    many processes work on them; "running", with ``records`` and ``since``; "done"; "lost",
    its worker is gone; "expired", its result was deleted), ``source``, ``organization``,
    ``values``, ``limit``, ``upload`` and ``detect`` (0, "" and False: a check) as requested.  When
    done, ``seen`` as ``hanse_source_check`` returns it, ``report`` as ``hanse_source_preview``
    does, ``found`` (``findings``, the best first, each with ``kind``, ``url``, ``reasons``,
    ``count``, ``filters``, ``records``, ``entry``; ``hints``, ``tried``), or ``error``.
    Found only by the account that requested it and by those who may manage the source.
    """
    try:
        tk.check_access("hanse_preview_show", context, data_dict)
        found = store.load(data_dict["id"])
        standing = queue.standing(found.id) if found else None
        if standing and standing.state is PreviewState.WAITING:
            queue.advance()
    except (tk.NotAuthorized, RedisError) as error:
        raise tk.ObjectNotFound(tk._("Not found")) from error
    if found is None or standing is None:
        raise tk.ObjectNotFound(tk._("Not found"))
    shown = {
        "id": found.id,
        "state": standing.state.value,
        "source": found.source,
        "organization": found.organization,
        "values": found.values,
        "limit": found.limit,
        "upload": found.upload,
        "detect": found.detect,
        "asked": found.asked,
        "ahead": standing.ahead,
        "records": standing.records,
        "since": standing.since.isoformat() if standing.since else None,
        "workers": queue.workers() if standing.state is PreviewState.WAITING else None,
    }
    if standing.answer:
        shown |= answers.in_language(standing.answer, given.answer_language(data_dict))
    return shown


def _wanted(context: Context, data_dict: DataDict) -> store.Preview:
    """Return the requested preview; raise before the portal is queried if it is not possible."""
    name, account = secrets.token_hex(16), given.account_id(context)
    if data_dict.get("id"):
        row = given.source(data_dict["id"])
        city, upload = sources.settings_of(row).organization, data_dict.get("upload") or ""
        limit = data_dict["limit"]
        if upload:
            uploaded.check(row, upload)
            limit = 0
        return store.Preview(name, account, city, row.name, limit=limit, upload=upload)
    values, organization = _thought_of(data_dict)
    if data_dict.get("detect"):
        typed = str(values.get("url") or "")
        kept = {"url": completed(typed), "typed": typed}
        answers.unmade({"url": kept["url"]}, organization)
        return store.Preview(name, account, organization, values=kept, detect=True)
    answers.unmade(values, organization)
    kept = values | {"name": data_dict.get("name", "").strip()[:100]}
    return store.Preview(name, account, organization, values=kept)


def _thought_of(data_dict: DataDict) -> tuple[dict[str, Any], str]:
    """Return the values of a source that does not exist yet, and the name of its city."""
    group = given.organization(tk.get_or_bust(data_dict, "organization"))
    return given.values(data_dict, "name", "limit", "upload", "detect"), str(group.name)
