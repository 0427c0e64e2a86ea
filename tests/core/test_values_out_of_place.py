"""Values that stand where a portal should not have put them, and what they are read as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from portals.files import turtle

from hanse_harvesters.mapping.adapters import serialize
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.normalise import projected
from hanse_harvesters.normalise.in_degrees import geometry

LICENCES = "http://dcat-ap.de/def/licenses/"
WFS = "https://a.de/wfs"


def resource(folder: Path, said: str) -> tuple[dict[str, Any], set[str]]:
    found = turtle(
        folder,
        f"""@prefix cc: <http://creativecommons.org/ns#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://a.de/1> a dcat:Dataset ; dct:title "a" ; dcat:distribution <https://a.de/1a> .
        <https://a.de/1a> a dcat:Distribution ; {said} .""",
    )
    return found.one["resources"][0], {issue.rule for issue in found.records[0].issues}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("[ foaf:page <https://creativecommons.org/publicdomain/zero/1.0/> ]", "cc-zero"),
        ('[ dct:identifier "dl-zero-de/2.0" ]', "dl-zero-de/2.0"),
        ("[ rdfs:seeAlso <https://www.govdata.de/dl-de/by-2-0> ]", "dl-by-de/2.0"),
        ("[ owl:sameAs <http://creativecommons.org/licenses/by/4.0/legalcode> ]", "cc-by/4.0"),
        ('[ dct:title "Unsere Lizenz" ; foaf:page <https://spdx.org/licenses/ODbL-1.0> ]', "odbl"),
        ('"Lizenz: CC-BY 4.0 (Hansestadt)"', "cc-by/4.0"),
    ],
)
def test_a_licence_by_its_node(tmp_path: Path, said: str, code: str) -> None:
    found, rules = resource(tmp_path, f"dct:license {said}")
    assert found["license"] == LICENCES + code
    assert not rules & {"value-empty", "license-missing", "license-unknown"}


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (f"dcat:license <{LICENCES}cc-by/4.0>", "property-misplaced"),
        ("schema:license <https://creativecommons.org/licenses/by/4.0/>", "property-misplaced"),
        ("cc:license <https://creativecommons.org/licenses/by/4.0/>", "property-misplaced"),
        (f"dct:rights <{LICENCES}cc-by/4.0>", "license-misplaced"),
        ('dct:rights [ rdfs:label "Creative Commons Namensnennung 4.0" ]', "license-misplaced"),
        (f"dct:accessRights <{LICENCES}cc-by/4.0>", ""),
    ],
)
def test_a_licence_in_the_wrong_property(tmp_path: Path, said: str, rule: str) -> None:
    found, rules = resource(tmp_path, said)
    if rule:
        assert found["license"] == LICENCES + "cc-by/4.0"
        assert rule in rules


def test_rights_that_are_no_licence_make_none(tmp_path: Path) -> None:
    found, _ = resource(tmp_path, 'dct:rights "© Stadt, Nutzung nach CC BY 4.0 nur privat"')
    assert "license" not in found


def test_a_licence_in_words_is_a_node_and_reads_back(tmp_path: Path) -> None:
    found, _ = resource(tmp_path, 'dct:license "Nutzung nach Rücksprache mit dem Amt"')
    assert found["license"] == "Nutzung nach Rücksprache mit dem Amt"
    dataset = {"uri": "https://a.de/1", "title": "a", "resources": [found]}
    text = serialize(dataset_triples(dataset), "nt").decode()
    assert '<http://purl.org/dc/terms/license> "' not in text
    assert "<http://purl.org/dc/terms/LicenseDocument>" in text
    again = turtle(tmp_path, text).one["resources"][0]
    assert again["license"] == found["license"]


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ('dct:title "nichts"', None),
        (f"dcat:accessService [ a dcat:DataService ; dcat:endpointURL <{WFS}> ]", WFS),
        ("dcat:accessURL [ a foaf:Document ; foaf:page <https://a.de/e> ]", "https://a.de/e"),
    ],
)
def test_what_names_a_distribution_is_no_way_to_it(
    tmp_path: Path, said: str, url: str | None
) -> None:
    assert resource(tmp_path, said)[0].get("url") == url


