"""A third language is a catalogue and nothing else: no text of the core escapes it."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from pathlib import Path

import pseudo_language
import pytest
from portals.documents import dataset, turtle
from pseudo_language import LANGUAGE, mark, unmarked
from test_cli import WRONG, hanse

from hanse_harvesters import texts
from hanse_harvesters.errors import HanseError, StopRun
from hanse_harvesters.field_label import field_label
from hanse_harvesters.issue import DERIVED, issue, rules
from hanse_harvesters.messages import messages
from hanse_harvesters.quality.groups import IssueGroup, Unit
from hanse_harvesters.texts import CORE, ENV_FOLDERS, Text

TEMPLATE = Path(__file__).parents[2] / "harvesters" / "i18n" / "hanse_harvesters.pot"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue in which every English text has marks around it."""
    return pseudo_language.make(TEMPLATE, tmp_path_factory.mktemp("i18n"))


@pytest.fixture
def third(folder: Path) -> Iterator[str]:
    texts.add_folder(folder)
    yield LANGUAGE
    texts.remove_folder(folder)


def placeholders(*found: Text | None) -> set[str]:
    forms = [form for text in found if text for form in (text.one, text.many)]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("number", [1, 5])
def test_every_rule_speaks_it(third: str, number: int) -> None:
    for rule in rules().values():
        names = placeholders(rule.message, rule.remedy, rule.form) - {"field", "value", *DERIVED}
        said = issue(rule.id, "title", "", **dict.fromkeys(names, number))
        for text, shown in (
            (rule.message, said.message(third)),
            (rule.remedy, said.remedy(third)),
            (rule.form, said.form_remedy(third)),
        ):
            assert unmarked(shown) == "", shown
            assert not text or text.one[:1] in "{“„" or shown[1:4] in text.one, shown


def test_a_group_of_issues_speaks_it(third: str) -> None:
    for rule in rules():
        for unit in Unit:
            shown = IssueGroup(rule, "title", 12_345, unit, 12_345).words(third)
            assert unmarked(shown).strip() in ("", ": Title"), shown


def test_what_stands_within_an_issue_speaks_it(third: str) -> None:
    error = StopRun("tries-spent", tries=3, **StopRun("answer-slow", seconds=1).own_words)
    for said in (
        issue("page-failed", "", "", **error.reasons),
        issue("recommended-missing", "theme", term="x", some=2, all=3),
        issue("issues-many", "", "license-missing", count=5000, most=1000),
        issue("record-broken", "", "x", line=7, reason="y"),
    ):
        assert unmarked(said.message(third)) == "", said.message(third)
        assert said.message(third).count(pseudo_language.BEGIN) > 1
        assert said.message("en") == said.message(third).translate(dict.fromkeys(map(ord, "⟦⟧")))


@pytest.mark.parametrize("number", [1, 5])
def test_every_error_speaks_it(third: str, number: int) -> None:
    for message in messages().values():
        names = placeholders(message.whats, message.remedies)
        params = dict.fromkeys(names - {"what", "remedy"}, number)
        error = HanseError(message.id, **StopRun("answer-slow", seconds=1).own_words, **params)
        assert unmarked(error.text(third)).strip(" .") == "", error.text(third)
        nobody = HanseError(message.id, **{name: [] for name in names if name == "known"})
        assert "known" not in names or mark("none") in nobody.text(third)


def test_the_words_around_labels_speak_it(third: str) -> None:
    assert field_label("resources[0].uri", third) == f"{mark('File 1')}: {mark('Address (IRI)')}"
    assert field_label("resources[]", third) == mark("File")
    assert field_label("resources", third) == mark("Files")
    assert field_label("title", third) == field_label("title", "en")


def test_the_command_line_speaks_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "catalogue"
    file.write_bytes(turtle(dataset("a", files=2), dataset("", 'dct:issued "gestern"')).body)
    shown = hanse(
        "preview", str(file), "--lang", LANGUAGE, **{ENV_FOLDERS: str(folder)}, COLUMNS="4000"
    )
    assert shown.returncode == 0, shown.stderr
    words = {text.id for text in pseudo_language.catalogue(TEMPLATE) if text.context == "preview"}
    missing = {
        word
        for word in words
        if isinstance(word, str) and "{" not in word and mark(word) not in shown.stdout
    }
    assert missing == {"Reading", "The walk is not complete."}  # of a terminal, of a cut walk
    for word in words - missing:
        rest = unmarked(shown.stdout)
        assert not isinstance(word, str) or word not in rest, word


def test_a_wrong_call_is_answered_in_it(folder: Path, tmp_path: Path) -> None:
    shown = hanse("preview", str(tmp_path / "no"), "--lang", LANGUAGE, **{ENV_FOLDERS: str(folder)})
    assert shown.returncode != 0
    _, what, remedy = shown.stderr.splitlines()
    assert unmarked(what).strip() == ""
    assert unmarked(remedy).strip() == "→"


def test_lines_for_programs_speak_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "catalogue"
    file.write_bytes(turtle(dataset("b", 'dct:issued "gestern"')).body)
    shown = hanse(
        "preview", str(file), "--lang", LANGUAGE, "--format", "jsonl", **{ENV_FOLDERS: str(folder)}
    )
    issues = json.loads(shown.stdout.splitlines()[0])["issues"]
    assert issues
    for found in issues:
        assert unmarked(found["message"]) == "" == unmarked(found["remedy"])


def test_without_its_catalogue_there_is_no_such_language() -> None:
    assert LANGUAGE not in CORE.languages()
    assert hanse("preview", "x", "--lang", LANGUAGE).returncode == WRONG
