"""``ckan hanse dump`` and ``ckan hanse erase``."""

from __future__ import annotations

import getpass

import click

from ckanext.hanse import erasure
from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.export.changes import settle
from ckanext.hanse.export.dumps import make, parquet, rewrite
from ckanext.hanse.language import Texts
from ckanext.hanse.model import Dump


@click.command("dump")
@language_option
def dump(texts: Texts) -> None:
    """Write the whole catalogue as files, as it is done each night (docs/dumps.md).

    The dump before is handed out until the new one is complete; a second one on a day takes its
    place.
    """
    with in_words(texts):
        for row in rewrite.rewrite():
            _tell_rewritten(row, texts)
        row = make.make()
    click.echo(
        texts.ngettext(
            "Dump of {day}: {number:,} dataset.",
            "Dump of {day}: {number:,} datasets.",
            row.datasets,
            day=row.day.isoformat(),
        )
    )
    for item in row.files:
        click.echo(f"  {item['size']:15,}  {item['name']}")
    if not parquet.is_there():
        click.echo(texts.gettext("Without Parquet: install `ckanext-hanse[parquet]`."))


@click.command("erase")
@click.argument("name")
@click.option("--reason", required=True, help="File number or law; no name of a person.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@language_option
def erase(name: str, reason: str, yes: bool, texts: Texts) -> None:
    """Erase the dataset NAME (or its id) for good, where the law asks for it.

    Its files, its history and its page go, and it is taken out of every dump. What stays is that
    it was erased, by whom and why. Harvests pass it over from then on. Nothing brings it back.
    """
    if not yes:
        click.confirm(
            texts.gettext("Erase “{name}” for good? Nothing brings it back.", name=name),
            abort=True,
        )
    with in_words(texts):
        author = texts.gettext("command line ({account})", account=getpass.getuser())
        done = erasure.erase(name, reason=reason, author=author)
        settle.settle()
        click.echo(texts.gettext("Erased: {id}", id=done["id"]))
        for row in rewrite.rewrite():
            _tell_rewritten(row, texts)


def _tell_rewritten(row: Dump, texts: Texts) -> None:
    click.echo(texts.gettext("Dump of {day} written anew.", day=row.day.isoformat()))


COMMANDS = (dump, erase)
