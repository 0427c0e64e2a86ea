"""What has to be done every minute, whether started by cron, systemd or a worker.

The parts are independent: one that fails is reported and does not prevent the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from ckan import model
from ckan.lib.redis import connect_to_redis
from redis import RedisError
from sqlalchemy.exc import OperationalError

from ckanext.hanse.export import fill
from ckanext.hanse.export.changes import settle
from ckanext.hanse.export.dumps import nightly
from ckanext.hanse.harvest import lease
from ckanext.hanse.link_checks import collect as link_collect
from ckanext.hanse.link_checks import jobs as link_jobs
from ckanext.hanse.link_checks import rounds as link_rounds
from ckanext.hanse.model import RunKind
from ckanext.hanse.model_datasets import automatic
from ckanext.hanse.notifications import link_alerts, send
from ckanext.hanse.redis_keys import key
from ckanext.hanse.scheduler import due, heartbeat, jobs
from ckanext.hanse.scheduler.jobs import JobState
from ckanext.hanse.scores import history as score_history
from ckanext.hanse.sources import push, remove
from ckanext.hanse.sources.preview import job, queue
from ckanext.hanse.sparql import jobs as sparql_jobs
from ckanext.hanse.store import index, index_consistency
from hanse_harvesters.errors import HanseError, StopRun

log = logging.getLogger(__name__)

_DAY = 24 * 3600
#: Seconds that a tick spends on datasets of a removed source, on model datasets, on RDF.
_LONGEST = 20.0


@dataclass(slots=True)
class Ticked:
    """What a tick did; lists hold names of sources.

    ``abandoned``  whose run had lost its worker and was closed.
    ``queued``     put into the queue; ``waiting`` due, but already queued or running.
    ``ran``        run by this tick: name → how it ended.
    ``given_up``   due, but their worker died during the run too often: advanced to the next time.
    ``unusable``   whose schedule is invalid: name → why.
    ``links``      number of jobs queued to check links; with ``run``, of links checked here.
    ``indexed``    number of datasets indexed; ``alerts`` number of messages delivered.
    ``scores``     points of curves written (sources, cities, the site).
    ``models``     number of datasets whose model dataset was read or suggested anew.
    ``dumps``      whether a dump was queued; with ``run``, made here.
    ``changes``    number of datasets that got their place in the feed of changes.
    ``texts``      number of datasets whose RDF was made anew for those who harvest the catalogue.
    ``strays``     deleted datasets removed from the index; ``reindexed`` datasets that were missing
                   in it or differed from the database.
    ``sparql``     whether a build of the store for queries was queued; with ``run``, done.
    ``faults``     parts that failed: name → why.
    """

    abandoned: list[str] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    ran: dict[str, str] = field(default_factory=dict)
    given_up: list[str] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    links: int = 0
    indexed: int = 0
    strays: int = 0
    reindexed: int = 0
    alerts: int = 0
    scores: int = 0
    models: int = 0
    texts: int = 0
    changes: int = 0
    dumps: bool = False
    sparql: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the same as a dict."""
        return asdict(self)


def tick(*, run: bool = False, language: str = "en") -> Ticked:
    """Do what is due; with ``run`` harvest in this process, so that no worker is needed."""
    result = Ticked()
    parts: dict[str, Callable[[], None]] = {
        "heartbeat": lambda: heartbeat.beat(runs=run),
        "leases": lambda: _free(result),
        "previews": job.work_off if run else queue.advance,
        "schedule": lambda: _plan(result, language),
        "sources": lambda: _run(result) if run else _queue(result),
        "removed": _withdraw,
        "models": lambda: _assign(result),
        "texts": lambda: _fill(result),
        "changes": lambda: _settle(result),
        "index": lambda: _index(result),
        "compare": lambda: _compare(result),
        "links": lambda: _check_links(result, run=run),
        "scores": lambda: _score(result),
        "sparql": lambda: _sparql(result, run=run),
        "alerts": lambda: _alert(result),
        "dumps": lambda: _dump(result, run=run),
    }
    for name, part in parts.items():
        _guarded(name, part, result, language)
    return result


def _guarded(name: str, part: Callable[[], None], result: Ticked, language: str) -> None:
    try:
        part()
    except HanseError as error:
        result.faults[name] = error.text(language)
    except RedisError as error:
        result.faults[name] = StopRun("queue-silent", reason=_line(error)).text(language)
    except OperationalError as error:
        result.faults[name] = StopRun("database-silent", reason=_line(error.orig)).text(language)
    except Exception as error:
        log.exception("tick: %s failed", name)
        result.faults[name] = _line(error)
    finally:
        model.Session.remove()


