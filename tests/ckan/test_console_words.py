"""What the commands say is there in both languages, and nothing more than they say."""

from __future__ import annotations

import ast
import string
from collections.abc import Mapping
from pathlib import Path

import pytest

from ckanext.hanse.cli.texts import _WORDS, Words
from ckanext.hanse.model import RunStatus
from ckanext.hanse.scheduler import tick
from ckanext.hanse.store.writer import Action

CODE = Path(__file__).parents[2] / "ckanext-hanse"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("texts", _WORDS.values(), ids=_WORDS)
def test_a_text_is_there_in_both_languages(texts: Mapping[str, str]) -> None:
    assert set(texts) == {"de", "en"}
    assert all(texts.values())
    assert _placeholders(texts["de"]) == _placeholders(texts["en"])


def test_every_text_is_used() -> None:
    said = {
        node.value
        for name in ("cli*.py", "console*.py", "backup/*.py")
        for path in CODE.glob(name)
        if path.name not in {"console_words.py", "words.py"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    put_together = (
        "count-",
        "status-",
        "cities-",
        "sources-",
        "key-",
        "tick-",
        "part-",
        "level-",
        "moved-",
        "leftover-",
        "removed-",
    )
    assert {key for key in _WORDS if key not in said and not key.startswith(put_together)} == set()


def test_every_action_and_every_end_of_a_run_has_its_word() -> None:
    say = Words("de")
    assert [say(f"count-{action.value}", number=1234) for action in Action] == [
        "1.234 neu",
        "1.234 geändert",
        "1.234 unverändert",
        "1.234 abgelehnt",
        "1.234 in anderen aufgegangen",
        "1.234 eigene",
    ]
    assert all(say(f"status-{status.value}") for status in RunStatus)


def test_every_part_of_a_tick_has_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[str] = []
    monkeypatch.setattr(tick, "_guarded", lambda name, *_: parts.append(name))
    tick.tick()
    assert set(parts) == {key.removeprefix("part-") for key in _WORDS if key.startswith("part-")}
