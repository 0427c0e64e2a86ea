"""The overview that ``hanse preview`` shows to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.pipeline import Run
from hanse_harvesters.preview import Printer
from hanse_harvesters.record import Record
from hanse_harvesters.sources.selection import Selection

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
#: Records listed individually; further ones are only counted.
_LISTED = 200
#: Records left out that are listed with their reason; the JSON has more.
_LEFT_OUT = 20


class Overview(Printer):
    """A table of the records, then the issues by rule with examples and remedies."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._console = Console()
        self._records: list[tuple[str, ...]] = []
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, Issue] = {}

    def _show(self, record: Record) -> None:
        for found in record.issues:
            self._counts[found.rule] += 1
            self._examples.setdefault(found.rule, found)
        if len(self._records) < _LISTED:
            self._records.append(self._row(record))

    def _row(self, record: Record) -> tuple[str, ...]:
        dataset = record.dataset
        resources = [r for r in dataset.get("resources") or () if isinstance(r, dict)]
        publishers = [p for p in dataset.get("publisher") or () if isinstance(p, dict)]
        title = str(dataset.get("title") or self._texts.pgettext("preview", "(no title)"))
        if not record.usable:
            reason = next(i for i in record.issues if i.severity is Severity.ERROR)
            mark = self._texts.pgettext("preview", "✗ rejected: ")
            title = f"{mark}{title} – {reason.message(self.language)}"
        return (
            title,
            str(publishers[0].get("name", "")) if publishers else "",
            str(len(resources)),
            ", ".join(sorted({str(r["format"]) for r in resources if r.get("format")})),
            ", ".join(sorted({_tail(str(r["license"])) for r in resources if r.get("license")})),
            str(len(record.issues)),
        )

    def end(self, run: Run) -> None:
        """Print the overview."""
        if self._records:
            self._console.print(self._table())
        for found in run.issues:
            colour = _COLOURS[found.severity]
            self._console.print(Text(f"• {found.message(self.language)}", style=colour))
            self._console.print(Text(f"  → {found.remedy(self.language)}"))
        if self._counts:
            self._console.print(self._rules())
        if run.selection:
            self._selected(run.selection)
        self._verdict(run.summary())

    def _selected(self, chosen: Selection) -> None:
        """Print how many records each test kept, and what was left out."""
        texts = self._texts
        kept, number = chosen.kept, chosen.left_out
        parts = [
            texts.pgettext("preview", "{number} kept by organisation", number=kept["organization"]),
            texts.pgettext("preview", "{number} by regional key", number=kept["key"]),
            texts.pgettext("preview", "{number} by name of the place", number=kept["name"]),
            texts.pgettext("preview", "{number} by box", number=kept["box"]),
            texts.pgettext("preview", "{number} left out", number=number),
        ]
        self._console.print(Text(f"{', '.join(parts)}.", style="bold"))
        for reason in chosen.named[:_LEFT_OUT]:
            self._console.print(Text(f"  – {_shorten(reason.message(self.language), 300)}"))

    def _verdict(self, summary: Mapping[str, Any]) -> None:
        texts = self._texts
        datasets = texts.npgettext(
            "preview",
            "{number} dataset found, {usable} usable, {rejected} rejected",
            "{number} datasets found, {usable} usable, {rejected} rejected",
            summary["found"],
            usable=summary["usable"],
            rejected=summary["rejected"],
        )
        files = texts.npgettext(
            "preview",
            "{number} file or service",
            "{number} files and services",
            summary["distributions"],
        )
        if summary["complete"]:
            verdict = Text(texts.pgettext("preview", "The walk is complete."), style="green")
        else:
            verdict = Text(texts.pgettext("preview", "The walk is not complete."), style="yellow")
        self._console.print(Text(f"{datasets}, {files}.", style="bold"))
        self._console.print(verdict)

    def _table(self) -> Table:
        table, texts = Table(show_lines=False), self._texts
        table.add_column(texts.pgettext("preview", "Title"))
        table.add_column(texts.pgettext("preview", "Publisher"))
        table.add_column(texts.pgettext("preview", "Files"), justify="right")
        table.add_column(texts.pgettext("preview", "Formats"))
        table.add_column(texts.pgettext("preview", "Licences"))
        table.add_column(texts.pgettext("preview", "Issues"), justify="right")
        for row in self._records:
            table.add_row(*(escape(_shorten(cell)) for cell in row))
        return table

    def _rules(self) -> Table:
        texts = self._texts
        table = Table(title=texts.pgettext("preview", "Issues by rule"), show_lines=True)
        table.add_column(texts.pgettext("preview", "Count"), justify="right")
        table.add_column(texts.pgettext("preview", "Rule"))
        table.add_column(texts.pgettext("preview", "Example"))
        table.add_column(texts.pgettext("preview", "What to do"))
        for rule, count in self._counts.most_common():
            found = self._examples[rule]
            table.add_row(
                str(count),
                Text(rule, style=_COLOURS[found.severity]),
                escape(_shorten(found.message(self.language), 200)),
                escape(_shorten(found.remedy(self.language), 200)),
            )
        return table


def _shorten(text: str, most: int = 90) -> str:
    """Return one line without control characters: a portal's values must not steer a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _tail(iri: str) -> str:
    """Return the distinctive last part of a licence's IRI."""
    return iri.rstrip("/").partition("/licenses/")[2] or iri
