"""Our catalogues: whole, sure, compiled, and true to the places to fill."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages import Message, pofile

from hanse_harvesters.issue import rules
from hanse_harvesters.messages import messages

ROOT = Path(__file__).parents[2]
GERMAN = sorted(ROOT.glob("*/i18n/de/LC_MESSAGES/*.po"))
CORE = ROOT / "harvesters" / "i18n" / "de" / "LC_MESSAGES" / "hanse_harvesters.po"
_PLACE = re.compile(r"\{\w+[^{}]*\}|%\(\w+\)[a-z]")


def entries(file: Path) -> dict[tuple[str | None, str], Message]:
    with file.open("rb") as readable:
        found = pofile.read_po(readable)
    return {(entry.context, forms(entry.id)[0]): entry for entry in found if entry.id}


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("file", GERMAN, ids=lambda file: file.stem)
def test_every_text_is_translated_for_sure_with_the_same_places_to_fill(file: Path) -> None:
    found = entries(file)
    assert len(found) > 100
    for entry in found.values():
        assert all(forms(entry.string)), entry.id
        assert not entry.fuzzy, entry.id
        wanted = set(_PLACE.findall(forms(entry.id)[-1]))
        for form in forms(entry.string)[-1:]:
            assert set(_PLACE.findall(form)) == wanted, entry.id
        for form in (*forms(entry.id), *forms(entry.string)):
            assert set(_PLACE.findall(form)) <= wanted, entry.id


@pytest.mark.parametrize("file", GERMAN, ids=lambda file: file.stem)
def test_no_plural_is_written_with_brackets(file: Path) -> None:
    foreign = (ROOT / "ckanext-hanse" / "i18n" / "ckan_texts.txt").read_text(encoding="utf-8")
    for entry in entries(file).values():
        if f'"{forms(entry.id)[0]}"' in foreign:  # CKAN's own words
            continue
        for form in (*forms(entry.id), *forms(entry.string)):
            assert not re.search(r"[a-zäöü]\((s|es|e|n|en)\)|[a-z]/(n|en|s)\b", form), form


@pytest.mark.parametrize("file", GERMAN, ids=lambda file: file.stem)
def test_it_holds_what_the_template_does_and_nothing_else(file: Path) -> None:
    template = file.parents[2] / f"{file.stem}.pot"
    assert entries(file).keys() == entries(template).keys()


@pytest.mark.parametrize("file", GERMAN, ids=lambda file: file.stem)
def test_what_is_compiled_is_what_was_written(file: Path) -> None:
    with file.with_suffix(".mo").open("rb") as readable:
        compiled = gettext.GNUTranslations(readable)
    for (context, one), entry in entries(file).items():
        several = forms(entry.id)[-1]
        for number, form in enumerate(forms(entry.string), 1):
            said = (
                compiled.npgettext(context, one, several, number)
                if context
                else compiled.ngettext(one, several, number)
            )
            plain = compiled.pgettext(context, one) if context else compiled.gettext(one)
            assert form in (said, plain), one


def test_every_rule_and_every_error_is_in_it_by_its_id() -> None:
    texts = [
        text
        for rule in rules().values()
        for text in (rule.message, rule.remedy, rule.form, rule.short)
    ]
    texts += [text for message in messages().values() for text in (message.whats, message.remedies)]
    wanted = {(text.context, text.one) for text in texts if text}
    assert wanted <= entries(CORE).keys()
