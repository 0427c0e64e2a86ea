"""Rules and code name the same rules, and every text can be read by a data officer."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import DERIVED, Rule, issue, rules

ROOT = Path(__file__).parents[2]
#: Functions whose first argument is a rule.
_SAYING = {"issue", "finding", "note"}
#: What {…} may stand for in every text; the others come from the code that names the rule.
_ALWAYS = {"field", "value", *DERIVED}


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("harvesters", "ckanext-hanse"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in _SAYING and node.args:
                yield node


def test_every_rule_the_code_names_exists() -> None:
    named = {
        (str(path.relative_to(ROOT)), call.args[0].value)
        for path, tree in _trees()
        for call in _calls(tree)
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
    assert named
    assert {item for item in named if item[1] not in rules()} == set()


def test_every_rule_of_the_file_is_used() -> None:
    constants = {
        node.value
        for _, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(rules()) - constants == set()


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_says_in_both_languages_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    for text in (rule.message, rule.remedy):
        for number in (1, 2):
            german, english = (
                text.template(language, {text.counts: number}) for language in ("de", "en")
            )
            assert german != english
            for words in (german, english):
                assert words.rstrip()[-1] in ".!?}", words


def test_parameters_of_a_text_are_given_by_the_code() -> None:
    given: dict[str, set[str]] = {}
    for _, tree in _trees():
        for call in _calls(tree):
            if isinstance(call.args[0], ast.Constant):
                names = {word.arg or "**" for word in call.keywords}
                given.setdefault(call.args[0].value, set()).update(names)
    for rule in rules().values():
        wanted = {
            name
            for text in (rule.message, rule.remedy)
            for form in (text.one, text.many)
            for _, name, _, _ in string.Formatter().parse(form)
            if name
        } | {text.counts for text in (rule.message, rule.remedy) if text.counts}
        known = given.get(rule.id)
        if known is not None and "**" not in known:
            assert wanted - _ALWAYS <= known, rule.id


def test_a_value_with_braces_breaks_no_text() -> None:
    said = issue("license-unknown", "resources[0].license", "{id} {0.__class__} {")
    assert "{0.__class__}" in said.message("de")
    assert said.as_json("en")["value"] == "{id} {0.__class__} {"


def test_an_issue_that_was_stored_with_words_by_language_keeps_them() -> None:
    scope = {"scope_de": " (2 von 3)", "scope_en": " (2 of 3)"}
    said = issue("recommended-missing", "theme", label_de="Thema", label_en="Theme", **scope)
    assert said.message("de") == "„Themen“ fehlt (2 von 3); die Angabe wird empfohlen."
    assert said.message("en") == "“Themes” is missing (2 of 3); it is recommended."
    page = issue("page-failed", "", "x", reason_de="Status 500", reason_en="status 500")
    assert page.message("de") == "Eine Seite des Portals war nicht zu lesen: Status 500"
    assert page.message("nds") == "A page of the portal could not be read: status 500"


def test_an_error_within_an_issue_is_kept_whole_however_long_it_is() -> None:
    error = StopRun("api-error", where="https://a.example/" + "x" * 3000, reason="\u202e" * 3000)
    said = issue("page-failed", "", "x", **error.reasons)
    for language in ("de", "en"):
        assert "https://a.example/" in said.message(language)
        assert "\u202e" not in said.message(language)
    assert len(said.message("de")) < 1200
