"""What the commands print: a progress bar on a terminal, plain lines elsewhere, reports."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType

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

from ckanext.hanse.catalogue import runs, show
from ckanext.hanse.catalogue.harvest import Walk
from ckanext.hanse.catalogue.report import Report
from ckanext.hanse.catalogue.sources import Synced
from ckanext.hanse.catalogue.writer import Action, Outcome
from ckanext.hanse.model import RunStatus, Source

#: Without a terminal: seconds between two lines of progress.
_EVERY = 10.0
#: Entries of each list that are printed; the run keeps them all.
_PRINTED = 20


class Bar:
    """Progress of one run, as a context manager; fits :class:`catalogue.harvest.Progress`."""

    def __init__(self, name: str, limit: int | None) -> None:
        self._name = name
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
            self._console.print(f"{self._name}: harvesting")
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

    def step(self, outcome: Outcome) -> None:
        """One record more."""
        self._done += 1
        total = self._total or getattr(self._walk, "total", None)
        if self._progress:
            self._progress.update(self._task, completed=self._done, total=total)
        elif time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            of = f" of {total}" if total else ""
            self._console.print(f"{self._name}: {self._done}{of} records")


def exit_code(reports: Sequence[Report]) -> int:
    """0 all complete, 1 all failed, 3 anything between."""
    statuses = {report.status for report in reports}
    if statuses <= {RunStatus.SUCCESS}:
        return 0
    return 1 if statuses == {RunStatus.FAILED} else 3


def show_report(report: Report, language: str) -> None:
    """What a run did: counts, issues by rule, rejected with reasons, missing."""
    click.echo(_headline(report))
    counts = ", ".join(f"{report.counts[action]} {action.value}" for action in Action)
    click.echo(f"  {report.found} records: {counts}; {len(report.missing)} missing")
    if report.status is RunStatus.SUCCESS and not _wrote(report) and report.found:
        click.echo("  Nothing changed, nothing was written.")
    if report.message:
        click.secho(f"  {report.message}", fg="red")
    for item in report.source_issues:
        click.echo(f"  {item.message(language)} {item.remedy(language)}")
    _show_rejected(report, language)
    _show_missing(report)
    for rule, number in report.issues.most_common():
        click.echo(f"  {number:6}  {rule}")


def _wrote(report: Report) -> bool:
    return bool(report.counts[Action.CREATED] or report.counts[Action.UPDATED])


def _headline(report: Report) -> str:
    run = "dry run, nothing written" if report.dry_run else f"run {report.run_id}"
    complete = "" if report.complete else ", not complete"
    return f"{report.source}: {report.status.value}{complete} ({run}, {report.seconds:.1f} s)"


def _show_rejected(report: Report, language: str) -> None:
    for entry in report.rejected[:_PRINTED]:
        click.echo(f"  rejected: {entry['title'] or '—'} <{entry['identity']}>")
        for item in entry["reasons"]:
            value = f" = {item.value!r}" if item.value else ""
            click.echo(f"    {item.field or 'record'}{value}: {item.message(language)}")
            click.echo(f"    {item.remedy(language)}")
    _show_rest(report.counts[Action.REJECTED], "rejected")


def _show_missing(report: Report) -> None:
    for item in report.missing[:_PRINTED]:
        click.echo(f"  missing at the portal, kept here: {item.title} <{item.identity}>")
    _show_rest(len(report.missing), "missing")


def _show_rest(number: int, word: str) -> None:
    if number > _PRINTED:
        click.echo(f"  … and {number - _PRINTED} more {word}; hanse_run_show has the list")


def show_sync(result: Synced) -> None:
    """What a sync did."""
    for title, found in (("Cities", result.organizations), ("Sources", result.sources)):
        for action, names in sorted(found.items()):
            click.echo(f"{title} {action}: {', '.join(names)}")
    if result.silent:
        click.echo(f"Cities without a portal, publishing here: {', '.join(result.silent)}")
    if result.foreign:
        click.echo(f"Not in the file, kept as they are: {', '.join(result.foreign)}")


def show_sources(rows: Sequence[Source]) -> None:
    """One line a source."""
    if not rows:
        click.echo("No sources. `ckan hanse source sync` loads them from the sources file.")
        return
    table = Table("Name", "Kind", "City", "Address", "State", "Last run", box=None)
    for row in rows:
        shown = show.source(row, last_run=True)
        city = shown["organization"]["name"] if shown["organization"] else "missing!"
        last = shown["last_run"]
        table.add_row(
            row.name,
            row.kind,
            city,
            row.url,
            _state(row),
            f"{last['status']} {last['finished'] or last['started']}" if last else "never",
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _state(row: Source) -> str:
    words = ["enabled" if row.enabled else "disabled"]
    words += ["address inferred"] if row.inferred else []
    words += [] if row.from_file else ["not in the file"]
    return ", ".join(words)


def show_source(row: Source) -> None:
    """All that is known of a source, and its newest runs."""
    for key, value in show.source(row).items():
        click.echo(f"{key + ':':24}{value}")
    for run in runs.latest(row.id, limit=10):
        shown = show.run(run)
        counts = ", ".join(f"{shown[action.value]} {action.value}" for action in Action)
        click.echo(
            f"run {run.id}  {shown['started']}  {shown['status']}  {counts}, "
            f"{shown['missing']} missing  {shown['message']}".rstrip()
        )
