"""What a query says of a city or a place, and which terms of services it has."""

from __future__ import annotations

import pytest

from ckanext.hanse.search import widen
from ckanext.hanse.search.question import question
from ckanext.hanse.search.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("query", "place", "subject"),
    [
        ("Wo kann ich in Wismar parken?", "Wismar", "Wo kann ich parken?"),
        ("Wie viele Einwohner hat Lübeck?", "Lübeck", "Wie viele Einwohner hat?"),
        ("Kitas in der Hansestadt Rostock", "Rostock", "Kitas"),
        ("Luebeck: Haushalt 2024", "Lübeck", "Haushalt 2024"),
        ("beaches in Lubeka", "Lübeck", "beaches"),
        ("Spielplätze in Warnemünde", "Warnemünde", "Spielplätze"),
        ("Schulen St. Jürgen", "St. Jürgen", "Schulen"),
        ("Spielplatz Rostock Lichtenhagen", "Lichtenhagen", "Spielplatz"),
        ("Denkmäler Altstadt Stralsund", "Altstadt", "Denkmäler"),
    ],
)
def test_a_place_is_taken_out_of_the_subject(query: str, place: str, subject: str) -> None:
    read = question(query)
    assert read is not None
    assert read.place is not None
    assert (read.place.name, read.subject) == (place, subject)


@pytest.mark.parametrize(
    "query",
    [
        "Wismar",  # nothing but a place
        "Haushalt Lübeck Rostock",  # a comparison
        "Parken in der Altstadt",  # all cities have one
        "Parkplätze Innenstadt",
        "Bäume",
    ],
)
def test_what_names_no_single_place_is_searched_as_it_is(query: str) -> None:
    read = question(query)
    assert read is not None
    assert (read.place, read.subject) == (None, query)


@pytest.mark.parametrize("query", ['"Hafen Wismar"', "Baum*", "title:Wismar", "", "?!", "😀"])
def test_syntax_is_not_read(query: str) -> None:
    assert question(query) is None


def test_a_pasted_page_is_read_at_its_beginning() -> None:
    read = question("Haushalt " * 2000 + "Wismar")
    assert read is not None
    assert len(read.words) <= 20


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Krippe", "Kindertageseinrichtungen"),
        ("Elektroauto laden", "Ladesäulen"),
        ("Elektroladesäule", "Ladesäulen"),  # a compound, by its end
        ("traffic accidents", "Verkehrsunfälle"),
        ("drzewa", "Baumkataster"),
        ("plaży", "Strand"),  # a form of "plaża"
        ("bussipeatused", "Haltestellen"),
        ("kirkegården", "Friedhöfe"),
    ],
)
def test_what_people_ask_leads_to_what_datasets_are_called(words: str, found: str) -> None:
    (term,) = vocabulary().terms(words.split())
    assert found in [find for group in term.groups for find in group.find]


@pytest.mark.parametrize("words", ["viele", "Wie", "Quetzalcoatl", "Kartoffelpuffer"])
def test_what_no_group_knows_leads_nowhere(words: str) -> None:
    assert [term.groups for term in vocabulary().terms([words])] == [()]


def test_a_german_word_is_not_taken_for_a_foreign_one() -> None:
    (term,) = vocabulary().terms(["Rat"])
    assert "Ratten" not in [find for group in term.groups for find in group.find]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Sporthale", "Sporthalle"),
        ("Kindergaten", "Kindergarten"),
        ("Haushaltpaln", "Haushaltsplan"),
        ("Wade", None),
        ("Zebrafink", None),
    ],
)
def test_slips_of_words_of_the_vocabulary_are_corrected(typed: str, right: str | None) -> None:
    assert vocabulary().corrected(typed) == right


def test_the_vocabulary_is_large_and_well_formed() -> None:
    groups = vocabulary().groups
    assert len(groups) >= 800
    assert all(group.find for group in groups)
    broad = [find for group in groups for find in group.find if find.lower() in widen._WISHES]
    assert broad == []


def test_wishes_are_not_required() -> None:
    terms = widen.read(["Gibt", "es", "eine", "Karte", "der", "Bäume", "in", "meiner", "Straße"])
    assert terms is not None
    assert [term.words for term in terms.known] == [("Bäume",)]
    assert [term.words for term in terms.wished] == [("Karte",), ("Straße",)]


def test_a_city_that_joined_later_is_a_place_too() -> None:
    read = question("Spielplätze in Kiel", {"Kiel": "kiel"})
    assert read is not None
    assert (read.place and read.place.city, read.subject) == ("kiel", "Spielplätze")


@pytest.mark.parametrize("query", ["gdzie zaparkować w Rostocku", "puistot Rostockissa"])
def test_a_city_is_known_in_the_cases_of_other_languages(query: str) -> None:
    read = question(query)
    assert read is not None
    assert read.place is not None
    assert read.place.city == "rostock"
