"""Real questions to the real Solr, through CKAN's package_search and its API."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers
from emptying import empty, one_commit
from search_corpus import DATASETS, SECRET

Titles = Callable[..., list[str]]


@pytest.fixture(scope="module")
def catalogue(database: None) -> Iterator[dict[str, str]]:
    """Two cities with the datasets of the corpus, one of them private; organisation → id."""
    empty()
    cities = {
        name: factories.Organization(name=name, title=title)["id"]
        for name, title in (("rostock", "Rostock"), ("luebeck", "Lübeck"))
    }
    context = {"ignore_auth": True, "user": factories.Sysadmin()["name"]}
    with one_commit():
        for dataset in DATASETS:
            helpers.call_action(
                "package_create", dict(context), **{**dataset, "owner_org": cities[dataset["city"]]}
            )
    yield cities
    model.Session.rollback()
    model.Session.remove()


ODD = [
    *'"()[]{}*?~^\\:-+!', "a/b", "/b/", "&&", "||", "AND", "OR", "NOT", "AND Baum", "Baum OR",
    "title:", "title:)", 'title:"a', "title:Baum^^", "title:Baum OR", "name:a AND OR b", "Baum^",
    "Baum~", "Rostock:Straßen", "foo:bar:baz", "C++", "metadata_modified:[2020 TO", "12:30 Uhr",
    "https://x.de/?a=b&c", "ü" * 300, "a" * 3000, "<b>", "Wer? Was? Wo?", "100 %", "§ 5 (2)",
    "„Baum“", "😀", "Baum\t\nHaus",
]  # fmt: skip
"""What is typed, pasted or tried out."""


def ask(query: str, **parameters: Any) -> dict[str, Any]:
    """What package_search answers to somebody who is not logged in."""
    return helpers.call_action(
        "package_search",
        {"user": "", "ignore_auth": False},
        q=query,
        **{"rows": 50, **parameters},
    )


def titles(query: str, **parameters: Any) -> list[str]:
    return [dataset["title"] for dataset in ask(query, **parameters)["results"]]


@pytest.mark.usefixtures("catalogue")
class TestWords:
    @pytest.mark.parametrize("query", ["Straße", "Strasse", "STRASSE", "straßen", "Strassen"])
    def test_spellings_of_a_word_meet(self, query: str) -> None:
        assert titles(query)[0] == "Straßen"
        assert set(titles(query)) == set(titles("Straße"))

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("Baum", "Bäume"),
            ("Denkmal", "Baudenkmale"),
            ("Kita", "Kitas mit Plätzen"),
            ("Bus", "Busse im Linienverkehr"),
            ("Ampeln", "Ampel am Holstentor"),
            ("Museum", "Museen"),
            ("Häfen", "Hafen"),
            ("Rat", "Ortsbeiräte und Räte"),
            ("Schülerin", "Schüler je Klasse"),
            ("Spielplatz", "Spielplätze"),
            ("Zähler", "Zähler für Strom"),
            ("Fähren", "Fähre nach Priwall"),
        ],
    )
    def test_singular_and_plural_meet(self, query: str, title: str) -> None:
        assert title in titles(query)

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("Baum", "Baumkataster"),
            ("Kataster", "Baumkataster"),
            ("Rad", "Radverkehrszählstellen"),
            ("Zählstelle", "Radverkehrszählstellen"),
            ("Verkehr", "Radverkehrszählstellen"),
            ("Plan", "Schulwegpläne"),
            ("Umschlag", "Hafenumschlag"),
            ("Hafen", "Hafenumschlag"),
            ("Steuer", "Hundesteuer"),
            ("Steuern", "Hundesteuer"),
        ],
    )
    def test_a_compound_is_found_by_its_parts(self, query: str, title: str) -> None:
        assert title in titles(query)

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("Baum-Kataster", "Baumkataster"),
            ("Baumkataster", "Baumkataster"),
            ("Sturmflut-Schutz", "Sturmflutschutz"),
            ("Bürgerbeteiligung", "Bürger-Beteiligung"),
        ],
    )
    def test_hyphenated_and_solid_spellings_meet(self, query: str, title: str) -> None:
        assert titles(query)[0] == title

    @pytest.mark.parametrize(
        ("questions", "name"),
        [
            (("ścieżki rowerowe", "sciezki rowerowe", "zolte oznaczenia", "Łebie", "lebie"), "pl"),
            (("pysäköintilaitokset", "pysakointilaitokset", "hyotyjatepisteet"), "fi"),
            (("återvinningsstationer", "atervinningsstationer", "glasatervinning"), "sv"),
            (("bērnudārzi", "bernudarzi", "skuni", "iestazu"), "lv"),
            (("mänguväljakud", "manguvaljakud", "pohja", "oppehooned"), "et"),
            (
                (
                    "cykelstøtte",
                    "cykelstotte",
                    "radhuspladsen",
                    "faerdselstaellinger",
                    "færdselstællinger",
                    "cykelstoette",
                ),
                "da",
            ),
        ],
    )
    def test_the_languages_of_the_baltic(self, questions: tuple[str, ...], name: str) -> None:
        for question in questions:
            found = [item["name"] for item in ask(question)["results"]]
            assert found[:1] == [f"text-{name}"], question

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("Gdańsk", "Partnerstadt Gdańsk"),
            ("Gdansk", "Partnerstadt Gdańsk"),
            ("GDAŃSK", "Partnerstadt Gdańsk"),
            ("Łódź", "Reise nach Łódź"),
            ("Lodz", "Reise nach Łódź"),
            ("Malmö", "Fährlinie Malmö"),
            ("Malmo", "Fährlinie Malmö"),
            ("Åbo", "Besuch aus Åbo"),
            ("Abo", "Besuch aus Åbo"),
            ("Hämeenlinna", "Besuch aus Åbo"),
            ("Hameenlinna", "Besuch aus Åbo"),
            ("Luebeck", "Lübeck in Zahlen"),
            ("Lübeck", "Lübeck in Zahlen"),
        ],
    )
    def test_names_are_found_with_and_without_their_diacritics(
        self, query: str, title: str
    ) -> None:
        assert title in titles(query)

    def test_a_decomposed_umlaut_is_an_umlaut(self) -> None:
        assert titles(unicodedata.normalize("NFD", "Bäume")) == titles("Bäume") != []
        stored_decomposed = titles("Müllabfuhr")
        assert len(stored_decomposed) == 1

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("Eis", "Eisen"),
            ("Eisen", "Eis"),
            ("Bau", "Bauer und Hof"),
            ("Bauer", "Bau"),
            ("Rat", "Rate der Erwerbslosen"),
            ("Reis", "Reise nach Łódź"),
            ("Reise", "Reis"),
            ("Burg", "Bürger-Beteiligung"),
            ("Bürger", "Burg"),
            ("Schule", "Schüler je Klasse"),
            ("Tor", "Operator"),
            ("Baum", "Baumwolle"),
            ("Fähre", "Fahrplan"),
            ("Messe", "Luftmessstation"),
            ("Haus", "Haushalt 2024"),
            ("Müll", "Müller"),
            ("Wald", "Greifswald"),
            ("Zahl", "Zähler für Strom"),
            ("Bau", "Baumkataster"),
            ("Kind", "Historie"),
            ("street market", "Arbeitsmarkt"),
        ],
    )
    def test_what_only_looks_alike_does_not_match(self, query: str, title: str) -> None:
        assert title not in titles(query)
        assert title in titles(title)


@pytest.mark.usefixtures("catalogue")
class TestOrder:
    @pytest.mark.parametrize(
        ("query", "above", "below"),
        [
            ("Baum", "Bäume", "Baumkataster"),
            ("Kataster", "Kataster", "Baumkataster"),
            ("Hafen", "Hafen", "Hafenumschlag"),
            ("Straße", "Straßen", "Straßenreinigung"),
            ("Denkmal", "Denkmal", "Baudenkmale"),
            # a part in the title above a tag, a tag above text
            ("Denkmal", "Baudenkmale", "Kirchen"),
            ("Orgel", "Kirchen", "Konzerte"),
            # the form as written above another
            ("Museen", "Museen", "Museum Behnhaus"),
            ("Museum", "Museum Behnhaus", "Museen"),
            # said above meant
            ("Müll", "Müllabfuhr", "Abfallkalender"),
            ("Abfall", "Abfallkalender", "Müllabfuhr"),
            ("Umwelt", "Umwelt", "Bäume"),
            # both words above one
            ("Straße Lübeck", "Straßen", "Straßenreinigung"),
        ],
    )
    def test_nearer_stands_above(self, query: str, above: str, below: str) -> None:
        found = [unicodedata.normalize("NFC", title) for title in titles(query)]
        assert above in found
        assert below in found
        assert found.index(above) < found.index(below)

    def test_titles_sort_as_germans_sort_them(self) -> None:
        found = titles("*:*", sort="title_string asc", fq="tags:Obst")
        assert found == ["apfel", "Äpfel und Birnen", "Birnen", "Zwetschgen"]


@pytest.mark.usefixtures("catalogue")
class TestEnglish:
    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("trees", "Baumkataster"),
            ("daycare", "Kitas mit Plätzen"),
            ("waste", "Abfallkalender"),
            ("bike", "Radverkehrszählstellen"),
            ("public transport", "Nahverkehrsplan"),
            ("ferry", "Fähre nach Priwall"),
            ("playgrounds", "Spielplätze"),
            # words of an English translation, by their English stems
            ("building", "Gebäudebestand"),
            ("buildings", "Gebäudebestand"),
            ("inhabited houses", "Gebäudebestand"),
            ("energy", "Gebäudebestand"),  # by its theme
        ],
    )
    def test_german_datasets_are_found_in_english(self, query: str, title: str) -> None:
        assert title in titles(query)

    @pytest.mark.parametrize(("query", "word"), [("Umwelt", "Umwelt"), ("environment", "Umwelt")])
    def test_a_theme_is_found_by_its_label(self, query: str, word: str) -> None:
        assert "Bäume" in titles(query)
        assert titles(query)[0] == word


@pytest.mark.usefixtures("catalogue")
class TestQuestions:
    def test_a_whole_question_is_understood(self) -> None:
        assert titles("Wo gibt es Spielplätze in Rostock?") == ["Spielplätze"]

    def test_all_of_two_words_must_match(self) -> None:
        assert titles("Bäume Lübeck") == ["Baumkataster"]
        assert titles("Spielplätze Lübeck") == []

    def test_a_phrase_is_a_phrase(self) -> None:
        assert titles('"Plätze der Kitas"') == []
        assert titles('"Kitas mit Plätzen"') == ["Kitas mit Plätzen"]
        assert titles('"Schulwegpläne"') == ["Schulwegpläne"]

    def test_what_is_excluded_does_not_come(self) -> None:
        assert "Baumkataster" not in titles("Baum -Kataster")
        assert "Bäume" in titles("Baum -Kataster")

    def test_beginnings_of_words_with_an_asterisk(self) -> None:
        assert {"Baumkataster", "Bäume"} <= set(titles("Baum*"))

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("Stadtplan - Rostock", "Stadtplan Rostock"),
            ("Rostock:Straßen", "Stadtplan Rostock"),
            ("Abfall/Recycling", "Abfallkalender"),
            ("Programmieren in C++", "Kurs C++"),
            ("Baumkataster CSV", "Baumkataster"),
            ("baumkataster-hl", "Baumkataster"),
            ("HL-4711", "Baumkataster"),
            ("Grünflächenamt", "Bäume"),
        ],
    )
    def test_what_people_type_is_found(self, query: str, title: str) -> None:
        assert title in titles(query)

    @pytest.mark.parametrize("query", ODD)
    def test_no_sign_is_an_error(self, query: str, site: Any) -> None:
        answer = site.get("/api/3/action/package_search", query_string={"q": query})
        assert answer.json["success"] is True
        page = site.get("/dataset/", query_string={"q": query})
        assert "error while searching" not in page.body


class TestFields:
    """What programs ask in Solr's own syntax goes on working."""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("name:baumkataster-hl", ["Baumkataster"]),
            ('name:"baumkataster-hl"', ["Baumkataster"]),
            ("name:(baumkataster-hl OR museen)", ["Baumkataster", "Museen"]),
            ("name:baumkataster-hl OR name:museen", ["Baumkataster", "Museen"]),
            ('tags:"Obst" AND -title:Birnen', ["Zwetschgen", "apfel"]),
            ("res_format:GeoJSON", ["Baumkataster"]),
            ("organization:luebeck Kataster", ["Baumkataster", "Kataster"]),
            ("title:Museum", ["Museen", "Museum Behnhaus"]),
            ("tags:Obst AND metadata_modified:[2020-01-01T00:00:00Z TO *]", None),
            ("+organization:rostock +title:Spielplatz", ["Spielplätze"]),
            ("hanse_year:1999", ["Straßen"]),
        ],
    )
    def test_fields_can_be_asked(
        self, query: str, expected: list[str] | None, catalogue: dict[str, str]
    ) -> None:
        found = sorted(titles(query))
        assert found
        assert expected is None or found == sorted(expected)

    def test_everything_and_an_organisation_by_id(self, catalogue: dict[str, str]) -> None:
        public = [dataset for dataset in DATASETS if not dataset.get("private")]
        assert ask("*:*")["count"] == ask("")["count"] == len(public)
        in_luebeck = [dataset for dataset in public if dataset["city"] == "luebeck"]
        assert ask(f'owner_org:"{catalogue["luebeck"]}"')["count"] == len(in_luebeck)

    def test_who_says_how_to_ask_is_asked_so(self, catalogue: dict[str, str]) -> None:
        assert titles("Orgel", qf="title_x") == []
        assert titles("Orgel", qf="tags_x") == ["Kirchen"]

    def test_names_complete_in_forms(self, catalogue: dict[str, str]) -> None:
        found = helpers.call_action("package_autocomplete", {"user": ""}, q="baumka")
        assert [match["name"] for match in found] == ["baumkataster-hl"]

    @pytest.mark.parametrize("asked", ["baumkat", "kataster", "baumkataster-h"])
    def test_names_and_titles_complete_by_any_word(
        self, asked: str, catalogue: dict[str, str]
    ) -> None:
        found = helpers.call_action("package_autocomplete", {"user": ""}, q=asked)
        assert "baumkataster-hl" in [match["name"] for match in found]

    def test_words_complete_at_their_beginning_and_within_compounds(
        self, catalogue: dict[str, str]
    ) -> None:
        assert "Radverkehrszählstellen" in titles("zählst", qf="title_ngram")


