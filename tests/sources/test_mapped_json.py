"""Any JSON list by a mapping of the source: the contract, paging, and wrong mappings."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from hanse_harvesters.errors import ConfigError, NotACatalogue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.check import options_of
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing import Asked, Contract, Portal, Reply, Script

ADDRESS = "/daten/liste.json"
MAPPING = {
    "records": "ergebnis.daten",
    "identity": "nr",
    "origin": "seite",
    "fields": {
        "title": "name",
        "notes": "text",
        "url": "seite",
        "license_id": {"const": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"},
        "publisher": {"each": "amt", "fields": {"name": "bezeichnung"}},
        "resources": {
            "each": "dateien",
            "fields": {
                "name": "titel",
                "format": "typ",
                "download_url": {"text": "https://stadt.example/{pfad}"},
            },
        },
    },
}


def entry(name: str) -> dict[str, Any]:
    return {
        "nr": name,
        "seite": f"https://stadt.example/{name}",
        "name": name,
        "text": "Alle Bäume der Stadt.",
        "amt": {"bezeichnung": "Grünflächenamt"},
        "dateien": [{"titel": "Liste", "typ": "CSV", "pfad": f"{name}.csv"}],
    }


def page(entries: list[Any], **more: Any) -> Reply:
    return Reply(json.dumps({"ergebnis": {"daten": entries}, **more}).encode())


class TestMappedJson(Contract):
    kind = "json"
    path = ADDRESS
    options: ClassVar[dict[str, Any]] = {"mapping": MAPPING, "next": "weiter", "total": "anzahl"}

    def scripts(self, names: list[str]) -> dict[str, Script]:
        entries = [entry(name) for name in names]
        total = len(names)
        return {
            f"{ADDRESS}?seite=2": page(entries[4:], anzahl=total),
            ADDRESS: page(entries[:4], anzahl=total, weiter="?seite=2"),
        }

    def test_a_record_is_mapped_as_the_source_says(self, run: Any) -> None:
        with Portal({ADDRESS: page([entry("baum")])}) as portal:
            found = next(iter(run(portal)))

        assert found.identity == "baum"
        assert found.unknown == ""
        assert found.dataset["publisher"] == [{"name": "Grünflächenamt"}]
        assert found.dataset["resources"][0]["download_url"] == "https://stadt.example/baum.csv"
        assert found.dataset["resources"][0]["access_url"] == "https://stadt.example/baum.csv"
        assert not any(item.rule == "mandatory-missing" for item in found.issues)
        assert found.dataset["resources"][0]["license"].endswith("dl-zero-de/2.0")

    def test_the_next_page_is_found_beside_a_long_list_inside_an_object(self, run: Any) -> None:
        entries = [
            {**entry(f"baum-{n}"), "text": "Alle Bäume der Stadt. " * 100} for n in range(90)
        ]

        def inside(part: list[Any], **more: Any) -> Reply:
            return Reply(json.dumps({"ergebnis": {"daten": part, "seiten": more}}).encode())

        scripts = {
            f"{ADDRESS}?seite=2": inside(entries[60:], anzahl=90),
            ADDRESS: inside(entries[:60], anzahl=90, weiter="?seite=2"),
        }
        with Portal(scripts) as portal:
            walk = run(portal, next="ergebnis.seiten.weiter", total="ergebnis.seiten.anzahl")
            assert len(list(walk)) == 90
        assert walk.completeness.complete
        assert walk.completeness.declared == (90, 90)

    @pytest.mark.parametrize(
        "paging",
        [{"page": "p", "first_page": 0, "size": "n", "page_size": 2}, {"offset": "ab"}],
    )
    def test_pages_are_counted_where_nothing_links_them(
        self, run: Any, paging: dict[str, Any]
    ) -> None:
        entries = [entry(f"baum-{n}") for n in range(5)]

        def answer(asked: Asked) -> Reply:
            start = int(asked.query("ab") or 2 * int(asked.query("p") or 0))
            return page(entries[start : start + 2])

        with Portal({ADDRESS: answer}) as portal:
            walk = run(portal, **paging)
            assert len(list(walk)) == 5
            assert portal.asked[0].query("n") == str(paging.get("page_size", ""))
        assert walk.completeness.complete

    def test_a_portal_that_ignores_the_page_ends_the_walk(self, run: Any) -> None:
        with Portal({ADDRESS: page([entry("baum")])}) as portal:
            walk = run(portal, page="p")
            assert len(list(walk)) == 1
            assert len(portal.asked) == 2
        assert walk.completeness.reason == "page-repeated"

    def test_a_page_that_fails_leaves_the_walk_incomplete(self, run: Any) -> None:
        scripts = {**self.scripts(["a", "b", "c", "d", "e"]), f"{ADDRESS}?seite=2": Reply(b"{")}
        with Portal(scripts) as portal:
            walk = run(portal)
            assert len(list(walk)) == 4
        assert walk.completeness.reason == "page-failed"

    def test_a_path_that_leads_to_no_list_says_what_there_is(self, run: Any) -> None:
        wrong = {**MAPPING, "records": "resultat"}
        with (
            Portal({ADDRESS: page([entry("baum")])}) as portal,
            pytest.raises(NotACatalogue) as refused,
        ):
            list(run(portal, mapping=wrong))

        assert "resultat" in refused.value.text("de")
        assert "ergebnis" in refused.value.text("de")

    def test_a_path_that_meets_nothing_is_told_once(self, run: Any) -> None:
        wrong = {**MAPPING, "fields": {**MAPPING["fields"], "notes": "beschreibung"}}
        entries = [entry(f"baum-{n}") for n in range(6)]
        with Portal({ADDRESS: page(entries)}) as portal:
            walk = run(portal, mapping=wrong)
            assert len(list(walk)) == 6
        [found] = walk.issues
        assert found.rule == "json-fields-empty"
        assert found.value == "notes"

    def test_a_mapping_with_a_wrong_field_names_its_place(self, run: Any) -> None:
        with Portal() as portal, pytest.raises(ConfigError) as refused:
            run(portal, mapping={"fields": {"titel": "name"}})

        assert "options.mapping.fields" in refused.value.where

    def test_without_a_mapping_there_is_no_source(self, run: Any) -> None:
        with Portal() as portal, pytest.raises(ConfigError, match="mapping"):
            run(portal, mapping={})


def test_a_path_that_leads_to_nothing_is_said_with_what_there_is(patient: Any) -> None:
    with Portal({ADDRESS: page([entry("baum")])}) as portal:
        options = {"mapping": {**MAPPING, "records": "ergebnis.liste"}}
        source = SourceSettings("stadt", "json", portal.url(ADDRESS), "stadt", options=options)
        with pytest.raises(NotACatalogue) as refused:
            list(Run(source, client=patient(portal.endpoint, tries=1), workers=0))

    assert "ergebnis.liste" in refused.value.what_in("de")
    assert "im Dokument gibt es: ergebnis" in refused.value.what_in("de")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("records: [a\n", "line 2, column 1"),
        ("nur ein Text", "keys with values"),
        ("", "mapping is missing"),
    ],
)
def test_a_mapping_that_is_none_is_refused_with_the_place(mapping: str, said: str) -> None:
    options = {"mapping": mapping} if mapping else {}
    with pytest.raises(ConfigError, match=said):
        options_of(SourceSettings("stadt", "json", "https://a.example", "stadt", options=options))
