"""A whole record: every value by its kind and vocabulary, along the table."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from profiles import examples

from hanse_harvesters.issue import Issue
from hanse_harvesters.normalise import licences, normalise
from hanse_harvesters.normalise.formats import file_format, from_address, media_type
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_schemas.table import Class, Property, classes

EU = "http://publications.europa.eu/resource/authority"
LICENCES = "http://dcat-ap.de/def/licenses/"
SOURCE = SourceSettings(
    name="hansestadt", kind="rdf", url="https://daten.example/catalog.ttl", organization="stadt"
)


def normalised(**dataset: Any) -> tuple[dict[str, Any], list[Issue]]:
    record = Record({"title": "Baumkataster", **dataset}, "x")
    normalise(record, SOURCE)
    return record.dataset, record.issues


def said(issues: list[Issue]) -> list[tuple[str, str]]:
    return [(item.rule, item.field) for item in issues]


# --- licences


@pytest.mark.parametrize(
    ("came", "code"),
    [
        ("https://www.dcat-ap.de/def/licenses/cc-zero", "cc-zero"),
        ("http://dcat-ap.de/def/licenses/cc-by/4_0", "cc-by/4.0"),
        ("https://www.govdata.de/dl-de/by-2-0", "dl-by-de/2.0"),
        ("http://www.govdata.de/dl-de/zero-2-0/", "dl-zero-de/2.0"),
        ("dl-de-by-2.0", "dl-by-de/2.0"),
        ("DL-DE->BY-2.0", "dl-by-de/2.0"),
        ("cc-zero", "cc-zero"),
        ("CC BY 4.0", "cc-by/4.0"),
        ("http://www.opendefinition.org/licenses/cc-by", "cc-by"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "cc-by/4.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/legalcode.de", "cc-by-sa/4.0"),
        ("http://creativecommons.org/licenses/by/3.0/de/", "cc-by-de/3.0"),
        (f"{EU}/licence/CC_BY_4_0", "cc-by/4.0"),
        ("https://spdx.org/licenses/CC0-1.0.html", "cc-zero"),
        ("odc-odbl", "odbl"),
        ("https://www.dcat-ap.de/def/licenses/odc-odbl", "odbl"),
    ],
)
def test_a_licence_is_known_in_every_spelling(came: str, code: str) -> None:
    assert licences.licence(came) == licences.Outcome(LICENCES + code)


@pytest.mark.parametrize(
    "came",
    [
        '{"id":"dl-de-by-2.0","name":"Datenlizenz Deutschland","quelle":"© Stadt"}',
        'Nutzung: {"name":"x","url":"https://www.govdata.de/dl-de/by-2-0"} Es gelten Regeln',
        "Nutzung gemäß https://www.govdata.de/dl-de/by-2-0.",
        "Datenlizenz Deutschland – Namensnennung – Version 2.0, Quelle: Stadt Rostock",
    ],
)
def test_a_licence_inside_a_text_is_found_and_said(came: str) -> None:
    outcome = licences.licence(came)
    assert outcome.value == f"{LICENCES}dl-by-de/2.0"
    assert [item.rule for item in outcome.findings] == ["license-from-text"]


@pytest.mark.parametrize(
    "came",
    [
        "Nutzungsbedingungen der LHP",
        "Es gelten keine Bedingungen",
        "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        "Creative Commons Namensnennung - Nicht-kommerziell 4.0",
        "Creative Commons Namensnennung 2.5",
        "cc-zero für Texte, https://creativecommons.org/licenses/by/4.0/ für Bilder und "
        "https://www.govdata.de/dl-de/by-2-0 für Karten",
    ],
)
def test_no_permission_is_read_into_words_that_do_not_give_it(came: str) -> None:
    outcome = licences.licence(came)
    assert outcome.value == came
    assert [item.rule for item in outcome.findings] == ["license-unknown"]


def test_no_licence_chosen_is_no_licence() -> None:
    outcome = licences.licence("notspecified")
    assert outcome.value is None
    assert [item.rule for item in outcome.findings] == ["license-unspecified"]


def test_the_datasets_licence_is_that_of_resources_without_one() -> None:
    dataset, issues = normalised(
        license_id="dl-de-by-2.0",
        license_attribution_by_text="Stadt Wismar",
        resources=[
            {"access_url": "https://daten.example/1"},
            {"access_url": "https://daten.example/2", "license": "cc-zero"},
        ],
    )
    assert [item["license"] for item in dataset["resources"]] == [
        f"{LICENCES}dl-by-de/2.0",
        f"{LICENCES}cc-zero",
    ]
    assert dataset["resources"][0]["license_attribution_by_text"] == "Stadt Wismar"
    assert ("license-from-dataset", "license_id") in said(issues)


def test_the_source_to_be_named_is_taken_out_of_a_licence_in_json() -> None:
    came = {"id": "dl-de-by-2.0", "quelle": "© Hansestadt Stralsund"}
    dataset, _ = normalised(resources=[{"name": "Bäume", "license": json.dumps(came)}])
    assert dataset["resources"][0]["license_attribution_by_text"] == "© Hansestadt Stralsund"


# --- formats


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (f"{EU}/file-type/CSV", "CSV"),
        ("https://publications.europa.eu/resource/authority/file-type/WMS", "WMS_SRVC"),
        ("CSV ", "CSV"),
        (".csv", "CSV"),
        ("CSV-Datei", "CSV"),
        ("text/csv; charset=utf-8", "CSV"),
        ("https://www.iana.org/assignments/media-types/application/geo+json", "GEOJSON"),
        ("application/x-shapefile+zip", "SHP"),
        ("ESRI Shapefile", "SHP"),
        ("shp (zip)", "SHP"),
        ("OGC:WMS", "WMS_SRVC"),
        ("OGC WFS 2.0", "WFS_SRVC"),
        ("GML 3.2.1", "GML"),
        ("zip (csv)", "CSV"),
        ("OGC Web Map Service", "WMS_SRVC"),
        ("application/vnd.google-earth.kmz+xml", "KMZ"),
        ("Kartenviewer", "HTML"),
        ("jrss", "JSON"),
        ("application/xml", "XML"),
    ],
)
def test_a_format_is_known_in_every_spelling(came: str, code: str) -> None:
    assert file_format(came).value == code
    assert file_format(came).findings == ()


@pytest.mark.parametrize("packed", ["ZIP", "GZIP", "TAR", "RAR", "7Z", "BZIP2"])
def test_of_several_formats_the_wrapping_is_not_the_format(packed: str) -> None:
    outcome = file_format(f"{packed}, CSV")
    assert outcome.value == "CSV"
    assert [item.rule for item in outcome.findings] == ["format-several"]


def test_a_label_in_the_media_type_is_read_as_the_format_it_names() -> None:
    assert media_type("CSV").value == "text/csv"
    assert media_type("http://www.iana.org/assignments/media-types/text/csv").value == "text/csv"


@pytest.mark.parametrize("came", ["application/octet-stream+zip", "application/x-stadt", "Karte X"])
def test_an_invented_media_type_is_kept_and_said(came: str) -> None:
    outcome = media_type(came)
    assert outcome.value == came
    assert [item.rule for item in outcome.findings] == ["mimetype-unknown"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://geo.example/ows?SERVICE=WMS&request=GetCapabilities", "WMS_SRVC"),
        ("https://geo.example/geoserver/wfs?", "WFS_SRVC"),
        ("https://daten.example/B%C3%A4ume.CSV", "CSV"),
        ("https://daten.example/export?format=json", "JSON"),
        ("https://daten.example/show.php", None),
        ("https://daten.example/", None),
        ("https://stadt.de", None),
    ],
)
def test_what_an_address_says_of_the_format(address: str, code: str | None) -> None:
    found = from_address(address)
    assert (found.code if found else None) == code


def test_format_and_media_type_complete_each_other() -> None:
    dataset, issues = normalised(
        resources=[
            {"access_url": "https://daten.example/a", "format": "CSV"},
            {"access_url": "https://daten.example/b", "mimetype": "application/geo+json"},
            {"access_url": "https://daten.example/c", "format": "text/csv", "mimetype": "CSV"},
            {"access_url": "https://daten.example/d.csv"},
        ]
    )
    assert [(item["format"], item["mimetype"]) for item in dataset["resources"]] == [
        ("CSV", "text/csv"),
        ("GEOJSON", "application/geo+json"),
        ("CSV", "text/csv"),
        ("CSV", "text/csv"),
    ]
    assert said(issues) == [("format-guessed", "resources[3].format")]


# --- themes, languages, frequencies, status


def test_codes_come_in_by_iri_code_label_and_old_name() -> None:
    dataset, issues = normalised(
        theme=[
            "https://publications.europa.eu/resource/authority/data-theme/tran",
            "Umwelt",
            "bildung_wissenschaft",
            "TRAN",
        ],
        language=["de", f"{EU}/language/DEU", "Englisch"],
        frequency="http://purl.org/cld/freq/daily",
        access_rights="public",
        availability="http://dcat-ap.de/def/plannedAvailability/stable",
        resources=[{"name": "x", "status": "http://purl.org/adms/status/Completed"}],
    )
    codes = ["TRAN", "ENVI", "EDUC", "TECH"]
    assert dataset["theme"] == [f"{EU}/data-theme/{code}" for code in codes]
    assert dataset["language"] == [f"{EU}/language/DEU", f"{EU}/language/ENG"]
    assert dataset["frequency"] == f"{EU}/frequency/DAILY"
    assert dataset["access_rights"] == f"{EU}/access-right/PUBLIC"
    assert dataset["availability"] == f"{EU}/planned-availability/STABLE"
    assert dataset["resources"][0]["status"] == f"{EU}/distribution-status/COMPLETED"
    assert issues == []


@pytest.mark.parametrize(
    ("came", "code"),
    [
        ("R/P1D", "DAILY"),
        ("P1Y", "ANNUAL"),
        ("jährlich", "ANNUAL"),
        ("Monthly", "MONTHLY"),
        ("alle 2 Jahre", "BIENNIAL"),
        ("365 Tage", "ANNUAL"),
        ("http://purl.org/linked-data/sdmx/2009/code#freq-Q", "QUARTERLY"),
        (
            "http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/annually",
            "ANNUAL",
        ),
    ],
)
def test_a_frequency_in_iso_8601_and_in_words(came: str, code: str) -> None:
    assert normalised(frequency=came)[0]["frequency"] == f"{EU}/frequency/{code}"


def test_groups_without_an_equal_become_what_rostock_makes_of_them() -> None:
    dataset, issues = normalised(theme=["geo", "Verbraucherschutz"])
    assert dataset["theme"] == [f"{EU}/data-theme/{code}" for code in ("REGI", "GOVE", "ECON")]
    assert issues == []


def test_unknown_codes_stay_and_are_said() -> None:
    dataset, issues = normalised(theme=["Drachen"], language=["Klingonisch"], frequency="ab und zu")
    assert dataset["theme"] == ["Drachen"]
    assert dataset["language"] == ["Klingonisch"]
    assert dataset["frequency"] == "ab und zu"
    assert said(issues) == [
        ("theme-unknown", "theme"),
        ("language-unknown", "language"),
        ("frequency-unknown", "frequency"),
    ]


# --- places

BOX = "POLYGON((12 54,12.5 54,12.5 54.25,12 54.25,12 54))"
BOX_JSON = (
    '{"type": "polygon", "coordinates": '
    "[[[12, 54], [12, 54.25], [12.5, 54.25], [12.5, 54], [12, 54]]]}"
)


def test_a_rectangle_is_a_box_and_the_same_place_stands_once() -> None:
    dataset, issues = normalised(spatial_coverage=[{"geom": BOX_JSON}, {"geom": BOX}])
    assert dataset["spatial_coverage"] == [{"bbox": BOX}]
    assert issues == []


@pytest.mark.parametrize(
    ("came", "iri", "name"),
    [
        (
            "https://www.dcat-ap.de/def/politicalGeocoding/regionalKey/130030000000",
            "http://dcat-ap.de/def/politicalGeocoding/regionalKey/130030000000",
            "Rostock",
        ),
        (
            "http://dcat-ap.de/def/politicalGeocoding/stateKey/01",
            "http://dcat-ap.de/def/politicalGeocoding/stateKey/01",
            "Schleswig-Holstein",
        ),
    ],
)
def test_a_political_key_gets_its_canonical_iri_and_its_name(
    came: str, iri: str, name: str
) -> None:
    (place,) = normalised(spatial_coverage=[{"uri": came}])[0]["spatial_coverage"]
    assert place["uri"] == iri
    assert name in place["text"]


def test_a_municipal_key_of_eight_digits_means_the_same_municipality() -> None:
    places = [
        {"uri": "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/13003000"},
        {"uri": "http://dcat-ap.de/def/politicalGeocoding/regionalKey/130030000000"},
    ]
    assert len(normalised(spatial_coverage=places)[0]["spatial_coverage"]) == 1


def test_places_of_other_registers_and_words_stay() -> None:
    places = [
        {"uri": "http://sws.geonames.org/2844588/"},
        {"uri": f"{EU}/place/DEU_HRO"},
        {"geom": "Altstadt von Stralsund"},
        {"geom": "null"},
        {"text": "Hafen", "geom": "POINT(12.1 54.1)"},
    ]
    dataset, issues = normalised(spatial_coverage=places)
    assert dataset["spatial_coverage"] == [
        {"uri": "http://sws.geonames.org/2844588/"},
        {"uri": f"{EU}/place/DEU_HRO"},
        {"text": "Altstadt von Stralsund"},
        {"text": "Hafen", "geom": "POINT(12.1 54.1)"},
    ]
    assert ("value-placeholder", "spatial_coverage[3].geom") in said(issues)


# --- the rest of the record


def test_an_open_end_is_left_out_and_an_empty_period_with_it() -> None:
    dataset, issues = normalised(
        temporal_coverage=[{"start": "2010", "end": "9999-01-01"}, {"end": "9999-12-31"}]
    )
    assert dataset["temporal_coverage"] == [{"start": "2010"}]
    assert [rule for rule, _ in said(issues)] == ["date-placeholder", "date-placeholder"]


def test_a_contact_is_never_lost_for_its_address() -> None:
    dataset, issues = normalised(
        contact=[
            {"name": "Amt", "email": "file:///srv/info@statistik.example.de"},
            {"name": "Rat", "email": "Zimmer 3", "telephone": "tel:+49-381-1"},
            {"name": "Hof", "email": "https://stadt.example/kontakt"},
            "Bauhof",
        ]
    )
    assert dataset["contact"] == [
        {"name": "Amt", "email": "info@statistik.example.de"},
        {"name": "Rat", "email": "Zimmer 3", "telephone": "+49-381-1"},
        {"name": "Hof", "url": "https://stadt.example/kontakt"},
        {"name": "Bauhof"},
    ]
    assert ("email-invalid", "contact[1].email") in said(issues)
    assert ("email-is-url", "contact[2].email") in said(issues)


def test_unsafe_links_leave_every_corner_of_the_record() -> None:
    dataset, issues = normalised(
        url="javascript:alert(1)",
        documentation=["https://stadt.example/doku", "data:text/html,x"],
        publisher=[{"name": "Stadt", "url": "vbscript:x"}],
        resources=[
            {
                "name": "x",
                "access_url": "java\tscript:alert(1)",
                "access_services": [{"title": "y", "endpoint_url": ["file:///etc/passwd"]}],
            }
        ],
    )
    assert "script:" not in json.dumps(dataset)
    assert "file:" not in json.dumps(dataset)
    assert dataset["documentation"] == ["https://stadt.example/doku"]
    assert [field for rule, field in said(issues) if rule == "url-unsafe"] == [
        "url",
        "documentation",
        "publisher[0].url",
        "resources[0].access_url",
        "resources[0].access_services[0].endpoint_url",
    ]


def test_the_portals_own_host_is_not_said_to_be_private() -> None:
    record = Record(
        {"title": "x", "documentation": ["http://10.1.1.1/a", "http://10.1.1.2/a"]}, "x"
    )
    normalise(record, replace(SOURCE, url="http://10.1.1.1:5000/catalog.ttl"))
    assert [item.value for item in record.issues] == ["http://10.1.1.2/a"]


def test_what_a_reader_clicks_follows_the_mended_addresses() -> None:
    dataset, _ = normalised(
        resources=[
            {
                "url": "https://daten.example/a b.csv",
                "access_url": "https://daten.example/seite",
                "download_url": "https://daten.example/a b.csv",
            }
        ]
    )
    assert dataset["resources"][0]["url"] == "https://daten.example/a%20b.csv"


def test_languages_keep_the_form_of_the_contract() -> None:
    dataset, _ = normalised(
        title="Bäume ",
        title_translated={"en": " Trees", "pl": "  "},
        notes_translated={"de": "Text"},
    )
    assert dataset["title"] == "Bäume"
    assert dataset["title_translated"] == {"de": "Bäume", "en": "Trees"}
    assert dataset["notes"] == "Text"
    assert "notes_translated" not in dataset


def test_identifiers_pass_unchanged() -> None:
    odd = "https://stadt.example/daten\n satz "
    dataset, issues = normalised(identifier=odd, other_identifiers=["StaNord_CMS:49918"])
    assert dataset["identifier"] == odd
    assert dataset["other_identifiers"] == ["StaNord_CMS:49918"]
    assert said(issues) == [("identifier-odd", "identifier")]


def test_the_algorithm_before_a_checksum_is_kept() -> None:
    dataset, _ = normalised(resources=[{"name": "x", "hash": "sha256:9E107D9D"}])
    assert dataset["resources"][0]["hash"] == "9E107D9D"
    assert "sha256" in dataset["resources"][0]["hash_algorithm"].lower()


def test_fields_the_table_does_not_know_stay() -> None:
    assert normalised(eigenes={"a": [1]})[0]["eigenes"] == {"a": [1]}


# --- laws

_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
_CODES = [
    *("CSV", "text/csv", "ZIP, CSV", "dl-de-by-2.0", "TRAN", "de", "R/P1D", "geo", "public", "?"),
    *("x(y)", "sha1", "bildung_wissenschaft", f"{LICENCES}dl-by-de/2_0", f"{EU}/language/deu"),
    "http://dcat-ap.de/def/politicalGeocoding/regionalKey/13003000",
]
_NEAR: dict[str, st.SearchStrategy[str]] = {
    "iri": st.sampled_from(["https://a.example/ x", "http:/a.example", "www.a.example", "data:x"]),
    "mailto": st.sampled_from(["mailto:a@b.example", "a(at)b.example", "a@b.example,c@d.example"]),
    "tel": st.sampled_from(["tel:+49 1", "Tel. 0381", "tel:tel:1234"]),
    "date": st.sampled_from(["1.2.2020", "2020-2-30", "2010-2015", "9999", "null", "2020-01-01Z"]),
    "integer": st.sampled_from(["1.0", "1,2 MB", "-1"]),
    "geometry": st.sampled_from([BOX, BOX_JSON, "POINT(1 2)", "Rostock", "null", "point(54 12)"]),
    "concept": st.sampled_from(_CODES),
    "text": st.sampled_from([" <b>Ä</b> ", "BÃ¤ume", "null", "\x00x", "StraÃŸe\x96"]),
}


def _value(prop: Property, depth: int) -> st.SearchStrategy[Any]:
    if prop.kind == "object" and depth < 3:
        one: st.SearchStrategy[Any] = _object(classes()[prop.of], depth + 1)
    elif prop.kind == "keyword":
        one = st.fixed_dictionaries({"name": st.text(max_size=12)})
    else:
        one = _NEAR.get(prop.kind, st.text(max_size=12)) | st.text(max_size=12)
    return st.lists(one, max_size=3) | one if prop.multiple else one


def _object(cls: Class, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    fields = {}
    for prop in cls.properties:
        for name in prop.flatten.values() if prop.flatten else (prop.field,):
            fields[name] = st.one_of(st.deferred(lambda p=prop: _value(p, depth)), _JUNK)
        if prop.kind in {"text", "keyword"}:
            languages = st.sampled_from(["de", "en", "pl"])
            fields[f"{prop.field}_translated"] = st.dictionaries(languages, _JUNK, max_size=2)
    fields["uri"] = st.text(max_size=12) | _JUNK
    return st.lists(st.sampled_from(sorted(fields)), max_size=5, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )


@settings(max_examples=examples(50), suppress_health_check=list(HealthCheck))
@given(st.deferred(lambda: _object(classes()["dataset"], 0)))
def test_any_record_is_survived_and_twice_is_once(dataset: dict[str, Any]) -> None:
    record = Record(copy.deepcopy(dataset), "x")
    normalise(record, SOURCE)
    once, issues = copy.deepcopy(record.dataset), list(record.issues)
    json.dumps(once)
    normalise(record, SOURCE)
    assert record.dataset == once
    for item in issues:
        assert item.message("de")
        assert item.remedy("en")


def test_a_theme_of_inspire_becomes_the_eus_and_stays_as_subject():
    inspire, unknown = "http://inspire.ec.europa.eu/theme/au", "https://themen.example/1"
    dataset, issues = normalised(theme=[inspire, unknown])
    assert dataset["theme"] == [f"{EU}/data-theme/GOVE", unknown]
    assert dataset["subject"] == [inspire]
    assert ("theme-unknown", "theme") in said(issues)


def test_a_contact_without_a_name_is_named_after_its_organisation():
    dataset, _ = normalised(contact=[{"organization": "Hansestadt", "email": "a@stadt.example"}])
    assert dataset["contact"][0]["name"] == "Hansestadt"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("availability", "immer", "code-unknown"),
        ("theme", ["Bäume"], "theme-unknown"),
        ("language", ["Niederdeutsch?"], "language-unknown"),
        ("language", ["TODO:"], "value-placeholder"),
        ("frequency", "N/A", "value-placeholder"),
        ("access_rights", "auf Anfrage", "code-unknown"),
        ("contributor_id", ["portal.stadt.example"], "code-unlisted"),
        ("source", ["HMDK/1"], "url-invalid"),
        ("temporal_resolution", "täglich", "duration-invalid"),
        ("spatial_resolution_in_meters", ["zwei"], "number-invalid"),
    ],
)
def test_what_is_not_written_is_reported(field, value, rule):
    _, issues = normalised(**{field: value})
    assert (rule, field) in said(issues)
