"""A source in another language than the site's: its texts keep theirs."""

from __future__ import annotations

from typing import Any

import pytest

from hanse_harvesters.normalise import normalise
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings


def _read(dataset: dict[str, Any], language: str, site: str = "de") -> dict[str, Any]:
    source = SourceSettings(
        "gdansk", "ckan", "https://ckan.example", "gdansk", language=language, site_language=site
    )
    record = Record(identity="x", dataset=dataset)
    normalise(record, source)
    return record.dataset


def _given(**more: Any) -> dict[str, Any]:
    return {
        "title": "Przystanki tramwajowe",
        "tags": [{"name": "komunikacja"}],
        "contact": [{"name": "Urząd Miejski"}],
        "resources": [{"url": "https://x.example/a.csv", "name": "Plik"}],
        **more,
    }


def test_untagged_texts_are_in_the_language_of_the_source() -> None:
    found = _read(_given(), "pl")
    assert found["title"] == "Przystanki tramwajowe"
    assert found["title_translated"] == {"pl": "Przystanki tramwajowe"}
    assert found["tags"] == [{"name": "komunikacja"}]
    assert found["tags_translated"] == {"pl": ["komunikacja"]}
    assert found["resources"][0]["name_translated"] == {"pl": "Plik"}
    # A vCard has one name (vcard:fn), whatever its language.
    assert "name_translated" not in found["contact"][0]


def test_a_translation_into_the_sites_language_is_the_plain_text() -> None:
    found = _read(_given(title_translated={"de": "Haltestellen", "en": "Stops"}), "pl")
    assert found["title"] == "Haltestellen"
    assert found["title_translated"] == {
        "de": "Haltestellen",
        "en": "Stops",
        "pl": "Przystanki tramwajowe",
    }


@pytest.mark.parametrize(("language", "site"), [("de", "de"), ("pl", "pl")])
def test_the_sites_own_language_needs_no_mark(language: str, site: str) -> None:
    assert not [key for key in _read(_given(), language, site) if key.endswith("_translated")]


def test_what_the_source_tags_is_not_tagged_again() -> None:
    texts = {"fi": "Pysäköintialueet", "sv": "Parkeringsområden"}
    found = _read(_given(title="Pysäköintialueet", title_translated=texts), "fi")
    assert found["title_translated"] == texts
