"""What a search that finds nothing offers instead, and titles as one types; with the real Solr."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.lib import search
from ckan.tests import factories, helpers
from emptying import empty, one_commit

SECRET = "Zebrafinkenzählung"
DATASETS: list[dict[str, Any]] = [
    {"title": "Baumkataster", "city": "rostock", "tags": [{"name": "Grünfläche"}]},
    {"title": "Baumkataster", "name": "baumkataster-hl", "city": "luebeck"},
    {"title": "Spielplätze", "city": "rostock", "notes": "Alle Klettergerüste, TÜV-geprüft."},
    {"title": "Haushalt 2024", "city": "luebeck"},
    {"title": "Radverkehrszählstellen", "city": "rostock"},
    {"title": "Hafenumschlag", "city": "luebeck"},
    {
        "title": "Gebäudebestand",
        "title_translated": {"de": "Gebäudebestand", "en": "Buildings of the city"},
        "city": "luebeck",
    },
    {"title": f"{SECRET} am Hafen", "city": "luebeck", "name": "geheim", "private": True,
     "tags": [{"name": SECRET}], "notes": SECRET},
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(database: None) -> Iterator[dict[str, str]]:
    """Two cities with these datasets, one of them private; organisation → id."""
    empty()
    cities = {
        name: factories.Organization(name=name, title=title)["id"]
        for name, title in (("rostock", "Rostock"), ("luebeck", "Lübeck"))
    }
    context = {"ignore_auth": True, "user": factories.Sysadmin()["name"]}
    with one_commit():
        for dataset in DATASETS:
            name = dataset.get("name") or f"d{DATASETS.index(dataset)}"
            stored = {**dataset, "name": name, "owner_org": cities[dataset["city"]]}
            helpers.call_action("package_create", dict(context), **stored)
    yield cities
    model.Session.rollback()
    model.Session.remove()


def ask(query: str, user: str = "", **parameters: Any) -> dict[str, Any]:
    """What package_search answers to ``user``, or to somebody who is not logged in."""
    context = {"user": user, "ignore_auth": False}
    return helpers.call_action("package_search", context, q=query, **parameters)


def titles(answer: dict[str, Any]) -> list[str]:
    return [dataset["title"] for dataset in answer["results"]]


@pytest.mark.usefixtures("catalogue")
class TestSuggestion:
    @pytest.mark.parametrize(
        ("query", "meant"),
        [
            ("Baumkatster", "Baumkataster"),
            ("baumkatatser", "Baumkataster"),
            ("Spielpaltz", "Spielplätze"),
            ("Spielplazt", "Spielplätze"),
            ("Haushlat", "Haushalt"),
            ("Haushlat 2024", "Haushalt 2024"),
            ("Hafenumschalg", "Hafenumschlag"),
            ("Grünflche", "Grünfläche"),
            ("Kletergerüste", "Klettergerüste"),
            ("Biuldings", "Buildings"),
            ("Wo ist der Spielpaltz?", "Wo ist der Spielplätze?"),
            ("Baumkatster Lübekc", "Baumkataster Lübeck"),
            ("Baumkatster-Haushlat", None),  # both words exist, no dataset has both
        ],
    )
    def test_a_typo_is_corrected_as_datasets_write_the_word(
        self, query: str, meant: str | None
    ) -> None:
        answer = ask(query)
        assert answer.get("did_you_mean") == meant
        assert meant is None or ask(meant)["count"] > 0

    @pytest.mark.parametrize(
        "query", ["Baumkataster", "Spielplatz", "Haushalt", "Spielplätze Hafenumschlag", "", "*:*"]
    )
    def test_correct_words_are_left_alone(self, query: str) -> None:
        answer = ask(query)
        assert "did_you_mean" not in answer
        assert "similar" not in answer

    @pytest.mark.parametrize("query", ["Quetzalcoatl", "xyzzy", "Bxx", "4711", "ü" * 300])
    def test_nonsense_is_not_made_sense_of(self, query: str) -> None:
        answer = ask(query)
        assert answer["count"] == 0
        assert "did_you_mean" not in answer

    @pytest.mark.parametrize(
        "query",
        [
            '"Baumkatster"',
            "title:Baumkatster",
            "+Baumkatster",
            "Baumkatster AND Hafen",
            "Haushlat*",
        ],
    )
    def test_syntax_is_taken_as_it_is_written(self, query: str) -> None:
        answer = ask(query)
        assert "did_you_mean" not in answer
        assert "similar" not in answer

    def test_a_suggestion_keeps_to_the_filters(self) -> None:
        assert "did_you_mean" not in ask("Spielpaltz", fq="organization:luebeck")
        assert ask("Spielpaltz", fq="organization:rostock")["did_you_mean"] == "Spielplätze"


@pytest.mark.usefixtures("catalogue")
class TestSimilar:
    def test_one_wrong_letter_still_finds(self) -> None:
        answer = ask("Baumkatster", rows=1, **{"facet.field": ["organization"]})
        assert answer["similar"] is True
        assert titles(answer) == ["Baumkataster"]
        assert answer["count"] == 2
        assert answer["facets"]["organization"] == {"rostock": 1, "luebeck": 1}

    def test_what_is_right_must_be_there_too(self) -> None:
        assert titles(ask("Baumkatster Lübeck")) == ["Baumkataster"]
        assert ask("Baumkatster Hafenumschlag")["count"] == 0

    def test_filters_hold(self) -> None:
        assert ask("Baumkatster", fq="organization:luebeck")["count"] == 1


TYPO = "Zebrafinkenzälung"


@pytest.mark.usefixtures("catalogue")
class TestPrivate:
    @pytest.mark.parametrize("query", [TYPO, f"{TYPO} Hafen", f"Hafenumschlag {TYPO} Lübeck"])
    @pytest.mark.parametrize("parameters", [{}, {"include_private": True}])
    def test_a_stranger_is_told_nothing(self, query: str, parameters: dict[str, Any]) -> None:
        answer = ask(query, **parameters)
        assert "did_you_mean" not in answer
        assert SECRET not in str(answer)

    def test_its_words_are_not_in_the_dictionary(self) -> None:
        right = SECRET.lower().replace("ä", "a")
        solr = search.make_connection()
        listed = {"spellcheck.q": right[:-1], "json.nl": "map"}
        assert solr.search("", search_handler="hanse-spell", **listed).spellcheck == {
            "suggestions": {}
        }

    def test_who_may_see_it_finds_what_is_similar(self, catalogue: dict[str, str]) -> None:
        user = factories.User()["name"]
        helpers.call_action(
            "organization_member_create", id=catalogue["luebeck"], username=user, role="editor"
        )
        assert titles(ask(TYPO, user, include_private=True)) == [f"{SECRET} am Hafen"]
        assert ask(TYPO, user)["count"] == 0

    def test_no_title_of_it_completes(self, site: Any) -> None:
        assert completed(site, "Zebra") == []
        assert completed(site, "Hafen") == ["Hafenumschlag"]


@pytest.mark.usefixtures("catalogue")
class TestPage:
    def test_german(self, site: Any) -> None:
        page = site.get("/dataset/", query_string={"q": "Baumkatster", "sort": "title_string asc"})
        assert "Keine Treffer für „Baumkatster“; gezeigt werden ähnliche" in page.body
        assert "Meinten Sie <a" in page.body
        assert "sort=title_string+asc&amp;q=Baumkataster" in page.body
        assert page.body.count("hanse-card-title") == 2

    def test_english(self, site: Any) -> None:
        page = site.get("/en/dataset/", query_string={"q": "Baumkatster"})
        assert "No hits for “Baumkatster”; similar ones are shown" in page.body
        assert "Did you mean <a" in page.body
        assert "/en/dataset/?q=Baumkataster" in page.body

    def test_a_page_without_hits_suggests_too(self, site: Any) -> None:
        page = site.get("/dataset/", query_string={"q": "Spielpaltz", "ext_exact": "1"})
        assert "Nichts gefunden" in page.body
        assert "Meinten Sie <a" in page.body

    def test_a_citys_page_suggests_what_the_city_has(self, site: Any) -> None:
        assert "Meinten Sie <a" in site.get("/organization/rostock?q=Spielpaltz").body
        assert "Meinten Sie <a" not in site.get("/organization/luebeck?q=Spielpaltz").body

    def test_a_page_with_hits_says_nothing_of_it(self, site: Any) -> None:
        page = site.get("/dataset/", query_string={"q": "Baumkataster"})
        assert "Meinten Sie" not in page.body
        assert "gezeigt werden ähnliche" not in page.body

    def test_what_was_typed_stays_text(self, site: Any) -> None:
        page = site.get("/dataset/", query_string={"q": "<b>Baumkatster</b>"})
        assert "<b>Baumkat" not in page.body


def completed(site: Any, query: str, language: str = "", **parameters: str) -> list[str]:
    """The titles that are offered for ``query``."""
    answer = site.get(f"{language}/hanse/complete", query_string={"q": query, **parameters})
    assert answer.content_type == "application/json"
    return [dataset["title"] for dataset in answer.json["datasets"]]


@pytest.mark.usefixtures("catalogue")
class TestCompletion:
    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("baumk", "Baumkataster"),
            ("Katas", "Baumkataster"),
            ("spielplä", "Spielplätze"),
            ("spielpla", "Spielplätze"),
            ("haush 20", "Haushalt 2024"),
            ("radverkehrszählstelle", "Radverkehrszählstellen"),
            ("buil", "Gebäudebestand"),
        ],
    )
    def test_beginnings_of_words_complete(self, query: str, title: str, site: Any) -> None:
        assert title in completed(site, query)

    def test_a_title_is_in_the_pages_language_and_leads_to_its_dataset(self, site: Any) -> None:
        answer = site.get("/en/hanse/complete?q=buil").json["datasets"]
        found = {"title": "Buildings of the city", "lang": "", "city": "Lübeck"}
        assert answer == [{**found, "url": answer[0]["url"]}]
        assert "<h1" in site.get(answer[0]["url"]).body

    def test_a_city_offers_its_own(self, site: Any) -> None:
        assert len(completed(site, "baum")) == 2
        assert len(completed(site, "baum", organization="luebeck")) == 1
        assert len(completed(site, "baum", organization='x" OR "*')) == 2

    def test_every_word_must_match(self, site: Any) -> None:
        assert completed(site, "baum haushalt") == []

    @pytest.mark.parametrize("query", ["", "b", '"', "*:*", "a/b", "AND OR", "title:x", "ü" * 999])
    def test_no_sign_is_an_error(self, query: str, site: Any) -> None:
        assert completed(site, query) == []

    def test_search_fields_know_where_to_ask(self, site: Any) -> None:
        for path in ("/", "/dataset/", "/about"):
            assert 'data-hanse-complete="/hanse/complete"' in site.get(path).body
        assert 'data-hanse-complete="/en/hanse/complete"' in site.get("/en/").body
        city = site.get("/organization/luebeck").body
        assert 'data-hanse-complete="/hanse/complete?organization=luebeck"' in city
