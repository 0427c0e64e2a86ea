"""The ``ckan hanse …`` commands."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ckanext.hanse.cli import (
    alerts,
    backup,
    doctor,
    dumps,
    duplicates,
    import_sources,
    judge,
    links,
    remove_source,
    schedule,
    sparql,
)
from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.cli.output import (
    Bar,
    exit_code,
    show_report,
    show_source,
    show_sources,
    show_sync,
)
from ckanext.hanse.harvest import engine
from ckanext.hanse.language import Texts
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import sources
from ckanext.hanse.store.report import Report
from hanse_harvesters.errors import ConfigError

__all__ = ["hanse"]


@click.group(short_help="The joint catalogue: sources and harvests.")
def hanse() -> None:
    """Manage the joint catalogue: sources and harvests."""


@hanse.group("source")
def source_group() -> None:
    """Manage the harvest sources."""


@source_group.command("sync")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@language_option
def source_sync(file: Path | None, texts: Texts) -> None:
    """Create and update organizations and sources from FILE (hanse.sources); delete none."""
    with in_words(texts):
        show_sync(sync(file), texts)


@source_group.command("list")
@language_option
def source_list(texts: Texts) -> None:
    """List the sources with their last run."""
    show_sources(sources.every(), texts)


@source_group.command("show")
@click.argument("name")
@language_option
def source_show(name: str, texts: Texts) -> None:
    """Show one source and its latest runs."""
    with in_words(texts):
        show_source(sources.get(name), texts)


@hanse.command("harvest")
@click.argument("names", nargs=-1, metavar="NAME…")
@click.option("--all", "every", is_flag=True, help="All enabled sources.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many records.")
@language_option
def harvest(
    names: tuple[str, ...], every: bool, dry_run: bool, limit: int | None, texts: Texts
) -> None:
    """Harvest sources and report what happened.

    Exit code: 0 all runs complete, 1 nothing could be harvested, 3 only a part, 4 all complete,
    but so many datasets are missing that a person must approve their withdrawal.
    """
    if every == bool(names):
        raise click.UsageError(texts.gettext("Name the sources, or say --all."))
    with in_words(texts):
        chosen = [sources.get(name).name for name in names] or _enabled()
    reports = [_harvest(name, dry_run, limit, texts) for name in chosen]
    sys.exit(exit_code(reports))


def _harvest(name: str, dry_run: bool, limit: int | None, texts: Texts) -> Report:
    with Bar(name, limit, texts) as bar:
        report = engine.harvest(name, dry_run=dry_run, limit=limit, progress=bar, begun=bar.begun)
    show_report(report, texts)
    return report


def _enabled() -> list[str]:
    names = [source.name for source in sources.every(enabled_only=True)]
    if not names:
        raise ConfigError("sources-disabled")
    return names


for command in (*schedule.COMMANDS, *doctor.COMMANDS, *backup.COMMANDS, *dumps.COMMANDS):
    hanse.add_command(command)
hanse.add_command(alerts.alert)
hanse.add_command(duplicates.duplicates)
hanse.add_command(judge.judge)
hanse.add_command(links.links)
hanse.add_command(sparql.sparql)
source_group.add_command(remove_source.remove)
source_group.add_command(import_sources.import_ckanext_harvest)
