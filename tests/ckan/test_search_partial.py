"""A search never ends where one of its words is found; over the topics of the demo."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers
from emptying import empty, one_commit
from observe import observed
from profiles import NIGHTLY

ROOT = Path(__file__).parents[2]
TOPICS = ROOT / "tests/portals/cities/topics.tsv"
COLLECTED = ROOT.parent / "shared/cases/search.tsv"
OURS = Path(__file__).with_name("questions.tsv")
EVERY = 3
"""Which of the questions are asked; all of them by night."""
PAIRS = Path(__file__).with_name("question_pairs.tsv")
ONES_OWN = [
    "Wie hoch sind die Schulden von Rostock?",
    "Wann kommt in Rostock die Müllabfuhr zu mir?",
    "Wo kann ich mein Elektroauto laden?",
    "Gibt es am Zoo eine barrierefreie Haltestelle?",
    "Elektroladesäulen Innenstadt",
    "Mülltermine",
    "Grundstückspreise",
    "Luftverschmutzung",
    "Where can I find playgrounds near the zoo?",
    "Quetzalcoatl Badestellen",
]
"""Questions that no dataset answers in every word."""


@pytest.fixture(scope="module")
def catalogue(database: None) -> Iterator[None]:
    """A dataset for each of the demo's topics."""
    empty()
    city = factories.Organization(name="rostock", title="Rostock")["id"]
    user = factories.Sysadmin()["name"]
    lines = [line for line in TOPICS.read_text("utf-8").splitlines() if line[0] != "#"]
    with one_commit():
        for row in csv.DictReader(lines, delimiter="\t"):
            helpers.call_action(
                "package_create",
                {"ignore_auth": True, "user": user},
                name=row["key"].replace("_", "-"),
                title=row["title"].replace("{stadt}", "Rostock"),
                notes=row["notes"].replace("{stadt}", "Rostock"),
                tags=[{"name": keyword} for keyword in row["keywords"].split("|")],
                owner_org=city,
            )
    yield
    model.Session.rollback()
    model.Session.remove()


def ask(query: str, **parameters: Any) -> dict[str, Any]:
    """What package_search answers to somebody who is not logged in."""
    context = {"user": "", "ignore_auth": False}
    return helpers.call_action("package_search", context, q=query, **parameters)


def titles(answer: dict[str, Any]) -> list[str]:
    return [dataset["title"] for dataset in answer["results"]]


def asked(query: str) -> dict[str, Any]:
    """What the search page answers."""
    return ask(query, partial=True, understand=True, rows=100, facet="false")


def lines(path: Path) -> list[list[str]]:
    """The rows of a file of questions."""
    text = path.read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]


@pytest.mark.usefixtures("catalogue")
class TestQuestions:
    @pytest.mark.parametrize("path", [COLLECTED, OURS], ids=["collected", "ours"])
    def test_nine_of_ten_have_a_right_title_among_five_and_none_is_empty(self, path: Path) -> None:
        if not path.exists():
            pytest.skip(f"the collected questions are not here: {path.name}")
        some = lines(path)[:: 1 if NIGHTLY else EVERY]
        found = {query: titles(asked(query)) for query, _ in some}
        wrong = {
            query: found[query][:5]
            for query, pattern in some
            if not any(re.search(pattern, title, re.IGNORECASE) for title in found[query][:5])
        }
        assert [query for query in found if not found[query]] == []
        assert len(wrong) <= len(found) / 10, wrong

    def test_a_title_that_is_meant_stands_before_one_that_is_not(self) -> None:
        wrong = []
        for query, meant, other in lines(PAIRS):
            found = titles(asked(query))
            first, second = (
                next((n for n, title in enumerate(found) if re.search(one, title)), 1000)
                for one in (meant, other)
            )
            if first >= second or first == 1000:
                wrong.append((query, found[:4]))
        assert wrong == []

    def test_solr_is_asked_once_where_the_words_as_typed_find_enough(self) -> None:
        with observed() as seen:
            assert asked("Barrierefreiheit")["count"] >= 3
        assert len([address for address in seen.solr if "select" in address]) == 1

    @pytest.mark.parametrize(
        ("query", "title", "meant"),
        [
            ("Wo ist die nächste Haltstelle in Rostock?", "Haltestellen des ÖPNV", None),
            ("Sporthale?", "Sportstätten und Schwimmhallen", "Sporthalle?"),
            ("Sporthale in Rostock?", "Sportstätten und Schwimmhallen", "Sporthalle? Rostock"),
        ],
    )
    def test_a_slip_is_corrected_in_its_place(
        self, query: str, title: str, meant: str | None
    ) -> None:
        answer = asked(query)
        assert title in titles(answer)
        assert answer.get("place") == ("Rostock" if "Rostock" in query else None)
        assert meant is None or answer["did_you_mean"] == meant
        assert "elsewhere" not in answer


