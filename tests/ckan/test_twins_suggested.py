"""What may be the same is suggested with its reasons; a person decides, and that lasts."""

from __future__ import annotations

from pathlib import Path

import pytest
from portals_of_a_city import Portals, links, named, titles
from stand_in import Entry, StandIn

LAND = "https://land.example"


@pytest.fixture
def portals(portal: StandIn, tmp_path: Path, clean: None) -> Portals:
    found = Portals(portal)
    found.sync(tmp_path)
    return found


def period(key: str, title: str, year: int) -> Entry:
    entry = named(key, title)
    entry.extra += (
        f' dcterms:temporal [ a dcterms:PeriodOfTime ; dcat:startDate "{year}-01-01"^^xsd:date ;'
        f' dcat:endDate "{year}-12-31"^^xsd:date ] ;'
    )
    return entry


SAME_FILE = {"liste": "http://daten.example.org/datensatz/a/liste.csv"}


@pytest.mark.parametrize(
    ("here", "there", "rules"),
    [
        (
            named("a", "Bäume, Straßen"),
            named("b", "bäume straßen"),
            ["same-title", "same-publisher", "same-city"],
        ),
        (
            named("a", "Bäume", files=("liste",)),
            named("b", "Kataster", files=("liste",), downloads=SAME_FILE),
            ["same-download", "same-publisher", "same-city"],
        ),
        (
            period("a", "Straßenbäume der Hansestadt Lübeck", 2020),
            period("b", "Straßenbäume Hansestadt Lübeck", 2020),
            ["similar-title", "same-publisher", "same-city", "same-period"],
        ),
        (named("a", "Wahl 2019"), named("b", "Wahl 2021"), None),
        (named("a", "Bäume"), named("b", "Bäder"), None),
    ],
)
def test_what_may_be_the_same(
    portals: Portals, here: Entry, there: Entry, rules: list[str] | None
) -> None:
    portals.run("stadt", here)
    portals.run("land", there, base=LAND)
    assert links() == ([] if rules is None else [("suggested", rules)])
    assert len(titles()) == 2


def test_the_same_iri_in_another_city_is_for_a_person(portals: Portals) -> None:
    portals.run("stadt", Entry("a", "Bäume"))
    portals.run("else", Entry("a", "Kataster"))
    ((verdict, rules),) = links()
    assert (verdict, rules[0]) == ("suggested", "same-iri")


def test_a_title_that_every_city_has_is_no_reason_between_cities(portals: Portals) -> None:
    portals.run("stadt", named("a", "Bevölkerung"))
    portals.run("else", named("b", "Bevölkerung", publisher="Wismar"), base=LAND)
    assert links() == []


def test_an_address_that_many_share_is_no_reason(portals: Portals) -> None:
    many = [
        named(
            f"a{n}", f"Karte {word}", files=("wms",), downloads={"wms": "https://geo.example/wms"}
        )
        for n, word in enumerate(("Bäume", "Wege", "Bäder", "Höfe", "Kais", "Parks", "Türme"))
    ]
    portals.run("stadt", *many)
    other = named("b", "Dienst", files=("wms",), downloads={"wms": "https://geo.example/wms"})
    portals.run("land", other, base=LAND)
    assert links() == []


def test_a_suggestion_goes_when_its_reasons_go(portals: Portals) -> None:
    portals.run("stadt", named("a", "Bäume"))
    portals.run("land", named("b", "Bäume"), base=LAND)
    assert [verdict for verdict, _ in links()] == ["suggested"]
    portals.run("land", named("b", "Gewässer"), base=LAND)
    assert links() == []
