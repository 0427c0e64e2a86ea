"""The area of a dataset for Solr, the area that an address asks for, and areas with names."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ckanext.hanse.presentation.geojson import geometry
from ckanext.hanse.search import named_areas
from ckanext.hanse.search.area import area, area_query, asked_area, box_of_shape, with_area
from ckanext.hanse.search.area_names import cities, name_of
from ckanext.hanse.search.boxes import Box

MAP = Path(__file__).parents[2] / "ckanext-hanse" / "public" / "hanse" / "map"
HOLE = "POLYGON((12 54,13 54,13 55,12 55,12 54),(12.1 54.1,12.2 54.1,12.2 54.2,12.1 54.1))"
MANY = (
    '{"type":"MultiPolygon","coordinates":[[[[10,53],[11,53],[11,54],[10,53]]],'
    "[[[14,54],[15,54],[15,56],[14,54]]]]}"
)
KEY = "http://dcat-ap.de/def/politicalGeocoding/"


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([{"geom": HOLE}], "ENVELOPE(12,13,55,54)"),
        ([{"geom": MANY}], "ENVELOPE(10,15,56,53)"),
        ([{"bbox": "POLYGON((12 54,13 54,13 55,12 55,12 54))"}], "ENVELOPE(12,13,55,54)"),
        ([{"centroid": "POINT(12.14 54.09)"}], "ENVELOPE(12.14,12.14,54.09,54.09)"),
        ([{"geom": HOLE}, {"centroid": "POINT(14.5 53)"}], "ENVELOPE(12,14.5,55,53)"),
        # What cannot be read does not hide what can.
        ([{"bbox": "nowhere", "geom": HOLE}, {"geom": "POINT(312345 1)"}], "ENVELOPE(12,13,55,54)"),
        ([{"uri": KEY + "municipalityKey/13074087"}], "ENVELOPE(11.368,11.533,53.945,53.861)"),
        ([{"uri": KEY + "stateKey/13"}], "ENVELOPE(10.59,14.42,54.69,53.11)"),
        ([{"text": "Altstadt"}], None),
        ([], None),
        ("Rostock", None),
        (["Rostock"], None),
    ],
)  # fmt: skip
def test_area_of_a_dataset_is_the_box_around_all_its_places(
    places: Any, expected: str | None
) -> None:
    assert area({"spatial_coverage": places}) == expected


def test_dataset_without_coverage_has_no_area() -> None:
    assert area({}) is None


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("12,54,12.3,54.2", Box(12, 54, 12.3, 54.2)),
        (" 12 ; 54 ; 12.3 ; 54.2 ", Box(12, 54, 12.3, 54.2)),
        ("12.3,54.2,12,54", Box(12, 54, 12.3, 54.2)),
        ("170,50,-170,60", Box(170, 50, -170, 60)),
        ("170,50,190,60", Box(170, 50, -170, 60)),
        ("372,54,372.3,54.2", Box(12, 54, 12.3, 54.2)),
        ("-190,50,200,60", Box(-180, 50, 180, 60)),
        ("12,54,12,54", Box(12, 54, 12, 54)),
    ],
)
def test_box_of_an_address_is_read(text: str, box: Box) -> None:
    assert asked_area(text).box == box


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("12,54,nan,54.2", "not-four"),
        ("12,54,inf,54.2", "not-four"),
        ("12,54,12.3", "not-four"),
        ("1,2,3,4,5", "not-four"),
        ("Warnemünde", "not-four"),
        ("{!func}1,2", "not-four"),
        ("12," * 10_000, "not-four"),
        ("", "not-four"),
        ("12,54,12.3,91", "out-of-range"),
        ("1000,54,1001,55", "out-of-range"),
    ],
)
def test_what_is_no_box_is_named_and_filters_nothing(text: str, problem: str) -> None:
    asked = asked_area(text)
    assert (asked.box, asked.problem) == (None, problem)
    assert with_area({"fq": f'area:"{text}" +dataset_type:dataset'}) == {
        "fq": "+dataset_type:dataset"
    }


def test_swapped_corners_are_put_in_order_and_said_so() -> None:
    assert asked_area("12.3,54,12,54.2").problem == "swapped"
    assert asked_area("170,50,-170,60").problem == ""


def test_area_of_the_search_page_becomes_a_filter_query() -> None:
    fq = 'res_format:"CSV" area:"12,54,13,55" area_relation:"within" +dataset_type:dataset'
    assert with_area({"fq": fq, "fq_list": ["-hidden:1"]}) == {
        "fq": 'res_format:"CSV"   +dataset_type:dataset',
        "fq_list": ["-hidden:1", 'hanse_area:"Within(ENVELOPE(12,13,55,54))"'],
    }
    unknown = area_query(Box(12, 54, 13, 55), "beside")
    assert unknown == 'hanse_area:"Intersects(ENVELOPE(12,13,55,54))"'
    other = {"fq": 'hanse_area:"Within(ENVELOPE(12,13,55,54))"'}
    assert with_area(dict(other)) == other


def test_quotes_in_an_area_do_not_reach_solr() -> None:
    fq = 'area:"12,54" OR *:"x" area_relation:"wi"thin" +dataset_type:dataset'
    assert '"' not in with_area({"fq": fq})["fq"]


def test_known_areas_have_distinct_keys_and_boxes_in_order() -> None:
    known = named_areas.by_key()
    assert len(known) == len(named_areas.places()) + len(named_areas.regions())
    assert [area.key for area in named_areas.places() if area.kind == "city"] == [
        "luebeck", "rostock", "stralsund", "wismar",
    ]  # fmt: skip
    for found in known.values():
        assert found.box.west < found.box.east, found.key
        assert found.box.south < found.box.north, found.key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (KEY + "regionalKey/130030000000", "rostock"),
        ("https://www.dcat-ap.de/def/politicalGeocoding/municipalityKey/01003000", "luebeck"),
        ("130730088088", "stralsund"),
        (KEY + "stateKey/01", "schleswig-holstein"),
        ("http://publications.europa.eu/resource/authority/place/DEU_LBC", "luebeck"),
        ("Hansestadt Wismar", "wismar"),
        ("Rostock-Warnemünde", "rostock-warnemuende"),
        ("Rostock, Stadtteil Warnemünde", "rostock-warnemuende"),
        ("Germany", "deutschland"),
        (KEY + "municipalityKey/99999999", None),
        ("Altstadt", None),
        ("13", None),
        ("", None),
    ],
)
def test_keys_and_names_lead_to_areas(text: str, key: str | None) -> None:
    found = named_areas.known(text)
    assert (found.key if found else None) == key


def test_known_area_is_a_little_larger_for_what_is_entirely_inside() -> None:
    """The boxes are rough: a portal's own box of Rostock reaches beyond ours."""
    assert asked_area("rostock", "touches").fq.endswith('(ENVELOPE(12.002,12.297,54.244,54.039))"')
    assert "ENVELOPE(11.9666,12.3324,54.2686,54.0144)" in asked_area("rostock", "within").fq
    assert "ENVELOPE(12,13,55,54)" in asked_area("12,54,13,55", "within").fq


