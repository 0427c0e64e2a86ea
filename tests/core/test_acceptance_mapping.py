"""Real catalogues arrive whole, and what we write is valid by the official shapes.

``python tests/core/test_acceptance_mapping.py`` prints, per recorded catalogue, the
counts, the issues by rule and the properties that the table does not know.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from from_table import datasets as generated
from from_table import handed_on
from hypothesis import HealthCheck, given, settings
from official import official
from profiles import examples
from round_trips import SOURCE

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.fingerprint import fingerprint
from hanse_harvesters.mapping.reader import datasets, read_dataset, subtree
from hanse_harvesters.mapping.terms import Graph, Triple
from hanse_harvesters.mapping.writer import catalog_triples, dataset_triples
from hanse_harvesters.normalise import normalise
from hanse_harvesters.record import Record
from hanse_schemas.table import classes, expand

#: file → datasets, distributions
CATALOGUES = {
    "rostock-catalog.rdf": (100, 773),
    "destatis-catalog.rdf": (135, 135),
    "staticat-catalog.ttl": (4, 4),
    "odsh__rdf_catalog.xml": (38, 38),
    "sh__hydra.xml": (0, 0),
    "sh__with_collection.xml": (8, 7),
    "sh__invalid_iri.xml": (1, 1),
    "dcatde__catalog-endpoint.rdf": (6, 17),
    "dcatde__metadata_max.rdf": (1, 2),
}
BASE = "https://portal.example/catalog"


@dataclass
class Outcome:
    """What became of one catalogue."""

    datasets: list[dict] = field(default_factory=list)
    issues: Counter[str] = field(default_factory=Counter)
    unknown: str = ""

    def unknown_properties(self) -> Counter[str]:
        """Property → how many triples of it were not understood."""
        return Counter(re.findall(r"^\S+ <([^>]+)>", self.unknown, re.MULTILINE))


def load(path: Path) -> Graph:
    """The triples of a recorded catalogue; guarding against foreign bytes is tested elsewhere."""
    text = re.sub(rb"&(?!\w+;|#)", b"&amp;", path.read_bytes())  # a bare ampersand
    form = ox.RdfFormat.TURTLE if path.suffix == ".ttl" else ox.RdfFormat.RDF_XML
    return Graph(adapters.from_oxigraph(ox.parse(text, format=form, base_iri=BASE, lenient=True)))


@cache
def outcome(path: Path) -> Outcome:
    graph, found = load(path), Outcome()
    for subject in datasets(graph):
        result = read_dataset(graph, subject, base_url=BASE)
        found.datasets.append(result.dataset)
        found.issues.update(item.rule for item in result.issues)
        found.unknown += result.unknown + "\n" if result.unknown else ""
    return found


@pytest.mark.samples
@pytest.mark.parametrize("name", CATALOGUES)
def test_every_dataset_and_distribution_arrives(samples, name):
    found = outcome(samples / name).datasets
    counts = len(found), sum(len(dataset.get("resources", ())) for dataset in found)
    assert counts == CATALOGUES[name]
    assert all(dataset.get("title") for dataset in found)


@pytest.mark.samples
@pytest.mark.parametrize("name", CATALOGUES)
def test_every_dcatde_triple_is_understood(samples, name):
    assert [p for p in outcome(samples / name).unknown_properties() if "dcatde" in p] == []


@pytest.mark.samples
def test_rostock_is_understood_to_the_last_triple(samples):
    found = outcome(samples / "rostock-catalog.rdf")
    assert set(found.issues) == {"literal-for-iri", "value-empty"}
    assert found.issues["value-empty"] == 3  # three checksums without a value
    assert found.unknown_properties() == {}
    assert all(dataset["contributor_id"] for dataset in found.datasets)
    resources = [resource for dataset in found.datasets for resource in dataset["resources"]]
    assert all(resource["license"] and resource["availability"] for resource in resources)
    assert sum("format" in resource for resource in resources) == 719


@pytest.mark.samples
@pytest.mark.parametrize("name", CATALOGUES)
def test_what_we_hand_on_is_stable(samples, name):
    """A catalogue that harvests us and writes again gives what we gave."""

    def passed_on(dataset: dict) -> dict:
        document = adapters.serialize(dataset_triples(dataset), "turtle")
        graph = Graph(adapters.parse(document, "turtle"))
        (subject,) = datasets(graph)
        return read_dataset(graph, subject).dataset

    for dataset in outcome(samples / name).datasets:
        once = passed_on(dataset)
        assert passed_on(once) == once
        assert set(once) == set(handed_on(dataset))
        assert len(once.get("resources", ())) == len(dataset.get("resources", ()))


@pytest.mark.samples
def test_fingerprints_do_not_depend_on_the_parse(samples):
    def prints() -> list[str]:
        graph = load(samples / "rostock-catalog.rdf")
        return [fingerprint(subtree(graph, node), node) for node in datasets(graph)]

    assert prints() == prints()
    assert len(set(prints())) == 100


# --- The official shapes -----------------------------------------------------------------------

few = settings(
    max_examples=examples(3),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


@pytest.mark.samples
@few
@given(dataset=generated("complete"))
def test_complete_datasets_are_valid_by_the_official_shapes(shapes_folder, dataset):
    stack = official(shapes_folder)
    triples = list(dataset_triples(dataset))
    assert {"publisher", "contact", "resources", "spatial_coverage"} <= set(dataset)
    assert stack.violations(triples) == []
    conforms, report = stack.conforms_by_pyshacl(triples)
    assert conforms, report


#: An object of the table that another file describes: the shapes ask for its class in this one.
_ELSEWHERE = frozenset(
    map(
        expand,
        ("adms:sample", "dcat:hasVersion", "dcat:inSeries", "dcat:servesDataset", "dcterms:source"),
    )
)


def caused(found: list[str]) -> list[str]:
    """Violations other than a mandatory property that the source lacks, or a reference."""
    return [
        line
        for line in found
        if "MinCountConstraint" not in line
        and not ("ClassConstraint" in line and any(f"<{name}>" in line for name in _ELSEWHERE))
    ]


@pytest.mark.samples
@settings(few, max_examples=examples(60))
@given(dataset=generated("odd"))
def test_whatever_a_portal_says_we_write_nothing_that_the_shapes_refuse(shapes_folder, dataset):
    stack = official(shapes_folder)
    assert caused(stack.violations(list(dataset_triples(dataset)))) == []


#: What recorded catalogues lack: file → violations of our RDF by the official shapes.
LACKING = {
    "sh__with_collection.xml": ["description MinCount"],  # of one dataset
    "sh__invalid_iri.xml": ["accessURL MinCount", "name MinCount"],  # of a file, of a publisher
    "dcatde__catalog-endpoint.rdf": ["hasVersion Class"],  # a page, not a dataset of the file
    "dcatde__metadata_max.rdf": ["hasVersion Class", "publisher MinCount"],  # of a service
}


@pytest.mark.samples
@pytest.mark.parametrize("name", CATALOGUES)
def test_what_we_write_breaks_no_rule_but_where_the_source_lacks_something(
    samples, shapes_folder, name
):
    stack, triples = official(shapes_folder), written(samples / name)
    found = re.findall(r"[/#](\w+)> (\w+)ConstraintComponent", "\n".join(stack.violations(triples)))
    assert sorted(map(" ".join, found)) == LACKING.get(name, [])
    assert stack.conforms_by_pyshacl(triples)[0] == (name not in LACKING)


def written(path: Path) -> list[Triple]:
    """What we write of a recorded catalogue: read, normalised, written."""
    found = []
    for dataset in outcome(path).datasets:
        record = Record(copy.deepcopy(dataset), "")
        normalise(record, SOURCE)
        found += dataset_triples(record.dataset)
    return found


@pytest.mark.samples
def test_the_engines_do_find_what_is_wrong(shapes_folder):
    stack = official(shapes_folder)
    triples = list(dataset_triples({"uri": "https://a.example/1", "theme": ["Umwelt"]}))
    assert len(stack.violations(triples)) >= 3
    assert not stack.conforms_by_pyshacl(triples)[0]


@pytest.mark.samples
def test_a_catalogue_is_valid_by_the_official_shapes(shapes_folder):
    catalog = {
        "title": "Offene Daten der Hansestädte",
        "description": "Gemeinsamer Katalog.",
        "publisher": [{"name": "Hansestadt", "type": publisher_type("LocalAuthority")}],
        "homepage": "https://hanse.example/",
        "language": ["http://publications.europa.eu/resource/authority/language/DEU"],
        "theme_taxonomy": ["http://publications.europa.eu/resource/authority/data-theme"],
        "spatial_coverage": [
            {"uri": "http://publications.europa.eu/resource/authority/country/DEU"}
        ],
        "modified": "2024-01-01T00:00:00Z",
    }
    triples = list(catalog_triples(catalog, subject="https://hanse.example/#catalog"))
    assert official(shapes_folder).violations(triples) == []


def publisher_type(code: str) -> str:
    from hanse_schemas.vocabulary import vocabulary

    entry = vocabulary(classes()["agent"].property("type").vocabulary).find(code)
    assert entry
    return entry.iri


def report(folder: Path) -> None:
    """Print per catalogue: counts, issues by rule, properties not understood."""
    for name in CATALOGUES:
        found = outcome(folder / name)
        resources = sum(len(dataset.get("resources", ())) for dataset in found.datasets)
        print(f"{name}: {len(found.datasets)} datasets, {resources} distributions")
        print("  issues:", dict(found.issues.most_common()))
        print("  not understood:", dict(found.unknown_properties().most_common()))


if __name__ == "__main__":
    import sys

    report(Path(sys.argv[1]))
