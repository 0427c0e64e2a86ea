"""``ckan hanse alert …``: who is notified of a source's runs, and a test of the delivery."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.language import Texts
from ckanext.hanse.notifications import rules, send
from ckanext.hanse.store import sources
from hanse_harvesters import alert_rules as core


@click.group("alert")
def alert() -> None:
    """Configure who is notified of a source's runs, by mail or webhook."""


@alert.command("show")
@click.argument("name")
@language_option
def show(name: str, texts: Texts) -> None:
    """Show who is notified about the source NAME, and of which events, as JSON."""
    with in_words(texts):
        found = rules.of_source(sources.get(name)).as_json()
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


@alert.command("set")
@click.argument("name")
@click.option("--mail", multiple=True, help="Mail address; several times for several.")
@click.option("--webhook", multiple=True, help="URL that gets JSON by POST.")
@click.option("--on", multiple=True, type=click.Choice(core.OCCASIONS), help="Of what.")
@click.option("--more-than", type=int, help="New issues that pass without a message.")
@click.option("--site", is_flag=True, help="Nothing of its own: as the ini says.")
@language_option
def change(
    name: str,
    mail: tuple[str, ...],
    webhook: tuple[str, ...],
    on: tuple[str, ...],
    more_than: int | None,
    site: bool,
    texts: Texts,
) -> None:
    """Set recipients for the source NAME itself; options not given stay unchanged."""
    given: dict[str, Any] = {"mail": list(mail), "webhook": list(webhook), "on": list(on)}
    given = {key: value for key, value in given.items() if value}
    if more_than is not None:
        given["more_than"] = more_than
    with in_words(texts):
        before = {} if site else sources.get(name).alerts or {}
        found = rules.change(name, {**before, **given}).as_json()
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


@alert.command("test")
@click.argument("name")
@language_option
def test(name: str, texts: Texts) -> None:
    """Send a test message to every recipient of the source NAME.

    Exit code: 1 if a delivery failed.
    """
    with in_words(texts):
        tried = send.test(name)
    for item in tried:
        sent = texts.gettext("{target}: delivered", target=item.target)
        click.echo(item.error or sent, err=bool(item.error))
    sys.exit(1 if any(item.error for item in tried) else 0)
