"""Where the specification says what an issue names."""

from __future__ import annotations

import pytest

from hanse_harvesters.issue import rules
from hanse_harvesters.reference import reference

SPEC = "DCAT-AP.de 3.0, "


@pytest.mark.parametrize(
    ("field", "of", "words"),
    [
        ("resources", "dataset", "dcat:Dataset, dcat:distribution"),
        ("resources[1].license", "dataset", "dcat:Distribution, dcterms:license"),
        ("resources[0].checksum.value", "dataset", "spdx:Checksum, spdx:checksumValue"),
        ("contact[0]", "dataset", "vcard:Kind"),
        ("contact[0].email", "dataset", "vcard:Kind, vcard:hasEmail"),
        ("publisher", "dataset", "dcat:Dataset, dcterms:publisher"),
        ("publisher", "catalog", "dcat:Catalog, dcterms:publisher"),
        ("notes", "catalog", "dcat:Catalog, dcterms:description"),
    ],
)
def test_a_field_is_named_by_class_and_term(field: str, of: str, words: str) -> None:
    found = reference("mandatory-missing", field, "en", of=of)
    assert found["reference"] == SPEC + words
    assert found["reference_url"].startswith("https://www.dcat-ap.de/")


def test_conventions_and_acts_are_named_in_the_readers_language() -> None:
    assert reference("identifier-several", "identifier", "de")["reference"].endswith("K26")
    german, english = (reference("hvd-api-missing", "", lang)["reference"] for lang in ("de", "en"))
    assert "2023/138" in german
    assert "2023/138" in english
    assert german != english


def test_what_no_specification_asks_for_has_no_reference() -> None:
    assert reference("page-cap", "", "de") == {}
    assert reference("mandatory-missing", "ein_feld_des_portals", "de") == {}


def test_remedies_leave_the_terms_to_the_reference() -> None:
    """A colleague's note has no IRIs of properties; who needs them finds them beside it."""
    asks_for_a_term = ("identifier-several", "geometry-bare")
    for rule in rules().values():
        if reference(rule.id, "title", "en") and rule.id not in asks_for_a_term:
            assert "(dc" not in rule.remedy.one, rule.id
            assert rule.id == "property-misplaced" or "{term}" not in rule.remedy.one, rule.id
