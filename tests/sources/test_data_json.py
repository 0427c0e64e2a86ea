"""data.json (Project Open Data, DCAT-US): the contract, and what portals really write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hanse_harvesters.detection.run import detect
from hanse_harvesters.errors import TooMuch
from hanse_harvesters.mapping.jsontable import JsonTable
from hanse_harvesters.sandbox.child import jsonlist, jsonstream
from hanse_harvesters.testing import Contract, Portal, Reply, Script

ADDRESS = "/data.json"
RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
BOX = "POLYGON((10 53,11 53,11 54,10 54,10 53))"


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "accessLevel": "public",
        "identifier": f"https://stadt.example/dataset/{name}",
        "title": name,
        "description": "Alle Bäume der Stadt.",
        "keyword": ["Baum", "Grün"],
        "modified": "2024-05-02",
        "publisher": {"@type": "org:Organization", "name": "Grünflächenamt"},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": "Amt",
            "hasEmail": "mailto:amt@stadt.example",
        },
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "downloadURL": f"https://stadt.example/{name}.csv",
                "mediaType": "text/csv",
                "title": "Liste",
            }
        ],
        **more,
    }


def document(entries: list[Any]) -> Reply:
    whole = {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": entries,
    }
    return Reply(json.dumps(whole).encode(), headers={"Content-Type": "application/json"})


class TestDataJson(Contract):
    kind = "data-json"
    path = ADDRESS

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {ADDRESS: document([entry(name) for name in names])}

    def _one(self, run: Any, **more: Any) -> Any:
        with Portal({ADDRESS: document([entry("baum", **more)])}) as portal:
            return next(iter(run(portal)))

    def test_every_field_has_its_place(self, run: Any) -> None:
        found = self._one(
            run,
            temporal="2020-01-01/2020-12-31",
            spatial="-10.5,50,11,54",
            accrualPeriodicity="R/P1Y",
            landingPage="https://stadt.example/baum",
            bureauCode=["015:11"],
        )

        dataset = found.dataset
        assert dataset["publisher"] == [{"name": "Grünflächenamt"}]
        assert dataset["contact"] == [{"name": "Amt", "email": "amt@stadt.example"}]
        assert dataset["temporal_coverage"] == [{"start": "2020-01-01", "end": "2020-12-31"}]
        assert dataset["spatial_coverage"][0]["bbox"].startswith("POLYGON((-10.5 50")
        assert dataset["frequency"].endswith("/ANNUAL")
        assert dataset["access_rights"].endswith("/PUBLIC")
        assert dataset["resources"][0]["license"].startswith("http")
        assert found.origin == "https://stadt.example/baum"
        assert json.loads(found.unknown) == {"bureauCode": ["015:11"]}

    def test_empty_values_of_every_notation_are_none(self, run: Any) -> None:
        found = self._one(
            run, spatial=None, temporal="", theme=[None], rights="None", references=[]
        )

        absent = {"spatial_coverage", "temporal_coverage", "theme", "rights", "references"}
        assert not absent & found.dataset.keys()

    def test_a_repetition_in_place_of_a_date_is_the_frequency(self, run: Any) -> None:
        found = self._one(run, modified="R/P1W")

        assert found.dataset["frequency"].endswith("/WEEKLY")
        assert "modified" not in found.dataset
        assert not any(item.field == "modified" for item in found.issues if "date" in item.rule)

    @pytest.mark.parametrize(
        ("given", "field", "expected"),
        [
            ({"publisher": "Amt"}, "publisher", [{"name": "Amt"}]),
            (
                {"publisher": [{"name": "A"}, {"name": "B"}]},
                "publisher",
                [{"name": "A"}, {"name": "B"}],
            ),
            ({"publisher": {"name": "None"}}, "publisher", None),
            ({"contactPoint": {"fn": "Amt", "hasEmail": "mailto:"}}, "contact", [{"name": "Amt"}]),
            ({"contactPoint": "amt@stadt.example"}, "contact", [{"email": "amt@stadt.example"}]),
            (
                {"contactPoint": [{"fn": "Amt"}, {"fn": "None", "hasEmail": None}]},
                "contact",
                [{"name": "Amt"}],
            ),
            ({"keyword": "Baum, Grün"}, "tags", [{"name": "Baum"}, {"name": "Grün"}]),
            ({"keyword": {"0": "Baum", "3": "Grün"}}, "tags", [{"name": "Baum"}, {"name": "Grün"}]),
            ({"keyword": ["", None, "None"]}, "tags", None),
            ({"accessLevel": "non-public"}, "access_rights", f"{RIGHTS}NON_PUBLIC"),
            ({"language": {"@id": f"{LANGUAGES}DEU"}}, "language", [f"{LANGUAGES}DEU"]),
            ({"isPartOf": "https://stadt.example/c"}, "is_part_of", ["https://stadt.example/c"]),
            ({"temporal": "2020-01-01/"}, "temporal_coverage", [{"start": "2020-01-01"}]),
            ({"temporal": "/2020-12-31"}, "temporal_coverage", [{"end": "2020-12-31"}]),
            ({"spatial": [10, 53, 11, 54]}, "spatial_coverage", [{"bbox": BOX}]),
            ({"spatial": [[10, 53], [11, 54]]}, "spatial_coverage", [{"bbox": BOX}]),
            ({"spatial": "ENVELOPE(10,11,54,53)"}, "spatial_coverage", [{"bbox": BOX}]),
            (
                {"spatial": {"type": "envelope", "coordinates": [[10, 54], [11, 53]]}},
                "spatial_coverage",
                [{"bbox": BOX}],
            ),
            ({"spatial": {"bbox": ["10", "53", "11", "54"]}}, "spatial_coverage", [{"bbox": BOX}]),
            ({"spatial": dict(zip("xy", "ab", strict=True))}, "spatial_coverage", None),
            (
                {"spatial": "https://geo.example/1"},
                "spatial_coverage",
                [{"uri": "https://geo.example/1"}],
            ),
            ({"modified": {"@value": "2024-01-01"}}, "modified", "2024-01-01"),
            ({"title": {"@value": "Bäume", "@language": "de"}}, "title", "Bäume"),
        ],
    )
    def test_values_as_portals_write_them(
        self, run: Any, given: dict[str, Any], field: str, expected: Any
    ) -> None:
        assert self._one(run, **given).dataset.get(field) == expected

    @pytest.mark.parametrize(
        ("files", "addresses"),
        [
            ({"downloadURL": "https://a.example/1"}, ["https://a.example/1"]),
            (
                {
                    "0": {"downloadURL": "https://a.example/1"},
                    "2": {"accessURL": "https://a.example/2"},
                },
                ["https://a.example/1", "https://a.example/2"],
            ),
            ("https://a.example/1", ["https://a.example/1"]),
            (
                [{"downloadURL": ["https://a.example/1", "https://a.example/2"]}],
                ["https://a.example/1"],
            ),
            (False, []),
            ([{"downloadURL": None, "accessURL": "", "format": "None"}], []),
        ],
    )
    def test_files_as_portals_write_them(self, run: Any, files: Any, addresses: list[str]) -> None:
        found = self._one(run, distribution=files).dataset.get("resources") or []

        assert [item.get("download_url") or item.get("access_url") for item in found] == addresses
        if isinstance(files, list) and addresses:
            assert found[0]["other_download_urls"] == ["https://a.example/2"]

    def test_what_an_object_says_that_has_no_field_is_kept(self, run: Any) -> None:
        found = self._one(run, spatial={"zone": "Nord"}, isPartOf="reihe-1")

        assert json.loads(found.unknown) == {"spatial.zone": ["Nord"], "isPartOf": ["reihe-1"]}

    def test_one_identifier_for_two_datasets_costs_neither(self, run: Any) -> None:
        two = [entry("baum"), entry("baum", title="Fluss")]
        with Portal({ADDRESS: document(two)}) as portal:
            records = list(run(portal))

        assert [record.dataset["title"] for record in records] == ["baum", "Fluss"]
        assert "identity-duplicate" in {item.rule for item in records[1].issues}

    def test_datasets_of_dcat_us_3_in_inner_catalogues_and_series_arrive(self, run: Any) -> None:
        inner = {"dataset": [entry("fluss", identifier={"notation": "F-1"})]}
        whole = {
            "dataset": [entry("baum")],
            "catalog": [{**inner, "catalog": [{"dataset": [entry("see")]}]}],
            "datasetSeries": [{"title": "Reihe", "seriesMember": [entry("2023")]}],
        }
        with Portal({ADDRESS: Reply(json.dumps(whole).encode())}) as portal:
            walk = run(portal)
            records = list(walk)

        assert [record.dataset["title"] for record in records] == ["baum", "fluss", "see", "2023"]
        assert records[1].identity == "F-1"
        assert walk.completeness.complete

    def test_what_dcat_us_3_says_more_has_its_place(self, run: Any) -> None:
        found = self._one(
            run,
            otherIdentifier=[{"notation": "10.1/baum"}],
            page=[{"@id": "urn:x:page", "accessURL": "https://stadt.example/hilfe", "title": "H"}],
            sample=[{"@id": "urn:x:probe", "downloadURL": "https://stadt.example/probe.csv"}],
            conformsTo=[{"@id": "https://norm.example/1", "title": "Norm 1"}],
            contributor={"@id": "https://stadt.example/verein", "name": "Verein"},
            qualifiedAttribution=[
                {"hadRole": "https://rolle.example/wart", "agent": {"name": "Baumwart"}}
            ],
            qualifiedRelation=[
                {"hadRole": "https://rolle.example/in", "relation": "https://stadt.example/modell"}
            ],
            provenance=["Im Gelände erhoben."],
            previousVersion={"@id": "https://stadt.example/baum-2023", "title": "2023"},
            relation=["https://stadt.example/straucher"],
            spatialResolutionInMeters="10",
            temporalResolution="P1D",
            versionNotes="Neu vermessen",
            contactPoint={
                "fn": "Amt",
                "address": [
                    {"street-address": "Markt 1", "postal-code": "23552", "locality": "Lübeck"}
                ],
            },
            distribution=[
                {
                    "accessURL": "https://stadt.example/api",
                    "accessService": [
                        {"title": "API", "endpointURL": ["https://stadt.example/api/v1"]}
                    ],
                }
            ],
        )

        dataset = found.dataset
        assert dataset["alternate_identifier"] == ["10.1/baum"]
        assert dataset["documentation"] == ["https://stadt.example/hilfe"]
        assert dataset["sample"] == ["https://stadt.example/probe.csv"]
        assert dataset["conforms_to"] == ["https://norm.example/1"]
        assert dataset["contributor"] == [{"uri": "https://stadt.example/verein", "name": "Verein"}]
        assert dataset["qualified_attribution"] == [
            {"role": "https://rolle.example/wart", "agent": [{"name": "Baumwart"}]}
        ]
        assert dataset["qualified_relation"] == [
            {"role": "https://rolle.example/in", "relation": "https://stadt.example/modell"}
        ]
        assert dataset["provenance"] == "Im Gelände erhoben."
        assert dataset["previous_version"] == "https://stadt.example/baum-2023"
        assert dataset["relation"] == ["https://stadt.example/straucher"]
        assert dataset["spatial_resolution_in_meters"] == ["10"]
        assert (dataset["temporal_resolution"], dataset["version_notes"]) == (
            "P1D",
            "Neu vermessen",
        )
        assert dataset["contact"] == [
            {"name": "Amt", "street": "Markt 1", "postal_code": "23552", "locality": "Lübeck"}
        ]
        (service,) = dataset["resources"][0]["access_services"]
        assert service == {"title": "API", "endpoint_url": ["https://stadt.example/api/v1"]}
        assert set(json.loads(found.unknown)) == {
            "page.@id",
            "page.title",
            "sample.@id",
            "conformsTo.title",
            "previousVersion.title",
        }

    def test_what_version_1_0_writes_has_its_place(self, run: Any) -> None:
        plain = {"contactPoint": "Jan Amt", "mbox": "amt@stadt.example", "distribution": None}
        one = self._one(run, **plain, accessURL="https://stadt.example/b.csv", format="text/csv")
        two = self._one(
            run,
            **plain,
            webService="https://stadt.example/api",
            dataDictionary="https://stadt.example/d",
        )

        assert one.dataset["contact"] == [{"name": "Jan Amt", "email": "amt@stadt.example"}]
        (file,) = one.dataset["resources"]
        assert (file["access_url"], file["format"]) == ("https://stadt.example/b.csv", "CSV")
        assert two.dataset["resources"][0]["access_url"] == "https://stadt.example/api"
        assert two.dataset["documentation"] == ["https://stadt.example/d"]
        assert one.unknown == two.unknown == ""

    @pytest.mark.parametrize("more", [{}, {"@context": "https://catalog.example/dcat-us/3.jsonld"}])
    def test_a_single_dataset_is_read_too(self, run: Any, patient: Any, more: Any) -> None:
        whole = {**more, "@id": "https://stadt.example/baum", **entry("baum")}
        with Portal({ADDRESS: Reply(json.dumps(whole).encode())}) as portal:
            assert [record.dataset["title"] for record in run(portal)] == ["baum"]
            found = detect(portal.url(ADDRESS), patient(portal.endpoint, tries=1))
        assert found.best is not None
        assert found.best.kind == "data-json"

    def test_services_beside_the_datasets_are_named(self, run: Any) -> None:
        service = {"title": "Kartendienst", "endpointURL": ["https://stadt.example/api"]}
        whole = {"dataset": [entry("baum")], "service": [service, None]}
        with Portal({ADDRESS: Reply(json.dumps(whole).encode())}) as portal:
            walk = run(portal)
            assert len(list(walk)) == 1

        assert [(i.rule, i.value) for i in walk.issues] == [("data-json-services", "Kartendienst")]

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le"])
    def test_every_encoding_of_json_is_read(self, run: Any, codec: str) -> None:
        body = document([entry("bäume")]).body.decode().encode(codec)
        with Portal({ADDRESS: Reply(body)}) as portal:
            assert [record.dataset["title"] for record in run(portal)] == ["bäume"]

    def test_what_stands_before_a_break_arrives_and_nothing_is_missing(self, run: Any) -> None:
        entries = [entry(f"baum-{n}") for n in range(5)]
        body = document(entries).body
        with Portal({ADDRESS: Reply(body[: -len(body) // 9])}) as portal:
            walk = run(portal)
            count = sum(1 for _ in walk)

        assert len(entries) * 3 // 5 < count < len(entries)
        assert walk.completeness.reason == "page-failed"

    def test_a_place_by_name_is_no_geometry(self, run: Any) -> None:
        found = self._one(run, spatial="Hanse- und Universitätsstadt")

        assert found.dataset["spatial_coverage"] == [{"text": "Hanse- und Universitätsstadt"}]

    def test_the_list_alone_is_read_too(self, run: Any) -> None:
        listed = Reply(json.dumps([entry("baum"), entry("fluss")]).encode())
        with Portal({ADDRESS: listed}) as portal:
            assert [record.dataset["title"] for record in run(portal)] == ["baum", "fluss"]

    def test_an_entry_that_is_no_object_costs_no_other(self, run: Any) -> None:
        with Portal({ADDRESS: document([entry("baum"), "kaputt", None, entry("fluss")])}) as portal:
            records = list(run(portal))

        assert [record.usable for record in records] == [True, False, True]
        assert {item.rule for item in records[1].issues} >= {"title-missing"}

    def test_numbers_that_json_has_not_and_double_keys_are_reported(self, run: Any) -> None:
        body = document([entry("baum")]).body.replace(
            b'"modified"', b'"size": NaN, "title": "zwei", "modified"'
        )
        with Portal({ADDRESS: Reply(body)}) as portal:
            walk = run(portal)
            titles = [record.dataset["title"] for record in walk]

        assert titles == ["zwei"]
        assert {item.rule for item in walk.issues} == {"json-odd", "json-repaired"}

    def test_a_document_that_is_nested_too_deeply_says_so(self, run: Any) -> None:
        deep = b'{"dataset": [{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}]}"
        with Portal({ADDRESS: Reply(deep)}) as portal, pytest.raises(TooMuch, match="nest"):
            list(run(portal))


@pytest.mark.parametrize("path", ["dataset", "data.dataset"])
def test_what_stands_beside_the_records_is_the_same_in_a_stream(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = {
        "links": [{"rel": "next", "href": "?page=2"}],
        "meta": {"pages": {"next": "?page=2", "deep": [[1], {"a": None}]}},
        "total": 50,
        "long": list(range(200_000)),
    }
    whole: dict[str, Any] = {**beside, "dataset": [entry(f"baum-{n}") for n in range(50)], "z": 1}
    whole = {"data": whole, "first": {"b": True}} if "." in path else whole
    file = tmp_path / "list.json"
    file.write_text(json.dumps(whole), "utf-8")
    heads = []
    for most in (1, 1 << 24):
        monkeypatch.setattr(jsonlist, "_LARGE", most)
        with file.open("rb") as opened:
            items = jsonlist.records(opened, "", path=path)
            heads += [item[1:] for item in items if item[0] == "head"]
    (streamed, _, count), (read, _, same) = heads
    assert count == same == 50
    assert streamed == read
    found = read["data"] if "." in path else read
    assert found["links"] == beside["links"]
    assert found["meta"] == beside["meta"]


def test_a_large_document_is_read_in_a_stream_to_the_same_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = document([entry(f"baum-{n}", size=1.5) for n in range(50)]).body
    file = tmp_path / "data.json"
    file.write_bytes(text)
    found = {}
    for most in (1, len(text) + 1):
        monkeypatch.setattr(jsonlist, "_LARGE", most)
        with file.open("rb") as opened:
            items = list(jsonlist.records(opened, "", path="dataset"))
        found[most] = [item for item in items if item[0] == "record"]
        assert sum(item[-1] for item in items if item[0] == "head") == 50
    assert found[1] == found[len(text) + 1]
    assert len(found[1]) == 50


def test_a_large_document_that_breaks_off_gives_what_stands_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = document([entry(f"baum-{n}") for n in range(20)]).body
    file = tmp_path / "data.json"
    file.write_bytes(body[: len(body) // 2])
    monkeypatch.setattr(jsonlist, "_LARGE", 1)
    titles: list[str] = []
    with file.open("rb") as opened, pytest.raises(ValueError, match="line 1"):
        titles.extend(item[1]["title"] for item in jsonlist.records(opened, "", path="dataset"))
    assert titles == [f"baum-{n}" for n in range(len(titles))]
    assert 8 <= len(titles) <= 11


def test_a_large_document_that_is_not_quite_json_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = document([entry(f"baum-{n}") for n in range(20)]).body
    file = tmp_path / "data.json"
    file.write_bytes(body.replace(b'"title": "baum-9"', b'"size": NaN, "title": "baum-9"', 1))
    monkeypatch.setattr(jsonlist, "_LARGE", 1)
    with file.open("rb") as opened:
        items = list(jsonlist.records(opened, "", path="dataset"))

    titles = [item[1]["title"] for item in items if item[0] == "record"]
    assert titles == [f"baum-{n}" for n in range(20)]
    assert [item[3] for item in items if item[0] == "head"] == [20]


@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_where_a_stream_is_cut_changes_nothing(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = [
        entry("innen-1"),
        {"title": "a", "title ": "\u00e4\ud83d\udea2\\", "x": [-1.5e-7, 12]},
    ]
    whole = {
        "total": 1234567,
        "catalog": [{"title": "Hafen", "dataset": inside, "n": True}, {"catalog": {"dataset": []}}],
        "dataset": [entry(f"baum-{n}", size=n * 100) for n in range(5)],
        "datasetSeries": {"seriesMember": entry("reihe-1"), "other": None},
    }
    text = json.dumps(whole).replace('"title": "a"', '"title": "a", "title": NaN', 1)
    file = tmp_path / "data.json"
    file.write_text("\ufeff" + text.replace(", ", " ,\r\n\t"), "utf-8")
    path = JsonTable.shipped("data-json").records
    found = []
    for most in (1, 1 << 24):
        monkeypatch.setattr(jsonlist, "_LARGE", most)
        monkeypatch.setattr(jsonstream, "_CHUNK", chunk)
        with file.open("rb") as opened:
            items = list(jsonlist.records(opened, "", path=path))
        records = sorted(json.dumps(item[1]) for item in items if item[0] == "record")
        found.append((records, [item[1:] for item in items if item[0] == "head"]))
    assert found[0] == found[1]
    assert len(found[0][0]) == 8
    ((rest, odd, count),) = found[0][1]
    assert (odd, count) == ({"duplicate key": 1, "NaN, Infinity": 1}, 8)
    assert rest["catalog"][0] == {"title": "Hafen", "dataset": [], "n": True}


@pytest.mark.parametrize("most", [1, 1 << 24])
def test_a_number_without_end_costs_only_itself(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data.json"
    numbers = [f'{{"title": "a{n}", "size": {"9" * n}}}' for n in (3, 3_000, 10_000, 100_000)]
    file.write_text(f'{{"dataset": [{",".join(numbers)}]}}', "utf-8")
    monkeypatch.setattr(jsonlist, "_LARGE", most)
    with file.open("rb") as opened:
        items = list(jsonlist.records(opened, "", path="dataset"))
    sizes = [item[1]["size"] for item in items if item[0] == "record"]
    assert sizes == [999, int("9" * 3_000), None, None]
    (odd,) = (item[2] for item in items if item[0] == "head")
    assert odd == {"NaN, Infinity": 2}


def test_a_depth_in_a_stream_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonlist, "_LARGE", 1)
    for before in ('{"dataset": [', '{"x": ', '{"dataset": [{"a": {"b": '):
        for depth in (300, 10_000, 500_000):
            file = tmp_path / "deep.json"
            file.write_text(before + "[" * depth, "utf-8")
            with file.open("rb") as opened, pytest.raises((RecursionError, ValueError)):
                list(jsonlist.records(opened, "", path="dataset"))
