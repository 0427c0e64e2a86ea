"""The search index in bulk: one request for many datasets, and no dataset is left out.

Whatever changes a dataset marks it ``index_pending`` in the same transaction.  The mark is
cleared once Solr has acknowledged the dataset, and only if it is still the version that was
sent; otherwise it is marked again, so that the current version is sent.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
import pysolr
import requests
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import make_connection

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState
from ckanext.hanse.search import index as search_index
from ckanext.hanse.store import json_text, page_generation, solr_documents
from ckanext.hanse.store.bulk import current
from ckanext.hanse.store.solr_documents import SolrDocument
from ckanext.hanse.store.writer import Fence, NoFence, WriteOutcome
from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import issue

log = logging.getLogger(__name__)

#: Datasets in one request.
CHUNK = 200
#: Documents refused in a row after which the cause is the index, not the datasets.
REFUSED_IN_A_ROW = 5
#: Milliseconds until acknowledged documents can be found, even without a commit.
_FOUND_WITHIN = 5000
#: HTTP status of Solr for a document that it cannot index: bad request, too large.
_REFUSES = {"400", "413"}
_STATUS = re.compile(r"\(HTTP (\d+)\)")
#: Seconds between two attempts with patience: the first pause, and the longest.
_PAUSES = (0.5, 10.0)

#: Row versions (``xmin``) of hanse_dataset_state and package, by dataset id.
Versions: TypeAlias = dict[str, tuple[str, str]]

_local = threading.local()


class DocumentRefused(Exception):
    """Raised if Solr cannot index a document."""


def mark(ids: Sequence[str]) -> None:
    """Mark these datasets for indexing; within the caller's transaction."""
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id.in_(ids))
        .values(index_pending=True)
        .execution_options(synchronize_session=False)
    )


def pending() -> int:
    """Return how many datasets wait to be indexed."""
    query = sa.select(sa.func.count()).where(DatasetState.index_pending)
    return model.Session.scalar(query) or 0


def drain(limit: int | None = None, *, patience: float = 0.0, fence: Fence | None = None) -> int:
    """Index the pending datasets, at most ``limit``; return how many were indexed.  Commits.

    Raises StopRun (``index-refuses``) if Solr is silent for longer than ``patience`` seconds or
    refuses everything; ``lease-lost`` as :func:`acknowledge`.
    """
    done, last = 0, ""
    while limit is None or done < limit:
        size = CHUNK if limit is None else min(CHUNK, limit - done)
        query = sa.select(DatasetState.dataset_id).where(
            DatasetState.index_pending, DatasetState.dataset_id > last
        )
        ids = list(model.Session.scalars(query.order_by(DatasetState.dataset_id).limit(size)))
        if not ids:
            break
        last = ids[-1]
        done += len(ids) - len(settle(ids, patience=patience, fence=fence))
    if done:
        commit(patience=patience)
    else:
        model.Session.commit()
    return done


def settle(
    ids: Sequence[str], *, patience: float = 0.0, fence: Fence | None = None
) -> dict[str, str]:
    """Bring the documents of these datasets up to date with the database; commits.

    Returns what Solr refused, id → reason; it stays marked.  Raises StopRun as :func:`drain`.
    """
    # Versions first: later changes then count as changed.
    sent = versions(ids)
    made, gone = [], [identity for identity in ids if identity not in sent]
    beside = search_index.beside(ids)
    for identity, item in current.load(ids).items():
        document = solr_documents.build(item.stored, item.default, item.custom, beside[identity])
        if document is None:
            gone.append(identity)
        else:
            made.append(document)
    # Not rolled back: that would expire the objects that the caller holds.
    model.Session.commit()
    refused = send(made, gone, patience=patience)
    acknowledge({key: value for key, value in sent.items() if key not in refused}, fence=fence)
    return refused


def versions(ids: Sequence[str]) -> Versions:
    """Return the versions of these datasets' rows as the session's transaction sees them."""
    rows = model.Session.execute(_VERSIONS, {"ids": list(ids)})
    return {identity: (state, package) for identity, state, package in rows}


_VERSIONS = sa.text(
    "SELECT s.dataset_id, s.xmin::text, p.xmin::text FROM hanse_dataset_state s"
    " JOIN package p ON p.id = s.dataset_id WHERE s.dataset_id = ANY(:ids)"
)
_CLEAR = sa.text(
    "UPDATE hanse_dataset_state s SET index_pending = false FROM package p,"
    " unnest(CAST(:ids AS text[]), CAST(:states AS text[]), CAST(:packages AS text[]))"
    " AS sent(id, state, package)"
    " WHERE s.dataset_id = sent.id AND p.id = sent.id"
    " AND s.xmin::text = sent.state AND p.xmin::text = sent.package"
    " RETURNING s.dataset_id"
)


