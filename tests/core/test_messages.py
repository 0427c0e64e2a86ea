"""Errors and code name the same messages, and every error can be read in both languages."""

from __future__ import annotations

import ast
import dataclasses
import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse_harvesters import errors
from hanse_harvesters.errors import ConfigError, HanseError, NotACatalogue, StopRun
from hanse_harvesters.http import BadStatus
from hanse_harvesters.issue import rules
from hanse_harvesters.messages import Message, messages
from hanse_harvesters.sources import registry
from hanse_harvesters.texts import Text

ROOT = Path(__file__).parents[2]
LANGUAGES = ("de", "en")


def _kinds(kind: type[HanseError]) -> Iterator[str]:
    yield kind.__name__
    for child in kind.__subclasses__():
        yield from _kinds(child)


#: What makes an error: its classes (BadStatus is one), and helpers that are given a message.
_MAKING = {*_kinds(HanseError), BadStatus.__name__, "_too_much", "_wrong"}


#: Reasons why a catalogue is looked for, and the like: nothing is wrong.
_REASONS = ("place-", "merit-", "hint-", "filter-")


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("harvesters", "ckanext-hanse"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def _makings() -> Iterator[tuple[str, ast.Call]]:
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in _MAKING and node.args:
                    yield f"{name}:{node.lineno}", node


def _placeholders(text: Text | None) -> set[str]:
    forms = [text.one, text.many] if text else []
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def test_every_message_the_code_names_exists() -> None:
    named = {
        (place, call.args[0].value)
        for place, call in _makings()
        if isinstance(call.args[0], ast.Constant)
    }
    assert named
    assert {item for item in named if item[1] not in messages()} == set()


def test_every_message_of_the_file_is_used() -> None:
    constants = {
        node.value
        for _, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    options = {
        f"{kind}-option-{item.name}"
        for kind in registry.kinds()
        for item in dataclasses.fields(registry.connector(kind).Options)
    }
    assert set(messages()) - constants - options == set()


def test_no_message_is_named_like_a_rule() -> None:
    """Or a constant of the one would pass for a use of the other."""
    assert set(messages()) & set(rules()) == set()


@pytest.mark.parametrize("message", messages().values(), ids=lambda message: message.id)
def test_a_message_says_in_both_languages_what_is_wrong_and_what_to_do(message: Message) -> None:
    is_reason = message.id.startswith(_REASONS)
    assert bool(message.remedies) is not is_reason
    for text in filter(None, (message.whats, message.remedies)):
        german, english = (text.template(language, {}).strip() for language in LANGUAGES)
        assert german
        assert german != english or english in ("{what}", "{remedy}", "{what}: {reason}", "")
    assert is_reason or message.remedy("de", {"remedy": "."})[-1] in ".…"


def test_placeholders_of_a_message_are_given_by_the_code() -> None:
    for place, call in _makings():
        given = {word.arg for word in call.keywords}
        if not isinstance(call.args[0], ast.Constant) or None in given:
            continue
        if getattr(call.func, "id", "") == "_wrong":
            continue  # it names key and value by itself
        message = messages()[call.args[0].value]
        wanted = _placeholders(message.whats) | _placeholders(message.remedies)
        assert wanted <= given, place


def test_an_error_reads_well_in_both_languages() -> None:
    error = ConfigError("key-unknown", where="sources.yaml:7", key="titel", known=["title", "url"])
    assert str(error) == error.text("en")
    assert error.text("en") == "sources.yaml:7: unknown key 'titel'. Known keys: title, url."
    assert error.text("de") == (
        "sources.yaml:7: unbekannter Schlüssel 'titel'. Bekannte Schlüssel: title, url."
    )
    assert (error.what, error.remedy) == ("unknown key 'titel'", "Known keys: title, url.")
    assert error.text("nds") == error.text("en")


def test_numbers_and_empty_lists_are_written_as_the_language_does() -> None:
    error = StopRun("answer-large", most=1_000_000)
    assert "1,000,000 bytes" in error.what_in("en")
    assert "1.000.000 Bytes" in error.what_in("de")
    assert "0,6 Sekunden" in StopRun("answer-slow", seconds=0.6).what_in("de")
    nobody = StopRun("source-unknown", name="x", known=[])
    assert "sind: keine." in nobody.remedy_in("de")
    assert "are: none." in nobody.remedy_in("en")


def test_an_error_around_another_keeps_both_languages() -> None:
    inner = StopRun("status-passing", status=503)
    outer = StopRun("tries-spent", tries=3, **inner.own_words)
    assert outer.what_in("en") == "the portal answered 503, 3 times"
    assert outer.what_in("de") == "das Portal antwortete mit Status 503, 3 Mal"
    assert outer.remedy_in("de") == inner.remedy_in("de")


def test_an_error_can_be_stored_and_told_later() -> None:
    inner = NotACatalogue("document-xml", where="https://a.example/x", detail="csw:Get")
    error = StopRun("status-explained", where="here", reason=ValueError("x"), **inner.own_words)
    told = errors.from_json(json.loads(json.dumps(error.as_json())))
    assert told is not None
    assert [told.text(language) for language in LANGUAGES] == [
        error.text(language) for language in LANGUAGES
    ]
    assert errors.from_json({"id": "no-such-message"}) is None
    assert errors.from_json({}) is None


def test_what_a_portal_says_steers_no_terminal_and_breaks_no_text() -> None:
    error = StopRun("api-error", reason="\x1b[31m{0.__class__}\u202e {")
    for language in LANGUAGES:
        assert "{0.__class__}" in error.what_in(language)
        assert error.what_in(language).isprintable()


def test_a_message_nobody_knows_is_a_fault_at_once() -> None:
    with pytest.raises(KeyError):
        StopRun("no-such-message")


def test_an_error_that_was_stored_with_words_by_language_keeps_them() -> None:
    params = {"tries": 3, "what": {"de": "nichts", "en": "nothing"}, "remedy": {"en": "Wait."}}
    stored = errors.from_json({"id": "tries-spent", "where": "", "params": params})
    assert stored is not None
    assert stored.text("de") == "nichts, 3 Mal. Wait."
    assert stored.text("en") == "nothing, 3 times. Wait."