@pytest.mark.usefixtures("catalogue")
class TestNoDeadEnd:
    @pytest.mark.parametrize("query", ONES_OWN)
    def test_what_has_some_of_the_words_is_found(self, query: str) -> None:
        assert ask(query, partial=True)["count"] > 0

    def test_under_a_heading_of_its_own(self, site: Any) -> None:
        asked = {"q": "Quetzalcoatl Badestellen", "ext_exact": "1"}
        german = site.get("/dataset/", query_string=asked).body
        assert "Kein Datensatz hat jedes Wort von „Quetzalcoatl Badestellen“" in german
        assert "mit einem Teil davon" in german
        english = site.get("/en/dataset/", query_string=asked).body
        assert "No dataset has every word of “Quetzalcoatl Badestellen”" in english

    def test_the_best_come_first(self) -> None:
        answer = ask("Haltestellen Einhornkataster Barrierefreiheit Quetzalcoatl", partial=True)
        assert answer["partial"] is True
        assert titles(answer)[0] == "Haltestellen des ÖPNV"

    def test_a_program_is_answered_as_ever(self) -> None:
        assert ask("Quetzalcoatl Badestellen")["count"] == 0
        answer = ask("Quetzalcoatl Badestellen", partial="true")
        assert (answer["partial"], answer["count"] > 0) == (True, True)
        assert "partial" not in ask("Baumkataster", partial=True)
        assert "partial" not in ask('+Quetzalcoatl "Badestellen"', partial=True)

    def test_a_value_that_is_no_flag_is_refused_by_name(self, site: Any) -> None:
        answer = site.get("/api/action/package_search?q=x&partial=vielleicht", status=409)
        assert "partial" in answer.json["error"]


@pytest.mark.usefixtures("catalogue")
class TestOtherWords:
    @pytest.mark.parametrize("query", ["Schulden", "Mieten Zebrafink", "Wade"])
    def test_a_word_of_the_language_is_no_slip_of_another(self, query: str) -> None:
        answer = ask(query)
        assert "similar" not in answer
        assert answer["count"] == 0

    def test_it_is_offered(self, site: Any) -> None:
        asked = {"q": "Schulden", "ext_exact": "1"}
        page = site.get("/dataset/", query_string=asked).body
        assert "Meinten Sie" in page
        assert "hanse-card-title" not in page

    @pytest.mark.parametrize(
        ("query", "title"),
        [("Baumkatatser", "Baumkataster"), ("Haltstelle", "Haltestellen des ÖPNV")],
    )
    def test_a_slip_still_finds(self, query: str, title: str) -> None:
        assert title in titles(ask(query))


@pytest.mark.usefixtures("catalogue")
def test_the_word_itself_stands_above_another_of_its_forms() -> None:
    found = titles(ask("Haushalt"))
    assert found.index("Haushaltsplan") < found.index("Haushalte nach Größe")


def test_a_question_as_long_as_a_page_is_an_answer(database: Any) -> None:
    """Solr refuses more than 1,024 clauses, and looks long for words like a very long one."""
    for part in ("a b c ", "a-b c-d ", '"a b" ', "(a ", "a* ", "a OR ", "ä", "Baum-Kataster "):
        query = part * (10_000 // len(part))
        assert "count" in ask(query), part
        assert "count" in ask(query, partial=True, understand=True), part
