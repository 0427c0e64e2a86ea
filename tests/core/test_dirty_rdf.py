"""RDF as portals write it: lists, classes, languages and values out of place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from portals.files import arrived, turtle

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
{}</rdf:RDF>"""


def dataset(folder: Path, said: str) -> dict[str, object]:
    return turtle(folder, f'<https://a.de/1> a dcat:Dataset ; dct:title "a" ; {said} .').one


def test_a_list_of_publishers_is_several_publishers(tmp_path: Path) -> None:
    found = dataset(tmp_path, 'dct:publisher ( [ foaf:name "A" ] ( [ foaf:name "B" ] ) )')
    assert found["publisher"] == [{"name": "A"}, {"name": "B"}]


def test_a_collection_of_distributions_is_several_resources(tmp_path: Path) -> None:
    body = """<dcat:Dataset rdf:about="https://a.de/1"><dct:title>a</dct:title>
      <dcat:distribution rdf:parseType="Collection">
        <dcat:Distribution><dcat:accessURL rdf:resource="https://a.de/a"/></dcat:Distribution>
        <dcat:Distribution><dcat:accessURL rdf:resource="https://a.de/b"/></dcat:Distribution>
      </dcat:distribution>
      <dct:relation><rdf:Bag><rdf:li rdf:resource="https://a.de/7"/></rdf:Bag></dct:relation>
      </dcat:Dataset>"""
    found = arrived(tmp_path, RDF.format(body)).one
    assert [item["url"] for item in found["resources"]] == ["https://a.de/a", "https://a.de/b"]
    assert found["relation"] == ["https://a.de/7"]


def test_a_list_that_runs_in_a_circle_ends(tmp_path: Path) -> None:
    found = turtle(
        tmp_path,
        """<https://a.de/1> a dcat:Dataset ; dct:title "a" ; dcat:keyword _:l .
        _:l rdf:first "x" ; rdf:rest _:l .""",
    )
    assert found.one["tags"] == [{"name": "x"}]


def test_ten_thousand_keywords_in_a_list_are_no_long_work(tmp_path: Path) -> None:
    begun = time.monotonic()
    words = " ".join(f'"Wort {number}"' for number in range(10_000))
    found = dataset(tmp_path, f"dcat:keyword ( {words} )")
    assert len(found["tags"]) == 10_000  # type: ignore[arg-type]
    assert time.monotonic() - begun < 20


def test_a_service_of_all_datasets_does_not_stand_in_each_of_them(tmp_path: Path) -> None:
    names = [f"<https://a.de/{number}>" for number in range(1500)]
    each = "".join(
        f"""{name} a dcat:Dataset ; dct:title "a" ; dcat:distribution [
          a dcat:Distribution ; dcat:accessURL <https://a.de/wfs> ;
          dcat:accessService <https://a.de/s> ] ."""
        for name in names
    )
    service = f"""<https://a.de/s> a dcat:DataService ; dct:title "WFS" ;
      dcat:endpointURL <https://a.de/wfs> ; dcat:servesDataset {", ".join(names)} ."""
    begun = time.monotonic()
    found = turtle(tmp_path, service + each)
    assert time.monotonic() - begun < 30
    assert len(found.titles) == 1500
    first = found.records[0]
    (used,) = first.dataset["resources"][0]["access_services"]
    assert used["serves_dataset"] == [first.identity]


@pytest.mark.parametrize("kind", ["void:Dataset", "schema:Dataset", "adms:Asset"])
def test_a_dataset_under_another_class_arrives_and_is_said(tmp_path: Path, kind: str) -> None:
    found = turtle(tmp_path, f'<https://a.de/1> a {kind} ; dct:title "a" .')
    assert found.titles == ["a"]
    assert "class-missing" in found.rules()


def test_a_catalogue_that_is_a_void_dataset_too_is_none(tmp_path: Path) -> None:
    found = turtle(tmp_path, '<https://a.de/c> a dcat:Catalog, void:Dataset ; dct:title "c" .')
    assert found.records == []


