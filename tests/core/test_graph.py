"""Records as rdflib graphs and back; and rdflib reads nothing that a portal sends."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rdflib
from from_table import datasets
from hypothesis import HealthCheck, given, settings
from portals.cities import rostock, turtle
from rdflib.compare import isomorphic

from hanse_harvesters.graph import from_graph, to_graph
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

ROOT = Path(__file__).parents[2]
PRODUCT = ("harvesters", "schemas", "config", "ckanext-hanse")
X = "https://baum.example/dataset/1"

generated = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module", autouse=True)
def lexical_forms() -> Any:
    """rdflib as an oracle keeps what stands in a document."""
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = True


def harvested(city: str, folder: Path) -> list[Record]:
    """The records of a city's stand-in portal, as a harvest has them in the end."""
    base, file = f"https://daten.{city}.example", folder / f"{city}.rdf"
    made = turtle.catalog_ttl(base) if city == "luebeck" else rostock.catalog_rdf(1, base) or ""
    file.write_text(made, encoding="utf-8")
    source = SourceSettings(name=city, kind="rdf", url=str(file), organization=city)
    return list(Run(source, client=LocalClient.of(file), workers=0))


@generated
@given(datasets())
def test_a_dataset_comes_back_as_it_was(dataset: dict[str, Any]) -> None:
    [record] = from_graph(to_graph(dataset))
    assert record.dataset == dataset
    assert record.unknown == ""
    assert record.identity == dataset["uri"] or "uri" not in dataset


@generated
@given(datasets())
def test_the_graph_is_what_our_documents_say(dataset: dict[str, Any]) -> None:
    document = adapters.serialize(dataset_triples(dataset), "nt")
    assert isomorphic(to_graph(dataset), rdflib.Graph().parse(data=document, format="nt"))


@pytest.mark.parametrize("city", ["luebeck", "rostock"])
def test_a_harvested_catalogue_comes_back_as_it_was(city: str, tmp_path: Path) -> None:
    records = {escape(record.identity): record for record in harvested(city, tmp_path)}
    back = {record.identity: record for record in from_graph(to_graph(*records.values()))}
    assert back.keys() == records.keys()
    valid = {iri: record for iri, record in records.items() if record.identity == iri}
    assert len(valid) > 10
    for iri, record in valid.items():
        assert back[iri].dataset == record.dataset
        assert back[iri].unknown == record.unknown


def test_what_the_table_does_not_know_goes_out_and_comes_back() -> None:
    unknown = f'<{X}> <https://baum.example/def#height> "12 m"@de .'
    graph = to_graph(Record({"uri": X, "title": "Bäume"}, X, unknown=unknown))
    assert rdflib.Literal("12 m", lang="de") in set(graph.objects())
    [record] = from_graph(graph)
    assert record.unknown == unknown
    assert [found.rule for found in record.issues] == ["property-unknown"]


def test_what_a_ckan_portal_said_besides_is_no_rdf() -> None:
    record = Record({"uri": X, "title": "Bäume"}, X, unknown=json.dumps({"tree": "Linde"}))
    [back] = from_graph(to_graph(record))
    assert (back.dataset, back.unknown) == (record.dataset, "")


def test_without_an_iri_the_identifier_or_the_content_names_a_dataset() -> None:
    graph = to_graph({"title": "Bäume", "identifier": "b-1"}, {"title": "Häfen"})
    by_title = {record.dataset["title"]: record.identity for record in from_graph(graph)}
    assert by_title["Bäume"] == "b-1"
    assert by_title["Häfen"].startswith("content:")
    again = {record.dataset["title"]: record.identity for record in from_graph(graph)}
    assert again == by_title


def test_lexical_forms_and_languages_stay_as_they_are() -> None:
    translated = {"de": "Bäume", "pl": "Drzewa"}
    graph = to_graph(
        {"uri": X, "title": "Trees", "title_translated": {"en": "Trees", **translated},
         "issued": "2021-01-01T00:00:00.000Z"},
        language="en",
    )  # fmt: skip
    (value,) = graph.objects(predicate=rdflib.DCTERMS.issued)
    assert (str(value), value.datatype) == ("2021-01-01T00:00:00.000Z", rdflib.XSD.dateTime)
    assert {title.language for title in graph.objects(predicate=rdflib.DCTERMS.title)} == {
        "de", "en", "pl",
    }  # fmt: skip
    [record] = from_graph(graph, language="en")
    assert record.dataset["title"] == "Trees"
    assert record.dataset["title_translated"] == {"en": "Trees", **translated}


def test_nothing_that_stands_in_a_graph_breaks_reading() -> None:
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    graph = rdflib.Graph()
    odd = rdflib.BNode('a b> "\n.')
    graph.add((odd, rdflib.RDF.type, dcat.Dataset))
    graph.add((odd, rdflib.DCTERMS.title, rdflib.Literal("Bäume\x00")))
    graph.add((odd, rdflib.DCTERMS.publisher, odd))
    graph.add((odd, rdflib.DCTERMS.issued, rdflib.Literal("gestern", datatype=rdflib.XSD.date)))
    graph.add((rdflib.Literal("no subject"), rdflib.DCTERMS.title, rdflib.Literal("x")))
    [record] = from_graph(graph)
    assert record.dataset["title"] == "Bäume"
    assert list(from_graph(rdflib.Graph())) == []


def test_nothing_of_a_dict_breaks_writing() -> None:
    graph = to_graph({"uri": X, "title": "a\x00b\ud800", "url": "http://a b/<>", "theme": ["\n"]})
    assert rdflib.Graph().parse(data=graph.serialize(format="nt"), format="nt")


def test_the_prefixes_are_bound() -> None:
    turtle = to_graph({"uri": X, "title": "Bäume"}).serialize(format="turtle")
    assert "dcterms:title" in turtle
    assert "a dcat:Dataset" in turtle


def test_rdflib_only_holds_graphs_for_who_asks() -> None:
    """One module imports it, takes no parser from it, and is used by nobody of ours."""
    importing, used, names = set(), set(), set()
    for file in (path for name in PRODUCT for path in (ROOT / name).rglob("*.py")):
        if file.parts[-2:] == ("shapes", "engine.py"):
            continue  # pyshacl in place of shacl: it reads tried shapes, and what we wrote
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            wanted = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                wanted = [f"{node.module}.{alias.name}" for alias in node.names]
            if any(name.split(".")[0] in ("rdflib", "pyshacl") for name in wanted):
                importing.add(file.relative_to(ROOT).as_posix())
            if any(name.startswith("hanse_harvesters.graph") for name in wanted):
                used.add(file.relative_to(ROOT).as_posix())
        if importing and file.relative_to(ROOT).as_posix() in importing:
            names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert importing == {"harvesters/graph.py"}
    assert used == set()
    assert "parse" not in names


@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld", "nt"])
def test_a_harvest_needs_no_rdflib(ending: str, tmp_path: Path) -> None:
    """Not in the processes that parse and map either: they find one that cannot be imported."""
    broken = tmp_path / "broken" / "rdflib"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('rdflib is asked for')")
    formats = {"ttl": "turtle", "rdf": "xml", "jsonld": "jsonld", "nt": "nt"}
    file = tmp_path / f"catalog.{ending}"
    triples = dataset_triples({"uri": X, "title": "Bäume"})
    file.write_bytes(adapters.serialize(triples, formats[ending]))  # type: ignore[arg-type]
    done = subprocess.run(
        [sys.executable, "-m", "hanse_harvesters.cli", "preview", str(file), "--format", "jsonl"],
        env=os.environ | {"PYTHONPATH": str(broken.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["dataset"]["title"] == "Bäume"