@pytest.mark.parametrize(
    ("box", "relation", "keys"),
    [
        (Box(11.37, 53.86, 11.53, 53.95), "is", ["wismar"]),
        (Box(12.04, 54.158, 12.096, 54.185), "is", ["rostock-warnemuende"]),
        (Box(10.6, 53.1, 14.4, 54.7), "is", ["mecklenburg-vorpommern"]),
        (Box(12.07, 54.17, 12.08, 54.175), "part", ["rostock-warnemuende"]),
        (Box(12.06, 54.17, 12.06, 54.17), "part", ["rostock-warnemuende"]),
        (Box(11.3, 53.8, 11.7, 54.0), "around", ["wismar"]),
        (Box(10.4, 53.7, 11.6, 54.1), "around", ["luebeck", "wismar"]),
        (Box(9.5, 53.3, 14.5, 55.0), "coast", ["ostsee"]),
        (Box(12.5, 54.4, 12.7, 54.5), "near", ["stralsund"]),
        (Box(2.2, 48.8, 2.4, 48.9), "part", ["europa"]),
        (Box(139.0, 35.0, 140.0, 36.0), "elsewhere", []),
        (Box(-180.0, -90.0, 180.0, 90.0), "is", ["welt"]),
    ],
)
def test_box_is_named_by_what_it_covers(box: Box, relation: str, keys: list[str]) -> None:
    found = name_of(box)
    assert (found.relation, [area.key for area in found.areas]) == (relation, keys)


def test_where_a_box_is_from_the_nearest_city() -> None:
    found = name_of(Box(12.5, 54.4, 12.7, 54.5))
    assert (found.direction, round(found.kilometres)) == ("nw", 35)


@pytest.mark.parametrize(
    ("text", "kind", "coordinates"),
    [
        ("POINT(12.1 54)", "Point", [12.1, 54.0]),
        ("MULTIPOINT(1 2,3 4)", "MultiPoint", [[1.0, 2.0], [3.0, 4.0]]),
        ("MULTIPOINT((1 2),(3 4))", "MultiPoint", [[1.0, 2.0], [3.0, 4.0]]),
        ("LINESTRING Z(1 2 3,3 4 5)", "LineString", [[1.0, 2.0], [3.0, 4.0]]),
        ('{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}', "Point", [1, 2]),
        ("ENVELOPE(1,2,4,3)", "Polygon", [[[1, 3], [2, 3], [2, 4], [1, 4], [1, 3]]]),
        (
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(3 4,5 6))",
            "Polygon",
            [[[1, 2], [5, 2], [5, 6], [1, 6], [1, 2]]],
        ),
    ],
)
def test_shape_becomes_what_a_map_draws(text: str, kind: str, coordinates: Any) -> None:
    assert geometry(text) == {"type": kind, "coordinates": coordinates}


def test_holes_stay_and_long_shapes_become_boxes() -> None:
    drawn = geometry(HOLE)
    assert drawn is not None
    assert [len(ring) for ring in drawn["coordinates"]] == [5, 4]
    long = "LINESTRING(" + ",".join(f"{10 + i / 9999:.7f} 54" for i in range(3000)) + ",10 55)"
    boxed = geometry(long)
    assert boxed is not None
    assert (boxed["type"], len(boxed["coordinates"][0])) == ("Polygon", 5)
    assert geometry("Rostock") is None


def test_base_map_is_light_and_has_the_cities_where_they_are() -> None:
    """80 kB at most, 30 kB compressed; each founding city's outline fits its box."""
    coast = (MAP / "baltic.json").read_bytes()
    assert len(coast) <= 80_000
    assert len(gzip.compress(coast)) <= 30_000
    assert "Natural Earth" in json.loads(coast)["source"]
    drawn = {
        feature["properties"]["organisation"]: feature
        for feature in json.loads((MAP / "cities.json").read_bytes())["features"]
        if "organisation" in feature["properties"]
    }
    for city in cities():
        feature = drawn.pop(city.city)
        assert feature["properties"]["source"] == "drawn by ckanext-hanse"
        outline = box_of_shape(json.dumps(feature["geometry"]))
        assert outline is not None
        assert outline.shared(city.box) > 0.85 * max(outline.size, city.box.size), city.city
    assert not drawn
