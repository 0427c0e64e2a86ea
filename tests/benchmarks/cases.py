"""The cases, one catalogue after the other; each checks what came of it before it counts."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import data, index, watch
from benchmarks.files import LINES, TURTLE, Catalogue
from benchmarks.peers import HARVESTERS, Peers
from benchmarks.places import FLOOR, OURS, PlaceError, Places
from benchmarks.result import Line

EMPTY = f"{OURS}_empty"
#: The floor is measured over at most so many datasets: what one costs does not depend on it.
FLOOR_MOST = 10_000
#: Datasets a second below which a run of ours is given up.
_SLOWEST = 4
TESTS = Path(__file__).resolve().parents[1]


@dataclass(slots=True)
class Floor:
    """Seconds a dataset: to parse, and to parse, insert and add."""

    parse: float
    all: float


@dataclass(slots=True)
class Bench:
    """What the cases need; ``say`` tells what is going on.

    ``profiles``  leaves a profile of each run of ours in ``work``; they are slower then.
    """

    places: Places
    root: Path
    work: Path
    ini: Path
    peers: Peers | None
    not_modified: Callable[[], int]
    say: Callable[[str], None] = print
    profiles: bool = False
    _peer: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    _floor: dict[tuple[str, int], Floor] = field(default_factory=dict)

    def remember(self, lines: list[Line]) -> None:
        """Peers and floor as a run that goes on has measured them already."""
        for line in lines:
            key = (line.kind, line.distributions)
            if line.peer_per_s and line.name in _VARIANTS:
                self._peer.setdefault(key, {})[line.name] = line.peer_per_s
            if line.floor_per_s and line.name in {"first", "unchanged"}:
                floor = self._floor.setdefault(key, Floor(0.0, 0.0))
                if line.name == "first":
                    floor.all = 1 / line.floor_per_s
                else:
                    floor.parse = 1 / line.floor_per_s
        self._peer = {key: rates for key, rates in self._peer.items() if len(rates) == 3}

    def fill(self, lines: list[Line]) -> None:
        """Give the smaller catalogues the floor, which is measured after them."""
        for line in lines:
            if line.floor_per_s is None and line.ours_per_s:
                nowhere = Catalogue(self.root, line.kind, line.datasets, line.distributions)
                line.floor_per_s = self._floor_of(nowhere, line.name)
                line.compare()

    # --- The peers ----------------------------------------------------------------------------

    def peer(self, kind: str, distributions: int, datasets: int) -> dict[str, float]:
        """Their rates by case; kept, since every size of ours is compared with the same."""
        key = (kind, distributions)
        if key not in self._peer:
            if self.peers is None:
                return {}
            rates: dict[str, float] = {}
            catalogue = Catalogue(self.root, kind, datasets, distributions)
            catalogue.serve("base")
            with self.peers.source(kind, catalogue.name) as job:
                for case, variant in _VARIANTS.items():
                    catalogue.serve(variant)
                    with self._timed(f"{HARVESTERS[kind][0]}, {case}, {catalogue.name}"):
                        rates[case] = job.run(datasets)
            self._peer[key] = rates
        return self._peer[key]

    # --- Ours ---------------------------------------------------------------------------------

    def ours(self, catalogue: Catalogue, peer: dict[str, float], floor: int) -> Iterator[Line]:
        """Every case over one catalogue, each line as soon as it is known."""
        self.places.fresh(OURS, EMPTY)
        self.places.empty(OURS)
        updates = self.work / "updates.jsonl"
        updates.unlink(missing_ok=True)
        measured = catalogue.datasets == floor
        for case, variant in _VARIANTS.items():
            keep = updates if measured and case == "first" else None
            catalogue.serve(variant)
            line = self._line(case, catalogue, keep)
            if case == "first" and measured and not line.error:
                self._measure_floor(catalogue, updates)
            line.peer_per_s = peer.get(case)
            line.floor_per_s = self._floor_of(catalogue, case)
            line.compare()
            yield line
            if line.error and case == "first":
                return
            if case == "unchanged" and catalogue.kind == "rdf":
                yield self._line("not_modified", catalogue)

    def _line(self, case: str, catalogue: Catalogue, keep: Path | None = None) -> Line:
        line = Line(
            case, catalogue.kind, catalogue.datasets, catalogue.distributions,
            peer=HARVESTERS[catalogue.kind][0],
        )  # fmt: skip
        with self._timed(f"ours, {case}, {catalogue.name}"):
            try:
                before = self.not_modified()
                found, children = self._harvest(case, catalogue, keep)
                _check(case, catalogue.datasets, found, self.not_modified() - before)
            except (PlaceError, TimeoutError, ValueError) as error:
                line.error = str(error)
                return line
        line.seconds, line.cpu_s = found["wall"], found["cpu"]
        line.ours_per_s = catalogue.datasets / found["wall"]
        line.peak_rss_mb = found["peak_mb"]
        line.growth_mb = found["peak_mb"] - found["before_mb"]
        line.children_mb = children
        return line

    def _harvest(
        self, case: str, catalogue: Catalogue, keep: Path | None
    ) -> tuple[dict[str, Any], dict[str, float]]:
        command = [sys.executable, "-m", "benchmarks.ours", str(self.ini), catalogue.name]
        command += ["--capture", str(keep)] if keep else []
        if self.profiles:
            command += ["--profile", str(self.work / f"{catalogue.name}-{case}.prof")]
        log = self.work / "ours.log"
        patience = 300 + catalogue.datasets / _SLOWEST
        done = watch.run(command, log, timeout=patience, env=environment())
        if done.code:
            raise PlaceError(f"the process ended with {done.code}; see {log}")
        return json.loads(done.output), done.children

    # --- The floor ----------------------------------------------------------------------------

    def _measure_floor(self, catalogue: Catalogue, updates: Path) -> None:
        self.places.fresh(FLOOR, EMPTY)
        words = [
            "--rows-from", self.places.dsn(OURS), "--rows-to", self.places.dsn(FLOOR),
            "--updates", str(updates), "--solr", self.places.core(FLOOR),
        ]  # fmt: skip
        name = TURTLE if catalogue.kind == "rdf" else LINES
        document = self.root / catalogue.name / "base" / name
        command = [sys.executable, "-m", "benchmarks.floor", "--document", str(document), *words]
        with self._timed(f"the floor, {catalogue.name}"):
            done = watch.run(command, self.work / "floor.log", timeout=1800, env=environment())
        if done.code:
            raise PlaceError(f"the floor ended with {done.code}; see {self.work / 'floor.log'}")
        found = json.loads(done.output)
        stored = self.places.documents(FLOOR)
        if stored != catalogue.datasets or found["documents"] != catalogue.datasets:
            raise PlaceError(f"the floor indexed {stored} of {catalogue.datasets} documents")
        steps = ", ".join(f"{key} {found[key]:.2f} s" for key in ("parse", "insert", "add"))
        self.say(f"  {steps}; {found['rows']:,} rows")
        if catalogue.kind == "rdf":
            index.measure(self.places, updates, self.work)
        count = catalogue.datasets
        self._floor[(catalogue.kind, catalogue.distributions)] = Floor(
            found["parse"] / count, sum(found[key] for key in ("parse", "insert", "add")) / count
        )

    def _floor_of(self, catalogue: Catalogue, case: str) -> float | None:
        """Datasets a second nobody gets above: to write all, or to read all and write nothing."""
        floor = self._floor.get((catalogue.kind, catalogue.distributions))
        if floor is None or case not in {"first", "unchanged"}:
            return None
        seconds = floor.all if case == "first" else floor.parse
        return 1 / seconds if seconds else None

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        self.say(f"{time.strftime('%H:%M:%S')} {what} …")
        begun = time.monotonic()
        yield
        self.say(f"  {time.monotonic() - begun:.1f} s with starting it")


#: Case → what is served, in this order.
_VARIANTS = {"first": "base", "unchanged": "shuffled", "one_percent": "changed"}


def _check(case: str, count: int, found: dict[str, Any], answers: int) -> None:
    """A run that did something else than its case says was not measured."""
    changed = data.changed(count)
    expected = {
        "first": {"created": count, "updated": 0},
        "unchanged": {"created": 0, "updated": 0},
        "one_percent": {"created": 0, "updated": changed, "unchanged": count - changed},
        "not_modified": {"created": 0, "updated": 0},
    }[case]
    if found["status"] != "success" or found["rejected"] or found["missing"]:
        raise ValueError(f"the run ended otherwise: {found}")
    if any(found[key] != number for key, number in expected.items()):
        raise ValueError(f"expected {expected}, found {found}")
    if case == "not_modified" and not answers:
        raise ValueError("the document was fetched whole although it had not changed")


def scale(lines: list[Line]) -> list[Line]:
    """What a dataset costs in the largest catalogue to what it costs in the smallest."""
    found = []
    for case in ("first", "unchanged"):
        for key in dict.fromkeys((line.kind, line.distributions) for line in lines):
            same = [
                line for line in lines
                if line.name == case and line.ours_per_s
                and (line.kind, line.distributions) == key
            ]  # fmt: skip
            small = min(same, key=lambda line: line.datasets, default=None)
            large = max(same, key=lambda line: line.datasets, default=None)
            if not small or not large or small.datasets == large.datasets:
                continue
            assert small.ours_per_s
            assert large.ours_per_s
            found.append(
                Line(
                    "scale", large.kind, large.datasets, large.distributions, peer=large.peer,
                    of=case, seconds=large.seconds, ours_per_s=large.ours_per_s,
                    peak_rss_mb=large.peak_rss_mb, growth_mb=large.growth_mb,
                    cost_ratio=small.ours_per_s / large.ours_per_s,
                )
            )  # fmt: skip
    return found


def environment() -> dict[str, str]:
    """For our processes: as here, and with this package to be found."""
    return {**os.environ, "PYTHONPATH": str(TESTS)}