@pytest.mark.usefixtures("catalogue")
class TestFacets:
    def count(self, field: str, query: str = "*:*") -> dict[str, int]:
        answer = ask(query, **{"facet.field": [field], "facet.limit": -1, "rows": 0})
        return {item["name"]: item["count"] for item in answer["search_facets"][field]["items"]}

    def test_themes_are_counted(self) -> None:
        themes = "http://publications.europa.eu/resource/authority/data-theme/"
        assert self.count("hanse_theme", "Baum")[f"{themes}ENVI"] == 2

    def test_a_licence_counts_once_a_dataset(self) -> None:
        found = self.count("hanse_licence", "name:baumkataster-hl")
        assert found == {"http://dcat-ap.de/def/licenses/cc-zero": 1}

    def test_a_dataset_stands_in_every_year_it_covers(self) -> None:
        assert self.count("hanse_year", "name:strassen") == {"1998": 1, "1999": 1, "2000": 1}
        assert self.count("hanse_year", "name:museen") == {"2021": 1}

    def test_cities_formats_and_tags_are_counted(self) -> None:
        assert set(self.count("organization")) == {"rostock", "luebeck"}
        assert self.count("res_format")["CSV"] == 1
        assert self.count("tags")["Obst"] == 4

    def test_a_facet_filters(self) -> None:
        assert titles("Baum", fq="organization:luebeck") == ["Baumkataster"]
        assert titles("*:*", fq='hanse_year:"1999"') == ["Straßen"]


