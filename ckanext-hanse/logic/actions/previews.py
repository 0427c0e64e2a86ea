"""Actions: a portal tried before anything is written, at once or in the background."""

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
from ckanext.hanse.sources import probe
from ckanext.hanse.sources.preview import answers, options, queue, store
from ckanext.hanse.sources.preview.queue import PreviewState
from ckanext.hanse.store import sources

__all__ = [
    "hanse_preview_ask",
    "hanse_preview_show",
    "hanse_source_check",
    "hanse_source_preview",
]


@schema.takes(schema.looked_at, others=True)
def hanse_source_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask a portal for its first records; nothing is written.

    ``id``: name of a source; or ``organization`` and the fields of
    ``hanse_source_create`` for one that is not there yet.  Gives ``reachable``,
    ``kind``, ``guessed``, ``count`` (None where the portal does not say), ``records``
    (title, page, formats, licences, issues), ``licences``, ``issues`` (rule → number),
    ``source_issues``, and ``error`` with ``what`` and ``remedy``, None if all is well.
    Over HTTP it is answered with 429 while too many wait for a portal
    (``hanse.preview.in_requests``); ``hanse_preview_ask`` waits in line instead.
    """
    tk.check_access("hanse_source_check", context, data_dict)
    with given.refusals(data_dict):
        if data_dict.get("id"):
            wanted = sources.settings_of(given.source(data_dict["id"]))
        else:
            wanted = answers.unmade(*_thought_of(data_dict))
        model.Session.rollback()  # nothing is held while a portal takes its time
        return probe.look(wanted).as_json(given.answer_language(data_dict))


@schema.takes(schema.preview)
def hanse_source_preview(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What a run would do, by the same way as a run; nothing is written.

    ``id``: the source's name; ``limit``: so many records, 20 by default, at most 200.
    Gives the report as ``hanse_harvest`` does, with every change and its diff.
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
    """Let a worker check a portal, or preview a source, in the background.

    A check is given what ``hanse_source_check`` is; a preview ``id`` and ``limit``, so many
    records, at most 200.  Gives ``id`` for ``hanse_preview_show``: of one that is waiting or at
    work already, where the same account has asked the same.
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
    """Where a check or preview stands, and what it showed.  ``id``: as it was given.

    Gives ``state`` ("waiting", with ``ahead``, how many wait before it, and ``workers``, how
    many processes there are for it; "running", with ``records`` and ``since``; "done"; "lost",
    its worker is gone; "expired", what it showed is forgotten), ``source``, ``organization``,
    ``values`` and ``limit`` (0: a check) as they were asked.  Of one that is done ``seen`` as
    ``hanse_source_check`` gives it, ``report`` as ``hanse_source_preview`` does, or ``error``.
    Only who asked and who may manage the source find it.
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
    """What is asked; refused before anybody asks the portal where that cannot be."""
    name, account = secrets.token_hex(16), given.account_id(context)
    if data_dict.get("id"):
        row = given.source(data_dict["id"])
        found = sources.settings_of(row)
        return store.Preview(name, account, found.organization, row.name, limit=data_dict["limit"])
    values, organization = _thought_of(data_dict)
    answers.unmade(values, organization)
    kept = values | {"name": data_dict.get("name", "").strip()[:100]}
    return store.Preview(name, account, organization, values=kept)


def _thought_of(data_dict: DataDict) -> tuple[dict[str, Any], str]:
    """What is said of a source that is not there yet, and the name of its city."""
    group = given.organization(tk.get_or_bust(data_dict, "organization"))
    return given.values(data_dict, "name", "limit"), str(group.name)
