"""Output of the commands: a progress bar on a terminal, plain lines elsewhere, reports."""

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

from ckanext.hanse.cli import texts as words
from ckanext.hanse.harvest.walk import Walk
from ckanext.hanse.language import N_, Texts
from ckanext.hanse.model import HarvestSource, RunStatus
from ckanext.hanse.sources import dictize
from ckanext.hanse.sources.sync import Synced
from ckanext.hanse.store import runs
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import Action
from hanse_harvesters.issue import rules

#: Without a terminal: seconds between two lines of progress.
_EVERY = 10.0
#: Outcomes that are printed only if they occurred.
_SELDOM = {Action.MERGED, Action.SKIPPED}
#: Entries of each list that are printed; the stored run has them all.
_PRINTED = 20
_CITIES = {
    "created": N_("Cities created: {names}"),
    "updated": N_("Cities updated: {names}"),
    "unchanged": N_("Cities unchanged: {names}"),
}
_SOURCES = {
    "created": N_("Sources created: {names}"),
    "updated": N_("Sources updated: {names}"),
    "unchanged": N_("Sources unchanged: {names}"),
}


class Bar:
    """Progress of one run, as a context manager (:mod:`ckanext.hanse.harvest.walk`)."""

    def __init__(self, name: str, limit: int | None, texts: Texts) -> None:
        self._name = name
        self._texts = texts
        self._total = limit
        self._walk: Walk | None = None
        self._done = 0
        self._reported = time.monotonic()
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
            self._console.print(self._texts.gettext("{name}: harvesting", name=self._name))
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
        """Store the walk, whose total may become known later."""
        self._walk = walk

    def step(self) -> None:
        """Count one more record."""
        self._done += 1
        total = self._total or getattr(self._walk, "total", None)
        if self._progress:
            self._progress.update(self._task, completed=self._done, total=total)
        elif time.monotonic() - self._reported >= _EVERY:
            self._reported = time.monotonic()
            self._console.print(self._line(total))

    def _line(self, total: int | None) -> str:
        values = {"name": self._name, "done": self._done}
        if not total:
            return self._texts.ngettext(
                "{name}: {done:,} record", "{name}: {done:,} records", self._done, **values
            )
        return self._texts.ngettext(
            "{name}: {done:,} of {total:,} record",
            "{name}: {done:,} of {total:,} records",
            total,
            **values,
            total=total,
        )


def exit_code(reports: Sequence[Report]) -> int:
    """Return 0 if all are complete, 1 all failed, 4 all complete and some held, 3 anything else."""
    statuses = {report.status for report in reports}
    if statuses <= {RunStatus.SUCCESS}:
        return 0
    if statuses <= {RunStatus.SUCCESS, RunStatus.HELD}:
        return 4
    return 1 if statuses == {RunStatus.FAILED} else 3


def show_report(report: Report, texts: Texts) -> None:
    """Print the result of a run: counts, issues by rule, rejected with reasons, missing."""
    language = texts.language
    click.echo(_headline(report, texts))
    counts = _counts(report.counts, texts)
    found = texts.ngettext(
        "{number:,} record: {counts}; {missing:,} missing",
        "{number:,} records: {counts}; {missing:,} missing",
        report.found,
        counts=counts,
        missing=report.missing_count,
    )
    click.echo(f"  {found}")
    if report.status is RunStatus.SUCCESS and not _wrote(report) and report.found:
        unchanged = texts.gettext("Nothing changed, nothing was written.")
        click.echo(f"  {unchanged}")
    if report.stopped:
        click.secho(f"  {report.message_in(language)}", fg="red")
    for item in report.source_issues:
        click.echo(f"  {item.message(language)}")
        if remedy := item.remedy(language):
            click.echo(f"    → {remedy}")
    _show_rejected(report, texts)
    _show_missing(report, texts)
    for rule, number in report.issues.most_common():
        click.echo(f"  {number:6}  {rules()[rule].short_in(texts.language)} ({rule})")


def _wrote(report: Report) -> bool:
    return bool(report.counts[Action.CREATED] or report.counts[Action.UPDATED])


def _headline(report: Report, texts: Texts) -> str:
    dry = texts.gettext("dry run, nothing written")
    return texts.gettext(
        "{source}: {status}{complete} ({run}, {seconds:.1f} s)",
        source=report.source,
        status=words.status(report.status.value, texts),
        complete="" if report.complete else texts.gettext(", not complete"),
        run=dry if report.dry_run else texts.gettext("run {id}", id=report.run_id),
        seconds=report.seconds,
    )


