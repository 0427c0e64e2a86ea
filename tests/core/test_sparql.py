"""Queries: their answers, their limits, and that nothing leaves this machine."""

from __future__ import annotations

import csv
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from hanse_harvesters.sparql import answering, forms, refusal
from hanse_harvesters.sparql.answering import Answer, Excerpt, QueryLimits, ask
from hanse_harvesters.sparql.errors import (
    QueryError,
    QueryRefused,
    QueryTooCostly,
    StoreUnavailable,
)
from hanse_harvesters.sparql.folder import StoreFolder
from hanse_harvesters.sparql.forms import Wanted
from hanse_harvesters.sparql.questions import questions

DATASETS = 1500
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_DCAT, _DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_ODD = r'"Stra\u00DFe <&> \"x\"\n\tZeile, zwei\u0007"@de'


def documents() -> Iterator[str]:
    """Three cities; of Wismar's datasets every second has no licence."""
    yield f"<https://h.example/> {_TYPE} <{_DCAT}Catalog> .\n" + "".join(
        f"<https://h.example/> <{_DCT}hasPart> <https://h.example/{city}> .\n"
        f'<https://h.example/{city}> <{_DCT}title> "Hansestadt {city}"@de .\n'
        f'<https://h.example/{city}> <{_DCT}title> "City of {city}"@en .\n'
        for city in ("Wismar", "Rostock", "Stralsund")
    )
    for number in range(DATASETS):
        city = ("Wismar", "Rostock", "Stralsund")[number % 3]
        it, file = f"<https://h.example/d/{number}>", f"<https://h.example/f/{number}>"
        licence = f"{file} <{_DCT}license> <https://l.example/by> .\n" if number % 2 else ""
        yield (
            f"{it} {_TYPE} <{_DCAT}Dataset> .\n"
            f'{it} <{_DCT}title> "Parkplätze {number}"@de .\n'
            f"<https://h.example/{city}> <{_DCAT}dataset> {it} .\n"
            f"{it} <{_DCAT}contactPoint> _:c .\n"
            f'_:c <http://www.w3.org/2006/vcard/ns#fn> "Amt {number}" .\n'
            f'{it} <{_DCT}publisher> _:p .\n_:p <{_FOAF}name> "Amt" .\n'
            f"<https://portal.example/{number}> <{_FOAF}primaryTopic> {it} .\n"
            f"<https://h.example/dataset/{number}> <{_FOAF}primaryTopic> {it} .\n"
            f"<https://h.example/> <{_DCAT}record> <https://h.example/dataset/{number}> .\n"
            f"{it} <{_DCAT}distribution> {file} .\n{licence}"
        )
    yield f"<https://h.example/odd> <{_DCT}description> {_ODD} .\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return StoreFolder(tmp_path_factory.mktemp("sparql")).build(documents()).data


def text(answer: Answer) -> str:
    with answer.body as body:
        return body.read().decode()


