"""Queries over the site: what they see, how programs and people ask, who has to wait, when a store
is built."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories, helpers
from click.testing import CliRunner
from emptying import empty
from lxml import html
from redis import RedisError
from visitors import Visitor
from walks import source

from ckanext.hanse.cli import hanse
from ckanext.hanse.model import Change, Erasure, HarvestRun, RunStatus
from ckanext.hanse.monitoring.doctor import sparql as doctor
from ckanext.hanse.scheduler import due, tick
from ckanext.hanse.security import client, places
from ckanext.hanse.sparql import jobs, options
from ckanext.hanse.views import sparql as views
from ckanext.hanse.views import streaming
from hanse_harvesters.sparql.folder import BuiltStore
from hanse_harvesters.sparql.questions import questions

LICENCE = "http://dcat-ap.de/def/licenses/cc-zero"
EVIL = "<script>alert(1)</script>"
QUESTIONS = "//ul[@class='hanse-ask-questions']//a"
ANSWER = "//section[@id='answer']"
DATASETS = "SELECT ?dataset { ?dataset a dcat:Dataset }"


@pytest.fixture(scope="module")
def stores(site: Any, database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Wismar has a dataset with a licence, one without, a private one and a deleted one."""
    empty()
    cities = {
        name: factories.Organization(name=name, title=f"Hansestadt {name.title()}")["id"]
        for name in ("rostock", "wismar")
    }
    user = factories.Sysadmin()["name"]

    def make(name: str, city: str, licence: str = "", **more: Any) -> dict[str, Any]:
        file = {"url": f"https://example.org/{name}.csv", "name": "Datei", "format": "CSV"}
        return helpers.call_action(
            "package_create",
            {"ignore_auth": True, "user": user},
            name=name,
            title=more.pop("title", name),
            owner_org=cities[city],
            resources=[file | ({"license": licence} if licence else {})],
            **more,
        )

    make("wismar-frei", "wismar", LICENCE)
    make("wismar-ohne", "wismar", title=f"Ohne {EVIL}")
    make("wismar-geheim", "wismar", private=True)
    gone = make("wismar-weg", "wismar")
    helpers.call_action("package_delete", {"ignore_auth": True, "user": user}, id=gone["id"])
    make("rostock-frei", "rostock", LICENCE)
    folder = tmp_path_factory.mktemp("sparql")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(tk.config, "hanse.sparql.folder", str(folder))
        jobs.build()
    yield folder
    model.Session.rollback()
    model.Session.remove()


