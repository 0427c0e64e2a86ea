"""Check Solr: schema, pending datasets, consistency with the database; and the writer."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins.toolkit as tk
import requests

from ckanext.hanse.monitoring import figures
from ckanext.hanse.monitoring.doctor import solr_schema
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok, warn
from ckanext.hanse.store import choose_writer, index_consistency
from hanse_harvesters.errors import StopRun

#: Time-out in seconds for one request to Solr.
_PATIENCE = 10
#: Maximum number of differing schema parts or dataset ids shown.
_SHOWN = 8


def schema() -> Iterator[DoctorFinding]:
    """Check that Solr answers, and that its schema and handlers are those of this version."""
    address = str(tk.config["solr_url"]).rstrip("/")
    try:
        deployed = _ask("/schema")["schema"]
        handlers = _ask("/config/requestHandler")["config"]["requestHandler"]
    except (requests.RequestException, ValueError, KeyError) as fault:
        yield error("solr-unreachable", address=address, reason=_reason(fault))
        return
    differs = solr_schema.differences(deployed)
    differs += [f"requestHandler {name}" for name in solr_schema.handlers() if name not in handlers]
    if differs:
        more = len(differs) - _SHOWN
        shown = differs[:_SHOWN] + ([f"+{more}"] if more > 0 else [])
        yield error("solr-schema-differs", address=address, parts=shown)
    else:
        yield ok("solr-ok", address=address)


def _ask(path: str) -> dict[str, dict[str, object]]:
    user, password = tk.config.get("solr_user"), tk.config.get("solr_password")
    answer = requests.get(
        str(tk.config["solr_url"]).rstrip("/") + path,
        params={"wt": "json"},
        auth=(user, password) if user and password else None,
        timeout=_PATIENCE,
        allow_redirects=False,
    )
    answer.raise_for_status()
    found: dict[str, dict[str, object]] = answer.json()
    return found


def _reason(fault: Exception) -> str:
    answer = getattr(fault, "response", None)
    return f"HTTP {answer.status_code}" if answer is not None else type(fault).__name__


def pending() -> Iterator[DoctorFinding]:
    """Check that nothing waits for the index longer than a run or a tick takes."""
    found = figures.pending()
    if not found.number:
        yield ok("index-nothing-pending")
        return
    minutes = int(figures.age(found.since).total_seconds() // 60) if found.since else 0
    level = error if found.is_late else warn
    yield level("index-pending", number=found.number, minutes=minutes)


def counts() -> Iterator[DoctorFinding]:
    """Check that the index matches the database: complete, and nothing deleted or hidden."""
    try:
        found = index_consistency.look()
    except StopRun:  # `schema` reports it
        return
    if not len(found):
        yield ok("index-complete", number=index_consistency.stored())
        return
    yield error(
        "index-differs",
        stray=len(found.stray),
        missing=len(found.missing),
        stale=len(found.stale),
        ids=list(found.ids[:_SHOWN]),
    )


def writer() -> Iterator[DoctorFinding]:
    """Report which writer harvests use, and what prevents the bulk writer."""
    name, against = choose_writer.choose_reason()
    if name == choose_writer.BULK:
        yield warn("writer-forced", plugins=against) if against else ok("writer-bulk")
    elif against:
        yield warn("writer-plain", plugins=against)
    else:
        yield ok("writer-plain-wanted")
