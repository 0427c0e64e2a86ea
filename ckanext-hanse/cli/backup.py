"""``ckan hanse backup`` and ``ckan hanse restore``."""

from __future__ import annotations

from pathlib import Path

import click
from ckan.cli import db

from ckanext.hanse.backup import restore as back
from ckanext.hanse.backup import save
from ckanext.hanse.cli.options import in_words, speaking
from ckanext.hanse.language import Texts

#: Leftovers that are named; the manifest has them all.
_NAMED = 10


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@speaking
def backup(folder: Path, say: Texts) -> None:
    """Save databases, files and settings (without secrets) in a new folder below FOLDER."""
    with in_words(say):
        made = save.save(folder, _teller(say))
        manifest = save.manifest.read(made)
    size = sum(path.stat().st_size for path in made.iterdir())
    done = say.gettext(
        "Saved in {folder} ({megabytes:,.1f} MB): {datasets:,} datasets, {resources:,} resources, "
        "{organizations:,} cities, {sources:,} sources, {users:,} accounts, {files:,} files. "
        "The folder holds password hashes: only its owner may read it.",
        folder=made,
        megabytes=size / 1e6,
        **manifest.counts,
    )
    click.echo(done)
    _show_leftovers(manifest.leftovers, say)
    secrets = say.gettext(
        "Secrets are not in it; they belong into your safe: {options}",
        options=", ".join(manifest.secrets) or "–",
    )
    click.echo(secrets)
    without = say.gettext(
        "Not in it: the search index (is made anew), sessions and waiting jobs in Redis, "
        "settings from environment variables."
    )
    click.echo(without)


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@speaking
@click.pass_context
def restore(context: click.Context, folder: Path, say: Texts) -> None:
    """Bring a backup back into an empty site; stop its web and worker processes first."""
    tell = _teller(say)
    with in_words(say):
        made = back.check(folder)
        begin = say.gettext(
            "Backup of {made}: {datasets:,} datasets, {organizations:,} cities, "
            "{sources:,} sources, {files:,} files; the checksums are right.",
            made=made.made,
            **made.counts,
        )
        click.echo(begin)
        back.data(folder, tell)
        # A backup of an older version has older tables.
        context.invoke(db.upgrade, version="head", plugin="", skip_plugins=False, skip_core=False)
        found = back.finish(made, tell)
    done = say.gettext(
        "Restored: {datasets:,} datasets, {resources:,} resources, {organizations:,} cities, "
        "{sources:,} sources, {users:,} accounts, {files:,} files.",
        **found.counts,
    )
    click.echo(done)
    _show_leftovers(found.leftovers, say)
    for option, loss in found.losses:
        other = say.gettext(
            "{option} is another one than then: {loss}", option=option, loss=say.gettext(loss)
        )
        click.echo(other)
    click.echo(say.gettext("Now start the web and worker processes and run `ckan hanse doctor`."))


def _teller(say: Texts) -> save.Tell:
    def tell(text: str) -> None:
        click.echo(say.gettext(text))

    return tell


def _show_leftovers(leftovers: dict[str, list[str]], say: Texts) -> None:
    for kind, names in leftovers.items():
        if names:
            some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            click.echo(_leftover(kind, len(names), some, say))


def _leftover(kind: str, number: int, names: str, say: Texts) -> str:
    if kind == "unknown":
        return say.ngettext(
            "{number:,} file that no dataset names (uploaded during the backup, or left behind): "
            "{names}",
            "{number:,} files that no dataset names (uploaded during the backup, or left behind): "
            "{names}",
            number,
            names=names,
        )
    return say.ngettext(
        "{number:,} resource without its uploaded file: {names}",
        "{number:,} resources without their uploaded file: {names}",
        number,
        names=names,
    )


COMMANDS = (backup, restore)
