"""``package_show`` of German CKANs → our dataset: Rostock, GovData, ckanext-dcat, scheming."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from profiles import examples

from hanse_harvesters.errors import SkipRecord
from hanse_harvesters.mapping.ckan_keys import page
from hanse_harvesters.mapping.ckan_package import read_package
from hanse_harvesters.mapping.result import ReadResult

PORTAL = "https://daten.example/portal"


def extras(**values: Any) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def rules(result: ReadResult) -> list[str]:
    return [item.rule for item in result.issues]


#: As OpenData.HRO writes a record: OGD groups, extras, JSON inside an extra.
ROSTOCK: dict[str, Any] = {
    "id": "4711",
    "name": "baumkataster",
    "title": "Baumkataster",
    "notes": "Alle Straßenbäume",
    "state": "active",
    "private": False,
    "url": None,
    "author": "Amt für Stadtgrün",
    "author_email": "gruen@stadt.example",
    "maintainer": "Katasteramt",
    "maintainer_email": "geo@stadt.example",
    "license_id": "cc-zero",
    "license_title": "Creative Commons CCZero",
    "metadata_created": "2016-05-01T10:00:00.1",
    "metadata_modified": "2024-05-01T10:00:00.1",
    "organization": {"name": "stadt", "title": "Hansestadt am Meer"},
    "groups": [{"name": "umwelt_klima", "title": "Umwelt und Klima"}],
    "tags": [{"name": "baum", "display_name": "Baum"}],
    "extras": extras(
        spatial='{"type":"multipolygon","coordinates":[[[[12,54],[12,55],[13,55],[12,54]]]]}',
        spatial_text="Altstadt",
        temporal_coverage_from="2016-01-01",
        temporal_coverage_to="2024-12-31",
        terms_of_use=json.dumps({"license_id": "cc-zero", "attribution_text": "Hansestadt"}),
    ),
    "resources": [
        {
            "id": "r1",
            "name": "Bäume als CSV",
            "url": "https://geo.example/baeume.csv",
            "format": "CSV",
            "mimetype": "text/csv",
            "size": 1234,
            "hash": "sha256:9e107d9d",
            "created": "2016-05-01T10:00:00",
            "last_modified": "2024-05-01T10:00:00",
            "state": "active",
            "datastore_active": False,
        }
    ],
}


def test_a_record_as_rostock_writes_it() -> None:
    result = read_package(ROSTOCK, base_url=f"{PORTAL}/api/3/action")
    dataset = result.dataset
    # The IRI that CKAN's own RDF has for it, as a harvest over RDF would keep it.
    assert result.identity == dataset["uri"] == f"{PORTAL}/dataset/4711"
    assert result.unknown == ""
    assert rules(result) == ["publisher-from-organization"]
    assert dataset["publisher"] == [{"name": "Hansestadt am Meer"}]
    assert dataset["creator"] == [{"name": "Amt für Stadtgrün", "email": "gruen@stadt.example"}]
    assert dataset["contact"] == [{"name": "Katasteramt", "email": "geo@stadt.example"}]
    assert dataset["theme"] == ["umwelt_klima"]
    assert dataset["tags"] == [{"name": "Baum"}]
    assert dataset["temporal_coverage"] == [{"start": "2016-01-01", "end": "2024-12-31"}]
    (place,) = dataset["spatial_coverage"]
    assert place["text"] == "Altstadt"
    assert json.loads(place["geom"])["type"] == "multipolygon"
    assert dataset["license_id"] == "http://dcat-ap.de/def/licenses/cc-zero"
    assert dataset["license_attribution_by_text"] == "Hansestadt"
    assert (dataset["issued"], dataset["modified"]) == (
        "2016-05-01T10:00:00.1",
        "2024-05-01T10:00:00.1",
    )
    assert dataset["resources"] == [
        {
            "uri": f"{PORTAL}/dataset/4711/resource/r1",
            "name": "Bäume als CSV",
            "access_url": "https://geo.example/baeume.csv",
            "format": "CSV",
            "mimetype": "text/csv",
            "size": 1234,
            "hash": "sha256:9e107d9d",
            "issued": "2016-05-01T10:00:00",
            "modified": "2024-05-01T10:00:00",
        }
    ]


def test_the_page_of_a_record_lies_beside_the_api() -> None:
    assert page("baumkataster", f"{PORTAL}/api/3/") == f"{PORTAL}/dataset/baumkataster"
    assert page("baumkataster", "") == page("baumkataster", "file:///srv/antwort.json") == ""
    assert page("", PORTAL) == ""


def test_a_recorded_answer_lends_no_address() -> None:
    dataset = read_package(ROSTOCK, base_url="file:///srv/antwort.json").dataset
    assert "uri" not in dataset
    assert "uri" not in dataset["resources"][0]


def test_the_extras_of_govdata() -> None:
    result = read_package(
        {
            "id": "1",
            "title": "x",
            "maintainer": "Amt",
            "extras": extras(
                uri="https://stadt.example/d/1",
                contributorID='["http://dcat-ap.de/def/contributors/schleswigHolstein"]',
                politicalGeocodingLevelURI="http://dcat-ap.de/def/politicalGeocoding/Level/state",
                politicalGeocodingURI='["http://dcat-ap.de/def/politicalGeocoding/stateKey/01"]',
                geocodingText='["Land"]',
                legalbasisText='["IZG-SH"]',
                metadata_original_html="https://stadt.example/d/1.html",
                maintainer_tel="0451 1",
                maintainer_city="Lübeck",
                maintainer_contacttype="Organization",
                originator_name="Urheber",
                originator_email="u@stadt.example",
                publisher_name="Stadt",
                publisher_url="https://stadt.example",
                used_datasets='["https://stadt.example/d/2"]',
                licenseAttributionByText="Stadt",
                harvest_object_id="h",
            ),
        }
    )
    dataset = result.dataset
    assert result.identity == dataset["uri"] == "https://stadt.example/d/1"
    assert dataset["url"] == "https://stadt.example/d/1.html"
    assert dataset["contributor_id"] == ["http://dcat-ap.de/def/contributors/schleswigHolstein"]
    assert dataset["political_geocoding_uri"] == [
        "http://dcat-ap.de/def/politicalGeocoding/stateKey/01"
    ]
    assert dataset["contact"] == [{"name": "Amt", "telephone": "0451 1", "locality": "Lübeck"}]
    assert dataset["originator"] == [{"name": "Urheber", "email": "u@stadt.example"}]
    assert dataset["publisher"] == [{"name": "Stadt", "url": "https://stadt.example"}]
    assert dataset["relation"] == ["https://stadt.example/d/2"]
    assert dataset["license_attribution_by_text"] == "Stadt"
    assert result.unknown == ""
    assert rules(result) == []


def test_a_maintainer_beside_a_contact_is_the_custodian() -> None:
    result = read_package(
        {"id": "1", "maintainer": "Amt", "extras": extras(contact_name="Auskunft", spatial="null")}
    )
    assert result.dataset["contact"] == [{"name": "Auskunft"}]
    assert result.dataset["custodian"] == [{"name": "Amt"}]


def test_several_places_in_one_key_are_several_places() -> None:
    came = {"id": "1", "extras": extras(geographical_coverage='["Turku", "Naantali"]')}
    assert read_package(came).dataset["spatial_coverage"] == [
        {"text": "Turku"},
        {"text": "Naantali"},
    ]


def test_fields_of_our_own_names_are_read_as_they_are() -> None:
    """ckanext-dcat with ckanext-scheming: lists and objects, and the same as JSON text."""
    came = {
        "id": "1",
        "title": "Bäume",
        "title_translated": {"de": "Bäume", "en": "Trees"},
        "notes": json.dumps({"de": "Alle", "en": "All"}),
        "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
        "language": '["DEU", "ENG"]',
        "contact": [{"name": "Amt", "email": "a@stadt.example"}],
        "publisher": json.dumps([{"name": "Stadt"}]),
        "spatial_coverage": [{"uri": "http://sws.geonames.org/2844588/"}],
        "alternate_identifier": ["a", "b"],
        "conforms_to": ["https://a.example"],
        "resources": [
            {
                "id": "r",
                "url": "https://a.example/ows",
                "access_services": json.dumps([{"title": "WMS", "endpoint_url": ["https://a"]}]),
            }
        ],
        "groups": [{"name": "ignoriert"}],
    }
    dataset = read_package(came).dataset
    for field in ("theme", "contact", "spatial_coverage", "alternate_identifier", "conforms_to"):
        assert dataset[field] == came[field]
    assert dataset["title_translated"] == came["title_translated"]
    assert dataset["notes_translated"] == {"de": "Alle", "en": "All"}
    assert dataset["language"] == ["DEU", "ENG"]
    assert dataset["publisher"] == [{"name": "Stadt"}]
    assert dataset["resources"][0]["access_services"][0]["title"] == "WMS"


def test_lists_of_roles_of_open_government_data() -> None:
    contacts = [
        {"role": "ansprechpartner", "name": "Auskunft", "email": "a@stadt.example"},
        {"role": "veroeffentlichende_stelle", "name": "Stadt", "url": "https://stadt.example"},
    ]
    dates = [
        {"role": "veroeffentlicht", "date": "2012-01-01"},
        {"role": "aktualisiert", "date": "2013-01-01"},
    ]
    result = read_package(
        {"id": "1", "extras": extras(contacts=json.dumps(contacts), dates=json.dumps(dates))}
    )
    assert result.dataset["contact"] == [{"name": "Auskunft", "email": "a@stadt.example"}]
    assert result.dataset["publisher"] == [{"name": "Stadt", "url": "https://stadt.example"}]
    assert result.dataset["issued"] == "2012-01-01"
    assert result.dataset["modified"] == "2013-01-01"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"license_id": "dl-de-by-2.0"}, "dl-by-de/2.0"),
        (
            {"license_id": "cc-by", "license_url": "https://creativecommons.org/licenses/by/4.0/"},
            "cc-by/4.0",
        ),
        (
            {"license_id": "eigene", "license_title": "Datenlizenz Deutschland Zero 2.0"},
            "dl-zero-de/2.0",
        ),
    ],
)
def test_the_most_exact_of_what_ckan_says_of_a_licence(named: dict[str, str], code: str) -> None:
    dataset = read_package({"id": "1", **named}).dataset
    assert dataset["license_id"] == f"http://dcat-ap.de/def/licenses/{code}"


def test_a_licence_nobody_knows_stays() -> None:
    assert read_package({"id": "1", "license_id": "eigene"}).dataset["license_id"] == "eigene"


def test_an_uploaded_file_is_a_download() -> None:
    came = {"id": "1", "resources": [{"url": "https://a.example/x.csv", "url_type": "upload"}]}
    (resource,) = read_package(came).dataset["resources"]
    assert resource["download_url"] == resource["access_url"] == "https://a.example/x.csv"


def test_what_is_not_known_is_kept_and_said() -> None:
    came = {
        "id": "1",
        "extras": extras(sector="oeffentlich", geheim={"a": 1}),
        "resources": [{"url": "https://a.example", "farbe": "blau"}],
    }
    result = read_package(came)
    assert json.loads(result.unknown) == {
        "sector": "oeffentlich",
        "geheim": {"a": 1},
        "resources": {"0": {"farbe": "blau"}},
    }
    (issue,) = [item for item in result.issues if item.rule == "package-fields-unknown"]
    assert issue.value == "geheim, resources, sector"


@pytest.mark.parametrize("state", [{"private": True}, {"state": "deleted"}, {"state": "draft"}])
def test_what_a_portal_does_not_publish_is_rejected(state: dict[str, Any]) -> None:
    result = read_package({**ROSTOCK, **state})
    assert "package-not-public" in rules(result)


def test_the_whole_answer_is_understood_too() -> None:
    assert read_package({"success": True, "result": ROSTOCK}) == read_package(ROSTOCK)


def test_broken_parts_are_said_and_the_rest_arrives() -> None:
    came = {
        **ROSTOCK,
        "groups": None,
        "relationships_as_subject": [{"__extras": {"object_package_id": None}}],
        "extras": [*ROSTOCK["extras"], "kaputt", {"key": "contacts", "value": "kein JSON"}],
        "resources": [None, *ROSTOCK["resources"], {"id": "weg", "state": "deleted"}],
    }
    result = read_package(came)
    assert rules(result).count("package-value-broken") == 3
    assert len(result.dataset["resources"]) == 1
    assert result.dataset["title"] == "Baumkataster"


def test_an_answer_that_is_no_package_is_skipped() -> None:
    with pytest.raises(SkipRecord):
        read_package(["kein", "Datensatz"])


def test_reading_leaves_the_package_alone() -> None:
    before = copy.deepcopy(ROSTOCK)
    read_package(ROSTOCK)
    assert before == ROSTOCK


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just('{"role":1}'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [*ROSTOCK, "contacts", "dates", "publisher", "title_translated", "theme", "spatial", "uri"]
)


@settings(max_examples=examples(50), suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(_KEYS, _JUNK, max_size=5),
    st.lists(st.fixed_dictionaries({"key": _KEYS, "value": _JUNK}), max_size=4),
)
def test_no_package_makes_the_reader_fail(top: dict[str, Any], more: list[Any]) -> None:
    result = read_package({**ROSTOCK, **top, "extras": more}, base_url=PORTAL)
    json.dumps(result.dataset)
