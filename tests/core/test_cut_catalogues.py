"""A catalogue cut off anywhere, in any syntax: no record arrives poorer, and nothing counts as all.

Every record names an office that others name too, which many programs describe behind them all.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from portals.files import Arrived, arrived
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

BASE = "https://daten.hafen.example/"
RECORDS, CUTS = 8, 12
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")


def say(graph: Graph, subject: Any, **said: Any) -> Any:
    """Statements by the names of the vocabularies; gives the subject."""
    spaces = {"dcat": DCAT, "dct": DCT, "foaf": FOAF, "vcard": VCARD, "rdf": RDF}
    for name, values in said.items():
        space, _, term = name.partition("_")
        for value in values if isinstance(values, list) else [values]:
            graph.add((subject, spaces[space][term], value))
    return subject


def file_of(graph: Graph, number: int, part: str) -> Any:
    return say(
        graph,
        URIRef(f"{BASE}{number}/{part}"),
        rdf_type=DCAT.Distribution,
        dct_title=Literal(f"Datei {part} von {number}", lang="de"),
        dcat_accessURL=URIRef(f"https://h.example/{number}/{part}.csv"),
        dct_license=URIRef("http://dcat-ap.de/def/licenses/cc-zero"),
    )


@cache
def catalogue() -> Graph:
    """Datasets with files, a contact of their own and an office in common."""
    graph = Graph()
    listed = say(graph, URIRef(f"{BASE}catalog"), rdf_type=DCAT.Catalog)
    for number in range(RECORDS):
        name = Literal(f"Amt {number % 2}")
        office = say(graph, URIRef(f"{BASE}amt/{number % 2}"), rdf_type=FOAF.Agent, foaf_name=name)
        person = Literal(f"Frau {number}")
        contact = say(graph, BNode(f"k{number}"), rdf_type=VCARD.Organization, vcard_fn=person)
        dataset = say(
            graph,
            URIRef(f"{BASE}{number}"),
            rdf_type=DCAT.Dataset,
            dct_title=Literal(f"Titel {number}", lang="de"),
            dct_description=Literal(f'Was {number} "enthält".\nUnd mehr.', lang="de"),
            dcat_keyword=[Literal(word, lang="de") for word in ("Hafen", f"Kai {number}")],
            dct_publisher=office,
            dcat_contactPoint=contact,
            dcat_distribution=[file_of(graph, number, part) for part in "ab"],
        )
        say(graph, listed, dcat_dataset=dataset)
    return graph


def nested() -> str:
    """JSON with each node in the one that names it, its name behind all else."""

    def node(subject: Any) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for predicate, value in sorted(catalogue().predicate_objects(subject)):
            if predicate == RDF.type:
                found.setdefault("@type", []).append(str(value))
            elif isinstance(value, Literal):
                said = {"@value": str(value), **({"@language": "de"} if value.language else {})}
                found.setdefault(str(predicate), []).append(said)
            else:
                found.setdefault(str(predicate), []).append(node(value))
        return {**found, **({} if isinstance(subject, BNode) else {"@id": str(subject)})}

    return json.dumps([node(URIRef(f"{BASE}{number}")) for number in range(RECORDS)], indent=1)


def lines(by: int = 0) -> str:
    """N-Triples by subject (0) or by property (1)."""
    found = sorted(catalogue().serialize(format="nt").splitlines(keepends=True))
    return "".join(sorted(found, key=lambda line: line.split(" ")[by]))


def shuffled() -> str:
    found = sorted(catalogue().serialize(format="nt").splitlines(keepends=True))
    random.Random(3).shuffle(found)
    return "".join(found)


FORMS = {
    "turtle": lambda: catalogue().serialize(format="turtle"),
    "xml": lambda: catalogue().serialize(format="xml"),
    "pretty-xml": lambda: catalogue().serialize(format="pretty-xml", max_depth=3),
    "json-ld": lambda: catalogue().serialize(format="json-ld"),
    "json-ld with a context": lambda: catalogue().serialize(format="json-ld", auto_compact=True),
    "json-ld nested": nested,
    "n-triples by subject": lines,
    "n-triples by property": lambda: lines(1),
    "n-triples in no order": shuffled,
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value of a dataset, with where it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, str(value)


def usable(found: Arrived) -> dict[str, Counter[tuple[str, str]]]:
    return {r.identity: Counter(leaves(r.dataset)) for r in found.records if r.usable}


@pytest.mark.parametrize("form", FORMS)
def test_no_record_of_a_cut_catalogue_is_poorer_than_it_was(tmp_path: Path, form: str) -> None:
    text = FORMS[form]().encode()
    whole = usable(arrived(tmp_path, text))
    assert len(whole) == RECORDS
    places = random.Random(form)
    for place in [places.randrange(len(text) // 20, len(text) - 3) for _ in range(CUTS)]:
        place -= 3 if text[:place].rstrip().endswith(b" .") else 0  # nothing shows such a cut
        found = arrived(tmp_path, text[:place])
        for identity, said in usable(found).items():
            assert not whole[identity] - said, f"{identity}, cut at {place}"
        assert not found.run.completeness.complete, place


def test_json_cut_before_the_name_of_a_record_is_not_all_there_is(tmp_path: Path) -> None:
    text = FORMS["json-ld"]()
    for start in ('{\n    "@id": "https://daten.ha', "{\n    ", ""):
        cut = text[: text.index("\n  {\n", len(text) // 2)] + start
        assert arrived(tmp_path, cut).run.completeness.reason == "document-cut", start


def test_what_the_portal_never_describes_keeps_no_record_back(tmp_path: Path) -> None:
    """A register's office, a place of a gazetteer: names alone, in the whole document too."""
    graph = Graph() + catalogue()
    for number in range(RECORDS):
        graph.set((URIRef(f"{BASE}{number}"), DCT.publisher, URIRef("https://register.example/1")))
        graph.add((URIRef(f"{BASE}{number}"), DCT.spatial, URIRef("https://sws.geonames.org/2/")))
    text = graph.serialize(format="turtle")
    found = arrived(tmp_path, text[: len(text) * 3 // 4])
    assert RECORDS // 2 <= len(found.titles) < RECORDS


BROKEN = {
    "turtle": (f"<{BASE}3/a> a dcat:Distribution", f"<{BASE}3/a a dcat:Distribution"),
    "json-ld": (f'"@id": "{BASE}3/a",\n    "@type"', f'"@id": {BASE}3/a",\n    "@type"'),
    "xml": (f'<rdf:Description rdf:about="{BASE}3/a">', f'<rdf:Description rdf:about="{BASE}3/a>'),
}


@pytest.mark.parametrize("form", BROKEN)
def test_a_file_whose_name_is_broken_keeps_its_record_back(tmp_path: Path, form: str) -> None:
    text = FORMS[form]()
    assert BROKEN[form][0] in text
    whole = usable(arrived(tmp_path, text))
    found = arrived(tmp_path, text.replace(*BROKEN[form]))
    assert f"{BASE}3" not in usable(found)
    assert all(said == whole[identity] for identity, said in usable(found).items())
    assert len(usable(found)) >= RECORDS - 2
