"""Editions by title: what belongs together, in which order, and what only looks like a year."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.editions import Edition, edition


def _of(title: str) -> Edition:
    found = edition(title)
    assert found, title
    return found


@pytest.mark.parametrize(
    "titles",
    [
        ["Haushaltsplan 2019", "Haushaltsplan 2020", "Haushaltsplan 2021/2022"],
        ["Schülerzahlen 2020/21", "Schülerzahlen 2021/22", "Schuelerzahlen (2022/23)"],
        ["Einwohner Stand 2021", "Einwohner, Stand: 31.12.2022", "Einwohner 2023"],
        ["Arbeitslose März 2021", "Arbeitslose Dezember 2021", "Arbeitslose 02/2022"],
        ["Fahrgäste 1. Quartal 2021", "Fahrgäste Q4 2021", "Fahrgäste II. Quartal 2022"],
        ["Luftbilder 1943", "Luftbilder_2020"],
        ["2019 Baumfällungen", "2020 Baumfällungen"],
        ["Unfälle 2015–2019", "Unfälle 2016-2020", "Unfälle 2017 bis 2021"],
        ["B 96 Verkehrszählung 2019", "B 96 Verkehrszählung 2020"],
        ["Abfallkalender für das Jahr 2024", "Abfallkalender 2025"],
        ["Sitzung des Rats 06. Mai 1954", "Sitzung des Rats 16./17. Dezember 1993"],
        ["Ausfuhr April bis Juni 2009", "Ausfuhr Juli bis September 2009"],
        ["Schulstatistik 2014/2015", "Schulstatistik 2018 2019", "Schulstatistik 2019 2020"],
        ["Ergebnisse der Ratswahl_20090830", "Ergebnisse der Ratswahl_20140525"],
        ["Gastgewerbe im Juni 2012", "Gastgewerbe November 2016"],
    ],
)
def test_editions_have_one_key_and_an_order(titles: list[str]) -> None:
    found = [_of(title) for title in titles]
    assert len({item.key for item in found}) == 1
    assert [item.order for item in found] == sorted(item.order for item in found)
    assert len({item.order for item in found}) == len(found)


@pytest.mark.parametrize(
    "title",
    [
        "Bebauungsplan Nr. 11",
        "Bebauungsplan 12/2019",
        "2. Änderung des Flächennutzungsplans",
        "Agenda 2030",
        "Klimastrategie 2035",
        "Spielplätze in 18055 Rostock",
        "Bundesstraße B 96",
        "Schulen in der Hauptstraße 20",
        "Denkmal Nr. 1998",
        "Staatsarchiv, Devisenstelle, Nr. F 1828",
        "Staatsarchiv, Devisenstelle, Nr. R 1940_0044",
        "Firmen (WZ 2003)",
        "Stadtkarte 1:2000",
        "Orthophotos DHHN2016",
        "Fälle von 2019-nCoV",
        "Städte über 2000 Einwohner",
        "Kirchenaustritte seit 1988",
        "Straßenreinigungsgebühren ab 2018",
        "Einwohner bis zum Jahr 2035",
        "Bevölkerungsprognose 2035",
        "TK25 Blatt 2026",
        "Gebäude nach Baujahr 1919",
        "Gewinne und Verluste gegenüber der Bundestagswahl 2013",
        "2019",
        "31.12.2021",
        "Straßenbäume",
        "",
    ],
)
def test_a_number_that_is_no_time_makes_no_edition(title: str) -> None:
    assert edition(title) is None


def test_different_things_have_different_keys() -> None:
    titles = (
        "Bebauungsplan Nr. 11 (2019)",
        "Bebauungsplan Nr. 12 (2020)",
        "Haushaltsplan 2019",
        "Haushalte 2019",
        "1. Änderung Haushaltsplan 2019",
        "2. Änderung Haushaltsplan 2019",
        "Arbeitslose 2021",
        "Arbeitslose März 2021",
        "Arbeitslose Januar bis März 2021",
        "Arbeitslose 2015–2019",
    )
    assert len({_of(title).key for title in titles}) == len(titles)


def test_the_label_is_the_time_as_written() -> None:
    titles = ("Plan des Kreises 2021/22", "Arbeitslose März 2021", "Fahrgäste Q3/2020")
    assert [_of(title).label for title in titles] == ["2021/22", "März 2021", "Q3/2020"]


@given(st.text(max_size=60))
def test_any_title_is_read(title: str) -> None:
    found = edition(title)
    assert found is None or (found.key and found.label)
