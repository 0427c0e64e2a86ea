"""``python -m fuzz``: change records, and look at what comes of them; ``make fuzz`` calls it.

Everything of record number n follows from the seed and n.  Numbers are done in blocks, each in a
forked process, so that one which dies costs a block at most.  What is done stands in
``build/fuzz/<seed>.json``, the failures in ``build/fuzz/<seed>.failures``.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import json
import mmap
import os
import random
import resource
import struct
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from typing import Any

from fuzz import line, mutate, seeds
from hanse_harvesters.push import lines as pushed
from hanse_harvesters.quality import shapes
from hanse_harvesters.quality.chunk import CHUNK

BLOCK = 1024
WORK = seeds.ROOT / "build" / "fuzz"
#: Bytes of memory and seconds of processor time of a block.
_MEMORY, _SECONDS = 4 << 30, 3_600


class Fuzz:
    """The documents, and what is made of a number."""

    def __init__(self, seed: str) -> None:
        line.prepare()
        self.seed = seed
        found = seeds.all_seeds()
        os.environ["HANSE_SHAPES"] = str(seeds.official_shapes(WORK / "shapes"))
        records = [r for s in found[::4] for r in line.mapped(s, s.data) if r.usable]
        shapes.current()
        line.judged(records[:CHUNK])
        found += [seeds.push(record) for record in records[:40]]
        self.pool = seeds.pool(found)
        self.by_kind: dict[tuple[str, str], list[seeds.Seed]] = {}
        for one in found:
            self.by_kind.setdefault((one.kind, one.form), []).append(one)

    def document(self, number: int) -> tuple[seeds.Seed, bytes]:
        """Return the document of a number, and what it was before."""
        dice = random.Random(f"{self.seed}:{number}")
        seed = dice.choice(self.by_kind[dice.choice(list(self.by_kind))])
        data = seed.data
        if seed.form and dice.random() < 0.75:
            with contextlib.suppress(RecursionError):  # too deep to be written
                data = mutate.STRUCTURES[seed.form](data, dice, self.pool[seed.form])
        else:
            for _ in range(dice.choice((1, 1, 2, 4))):
                data = mutate.raw(data, dice)
        return seed, data if seed.kind != "push" else _announced(data)

    def block(self, numbers: Sequence[int], at: mmap.mmap) -> dict[str, Any]:
        """Do some numbers; ``at`` is told the one that is being done."""
        done: dict[str, Any] = {"tried": 0, "records": 0, "failures": [], "slowest": [0.0, 0]}
        kinds: Counter[str] = Counter()
        waiting: list[tuple[int, Any]] = []
        for number in numbers:
            at[:8] = struct.pack("q", number)
            timed, found = line.Timed(), []
            seed, data = self.document(number)
            try:
                with timed:
                    found += line.mapped(seed, data)
            except (Exception, line.Endless) as error:
                done["failures"].append(_failure(number, seed, error))
            done["tried"] += 1
            kinds[f"{seed.kind}/{seed.form or 'bytes'}"] += 1
            self._time(done, number, seed, timed.seconds / max(1, len(found)))
            waiting += [(number, record) for record in found]
            if len(waiting) >= CHUNK or number == numbers[-1]:
                self._judge(waiting, done)
                waiting = []
        return {**done, "kinds": kinds}

    def _judge(self, waiting: list[tuple[int, Any]], done: dict[str, Any]) -> None:
        """Judge a chunk as a harvest does, and look at its records."""
        timed = line.Timed()
        try:
            with timed:
                line.judged([record for _, record in waiting])
        except (Exception, line.Endless) as error:
            done["failures"].append(_failure(waiting[0][0], "a chunk", error))
        slow = timed.seconds > line.MOST_SECONDS
        for number, record in waiting:
            done["records"] += 1
            each = line.Timed()
            try:
                with each:
                    if slow:
                        line.judged([record])
                    line.checked(record, again=number % 3 == 0)
                if number % 10 == 0:
                    line.read_elsewhere(record)
            except (Exception, line.Endless) as error:
                done["failures"].append(_failure(number, record.identity[:100], error))
            self._time(done, number, record.identity[:100], each.seconds)

    def _time(self, done: dict[str, Any], number: int, what: Any, seconds: float) -> None:
        done["slowest"] = max(done["slowest"], [round(seconds, 2), number])
        if seconds > line.MOST_SECONDS:
            error = line.Fault("slow", f"slow: {seconds:.1f} s")
            done["failures"].append(_failure(number, what, error))


def _announced(data: bytes) -> bytes:
    """Return the line of a pushed record: the key is that of its identity, if it has one."""
    try:
        identity = json.loads(data)["identity"]
        key = pushed.key(identity)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        key = "0" * pushed.KEY
    return f"{key} {hashlib.sha256(data).hexdigest()} ".encode() + data + b"\n"


def _failure(number: int, about: Any, error: BaseException) -> dict[str, Any]:
    told = getattr(error, "traceback", "") or traceback.format_exc()
    name = f"{about.kind} {about.form} {about.name}" if isinstance(about, seeds.Seed) else about
    return {"number": number, "what": type(error).__name__, "about": name, "told": told[-6000:]}


def _sort(failure: dict[str, Any]) -> str:
    """Return what tells failures of one cause: the last places in our code, and the exception."""
    told = failure["told"].strip().split("\n")
    places = [one.strip() for one in told if "/harvesters/" in one or "/schemas/" in one]
    places = [place.rpartition("/main/")[2] for place in places[-2:]]
    return " ← ".join([told[-1].split(":")[0][:80], *reversed(places)])


class State:
    """What was done, in files; ``next`` is the first number that was not."""

    def __init__(self, seed: str) -> None:
        WORK.mkdir(parents=True, exist_ok=True)
        self._path, self.failures = WORK / f"{seed}.json", WORK / f"{seed}.failures"
        self.data: dict[str, Any] = dict.fromkeys(("next", "tried", "records", "cpu"), 0)
        self.data |= {"kinds": {}, "slowest": []}
        if self._path.exists():
            self.data = json.loads(self._path.read_text())

    def add(self, upto: int, done: dict[str, Any]) -> None:
        """Keep a block, of which all before it is kept."""
        data = self.data
        data["next"] = upto
        for key in ("tried", "records", "cpu"):
            data[key] += done[key]
        data["kinds"] = dict(Counter(data["kinds"]) + Counter(done["kinds"]))
        data["slowest"] = sorted([*data["slowest"], done["slowest"]], reverse=True)[:10]
        with self.failures.open("a") as file:
            file.writelines(json.dumps(failure) + "\n" for failure in done["failures"])
        self._path.write_text(json.dumps(data))

    def known(self) -> list[dict[str, Any]]:
        """Return all failures so far."""
        text = self.failures.read_text() if self.failures.exists() else ""
        return [json.loads(told) for told in text.splitlines()]

    def told(self) -> int:
        """Print the sum; return how many failures there are."""
        sorts: dict[str, list[int]] = {}
        for failure in self.known():
            sorts.setdefault(_sort(failure), []).append(failure["number"])
        for name, numbers in sorted(sorts.items(), key=lambda item: -len(item[1])):
            print(f"{len(numbers):6} × {name}; ONLY={numbers[0]}")
        data = self.data
        print(f"{data['tried']} documents, {data['records']} records of them judged; "
              f"{len(self.known())} failures of {len(sorts)} sorts; "
              f"slowest (seconds, number): {data['slowest'][:3]}; {data['cpu']:.0f} s")  # fmt: skip
        return len(sorts)


class Runs:
    """Blocks in forked processes, at most ``jobs`` at a time, kept in order."""

    def __init__(self, fuzz: Fuzz, state: State, jobs: int) -> None:
        self._fuzz, self._state, self._jobs = fuzz, state, jobs
        self._running: dict[int, tuple[range, mmap.mmap]] = {}
        self._waiting: dict[int, tuple[int, dict[str, Any]]] = {}

    def run(self, most: int) -> None:
        """Do all numbers below ``most`` that were not done."""
        todo = [
            range(at, min(at + BLOCK, most)) for at in range(self._state.data["next"], most, BLOCK)
        ]
        todo.reverse()
        while todo or self._running:
            while todo and len(self._running) < self._jobs:
                self._start(todo.pop())
            numbers, done, rest = self._ended()
            todo += filter(None, rest)
            self._waiting[numbers.start] = (numbers.stop, done)
            while self._state.data["next"] in self._waiting:
                self._state.add(*self._waiting.pop(self._state.data["next"]))
            self._state.told()

    def _start(self, numbers: range) -> None:
        at = mmap.mmap(-1, 8)
        at[:8] = struct.pack("q", numbers.start)
        process = os.fork()
        if not process:
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
            done = self._fuzz.block(numbers, at)
            done["cpu"] = time.process_time()
            (WORK / f"{numbers.start}.done").write_text(json.dumps(done))
            os._exit(0)
        self._running[process] = (numbers, at)

    def _ended(self) -> tuple[range, dict[str, Any], list[range]]:
        """Return the numbers that are done, what came of them, and those to be done again."""
        process, status = os.wait()
        numbers, at = self._running.pop(process)
        file = WORK / f"{numbers.start}.done"
        if not status and file.exists():
            done = json.loads(file.read_text())
            file.unlink()
            return numbers, done, []
        (last,) = struct.unpack("q", at[:8])
        told = f"died: status {status}"
        failure = {"number": last, "what": "died", "about": "", "told": told}
        done = {"tried": 1, "records": 0, "cpu": 0.0, "kinds": {}, "slowest": [0, 0]}
        rest = [range(last + 1, numbers.stop), range(numbers.start, last)]
        return range(last, last + 1), {**done, "failures": [failure]}, rest


def _again(fuzz: Fuzz, state: State, numbers: Sequence[int]) -> int:
    """Do some numbers in this process, and print what fails still; keep their documents."""
    failures: list[dict[str, Any]] = []
    for number in numbers:
        seed, data = fuzz.document(number)
        if len(numbers) == 1:
            (WORK / f"{number}.document").write_bytes(data)
            print(f"{seed}"[:300], f"{WORK / str(number)}.document", sep="\n")
        failures += fuzz.block([number], mmap.mmap(-1, 8))["failures"]
    for failure in failures if len(numbers) == 1 else []:
        print(failure["told"])
    if len(numbers) > 1:
        state.failures.write_text("".join(json.dumps(failure) + "\n" for failure in failures))
        state.told()
    return len(failures)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 if nothing failed."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="documents in all")
    parser.add_argument("--seed", default="hanse")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", type=int, help="repeat the document of this number")
    parser.add_argument("--again", action="store_true", help="repeat those that failed")
    chosen = parser.parse_args(arguments)
    state = State(chosen.seed)
    if chosen.again or chosen.only is not None:
        known = sorted({failure["number"] for failure in state.known()})
        numbers = [chosen.only] if chosen.only is not None else known
        return 1 if _again(Fuzz(chosen.seed), state, numbers) else 0
    fuzz = Fuzz(chosen.seed)
    gc.collect()
    gc.freeze()  # shared by all blocks
    gc.set_threshold(20_000)  # as in a mapping worker
    Runs(fuzz, state, chosen.jobs).run(chosen.records)
    return 1 if state.told() else 0


if __name__ == "__main__":
    sys.exit(main())
