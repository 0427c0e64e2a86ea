"""Every attack ends within its limits as something reported, and takes nothing good along."""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hostile_watch import Memory, Neighbour, Wires
from portals.documents import dataset, turtle
from portals.hostile import ATTACKS, Attack, Stage

from hanse_harvesters.errors import HanseError
from hanse_harvesters.issue import Issue
from hanse_harvesters.pipeline import Bounds, Run
from hanse_harvesters.record import Record
from hanse_harvesters.sandbox.document import ParseLimits
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.network import Patient
from hanse_harvesters.testing.portal import Portal

#: Tight, so that the whole of them is done in a minute.
LIMITS: dict[str, Any] = {
    "connect": 1.0, "read": 2.0, "deadline": 4.0, "size": 4 << 20, "tries": 2, "pause": 0.0,
}  # fmt: skip
PARSE = ParseLimits(memory=256 << 20, cpu=3, wall=6.0)
BUSY = 5
"""How many times slower than free a machine may be; an attack that is not ended takes for ever."""
CANARY = "HANSE-CANARY-7f3a"
#: What must not be seen in any word of a report, since terminals and pages show it.
_STEERING = {chr(n) for n in (*range(32), *range(0x7F, 0xA0))} - {"\n", "\t"}


@dataclass
class Outcome:
    """What came of a run."""

    records: list[Record] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    error: HanseError | None = None
    complete: bool = False

    @property
    def reported(self) -> set[str]:
        """Ids of every rule and message."""
        return {found.rule for found in self.issues} | ({self.error.id} if self.error else set())

    @property
    def arrived(self) -> set[str]:
        """Names of the usable records."""
        return {r.identity.rpartition("/")[2].removeprefix("id-") for r in self.records if r.usable}


@pytest.fixture(scope="module")
def neighbour() -> Iterator[Neighbour]:
    with Neighbour() as running:
        yield running
    assert running.runs > 0, "another source's runs did not go on"
    assert running.faults == []
    assert running.slowest < 15


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("geheim") / "geheim.ttl"
    path.write_text(f'<http://geheim> <http://purl.org/dc/terms/title> "{CANARY}" .')
    return path


def play(attack: Attack, stage: Stage, allowed: list[str]) -> Outcome:
    """One run against the portal on the stage."""
    outcome = Outcome()
    address = attack.address(stage) if attack.address else f"{stage.home}{attack.path}"
    once = {"page_tries": 1} if attack.kind == "rdf" else {}
    options = {**once, **attack.options}
    source = SourceSettings("boese", attack.kind, address, "stadt", options=options)
    bounds = Bounds(records=attack.records, parse=replace(PARSE, **attack.parse))
    with Patient(*allowed, **{**LIMITS, **attack.limits}) as client:
        walk = Run(source, client=client, bounds=bounds)
        try:
            for record in walk:
                outcome.records.append(record)
                outcome.issues += record.issues
        except HanseError as error:
            outcome.error = error
        outcome.issues += walk.issues
        outcome.complete = walk.completeness.complete
    return outcome


@pytest.fixture(scope="module")
def inside() -> Iterator[tuple[Portal, Portal]]:
    """A service of this machine's inside, and one that is listed for another source."""
    good = {"/catalog.ttl": turtle(dataset("geheim"))}
    with Portal(good) as inner, Portal(good) as listed:
        yield inner, listed


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_something_reported(
    attack: Attack,
    neighbour: Neighbour,
    inside: tuple[Portal, Portal],
    secret: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner, listed = inside
    with Portal() as portal:
        stage = Stage(portal.url(""), inner.url(""), listed.url(""), str(secret))
        portal.scripts.update(attack.serves(stage))
        ports = {int(p.endpoint.rpartition(":")[2]) for p in (portal, listed)} | {neighbour.port}
        wires, memory = Wires(ports, attack.resolves), Memory()
        with wires.watched(monkeypatch), memory.watched():
            begun = time.monotonic()
            outcome = play(attack, stage, [portal.endpoint, listed.endpoint])
            seconds = time.monotonic() - begun
        print(
            f"{attack.name}: {seconds:.2f} s, parent +{memory.parent:.0f} MB, "
            f"child {memory.child:.0f} MB, asked {len(portal.asked)}, sent {portal.sent}, "
            f"{sorted(outcome.reported)} {outcome.error}"
        )
        assert inner.asked == [], "what lies inside was asked"
        assert listed.asked == [], "what is listed for another source was asked"
    _check_report(attack, outcome)
    _check_wires(attack, wires)
    assert len(portal.asked) <= attack.asked
    assert portal.sent <= attack.sent
    assert seconds <= BUSY * attack.seconds
    assert memory.parent <= attack.parent
    assert memory.child <= attack.child
    assert neighbour.faults == []


def _check_wires(attack: Attack, wires: Wires) -> None:
    """Only addresses that passed the check were connected to, and few of them."""
    public = {a for lists in attack.resolves.values() for a in lists[0] if a.startswith("194.")}
    assert {host for host, _ in wires.tried} <= public
    assert len(wires.tried) <= 4


def _check_report(attack: Attack, outcome: Outcome) -> None:
    for wanted in attack.reported:
        patterns = wanted.split("|")
        assert any(fnmatch.filter(outcome.reported, pattern) for pattern in patterns), (
            f"{wanted} is not reported, but {sorted(outcome.reported)}"
        )
    assert set(attack.arrives) <= outcome.arrived
    if attack.stops is not None:
        assert (outcome.error is not None) is attack.stops, outcome.error
    assert not (outcome.complete and outcome.error)
    assert CANARY not in repr(outcome)
    for said in outcome.issues:
        _check_words(
            said.rule,
            [said.message(x) for x in ("de", "en")],
            [said.remedy(x) for x in ("de", "en")],
        )
        assert len(said.value) <= 500
        assert said.rule != "record-failed", f"a fault of ours: {said.value}"
    if outcome.error is not None:
        error = outcome.error
        assert error.id not in ("parser-failed", "parser-stopped"), error
        assert error.where
        assert len(error.where) <= 2000
        assert "geheim@" not in error.text("de")
        _check_words(
            error.id,
            [error.what_in(x) for x in ("de", "en")],
            [error.remedy_in(x) for x in ("de", "en")],
        )


def _check_words(id: str, whats: list[str], remedies: list[str]) -> None:
    """Words in both languages, all filled in, that steer no terminal and fit a page."""
    for pair in (whats, remedies):
        assert all(text.strip() for text in pair), id
        assert pair[0] != pair[1], id
        for text in pair:
            assert len(text) < 3000, id
            assert not _STEERING.intersection(text), (id, text)


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len(ATTACKS) >= 40
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


def test_the_document_for_operators_counts_them_right() -> None:
    """``docs/outside.md`` says how many there are, in all and of each kind."""
    written = (Path(__file__).parents[2] / "docs" / "outside.md").read_text(encoding="utf-8")
    assert f"a portal with {len(ATTACKS)} attacks" in written
    said = dict(re.findall(r"^\| `(\w+)\.py` \| (\d+) \|", written, re.MULTILINE))
    kinds = {name: import_module(f"portals.hostile.{name}") for name in said}
    assert {name: len(kind.ATTACKS) for name, kind in kinds.items()} == {
        name: int(number) for name, number in said.items()
    }
    assert sum(map(int, said.values())) == len(ATTACKS)
