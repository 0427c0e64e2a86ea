"""``hanse push``: read a source inside the city and send its records to the catalogue."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from hanse_harvesters.bars import Bars
from hanse_harvesters.cli_run import (
    FAILED,
    INCOMPLETE,
    complain,
    guarded,
    language_option,
    opened,
    private_option,
    settings_option,
)
from hanse_harvesters.errors import ConfigError, StopRun
from hanse_harvesters.pipeline import Run
from hanse_harvesters.push import client
from hanse_harvesters.push.catalogue import Catalogue
from hanse_harvesters.texts import CORE

ENV_TOKEN = "HANSE_PUSH_TOKEN"


@click.command()
@click.argument("target", metavar="FILE|URL|FOLDER")
@click.option("--to", "url", required=True, metavar="URL", help="The catalogue's home page.")
@click.option("--source", required=True, metavar="NAME", help="Name of the source there.")
@click.option("--kind", help="Kind of portal; by default it is told from what it answers.")
@settings_option
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"A file that holds the token; by default it is read from {ENV_TOKEN}.",
)
@click.option("--wait/--no-wait", default=True, help="Wait for the run that reads it.")
@language_option
@private_option
def push(
    target: str,
    url: str,
    source: str,
    kind: str | None,
    settings: Path | None,
    token_file: Path | None,
    wait: bool,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Read a source and send its records to a catalogue that cannot reach it.

    \b
    Exit code: 0 all well, 1 failed, 2 wrong usage, 4 not complete: the source was
    not read to its end, the run did not take everything, or the catalogue has not
    said what came of it (after 30 minutes without progress it is waited for no longer).
    """

    def work() -> int:
        catalogue = Catalogue(url, _token(token_file), lang)
        with opened(target, kind, allow_private, settings, lang) as (of_city, fetches):
            run = Run(of_city, client=fetches)
            done = _push(run, catalogue, source, lang)
        code = 0 if run.completeness.complete else INCOMPLETE
        after = _wait(catalogue, source, done, lang) if wait else code
        return FAILED if after == FAILED else max(code, after)

    guarded(work, lang)


def _token(file: Path | None) -> str:
    """Return the token; it is no argument, as others see those of a running program."""
    try:
        token = file.read_text("utf-8-sig") if file else os.environ.get(ENV_TOKEN, "")
    except (OSError, UnicodeError):
        raise ConfigError("push-token-broken", where=str(file)) from None  # not even a part of it
    token = token.strip()
    if not token:
        raise ConfigError("push-token-missing", variable=ENV_TOKEN)
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ConfigError("push-token-broken", where=str(file or ENV_TOKEN))
    return token


def _push(run: Run, catalogue: Catalogue, source: str, language: str) -> client.Pushed:
    texts = CORE.texts(language)
    with Bars() as bars:
        reading = bars.add(texts.pgettext("push", "Reading"))
        sending = bars.add(texts.pgettext("push", "Sending"), visible=False)
        done = client.push(
            run,
            catalogue,
            source,
            seen=lambda _: bars.advance(reading, run.total),
            sent=lambda n, of: bars.set(sending, n, of),
        )
    for found in run.issues:
        click.echo(f"{found.message(language)} {found.remedy(language)}", err=True)
    for note in done.notes:
        click.echo(note, err=True)
    words = texts.pgettext(
        "push",
        "Records read: {records}; sent: {sent}, there already: {known}.",
        records=done.records,
        sent=done.sent,
        known=done.records - done.sent,
    )
    click.echo(words)
    return done


def _wait(catalogue: Catalogue, source: str, done: client.Pushed, language: str) -> int:
    """Wait for the run and show how it ended; return the exit code."""
    texts = CORE.texts(language)
    with Bars() as bars:
        bar = bars.add(texts.pgettext("push", "The catalogue reads"))

        def shown(state: dict[str, Any]) -> None:
            run = state["run"] or {}
            bars.set(bar, run.get("done", 0), run.get("total"))

        try:
            state = client.wait(catalogue, source, done.push, shown)
        except StopRun as error:
            reason = error.what_in(language)
            complain(StopRun("push-outcome-unknown", where=source, reason=reason), language)
            return INCOMPLETE
    run = state["run"]
    if not state["over"]:
        later = StopRun("push-unread-yet", where=source, minutes=int(client.LONGEST // 60))
        complain(later, language)
        return INCOMPLETE
    if not run:
        return 0
    words = texts.pgettext(
        "push",
        "The run of the catalogue: {created} new, {updated} changed, {unchanged} unchanged, "
        "{rejected} rejected, {missing} missing.",
        **{key: run[key] for key in ("created", "updated", "unchanged", "rejected", "missing")},
    )
    click.echo(words)
    if run["message"]:
        click.echo(run["message"], err=True)
    return {"success": 0, "failed": FAILED}.get(run["status"], INCOMPLETE)