CURIOUS = [
    SECRET, f'"{SECRET}"', f"title:{SECRET}", f"{SECRET}*", f"name:{SECRET.lower()}", "*:*", "",
    "private:true", "capacity:private", "Baum OR private:true", "-Baum", "permission_labels:*",
    "state:active",
]  # fmt: skip


@pytest.mark.usefixtures("catalogue")
class TestPrivate:
    @pytest.mark.parametrize("query", CURIOUS)
    def test_a_private_dataset_is_not_shown(self, query: str, site: Any) -> None:
        answer = site.get(
            "/api/3/action/package_search",
            query_string={
                "q": query,
                "rows": 100,
                "include_private": "true",
                "facet.field": '["tags", "hanse_year", "hanse_theme", "hanse_licence"]',
            },
        )
        assert answer.json["success"] is True
        asked_for = answer.json["result"]
        assert SECRET not in str(asked_for).replace(query, "")
        assert "1888" not in str(asked_for["search_facets"])

    def test_its_own_organisation_finds_it(self, catalogue: dict[str, str]) -> None:
        user = factories.User()
        helpers.call_action(
            "organization_member_create",
            id=catalogue["luebeck"],
            username=user["name"],
            role="editor",
        )
        found = helpers.call_action(
            "package_search",
            {"user": user["name"], "ignore_auth": False},
            q=SECRET,
            include_private=True,
        )
        assert [dataset["title"] for dataset in found["results"]] == [f"{SECRET} der Stadt"]


