"""What goes out: typed as DCAT-AP.de wants it, and never a document nobody can parse."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import read_dataset
from hanse_harvesters.mapping.terms import IRI, BNode, Graph, Literal
from hanse_harvesters.mapping.writer import (
    catalog_record_triples,
    catalog_triples,
    dataset_triples,
)
from hanse_schemas.table import PREFIXES, expand

X = "https://portal.example/dataset/1"


def written(**fields) -> Graph:
    return Graph(dataset_triples({"uri": X, **fields}))


def values(graph: Graph, name: str, subject: str = X) -> list:
    return graph.objects(IRI(subject), expand(name))


def resource(**fields) -> Graph:
    return written(resources=[{"uri": f"{X}/r", **fields}])


def test_german_needs_no_tag_other_languages_do():
    assert values(written(title="Bäume"), "dcterms:title") == [Literal("Bäume")]
    english = Graph(dataset_triples({"uri": X, "title": "Trees"}, language="en"))
    assert values(english, "dcterms:title") == [Literal("Trees", "en")]
    both = written(title="Bäume", title_translated={"de": "Bäume", "en": "Trees"})
    assert set(values(both, "dcterms:title")) == {Literal("Bäume", "de"), Literal("Trees", "en")}


def test_a_title_edited_after_its_translations_goes_out():
    graph = written(title="Neu", title_translated={"de": "Alt", "en": "Old"})
    assert set(values(graph, "dcterms:title")) == {Literal("Neu", "de"), Literal("Old", "en")}


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("2021", "gYear"),
        ("2021-03", "gYearMonth"),
        ("2021-03-04", "date"),
        ("2021-12-08Z", "date"),
        ("2021-03-04T05:06:07.89+01:00", "dateTime"),
        ("2021-13-04", None),
        ("2021-01-28 GMT 01:51", None),
    ],
)
def test_a_date_has_the_type_its_form_fits(value, datatype):
    expected = f"{adapters.XSD}{datatype}" if datatype else None
    assert values(written(issued=value), "dcterms:issued") == [Literal(value, None, expected)]


def test_formats_go_out_as_entries_of_the_lists_and_unknown_ones_not():
    graph = resource(format="CSV", mimetype="text/csv", package_format="application/x-invented")
    base = "http://publications.europa.eu/resource/authority/file-type/"
    assert values(graph, "dcterms:format", f"{X}/r") == [IRI(f"{base}CSV")]
    iana = "http://www.iana.org/assignments/media-types/"
    assert values(graph, "dcat:mediaType", f"{X}/r") == [IRI(f"{iana}text/csv")]
    assert values(graph, "dcat:packageFormat", f"{X}/r") == [IRI(f"{iana}application/x-invented")]
    words = resource(format="Wandkarte", mimetype="https://types.example/1")
    assert values(words, "dcterms:format", f"{X}/r") == []
    assert values(words, "dcat:mediaType", f"{X}/r") == []


def test_themes_of_other_lists_go_out_as_subjects_beside_those_of_the_eu():
    theme, inspire = "http://publications.europa.eu/resource/authority/data-theme/ENVI", f"{X}/t"
    graph = written(theme=[theme, inspire, "Heimatkunde"])
    assert values(graph, "dcat:theme") == [IRI(theme)]
    found = values(graph, "dcterms:subject")
    assert found[0] == IRI(inspire)
    assert values(graph, "skos:prefLabel", found[1]) == [Literal("Heimatkunde")]


@pytest.mark.parametrize(
    ("field", "value", "term"),
    [
        ("language", ["Niederdeutsch?", "https://sprachen.example/nds"], "dcterms:language"),
        ("frequency", "TODO:", "dcterms:accrualPeriodicity"),
        ("access_rights", "auf Anfrage", "dcterms:accessRights"),
        ("source", ["HMDK/c71a34e1"], "dcterms:source"),
        ("references", ["siehe Anhang"], "dcterms:references"),
        ("temporal_resolution", "täglich", "dcat:temporalResolution"),
    ],
)
def test_words_are_not_written_where_the_shapes_ask_for_an_entry_or_an_iri(field, value, term):
    assert values(written(**{field: value}), term) == []


def test_one_resolution_in_metres_is_written_the_smallest_and_the_others_as_text():
    graph = written(spatial_resolution_in_meters=["10", "2.5", "1:10000"])
    (metres,) = values(graph, "dcat:spatialResolutionInMeters")
    assert metres.value == "2.5"
    texts = values(graph, "geodcatap:spatialResolutionAsText")
    assert [text.value for text in texts] == ["10", "1:10000"]


def test_a_checksum_whose_value_is_none_is_not_written():
    assert values(resource(hash="keine", hash_algorithm="MD5"), "spdx:checksum", f"{X}/r") == []


def test_a_dataset_of_an_unknown_class_is_a_dataset():
    assert values(written(rdf_type="Sammlung"), "rdf:type") == [IRI(expand("dcat:Dataset"))]


def test_sizes_are_non_negative_integers():
    assert values(resource(size=10485760), "dcat:byteSize", f"{X}/r") == [
        Literal("10485760", None, f"{adapters.XSD}nonNegativeInteger")
    ]
    assert values(resource(size=-1), "dcat:byteSize", f"{X}/r") == []


def test_a_geometry_stands_on_a_node_a_bounding_box_does_not():
    wkt = "POINT (12 54)"
    graph = written(spatial_coverage=[{"uri": f"{X}/place", "geom": wkt, "bbox": wkt}])
    typed = Literal(wkt, None, expand("geosparql:wktLiteral"))
    assert values(graph, "dcat:bbox", f"{X}/place") == [typed]
    (node,) = values(graph, "locn:geometry", f"{X}/place")
    assert isinstance(node, BNode)
    assert graph.objects(node, expand("geosparql:asWKT")) == [typed]


def test_identifiers_that_came_go_out_unchanged_and_ours_beside_them():
    graph = written(identifier="a", other_identifiers=["b"], alternate_identifier=["hanse:1"])
    assert set(values(graph, "dcterms:identifier")) == {Literal("a"), Literal("b")}
    (node,) = values(graph, "adms:identifier")
    assert graph.objects(node, expand("skos:notation")) == [Literal("hanse:1")]


def test_the_subject_can_be_another_than_the_datasets_own():
    graph = Graph(dataset_triples({"title": "x"}, subject="https://hanse.example/dataset/1"))
    assert values(graph, "dcterms:title", "https://hanse.example/dataset/1") == [Literal("x")]


def test_unknown_triples_go_out_again_where_they_still_hang_on_something():
    unknown = (
        f'<{X}> <https://p.example/colour> _:a .\n_:a <https://p.example/name> "grün" .\n'
        '_:gone <https://p.example/desk> "3" .'
    )
    triples = list(dataset_triples({"uri": X, "title": "x"}, unknown=unknown))
    back = read_dataset(Graph(triples), IRI(X))
    assert back.dataset == {"uri": X, "title": "x"}
    assert len(back.unknown.splitlines()) == 2
    assert Literal("3") not in [term for _, _, term in triples]


@pytest.mark.parametrize("format", ["turtle", "xml", "jsonld", "nt"])
@pytest.mark.parametrize(
    "bad",
    [
        "https://a.example/neustadt i. h.-süd",
        'https://a.example/<x>"{}|\\^`',
        "https://a.example/100%",
        "https://a.example/[x]?q=[y]#a#b",
        "https://host:port/",
        "http://[broken/",
        "https://a.example/\x00\x1b\ud800\ufffe",
        "no scheme at all",
    ],
)
def test_an_iri_nobody_should_have_sent_breaks_no_document(bad, format):
    dataset = {
        "uri": bad,
        "title": "x\x00\x1b\ud800",
        "url": bad,
        "theme": [bad],
        "contact": [{"email": bad, "telephone": bad}],
        "resources": [{"uri": bad, "access_url": bad, "mimetype": bad}],
    }
    document = adapters.serialize(
        [*dataset_triples(dataset), *dataset_triples({"title": "ganz"}, subject=X)], format
    )
    back = Graph(adapters.parse(document, format))
    assert values(back, "dcterms:title") == [Literal("ganz")]
    if format == "xml":
        rdflib.Graph().parse(data=document, format="xml")


@given(st.text())
def test_no_address_of_any_kind_breaks_a_document(text):
    triples = dataset_triples({"uri": X, "title": "x", "url": f"https://{text}", "source": [text]})
    assert list(ox.parse(adapters.serialize(triples, "turtle"), format=ox.RdfFormat.TURTLE))


def test_documents_carry_the_prefixes_readers_know():
    triples = list(dataset_triples({"uri": X, "title": "x"}))
    assert b"dcterms:title" in adapters.serialize(triples, "turtle")
    assert b"<dcterms:title>" in adapters.serialize(triples, "xml")
    document = json.loads(adapters.serialize(triples, "jsonld"))
    assert document["@graph"] == [{"@id": X, "@type": "dcat:Dataset", "dcterms:title": "x"}]
    assert document["@context"]["dcterms"] == PREFIXES["dcterms"]


@pytest.mark.parametrize("format", ["turtle", "xml", "jsonld", "nt"])
def test_the_same_triples_give_the_same_bytes(format):
    triples = list(dataset_triples({"uri": X, "title": "x", "contact": [{"name": "A"}]}))
    assert len({adapters.serialize(triples, format) for _ in range(20)}) == 1


@pytest.mark.parametrize("format", ["turtle", "xml", "jsonld", "nt"])
def test_a_document_of_nothing(format):
    assert list(adapters.parse(adapters.serialize([], format), format)) == []


def test_an_iri_that_looks_like_a_prefixed_name_stays_one():
    dataset = {"uri": "dcat:1", "title": "x", "relation": ["urn:x:1"]}
    back = Graph(adapters.parse(adapters.serialize(dataset_triples(dataset), "jsonld"), "jsonld"))
    assert values(back, "dcterms:title", "dcat:1") == [Literal("x")]


def test_a_catalogue_lists_its_datasets_and_records():
    ours = "https://hanse.example/"
    graph = Graph(
        [
            *catalog_triples({"title": "Hanse"}, subject=ours, datasets=[X], records=[f"{ours}1"]),
            *catalog_record_triples({"primary_topic": X, "modified": "2024"}, subject=f"{ours}1"),
        ]
    )
    assert values(graph, "dcat:dataset", ours) == [IRI(X)]
    assert values(graph, "dcat:record", ours) == [IRI(f"{ours}1")]
    assert values(graph, "foaf:primaryTopic", f"{ours}1") == [IRI(X)]
