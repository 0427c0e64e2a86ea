"""German compounds: what is split, what stays whole, what the index gets of it."""

from __future__ import annotations

import time

import pytest

from ckanext.hanse.search.synonyms import synonyms
from hanse_harvesters.german.compounds import parts_of, split, splitter
from hanse_harvesters.german.letters import compose, fold


def members(word: str) -> str:
    return " ".join(splitter().members(fold(word)))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Baumkataster", "baum kataster"),
        ("Baumkatasters", "baum katasters"),
        ("Straßenbaumkataster", "strasse baum kataster"),
        ("STRASSENBAUMKATASTER", "strasse baum kataster"),
        ("Strassenbaeume", "strasse baume"),
        ("Radverkehrszählstellen", "rad verkehr zahl stellen"),
        ("Kindertagesstätten", "kind tag statten"),
        ("Schulwegpläne", "schule weg plane"),
        ("Hafenumschlag", "hafen umschlag"),
        ("Bebauungspläne", "bebauung plane"),
        ("Flächennutzungsplan", "flache nutzung plan"),
        ("Haushaltsplan", "haushalt plan"),
        ("Luftqualität", "luft qualitat"),
        ("Lärmaktionsplan", "larm aktion plan"),
        ("Grünflächenkataster", "grun flache kataster"),
        ("Bundestagswahl", "bund tag wahl"),
        ("Wahlbezirke", "wahl bezirke"),
        ("Grundschulen", "grund schulen"),
        ("Spielplätze", "spiel platze"),
        ("Hundetoiletten", "hund toiletten"),
        ("Rettungswachen", "rettung wachen"),
        ("Einwohnerzahlen", "einwohner zahlen"),
        ("Verwaltungsgrenzen", "verwaltung grenzen"),
        ("Verbraucherpreise", "verbraucher preise"),
        ("Kitaplätze", "kita platze"),
        ("Fischereihafen", "fischerei hafen"),
        ("Rathausplatz", "rathaus platz"),
        ("Straßennamen", "strasse namen"),
        ("Klimaschutzkonzept", "klima schutz konzept"),
        ("Elektrotankstellen", "elektro tank stellen"),
    ],
)
def test_compounds_are_split_into_members(word: str, expected: str) -> None:
    assert members(word) == expected


# simple, derived, place names, and compounds whose parts mean something else
WHOLE = """
Historie Busse Beratung Polizei Verbrauch Verbraucher Verwaltung Bevölkerung Gesellschaft Statistik
Bibliothek Apotheke Museum Museen Tourismus Minister Partei Operator Operatoren Sensoren Monitor
Kilometer Parkett Baumwolle Haushalt Denkmal Standort Landschaft Umwelt Rathaus Deutschland Rostock
Rostocker Stralsund Wismar Greifswald Mecklenburg Brandenburg Zukunft Unterkunft Verordnung
Geschwindigkeit Einwohnerinnen Radierung Kontrolle Transport
"""
# English, Polish, Swedish, Finnish
FOREIGN = """
environment statistics development population transport boundaries waterways identifier
mieszkańcy samorząd powiatowy statystyka kommunfullmäktige förskolor fritidshem
kaupunginosat rakennukset väestötiedot
"""


@pytest.mark.parametrize("word", WHOLE.split())
def test_other_words_stay_whole(word: str) -> None:
    assert split(word) == ()


@pytest.mark.parametrize("word", FOREIGN.split())
def test_words_of_other_languages_stay_whole(word: str) -> None:
    assert split(word) == ()


def test_every_run_of_members_is_found_and_not_the_word_itself() -> None:
    assert split("Radverkehrsnetz") == ("rad", "radverkehr", "verkehr", "verkehrsnetz", "netz")


def test_a_bicycle_shows_its_wheel_but_a_ferry_is_no_drive() -> None:
    assert "rad" in split("Fahrradständer")
    assert split("Fahrräder") == ("rad",)
    assert split("Fahrplan") == ("plan",)


def test_a_decomposed_umlaut_makes_no_difference() -> None:
    decomposed = "Za\u0308hlstellenu\u0308bersicht"
    assert split(decomposed) == split(compose(decomposed)) != ()


def test_in_running_text_only_nouns_are_split() -> None:
    text = "Der baumkataster und das Baumkataster"
    assert parts_of(text, nouns_only=True) == ["baum", "kataster"]
    assert parts_of(text) == ["baum", "kataster"] * 2


def test_a_long_word_without_sense_is_quickly_left_alone() -> None:
    begin = time.process_time()
    assert parts_of("stadt" * 500 + " " + "Strassenverkehrs" * 3 + "xq") == []
    assert time.process_time() - begin < 5


def test_synonyms_come_by_word_phrase_and_part_of_a_compound() -> None:
    kitas = synonyms().of(["Kitas der Stadt"])
    assert "Kindertagesstätte" in kitas["de"]
    assert "daycare" in kitas["en"]
    assert "ÖPNV" in synonyms().of(["Im öffentlichen Nahverkehr"])["de"]
    assert "bike" in synonyms().of(["Radwegenetz"])["en"]
    assert "Abfall" in synonyms().of(["Municipal waste"])["de"]


@pytest.mark.parametrize("text", ["Müller", "Parkplatz Grün", "Arbeitsmarkt", "Rate", "Einfluss"])
def test_synonyms_do_not_come_by_likeness(text: str) -> None:
    wrong = {"waste", "green space", "street market", "city council", "river"}
    assert wrong.isdisjoint(synonyms().of([text]).get("en", []))


def test_no_term_belongs_to_two_groups() -> None:
    known = synonyms()
    assert [word for word, groups in known.by_word.items() if len(groups) > 1] == []
    phrases = [phrase for found in known.by_phrase.values() for phrase, _ in found]
    assert len(phrases) == len(set(phrases))
