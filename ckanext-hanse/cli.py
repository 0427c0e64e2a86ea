"""The commands ``ckan hanse …``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ckanext.hanse.catalogue import engine, sources
from ckanext.hanse.catalogue.report import Report
from ckanext.hanse.console import Bar, exit_code, show_report, show_source, show_sources, show_sync
from hanse_harvesters.errors import HanseError

__all__ = ["hanse"]

LANGUAGES = click.Choice(["en", "de"])


@click.group(short_help="The joint catalogue: sources and harvests.")
def hanse() -> None:
    """The joint catalogue: sources and harvests."""


@hanse.group("source")
def source_group() -> None:
    """The portals that are harvested."""


@source_group.command("sync")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def source_sync(file: Path | None) -> None:
    """Make organisations and sources as FILE says (default: hanse.sources); deletes none."""
    try:
        show_sync(sources.sync(file))
    except HanseError as error:
        raise _failure(error) from error


@source_group.command("list")
def source_list() -> None:
    """List the sources with their last run."""
    show_sources(sources.every())


@source_group.command("show")
@click.argument("name")
def source_show(name: str) -> None:
    """Show one source and its newest runs."""
    try:
        show_source(sources.get(name))
    except HanseError as error:
        raise _failure(error) from error


@hanse.command("harvest")
@click.argument("names", nargs=-1, metavar="NAME…")
@click.option("--all", "every", is_flag=True, help="All enabled sources.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many records.")
@click.option("--language", type=LANGUAGES, default="en", help="Of issues in the report.")
def harvest(
    names: tuple[str, ...], every: bool, dry_run: bool, limit: int | None, language: str
) -> None:
    """Harvest sources and report what happened.

    Exit code: 0 all complete, 1 nothing could be harvested, 3 some of it.
    """
    if every == bool(names):
        raise click.UsageError("Name the sources, or say --all.")
    try:
        chosen = [sources.get(name).name for name in names] or _enabled()
    except HanseError as error:
        raise _failure(error) from error
    reports = [_harvest(name, dry_run, limit, language) for name in chosen]
    sys.exit(exit_code(reports))


def _harvest(name: str, dry_run: bool, limit: int | None, language: str) -> Report:
    with Bar(name, limit) as bar:
        report = engine.harvest(name, dry_run=dry_run, limit=limit, progress=bar, begun=bar.begun)
    show_report(report, language)
    return report


def _enabled() -> list[str]:
    names = [source.name for source in sources.every(enabled_only=True)]
    if not names:
        raise click.ClickException("No source is enabled. Run `ckan hanse source sync` first.")
    return names


def _failure(error: HanseError) -> click.ClickException:
    """What a person can act on, without a traceback; exit code 1."""
    return click.ClickException(str(error))
