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
#: What is told only where it happened.
_SELDOM = {Action.MERGED, Action.SKIPPED}
#: Entries of each list that are printed; the run keeps them all.
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

    def __init__(self, name: str, limit: int | None, say: Texts) -> None:
        self._name = name
        self._say = say
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
            self._console.print(self._say.gettext("{name}: harvesting", name=self._name))
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
        elif time.monotonic() - self._reported >= _EVERY:
            self._reported = time.monotonic()
            self._console.print(self._line(total))

    def _line(self, total: int | None) -> str:
        values = {"name": self._name, "done": self._done}
        if not total:
            return self._say.ngettext(
                "{name}: {done:,} record", "{name}: {done:,} records", self._done, **values
            )
        return self._say.ngettext(
            "{name}: {done:,} of {total:,} record",
            "{name}: {done:,} of {total:,} records",
            total,
            **values,
            total=total,
        )


def exit_code(reports: Sequence[Report]) -> int:
    """0 all complete, 1 all failed, 4 all complete and some held, 3 anything between."""
    statuses = {report.status for report in reports}
    if statuses <= {RunStatus.SUCCESS}:
        return 0
    if statuses <= {RunStatus.SUCCESS, RunStatus.HELD}:
        return 4
    return 1 if statuses == {RunStatus.FAILED} else 3


def show_report(report: Report, say: Texts) -> None:
    """What a run did: counts, issues by rule, rejected with reasons, missing."""
    language = say.language
    click.echo(_headline(report, say))
    counts = _counts(report.counts, say)
    found = say.ngettext(
        "{number:,} record: {counts}; {missing:,} missing",
        "{number:,} records: {counts}; {missing:,} missing",
        report.found,
        counts=counts,
        missing=report.missing_count,
    )
    click.echo(f"  {found}")
    if report.status is RunStatus.SUCCESS and not _wrote(report) and report.found:
        unchanged = say.gettext("Nothing changed, nothing was written.")
        click.echo(f"  {unchanged}")
    if report.stopped:
        click.secho(f"  {report.message_in(language)}", fg="red")
    for item in report.source_issues:
        click.echo(f"  {item.message(language)} {item.remedy(language)}")
    _show_rejected(report, say)
    _show_missing(report, say)
    for rule, number in report.issues.most_common():
        click.echo(f"  {number:6}  {rules()[rule].short_in(say.language)} ({rule})")


def _wrote(report: Report) -> bool:
    return bool(report.counts[Action.CREATED] or report.counts[Action.UPDATED])


def _headline(report: Report, say: Texts) -> str:
    dry = say.gettext("dry run, nothing written")
    return say.gettext(
        "{source}: {status}{complete} ({run}, {seconds:.1f} s)",
        source=report.source,
        status=words.status(report.status.value, say),
        complete="" if report.complete else say.gettext(", not complete"),
        run=dry if report.dry_run else say.gettext("run {id}", id=report.run_id),
        seconds=report.seconds,
    )


def _counts(counts: Mapping[Any, int], say: Texts) -> str:
    """What became of how many records; ``counts`` by action or by its value."""
    told = [action for action in Action if counts[action] or action not in _SELDOM]
    return ", ".join(words.count(action, counts[action], say) for action in told)


def _show_rejected(report: Report, say: Texts) -> None:
    for entry in report.rejected[:_PRINTED]:
        title = entry["title"] or "—"
        reported = say.gettext(
            "rejected: {title} <{identity}>", title=title, identity=entry["identity"]
        )
        click.echo(f"  {reported}")
        for item in entry["reasons"]:
            value = f" = {item.value!r}" if item.value else ""
            place = item.label(say.language) or say.gettext("record")
            click.echo(f"    {place}{value}: {item.message(say.language)}")
            click.echo(f"    {item.remedy(say.language)}")
    rest = report.counts[Action.REJECTED] - _PRINTED
    if rest > 0:
        reported = say.ngettext(
            "… and {number:,} more rejected; hanse_run_show has the list",
            "… and {number:,} more rejected; hanse_run_show has the list",
            rest,
        )
        click.echo(f"  {reported}")


def _show_missing(report: Report, say: Texts) -> None:
    for item in report.missing[:_PRINTED]:
        reported = say.gettext(
            "missing at the portal, kept here: {title} <{identity}>",
            title=item.title,
            identity=item.identity,
        )
        click.echo(f"  {reported}")
    rest = report.missing_count - _PRINTED
    if rest > 0:
        reported = say.ngettext(
            "… and {number:,} more missing; hanse_run_show has the list",
            "… and {number:,} more missing; hanse_run_show has the list",
            rest,
        )
        click.echo(f"  {reported}")


def show_sync(result: Synced, say: Texts) -> None:
    """What a sync did."""
    for texts, found in ((_CITIES, result.organizations), (_SOURCES, result.sources)):
        for action, names in sorted(found.items()):
            click.echo(say.gettext(texts[action], names=names))
    kept = [f"{name} ({', '.join(fields)})" for name, fields in result.kept.items()]
    for text, names in (
        (N_("Cities without a portal, publishing here: {names}"), result.silent),
        (N_("Not in the file, kept as they are: {names}"), result.foreign),
        (N_("Changed on the site, kept against the file: {names}"), kept),
    ):
        if names:
            click.echo(say.gettext(text, names=names))


def show_sources(rows: Sequence[HarvestSource], say: Texts) -> None:
    """One line a source."""
    if not rows:
        click.echo(
            say.gettext("No sources. `ckan hanse source sync` loads them from the sources file.")
        )
        return
    heads = [words.setting(key, say) for key in ("name", "kind", "organization", "url")]
    table = Table(*heads, say.pgettext("source", "State"), say.gettext("Last run"), box=None)
    for row in rows:
        shown = dictize.source(row, last_run=True)
        city = shown["organization"]["name"] if shown["organization"] else say.gettext("missing!")
        last = _last_run(shown["last_run"], say)
        table.add_row(row.name, row.kind, city, row.url, _state(row, say), last)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _last_run(run: Mapping[str, Any] | None, say: Texts) -> str:
    if run is None:
        return say.gettext("never")
    return f"{words.status(run['status'], say)} {run['finished'] or run['started']}"


def _state(row: HarvestSource, say: Texts) -> str:
    found = [say.gettext("enabled") if row.enabled else say.gettext("disabled")]
    found += [say.gettext("address inferred")] if row.inferred else []
    found += [] if row.from_file else [say.gettext("not in the file")]
    return ", ".join(found)


def show_source(row: HarvestSource, say: Texts) -> None:
    """All that is known of a source, and its newest runs."""
    for key, value in dictize.source(row).items():
        click.echo(f"{words.setting(key, say) + ':':34}{_value(value, say)}")
    for run in runs.latest(row.id, limit=10):
        shown = dictize.run(run, language=say.language)
        shown |= {"status": words.status(shown["status"], say), "counts": _counts(shown, say)}
        line = say.gettext(
            "run {id}  {started}  {status}  {counts}, {missing:,} missing  {message}", **shown
        )
        click.echo(line.rstrip())


def _value(value: Any, say: Texts) -> str:
    if isinstance(value, bool):
        return say.gettext("yes") if value else say.gettext("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value or "–")
