"""How ``hanse preview`` shows records: lines for programs, an overview for people."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections import Counter
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_WORDS = {
    "de": {
        "reading": "Lesen",
        "title": "Titel",
        "publisher": "Herausgeber",
        "resources": "Dateien",
        "formats": "Formate",
        "licences": "Lizenzen",
        "issues": "Befunde",
        "no_title": "(ohne Titel)",
        "rejected_mark": "✗ abgelehnt: ",
        "source": "Zur Quelle als Ganzem",
        "records": "Befunde nach Regel",
        "count": "Zahl",
        "rule": "Regel",
        "meaning": "Beispiel",
        "remedy": "Was zu tun ist",
        "found": "{found} Datensätze gefunden, {usable} verwendbar, {rejected} abgelehnt, "
        "{distributions} Dateien und Dienste.",
        "complete": "Der Lauf ist vollständig.",
        "incomplete": "Der Lauf ist nicht vollständig.",
    },
    "en": {
        "reading": "Reading",
        "title": "Title",
        "publisher": "Publisher",
        "resources": "Files",
        "formats": "Formats",
        "licences": "Licences",
        "issues": "Issues",
        "no_title": "(no title)",
        "rejected_mark": "✗ rejected: ",
        "source": "About the source as a whole",
        "records": "Issues by rule",
        "count": "Count",
        "rule": "Rule",
        "meaning": "Example",
        "remedy": "What to do",
        "found": "{found} datasets found, {usable} usable, {rejected} rejected, "
        "{distributions} files and services.",
        "complete": "The walk is complete.",
        "incomplete": "The walk is not complete.",
    },
}
#: Records listed one by one; the rest is in the figures.
_LISTED = 200


class Printer(ABC):
    """Takes the records of a run as they come, then the run itself.

    On a terminal the progress stands on stderr.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = _WORDS[language]
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task(self.words["reading"], total=None)

    def __enter__(self) -> Printer:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def record(self, record: Record) -> None:
        """Show one record."""
        self._progress.advance(self._task)
        self._show(record)

    @abstractmethod
    def _show(self, record: Record) -> None: ...

    @abstractmethod
    def end(self, run: Run) -> None:
        """Show what the run comes to."""


class Lines(Printer):
    """One JSON object a record, the summary last."""

    def _show(self, record: Record) -> None:
        print(json.dumps(record.as_json(self.language), ensure_ascii=False))

    def end(self, run: Run) -> None:
        """The summary on its own line; what is wrong with the source as a whole on stderr."""
        for found in run.issues:
            print(f"{found.message(self.language)} {found.remedy(self.language)}", file=sys.stderr)
        print(json.dumps({"summary": run.summary()}, ensure_ascii=False), flush=True)


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
        title = str(dataset.get("title") or self.words["no_title"])
        if not record.usable:
            reason = next(i for i in record.issues if i.severity is Severity.ERROR)
            title = f"{self.words['rejected_mark']}{title} – {reason.message(self.language)}"
        return (
            title,
            str(publishers[0].get("name", "")) if publishers else "",
            str(len(resources)),
            ", ".join(sorted({str(r["format"]) for r in resources if r.get("format")})),
            ", ".join(sorted({_tail(str(r["license"])) for r in resources if r.get("license")})),
            str(len(record.issues)),
        )

    def end(self, run: Run) -> None:
        """Print everything."""
        if self._records:
            self._console.print(self._table())
        for found in run.issues:
            colour = _COLOURS[found.severity]
            self._console.print(Text(f"• {found.message(self.language)}", style=colour))
            self._console.print(Text(f"  → {found.remedy(self.language)}"))
        if self._counts:
            self._console.print(self._rules())
        summary = run.summary()
        verdict = "complete" if summary["complete"] else "incomplete"
        self._console.print(Text(self.words["found"].format_map(summary), style="bold"))
        self._console.print(
            Text(self.words[verdict], style="green" if summary["complete"] else "yellow")
        )

    def _table(self) -> Table:
        table = Table(show_lines=False)
        for name in ("title", "publisher", "resources", "formats", "licences", "issues"):
            number = name in ("resources", "issues")
            table.add_column(self.words[name], justify="right" if number else "left", ratio=None)
        for row in self._records:
            table.add_row(*(escape(_shorten(cell)) for cell in row))
        return table

    def _rules(self) -> Table:
        table = Table(title=self.words["records"], show_lines=True)
        for name in ("count", "rule", "meaning", "remedy"):
            table.add_column(self.words[name], justify="right" if name == "count" else "left")
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
    """One line without control characters: what a portal sends must not steer a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _tail(iri: str) -> str:
    """The telling end of a licence's IRI."""
    return iri.rstrip("/").partition("/licenses/")[2] or iri


def printer(form: str, language: str) -> Printer:
    """The printer for ``table`` or ``jsonl``."""
    return Lines(language) if form == "jsonl" else Overview(language)