def _line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _free(result: Ticked) -> None:
    result.abandoned = lease.close_abandoned()
    push.unread(result.abandoned)
    for name in result.abandoned:
        jobs.forget(name)


def _plan(result: Ticked, language: str) -> None:
    for name, error in due.refresh().items():
        result.unusable[name] = error.text(language)
    result.given_up.extend(item.name for item in due.given_up(due.due()))


def _queue(result: Ticked) -> None:
    for name in push.waiting():
        if jobs.enqueue(name, by="push").state is JobState.QUEUED:
            result.queued.append(name)
    for item in due.due():
        found = jobs.enqueue(item.name, RunKind.SCHEDULE, planned=item.planned)
        done = result.queued if found.state is JobState.QUEUED else result.waiting
        done.append(item.name)


def _run(result: Ticked) -> None:
    """Run due sources one by one; one taken by another process meanwhile is no longer due."""
    for name in push.waiting():
        result.ran[name] = jobs.run(name, RunKind.MANUAL.value, by="push")
    for item in due.due():
        planned = item.planned.isoformat()
        result.ran[item.name] = jobs.run(item.name, RunKind.SCHEDULE.value, planned=planned)
        with suppress(RedisError):  # runs work without Redis
            heartbeat.beat(runs=True)


def _index(result: Ticked) -> None:
    try:
        result.indexed = index.drain()
    finally:
        model.Session.rollback()
        with suppress(RedisError):
            _note_pending(index.pending())


def _withdraw() -> None:
    """Withdraw the datasets of removed sources that are to leave the site."""
    remove.withdraw_leaving(seconds=_LONGEST)


def _compare(result: Ticked) -> None:
    """Compare index and database by counts each minute, by ids once a day."""
    daily = _is_time_for_all()
    found = index_consistency.look(everything=daily, but=lease.running_organizations())
    index_consistency.mend(found)
    result.strays, result.reindexed = len(found.stray), len(found.missing) + len(found.stale)
    if daily:
        with suppress(RedisError):
            connect_to_redis().set(key("index-compared"), _now(), ex=_DAY)


def _check_links(result: Ticked, *, run: bool) -> None:
    """Queue checks of links in the nightly hours, or check some here; plan the day's messages."""
    link_alerts.plan()
    if not run:
        result.links = link_jobs.advance()
    elif link_jobs.is_time():
        link_collect.daily()
        result.links = link_rounds.check_due(seconds=_LONGEST).number


def _is_time_for_all() -> bool:
    try:
        return not connect_to_redis().exists(key("index-compared"))
    except RedisError:  # comparing counts will do
        return False


def _note_pending(left: int) -> None:
    """Store since when ticks leave datasets unindexed; an active run always leaves some."""
    connection = connect_to_redis()
    noted = pending_since()
    if noted and noted > datetime.now(timezone.utc):  # set by a wrong clock
        connection.delete(key("pending-since"))
    if left:
        connection.set(key("pending-since"), _now(), nx=True)
    else:
        connection.delete(key("pending-since"))


def pending_since() -> datetime | None:
    """Return since when the search index is behind, None if it is up to date."""
    noted = connect_to_redis().get(key("pending-since"))
    return datetime.fromisoformat(noted.decode()) if noted else None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()


def _assign(result: Ticked) -> None:
    result.models = automatic.keep_up(seconds=_LONGEST)


def _fill(result: Ticked) -> None:
    result.texts = fill.keep_up(seconds=_LONGEST)


def _score(result: Ticked) -> None:
    result.scores = score_history.keep_up()


def _settle(result: Ticked) -> None:
    result.changes = settle.settle(most=100)


def _dump(result: Ticked, *, run: bool) -> None:
    """Queue the nightly dump if it is due, or make it here."""
    if nightly.is_due():
        result.dumps = not nightly.work() if run else nightly.enqueue()


def _sparql(result: Ticked, *, run: bool) -> None:
    """Queue a build of the store for queries if it is due, or build it here."""
    if not run:
        result.sparql = sparql_jobs.advance()
    elif sparql_jobs.is_due():
        sparql_jobs.build()
        result.sparql = True


def _alert(result: Ticked) -> None:
    result.alerts = send.deliver_pending()
