"""Output of ``hanse detect`` for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from hanse_harvesters.texts import CORE, Texts

_MOST_CHOICES, _MOST_ISSUES = 12, 3


class Report:
    """Prints what :func:`.run.as_json` returns."""

    def __init__(self, language: str) -> None:
        self._texts: Texts = CORE.texts(language)
        self._console = Console()

    def show(self, found: dict[str, Any]) -> None:
        """Print all of it, the entry last."""
        texts = self._texts
        for number, finding in enumerate(found["findings"]):
            self._finding(finding, is_best=number == 0 and finding["readable"])
        for hint in found["hints"]:
            self._say(f"• {hint}", "yellow")
        asked = texts.npgettext(
            "detect", "{number} request sent.", "{number} requests sent.", found["requests"]
        )
        self._say(asked, "dim")
        best = next((each for each in found["findings"] if each["entry"]), None)
        if best is not None:
            self._say(texts.pgettext("detect", "Entry for sources.yaml:"), "bold")
            self._console.print(Syntax(best["entry"].rstrip(), "yaml", background_color="default"))

    def _finding(self, finding: dict[str, Any], *, is_best: bool) -> None:
        texts = self._texts
        mark = texts.pgettext("detect", "Found") if is_best else texts.pgettext("detect", "Also")
        self._say(
            f"{mark}: {finding['kind']}  {finding['url']}", "bold green" if is_best else "bold"
        )
        for reason in finding["reasons"]:
            self._say(f"  – {reason}")
        if finding["count"] is not None:
            count = texts.npgettext(
                "detect", "{number} dataset", "{number} datasets", finding["count"]
            )
            self._say(f"  {count}")
        for problem in filter(None, (finding["advice"], finding["error"])):
            self._say(f"  {problem['what']}", "yellow")
            self._say(f"  → {problem['remedy']}")
        for filter_ in finding["filters"] if is_best else ():
            self._console.print(self._filter(filter_))
        if finding["records"] and is_best:
            self._console.print(self._records(finding["records"]))

    def _filter(self, filter_: dict[str, Any]) -> Table:
        texts = self._texts
        table = Table()
        table.add_column(f"{filter_['label']} ({filter_['option']})")
        table.add_column(texts.pgettext("detect", "Value"))
        table.add_column(texts.pgettext("detect", "Datasets"), justify="right")
        for choice in filter_["choices"][:_MOST_CHOICES]:
            count = "" if choice["count"] is None else str(choice["count"])
            style = "bold" if choice["fits"] else None
            cells = (choice["title"], choice["value"], count)
            table.add_row(*(escape(_line(cell, 60)) for cell in cells), style=style)
        return table

    def _records(self, records: list[dict[str, Any]]) -> Table:
        texts = self._texts
        table = Table(title=texts.pgettext("detect", "The first datasets"))
        table.add_column(texts.pgettext("preview", "Title"))
        table.add_column(texts.pgettext("preview", "Files"), justify="right")
        table.add_column(texts.pgettext("preview", "Formats"))
        table.add_column(texts.pgettext("preview", "Issues"))
        for record in records:
            issues = list(dict.fromkeys(each["rule"] for each in record["issues"]))
            more = "" if len(issues) <= _MOST_ISSUES else f" +{len(issues) - _MOST_ISSUES}"
            cells = (
                record["title"],
                str(record["resources"]),
                ", ".join(record["formats"]),
                ", ".join(issues[:_MOST_ISSUES]) + more,
            )
            table.add_row(*(escape(_line(cell, 90)) for cell in cells))
        return table

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(_line(text, 2000), style=style), soft_wrap=True)


def _line(text: str, most: int) -> str:
    """Return one line without control characters: a portal's values must not steer a terminal."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
