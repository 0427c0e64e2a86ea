"""``hanse convert``: what we would hand on of a catalogue, as one document of any serialisation."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.turtle import catalogue as many
from click.testing import CliRunner, Result
from official import official
from portals.documents import dataset, package, turtle

from hanse_harvesters.cli import main
from hanse_harvesters.converting import CatalogueNode, Conversion
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.stream import document_stream
from hanse_harvesters.mapping.terms import IRI, Literal
from hanse_harvesters.settings.source import SourceSettings

OK, FAILED, WRONG, NOTHING, INCOMPLETE = range(5)
FORMATS: dict[str, adapters.Format] = {
    "ttl": "turtle",
    "xml": "xml",
    "jsonld": "jsonld",
    "nt": "nt",
}
CATALOGUE = "https://stadt.example/katalog"
CATALOG = """<https://stadt.example/katalog> a dcat:Catalog ; dct:title "Katalog"@de ;
  dct:description "Alle Daten"@de ; dct:publisher <https://stadt.example/amt> ;
  dcat:dataset <https://daten.stadt.example/dataset/a>, <https://daten.stadt.example/dataset/b> .
<https://stadt.example/amt> a foaf:Agent ; foaf:name "Stadt" .
"""
BLANK = (
    'dcat:contactPoint [ a vcard:Organization ; vcard:fn "Amt" ; vcard:hasEmail <mailto:a@b.de> ] ;'
)


def hanse(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


def triples(text: bytes, form: str) -> set[tuple[str, ...]]:
    """The statements of a document, blank nodes under the labels that it has."""
    return {tuple(map(str, triple)) for triple in adapters.parse(text, FORMATS[form])}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "katalog.ttl"
    path.write_bytes(turtle(CATALOG, dataset("a", BLANK, files=2), dataset("b", BLANK)).body)
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_every_serialisation_says_the_same_and_is_read_again(
    source: Path, tmp_path: Path, form: str
) -> None:
    plain, other, again = tmp_path / "x.nt", tmp_path / f"x.{form}", tmp_path / "y.nt"
    assert hanse("convert", source, "--to", "nt", "-o", plain).exit_code == OK
    assert hanse("convert", source, "--to", form, "-o", other).exit_code == OK
    assert len(triples(other.read_bytes(), form)) == len(triples(plain.read_bytes(), "nt")) > 20
    assert hanse("convert", other, "--to", "nt", "-o", again).exit_code == OK
    assert again.read_bytes() == plain.read_bytes()


def test_the_catalogue_of_the_source_holds_its_datasets(source: Path) -> None:
    done = hanse("convert", source, "--to", "nt")
    assert done.exit_code == OK
    said = triples(done.stdout_bytes, "nt")
    dcat, dct = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
    listed = {o for s, p, o in said if s == CATALOGUE and p == f"{dcat}dataset"}
    assert {iri.rpartition("/")[2] for iri in listed} == {"a", "b"}
    agents = {o for s, p, o in said if p == f"{dct}publisher"}
    assert agents == {"https://stadt.example/amt"}
    assert not done.stderr


def test_the_catalogue_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "antwort.json"
    path.write_text(json.dumps({"success": True, "result": package("a")}), encoding="utf-8")
    assumed = hanse("convert", path, "--to", "ttl", "--lang", "en")
    assert "who publishes the catalogue" in assumed.stderr
    done = hanse("convert", path, "--to", "ttl", "--uri", "https://x.example/k", "--title",
                 "Mein Katalog", "--publisher", "Kiel")  # fmt: skip
    assert done.exit_code == OK
    assert "<https://x.example/k> a dcat:Catalog" in done.stdout
    assert '"Mein Katalog"' in done.stdout
    assert '"Kiel"' in done.stdout
    assert not done.stderr


def test_an_iri_that_looks_like_a_short_name_survives_json_ld() -> None:
    odd = [
        (IRI("dcat:wild"), IRI("http://purl.org/dc/terms/relation"), IRI("foaf:tame")),
        (IRI("https://a.example/x"), IRI("http://purl.org/dc/terms/title"), Literal("x", "de")),
    ]
    out = BytesIO()
    stream = document_stream("jsonld", out)
    for triple in odd:
        stream.write([triple])
    stream.close()
    assert triples(out.getvalue(), "jsonld") == {tuple(map(str, triple)) for triple in odd}


@pytest.mark.parametrize("form", FORMATS.values())
def test_a_document_in_parts_says_what_one_in_one_piece_says(form: adapters.Format) -> None:
    text = "".join(many(3, 2)).encode()
    all_of_it = list(adapters.from_oxigraph(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    out = BytesIO()
    stream = document_stream(form, out)
    for start in range(0, len(all_of_it), 7):
        stream.write(all_of_it[start : start + 7])
    stream.close()
    assert set(adapters.parse(out.getvalue(), form)) == set(all_of_it)


def test_rdf_xml_leaves_out_what_it_has_no_name_for(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(turtle(dataset("a", '<https://x.example/123> "y" ;')).body)
    done = hanse("convert", path, "--to", "xml", "--with-unknown", "--lang", "en")
    assert done.exit_code == OK
    assert "1 statement has no form" in done.stderr
    triples(done.stdout_bytes, "xml")
    assert b"x.example/123" in hanse("convert", path, "--to", "nt", "--with-unknown").stdout_bytes
    assert b"x.example/123" not in hanse("convert", path, "--to", "nt").stdout_bytes


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\x00\x01\xff garbage", FAILED), (b"", FAILED), (b"<html><p>x</p></html>", FAILED)],
)
def test_what_is_no_catalogue_leaves_no_file(tmp_path: Path, content: bytes, code: int) -> None:
    path, out = tmp_path / "x", tmp_path / "y.ttl"
    path.write_bytes(content)
    out.write_text("was there before")
    done = hanse("convert", path, "--to", "ttl", "-o", out)
    assert (done.exit_code, done.stdout) == (code, "")
    assert out.read_text() == "was there before"
    assert sorted(tmp_path.iterdir()) == [path, out]


def test_an_empty_catalogue_has_a_code_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "leer.ttl"
    path.write_bytes(turtle("<#c> a dcat:Catalog .").body)
    assert hanse("convert", path, "--to", "ttl").exit_code == NOTHING


def test_a_file_that_cannot_be_written_is_said(source: Path, tmp_path: Path) -> None:
    done = hanse("convert", source, "--to", "ttl", "-o", tmp_path / "absent" / "x.ttl")
    assert done.exit_code == WRONG
    assert "kann nicht geschrieben werden" in done.stderr


def test_a_document_is_written_while_its_source_is_read(tmp_path: Path) -> None:
    path, out = tmp_path / "x.ttl", BytesIO()
    path.write_text("".join(many(600, 1)), encoding="utf-8")
    source = SourceSettings("x", "rdf", path.as_uri(), organization="x")
    found = Conversion(source, LocalClient.of(path), catalogue=CatalogueNode())
    sizes = [out.tell() for _ in found.write(out, "turtle")]
    assert found.written == len(sizes) == 600
    assert 0 < sizes[0] < out.tell() / 4, "the first datasets are out before the last are read"


@pytest.mark.samples
@pytest.mark.parametrize("name", ["rostock-catalog.rdf", "destatis-catalog.rdf"])
def test_what_we_hand_on_passes_the_official_validation(
    samples: Path, shapes_folder: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "x.nt"
    hanse("convert", samples / name, "--to", "nt", "-o", out)
    assert official(shapes_folder).violations(adapters.parse(out.read_bytes(), "nt")) == []