@pytest.fixture(scope="class")
def extras(catalogue: dict[str, str]) -> Iterator[None]:
    """A dataset of a type without a schema, with extras as other extensions write them."""
    user = {"ignore_auth": True, "user": helpers.call_action("get_site_user")["name"]}
    values = {
        "guid": "urn:x:1/2",
        "harvest_source_title": "Portal der Stadt",
        "spatial": '{"type": "Point", "coordinates": [12.1, 54.1]}',
        "long": "z" * 40_000,
    }
    made = helpers.call_action(
        "package_create",
        user,
        name="mit-extras",
        title="Mit Extras",
        type="other",
        owner_org=catalogue["rostock"],
        extras=[{"key": key, "value": value} for key, value in values.items()],
    )
    yield
    helpers.call_action("dataset_purge", id=made["id"])


@pytest.mark.usefixtures("extras")
class TestExtras:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ('extras_guid:"urn:x:1/2"', True),
            ('guid:"urn:x:1/2"', True),
            ('extras_harvest_source_title:"Portal der Stadt"', True),
            ("extras_harvest_source_title:Portal*", True),
            ("extras_harvest_source_title:Portal", False),
            ("extras_spatial:*", True),
        ],
    )
    def test_are_filtered_by_as_written(self, asked: str, found: bool) -> None:
        assert titles("*:*", fq=asked) == ["Mit Extras"] * found

    def test_are_counted(self) -> None:
        fields = ["extras_harvest_source_title", "harvest_source_title"]
        facets = ask("*:*", rows=0, **{"facet.field": fields})["facets"]
        assert [facets[field] for field in fields] == [{"Portal der Stadt": 1}] * 2

    def test_are_returned_however_long(self) -> None:
        wanted = ["name", "extras_guid", "extras_long", "extras_spatial"]
        (found,) = ask("name:mit-extras", fl=wanted)["results"]
        assert found["guid"] == "urn:x:1/2"
        assert len(found["long"]) == 40_000
        assert '"Point"' in found["spatial"]


def test_what_is_too_long_for_a_term_is_indexed_all_the_same(
    catalogue: dict[str, str],
) -> None:
    long = "https://example.org/" + "x" * 40_000
    made = helpers.call_action(
        "package_create",
        {"ignore_auth": True, "user": helpers.call_action("get_site_user")["name"]},
        name="lang",
        title="Überlanges",
        owner_org=catalogue["rostock"],
        notes="wort " * 20_000 + "y" * 40_000,
        resources=[{"url": long, "name": "Adresse"}],
    )
    assert titles("Überlanges") == ["Überlanges"]
    helpers.call_action("dataset_purge", id=made["id"])
