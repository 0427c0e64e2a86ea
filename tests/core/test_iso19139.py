"""ISO 19139 → dataset: what a record says arrives in the field it is for."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import Any

import iso_records as iso
import pytest

from hanse_harvesters.mapping import iso19139

LICENCES = "http://dcat-ap.de/def/licenses/"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
LIMITS = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/"


def rules(record: Any) -> set[str]:
    return {issue.rule for issue in record.issues}


# --- Who it is -----------------------------------------------------------------------------------


def test_identifiers_pass_unchanged_and_the_records_own_stands_beside_them() -> None:
    iri = "https://registry.example/id/de.mv/4711"
    found = iso.dataset(iso.data(citation=iso.identifier(iri) + iso.identifier("B-17", "stadt")))
    assert found["identifier"] == found["uri"] == iri
    assert found["other_identifiers"] == ["stadt/B-17"]
    assert found["alternate_identifier"] == ["a-1"]


def test_a_record_without_an_identifier_of_the_data_is_known_by_its_own() -> None:
    found = iso.dataset(iso.data())
    assert found["identifier"] == "a-1"
    assert not {"uri", "alternate_identifier"} & found.keys()


def test_a_code_space_that_ends_in_a_slash_is_joined_as_it_is() -> None:
    found = iso.dataset(iso.data(citation=iso.identifier("7", "https://registry.example/id/")))
    assert found["uri"] == "https://registry.example/id/7"


def test_the_date_stamp_is_the_modification_date_and_a_revision_dates_the_files() -> None:
    dates = iso.date("creation", "2019-01-01") + iso.date("revision", "2020-02-02")
    stamp = "<gmd:dateStamp><gco:DateTime>2021-03-03T10:00:00</gco:DateTime></gmd:dateStamp>"
    links = iso.distribution(iso.online("https://stadt.example/baum.csv", function="download"))
    found = iso.dataset(iso.data(citation=dates, head=stamp, tail=links))
    assert (found["issued"], found["modified"]) == ("2019-01-01", "2021-03-03T10:00:00")
    assert found["resources"][0]["modified"] == "2020-02-02"


def test_the_publication_is_the_issue_date_where_the_creation_is_given_too() -> None:
    dates = iso.date("creation", "2019-01-01") + iso.date("publication", "2020")
    record = iso.record(iso.data(citation=dates))
    assert record.dataset["issued"] == "2020"
    assert "2019-01-01" in record.unknown


def test_identity_and_unknown_values_of_a_record_travel_with_it() -> None:
    result = iso.read(iso.data(iso.text("purpose", "Planung"), level="series"))
    assert result.identity == "a-1"
    assert json.loads(result.unknown) == {"identificationInfo/purpose": ["Planung"]}
    assert [i.value for i in result.issues if i.rule == "iso-elements-unknown"] == [
        "identificationInfo/purpose"
    ]


def test_the_reader_can_be_sent_to_another_process() -> None:
    read = partial(iso19139.read, iso.parsed(iso.data()))
    assert pickle.loads(pickle.dumps(read))(language="de").dataset["title"] == "Baumkataster"


@pytest.mark.parametrize("standard", ["iso19115-3", "dublin-core", "Thing"])
def test_a_record_of_another_standard_is_refused_by_a_rule(standard: str) -> None:
    result = iso19139.read({"standard": standard, "id": "n-1"}, language="de")
    assert [(i.rule, i.value) for i in result.issues] == [("iso-standard-unread", standard)]
    assert result.identity == "n-1"


# --- Words ---------------------------------------------------------------------------------------


LOCALES = "".join(
    f"<gmd:locale><gmd:PT_Locale id='{id}'><gmd:languageCode><gmd:LanguageCode codeListValue="
    f"'{code}'/></gmd:languageCode></gmd:PT_Locale></gmd:locale>"
    for id, code in (("L1", "ger"), ("locale-pol", "pol"))
)


def test_translations_arrive_under_the_language_of_their_locale() -> None:
    title = iso.words("title", "Trees", L1="Bäume", **{"locale-pol": "Drzewa"})
    head = iso.code("language", "eng") + LOCALES
    found = iso.dataset(iso.data(title=title, head=head))
    assert found["title"] == "Bäume"
    assert found["title_translated"] == {"de": "Bäume", "en": "Trees", "pl": "Drzewa"}


def test_a_text_that_is_only_there_in_another_language_is_not_lost() -> None:
    found = iso.dataset(
        iso.data(title=iso.words("title", "", **{"locale-pol": "Drzewa"}), head=LOCALES)
    )
    assert found["title"] == "Drzewa"
    assert found["title_translated"] == {"pl": "Drzewa"}


def test_a_locale_that_the_record_does_not_describe_is_read_by_its_name() -> None:
    found = iso.dataset(iso.data(title=iso.words("title", "Bäume", FR="Arbres")))
    assert found["title_translated"] == {"de": "Bäume", "fr": "Arbres"}


def test_a_text_in_an_unknown_language_is_reported_and_kept() -> None:
    record = iso.record(iso.data(title=iso.words("title", "Bäume", XYZ1="Ombre")))
    assert record.dataset["title"] == "Bäume"
    assert "language-unknown" in rules(record)
    assert "Ombre" in record.unknown


def test_keywords_keep_their_languages() -> None:
    words = iso.keywords(iso.words("keyword", "Baum", EN="tree"), "Stadtgrün")
    found = iso.dataset(iso.data(words, head=iso.code("language", "ger")))
    assert [tag["name"] for tag in found["tags"]] == ["Baum", "Stadtgrün"]
    assert found["tags_translated"] == {"de": ["Baum", "Stadtgrün"], "en": ["tree"]}


# --- Licence, access, attribution ----------------------------------------------------------------

JSON = (
    '{"id":"dl-by-de/2.0","name":"Datenlizenz Deutschland Namensnennung 2.0",'
    '"url":"https://www.govdata.de/dl-de/by-2-0","quelle":"© Hansestadt Stralsund"}'
)


@pytest.mark.parametrize(
    "constraints",
    [
        iso.legal("Es gelten keine Bedingungen", JSON),
        iso.legal(JSON, "Nutzungsbedingungen: siehe Lizenz"),
        iso.legal(limitation=JSON, about=""),
        iso.legal(limitation=JSON, about="accessConstraints"),
        iso.legal("Prosa") + iso.legal(JSON, about="accessConstraints"),
        iso.legal(JSON, about="") + iso.legal("Es gelten keine Bedingungen"),
        iso.legal(
            "Quellenvermerk: © Hansestadt Stralsund", "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
        ),
    ],
)
def test_the_licence_and_its_attribution_are_found_beside_prose(constraints: str) -> None:
    found = iso.dataset(iso.data(constraints))
    assert found["license_id"] == LICENCES + "dl-by-de/2.0"
    assert found["license_attribution_by_text"] == "© Hansestadt Stralsund"


@pytest.mark.parametrize(
    "words",
    [
        "Es gelten keine Bedingungen",
        "es gelten keine Bedingungen.",
        "Bedingungen unbekannt",
        "No conditions apply to access and use",
        "Aucune condition ne s'applique",
        "Es gelten keine Zugriffsbeschränkungen",
    ],
)
@pytest.mark.parametrize("about", ["useConstraints", "accessConstraints"])
def test_the_sentence_that_there_are_no_conditions_is_no_licence(words: str, about: str) -> None:
    found = iso.dataset(iso.data(iso.legal(words, about=about)))
    assert "license_id" not in found


def test_a_licence_is_found_in_prose_and_said_to_be() -> None:
    record = iso.record(
        iso.data(iso.legal("Nutzung nach der Datenlizenz Deutschland – Zero – Version 2.0"))
    )
    assert record.dataset["license_id"] == LICENCES + "dl-zero-de/2.0"
    assert "license-from-text" in rules(record)


def test_an_anchor_leads_to_the_licence() -> None:
    link = "https://creativecommons.org/licenses/by/4.0/"
    statement = iso.anchor("otherConstraints", link, "Namensnennung")
    assert iso.dataset(iso.data(iso.legal(statement)))["license_id"] == LICENCES + "cc-by/4.0"


def test_an_unknown_licence_is_kept_as_it_is_and_reported() -> None:
    record = iso.record(iso.data(iso.legal("Nutzungsordnung des Amtes von 1998")))
    assert record.dataset["license_id"] == "Nutzungsordnung des Amtes von 1998"
    assert "license-unknown" in rules(record)


def test_a_limitation_of_use_is_a_licence_also_beside_access_constraints() -> None:
    words = "Nutzungsbedingungen: noch nicht abschließend formuliert"
    record = iso.record(iso.data(iso.legal(limitation=words, about="accessConstraints")))
    assert record.dataset["license_id"] == words
    assert "license-unknown" in rules(record)


def test_two_different_licences_are_reported() -> None:
    other = JSON.replace("dl-by-de/2.0", "cc-zero").replace(
        "https://www.govdata.de/dl-de/by-2-0", ""
    )
    record = iso.record(iso.data(iso.legal(JSON, other.replace("Namensnennung 2.0", "CC0"))))
    assert record.dataset["license_id"] == LICENCES + "dl-by-de/2.0"
    assert "values-several" in rules(record)


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        (iso.anchor("otherConstraints", LIMITS + "noLimitations", "Keine"), "PUBLIC"),
        ("Es gelten keine Zugriffsbeschränkungen", "PUBLIC"),
        ("Pas de restriction d’accès public", "PUBLIC"),
        (
            iso.anchor("otherConstraints", LIMITS + "INSPIRE_Directive_Article13_1d", "x" * 400),
            "RESTRICTED",
        ),
    ],
)
def test_limitations_on_access_are_access_rights(statement: str, right: str) -> None:
    found = iso.dataset(iso.data(iso.legal(statement, about="accessConstraints")))
    assert found["access_rights"] == ACCESS + right
    assert "license_id" not in found


def test_a_classification_is_an_access_right() -> None:
    inner = (
        "<gmd:resourceConstraints><gmd:MD_SecurityConstraints>"
        f"{iso.code('classification', 'confidential')}"
        "</gmd:MD_SecurityConstraints></gmd:resourceConstraints>"
    )
    assert iso.dataset(iso.data(inner))["access_rights"] == ACCESS + "NON_PUBLIC"


# --- Themes, keywords, HVD ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        iso.keywords(iso.anchor("keyword", "http://inspire.ec.europa.eu/theme/tn", "Verkehr")),
        iso.keywords("Verkehrsnetze", thesaurus="GEMET - INSPIRE themes, version 1.0"),
        iso.keywords("Transport networks", thesaurus="GEMET - INSPIRE themes, version 1.0"),
        iso.keywords("Réseaux de transport", thesaurus="GEMET - Thèmes INSPIRE, version 1.0"),
        iso.keywords("tn", thesaurus="INSPIRE-Themen"),
        iso.code("topicCategory", "transportation"),
        "<gmd:topicCategory><gmd:MD_TopicCategoryCode>transportation</gmd:MD_TopicCategoryCode>"
        "</gmd:topicCategory>",
        iso.code("topicCategory", "transportation_Roads"),
        iso.keywords(iso.anchor("keyword", THEME + "TRAN", "Transport")),
        iso.keywords("transport_verkehr", thesaurus="OGDD-Kategorien"),
    ],
)
def test_themes_of_inspire_and_iso_are_themes_of_the_eu(words: str) -> None:
    assert iso.dataset(iso.data(words))["theme"] == [THEME + "TRAN"]


def test_a_keyword_that_is_a_theme_stays_a_keyword() -> None:
    words = iso.keywords("Verkehrsnetze", thesaurus="GEMET - INSPIRE themes, version 1.0")
    found = iso.dataset(iso.data(words + iso.keywords("opendata")))
    assert [tag["name"] for tag in found["tags"]] == ["Verkehrsnetze", "opendata"]


def test_categories_and_legislation_of_high_value_datasets() -> None:
    law = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
    words = iso.keywords(iso.anchor("keyword", law, "High-value dataset")) + iso.keywords(
        iso.anchor("keyword", "http://data.europa.eu/bna/c_164e0bf5", "Meteorologie"),
        thesaurus="High-value dataset categories",
    )
    found = iso.dataset(iso.data(words))
    assert found["hvd_category"] == ["http://data.europa.eu/bna/c_164e0bf5"]
    assert found["applicable_legislation"] == [law]
    assert "tags" not in found


# --- Parties -------------------------------------------------------------------------------------


def test_every_role_has_its_field() -> None:
    roles = (
        "publisher",
        "author",
        "originator",
        "custodian",
        "processor",
        "pointOfContact",
        "owner",
    )
    found = iso.dataset(iso.data("".join(iso.party(role, f"Amt {role}") for role in roles)))
    names = {
        field: found[field][0]["name"]
        for field in ("publisher", "creator", "originator", "custodian", "contributor", "contact")
    }
    assert names == {
        "publisher": "Amt publisher",
        "creator": "Amt author",
        "originator": "Amt originator",
        "custodian": "Amt custodian",
        "contributor": "Amt processor",
        "contact": "Amt pointOfContact",
    }
    [attribution] = found["qualified_attribution"]
    assert attribution["role"].endswith("/ResponsiblePartyRole/owner")
    assert attribution["agent"][0]["name"] == "Amt owner"


def test_who_stands_in_for_a_missing_publisher_and_contact_is_said() -> None:
    record = iso.record(iso.data(iso.party("owner", "Hansestadt Stralsund")))
    assert record.dataset["publisher"] == [{"name": "Hansestadt Stralsund"}]
    assert record.dataset["contact"][0]["email"] == "owner@stadt.example"
    assert {"iso-publisher-from-role", "iso-contact-from-role"} <= rules(record)


def test_the_contact_of_the_metadata_is_the_last_resort() -> None:
    record = iso.record(iso.data(head=iso.party("pointOfContact", "Amt", name="contact")))
    assert record.dataset["contact"][0]["name"] == "Amt"
    assert "iso-contact-from-role" in rules(record)


def test_a_contact_names_office_and_person_and_a_swiss_address_is_whole() -> None:
    person = iso.text("individualName", "Frau Petersen") + iso.text("positionName", "Abteilung 3")
    found = iso.dataset(iso.data(iso.party("pointOfContact", "Amt", more=person)))
    assert found["contact"][0]["name"] == "Amt, Abteilung 3, Frau Petersen"
    swiss = (
        "<gmd:pointOfContact><che:CHE_CI_ResponsibleParty>"
        f"{iso.text('organisationName', 'swisstopo')}<gmd:contactInfo><gmd:CI_Contact><gmd:address>"
        f"<che:CHE_CI_Address>{iso.text('streetName', 'Seftigenstrasse', 'che')}"
        f"{iso.text('streetNumber', '264', 'che')}</che:CHE_CI_Address></gmd:address>"
        f"</gmd:CI_Contact></gmd:contactInfo>{iso.code('role', 'pointOfContact')}"
        f"{iso.text('individualFirstName', 'Eva', 'che')}"
        f"{iso.text('individualLastName', 'Roth', 'che')}"
        "</che:CHE_CI_ResponsibleParty></gmd:pointOfContact>"
    )
    [contact] = iso.dataset(
        iso.data(swiss, root="che:CHE_MD_Metadata", of="che:CHE_MD_DataIdentification")
    )["contact"]
    assert (contact["name"], contact["street"]) == ("swisstopo, Eva Roth", "Seftigenstrasse 264")


# --- Where, when, how exact -----------------------------------------------------------------------


def test_a_box_with_its_name_is_one_place() -> None:
    inner = iso.text("description", "Stralsund") + iso.box("13.0", "54.2", "13.2", "54.4")
    [place] = iso.dataset(iso.data(iso.extent(inner)))["spatial_coverage"]
    assert place["text"] == "Stralsund"
    assert place["bbox"] == "POLYGON((13 54.2,13.2 54.2,13.2 54.4,13 54.4,13 54.2))"


def test_keys_and_iris_of_places_are_their_iri() -> None:
    geonames = "https://sws.geonames.org/2825297/"
    inner = iso.place("130730088088") + iso.place(iso.anchor("code", geonames, "Stralsund"))
    found = iso.dataset(iso.data(iso.extent(inner + iso.place("Andershof"))))["spatial_coverage"]
    iris = [place.get("uri") for place in found]
    assert iris[:2] == [
        "http://dcat-ap.de/def/politicalGeocoding/regionalKey/130730088088",
        geonames,
    ]
    assert [place["text"] for place in found[1:]] == ["Stralsund", "Andershof"]


@pytest.mark.parametrize(
    "sides", [("", "54", "13", "55"), ("13", "55", "14", "54"), ("1300", "0", "1", "1")]
)
def test_a_box_that_cannot_be_is_reported_with_its_numbers(sides: tuple[str, ...]) -> None:
    record = iso.record(iso.data(iso.extent(iso.box(*sides))))
    assert "spatial_coverage" not in record.dataset
    [issue] = [issue for issue in record.issues if issue.rule == "iso-value-unread"]
    assert all(side in issue.value for side in sides)


def test_a_polygon_becomes_a_shape_in_the_order_of_degrees() -> None:
    ring = "54.0 13.0 54.0 13.5 54.5 13.5 54.0 13.0"
    polygon = (
        "<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon>"
        "<gml:Polygon srsName='urn:ogc:def:crs:EPSG::4326'><gml:exterior><gml:LinearRing>"
        f"<gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        "</gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement>"
    )
    [place] = iso.dataset(iso.data(iso.extent(polygon)))["spatial_coverage"]
    assert place["geom"] == "POLYGON((13.0 54.0,13.5 54.0,13.5 54.5,13.0 54.0))"
    unclear = polygon.replace("EPSG::4326", "EPSG::25833")
    record = iso.record(iso.data(iso.extent(unclear)))
    assert "spatial_coverage" not in record.dataset
    assert ring in record.unknown


def _period(inner: str, gml: str = "gml") -> str:
    return iso.extent(
        "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>"
        f"<{gml}:TimePeriod>{inner}</{gml}:TimePeriod></gmd:extent></gmd:EX_TemporalExtent>"
        "</gmd:temporalElement>"
    )


@pytest.mark.parametrize("gml", ["gml", "gml31"])
def test_periods_of_all_forms(gml: str) -> None:
    plain = (
        f"<{gml}:beginPosition>2019-04-29</{gml}:beginPosition>"
        f"<{gml}:endPosition indeterminatePosition='now'/>"
    )
    nested = (
        f"<{gml}:begin><{gml}:TimeInstant><{gml}:timePosition>2001</{gml}:timePosition>"
        f"</{gml}:TimeInstant></{gml}:begin><{gml}:end><{gml}:TimeInstant><{gml}:timePosition>2002-12"
        f"</{gml}:timePosition></{gml}:TimeInstant></{gml}:end>"
    )
    assert iso.dataset(iso.data(_period(plain, gml)))["temporal_coverage"] == [
        {"start": "2019-04-29"}
    ]
    assert iso.dataset(iso.data(_period(nested, gml)))["temporal_coverage"] == [
        {"start": "2001", "end": "2002-12"}
    ]


def _system(code: str, space: str = "") -> str:
    return (
        "<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier>"
        f"<gmd:RS_Identifier>{code if code.startswith('<') else iso.text('code', code)}"
        f"{iso.text('codeSpace', space) if space else ''}</gmd:RS_Identifier>"
        "</gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>"
    )


@pytest.mark.parametrize(
    "system",
    [
        _system("EPSG:25833"),
        _system("EPSG 25833: ETRS89 / UTM Zone 33N"),
        _system("25833", "EPSG"),
        _system("urn:ogc:def:crs:EPSG::25833"),
        _system("urn:ogc:def:crs:EPSG:6.11:25833"),
        _system("http://www.opengis.net/def/crs/EPSG/0/25833"),
        _system(iso.anchor("code", "http://www.opengis.net/def/crs/EPSG/0/25833", "ETRS89")),
    ],
)
def test_a_reference_system_is_the_iri_of_its_register(system: str) -> None:
    found = iso.dataset(iso.data(head=system))
    assert found["conforms_to"] == ["http://www.opengis.net/def/crs/EPSG/0/25833"]


def _scale(value: str) -> str:
    return (
        "<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale>"
        f"<gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>{value}</gco:Integer>"
        "</gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale>"
        "</gmd:MD_Resolution></gmd:spatialResolution>"
    )


@pytest.mark.parametrize(
    ("value", "scale"), [("10000", "1:10000"), ("1:5000", "1:5000"), ("25000.0", "1:25000")]
)
def test_a_scale_stands_as_such(value: str, scale: str) -> None:
    assert iso.dataset(iso.data(_scale(value)))["spatial_resolution_text"] == [scale]


@pytest.mark.parametrize("value", ["0", "unbekannt"])
def test_what_is_no_scale_is_kept_and_reported(value: str) -> None:
    record = iso.record(iso.data(_scale(value)))
    assert "spatial_resolution_text" not in record.dataset
    assert "iso-value-unread" in rules(record)
    assert value in record.unknown


def _distance(value: str, unit: str) -> str:
    return (
        "<gmd:spatialResolution><gmd:MD_Resolution><gmd:distance>"
        f"<gco:Distance uom='{unit}'>{value}</gco:Distance></gmd:distance></gmd:MD_Resolution>"
        "</gmd:spatialResolution>"
    )


@pytest.mark.parametrize(
    ("value", "unit", "metres"),
    [("0.2", "m", "0.2"), ("20", "cm", "0.2"), ("1,5", "km", "1500"),
     ("5", "http://standards.iso.org/iso/19139/resources/uom.xml#m", "5"),
     ("10", "urn:ogc:def:uom:EPSG::9001", "10")],
)  # fmt: skip
def test_a_resolution_is_in_metres(value: str, unit: str, metres: str) -> None:
    found = iso.dataset(iso.data(_distance(value, unit)))
    assert found["spatial_resolution_in_meters"] == [metres]


def test_a_resolution_in_degrees_is_reported_and_kept() -> None:
    record = iso.record(iso.data(_distance("0.01", "degree")))
    assert "iso-value-unread" in rules(record)
    assert "0.01 degree" in record.unknown


def _quality(result: str) -> str:
    return (
        "<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:report><gmd:DQ_DomainConsistency>"
        "<gmd:result><gmd:DQ_ConformanceResult><gmd:specification><gmd:CI_Citation>"
        f"{iso.text('title', 'Regel 7')}</gmd:CI_Citation></gmd:specification>{result}"
        "</gmd:DQ_ConformanceResult></gmd:result>"
        "</gmd:DQ_DomainConsistency></gmd:report><gmd:lineage><gmd:LI_Lineage>"
        f"{iso.text('statement', 'Digitalisiert.')}</gmd:LI_Lineage></gmd:lineage>"
        "</gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    )


def test_only_a_passed_test_is_conformance_and_lineage_is_provenance() -> None:
    passed = iso.dataset(
        iso.data(tail=_quality("<gmd:pass><gco:Boolean>true</gco:Boolean></gmd:pass>"))
    )
    assert passed["conforms_to"] == ["Regel 7"]
    assert passed["provenance"] == "Digitalisiert."
    for result in ("<gmd:pass><gco:Boolean>false</gco:Boolean></gmd:pass>", "<gmd:pass/>"):
        record = iso.record(iso.data(tail=_quality(result)))
        assert "conforms_to" not in record.dataset
        assert "Regel 7" in record.unknown


@pytest.mark.parametrize(
    ("code", "eu"),
    [("annually", "ANNUAL"), ("asNeeded", "AS_NEEDED"), ("continual", "CONT"),
     ("unknown", "UNKNOWN"), ("irregular", "IRREG"), ("notPlanned", "NOT_PLANNED"),
     ("biannually", "ANNUAL_2"),
     ("fortnightly", "BIWEEKLY"), ("quarterly", "QUARTERLY"), ("daily", "DAILY")],
)  # fmt: skip
def test_the_frequencies_of_iso(code: str, eu: str) -> None:
    inner = (
        "<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation>"
        f"{iso.code('maintenanceAndUpdateFrequency', code)}</gmd:MD_MaintenanceInformation>"
        "</gmd:resourceMaintenance>"
    )
    assert iso.dataset(iso.data(inner))["frequency"].endswith(f"/frequency/{eu}")


def test_one_value_that_cannot_be_mapped_costs_no_other() -> None:
    item = iso.parsed(iso.data(iso.keywords("Baum")))
    item["values"]["system"] = ["no group"]
    result = iso19139.read(item, language="de")
    assert result.dataset["tags"] == [{"name": "Baum"}]
    [issue] = [issue for issue in result.issues if issue.rule == "iso-value-unread"]
    assert issue.field == "conforms_to"
    assert "no group" in result.unknown


def test_each_file_has_the_licence_of_the_data() -> None:
    machine = '{"id":"dl-by-de/2.0","url":"https://www.govdata.de/dl-de/by-2-0","quelle":"© Stadt"}'
    terms = (
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints>"
        f"<gco:CharacterString>{machine}</gco:CharacterString></gmd:otherConstraints>"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
    )
    links = iso.distribution(iso.online("https://stadt.example/baum.csv", function="download"))
    record = iso.record(iso.data(terms, tail=links))
    (file,) = record.dataset["resources"]
    assert file["license"] == f"{LICENCES}dl-by-de/2.0"
    assert file["license_attribution_by_text"] == "© Stadt"
    assert "license-from-dataset" not in rules(record)


def _terms(words: str) -> str:
    return (
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints>"
        f"<gco:CharacterString>{words}</gco:CharacterString></gmd:otherConstraints>"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
    )


@pytest.mark.parametrize(
    "words",
    [
        "Es gelten keine Nutzungsbedingungen außer der Nennung der Stadt",
        "Keine Zugangsbeschränkungen für Behörden, sonst nur auf Antrag",
        "No limitations to public access for members only",
    ],
)
def test_a_sentence_with_an_exception_is_kept_and_opens_nothing(words: str) -> None:
    record = iso.record(iso.data(_terms(words)))
    assert record.dataset.get("access_rights") != f"{ACCESS}PUBLIC"
    assert words in str(record.dataset)


@pytest.mark.parametrize("words", ["Es gelten keine Zugriffsbeschränkungen.", "keine Bedingungen"])
def test_the_sentence_alone_is_no_licence(words: str) -> None:
    record = iso.record(iso.data(_terms(words)))
    assert "license_id" not in record.dataset
    assert words not in str(record.dataset)


def test_a_file_below_a_folder_of_a_services_name_is_a_file() -> None:
    links = iso.distribution(iso.online("https://stadt.example/wms/legende.pdf"))
    (file,) = iso.dataset(iso.data(tail=links))["resources"]
    assert file.get("format") in (None, "PDF")


# --- What other catalogues write about licences and access ----------------------------------------


@pytest.mark.parametrize(
    ("limitation", "statement"),
    [
        ("Licence Ouverte 2.0", "Le fournisseur ne garantit pas la fiabilité."),
        ("Modellicentie Gratis Hergebruik", "Zie ook de toelichting."),
        ("Der Maßstab ist 1:5000.", "Lizenzbedingungen des Amtes, Fassung 2020"),
    ],
)
def test_an_unknown_text_that_calls_itself_a_licence_is_it(limitation: str, statement: str) -> None:
    found = iso.dataset(iso.data(iso.legal(statement, limitation=limitation)))
    called = max(
        limitation, statement, key=lambda words: "licen" in words.lower().replace("z", "c")
    )
    assert found["license_id"] == called
    assert found["rights"] == ({limitation, statement} - {called}).pop()


@pytest.mark.parametrize(
    "words",
    [
        "Licence Ouverte / Open Licence (compatible CC BY 4.0)",
        "Lizenz der Stadt, kompatibel mit Creative Commons Namensnennung 4.0 International",
        "Licence ODbL 2013 (basée sur Open Data Commons Open Database License 1.0)",
    ],
)
def test_a_licence_that_is_like_another_is_not_the_other(words: str) -> None:
    assert iso.dataset(iso.data(iso.legal(words)))["license_id"] == words


@pytest.mark.parametrize(
    "words",
    [
        "None",
        "keine",
        "Use constraints: None",
        "Nutzungsbedingungen: keine",
        "Nutzungseinschränkungen: keine",
        "Keine Einschränkungen",
        "keine Bedingungen anwendbar",
        "Access constraints: none",
    ],
)
def test_a_label_or_placeholder_is_neither_licence_nor_right(words: str) -> None:
    record = iso.record(iso.data(iso.legal(words) + iso.legal(limitation=words, about="")))
    assert not {"license_id", "rights", "access_rights"} & record.dataset.keys()
    assert words in record.unknown


def test_a_licence_is_named_behind_its_label() -> None:
    words = "Nutzungsbedingungen: Datenlizenz Deutschland Namensnennung 2.0"
    record = iso.record(iso.data(iso.legal(words)))
    assert record.dataset["license_id"] == f"{LICENCES}dl-by-de/2.0"
    assert "license-from-text" not in rules(record)


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("No restriction on public access", "PUBLIC"),
        ("no constraints", "PUBLIC"),
        ("Pas de restriction d'accès public selon INSPIRE", "PUBLIC"),
        ("Geen beperkingen voor publieke toegang", "PUBLIC"),
        ("Keine Einschränkungen", "PUBLIC"),
        (
            "L124-4-I-1 du code de l'environnement (Directive 2007/2/CE, Article 13.1.d)",
            "RESTRICTED",
        ),
        ("Zugang beschränkt nach Artikel 13 Absatz 1 der INSPIRE-Richtlinie", "RESTRICTED"),
        ("Zugang nicht nach Artikel 13 Absatz 1 der INSPIRE-Richtlinie beschränkt", None),
        ("Keine Einschränkungen für Mitglieder", None),
    ],
)
def test_sentences_about_access_in_other_words(words: str, right: str | None) -> None:
    found = iso.dataset(iso.data(iso.legal(words, about="accessConstraints")))
    assert found.get("access_rights") == (f"{ACCESS}{right}" if right else None)
    assert "license_id" not in found
    assert right == "PUBLIC" or found["rights"] == words


def test_a_single_sentence_about_access_and_its_link_are_kept() -> None:
    link = "https://stadt.example/zugang"
    statement = iso.anchor("otherConstraints", link, "Nur nach Anmeldung")
    record = iso.record(iso.data(iso.legal(statement, about="accessConstraints")))
    assert record.dataset["rights"] == "Nur nach Anmeldung"
    assert "license_id" not in record.dataset
    assert link in record.unknown


def test_a_licence_among_access_constraints_of_kind_license_is_the_licence() -> None:
    codes = iso.code("accessConstraints", "license") + iso.code(
        "accessConstraints", "otherRestrictions"
    )
    statement = iso.anchor("otherConstraints", "https://stadt.example/lizenz", "Lizenz der Stadt")
    record = iso.record(iso.data(iso.legal(codes, statement, about="")))
    assert record.dataset["license_id"] == "https://stadt.example/lizenz"
    assert "Lizenz der Stadt" in record.unknown


def test_a_limitation_of_security_is_no_licence() -> None:
    inner = (
        "<gmd:resourceConstraints><gmd:MD_SecurityConstraints>"
        f"{iso.anchor('useLimitation', 'https://amt.example/vs.pdf', 'Nur für den Dienstgebrauch')}"
        f"{iso.code('classification', 'restricted')}"
        "</gmd:MD_SecurityConstraints></gmd:resourceConstraints>"
    )
    found = iso.dataset(iso.data(inner))
    assert "license_id" not in found
    assert (found["rights"], found["access_rights"]) == (
        "Nur für den Dienstgebrauch",
        f"{ACCESS}RESTRICTED",
    )


def test_the_attribution_is_that_of_the_licence() -> None:
    other = iso.legal("Quellenvermerk: Landesamt", limitation="Nur zur Übersicht")
    record = iso.record(iso.data(other + iso.legal(JSON)))
    assert record.dataset["license_attribution_by_text"] == "© Hansestadt Stralsund"
    assert "Landesamt" in record.unknown


# --- Nothing is lost ------------------------------------------------------------------------------


def test_texts_that_have_one_language_here_are_kept_in_the_others() -> None:
    locales = "".join(
        f"<gmd:locale><gmd:PT_Locale id='{id}'>{iso.code('languageCode', language)}"
        "</gmd:PT_Locale></gmd:locale>"
        for id, language in (("FR", "fre"), ("DE", "ger"))
    )
    licence = iso.words("otherConstraints", "Licence de la ville", DE="Lizenz der Stadt")
    lineage = iso.words("statement", "Levé en 2020", DE="Aufgenommen 2020")
    position = iso.words("positionName", "Bureau", DE="Büro")
    page = iso.online("https://ville.example/", description="Le plan", function="information")
    page = page.replace(
        "<gco:CharacterString>Le plan</gco:CharacterString>",
        "<gco:CharacterString>Le plan</gco:CharacterString><gmd:PT_FreeText><gmd:textGroup>"
        "<gmd:LocalisedCharacterString locale='#DE'>Der Plan</gmd:LocalisedCharacterString>"
        "</gmd:textGroup></gmd:PT_FreeText>",
    )
    tail = iso.distribution(page) + (
        f"<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:lineage><gmd:LI_Lineage>{lineage}"
        "</gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    )
    contact = iso.party("pointOfContact", "Ville", more=position)
    head = iso.code("language", "fre") + locales
    record = iso.record(iso.data(iso.legal(licence) + contact, head=head, tail=tail))
    assert record.dataset["provenance"] == "Aufgenommen 2020"
    for words in ("Licence de la ville", "Levé en 2020", "Bureau", "Le plan", "Der Plan"):
        assert words in record.unknown


def test_who_describes_the_data_is_kept() -> None:
    head = iso.party("pointOfContact", "Landesamt", name="contact")
    record = iso.record(iso.data(iso.party("pointOfContact", "Stadt"), head=head))
    assert "Landesamt" not in str(record.dataset)
    assert "Landesamt" in record.unknown
    same = iso.party("pointOfContact", "Stadt", name="contact")
    assert not iso.record(iso.data(iso.party("pointOfContact", "Stadt"), head=same)).unknown


def test_the_thesaurus_of_a_keyword_is_kept() -> None:
    record = iso.record(iso.data(iso.keywords("Baum", thesaurus="UMTHES Thesaurus")))
    assert [tag["name"] for tag in record.dataset["tags"]] == ["Baum"]
    assert "UMTHES Thesaurus" in record.unknown


# --- High-value datasets --------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["hvd", "HVD", "High-value dataset", "hochwertiger Datensatz"])
def test_a_keyword_alone_states_no_legislation(word: str) -> None:
    found = iso.dataset(iso.data(iso.keywords(word, "Wetter")))
    assert "applicable_legislation" not in found
    assert [tag["name"] for tag in found["tags"]] == [word, "Wetter"]
    category = iso.keywords(iso.anchor("keyword", "http://data.europa.eu/bna/c_164e0bf5", "Wetter"))
    found = iso.dataset(iso.data(iso.keywords(word) + category))
    assert found["applicable_legislation"] == ["http://data.europa.eu/eli/reg_impl/2023/138/oj"]


def test_a_category_is_read_under_its_other_address() -> None:
    link = "http://publications.europa.eu/resource/authority/bna/c_ac64a52d"
    found = iso.dataset(iso.data(iso.keywords(iso.anchor("keyword", link, "Géospatiales"))))
    assert found["hvd_category"] == ["http://data.europa.eu/bna/c_ac64a52d"]


# --- Places, languages ----------------------------------------------------------------------------


def test_a_key_behind_a_name_is_the_place() -> None:
    found = iso.dataset(iso.data(iso.extent(iso.place("Stralsund (13073088)"))))
    assert found["spatial_coverage"] == [
        {
            "uri": "http://dcat-ap.de/def/politicalGeocoding/regionalKey/130730088088",
            "text": "Stralsund (13073088)",
        }
    ]


def test_interchanged_sides_are_put_right_and_a_box_across_the_180th_meridian_is_two() -> None:
    swapped = iso.dataset(iso.data(iso.extent(iso.box("13.2", "54.2", "13.0", "54.4"))))
    right = iso.dataset(iso.data(iso.extent(iso.box("13.0", "54.2", "13.2", "54.4"))))
    assert swapped["spatial_coverage"] == right["spatial_coverage"]
    [place] = iso.dataset(iso.data(iso.extent(iso.box("170", "-20", "-170", "-10"))))[
        "spatial_coverage"
    ]
    assert place == {
        "geom": "MULTIPOLYGON(((170 -20,180 -20,180 -10,170 -10,170 -20)),"
        "((-180 -20,-170 -20,-170 -10,-180 -10,-180 -20)))"
    }


def test_a_language_with_its_country_is_the_language() -> None:
    found = iso.dataset(iso.data(iso.text("language", "eng; CAN")))
    assert found["language"] == ["http://publications.europa.eu/resource/authority/language/ENG"]


@pytest.mark.parametrize(("value", "unit", "metres"), [("10", "ft", "3.048"), ("2", "nmi", "3704")])
def test_a_resolution_in_feet_and_nautical_miles(value: str, unit: str, metres: str) -> None:
    inner = (
        "<gmd:spatialResolution><gmd:MD_Resolution><gmd:distance>"
        f"<gco:Distance uom='{unit}'>{value}</gco:Distance></gmd:distance></gmd:MD_Resolution>"
        "</gmd:spatialResolution>"
    )
    assert iso.dataset(iso.data(inner))["spatial_resolution_in_meters"] == [metres]


def test_a_time_before_the_one_given_is_kept_as_such() -> None:
    period = (
        "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod>"
        "<gml:beginPosition indeterminatePosition='before'>1990</gml:beginPosition>"
        "<gml:endPosition indeterminatePosition='now'/>"
        "</gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>"
    )
    record = iso.record(iso.data(iso.extent(period)))
    assert record.dataset["temporal_coverage"] == [{"start": "1990"}]
    assert "before 1990" in record.unknown


def test_a_keyword_that_the_layout_of_the_document_breaks_is_one() -> None:
    words = iso.keywords("Unterirdische\n          Räume", "Lärm\nVerkehr")
    found = iso.dataset(iso.data(words))
    assert [tag["name"] for tag in found["tags"]] == ["Unterirdische Räume", "Lärm", "Verkehr"]
    theme = "Versorgungswirtschaft und\n     staatliche Dienste"
    theme = iso.keywords(theme, thesaurus="GEMET - INSPIRE themes, version 1.0")
    assert iso.dataset(iso.data(theme))["theme"]
