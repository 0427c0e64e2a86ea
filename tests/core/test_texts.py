"""Texts in the reader's language: catalogues, plural forms, and what nobody translated."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import mofile, pofile

from hanse_harvesters import texts
from hanse_harvesters.texts import CORE, Domain, Text
from hanse_schemas import language
from hanse_schemas.language import pick

_POLISH = """
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgctxt "number"
msgid "1,234.5"
msgstr "1 234,5"

msgctxt "empty list"
msgid "none"
msgstr "brak"

msgctxt "files found"
msgid "{number:,} file"
msgid_plural "{number:,} files"
msgstr[0] "{number:,} plik"
msgstr[1] "{number:,} pliki"
msgstr[2] "{number:,} plików"

msgctxt "some-rule message"
msgid "after {seconds:g} second"
msgid_plural "after {seconds:g} seconds"
msgstr[0] "po {seconds:g} sekundzie"
msgstr[1] "po {seconds:g} sekundy"
msgstr[2] "po {seconds:g} sekundach"

msgid "known: {known}"
msgstr "znane: {known}"
"""  # noqa: E501 - a plural rule is one line


@pytest.fixture
def polish(tmp_path: Path) -> Iterator[Path]:
    """A folder with a Polish catalogue of the core."""
    file = tmp_path / "pl" / "LC_MESSAGES" / "hanse_harvesters.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as written:
        mofile.write_mo(written, pofile.read_po(BytesIO(_POLISH.encode()), locale="pl"))
    texts.add_folder(tmp_path)
    yield tmp_path
    texts.remove_folder(tmp_path)


@pytest.fixture
def german_site() -> Iterator[None]:
    language.set_default("de_DE")
    yield
    language.set_default("")


def test_german_and_english_are_shipped() -> None:
    assert {"de", "en"} <= set(CORE.languages())


def test_a_folder_with_a_catalogue_adds_a_language(polish: Path) -> None:
    assert "pl" in CORE.languages()
    assert CORE.texts("pl").gettext("known: {known}", known=[]) == "znane: brak"
    assert CORE.texts("pl-PL").language == "pl"
    assert CORE.texts("de").gettext("known: {known}", known=[]) == "known: keine"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 plik"), (2, "2 pliki"), (5, "5 plików"), (12_345, "12 345 plików")],
)
def test_a_number_decides_the_form(polish: Path, number: int, said: str) -> None:
    found = CORE.texts("pl").npgettext("files found", "{number:,} file", "{number:,} files", number)
    assert found == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "po 1 sekundzie"), (7, "po 7 sekundach"), (2.5, "po 2,5 sekundy")]
)
def test_a_text_of_a_file_counts(polish: Path, seconds: float, said: str) -> None:
    entry = {
        "count": "seconds",
        "one": "after {seconds:g} second",
        "other": "after {seconds:g} seconds",
    }
    text = Text.of(CORE, "some-rule", "message", entry)
    assert text.filled("pl", {"seconds": seconds}) == said
    assert text.filled("en", {"seconds": 1}) == "after 1 second"


def test_a_language_nobody_translated_is_the_default_else_english(german_site: None) -> None:
    assert CORE.supported("nds") == "de"
    assert CORE.supported("en-GB") == "en"
    language.set_default("sv")
    assert CORE.supported("nds") == "en"
    assert CORE.supported("../../de") == "en"


def test_labels_of_the_table_follow_the_same_rule(german_site: None) -> None:
    assert pick({"de": "Titel", "en": "Title", "pl": "Tytuł"}, "pl") == "Tytuł"
    assert pick({"de": "Titel", "en": "Title"}, "pl") == "Titel"
    language.set_default("")
    assert pick({"de": "Titel", "en": "Title"}, "pl") == "Title"
    assert pick({"de": "Titel", "en": ""}, "pl") == "Titel"
    assert pick({}, "pl") == ""


def test_packages_keep_their_texts_apart(polish: Path) -> None:
    other = Domain("another", polish)
    assert other.languages() == ("en",)
    assert other.texts("pl").gettext("known: {known}", known=["a", "b"]) == "known: a, b"


def test_a_text_that_is_not_translated_is_english(polish: Path) -> None:
    assert CORE.texts("pl").pgettext("no", "So {x}.", x="\x1b[31m{y}") == "So  [31m{y}."
