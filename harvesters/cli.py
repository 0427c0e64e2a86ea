"""The command ``hanse``: preview a portal as a harvest would read it, without a catalogue.

Exit codes: 0 success · 1 the run failed · 2 wrong usage or settings ·
3 no usable records · 4 records were found, but the walk is not complete.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import click

from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.http import Client, address
from hanse_harvesters.pipeline import Run
from hanse_harvesters.preview import Printer, printer
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect, registry
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.texts import CORE

FAILED, WRONG, NOTHING, INCOMPLETE = 1, 2, 3, 4


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ckanext-hanse")
def main() -> None:
    """Open-data portals, read as the joint catalogue reads them."""


@main.command()
@click.argument("target", metavar="URL-OR-FILE")
@click.option("--kind", help="Kind of portal; by default it is told from what it answers.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="Stop after so many records.", metavar="N"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="An overview to read, or one JSON object a line.",
)
@click.option(
    "--lang",
    type=click.Choice(CORE.languages()),
    default="de",
    show_default=True,
    help="Language of the report.",
)
@click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST:PORT",
    help=f"A private or local address that may be asked; also by {address.ENV_ALLOW}.",
)
def preview(
    target: str,
    kind: str | None,
    limit: int | None,
    form: str,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Show what would arrive from a portal, an address or a file.

    \b
    Exit code: 0 all well, 1 failed, 2 wrong usage, 3 nothing usable,
    4 records arrived but the walk is not complete (0 where --limit ended it).
    """
    _guarded(lambda: _preview(target, kind, limit, printer(form, lang), allow_private), lang)


def _guarded(work: Callable[[], int], language: str) -> NoReturn:
    """Run ``work`` and exit with its code; print errors on stderr without a traceback."""
    try:
        code = work()
    except ConfigError as error:
        _complain(error, language)
        code = WRONG
    except HanseError as error:
        _complain(error, language)
        code = FAILED
    except KeyboardInterrupt:
        click.echo("", err=True)
        code = 130
    except BrokenPipeError:  # `hanse preview … | head`
        sys.stderr.close()
        code = 0
    sys.exit(code)


def _complain(error: HanseError, language: str) -> None:
    click.echo(f"{click.style('hanse:', fg='red', bold=True)} {error.where or ''}", err=True)
    click.echo(f"  {error.what_in(language)}", err=True)
    click.echo(f"  → {error.remedy_in(language)}", err=True)


def _preview(
    target: str, kind: str | None, limit: int | None, out: Printer, allow_private: tuple[str, ...]
) -> int:
    allowed = address.allow_list(allow_private, where="--allow-private")
    if detect.is_address(target):  # typed by a person, hence trusted; redirects and links are not
        allowed |= address.loopback(target)
    with Client.from_environment(allowed_private=allowed) as client:
        source, fetches = _source(target, kind, client)
        run = Run(source, client=fetches, limit=limit)
        with out:
            for record in run:
                out.record(record)
            out.end(run)
    return _code(run)


def _source(target: str, kind: str | None, client: Client) -> tuple[SourceSettings, Fetches]:
    """Return the settings and the client for the target to preview."""
    if kind is not None:
        registry.connector(kind, where="--kind")
    fetches: Fetches = client
    if not detect.is_address(target):
        found, url, fetches = detect.local(target, client)
        kind = kind or found
    else:
        url = address.split(target).geturl()
        if kind is None:
            kind, url, fetches = detect.remote(url, client)
    return SourceSettings("preview", kind, url, organization="preview"), fetches


def _code(run: Run) -> int:
    summary = run.summary()
    if not summary["usable"]:
        return NOTHING
    complete = summary["complete"] or run.completeness.reason == "walk-limited"
    return 0 if complete else INCOMPLETE


if __name__ == "__main__":
    main()
