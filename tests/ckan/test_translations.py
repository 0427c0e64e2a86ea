"""Every text of ours has its German, and what is compiled is what is written."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "ckanext-hanse"
GERMAN = SOURCE / "i18n/de/LC_MESSAGES/ckanext-hanse.po"


@pytest.fixture(scope="module")
def german() -> Catalog:
    """The German catalogue."""
    with GERMAN.open("rb") as file:
        return read_po(file, locale="de")


def _used() -> Iterator[tuple[str, str | None]]:
    """Every text and its context, as ``make i18n`` finds them."""
    spec = importlib.util.spec_from_file_location("yaml_texts", ROOT / "tools/yaml_texts.py")
    assert spec
    assert spec.loader
    of_yaml = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(of_yaml)
    methods: list[Any] = [
        ("**.py", "python"),
        ("templates/**.html", "ckan"),
        ("**/words.yaml", of_yaml.extract),
    ]
    for _file, _line, message, _comments, context in extract_from_dir(str(SOURCE), methods):
        yield message[0] if isinstance(message, tuple) else message, context


def _texts(message: Message) -> tuple[str, ...]:
    found = message.string
    return tuple(found) if isinstance(found, (tuple, list)) else (str(found),)


def test_every_text_is_translated(german: Catalog) -> None:
    """What code and templates say, extracted now: in the catalogue, and not empty or fuzzy."""
    missing = [
        text
        for text, context in set(_used())
        if not (found := german.get(text, context)) or found.fuzzy or not all(_texts(found))
    ]
    assert sorted(missing) == []


def test_translations_keep_their_placeholders(german: Catalog) -> None:
    """Every {name} of a text stands in its translation, and no other."""
    wrong = []
    for message in german:
        if not message.id:
            continue
        source = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        wanted = {part.split("}")[0] for part in source.split("{")[1:]}
        for text in _texts(message):
            if {part.split("}")[0] for part in text.split("{")[1:]} != wanted:
                wrong.append(source)
    assert wrong == []


def test_the_compiled_catalogue_is_fresh(german: Catalog) -> None:
    """The .mo beside it was made from it (make i18n)."""
    made = io.BytesIO()
    write_mo(made, german)
    assert GERMAN.with_suffix(".mo").read_bytes() == made.getvalue()
