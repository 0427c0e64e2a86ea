"""A report on a terminal: what is wrong by rule and field, most effect first, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hanse_harvesters.checking.dimensions import shares
from hanse_harvesters.checking.groups import ShownGroup, shown
from hanse_harvesters.checking.report import Report
from hanse_harvesters.checking.tally import of_points
from hanse_harvesters.issue import shown as harmless
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.texts import CORE, Texts

#: Remarks shown in full; the others are counted.
_MOST_REMARKS = 10
#: Suggestions shown.
_MOST_ADVICES = 8


def write_points(out: TextIO, report: Report, language: str) -> None:
    """Write only the points, where the issues were told otherwise."""
    console, texts = Console(file=out, highlight=False), CORE.texts(language)
    if report.tally.scored:
        _points(console, report, texts)
    _verdict(console, report, texts)


def write(out: TextIO, report: Report, language: str) -> None:
    """Write the report; colours and width are those of the terminal, if ``out`` is one."""
    console, texts, tally = Console(file=out, highlight=False), CORE.texts(language), report.tally
    grave = [shown(group, language) for group in tally.ordered() if group.is_violation]
    light = [shown(group, language) for group in tally.ordered() if not group.is_violation]
    _groups(console, texts.pgettext("report", "Violations"), grave, "red")
    _groups(console, texts.pgettext("report", "Remarks"), light[:_MOST_REMARKS], "yellow")
    if len(light) > _MOST_REMARKS:
        number = len(light) - _MOST_REMARKS
        more = texts.npgettext(
            "report", "{number} further kind of remark", "{number} further kinds of remarks", number
        )
        console.print(Text(f"  … {more}", style="dim"))
    if tally.scored:
        _points(console, report, texts)
    for found in report.issues:
        console.print(Text(f"• {_line(found.message(language))}", style="yellow"))
        console.print(Text(f"  → {_line(found.remedy(language))}"))
    _verdict(console, report, texts)


def _groups(console: Console, heading: str, groups: Sequence[ShownGroup], colour: str) -> None:
    if not groups:
        return
    console.print(Text(f"\n{heading}", style="bold"))
    for group in groups:
        line = Text(f"• {_line(group.heading)}", style=colour)
        line.append(f"  {group.rule}", style="dim")
        console.print(line)
        console.print(Padding(Text(_line(group.message)), (0, 0, 0, 2), expand=False))
        console.print(Padding(Text(f"→ {_line(group.remedy)}"), (0, 0, 0, 2), expand=False))


def _points(console: Console, report: Report, texts: Texts) -> None:
    language, tally = texts.language, report.tally
    found = tally.advices.ordered()[:_MOST_ADVICES]
    if found:
        heading = texts.pgettext("report", "What would raise the points most")
        console.print(Text(f"\n{heading}", style="bold"))
    for advice in found:
        console.print(Text(f"• {advice.words_of_many(language)}"))
        words = mqa_words.action(advice.action, language)
        console.print(Padding(Text(f"→ {words}"), (0, 0, 0, 2), expand=False))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for share in shares(tally.scores):
        of = texts.pgettext("number", "{points} of {of}", points=round(share.points), of=share.of)
        table.add_row(Text(share.words(language)), of)
    console.print()
    console.print(table)


def _verdict(console: Console, report: Report, texts: Texts) -> None:
    tally = report.tally
    summary, scores = tally.summary(), tally.scores
    counts = texts.pgettext(
        "report",
        "Datasets: {datasets:,}; violations: {violations:,}; remarks: {remarks:,}",
        datasets=tally.datasets,
        violations=sum(summary["violations"].values()),
        remarks=sum(summary["warnings"].values()),
    )
    console.print(Text(f"\n{counts}", style="bold"))
    if tally.scored:
        points = texts.pgettext(
            "report",
            "Points: {mean} on average, {least} to {most}, of {of} ({rating})",
            mean=round(scores.mean or 0),
            least=scores.min or 0,
            most=scores.max or 0,
            of=of_points(),
            rating=mqa_words.rating(scores.rating, texts.language),
        )
        console.print(Text(points, style="bold"))
    if report.official:
        number = sum(one.number for one in report.official if one.severity == "Violation")
        said = texts.pgettext(
            "report", "Violations as the official validator counts: {number:,}", number=number
        )
        console.print(Text(said))
    names = ", ".join(dict.fromkeys(_sets(report)))
    console.print(Text(texts.pgettext("report", "Judged by: {names}", names=names), style="dim"))


def _sets(report: Report) -> Iterator[str]:
    """Yield name and version of each set of rules; a file that only adds to one has no version."""
    versioned = {item["name"] for item in report.versions if item["version"]}
    for item in report.versions:
        if item["version"] or item["name"] not in versioned:
            yield f"{item['name']} {item['version']}".strip()


def _line(text: str) -> str:
    """Return a text that cannot steer a terminal."""
    return " ".join(harmless(text, 1000).split())