def rows(store: Path, query: str) -> list[dict[str, str]]:
    """The bound values of a table, by variable."""
    found = json.loads(text(ask(store, query)))["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_a_dataset_of_wismar_without_a_licence_is_found(store: Path) -> None:
    question = next(item for item in questions() if item.id == "licence-missing")
    found = rows(store, question.query)
    assert len(found) == DATASETS // 6
    assert found[0]["title"].startswith("Parkplätze")
    assert all(row["page"].startswith("https://h.example/dataset/") for row in found)


def test_a_city_of_two_names_counts_once(store: Path) -> None:
    question = next(item for item in questions() if item.id == "publishers")
    assert rows(store, question.query) == [{"office": "Amt", "datasets": str(DATASETS // 3)}]


def test_every_question_can_be_read_and_has_words(store: Path) -> None:
    engine = Store.read_only(str(store))
    for question in questions():
        refusal.check(question.query, QueryLimits().length)
        assert engine.query(question.query, prefixes=answering.PREFIXES)
    words = {question.words(language) for question in questions() for language in ("de", "en")}
    assert len(words) == 2 * len(questions()) == 20


def test_blank_nodes_of_two_documents_are_two(store: Path) -> None:
    query = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?d dcat:contactPoint ?c }"
    assert rows(store, query) == [{"n": str(DATASETS)}]


TERMS = (
    "SELECT ?iri ?text ?odd ?number ?day ?none ?nested { "
    "<https://h.example/odd> dct:description ?odd "
    'BIND(<https://h.example/?a=1&b=2> AS ?iri) BIND("a ]]> b" AS ?text) BIND(1.5 AS ?number) '
    'BIND("2024-02-30"^^xsd:date AS ?day) BIND(TRIPLE(?iri, dct:title, "x"@en) AS ?nested) }'
)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_table_is_what_the_engine_would_write(store: Path, form: str) -> None:
    found = text(ask(store, TERMS, Wanted(table=form)))
    kind = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}[form]
    ours = parse_query_results(found.encode(), kind)
    theirs = Store.read_only(str(store)).query(TERMS, prefixes=answering.PREFIXES)
    (our_row,), (their_row,) = list(ours), list(theirs)  # type: ignore[call-overload]
    for variable in ("iri", "text", "number", "day", "none", "nested"):
        assert our_row[variable] == their_row[variable]
    odd = our_row["odd"]
    # XML has no place for U+0007.
    assert odd.value.replace("\x07", "") == 'Straße <&> "x"\n\tZeile, zwei'
    assert odd.language == "de"


def test_csv_has_values_and_tsv_terms(store: Path) -> None:
    head, row = csv.reader(text(ask(store, TERMS, Wanted(table="csv"))).splitlines(keepends=True))
    assert head == ["iri", "text", "odd", "number", "day", "none", "nested"]
    assert row[:2] == ["https://h.example/?a=1&b=2", "a ]]> b"]
    assert "\n" in row[2]
    assert row[5] == ""
    lines = text(ask(store, TERMS, Wanted(table="tsv"))).splitlines()
    assert lines[0] == "?iri\t?text\t?odd\t?number\t?day\t?none\t?nested"
    assert lines[1].split("\t")[0] == "<https://h.example/?a=1&b=2>"
    assert len(lines) == 2


def test_a_truth_value_and_a_graph(store: Path) -> None:
    assert json.loads(text(ask(store, "ASK { ?d a dcat:Dataset }")))["boolean"] is True
    query = "DESCRIBE <https://h.example/d/1>"
    for form in forms.GRAPHS:
        answer = ask(store, query, Wanted(graph=form))
        assert answer.media_type == forms.GRAPHS[form]
        if form != "jsonld":
            kind = RdfFormat.from_media_type(answer.media_type)
            assert len({str(quad) for quad in parse(text(answer), kind)}) == answer.rows == 7


def test_a_table_ends_at_its_limit_and_says_so(store: Path) -> None:
    query = "SELECT ?d { ?d a dcat:Dataset }"
    note = "https://h.example/sparql#limits"
    cut = ask(store, query, limits=QueryLimits(rows=10), note=note)
    assert (cut.rows, cut.cut) == (10, "rows")
    found = json.loads(text(cut))
    assert (found["head"]["link"], len(found["results"]["bindings"])) == ([note], 10)
    assert note in text(ask(store, query, Wanted("xml"), QueryLimits(rows=10), note))
    whole = ask(store, query, limits=QueryLimits(rows=DATASETS), note=note)
    assert (whole.rows, whole.cut) == (DATASETS, "")
    assert "link" not in json.loads(text(whole))["head"]
    large = ask(store, query, limits=QueryLimits(size=10_000), note=note)
    assert large.cut == "size"
    assert 0 < large.rows < DATASETS
    graph = ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", limits=QueryLimits(rows=10), note=note)
    assert (graph.rows, graph.cut) == (10, "rows")
    assert note in text(graph)


def test_an_excerpt_is_the_beginning_and_all_are_counted(store: Path) -> None:
    query = "SELECT ?d { ?d a dcat:Dataset }"
    for excerpt, most in ((Excerpt(7, 1 << 20), 7), (Excerpt(DATASETS, 500), 10)):
        answer = ask(store, query, excerpt=excerpt)
        assert (answer.rows, answer.cut) == (DATASETS, "")
        assert 0 < len(json.loads(text(answer))["results"]["bindings"]) <= most


def test_an_answer_for_which_there_is_no_space(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for full in (lambda: open("/dev/full", "r+b"), lambda: open("/dev/full/x", "r+b")):  # noqa: SIM115
        monkeypatch.setattr(answering.tempfile, "TemporaryFile", full)
        with pytest.raises(StoreUnavailable) as caught:
            ask(store, "SELECT * { ?s ?p ?o } LIMIT 9")
        assert caught.value.id == "sparql-disk"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("  \n", "sparql-empty"),
        ("SELECT * { ?s ?p ?o }" + " " * 70_000, "sparql-long"),
        ("SELECT * { ?s ?p }", "sparql-syntax"),
        ("nonsense", "sparql-syntax"),
        ("INSERT DATA { <a:b> <a:c> <a:d> }", "sparql-update"),
        ("PREFIX a: <a:> # all of it\n delete where { ?s ?p ?o }", "sparql-update"),
        ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "sparql-service"),
        ("SELECT * { service silent <http://x.example/> { ?s ?p ?o } }", "sparql-service"),
        ("SELECT * FROM <http://x.example/> { ?s ?p ?o }", "sparql-from"),
    ],
)
def test_what_is_not_offered_is_refused_in_words(store: Path, query: str, message: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        ask(store, query)
    assert caught.value.id == message
    assert caught.value.remedy_in("de") != ""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service ?from { BIND(\"from SERVICE\" AS ?from) BIND('''it's SERVICE''' AS ?x) }",
        "PREFIX service: <http://from.example/insert#> SELECT * { ?s service:from ?delete } # FROM",
    ],
)
def test_names_and_texts_are_no_keywords(store: Path, query: str) -> None:
    assert text(ask(store, query))


@pytest.mark.parametrize("unclosed", ['"""', "'", "<", "(?:", "a:" * 20_000, '"\\' * 20_000])
def test_the_check_itself_is_quick(store: Path, unclosed: str) -> None:
    began = time.monotonic()
    with pytest.raises(QueryRefused):
        ask(store, "SELECT * { " + unclosed + "a" * 20_000)
    assert time.monotonic() - began < 5


#: Which limit is met first depends on the machine.
MEMORY = {"sparql-memory", "sparql-slow"}
DEPTH = MEMORY | {"sparql-syntax"}
EXPRESSION = "(((a{1,900}){1,900}){1,900})"
PATH = "(dcat:dataset|^dcat:dataset|dcat:distribution|^dcat:distribution)*"
FOURFOLD = " ".join(
    f"BIND(CONCAT(?a{step}, ?a{step}, ?a{step}, ?a{step}) AS ?a{step + 1})" for step in range(16)
)
HEAVY = QueryLimits(memory=700 << 20, seconds=1.5)


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        # Billions of rows that are sorted, that are counted.
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f", MEMORY),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {"sparql-slow"}),
        # An engine with automata explodes while it makes them, for each row anew.
        (f"SELECT * {{ ?a dct:title ?t FILTER(REGEX(?t, CONCAT('{EXPRESSION}', ?t))) }}", MEMORY),
        (f"SELECT * {{ ?a {PATH} ?b . ?c {PATH} ?d }} ORDER BY ?a ?b ?c ?d", MEMORY),
        (
            f"SELECT ?a16 {{ BIND('aaaaaaaaaaaaaaaa' AS ?a0) {FOURFOLD} }}",
            MEMORY | {"sparql-large"},
        ),
        ("SELECT * { " + "{" * 30_000 + "?s ?p ?o" + "}" * 30_000 + " }", DEPTH),
        ("SELECT * { FILTER(" + "!" * 50_000 + "true) }", DEPTH),
    ],
    ids=["sorted", "counted", "expression", "paths", "fourfold", "nested", "nots"],
)
def test_a_bomb_ends_within_its_limits(store: Path, query: str, messages: set[str]) -> None:
    began = time.monotonic()
    with pytest.raises(QueryError) as caught:
        ask(store, query, limits=HEAVY)
    assert caught.value.id in messages, caught.value
    assert time.monotonic() - began < HEAVY.seconds + 3
    assert rows(store, "SELECT * { ?s ?p ?o } LIMIT 1")  # the next one is answered


