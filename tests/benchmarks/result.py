"""One line of the result, and what the lines must reach."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

#: Case → times the peer, at least; of a page, times one that is made anew.
LEAST = {
    "first": 15.0, "unchanged": 150.0, "one_percent": 100.0,
    "page_home": 12.0, "page_search": 12.0, "page_dataset": 12.0,
}  # fmt: skip
LEAST_UNCHANGED_PER_S = 1500.0
MOST_NOT_MODIFIED_S = 0.2
MOST_SCALE = 1.3
#: Processor time of a harvest that judges to that of one that does not, at most.
MOST_JUDGING = {"first": 1.25, "unchanged": 1.05}
MOST_GROWTH_MB = 300.0


@dataclass(slots=True)
class Line:
    """One case over one catalogue.

    Rates are datasets a second, those of ``page_…`` pages.  ``seconds`` is the wall time of the
    harvest alone, ``cpu_s`` that of its process without children.  ``peak_rss_mb`` is the peak of
    the process, ``growth_mb`` how far that is above what it had before the run, ``children_mb``
    the peaks of the programs it started.  ``cost_ratio`` (``scale``): cost of a dataset here to
    that of the smallest catalogue; (``judging``): processor time with all children to that of
    the same harvest without judging.  ``error`` is what went wrong, in words.
    """

    name: str
    kind: str
    datasets: int
    distributions: int
    peer: str = ""
    seconds: float | None = None
    cpu_s: float | None = None
    ours_per_s: float | None = None
    peer_per_s: float | None = None
    floor_per_s: float | None = None
    ratio_peer: float | None = None
    ratio_floor: float | None = None
    peak_rss_mb: float | None = None
    growth_mb: float | None = None
    children_mb: dict[str, float] = field(default_factory=dict)
    cost_ratio: float | None = None
    of: str = ""
    error: str = ""

    def compare(self) -> None:
        """Fill the ratios from the rates."""
        if self.ours_per_s and self.peer_per_s:
            self.ratio_peer = self.ours_per_s / self.peer_per_s
        if self.ours_per_s and self.floor_per_s:
            self.ratio_floor = self.ours_per_s / self.floor_per_s

    def met(self) -> bool | None:
        """Whether it reaches what is asked of it; None where nothing is or it was not measured."""
        if self.error:
            return False
        found = [
            _at_least(self.ratio_peer, LEAST.get(self.name)),
            _at_most(self.growth_mb, MOST_GROWTH_MB),
        ]
        if self.name == "unchanged":
            found.append(_at_least(self.ours_per_s, LEAST_UNCHANGED_PER_S))
        if self.name == "not_modified":
            found.append(_at_most(self.seconds, MOST_NOT_MODIFIED_S))
        if self.name == "scale":
            found.append(_at_most(self.cost_ratio, MOST_SCALE))
        if self.name == "judging":
            found.append(_at_most(self.cost_ratio, MOST_JUDGING[self.of]))
        known = [item for item in found if item is not None]
        return all(known) if known else None

    def said(self) -> str:
        """The line in a few words, as soon as it is known."""
        if self.error:
            return self.error
        rate, peer, floor = map(_number, (self.ours_per_s, self.ratio_peer, self.ratio_floor))
        return f"{_number(self.seconds)} s, {rate}/s, {peer} × the peer, {floor} × the floor"

    def as_json(self) -> dict[str, Any]:
        """A JSON-able dict, numbers rounded to four digits that count."""
        return {key: _round(value) for key, value in asdict(self).items()} | {"met": self.met()}


def _at_least(value: float | None, least: float | None) -> bool | None:
    return None if value is None or least is None else value >= least


def _at_most(value: float | None, most: float) -> bool | None:
    return None if value is None else value <= most


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _round(inner) for key, inner in value.items()}
    return value


def write(lines: Iterable[Line], target: Path) -> None:
    """The lines as a JSON list, in one step."""
    fresh = target.with_name(target.name + ".new")
    found = [line.as_json() for line in lines]
    fresh.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(target)


def read(target: Path) -> list[Line]:
    """What :func:`write` wrote."""
    return [
        Line(**{key: value for key, value in found.items() if key != "met"})
        for found in json.loads(target.read_text(encoding="utf-8"))
    ]


_COLUMNS = (
    "case", "kind", "datasets", "files", "s", "ours/s", "peer/s", "× peer", "floor/s", "÷ floor",
    "peak MB", "+ MB", "reached",
)  # fmt: skip


def show(lines: Iterable[Line]) -> None:
    """Print the table, and below it what went wrong."""
    lines = list(lines)
    table = Table(*(_COLUMNS[:1]), box=None, pad_edge=False)
    for name in _COLUMNS[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        table.add_row(*_cells(line))
    # Wide enough for every column where the output is a file.
    Console(width=None if Console().is_terminal else 130).print(table)
    for line in lines:
        if line.error:
            print(f"{line.name} {line.kind} {line.datasets}×{line.distributions}: {line.error}")


def _cells(line: Line) -> list[str]:
    met = {True: "yes", False: "no", None: ""}[line.met()]
    name = f"{line.name} {line.of}".strip()
    ratio = line.ratio_peer if line.cost_ratio is None else line.cost_ratio
    return [
        name,
        line.kind,
        f"{line.datasets:,}",
        str(line.distributions),
        _number(line.seconds),
        _number(line.ours_per_s),
        _number(line.peer_per_s),
        _number(ratio),
        _number(line.floor_per_s),
        _number(line.ratio_floor),
        _number(line.peak_rss_mb),
        _number(line.growth_mb),
        met,
    ]


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
