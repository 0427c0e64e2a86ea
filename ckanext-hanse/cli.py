"""The commands ``ckan hanse …``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from ckanext.hanse import language
from ckanext.hanse.catalogue import engine, sources
from ckanext.hanse.catalogue.report import Report
from ckanext.hanse.console import Bar, exit_code, show_report, show_source, show_sources, show_sync
from ckanext.hanse.console_words import Words
from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.messages import LANGUAGES

__all__ = ["hanse"]

_speaking = click.option(
    "--language",
    "say",
    type=click.Choice(LANGUAGES),
    default=language.of_site,
    callback=lambda context, option, value: Words(value),
    help="Of all that is shown; default: the site's (ckan.locale_default).",
)


class Failure(click.ClickException):
    """What a person can act on, without a traceback; exit code 1."""

    def __init__(self, error: HanseError, say: Words) -> None:
        super().__init__(error.text(say.language))
        self._say = say

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it to stderr."""
        click.echo(self._say("error", text=self.message), file=file, err=file is None)


@contextmanager
def _in_words(say: Words) -> Iterator[None]:
    try:
        yield
    except HanseError as error:
        raise Failure(error, say) from error


@click.group(short_help="The joint catalogue: sources and harvests.")
def hanse() -> None:
    """The joint catalogue: sources and harvests."""


@hanse.group("source")
def source_group() -> None:
    """The portals that are harvested."""


@source_group.command("sync")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_speaking
def source_sync(file: Path | None, say: Words) -> None:
    """Make organisations and sources as FILE says (default: hanse.sources); deletes none."""
    with _in_words(say):
        show_sync(sources.sync(file), say)


@source_group.command("list")
@_speaking
def source_list(say: Words) -> None:
    """List the sources with their last run."""
    show_sources(sources.every(), say)


@source_group.command("show")
@click.argument("name")
@_speaking
def source_show(name: str, say: Words) -> None:
    """Show one source and its newest runs."""
    with _in_words(say):
        show_source(sources.get(name), say)


@hanse.command("harvest")
@click.argument("names", nargs=-1, metavar="NAME…")
@click.option("--all", "every", is_flag=True, help="All enabled sources.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many records.")
@_speaking
def harvest(
    names: tuple[str, ...], every: bool, dry_run: bool, limit: int | None, say: Words
) -> None:
    """Harvest sources and report what happened.

    Exit code: 0 all complete, 1 nothing could be harvested, 3 some of it.
    """
    if every == bool(names):
        raise click.UsageError(say("which-sources"))
    with _in_words(say):
        chosen = [sources.get(name).name for name in names] or _enabled()
    reports = [_harvest(name, dry_run, limit, say) for name in chosen]
    sys.exit(exit_code(reports))


def _harvest(name: str, dry_run: bool, limit: int | None, say: Words) -> Report:
    with Bar(name, limit, say) as bar:
        report = engine.harvest(name, dry_run=dry_run, limit=limit, progress=bar, begun=bar.begun)
    show_report(report, say)
    return report


def _enabled() -> list[str]:
    names = [source.name for source in sources.every(enabled_only=True)]
    if not names:
        raise ConfigError("sources-disabled")
    return names
