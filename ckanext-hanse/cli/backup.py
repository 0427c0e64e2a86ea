"""``ckan hanse backup`` and ``ckan hanse restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from ckan.cli import db

from ckanext.hanse.backup import restore as back
from ckanext.hanse.backup import save
from ckanext.hanse.cli.options import in_words, speaking
from ckanext.hanse.cli.texts import Words

#: Leftovers that are named; the manifest has them all.
_NAMED = 10


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@speaking
def backup(folder: Path, say: Words) -> None:
    """Save databases, files and settings (without secrets) in a new folder below FOLDER."""
    with in_words(say):
        made = save.save(folder, _teller(say))
        manifest = save.manifest.read(made)
    size = sum(path.stat().st_size for path in made.iterdir())
    click.echo(say("backup-done", folder=made, megabytes=size / 1e6, **manifest.counts))
    _show_leftovers(manifest.leftovers, say)
    click.echo(say("backup-secrets", options=", ".join(manifest.secrets) or "–"))
    click.echo(say("backup-not-in-it"))


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@speaking
@click.pass_context
def restore(context: click.Context, folder: Path, say: Words) -> None:
    """Bring a backup back into an empty site; stop its web and worker processes first."""
    tell = _teller(say)
    with in_words(say):
        made = back.check(folder)
        click.echo(say("restore-from", made=made.made, **made.counts))
        back.data(folder, tell)
        # A backup of an older version has older tables.
        context.invoke(db.upgrade, version="head", plugin="", skip_plugins=False, skip_core=False)
        found = back.finish(made, tell)
    click.echo(say("restore-done", **found.counts))
    _show_leftovers(found.leftovers, say)
    for option, loss in found.losses:
        click.echo(say("restore-secret", option=option, loss=say(loss)))
    click.echo(say("restore-next"))


def _teller(say: Words) -> save.Tell:
    def tell(key: str, **values: Any) -> None:
        click.echo(say(key, **values))

    return tell


def _show_leftovers(leftovers: dict[str, list[str]], say: Words) -> None:
    for kind, names in leftovers.items():
        if names:
            some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            click.echo(say(f"leftover-{kind}", number=len(names), names=some))


COMMANDS = (backup, restore)