def test_a_service_that_serves_a_dataset_is_a_way_to_it(tmp_path: Path) -> None:
    found = turtle(
        tmp_path,
        f"""<https://a.de/1> a dcat:Dataset ; dct:title "Eins" .
        <https://a.de/2> a dcat:Dataset ; dct:title "Zwei" ; dcat:distribution [
          a dcat:Distribution ; dcat:accessService <https://a.de/s> ] .
        <https://a.de/s> a dcat:DataService ; dct:title "WFS Eins" ; dcat:endpointURL <{WFS}> ;
          dcat:servesDataset <https://a.de/1>, <https://a.de/2>, <https://a.de/3> ;
          dct:license <{LICENCES}cc-by/4.0> .""",
    )
    assert found.titles == ["Eins", "Zwei"]  # none is made of what is only named
    one, two = (record.dataset["resources"] for record in found.records)
    assert [(item["name"], item["url"]) for item in one] == [("WFS Eins", WFS)]
    assert one[0]["license"] == LICENCES + "cc-by/4.0"
    assert one[0]["access_services"][0]["uri"] == "https://a.de/s"
    assert len(two) == 1


def test_an_address_behind_a_contact_belongs_to_it(tmp_path: Path) -> None:
    found = turtle(
        tmp_path,
        """<https://a.de/1> a dcat:Dataset ; dct:title "a" ; dct:language "TODO:" ;
        dcat:contactPoint [ vcard:fn "Amt" ; vcard:hasAddress [ a vcard:Address ;
          vcard:street-address "Markt 1" ; vcard:postal-code "18055" ;
          vcard:hasLocality "Rostock" ] ] .""",
    )
    (contact,) = found.one["contact"]
    assert (contact["street"], contact["postal_code"], contact["locality"]) == (
        "Markt 1", "18055", "Rostock",
    )  # fmt: skip
    assert "language" not in found.one


BOX = "((300000 6000000,310000 6000000,310000 6010000,300000 6010000,300000 6000000))"


@pytest.mark.parametrize(
    "came",
    [
        f"<http://www.opengis.net/def/crs/EPSG/0/25833> POLYGON{BOX}",
        f"SRID=32633;POLYGON{BOX}",
        f"<urn:ogc:def:crs:EPSG::25833> POLYGON{BOX}",
        f"POLYGON{BOX.replace('(3', '(333').replace(',3', ',333')}",
        "33300000,6000000,33310000,6010000",
    ],
)
def test_a_box_in_metres_is_one_in_degrees(came: str) -> None:
    outcome = geometry(came)
    assert outcome.value is not None
    assert outcome.value.startswith("POLYGON((11.93377")
    assert [said.rule for said in outcome.findings] == ["geometry-converted"]
    assert geometry(outcome.value).value == outcome.value


def test_a_point_in_geojson_and_a_system_that_is_not_known() -> None:
    named = '"crs":{"type":"name","properties":{"name":"EPSG:25833"}}'
    came = f'{{"type":"Point",{named},"coordinates":[391779.26,5820072.77]}}'
    assert geometry(came).value == '{"type": "Point", "coordinates": [13.4049998, 52.5200055]}'
    for other in (f"POLYGON{BOX}", f"<http://www.opengis.net/def/crs/EPSG/0/31468> POLYGON{BOX}"):
        outcome = geometry(other)
        assert outcome.value == other
        assert [said.rule for said in outcome.findings] == ["geometry-not-wgs84"]


def test_the_middle_of_a_zone_lies_on_its_meridian() -> None:
    east, north = projected.utm(32, 500_000, 5_400_000)
    assert (round(east, 9), round(north, 7)) == (9.0, 48.753013)
    assert projected.mercator(0, 0) == (0, 0)
