"""Texts for sources and runs: state, progress, duration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk
from babel.dates import format_datetime, format_timedelta
from ckan.lib.helpers import get_display_timezone

from ckanext.hanse.language import of_page, texts_in
from hanse_harvesters.sources import registry

#: Seconds without a heartbeat after which a run is shown as silent.
SILENT = 90


@dataclass(frozen=True, slots=True)
class StateLabel:
    """State of a source or run: ``key``, text, Font Awesome icon and tone.

    ``tone``  ok, busy, warn, bad or calm.
    """

    key: str
    words: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Progress of a run.

    ``percent``  None if the source does not report its total.
    ``rate``     records per second; ``left`` and ``lasted``, remaining and elapsed time as text.
    ``silent``   time without a heartbeat as text, "" after a recent one.
    """

    done: int
    total: int | None
    percent: int | None
    rate: float
    left: str
    lasted: str
    silent: str


def run_state(status: str) -> StateLabel:
    """Return how a run ended, or that it is running."""
    return {
        "running": StateLabel("running", tk._("running"), "spinner", "busy"),
        "success": StateLabel("success", tk._("complete"), "circle-check", "ok"),
        "partial": StateLabel("partial", tk._("incomplete"), "circle-half-stroke", "warn"),
        "held": StateLabel("held", tk._("waits for approval"), "hand", "warn"),
        "failed": StateLabel("failed", tk._("failed"), "circle-xmark", "bad"),
    }.get(status, StateLabel(status, status, "circle-question", "calm"))


def source_state(source: Mapping[str, Any], job: str = "") -> StateLabel:
    """Return the state of a source; ``job`` is the state of its queued job, "" for none."""
    last = source.get("last_run") or {}
    status = last.get("status", "")
    if job == "waiting" and status != "running":
        return StateLabel("waiting", tk._("waits for a worker"), "hourglass-half", "busy")
    if status == "running":
        return run_state(status)
    if source.get("held"):
        return run_state("held")
    if status == "held":  # the withdrawals were reviewed since
        return run_state("success")
    return run_state(status) if status else StateLabel("new", tk._("never run"), "circle", "calm")


def kind_words(kind: str) -> str:
    """Return the label of a kind of portal."""
    return {
        "rdf": tk._("DCAT catalogue (RDF file or pages)"),
        "ckan": tk._("CKAN portal"),
        "csw": tk._("Catalogue service for geodata (CSW)"),
        "ogc-records": tk._("Records of geodata (OGC API)"),
        "table": tk._("Spreadsheet"),
        "dkan": tk._("DKAN, or a CKAN without a search"),
        "folder": tk._("Folder of files, each with a description"),
        "data-json": tk._("data.json (DKAN, ArcGIS Hub)"),
        "json": tk._("JSON list with a mapping of its own"),
        "push": tk._("Push from inside the city"),
    }.get(kind) or registry.label(kind, of_page())


def begun_words(run: Mapping[str, Any]) -> str:
    """Return what started a run."""
    if run.get("kind") == "schedule":
        return tk._("by schedule")
    if run.get("by") == "push":
        return tk._("by a push")
    return tk._("by hand")


def when(value: object, language: str) -> str:
    """Format a point in time in the site's time zone: ``26. Nov. 2026, 03:15``."""
    moment = _moment(value)
    if moment is None:
        return ""
    shape = texts_in(language).pgettext("shape of date and time", "d MMM yyyy, HH:mm")
    return str(format_datetime(moment.astimezone(_zone()), shape, locale=language))


def duration(begin: object, end: object, language: str) -> str:
    """Return the duration as text; until now if there is no end."""
    first = _moment(begin)
    if first is None:
        return ""
    last = _moment(end) or datetime.now(timezone.utc)
    return span(last - first, language)


def span(length: timedelta, language: str) -> str:
    """Return a length of time as text: under a second, seconds, minutes, hours."""
    seconds = max(length.total_seconds(), 0)
    if seconds < 1:
        return tk._("under a second")
    return str(format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5, locale=language))


def pace(run: Mapping[str, Any], language: str, *, now: datetime | None = None) -> Pace:
    """Return the progress and rate of a run, and the time remaining."""
    now = now or datetime.now(timezone.utc)
    started = _moment(run.get("started")) or now
    beat = _moment(run.get("heartbeat")) or started
    done, total = int(run.get("done") or 0), run.get("total")
    worked = max((beat - started).total_seconds(), 0.0)
    rate = done / worked if worked and done else 0.0
    remaining = max(total - done, 0) if total else 0
    left = span(timedelta(seconds=remaining / rate), language) if rate and remaining else ""
    silence = (now - beat).total_seconds()
    return Pace(
        done=done,
        total=total,
        percent=min(100, done * 100 // total) if total else None,
        rate=rate,
        left=left,
        lasted=span(now - started, language),
        silent=span(timedelta(seconds=silence), language) if silence > SILENT else "",
    )


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    try:
        parsed = datetime.fromisoformat(str(value or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def _zone() -> Any:
    return get_display_timezone() or ZoneInfo("Europe/Berlin")
