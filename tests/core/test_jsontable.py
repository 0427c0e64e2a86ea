"""JSON records mapped by a table: paths, alternatives, objects, and what has no field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.mapping.jsontable import JsonPath, JsonTable, read


def _read(record: Any, **fields: Any) -> dict[str, Any]:
    return read(record, JsonTable.of({"fields": fields})).dataset


def test_a_path_of_names_passes_over_lists() -> None:
    found = JsonPath.of("files.url").find({"files": [{"url": "a"}, {}, {"url": ["b", ""]}]})

    assert [value for _, value in found] == ["a", "b"]


def test_a_jsonpath_finds_what_its_filter_says() -> None:
    record = {"links": [{"rel": "self", "href": "a"}, {"rel": "license", "href": "b"}]}

    assert _read(record, license_id="$.links[?@.rel == 'license'].href") == {"license_id": "b"}


@pytest.mark.parametrize("path", ["a..b", ".a", "$.a[", "$.a[?f(@)]"])
def test_a_path_that_is_none_is_named(path: str) -> None:
    with pytest.raises(ConfigError) as refused:
        JsonTable.of({"fields": {"title": path}})

    assert path in refused.value.text("de")


def test_a_field_that_the_schema_does_not_have_is_named() -> None:
    with pytest.raises(ConfigError) as refused:
        JsonTable.of({"fields": {"titel": "name"}}, "sources.yaml:7")

    assert "titel" in refused.value.text("de")
    assert "title" in refused.value.text("de")
    assert "publisher" not in refused.value.text("de")  # those that come near are enough


def test_the_first_of_several_paths_that_has_a_value_counts() -> None:
    assert _read({"a": None, "b": "", "c": "Bäume"}, title=["a", "b", "c"]) == {"title": "Bäume"}


def test_a_field_of_several_values_takes_them_from_all_paths() -> None:
    assert _read({"a": ["x"], "b": "y"}, language=["a", "b"]) == {"language": ["x", "y"]}


def test_translations_of_a_text_are_kept() -> None:
    found = _read({"name": {"de": "Bäume", "en": "Trees"}}, title="name")

    assert found == {"title_translated": {"de": "Bäume", "en": "Trees"}}


def test_of_translations_one_is_taken_where_a_field_has_none() -> None:
    record = {
        "page": {"en": "https://stadt.example/en", "fr": "https://stadt.example/fr"},
        "limits": {"fr": "Licence ouverte", "es": None},
    }
    table = JsonTable.of({"fields": {"url": "page", "rights": "limits"}})
    found = read(record, table)

    assert found.dataset == {"url": "https://stadt.example/en", "rights": "Licence ouverte"}
    assert json.loads(found.unknown) == {"page.fr": ["https://stadt.example/fr"]}


def test_objects_with_a_condition_become_the_objects_of_a_field() -> None:
    record = {
        "links": [
            {"rel": "item", "href": "https://stadt.example/a.csv", "type": "text/csv"},
            {"rel": "self", "href": "https://stadt.example/me"},
        ]
    }
    entry = {
        "each": "links",
        "where": {"rel": ["item", "enclosure"]},
        "fields": {"download_url": "href", "mimetype": "type"},
    }
    found = read(record, JsonTable.of({"fields": {"resources": entry}}))

    assert found.dataset["resources"] == [
        {
            "access_url": "https://stadt.example/a.csv",
            "download_url": "https://stadt.example/a.csv",
            "mimetype": "text/csv",
        }
    ]
    assert json.loads(found.unknown) == {
        "links.rel": ["self"],
        "links.href": ["https://stadt.example/me"],
    }


def test_a_bare_value_stands_for_an_object() -> None:
    entry = {"each": "publisher", "fields": {"name": "name"}}

    assert _read({"publisher": "Stadt"}, publisher=entry) == {"publisher": ["Stadt"]}
    assert _read({"publisher": {"name": "Stadt"}}, publisher=entry) == {
        "publisher": [{"name": "Stadt"}]
    }


def test_values_are_translated_and_unknown_ones_stay() -> None:
    entry = {"path": "level", "values": {"public": "PUBLIC"}}

    assert _read({"level": "Public"}, access_rights=entry) == {"access_rights": "PUBLIC"}
    assert _read({"level": "secret"}, access_rights=entry) == {"access_rights": "secret"}


def test_a_text_is_made_of_values_and_missing_where_one_is() -> None:
    entry = {"text": "https://stadt.example/daten/{id}"}

    assert _read({"id": 7}, url=entry) == {"url": "https://stadt.example/daten/7"}
    assert _read({"id": None}, url=entry) == {}


def test_what_has_no_field_is_kept_with_its_path() -> None:
    record = {"title": "Bäume", "more": {"a": [1, {"b": False}]}, "none": None, "type": "x"}
    table = JsonTable.of({"fields": {"title": "title"}, "ignored": ["type"]})

    assert json.loads(read(record, table).unknown) == {"more.a": [1], "more.a.b": [False]}


def test_further_values_of_a_field_that_holds_one_are_kept() -> None:
    found = read({"names": ["A", "B"]}, JsonTable.of({"fields": {"version": "names"}}))

    assert found.dataset == {"version": "A"}
    assert json.loads(found.unknown) == {"names": ["B"]}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("Stadtgebiet", {"text": "Stadtgebiet"}),
        ("-10,50,11,54", {"geom": "-10,50,11,54"}),
        ({"type": "Point", "coordinates": [13, 54]}, None),
        ({"prefLabel": "Hafen"}, {"text": "Hafen"}),
    ],
)
def test_a_place_is_read_in_every_notation(value: Any, place: dict[str, Any] | None) -> None:
    entry = {"each": "spatial", "as": "place", "fields": {"text": "prefLabel"}}
    found = _read({"spatial": value}, spatial_coverage=entry)["spatial_coverage"]

    assert found == [place or {"geom": json.dumps(value)}]


def test_a_period_with_open_ends_has_the_others() -> None:
    entry = {"path": "time", "as": "interval"}

    assert _read({"time": ["2024-01-01", ".."]}, temporal_coverage=entry) == {
        "temporal_coverage": [{"start": "2024-01-01"}]
    }
