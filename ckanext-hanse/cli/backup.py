"""``ckan hanse backup`` and ``ckan hanse restore``."""

from __future__ import annotations

from pathlib import Path

import click
from ckan.cli import db

from ckanext.hanse.backup import restore as back
from ckanext.hanse.backup import save
from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.language import Texts

#: Number of leftovers that are listed by name; the manifest has them all.
_NAMED = 10


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@language_option
def backup(folder: Path, texts: Texts) -> None:
    """Save databases, files and settings (without secrets) in a new folder below FOLDER."""
    with in_words(texts):
        made = save.save(folder, _teller(texts))
        manifest = save.manifest.read(made)
    size = sum(path.stat().st_size for path in made.iterdir())
    done = texts.gettext(
        "Saved in {folder} ({megabytes:,.1f} MB): {datasets:,} datasets, {resources:,} resources, "
        "{organizations:,} cities, {sources:,} sources, {users:,} accounts, {files:,} files. "
        "The folder holds password hashes: only its owner may read it.",
        folder=made,
        megabytes=size / 1e6,
        **manifest.counts,
    )
    click.echo(done)
    _show_leftovers(manifest.leftovers, texts)
    secrets = texts.gettext(
        "Secrets are not in it; they belong into your safe: {options}",
        options=", ".join(manifest.secrets) or "–",
    )
    click.echo(secrets)
    without = texts.gettext(
        "Not in it: the search index (is made anew), sessions and waiting jobs in Redis, "
        "settings from environment variables."
    )
    click.echo(without)


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@language_option
@click.pass_context
def restore(context: click.Context, folder: Path, texts: Texts) -> None:
    """Restore a backup into an empty site; stop its web and worker processes first."""
    tell = _teller(texts)
    with in_words(texts):
        made = back.check(folder)
        begin = texts.gettext(
            "Backup of {made}: {datasets:,} datasets, {organizations:,} cities, "
            "{sources:,} sources, {files:,} files; the checksums are right.",
            made=made.made,
            **made.counts,
        )
        click.echo(begin)
        back.data(folder, tell)
        # A backup of an older version has an older database schema.
        context.invoke(db.upgrade, version="head", plugin="", skip_plugins=False, skip_core=False)
        found = back.finish(made, tell)
    done = texts.gettext(
        "Restored: {datasets:,} datasets, {resources:,} resources, {organizations:,} cities, "
        "{sources:,} sources, {users:,} accounts, {files:,} files.",
        **found.counts,
    )
    click.echo(done)
    _show_leftovers(found.leftovers, texts)
    for option, loss in found.losses:
        other = texts.gettext(
            "{option} is another one than then: {loss}", option=option, loss=texts.gettext(loss)
        )
        click.echo(other)
    click.echo(texts.gettext("Now start the web and worker processes and run `ckan hanse doctor`."))


def _teller(texts: Texts) -> save.Tell:
    def tell(text: str) -> None:
        click.echo(texts.gettext(text))

    return tell


def _show_leftovers(leftovers: dict[str, list[str]], texts: Texts) -> None:
    for kind, names in leftovers.items():
        if names:
            some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
            click.echo(_leftover(kind, len(names), some, texts))


def _leftover(kind: str, number: int, names: str, texts: Texts) -> str:
    if kind == "unknown":
        return texts.ngettext(
            "{number:,} file that no dataset names (uploaded during the backup, or left behind): "
            "{names}",
            "{number:,} files that no dataset names (uploaded during the backup, or left behind): "
            "{names}",
            number,
            names=names,
        )
    if kind == "lists":
        return texts.ngettext(
            "{number:,} uploaded list without its file: {names}",
            "{number:,} uploaded lists without their file: {names}",
            number,
            names=names,
        )
    return texts.ngettext(
        "{number:,} resource without its uploaded file: {names}",
        "{number:,} resources without their uploaded file: {names}",
        number,
        names=names,
    )


COMMANDS = (backup, restore)