def acknowledge(sent: Versions, *, fence: Fence | None = None) -> None:
    """Clear the marks of what Solr has acknowledged; what changed since is marked again.  Commits.

    ``fence``: of the run that sent them.  Raises StopRun (``lease-lost``) if another run has
    taken its source: then no mark is cleared.
    """
    if not sent:
        return
    try:
        (fence or NoFence()).hold()
    except StopRun:
        _outdated(sent)
        raise
    # If a crash loses this commit, the datasets are only sent once more.
    model.Session.execute(sa.text("SET LOCAL synchronous_commit TO off"))
    columns = {
        "ids": list(sent),
        "states": [state for state, _ in sent.values()],
        "packages": [package for _, package in sent.values()],
    }
    clear = set(model.Session.scalars(_CLEAR, columns))
    if changed := [identity for identity in sent if identity not in clear]:
        mark(changed)
    model.Session.commit()


def _outdated(sent: Versions) -> None:
    """Mark what a run sent after losing its source: it may be older than what Solr had."""
    there = versions(list(sent))
    changed = [key for key, version in there.items() if version != sent[key]]
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id.in_(changed), ~DatasetState.index_pending)
        .values(index_pending=True)
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()


class Sender:
    """Sends one chunk while the next is prepared, in a thread that does not use the database."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="solr")

    def send(self, made: Sequence[SolrDocument]) -> Future[dict[str, str]]:
        """Call :func:`send` in the thread, with the patience of a run."""
        return self._pool.submit(send, made, patience=settings.index_patience())


def send(
    made: Sequence[SolrDocument], gone: Sequence[str] = (), *, patience: float = 0.0
) -> dict[str, str]:
    """Add documents, delete those of the datasets ``gone``; return what was refused, id → reason.

    A Solr that is just starting, or too busy to answer, is retried for ``patience`` seconds:
    adding and deleting are idempotent.  Raises StopRun (``index-refuses``) if it is silent for
    longer or refuses everything.
    """
    refused: dict[str, str] = {}
    if made:
        _add(list(made), refused, _Streak(), patience)
    if gone:
        site = tk.config.get("ckan.site_id")
        keys = [hashlib.md5(f"{item}{site}".encode()).hexdigest() for item in gone]
        try:
            _ask("delete", patience=patience, id=keys, commit=False)
            # pysolr has no commitWithin for delete, and the next commit may be far off.
            commit(patience=patience)
        except DocumentRefused as error:
            raise refuses(error) from error
    return refused


class _Streak:
    """Number of documents refused in a row."""

    length = 0


def _add(
    made: list[SolrDocument], refused: dict[str, str], streak: _Streak, patience: float
) -> None:
    """Add documents in one request; if Solr refuses it, retry in halves to isolate the culprit."""
    try:
        _ask("add", made, patience=patience, **_how())
        streak.length = 0
        return
    except DocumentRefused as error:
        if len(made) == 1:
            streak.length += 1
            if streak.length >= REFUSED_IN_A_ROW:
                raise refuses(error) from error
            refused[made[0]["id"]] = str(error)
            return
    middle = len(made) // 2
    _add(made[:middle], refused, streak, patience)
    _add(made[middle:], refused, streak, patience)


def commit(*, patience: float = 0.0) -> None:
    """Commit the index so that everything acknowledged is found, if the site commits at all."""
    if tk.config.get("ckan.search.solr_commit"):
        _ask("commit", patience=patience, waitSearcher=True)
        # A search made before the commit returned the previous documents.
        page_generation.current.renew()


def _how() -> dict[str, Any]:
    wanted = tk.config.get("ckan.search.solr_commit")
    return {"commit": False, **({"commitWithin": _FOUND_WITHIN} if wanted else {})}


def _ask(what: str, *args: Any, patience: float = 0.0, **keywords: Any) -> None:
    until, pause = time.monotonic() + patience, _PAUSES[0]
    while True:
        try:
            getattr(_connection(), what)(*args, **keywords)
            return
        except (pysolr.SolrError, requests.RequestException, OSError) as error:
            status = _STATUS.search(str(error))
            if status and status[1] in _REFUSES:
                raise DocumentRefused(_one_line(error)) from error
            if time.monotonic() + pause > until:
                raise refuses(error) from error
            log.warning("Solr does not answer, asked again in %s s: %s", pause, _one_line(error))
            time.sleep(pause)
            pause = min(2 * pause, _PAUSES[1])


def refuses(reason: object) -> StopRun:
    """Return the StopRun for a Solr that is silent or refuses everything."""
    return StopRun("index-refuses", where=tk.config["solr_url"], reason=_one_line(reason))


def not_findable(outcome: WriteOutcome, reason: str) -> WriteOutcome:
    """Return ``outcome`` of a stored record with the issue that Solr cannot index it."""
    found = issue("not-findable", reason=reason)
    outcome.record.issues.append(found)
    return replace(outcome, refusals=(*outcome.refusals, found))


def _one_line(reason: object) -> str:
    return " ".join(str(reason).split())[:300]


def _connection() -> Any:
    """Return CKAN's Solr connection, kept open, with our time-outs; one per thread."""
    seconds = settings.index_timeout()
    key = (os.getpid(), tk.config["solr_url"], seconds)
    if getattr(_local, "key", None) != key:
        connection = make_connection(decode_dates=False)
        connection.timeout, connection.encoder = (min(10, seconds), seconds), json_text.JSONText()
        _local.key, _local.connection = key, connection
    return _local.connection
