"""Fields in words: no path of ours is shown to a person."""

from __future__ import annotations

import re

import pytest

from hanse_harvesters.field_label import field_label
from hanse_harvesters.issue import issue, rules
from hanse_schemas.table import classes


@pytest.mark.parametrize(
    ("path", "german", "english"),
    [
        ("publisher[0]", "Herausgeber", "Publisher"),
        ("resources[1].mimetype", "Datei 2: Medientyp", "File 2: Media type"),
        ("resources[1]", "Datei 2", "File 2"),
        ("resources[].license", "Datei: Lizenz", "File: Licence"),
        ("resources[9f0c-17].license", "Datei: Lizenz", "File: Licence"),
        ("resources.availability", "Dateien: Verfügbarkeit", "Files: Availability"),
        ("contact[0].email", "Kontakt: E-Mail", "Contact: E-mail"),
        ("contact[1].email", "Kontakt 2: E-Mail", "Contact 2: E-mail"),
        ("title_translated.en", "Titel (en)", "Title (en)"),
        ("resources[0].hash", "Datei 1: Prüfsumme", "File 1: Checksum"),
        ("", "", ""),
        ("extras.geo]x", "extras.geo]x", "extras.geo]x"),
        ("relationships_as_object", "relationships_as_object", "relationships_as_object"),
    ],
)
def test_a_path_in_words(path: str, german: str, english: str) -> None:
    assert field_label(path, "de") == german
    assert field_label(path, "en") == english


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_field_of_the_table_has_words(language: str) -> None:
    """Whatever the form or an issue can be about, at the top, in a file and in nested objects."""
    for name, before in (("dataset", ""), ("distribution", "resources[2].")):
        for prop in classes()[name].properties:
            words = field_label(before + prop.field, language)
            assert words != before + prop.field, prop.field
            assert not re.search(r"[\[\]_]", words), words
            if prop.kind == "object" and not prop.flatten:
                for inner in sorted(classes()[prop.of].keys()):
                    nested = field_label(f"{before}{prop.field}[0].{inner}", language)
                    assert ": " in nested, inner


def test_messages_speak_of_the_field_in_words() -> None:
    said = issue("email-invalid", "contact[0].email", "bei-uns")
    assert said.message("de").startswith("„bei-uns“ in „Kontakt: E-Mail“")
    assert said.as_json("en")["field_label"] == "Contact: E-mail"
    assert said.as_json("en")["field"] == "contact[0].email"


@pytest.mark.parametrize("rule", rules())
def test_a_rule_has_a_short_name_without_places_to_fill(rule: str) -> None:
    for language in ("de", "en"):
        words = rules()[rule].short_in(language)
        assert words != rule, "rules.yaml: short is missing"
        assert not re.search(r"[{}…]|„“|“”", words)


@pytest.mark.parametrize("rule", [rule.id for rule in rules().values() if rule.correct])
def test_the_remedy_for_a_dataset_of_the_form_names_no_portal(rule: str) -> None:
    """Of what can be wrong with a field that the form has."""
    said = issue(rule, "resources[0].license", "x")
    for language in ("de", "en"):
        words = said.form_remedy(language)
        assert words
        assert not re.search(r"\b[Pp]ortals?\b|\([a-z]+:[A-Za-z]+\)|\bRDF\b", words), words
