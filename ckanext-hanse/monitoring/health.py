"""Health of the catalogue for monitoring, in a few queries.

``state`` returns what is public: parts and numbers, no names, hosts or reasons.
``details`` adds names, for sysadmins.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import requests
from ckan import model
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from ckanext.hanse.link_checks import due, jobs, options, pause
from ckanext.hanse.model import RunStatus
from ckanext.hanse.monitoring import figures
from ckanext.hanse.monitoring.doctor.work import is_late
from ckanext.hanse.scheduler import heartbeat
from ckanext.hanse.store import index_consistency
from hanse_harvesters.errors import HanseError

log = logging.getLogger(__name__)

#: Seconds that Solr may take to respond.
_PATIENCE = 3


def state() -> dict[str, Any]:
    """Return ``{"status", "reasons", …}``: "ok", or "fault" with the parts that do not work.

    ``database``, ``index``, ``queue``, ``worker``, ``clock`` are "ok", "fault" or "unknown";
    numbers that could not be determined are None.
    """
    found: dict[str, Any] = {
        **dict.fromkeys(("database", "index", "queue", "worker", "clock"), "unknown"),
        **dict.fromkeys(("workers", "jobs_waiting", "last_tick", "pending_index"), None),
        **dict.fromkeys(("sources_scheduled", "sources_overdue"), None),
        **dict.fromkeys(("sources_failed", "sources_held", "index_differs"), None),
        **dict.fromkeys(("links_due", "link_workers", "links_paused"), None),
    }
    faults = [
        *_guarded("database", lambda: _database(found)),
        *_guarded("queue", lambda: _queue(found)),
        *_guarded("index", lambda: _index(found)),
    ]
    faults += [part for part in ("worker", "clock") if found[part] == "fault"]
    return {"status": "fault" if faults else "ok", "reasons": faults, **found}


def details() -> dict[str, Any]:
    """Return the names behind the numbers of :func:`state`."""
    last = figures.last_runs()
    return {
        "sources_overdue": figures.overdue(),
        "sources_failed": figures.names(last, RunStatus.FAILED),
        "sources_held": figures.names(last, RunStatus.HELD),
        "runs_without_sign_of_life": figures.ran_out(),
    }


def _guarded(part: str, ask: Callable[[], list[str]]) -> list[str]:
    try:
        return ask()
    except (SQLAlchemyError, RedisError, requests.RequestException, HanseError) as fault:
        log.warning("health: %s: %s", part, type(fault).__name__)
        return [part]
    finally:
        model.Session.remove()


def _database(found: dict[str, Any]) -> list[str]:
    found["database"] = "fault"
    pending = figures.pending()
    last = figures.last_runs()
    overdue = figures.overdue()
    found |= {
        "database": "ok",
        "pending_index": pending.number,
        "sources_scheduled": figures.scheduled(),
        "sources_overdue": len(overdue),
        "sources_failed": len(figures.names(last, RunStatus.FAILED)),
        "sources_held": len(figures.names(last, RunStatus.HELD)),
        "links_due": due.number() if options.enabled() else 0,
        "links_paused": pause.is_paused(),
    }
    faults = ["pending_index"] if pending.is_late else []
    return faults + (["sources_overdue"] if overdue else [])


def _queue(found: dict[str, Any]) -> list[str]:
    found["queue"] = "fault"
    workers = figures.workers()
    beat = heartbeat.last_beat()
    # Without a schedule neither worker nor scheduler is needed.
    needed = bool(found["sources_scheduled"] or workers.waiting)
    itself = beat is not None and beat.runs
    stopped = beat is None or is_late(beat)
    found |= {
        "queue": "ok",
        "workers": workers.alive,
        "jobs_waiting": workers.waiting,
        "link_workers": jobs.workers(),
        "last_tick": beat.at.isoformat(timespec="seconds") if beat else None,
        "worker": "fault" if needed and not workers.alive and not itself else "ok",
        "clock": "fault" if needed and stopped else "ok",
    }
    return []


def _index(found: dict[str, Any]) -> list[str]:
    found["index"] = "fault"
    user, password = tk.config.get("solr_user"), tk.config.get("solr_password")
    requests.get(
        str(tk.config["solr_url"]).rstrip("/") + "/admin/ping",
        params={"wt": "json"},
        auth=(user, password) if user and password else None,
        timeout=_PATIENCE,
        allow_redirects=False,
    ).raise_for_status()
    found["index_differs"] = len(index_consistency.look())
    found["index"] = "ok"
    return ["index_differs"] if found["index_differs"] else []