def _counts(counts: Mapping[Any, int], texts: Texts) -> str:
    """Return the number of records by outcome; ``counts`` by action or by its value."""
    shown_actions = [action for action in Action if counts[action] or action not in _SELDOM]
    return ", ".join(words.count(action, counts[action], texts) for action in shown_actions)


def _show_rejected(report: Report, texts: Texts) -> None:
    for entry in report.rejected[:_PRINTED]:
        title = entry["title"] or "—"
        reported = texts.gettext(
            "rejected: {title} <{identity}>", title=title, identity=entry["identity"]
        )
        click.echo(f"  {reported}")
        for item in entry["reasons"]:
            value = f" = {item.value!r}" if item.value else ""
            place = item.label(texts.language) or texts.gettext("record")
            click.echo(f"    {place}{value}: {item.message(texts.language)}")
            click.echo(f"    {item.remedy(texts.language)}")
    rest = report.counts[Action.REJECTED] - _PRINTED
    if rest > 0:
        reported = texts.ngettext(
            "… and {number:,} more rejected; hanse_run_show has the list",
            "… and {number:,} more rejected; hanse_run_show has the list",
            rest,
        )
        click.echo(f"  {reported}")


def _show_missing(report: Report, texts: Texts) -> None:
    for item in report.missing[:_PRINTED]:
        reported = texts.gettext(
            "missing at the portal, kept here: {title} <{identity}>",
            title=item.title,
            identity=item.identity,
        )
        click.echo(f"  {reported}")
    rest = report.missing_count - _PRINTED
    if rest > 0:
        reported = texts.ngettext(
            "… and {number:,} more missing; hanse_run_show has the list",
            "… and {number:,} more missing; hanse_run_show has the list",
            rest,
        )
        click.echo(f"  {reported}")


def show_sync(result: Synced, texts: Texts) -> None:
    """Print the result of a sync."""
    for forms, found in ((_CITIES, result.organizations), (_SOURCES, result.sources)):
        for action, names in sorted(found.items()):
            click.echo(texts.gettext(forms[action], names=names))
    kept = [f"{name} ({', '.join(fields)})" for name, fields in result.kept.items()]
    for text, names in (
        (N_("Cities without a portal, publishing here: {names}"), result.silent),
        (N_("Not in the file, kept as they are: {names}"), result.foreign),
        (N_("Changed on the site, kept against the file: {names}"), kept),
    ):
        if names:
            click.echo(texts.gettext(text, names=names))


def show_sources(rows: Sequence[HarvestSource], texts: Texts) -> None:
    """Print one line per source."""
    if not rows:
        click.echo(
            texts.gettext("No sources. `ckan hanse source sync` loads them from the sources file.")
        )
        return
    heads = [words.setting(key, texts) for key in ("name", "kind", "organization", "url")]
    table = Table(*heads, texts.pgettext("source", "State"), texts.gettext("Last run"), box=None)
    for row in rows:
        shown = dictize.source(row, last_run=True)
        city = shown["organization"]["name"] if shown["organization"] else texts.gettext("missing!")
        last = _last_run(shown["last_run"], texts)
        table.add_row(row.name, row.kind, city, row.url, _state(row, texts), last)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _last_run(run: Mapping[str, Any] | None, texts: Texts) -> str:
    if run is None:
        return texts.gettext("never")
    return f"{words.status(run['status'], texts)} {run['finished'] or run['started']}"


def _state(row: HarvestSource, texts: Texts) -> str:
    found = [texts.gettext("enabled") if row.enabled else texts.gettext("disabled")]
    found += [texts.gettext("address inferred")] if row.inferred else []
    found += [] if row.from_file else [texts.gettext("not in the file")]
    return ", ".join(found)


def show_source(row: HarvestSource, texts: Texts) -> None:
    """Print all details of a source, and its latest runs."""
    for key, value in dictize.source(row).items():
        click.echo(f"{words.setting(key, texts) + ':':34}{_value(value, texts)}")
    for run in runs.latest(row.id, limit=10):
        shown = dictize.run(run, language=texts.language)
        shown |= {"status": words.status(shown["status"], texts), "counts": _counts(shown, texts)}
        line = texts.gettext(
            "run {id}  {started}  {status}  {counts}, {missing:,} missing  {message}", **shown
        )
        click.echo(line.rstrip())


def _value(value: Any, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts.gettext("yes") if value else texts.gettext("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value or "–")
