"""data.json (Project Open Data, DCAT-US): the contract, and what portals really write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hanse_harvesters.errors import TooMuch
from hanse_harvesters.sandbox.child import jsonlist
from hanse_harvesters.testing import Contract, Portal, Reply, Script

ADDRESS = "/data.json"


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
