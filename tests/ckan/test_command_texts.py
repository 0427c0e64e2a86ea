"""What commands have a word for: every end of a run, what becomes of records, parts of a tick."""

from __future__ import annotations

import pytest

from ckanext.hanse.cli import schedule
from ckanext.hanse.cli import texts as words
from ckanext.hanse.language import texts_in
from ckanext.hanse.model import RunStatus
from ckanext.hanse.scheduler import tick
from ckanext.hanse.store.writer import Action


def test_every_action_and_every_end_of_a_run_has_its_word() -> None:
    texts = texts_in("de")
    assert [words.count(action, 1234, texts) for action in Action] == [
        "1.234 neu",
        "1.234 geändert",
        "1.234 unverändert",
        "1.234 abgelehnt",
        "1.234 in anderen aufgegangen",
        "1.234 eigene",
    ]
    assert words.count(Action.SKIPPED, 1, texts) == "1 eigener"
    assert all(words.status(status.value, texts) for status in RunStatus)


def test_every_part_of_a_tick_has_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[str] = []
    monkeypatch.setattr(tick, "_guarded", lambda name, *_: parts.append(name))
    tick.tick()
    assert len(parts) == len({words.part(name, texts_in("de")) for name in parts}) > 5


def test_a_tick_that_did_something_says_so() -> None:
    done = tick.Ticked(changes=1234, dumps=True, sparql=True)
    assert schedule._told(done, texts_in("de")).splitlines() == [
        "Änderungen aufgenommen: 1.234",
        "Der Katalog als Dateien: war fällig",
        "Der Katalog für Abfragen (SPARQL): war fällig",
    ]