@pytest.fixture
def watched() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who connected to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def wait() -> None:
            while True:
                try:
                    other, address = server.accept()
                except OSError:
                    return
                came.append(address)
                other.close()

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_service_connects_nowhere(
    store: Path, watched: tuple[int, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, came = watched
    query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    # The watch works: the engine itself would connect.
    engine = f"import pyoxigraph; pyoxigraph.Store().query({query!r})"
    subprocess.run([sys.executable, "-c", engine], check=False, capture_output=True, timeout=60)
    assert len(came) == 1
    # Without the check beforehand, which is only for words.
    monkeypatch.setattr(refusal, "check", lambda query, longest: None)
    with pytest.raises(QueryRefused) as caught:
        ask(store, query)
    assert caught.value.id == "sparql-failed"
    silent = query.replace("SERVICE", "SERVICE SILENT").replace("127.0.0.1", "localhost")
    assert text(ask(store, silent))
    with pytest.raises(QueryRefused):
        ask(store, f"LOAD <http://127.0.0.1:{port}/>")
    assert len(came) == 1


def test_a_store_of_more_files_than_are_opened_with_it_is_read_whole(tmp_path: Path) -> None:
    """Like that of 100,000 datasets, which has thirty: RocksDB opens 16 at first."""
    large = Store(str(tmp_path / "large"))
    graph, has = NamedNode("https://h.example/graph"), NamedNode("https://h.example/has")
    for part in range(3):
        for number in range(200):
            thing = NamedNode(f"https://h.example/{part}/{number}")
            value = Literal(f"a value of which there is no other: {part} {number}")
            large.extend([Quad(thing, has, value), Quad(thing, has, value, graph)])
        large.flush()
    del large
    assert len([*tmp_path.rglob("*.sst")]) > 16
    # By each of the indexes.
    value = '"a value of which there is no other: 2 7"'
    ways = ("?s ?p ?o", "?s <https://h.example/has> ?o", f"?s ?p {value}")
    places = ("{ %s }", "{ GRAPH ?g { %s } }", "{ GRAPH <https://h.example/graph> { %s } }")
    every = " UNION ".join(place % way for place in places for way in ways)
    query = f"SELECT (COUNT(*) AS ?n) {{ {every} FILTER(STRLEN(STR(?s)) > 9) }}"
    assert rows(tmp_path / "large", query) == [{"n": str(6 * 600 + 3)}]


def test_an_opened_store_leaves_memory_for_queries(store: Path) -> None:
    """Each of its threads once reserved so much that sometimes one could not be started."""
    limits = QueryLimits(memory=384 << 20)
    assert text(ask(store, "SELECT * { ?s ?p ?o } LIMIT 1", limits=limits))


def test_forms_that_are_not_accepted(store: Path) -> None:
    with pytest.raises(QueryRefused) as caught:
        ask(store, "SELECT * { ?s ?p ?o } LIMIT 1", Wanted(table=""))
    assert caught.value.id == "sparql-unwanted-table"
    with pytest.raises(QueryRefused) as caught:
        ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", Wanted(graph=""))
    assert caught.value.id == "sparql-unwanted-graph"


def test_a_store_that_is_no_store(tmp_path: Path) -> None:
    for data in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(StoreUnavailable) as caught:
            ask(data, "ASK { ?s ?p ?o }")
        assert caught.value.id == "sparql-store-broken"


def test_it_costs_what_was_asked_for_and_no_more(store: Path) -> None:
    with pytest.raises(QueryTooCostly) as caught:
        ask(
            store,
            "SELECT (GROUP_CONCAT(?t) AS ?a) { ?s dct:title ?t }",
            limits=QueryLimits(size=99),
        )
    assert caught.value.id == "sparql-large"
