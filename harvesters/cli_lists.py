"""``hanse template``, and what ``hanse check`` says of lists kept as spreadsheets."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal

import click

from hanse_harvesters.cli_run import FAILED, NOTHING, guarded, language_option, saved
from hanse_harvesters.issue import Severity
from hanse_harvesters.tables import checked, columns, completed, errors
from hanse_harvesters.tables import template as templates
from hanse_harvesters.tables.findings import ORDER, findings
from hanse_harvesters.tables.remedies import remedy_of
from hanse_harvesters.texts import CORE
from hanse_schemas.language import pick

#: Findings that are told; all of them are in the list with its issues marked.
_MOST_TOLD = 20


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


def write_list(found: checked.Checked, output: Path | None, whole: Path | None, lang: str) -> None:
    """Write a list with its issues marked to ``output``, and completed to ``whole``."""
    for write, file in ((errors.write, output), (_complete, whole)):
        if file is not None:
            content = BytesIO()
            write(content, found, language=lang)
            click.echo(saved(file, content), err=True)


def tell_list(found: checked.Checked, output: Path | None, lang: str) -> int:
    """Say what is wrong with a list, by its cells; return the exit code."""
    _tell(found, lang, output is not None)
    usable = sum(record.usable for record in found.records.values())
    counts = found.counts()
    texts = CORE.texts(lang)
    click.echo(
        texts.pgettext(
            "check",
            "Datasets: {datasets}, usable: {usable}; warnings: {warnings}, remarks: {infos}",
            datasets=str(len(found.records)),
            usable=str(usable),
            warnings=str(counts.get(Severity.WARNING, 0)),
            infos=str(counts.get(Severity.INFO, 0)),
        )
    )
    if not usable:
        return NOTHING
    return 0 if usable == len(found.records) else FAILED


def _tell(found: checked.Checked, language: str, is_written: bool) -> None:
    """Say what is wrong, the first of it; the rest is in the list with its issues marked."""
    done = findings(found)
    texts, headers = CORE.texts(language), columns.columns()
    grave = [item for item in done.found if item.issue.severity != Severity.INFO]
    grave.sort(key=lambda item: ORDER.index(item.issue.severity))
    lines = [(whole.message(language), whole.remedy(language)) for whole in done.whole]
    for item in grave:
        said = item.issue.message(language)
        if not item.issue.rule.startswith("table-"):
            row, column = done.rows[item.row].number, headers.get(item.key)
            header = pick(column.header, language) if column else item.key
            said = texts.pgettext(
                "check", "Row {row}, “{column}”: {message}",
                row=str(row), column=header, message=said,
            )  # fmt: skip
        lines.append((said, remedy_of(item.issue, item.key, language)))
    for said, remedy in lines[:_MOST_TOLD]:
        click.echo(f"{_plain(said)}\n  → {_plain(remedy)}")
    if len(lines) > _MOST_TOLD and not is_written:
        click.echo(
            texts.pgettext(
                "check",
                "Further findings: {count}. All of them, in their cells: --output",
                count=str(len(lines) - _MOST_TOLD),
            )
        )


def _plain(text: str) -> str:
    """Return a line without control characters: a cell must not steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _complete(target: BytesIO, found: checked.Checked, *, language: str) -> None:
    completed.write(target, found.listing, language=language)
