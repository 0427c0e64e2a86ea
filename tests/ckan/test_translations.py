"""Every text of ours has its German, and what is compiled is what is written."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
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


#: What of CKAN and its plugins can be seen here.
SHOWN = (
    *("ckan/templates", "ckan/public/base/javascript", "ckan/lib/navl", "ckan/logic/validators.py"),
    *("ckanext/activity/templates", "ckanext/datatablesview/templates", "ckanext/xloader"),
    *("ckanext/datastore/templates", "ckanext/scheming/templates"),
    "ckanext/scheming/validation.py",
)
#: And what cannot: groups, collaborators, fields that our form does not have, other versions.
HIDDEN = (
    *("/group/", "/group_changes/", "/collaborators/", "group_list.html"),
    *("changes/author", "changes/maintainer", "/social.html", "/bulk_process.html", "/home/"),
)


def _of_ckan() -> Iterator[str]:
    """The texts of CKAN's own pages that are shown on ours, as the installed CKAN has them."""
    packages = Path(ckan.__file__).parents[1]
    methods = {".py": "python", ".html": "ckan", ".js": "javascript"}
    for place in SHOWN:
        top = packages / place
        for file in (top,) if top.is_file() else sorted(top.rglob("*.*")):
            path = str(file)
            template = path.partition("/templates/")[2]
            if any(part in path for part in (*HIDDEN, "/vendor/", "/tests/")):
                continue
            if file.suffix not in methods or _is_replaced(template):
                continue
            for _line, message, _comments, _context in extract_from_file(
                methods[file.suffix], path
            ):
                yield message[0] if isinstance(message, tuple) else message


def _is_replaced(template: str) -> bool:
    """Whether a template of ours stands for one of CKAN's, and takes over nothing of it."""
    ours = SOURCE / "templates" / template
    return ours.is_file() and "{% ckan_extends %}" not in ours.read_text()


def test_texts_of_ckan_are_translated(german: Catalog) -> None:
    """By CKAN, else by us: add to i18n/ckan_texts.txt what an upgrade brings."""
    file = Path(ckan.__file__).parent / "i18n" / "de" / "LC_MESSAGES" / "ckan.po"
    theirs = read_po(file.open("rb"), locale="de")
    missing = {
        text
        for text in _of_ckan()
        if not any((found := known.get(text)) and all(_texts(found)) for known in (theirs, german))
    }
    assert sorted(missing) == []


def test_scripts_of_ckan_are_translated(site: Any) -> None:
    """What a browser asks for has been made, with ours in it (``ckan translation js``)."""
    texts = site.get("/api/i18n/de").json
    assert texts["Cancel"] == [None, "Abbrechen"]
    assert texts["Please Confirm"] == [None, "Bitte bestätigen"]


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
