"""``hanse check``: what is wrong with a catalogue, and how good it is."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from hanse_harvesters.bars import Bars
from hanse_harvesters.checking import lines
from hanse_harvesters.checking.check import Check, CheckedDataset, score_of
from hanse_harvesters.checking.report import Report
from hanse_harvesters.checking.tally import Tally
from hanse_harvesters.cli_run import (
    INCOMPLETE,
    NOTHING,
    guarded,
    language_option,
    opened,
    private_option,
    replaced,
    settings_option,
)
from hanse_harvesters.quality.shapes import stack
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.texts import CORE

if TYPE_CHECKING:
    from hanse_harvesters.tables import checked

#: The catalogue reaches fewer points than asked by --fail-under.
BELOW = 5
#: Endings of files that are lists of datasets, whatever is wrong with them.
_SPREADSHEETS = (".xlsx", ".xls", ".ods", ".csv", ".tsv")


@click.command()
@click.argument("target", metavar="FILE|URL|FOLDER")
@click.option("--kind", help="Kind of portal; by default it is told from what it answers.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="Stop after so many datasets.", metavar="N"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "html"]),
    default="table",
    show_default=True,
    help="An overview to read, one JSON object a line, or a page to hand on.",
)
@click.option(
    "--fail-under",
    "least",
    type=click.FloatRange(0, 100),
    metavar="N",
    help=f"Exit with {BELOW} if the points are below N percent of 325 on average.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File for the report; of a list as a table, the list with its issues marked.",
)
@click.option(
    "--completed",
    "whole",
    type=click.Path(path_type=Path),
    help="Of a list: write it with every identifier filled in.",
)
@settings_option
@language_option
@private_option
def check(
    target: str,
    kind: str | None,
    limit: int | None,
    form: str,
    least: float | None,
    output: Path | None,
    whole: Path | None,
    settings: Path | None,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Check a catalogue: a file, an address, a folder, a list kept as a spreadsheet.

    Says what is wrong by the rules of DCAT-AP.de, what to do about it, and how many points the
    catalogue reaches in the assessment of data.europa.eu.  RDF is judged as it stands; of other
    kinds, what a catalogue would hand on.

    \b
    Exit code: 0 checked, 1 failed (cannot be read), 2 wrong usage, 3 no dataset,
    4 checked, but the walk is not complete (0 where --limit ended it),
    5 below --fail-under.  Of a list as a table also 1: some datasets are not usable.
    """

    def work() -> int:
        of_list = whole is not None or (kind is None and _is_spreadsheet(target))
        chosen = "table" if of_list else kind
        with opened(target, chosen, allow_private, settings, lang) as (source, fetches):
            if source.kind == "table" and (form == "table" or whole is not None):
                found = _marked(source, fetches, output if form == "table" else None, whole, lang)
                if form == "table":
                    return _list(found, target, output, lang, least)
            checking = Check(source, fetches, limit=limit)
            with _output(output) as out:
                read = source.url if detect.is_address(target) else target
                tally = _written(out, checking, read, form, lang)
        return _code(checking, tally, least)

    guarded(work, lang)


def _marked(
    source: SourceSettings,
    fetches: Fetches,
    output: Path | None,
    whole: Path | None,
    language: str,
) -> checked.Checked:
    """Check a list; write it with its issues marked, and with its identifiers filled in."""
    # What a list needs takes longer to load than a catalogue to be checked.
    from hanse_harvesters.cli_lists import write_list
    from hanse_harvesters.tables import checked

    found = checked.check(source, fetches)
    write_list(found, output, whole, language)
    return found


def _list(
    found: checked.Checked, target: str, output: Path | None, language: str, least: float | None
) -> int:
    """Say what is wrong with a list by its cells, then its points; return the exit code."""
    from hanse_harvesters.checking import overview
    from hanse_harvesters.cli_lists import tell_list

    code = tell_list(found, output, language)
    tally = Tally()
    for record in found.records.values():
        tally.add(CheckedDataset(record, record.issues, score_of(record)))
    report = Report(Path(target).name, target, tally, False, (), stack.current().versions())
    overview.write_points(sys.stdout, report, language)
    return code or _below(tally, least)


def _is_spreadsheet(target: str) -> bool:
    """Return whether a file is a list by its name: what is wrong with it is told by its cells."""
    return not detect.is_address(target) and target.lower().endswith(_SPREADSHEETS)


@contextmanager
def _output(file: Path | None) -> Iterator[TextIO]:
    """Yield stdout, or the file, which is only replaced once the report is complete."""
    if file is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with replaced(file) as out:
        text = io.TextIOWrapper(out, encoding="utf-8")
        yield text
        text.flush()
        text.detach()


def _written(out: TextIO, checking: Check, target: str, form: str, language: str) -> Tally:
    tally = Tally()
    with Bars() as bars:
        bar = bars.add(CORE.texts(language).pgettext("preview", "Reading"))
        for dataset in checking:
            tally.add(dataset)
            if form == "jsonl":
                lines.write_dataset(out, dataset, language)
            bars.advance(bar, checking.run.total)
    report = Report.of(target, checking, tally)
    if form == "table":
        from hanse_harvesters.checking import overview  # with rich

        overview.write(out, report, language)
    elif form == "html":
        from hanse_harvesters.checking import page  # with jinja2

        out.write(page.page(report, language, datetime.now().astimezone()))
    else:
        _tell_aside(report, checking, language)
        lines.write_summary(out, tally)
    return tally


def _tell_aside(report: Report, checking: Check, language: str) -> None:
    """Say on stderr what is wrong with no dataset: the walk as a whole, the catalogue itself."""
    for found in (*report.issues, *checking.catalogue):
        click.echo(f"{found.message(language)}\n  → {found.remedy(language)}", err=True)


def _code(checking: Check, tally: Tally, least: float | None) -> int:
    if not tally.datasets:
        return NOTHING
    walk = checking.run.completeness
    whole = walk.complete or walk.reason == "walk-limited"
    return _below(tally, least) or (0 if whole else INCOMPLETE)


def _below(tally: Tally, least: float | None) -> int:
    return BELOW if least is not None and tally.per_cent < least else 0