@pytest.fixture(autouse=True)
def switched_on(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries are answered from this store, and nothing is built by itself at night."""
    monkeypatch.setitem(tk.config, "hanse.sparql.enabled", True)
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(stores))
    monkeypatch.setitem(tk.config, "hanse.sparql.nightly", "")


@pytest.fixture
def ask(site: Any) -> Callable[..., Any]:
    """The answer to a query, by GET; ``accept``: what the client takes."""

    def get(query: str = "", accept: str = "", path: str = "/sparql", **more: str) -> Any:
        given = {**({"query": query} if query else {}), **more}
        headers = {"Accept": accept} if accept else {}
        return Visitor(site).get(f"{path}?{urlencode(given)}", headers=headers)

    return get


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = json.loads(answer.data)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_what_is_public_is_there_and_nothing_else(ask: Callable[..., Any]) -> None:
    found = rows(ask("SELECT ?title { ?d a dcat:Dataset ; dcterms:title ?title }"))
    assert {row["title"] for row in found} == {"wismar-frei", f"Ohne {EVIL}", "rostock-frei"}


def test_the_questions_of_the_page_are_answered(ask: Callable[..., Any]) -> None:
    found = rows(ask(question="licence-missing", format="json"))
    assert [row["title"] for row in found] == [f"Ohne {EVIL}"]
    cities = rows(ask(question="cities", format="json"))
    assert {(row["name"], row["datasets"]) for row in cities} == {
        ("Hansestadt Wismar", "2"),
        ("Hansestadt Rostock", "1"),
    }
    assert rows(ask(question="licences", format="json"))[0]["licence"] == LICENCE
    for question in questions():
        assert ask(question=question.id, format="csv").status_code == 200


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (DATASETS, "", "application/sparql-results+json"),
        (DATASETS, "*/*", "application/sparql-results+json"),
        (DATASETS, "application/json", "application/sparql-results+json"),
        (DATASETS, "text/csv;q=0.5, application/xml", "application/sparql-results+xml"),
        (DATASETS, "text/tab-separated-values", "text/tab-separated-values"),
        ("ASK { ?s ?p ?o }", "text/turtle, text/csv", "text/csv"),
        ("CONSTRUCT WHERE { ?s a ?o }", "", "text/turtle"),
        ("CONSTRUCT WHERE { ?s a ?o }", "application/rdf+xml, text/csv", "application/rdf+xml"),
        (DATASETS, "text/html,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_the_answer_has_the_form_that_is_accepted(
    ask: Callable[..., Any], query: str, accept: str, media_type: str
) -> None:
    answer = ask(query, accept)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]


def test_every_site_may_ask_and_a_304_costs_no_query(
    ask: Callable[..., Any], site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(DATASETS)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    before = Visitor(site).ask(
        "OPTIONS",
        "/sparql",
        headers={"Origin": "https://other.example", "Access-Control-Request-Method": "POST"},
    )
    assert before.status_code == 204
    assert "Content-Type" in before.headers["Access-Control-Allow-Headers"]
    monkeypatch.setattr(views, "ask", lambda *given: pytest.fail("asked"))
    headers = {"If-None-Match": answer.headers["ETag"]}
    again = Visitor(site).get(f"/sparql?{urlencode({'query': DATASETS})}", headers=headers)
    assert (again.status_code, again.data) == (304, b"")


def test_a_query_is_posted_as_a_form_or_as_it_is(site: Any) -> None:
    visitor = Visitor(site)
    form = visitor.post("/sparql", data={"query": DATASETS})
    plain = visitor.post("/sparql", data=DATASETS, content_type="application/sparql-query")
    assert len(rows(form)) == len(rows(plain)) == 3


def test_posting_needs_no_token_without_a_session(site: Any) -> None:
    config = site.flask_app.config
    config["WTF_CSRF_ENABLED"] = True
    try:
        answer = Visitor(site).post("/sparql", data={"query": DATASETS})
    finally:
        config["WTF_CSRF_ENABLED"] = False
    assert len(rows(answer)) == 3


@pytest.mark.parametrize(
    ("data", "kind", "status", "words"),
    [
        ("CLEAR ALL", "application/sparql-query", 400, "CLEAR would change something"),
        ("CLEAR ALL", "application/sparql-update", 400, "would change something"),
        ({"update": "CLEAR ALL"}, None, 400, "would change something"),
        ({"query": DATASETS, "default-graph-uri": "x"}, None, 400, "default-graph-uri"),
        (DATASETS, "text/plain", 415, "application/sparql-query"),
        ({"query": "SELECT *\n{ ?s ?p }"}, None, 400, "at line 2, column "),
        ({"query": "# " + "x" * 70_000}, None, 413, "65,536"),
        ({"query": "SELECT * { SERVICE <http://h.example/> { } }"}, None, 400, "SERVICE"),
        ({"query": DATASETS, "format": "ttl"}, None, 406, "Accept JSON"),
        ({"query": " "}, None, 400, "There is no query"),
    ],
)
def test_what_cannot_be_answered_is_told_with_a_remedy(
    site: Any, data: Any, kind: str | None, status: int, words: str
) -> None:
    more = {"content_type": kind} if kind else {}
    answer = Visitor(site).post("/en/sparql", data=data, **more)
    told = answer.get_data(as_text=True)
    assert answer.status_code == status, told
    assert words.lower() in told.lower()
    assert answer.mimetype == "text/plain"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_body_that_is_far_too_long_is_not_read(site: Any) -> None:
    answer = Visitor(site).post(
        "/sparql", data=b"x" * 1_000_000, content_type="application/sparql-query"
    )
    assert answer.status_code == 413


def test_limits_end_a_query_and_an_answer(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.sparql.rows", 2)
    cut = ask(DATASETS)
    assert len(rows(cut)) == 2
    assert cut.headers["X-Result-Cut"] == "rows; after=2"
    assert json.loads(cut.data)["head"]["link"][0].endswith("/sparql#limits")
    page = ask(DATASETS, "text/html").get_data(as_text=True)
    assert "Es gibt mehr als 2" in page
    monkeypatch.setitem(tk.config, "hanse.sparql.seconds", 1)
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    slow = ask(bomb)
    assert slow.status_code == 422
    assert "nach 1 Sekunden beendet" in slow.get_data(as_text=True)
    assert ask(DATASETS).status_code == 200


def test_the_page_has_questions_and_the_answer_as_a_table(ask: Callable[..., Any]) -> None:
    german, english = (
        html.fromstring(ask(accept="text/html", path=path).data)
        for path in ("/sparql", "/en/sparql")
    )
    asked = [[link.text_content() for link in page.xpath(QUESTIONS)] for page in (german, english)]
    assert asked[0][0] == "Welche Datensätze von Wismar haben keine Lizenz?"
    assert asked[1][0] == "Which datasets of Wismar have no licence?"
    assert len(set(asked[0])) == len(set(asked[1])) == 10
    body = ask(accept="text/html", question="licence-missing").get_data(as_text=True)
    assert EVIL not in body
    page = html.fromstring(body)
    assert page.xpath("//textarea")[0].text.lstrip().startswith("SELECT (SAMPLE")
    (row,) = page.xpath(f"{ANSWER}//tbody/tr")
    assert row[0].text_content() == f"Ohne {EVIL}"
    assert page.xpath(f"{ANSWER}//a[contains(@href, 'format=csv')]")
    assert page.xpath(f"{QUESTIONS}[@aria-current]")


def test_no_value_becomes_a_dangerous_link(ask: Callable[..., Any]) -> None:
    query = (
        "SELECT ?a ?b { BIND(IRI('javascript:alert(1)') AS ?a) BIND(<https://h.example/> AS ?b) }"
    )
    page = html.fromstring(ask(query, "text/html").data)
    assert [link.get("href") for link in page.xpath(f"{ANSWER}//td//a")] == ["https://h.example/"]


def test_what_a_list_names_is_shown_by_its_name(ask: Callable[..., Any]) -> None:
    heads = (("/sparql", ["Lizenz", "Dateien"]), ("/en/sparql", ["Licence", "Files"]))
    for path, words in heads:
        page = html.fromstring(ask(accept="text/html", path=path, question="licences").data)
        (link,) = page.xpath(f"{ANSWER}//td/a")
        assert "Zero" in link.text_content()
        assert [head.text_content() for head in page.xpath(f"{ANSWER}//th")] == words
        assert link.get("href") == link.get("title") == LICENCE
    page = html.fromstring(ask(accept="text/html", question="licence-missing").data)
    (link,) = page.xpath(f"{ANSWER}//td/a")
    assert link.get("href").endswith("/dataset/wismar-ohne")


def test_of_a_large_answer_the_page_shows_the_beginning(ask: Callable[..., Any]) -> None:
    long = "BIND('aaaaaaaaaa' AS ?a) BIND(CONCAT(?a,?a,?a,?a,?a,?a,?a,?a,?a,?a) AS ?b) "
    long += "BIND(CONCAT(?b,?b,?b,?b,?b,?b,?b,?b,?b,?b) AS ?c)"
    query = f"SELECT (CONCAT(?c, STR(?s)) AS ?long) {{ {long} ?s ?p ?o . ?t ?q ?u }} LIMIT 2000"
    answer = ask(query, "text/html")
    page = html.fromstring(answer.data)
    assert "2.000 Zeilen" in page.xpath(f"{ANSWER}//caption")[0].text_content()
    assert 400 < len(page.xpath(f"{ANSWER}//tbody/tr")) < 500
    assert len(answer.data) < 1_000_000
    assert "zeigt den Anfang" in page.xpath(ANSWER)[0].text_content()


def test_few_large_answers_are_sent_at_a_time(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_LARGE", 10)
    monkeypatch.setattr(streaming, "_AT_ONCE", 1)
    for _ in range(2):  # the place is given back
        assert len(rows(ask(DATASETS))) == 3
    assert ask(DATASETS, "text/html").status_code == 200
    assert streaming._slots.take("somebody", 1)
    busy = ask(DATASETS)
    streaming._slots.free("somebody")
    assert (busy.status_code, busy.headers["Access-Control-Allow-Origin"]) == (503, "*")
    assert int(busy.headers["Retry-After"]) > 0
    assert "LIMIT" in busy.get_data(as_text=True)


def test_a_mistake_is_told_on_the_page_beside_the_query(ask: Callable[..., Any]) -> None:
    answer = ask("SELECT * { ?s ?p", "text/html")
    assert answer.status_code == 400
    page = html.fromstring(answer.data)
    assert "Zeile 1, Spalte" in page.xpath("//*[@role='alert']")[0].text_content()
    assert page.xpath("//textarea")[0].text.strip() == "SELECT * { ?s ?p"
    assert "Ja" in ask("ASK {}", "text/html").get_data(as_text=True)
    graph = ask("DESCRIBE ?d { ?d a dcat:Dataset }", "text/html").get_data(as_text=True)
    assert "@prefix" in graph
    nothing = html.fromstring(ask("DESCRIBE <https://nobody.example/>", "text/html").data)
    assert "Nichts" in nothing.xpath(f"{ANSWER}//*[@role='status']")[0].text_content()
    assert not nothing.xpath(f"{ANSWER}//pre")


def test_programs_are_told_what_the_service_can_do(ask: Callable[..., Any]) -> None:
    answer = ask(accept="text/turtle")
    assert answer.mimetype == "text/turtle"
    assert "sd:SPARQL11Query" in answer.get_data(as_text=True)


def test_an_address_has_one_place_and_the_line_an_end(
    ask: Callable[..., Any], site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.exempt", [])
    monkeypatch.setitem(tk.config, "hanse.sparql.at_once", 1)
    monkeypatch.setitem(tk.config, "hanse.sparql.waiting", 1)
    monkeypatch.setitem(tk.config, "hanse.sparql.patience", 0)
    first = Visitor(site, "203.0.113.7")
    address = client.network(client.address({"REMOTE_ADDR": "203.0.113.7"}))
    path = f"/sparql?{urlencode({'query': DATASETS})}"
    place = views._places.take(address, total=2, each=1, longest=60)
    try:
        busy = first.get(path)
        assert busy.status_code == 429
        assert int(busy.headers["Retry-After"]) > 0
        assert "eine Abfrage nach der anderen" in busy.get_data(as_text=True)
        # Somebody else waits in line for as long as is set.
        assert Visitor(site, "203.0.113.8").get(path).status_code == 429
        assert Visitor(site, "203.0.113.8").get("/about").status_code == 200
    finally:
        views._places.give_back(place)
    assert first.get(path).status_code == 200
    assert first.get(path).status_code == 200
    assert connect_to_redis().zcard(views._places._key()) == 0


def test_without_redis_each_process_counts_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> Any:
        raise RedisError

    monkeypatch.setattr(places, "connect_to_redis", silent)
    line = places.Places("test")
    given = [line.take(who, total=9, each=1, longest=5, alone=2) for who in ("a", "a", "b", "c")]
    assert [bool(place) for place in given] == [True, False, True, False]
    assert line.is_first(given[2], 1)
    line.give_back(given[0])
    assert line.take("c", total=9, each=1, longest=5, alone=2)


def test_a_damaged_store_is_told_and_the_site_goes_on(
    ask: Callable[..., Any], site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(tmp_path))
    none = ask(DATASETS)
    assert none.status_code == 503
    assert int(none.headers["Retry-After"]) > 0
    page = ask(accept="text/html")
    assert (page.status_code, "vorbereitet" in page.get_data(as_text=True)) == (200, True)
    assert [item.id for item in doctor.store()] == ["sparql-none"]
    built = jobs.build()
    assert [item.id for item in doctor.store()] == ["sparql-ok"]
    for file in built.data.glob("*.sst"):
        file.write_bytes(b"")
    broken = ask(DATASETS)
    assert broken.status_code == 503
    assert "nicht lesbar" in broken.get_data(as_text=True)
    assert [item.id for item in doctor.store()] == ["sparql-broken"]
    assert Visitor(site).get("/about").status_code == 200


def test_the_store_is_built_after_runs_each_night_and_if_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(tmp_path))
    assert jobs.is_due()
    jobs.build()
    assert not jobs.is_due()
    city = helpers.call_action("organization_show", id="wismar")["id"]
    run = HarvestRun(
        source_id=source(city).id,
        status=RunStatus.SUCCESS.value,
        finished=due.now() + timedelta(seconds=1),
    )
    model.Session.add(run)
    model.Session.commit()
    monkeypatch.setattr(options, "rest", lambda: timedelta(0))
    assert not jobs.is_due()  # it changed nothing
    run.updated = 1
    model.Session.commit()
    assert jobs.is_due()
    monkeypatch.setattr(options, "rest", lambda: timedelta(minutes=30))
    assert not jobs.is_due()  # not again so soon
    model.Session.delete(run)
    model.Session.commit()
    monkeypatch.setattr(options, "rest", lambda: timedelta(0))
    built = options.stores().current()
    assert isinstance(built, BuiltStore)
    for zone in ("server", "", "Europe/Helsinki"):
        monkeypatch.setitem(tk.config, "ckan.display_timezone", zone)
        assert not jobs.is_due()
    # Made private by hand: it is not to be answered for until the night.
    hidden = Change(dataset_id="x", gone="not-public", settled=due.now() + timedelta(hours=1))
    model.Session.add(hidden)
    model.Session.commit()
    assert jobs.is_due()
    model.Session.delete(hidden)
    model.Session.commit()
    # Who erased it may have been killed before the store was dropped.
    erased = Erasure(dataset_id="x", author="x", reason="x", erased=due.now() + timedelta(hours=1))
    model.Session.add(erased)
    model.Session.commit()
    assert jobs.is_due()
    model.Session.delete(erased)
    model.Session.commit()
    monkeypatch.setitem(tk.config, "hanse.sparql.nightly", "03:00")
    monkeypatch.setattr(due, "now", lambda: built.made)
    assert not jobs.is_due()
    monkeypatch.setattr(due, "now", lambda: built.made + timedelta(days=2))
    assert jobs.is_due()
    monkeypatch.setitem(tk.config, "hanse.sparql.nightly", "")
    assert not jobs.is_due()


def test_a_tick_queues_one_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(tmp_path))
    connect_to_redis().flushdb()
    assert tick.tick().sparql
    assert not tick.tick().sparql
    monkeypatch.setitem(tk.config, "hanse.sparql.enabled", False)
    assert not jobs.is_due()
    connect_to_redis().flushdb()


def test_the_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(tmp_path))

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(hanse, ["sparql", *words, "--language", "en"])
        return done.exit_code, done.output

    assert run("status") == (0, "There is no store for queries.\nIt is due to be built.\n")
    code, said = run("build")
    assert (code, "statements" in said) == (0, True)
    assert json.loads(run("status", "--json")[1])["triples"] > 50
    assert run("drop")[0] == 0
    assert options.stores().current() is None
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(tmp_path / "file"))
    code, said = run("build")
    assert (code, "cannot be written" in said) == (1, True)


def test_switched_off_there_is_no_page(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.sparql.enabled", False)
    assert ask(DATASETS).status_code == 404
    assert list(doctor.store()) == []
