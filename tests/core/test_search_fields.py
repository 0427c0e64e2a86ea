"""What of a dataset is indexed, how a query is read, and that Solr's files agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ckanext.hanse.search import plan
from ckanext.hanse.search.document import search_fields, spelling, years
from ckanext.hanse.search.query import (
    FIELD_BOOSTS,
    FIELDS,
    before_dataset_search,
    names_fields,
    only_words,
    plain_words,
)
from hanse_schemas.table import classes

CONF = Path(__file__).parents[2] / "config" / "services" / "solr" / "conf"
FULL: dict[str, Any] = {
    "id": "1f0c",
    "name": "baumkataster",
    "title": "Baumkataster",
    "title_translated": {"de": "Baumkataster", "en": "Register of trees", "pl": "Drzewa Gdańska"},
    "notes": "Alle Straßenbäume, in jedem Frühling gezählt.",
    "tags": [{"name": "Straßenbaum"}, {"name": "Kita"}],
    "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    "publisher": [{"name": "Grünflächenamt"}],
    "organization": {"title": "Lübeck"},
    "license_id": "http://dcat-ap.de/def/licenses/cc-by",
    "issued": "2019-05-06",
    "resources": [
        {"name": "Tabelle", "format": "CSV", "license": "http://dcat-ap.de/def/licenses/cc-zero"},
        {"name": "Karte", "format": "WMS", "license": "http://dcat-ap.de/def/licenses/cc-zero"},
    ],
}


def declared() -> dict[str, ElementTree.Element]:
    schema = ElementTree.parse(CONF / "schema.xml")
    return {str(field.get("name")): field for field in schema.iter("field")}


def test_every_field_that_is_asked_or_filled_is_declared() -> None:
    assert set(FIELD_BOOSTS) <= set(declared())
    assert set(search_fields(FULL)) <= set(declared())


def test_every_field_that_is_asked_is_filled() -> None:
    assert set(FIELD_BOOSTS) <= set(search_fields(FULL))


def test_solr_lets_a_query_name_the_same_fields_as_we_do() -> None:
    config = ElementTree.parse(CONF / "solrconfig.xml")
    allowed = config.find(".//str[@name='uf']")
    assert allowed is not None
    assert sorted(str(allowed.text).split()) == sorted([*FIELDS, "subject"])


def test_phrases_need_positions() -> None:
    assert not [name for name, field in declared().items() if field.get("omitTermFreqAndPositions")]


def test_languages_go_to_their_own_fields() -> None:
    fields = search_fields(FULL)
    assert fields["title_x"] == ["Baumkataster", "Register of trees", "Drzewa Gdańska"]
    assert fields["title_de"] == ["Baumkataster", "Drzewa Gdańska"]
    assert fields["title_en"] == ["Register of trees"]
    assert fields["title_parts"] == ["baum kataster"]


def test_nothing_empty_is_sent() -> None:
    fields = search_fields({"title": "Häuser", "name": "x"})
    assert all(fields.values())
    assert not {"title_en", "tags_x", "hanse_theme", "hanse_year", "org_x"} & set(fields)


EVERYTHING: dict[str, Any] = {
    **FULL,
    "tags_translated": {"en": ["tree"]},
    "temporal_coverage": [{"start": "2018", "end": "2019"}],
    "modified": "2020-01-01",
    "hvd_category": ["http://data.europa.eu/bna/c_dd313021"],
    "spatial_coverage": [{"text": "Altstadt"}],
    "geocoding_description": "Am Hafen",
    "custodian": [{"name": "Bauamt", "name_translated": {"en": "Building office"}}],
    "identifier": "https://daten.example/b-1",
    "other_identifiers": ["b/2"],
    "resources": [
        {**resource, "description": "Alle Linden", "access_services": [{"title": "Baumdienst"}]}
        for resource in FULL["resources"]
    ],
}


def renamed(entity: Any, names: dict[str, str]) -> Any:
    """A dataset with every field of the table under another name."""
    if isinstance(entity, list):
        return [renamed(item, names) for item in entity]
    if not isinstance(entity, dict):
        return entity
    bare = {key: key.removesuffix("_translated") for key in entity}
    return {
        names.get(bare[key], bare[key]) + key.removeprefix(bare[key]): renamed(value, names)
        for key, value in entity.items()
    }


def test_no_field_is_known_but_by_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = search_fields(EVERYTHING), spelling(EVERYTHING)
    known = classes()
    names = {prop.field: f"x_{prop.field}" for cls in known.values() for prop in cls.properties}
    other = {
        name: replace(
            cls,
            properties=tuple(replace(prop, field=names[prop.field]) for prop in cls.properties),
        )
        for name, cls in known.items()
    }
    ours = ("id", "name", "organization")
    dataset = renamed({k: v for k, v in EVERYTHING.items() if k not in ours}, names)
    dataset["x_tags"] = FULL["tags"]  # how CKAN keeps a keyword is no field
    dataset |= {key: EVERYTHING[key] for key in ours}
    monkeypatch.setattr(plan, "classes", lambda: other)
    plan.plan_of.cache_clear()
    try:
        assert (search_fields(dataset), spelling(dataset)) == expected
    finally:
        plan.plan_of.cache_clear()


def test_everything_of_a_dataset_goes_where_the_table_says() -> None:
    fields = search_fields(EVERYTHING)
    assert {"Altstadt", "Am Hafen", "Alle Linden", "Baumdienst"} <= set(fields["text"])
    assert "Environment" in fields["text_en"]
    assert fields["org_x"] == ["Lübeck", "Grünflächenamt", "Building office", "Bauamt"]
    assert fields["ids_x"] == ["baumkataster", "1f0c", "b-1", "2"]
    assert fields["res_de"] == ["Tabelle", "Karte", "CSV", "WMS"]
    assert fields["hanse_year"] == ["2018", "2019"]


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({"temporal_coverage": [{"start": "2019-03-01", "end": "2021"}]}, "2019 2020 2021"),
        ({"temporal_coverage": [{"start": "2019"}], "modified": "2021-01-01"}, "2019 2020 2021"),
        ({"temporal_coverage": [{"start": "2019"}]}, "2019"),
        ({"temporal_coverage": [{"end": "2018-12-31T00:00:00Z"}]}, "2018"),
        ({"temporal_coverage": [{"start": "2001"}, {"start": "1999", "end": "1999"}]}, "1999 2001"),
        ({"temporal_coverage": [{"start": "2021", "end": "2019"}]}, "2019 2020 2021"),
        ({"temporal_coverage": [{"start": "0001", "end": "9999"}]}, "0001 9999"),
        ({"temporal_coverage": [{"start": "gestern"}], "issued": "2020"}, "2020"),
        ({"issued": "2017-01-01", "modified": "2022-01-01"}, "2017"),
        ({"modified": "2022-01-01"}, "2022"),
        ({}, ""),
    ],
)
def test_years(dataset: dict[str, Any], expected: str) -> None:
    assert years(dataset) == expected.split()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Rostock:Straßen", "Rostock Straßen"),
        ("Stadtplan - Rostock", "Stadtplan Rostock"),
        ("Wo gibt es Bäume?", "Bäume"),
        ("der die das", "der die das"),
        ("Baum-Kataster", '"Baum-Kataster"'),
        ('"Bäume in Lübeck"', '"Bäume in Lübeck"'),
        ("Baum -Kataster", "Baum -Kataster"),
        ("Baum OR Kita", "Baum OR Kita"),
        ("Baum OR", "Baum"),
        ("AND Bäume in Lübeck AND NOT", "Bäume Lübeck"),
        ("OR", "OR"),
        ("Baum*", "Baum*"),
        ("*", ""),
        ("C++", "C++"),
    ],
)
def test_what_people_type(typed: str, asked: str) -> None:
    assert plain_words(typed) == asked


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ('owner_org:"b7"', True),
        ("name:a OR name:b", True),
        ("+organization:x", True),
        ("(tags:a AND res_format:CSV)", True),
        ("metadata_modified:[NOW-1DAY TO *}", True),
        ("extras_guid:abc", True),
        ("*:*", True),
        ("Rostock:Straßen", False),
        ("12:30", False),
        ("title: Baum", False),
        ("subtitle:Baum", False),
        ("https://example.org/name:x", False),
        ('title:"Baum', False),
        ("title:(Baum", False),
        ("title:Baum AND", False),
    ],
)
def test_only_a_program_names_fields(query: str, fields: bool) -> None:
    assert names_fields(query) is fields


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"q": ""},
        {"q": "{!lucene}x"},
        {"q": "Baum", "qf": "title"},
        {"q": "Baum", "defType": "lucene"},
        {"q": 'owner_org:"b7"', "fq": "tags:a"},
    ],
)
def test_who_says_how_to_ask_is_left_alone(given: dict[str, Any]) -> None:
    assert before_dataset_search(dict(given)) == given


def test_filters_are_not_touched() -> None:
    given = {"q": "Baum", "fq": '+site_id:"x" +capacity:public', "fq_list": ["+state:active"]}
    asked = before_dataset_search(dict(given))
    assert {key: asked[key] for key in given} == given


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Bäume in Lübeck?", ["Bäume", "Lübeck"]),
        ("Baum-Kataster", ["Baum", "Kataster"]),
        ("wo ist was", ["wo", "ist", "was"]),
        ("Rostock:Straßen", ["Rostock", "Straßen"]),
        ("title:Baum", []),
        ('"Alter Hafen"', []),
        ("Baum -Kataster", []),
        ("Baum OR Haus", []),
        ("Baum OR", ["Baum"]),
        ("Ba?m", []),
        ("Baum*", []),
        ("Baum~", []),
        ("", []),
    ],
)
def test_typos_are_looked_for_in_plain_words_only(query: str, words: list[str]) -> None:
    assert only_words(query) == words


def test_the_dictionary_holds_what_people_may_have_meant() -> None:
    words = " ".join(search_fields(FULL)["spell"])
    for text in ("Baumkataster", "Register of trees", "Straßenbäume", "Grünflächenamt", "Lübeck"):
        assert text in words


@pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}, {"state": "deleted"}])
def test_the_dictionary_holds_no_word_of_a_hidden_dataset(hidden: dict[str, Any]) -> None:
    assert "spell" not in search_fields({**FULL, **hidden})
