"""What the commands print: a progress bar on a terminal, plain lines elsewhere, reports."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from ckanext.hanse.cli.texts import Words
from ckanext.hanse.harvest.walk import Walk
from ckanext.hanse.model import RunStatus, Source
from ckanext.hanse.sources import dictize
from ckanext.hanse.sources.sync import Synced
from ckanext.hanse.store import runs
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import Action
from hanse_harvesters.issue import rules

#: Without a terminal: seconds between two lines of progress.
_EVERY = 10.0
#: What is told only where it happened.
_SELDOM = {Action.MERGED, Action.SKIPPED}
#: Entries of each list that are printed; the run keeps them all.
_PRINTED = 20


class Bar:
    """Progress of one run, as a context manager (:mod:`ckanext.hanse.harvest.walk`)."""

    def __init__(self, name: str, limit: int | None, say: Words) -> None:
        self._name = name
        self._say = say
        self._total = limit
        self._walk: Walk | None = None
        self._done = 0
        self._said = time.monotonic()
        self._console = Console(stderr=True)
        self._progress: Progress | None = None

    def __enter__(self) -> Bar:
        if self._console.is_terminal:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task(self._name, total=self._total)
        else:
            self._console.print(self._say("begin", name=self._name))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    def begun(self, walk: Walk) -> None:
        """The walk, which may come to know how much there is."""
        self._walk = walk

    def step(self) -> None:
        """One record more."""
        self._done += 1
        total = self._total or getattr(self._walk, "total", None)
        if self._progress:
            self._progress.update(self._task, completed=self._done, total=total)
        elif time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            key = "step-of" if total else "step"
            self._console.print(self._say(key, name=self._name, done=self._done, total=total))


def exit_code(reports: Sequence[Report]) -> int:
    """0 all complete, 1 all failed, 4 all complete and some held, 3 anything between."""
    statuses = {report.status for report in reports}
    if statuses <= {RunStatus.SUCCESS}:
        return 0
    if statuses <= {RunStatus.SUCCESS, RunStatus.HELD}:
        return 4
    return 1 if statuses == {RunStatus.FAILED} else 3


def show_report(report: Report, say: Words) -> None:
    """What a run did: counts, issues by rule, rejected with reasons, missing."""
    language = say.language
    click.echo(_headline(report, say))
    counts = _counts(report.counts, say)
    found = say("found", found=report.found, counts=counts, missing=report.missing_count)
    click.echo(f"  {found}")
    if report.status is RunStatus.SUCCESS and not _wrote(report) and report.found:
        click.echo(f"  {say('nothing-changed')}")
    if report.stopped:
        click.secho(f"  {report.message_in(language)}", fg="red")
    for item in report.source_issues:
        click.echo(f"  {item.message(language)} {item.remedy(language)}")
    _show_rejected(report, say)
    _show_missing(report, say)
    for rule, number in report.issues.most_common():
        click.echo(f"  {number:6}  {rules()[rule].short[say.language]} ({rule})")


def _wrote(report: Report) -> bool:
    return bool(report.counts[Action.CREATED] or report.counts[Action.UPDATED])


def _headline(report: Report, say: Words) -> str:
    return say(
        "headline",
        source=report.source,
        status=say(f"status-{report.status.value}"),
        complete="" if report.complete else say("not-complete"),
        run=say("dry-run") if report.dry_run else say("run", id=report.run_id),
        seconds=report.seconds,
    )


def _counts(counts: Mapping[Any, int], say: Words) -> str:
    """What became of how many records; ``counts`` by action or by its value."""
    told = [action for action in Action if counts[action] or action not in _SELDOM]
    return ", ".join(say(f"count-{action.value}", number=counts[action]) for action in told)


def _show_rejected(report: Report, say: Words) -> None:
    for entry in report.rejected[:_PRINTED]:
        title = entry["title"] or "—"
        click.echo(f"  {say('rejected-one', title=title, identity=entry['identity'])}")
        for item in entry["reasons"]:
            value = f" = {item.value!r}" if item.value else ""
            place = item.label(say.language) or say("record")
            click.echo(f"    {place}{value}: {item.message(say.language)}")
            click.echo(f"    {item.remedy(say.language)}")
    _show_rest("rest-rejected", report.counts[Action.REJECTED], say)


def _show_missing(report: Report, say: Words) -> None:
    for item in report.missing[:_PRINTED]:
        click.echo(f"  {say('missing-one', title=item.title, identity=item.identity)}")
    _show_rest("rest-missing", report.missing_count, say)


def _show_rest(key: str, number: int, say: Words) -> None:
    if number > _PRINTED:
        click.echo(f"  {say(key, number=number - _PRINTED)}")


def show_sync(result: Synced, say: Words) -> None:
    """What a sync did."""
    for kind, found in (("cities", result.organizations), ("sources", result.sources)):
        for action, names in sorted(found.items()):
            click.echo(say(f"{kind}-{action}", names=names))
    if result.silent:
        click.echo(say("silent", names=result.silent))
    if result.foreign:
        click.echo(say("foreign", names=result.foreign))
    if result.kept:
        click.echo(say("kept", names=[f"{k} ({', '.join(v)})" for k, v in result.kept.items()]))


def show_sources(rows: Sequence[Source], say: Words) -> None:
    """One line a source."""
    if not rows:
        click.echo(say("sources-none"))
        return
    heads = [say.label(key) for key in ("name", "kind", "organization", "url")]
    table = Table(*heads, say("state"), say("last-run"), box=None)
    for row in rows:
        shown = dictize.source(row, last_run=True)
        city = shown["organization"]["name"] if shown["organization"] else say("city-missing")
        last = _last_run(shown["last_run"], say)
        table.add_row(row.name, row.kind, city, row.url, _state(row, say), last)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _last_run(run: Mapping[str, Any] | None, say: Words) -> str:
    if run is None:
        return say("never")
    return f"{say('status-' + run['status'])} {run['finished'] or run['started']}"


def _state(row: Source, say: Words) -> str:
    words = [say("enabled" if row.enabled else "disabled")]
    words += [say("inferred")] if row.inferred else []
    words += [] if row.from_file else [say("not-in-file")]
    return ", ".join(words)


def show_source(row: Source, say: Words) -> None:
    """All that is known of a source, and its newest runs."""
    for key, value in dictize.source(row).items():
        click.echo(f"{say.label(key) + ':':34}{_value(value, say)}")
    for run in runs.latest(row.id, limit=10):
        shown = dictize.run(run, language=say.language)
        status = say(f"status-{shown['status']}")
        shown |= {"status": status, "counts": _counts(shown, say)}
        click.echo(say("run-line", **shown).rstrip())


def _value(value: Any, say: Words) -> str:
    if isinstance(value, bool):
        return say("yes" if value else "no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value or "–")
