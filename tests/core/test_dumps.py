"""The files of a dump: one catalogue in all formats, written in one pass and written again."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.compare import isomorphic

from ckanext.hanse.export.dumps import files, flat, kept, parquet, sinks
from ckanext.hanse.export.dumps.items import DumpContent, DumpItem, chunked

SITE = "https://hanse.example.org"
CATALOGUE, ROSTOCK = f"{SITE}/catalog", f"{SITE}/organization/rostock/catalog"
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
HEAD = (
    f"<{CATALOGUE}> <{TYPE}> <{DCAT}Catalog> .\n"
    f'<{CATALOGUE}> <{DCT}title> "Hanse > alles"@de .\n'
    f"<{ROSTOCK}> <{TYPE}> <{DCAT}Catalog> .\n"
)


def item(number: int, title: str = "Bäume", *, service: bool = False) -> DumpItem:
    """A dataset of Rostock."""
    subject, page = f"https://portal.example.org/{number}", f"{SITE}/dataset/d{number}"
    text = (
        f"<{subject}> <{TYPE}> <{DCAT}Dataset> .\n"
        f"<{subject}> <{DCT}title> {json.dumps(title, ensure_ascii=False)}@de .\n"
    )
    named = [f"<{DCAT}dataset> <{subject}>", f"<{DCAT}record> <{page}>"]
    if service:
        text += f"_:s{number} <{TYPE}> <{DCAT}DataService> .\n"
        named.append(f"<{DCAT}service> _:s{number}")
    text += f"<{page}> <{TYPE}> <{DCAT}CatalogRecord> .\n"
    lists = "".join(f"<{node}> {value} .\n" for node in (CATALOGUE, ROSTOCK) for value in named)
    return DumpItem(f"id-{number}", page, lists, text, package(number, title))


def package(number: int, title: str) -> dict[str, Any]:
    """The same as CKAN shows it."""
    return {
        "id": f"id-{number}",
        "name": f"d{number}",
        "title": title,
        "organization": {"name": "rostock"},
        "theme": ["https://example.org/ENVI", "https://example.org/TRAN"],
        "tags": [{"name": "baum"}, {"name": "straße"}],
        "publisher": [{"name": "Amt für Grün"}],
        "metadata_created": "2026-11-01T10:00:00.123456",
        "resources": [
            {"id": f"r{number}", "url": "https://example.org/a.csv", "format": "CSV", "size": 12},
            {"id": f"s{number}", "url": "https://example.org/b", "size": "unknown", "license": "L"},
        ],
    }


def content(items: Iterator[DumpItem] | list[DumpItem]) -> DumpContent:
    return DumpContent(CATALOGUE, HEAD, chunked(items, 2))


def unpacked(folder: Path, name: str) -> str:
    return gzip.decompress((folder / name).read_bytes()).decode()


def graph(folder: Path, name: str, format: str) -> rdflib.Graph:
    found = rdflib.Dataset() if format == "nquads" else rdflib.Graph()
    found.parse(data=unpacked(folder, name), format=format)
    if format != "nquads":
        return found
    whole = rdflib.Graph()
    for subject, predicate, value, _ in found.quads():
        whole.add((subject, predicate, value))
    return whole


def test_every_format_of_rdf_says_the_same_and_is_read_by_rdflib(tmp_path: Path) -> None:
    found, number = sinks.write(content([item(1), item(2, service=True), item(3)]), tmp_path)
    assert number == 3
    graphs = {
        name: graph(tmp_path, name, format)
        for name, format in {
            "catalog.ttl.gz": "turtle",
            "catalog.nq.gz": "nquads",
            "catalog.jsonld.gz": "json-ld",
            "catalog.xml.gz": "xml",
        }.items()
    }
    first = graphs.pop("catalog.ttl.gz")
    dataset = rdflib.URIRef(f"{DCAT}dataset")
    assert len(set(first.objects(rdflib.URIRef(ROSTOCK), dataset))) == 3
    for name, other in graphs.items():
        assert isomorphic(first, other), name
    for entry in found:
        data = (tmp_path / entry["name"]).read_bytes()
        assert entry["size"] == len(data)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()


def test_each_dataset_is_a_graph_of_its_own_in_n_quads(tmp_path: Path) -> None:
    sinks.write(content([item(1), item(2)]), tmp_path)
    graphs = {line.rsplit(" <", 1)[1] for line in unpacked(tmp_path, files.QUADS).splitlines()}
    assert graphs == {f"{CATALOGUE}> .", f"{SITE}/dataset/d1> .", f"{SITE}/dataset/d2> ."}


def test_tables_hold_rows_of_datasets_and_of_files(tmp_path: Path) -> None:
    items = [item(1, '=HYPERLINK("https://böse.example")'), item(2, "Bäume;\nStraßen")]
    found, _ = sinks.write(content(items), tmp_path)
    rows = {entry["name"]: entry["rows"] for entry in found}
    assert (rows["datasets.csv.gz"], rows["distributions.csv.gz"]) == (2, 4)
    assert rows[files.PACKAGES] == 2

    read = list(csv.DictReader(io.StringIO(unpacked(tmp_path, "datasets.csv.gz"), newline="")))
    assert read[0]["title"] == '\'=HYPERLINK("https://böse.example")'
    assert read[1]["title"] == "Bäume;\nStraßen"
    assert read[0]["keywords"] == "baum | straße"
    assert (read[0]["licences"], read[0]["distributions"]) == ("L", "2")
    lines = unpacked(tmp_path, files.PACKAGES).splitlines()
    assert [json.loads(line) for line in lines] == [entry.package for entry in items]
    resources = csv.DictReader(io.StringIO(unpacked(tmp_path, "distributions.csv.gz"), newline=""))
    assert [row["size"] for row in resources] == ["12", "", "12", ""]


def test_parquet_is_read_by_duckdb(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    sinks.write(content([item(1, "=1+1"), item(2)]), tmp_path)
    with duckdb.connect() as connection:
        names = {name: str(tmp_path / f"{name}.parquet") for name in ("datasets", "distributions")}
        rows = connection.execute(
            "SELECT title, themes[2], epoch_us(metadata_created) FROM read_parquet($datasets) "
            "ORDER BY id", {"datasets": names["datasets"]}
        ).fetchall()  # fmt: skip
        size = connection.execute(
            "SELECT sum(size), count(*) FROM read_parquet($1)", [names["distributions"]]
        ).fetchone()
    assert rows[0] == ("=1+1", "https://example.org/TRAN", 1793527200123456)
    assert size == (24, 4)


def test_without_duckdb_everything_but_parquet_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "is_there", lambda: False)
    found, _ = sinks.write(content([item(1)]), tmp_path)
    expected = [name for name in files.KINDS if not name.endswith(".parquet")]
    assert [entry["name"] for entry in found] == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(expected)


def test_a_dataset_whose_text_is_damaged_is_in_no_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = item(2)
    broken = DumpItem(broken.id, broken.page, broken.lists, "<halb", broken.package)
    found, number = sinks.write(content([item(1), broken, item(3)]), tmp_path)
    assert number == 2
    assert {entry["rows"] for entry in found if entry["name"].startswith("datasets")} == {2}
    assert "id-2" in caplog.text
    for name in ("catalog.ttl.gz", files.QUADS, files.PACKAGES):
        assert "d2" not in unpacked(tmp_path, name)


def test_an_empty_catalogue_is_a_dump_too(tmp_path: Path) -> None:
    found, number = sinks.write(content([]), tmp_path)
    assert number == 0
    assert len(graph(tmp_path, "catalog.xml.gz", "xml")) == 3
    again = kept.content(tmp_path, without=(), catalogue=CATALOGUE)
    assert (again.head, list(again.parts)) == (HEAD, [])
    assert {entry["rows"] for entry in found} == {None, 0}


def test_written_again_it_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
    items = [item(number, f"Nr. {number} <x> .\n", service=True) for number in range(5)]
    before, _ = sinks.write(content(items), first)
    again = kept.content(first, without=(), catalogue=CATALOGUE)
    after, _ = sinks.write(DumpContent(again.catalogue, again.head, chunked(
        (entry for part in again.parts for entry in part), 2)), second)  # fmt: skip
    assert after == before


def test_written_again_without_a_dataset_nothing_of_it_is_left(tmp_path: Path) -> None:
    first, second, never = (tmp_path / name for name in ("1", "2", "3"))
    for folder in (first, second, never):
        folder.mkdir()
    items = [item(1), item(2, "Geheim", service=True), item(3)]
    sinks.write(content(items), first)
    after, number = sinks.write(kept.content(first, without={"id-2"}, catalogue=CATALOGUE), second)
    assert number == 2
    for entry in after:
        data = (second / entry["name"]).read_bytes()
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        assert b"Geheim" not in text, entry["name"]
        assert b"dataset/d2" not in text, entry["name"]
        assert b"portal.example.org/2" not in text, entry["name"]
    sinks.write(content([items[0], items[2]]), never)
    same = (graph(folder, "catalog.ttl.gz", "turtle") for folder in (second, never))
    assert isomorphic(*same)


def test_files_that_do_not_belong_together_are_told_apart(tmp_path: Path) -> None:
    sinks.write(content([item(1), item(2)]), tmp_path)
    lines = unpacked(tmp_path, files.PACKAGES).splitlines(keepends=True)
    (tmp_path / files.PACKAGES).write_bytes(gzip.compress("".join(lines[::-1]).encode()))
    again = kept.content(tmp_path, without=(), catalogue=CATALOGUE)
    with pytest.raises(kept.DumpDamaged):
        list(again.parts)


def test_memory_does_not_grow_with_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "is_there", lambda: False)

    def peak(number: int) -> int:
        tracemalloc.start()
        try:
            parts = chunked((item(n) for n in range(number)), 20)
            sinks.write(DumpContent(CATALOGUE, HEAD, parts), tmp_path)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(40)
    assert peak(320) < 1.2 * peak(80)


@pytest.mark.parametrize(
    "value", [{"title": 5}, {"resources": None, "tags": None}, {"publisher": ["text"]},
              {"title_translated": "text"}, {"theme": "one"}]
)  # fmt: skip
def test_odd_values_of_plugins_make_a_row_too(value: dict[str, Any]) -> None:
    row = flat.row(flat.DATASETS, {"id": "1", "name": "x", **value})
    assert len(flat.cells(flat.DATASETS, row)) == len(flat.DATASETS)


def test_a_separator_of_lines_in_an_iri_breaks_no_file(tmp_path: Path) -> None:
    odd = item(1)
    there = f"{odd.page}\u2028x"
    odd = DumpItem(odd.id, odd.page, odd.lists.replace(odd.page, there), odd.text, odd.package)
    assert sinks.write(content([odd, item(2)]), tmp_path)[1] == 2
    assert f"<{DCAT}record> <{there}> <{CATALOGUE}> .\n" in unpacked(tmp_path, files.QUADS)
