"""What SHACL and score add to a harvest: the same with judging and with nothing in its place.

Processor time of our process and all processes it starts, from the call of ``engine.harvest`` on,
in turn, in one run.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from benchmarks.cases import EMPTY, Bench, environment
from benchmarks.files import Catalogue
from benchmarks.places import OURS, PlaceError
from benchmarks.processor import used
from benchmarks.result import Line

#: As often both are measured, in turn; the best counts.
_ROUNDS = 2
#: Case → what is served, in this order.
_VARIANTS = {"first": "base", "unchanged": "shuffled"}
_WITHOUT = Path(__file__).parent / "unjudged"


def measure(bench: Bench, catalogue: Catalogue) -> list[Line]:
    """Return a line for a first and for an unchanged harvest; their ``cost_ratio`` is asked."""
    best: dict[tuple[str, bool], float] = {}
    for _ in range(_ROUNDS):
        for judged in (True, False):
            bench.places.fresh(OURS, EMPTY)
            bench.places.empty(OURS)
            for case, variant in _VARIANTS.items():
                catalogue.serve(variant)
                seconds = _seconds(bench, catalogue, judged=judged)
                key = (case, judged)
                best[key] = min(best.get(key, seconds), seconds)
    lines = []
    for case in _VARIANTS:
        with_it, without = best[case, True], best[case, False]
        ratio = with_it / without
        bench.say(
            f"  judging, {case}, {catalogue.name}: {with_it:.2f} s of processor with it, "
            f"{without:.2f} without: {ratio:.2f} times"
        )
        line = Line("judging", catalogue.kind, catalogue.datasets, catalogue.distributions, of=case)
        line.cpu_s, line.cost_ratio = with_it, ratio
        lines.append(line)
    return lines


def _seconds(bench: Bench, catalogue: Catalogue, *, judged: bool) -> float:
    command = [sys.executable, "-m", "benchmarks.ours", str(bench.ini), catalogue.name]
    env = environment()
    if not judged:
        command.append("--unjudged")
        env["PYTHONPATH"] = f"{env['PYTHONPATH']}{os.pathsep}{_WITHOUT}"
    done = used(command, env)
    found = json.loads(done.output)
    if found["status"] != "success" or found["rejected"]:
        raise PlaceError(f"the run ended otherwise: {found}")
    return done.seconds - found["begun_cpu"]
