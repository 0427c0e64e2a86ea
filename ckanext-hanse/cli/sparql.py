"""``ckan hanse sparql``: the store that answers queries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.language import Texts
from ckanext.hanse.sparql import jobs, options
from hanse_harvesters.errors import StopRun


@click.group("sparql")
def sparql() -> None:
    """Queries about the catalogue (docs/sparql.md)."""


@sparql.command("build")
@language_option
def build(texts: Texts) -> None:
    """Build the store anew, here and now, and use it; workers do so after runs and each night."""
    with in_words(texts), _on_disk():
        made = jobs.build()
    click.echo(
        texts.gettext(
            "The store for queries has {triples:,} statements.",
            triples=made.triples,
        )
    )
    for fault in made.faults:
        click.echo(texts.gettext("Not in it: {fault}", fault=fault), err=True)


@sparql.command("drop")
@language_option
def drop(texts: Texts) -> None:
    """Delete the store: no query is answered until it is built again."""
    with in_words(texts), _on_disk():
        options.stores().drop()
    click.echo(texts.gettext("The store for queries is deleted."))


@sparql.command("status")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@language_option
def status(as_json: bool, texts: Texts) -> None:
    """Show as of when queries are answered, and whether the store is to be built anew."""
    with in_words(texts):
        built, due = options.stores().current(), jobs.is_due()
    if as_json:
        found = {
            "enabled": options.enabled(),
            "made": built.made.isoformat() if built else None,
            "triples": built.triples if built else 0,
            "faults": list(built.faults) if built else [],
            "due": due,
        }
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    if built is None:
        click.echo(texts.gettext("There is no store for queries."))
    else:
        click.echo(
            texts.gettext(
                "As of {made}: {triples:,} statements.",
                made=built.made.isoformat(timespec="seconds"),
                triples=built.triples,
            )
        )
    if due:
        click.echo(texts.gettext("It is due to be built."))


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # a full disk, a folder of somebody else
        raise StopRun("file-unwritable", where=error.filename or "", reason=error) from error