def test_a_dataset_with_nothing_but_its_address_is_rejected(tmp_path: Path) -> None:
    found = turtle(tmp_path, '<https://a.de/1> a dcat:Dataset ; dct:title " " .')
    assert found.titles == []
    assert "title-missing" in found.rules()


@pytest.mark.parametrize("name", ["rdfs:label", "schema:name", "foaf:name"])
def test_a_title_under_another_name_is_one(tmp_path: Path, name: str) -> None:
    found = turtle(tmp_path, f'<https://a.de/1> a dcat:Dataset ; {name} "Bäume" .')
    assert found.titles == ["Bäume"]


def test_languages_in_three_letters_are_the_same_languages(tmp_path: Path) -> None:
    said = 'dct:description "B"@ger, "D"@eng, "Ö"@x-default ; dcat:keyword "Grün"@DEU, "Zieleń"@pol'
    found = dataset(tmp_path, said)
    assert found["notes_translated"] == {"de": "B", "en": "D"}
    assert found["tags_translated"] == {"de": ["Grün"], "pl": ["Zieleń"]}


@pytest.mark.parametrize("box", ["9.8,53.4,10.2,53.7", "[9.8, 53.4, 10.2, 53.7]"])
def test_a_box_in_place_of_a_location_is_a_box(tmp_path: Path, box: str) -> None:
    found = dataset(tmp_path, f'dct:spatial "{box}"')
    corners = "9.8 53.4,10.2 53.4,10.2 53.7,9.8 53.7,9.8 53.4"
    assert found["spatial_coverage"] == [{"bbox": f"POLYGON(({corners}))"}]


def test_a_relative_media_type_is_a_media_type(tmp_path: Path) -> None:
    file = "[ dcat:accessURL <https://a.de/a> ; dcat:mediaType <text/csv> ]"
    (resource,) = dataset(tmp_path, f"dcat:distribution {file}")["resources"]  # type: ignore[misc]
    assert (resource["mimetype"], resource["format"]) == ("text/csv", "CSV")  # type: ignore[index]


def test_addresses_joined_in_one_come_apart(tmp_path: Path) -> None:
    base = "http://publications.europa.eu/resource/authority/data-theme/"
    found = dataset(tmp_path, f'dcat:theme "{base}ECON, {base}TRAN"')
    assert found["theme"] == [f"{base}ECON", f"{base}TRAN"]


def test_a_contact_of_the_first_dcat_is_read(tmp_path: Path) -> None:
    mail = "vcard:hasEmail [ vcard:value <mailto:a@b.de> ]"
    found = dataset(tmp_path, f'adms:contactPoint [ a vcard:Kind ; vcard:fn "Amt" ; {mail} ]')
    assert found["contact"] == [{"name": "Amt", "email": "a@b.de"}]


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("1614852672000", "2021-03-04T10:11:12Z"),
        ("01.02.19", "2019-02-01"),
        ("01.02.71", "1971-02-01"),
        ("Thu Jan 28 01:51:03 CET 2021", "2021-01-28T01:51:03+01:00"),
    ],
)
def test_dates_of_programs_and_of_haste_are_read_and_said(
    tmp_path: Path, came: str, read: str
) -> None:
    found = turtle(
        tmp_path, f'<https://a.de/1> a dcat:Dataset ; dct:title "a" ; dct:issued "{came}" .'
    )
    assert found.one["issued"] == read
    assert {"date-format", "date-short-year"} & set(found.rules())


def test_no_format_known_is_no_format(tmp_path: Path) -> None:
    file = '[ dcat:accessURL <https://a.de/a.csv> ; dct:format "unbekannt" ; dct:license "keine" ]'
    (resource,) = dataset(tmp_path, f"dcat:distribution {file}")["resources"]  # type: ignore[misc]
    assert resource["format"] == "CSV"  # type: ignore[index]
    assert "license" not in resource  # type: ignore[operator]
