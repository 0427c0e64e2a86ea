"""``hanse template`` and ``hanse check``: lists of datasets kept as spreadsheets."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal

import click

from hanse_harvesters.cli_run import (
    NOTHING,
    guarded,
    language_option,
    opened,
    private_option,
    saved,
)
from hanse_harvesters.issue import Severity
from hanse_harvesters.tables import checked, completed, errors
from hanse_harvesters.tables import template as templates
from hanse_harvesters.texts import CORE


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["xlsx", "csv"]),
    default="xlsx",
    show_default=True,
    help="A workbook with drop-downs and help, or the headers only.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
@language_option
def template(form: Literal["xlsx", "csv"], output: Path | None, lang: str) -> None:
    """Write the empty list of datasets that a city without a portal fills in."""

    def write() -> int:
        content = BytesIO()
        templates.write(content, language=lang, form=form)
        name = {"de": "vorlage"}.get(lang, "template")
        click.echo(saved(output or Path(f"{name}.{form}"), content))
        return 0

    guarded(write, lang)


@click.command()
@click.argument("target", metavar="URL-OR-FILE")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the list with its issues marked."
)
@click.option(
    "--completed",
    "whole",
    type=click.Path(path_type=Path),
    help="Write the list with every identifier filled in.",
)
@language_option
@private_option
def check(
    target: str,
    output: Path | None,
    whole: Path | None,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Check a list of datasets: what is wrong, in which cell, and what to do about it.

    \b
    Exit code: 0 all usable, 1 failed or some datasets are not usable, 2 wrong usage,
    3 nothing usable.
    """
    guarded(lambda: _check(target, output, whole, lang, allow_private), lang)


def _check(
    target: str, output: Path | None, whole: Path | None, lang: str, allow_private: tuple[str, ...]
) -> int:
    with opened(target, "table", allow_private) as (source, client):
        found = checked.check(source, client)
    for write, file in ((errors.write, output), (_complete, whole)):
        if file is not None:
            content = BytesIO()
            write(content, found, language=lang)
            click.echo(saved(file, content))
    usable = sum(record.usable for record in found.records.values())
    counts = found.counts()
    texts = CORE.texts(lang)
    click.echo(
        texts.pgettext(
            "check",
            "{datasets} datasets, {usable} of them usable; {warnings} warnings, {infos} remarks",
            datasets=str(len(found.records)),
            usable=str(usable),
            warnings=str(counts.get(Severity.WARNING, 0)),
            infos=str(counts.get(Severity.INFO, 0)),
        )
    )
    if not usable:
        return NOTHING
    return 0 if usable == len(found.records) else 1


def _complete(target: BytesIO, found: checked.Checked, *, language: str) -> None:
    completed.write(target, found.listing, language=language)
