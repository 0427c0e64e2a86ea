"""What ``make fuzz`` found: each once ended a record or a document with an unexpected exception."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import iso_records as iso
import pytest
from portals.documents import package

from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.http import Answer
from hanse_harvesters.issue import issue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.push import lines
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.tables.datasets import Entry
from hanse_harvesters.tables.sheet import Row


class Held:
    """One document for every address."""

    remote = False

    def __init__(self, data: bytes) -> None:
        self._data = data

    def get(self, url: str, **_: str) -> Answer:
        file = os.fdopen(os.memfd_create("document"), "w+b")
        file.write(self._data)
        return Answer(url, 200, {}, file, len(self._data))

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        return self.get(url)


def walked(kind: str, data: Any, **options: Any) -> list[Record]:
    """The records of a document; none may be rejected for a fault of ours."""
    source = SourceSettings("stadt", kind, "https://stadt.example/", "stadt", options=options)
    run = Run(source, client=Held(_bytes(data)), workers=0)
    records = list(run)
    rules = {found.rule for record in records for found in record.issues}
    assert not rules & {"record-failed", "not-judged"}
    return records


def _bytes(data: Any) -> bytes:
    if isinstance(data, bytes):
        return data
    return (data if isinstance(data, str) else json.dumps(data)).encode("utf-8", "surrogatepass")


# --- JSON-LD that is broken -----------------------------------------------------------------------

_NAMES = '"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}'


def test_an_empty_key_of_a_node_loses_its_value_alone() -> None:
    start = '{%s, "@id": "http://a.example/1", "@type": "dcat:Dataset", "dct:title": "Bäume", '
    (record,) = walked("rdf", start % _NAMES + '"": ["x"], "dct:issued": {"@value": [1]}}')
    assert record.dataset["title"] == "Bäume"


@pytest.mark.parametrize("name", [r'"http://a.example/\x"', r'"http://a.example/\ud8"'])
def test_a_node_without_end_may_have_a_name_that_is_no_json(name: str) -> None:
    text = '{%s, "@graph": [{"@id": %s, "@type": "dcat:Dataset", "dct:title": "Bä'
    walked("rdf", text % (_NAMES, name))


# --- Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [{}, [], None, 7, {"a": 1}, "x"])
def test_a_geometry_of_an_odd_type_is_a_value_that_cannot_be_read(kind: Any) -> None:
    place = json.dumps({"type": kind, "coordinates": [1, 2]})
    item = {**package("a"), "extras": [{"key": "spatial", "value": place}]}
    (record,) = walked("ckan", {"success": True, "result": item})
    assert record.usable


@pytest.mark.parametrize("place", ["dataset", "resource"])
def test_an_iri_holds_no_character_that_no_database_stores(place: str) -> None:
    part = {"uri": "http://a.example/\x00b"}
    files = {"resources": [{"url": "http://a.example/c", **part}]}
    item = {**package("a"), **(part if place == "dataset" else files)}
    (record,) = walked("ckan", {"success": True, "result": item})
    found = record.dataset if place == "dataset" else record.dataset["resources"][0]
    assert found["uri"] == "http://a.example/b"
    assert "text-control-characters" in {found.rule for found in record.issues}


@pytest.mark.parametrize("name", ["1" + "0" * 400, "../mappings/table", "a\x00b", "baum"])
def test_a_pushed_issue_names_any_vocabulary_and_no_file_is_looked_for(name: str) -> None:
    found = issue("code-unknown", "license_id", "x", vocabulary=name)
    (pushed,) = walked("push", lines.line(Record({"title": "a"}, "a", "0" * 64, issues=[found])))
    assert found.rule in {one.rule for one in pushed.issues}
    assert pushed.as_json("de")


# --- What took the square of a text's length: minutes for these -----------------------------------


def test_an_iri_of_many_blanks_is_looked_through_once() -> None:
    about = "<http://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ;"
    title = '<http://purl.org/dc/terms/title> "Bäume" ;'
    page = f"<http://www.w3.org/ns/dcat#landingPage> <http://a.example/{'a ' * 200_000}>"
    (record,) = walked("rdf", f"{about} {title} {page} .")
    assert "iri-invalid" in {found.rule for found in record.issues}


_TURTLE = """<http://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "Bäume" ; <http://purl.org/dc/terms/type> 10%s .
<http://a.example/2> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "Hafen" .
"""


def test_a_broken_line_of_many_comments_is_read_once() -> None:
    records = walked("rdf", _TURTLE % (".#–" * 100_000))
    assert {record.dataset.get("title") for record in records} >= {"Hafen"}


@pytest.mark.parametrize("rest", ["{" * 200_000, '{"a":' * 600 + "1" + "}" * 600])
def test_json_ld_of_many_brackets_is_given_up(rest: str) -> None:
    node = '{"@id": "http://a.example/1", "@type": "dcat:Dataset", "dct:title": "Bäume"'
    records = walked("rdf", f'{{{_NAMES}, "@graph": [{node}, "dct:type": 1}}, {{"@id": {rest}}}]}}')
    assert "Bäume" in {record.dataset.get("title") for record in records}


# --- What we hand on ------------------------------------------------------------------------------


def test_a_blank_beyond_ascii_in_an_address_is_written_as_others_read_it() -> None:
    data = _TURTLE % "; <http://purl.org/dc/terms/relation> <http://a.example/neu\u00a0stadt>"
    records = walked("rdf", data)
    for record in records:
        assert not re.search(r"<[^>]*\s[^>]*>", record.rdf.replace("> <", ">\n<"))
    assert "neu%C2%A0stadt" in "".join(record.rdf for record in records)


def test_an_interval_that_is_an_object_of_others_is_kept_as_unknown() -> None:
    feature = {
        "id": "a", "type": "Feature", "geometry": None, "properties": {"title": "Bäume"},
        "time": {"interval": {"@value": "a\x00b", "@language": "de"}},
    }  # fmt: skip
    (record,) = walked("ogc-records", {"type": "FeatureCollection", "features": [feature]})
    assert "temporal_coverage" not in record.dataset
    assert "@language" in record.unknown


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\n", "\t"])
def test_a_value_of_a_list_with_many_blanks_is_split_at_once(blank: str) -> None:
    item = {
        **package("a"),
        "theme": [f"ENVI{blank * 50_000}x", "http://a.example/1, http://a.example/2"],
    }
    (record,) = walked("ckan", {"success": True, "result": item})
    assert {"http://a.example/1", "http://a.example/2"} <= set(record.dataset["theme"])


def test_a_record_whose_prefix_is_not_declared_costs_no_other() -> None:
    names = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"'
    counts = 'numberOfRecordsMatched="2" numberOfRecordsReturned="2" nextRecord="0"'
    inner = f"<md:MD_Metadata/>{iso.data(iso.text('abstract', 'Alle Bäume'))}"
    page = f"<csw:SearchResults {counts}>{inner}</csw:SearchResults>"
    records = walked("csw", f"<csw:GetRecordsResponse {names}>{page}</csw:GetRecordsResponse>")
    assert "Baumkataster" in {record.dataset.get("title") for record in records}


def test_a_document_of_line_ends_is_known_at_once() -> None:
    with pytest.raises(NotACatalogue):
        walked("rdf", "Bäume" + "\n" * 120_000)


def test_rows_without_a_value_are_looked_through_once() -> None:
    """A list of thousands of rows that repeat a dataset took the square of their number."""
    asked = 0

    class Cells(dict[str, str]):
        def __contains__(self, key: object) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(key)

    rows = [Row(None, number, Cells(), {}) for number in range(1000)]  # type: ignore[arg-type]
    entry = Entry([], "Bäume")
    for row in rows:
        entry.rows.append(row)
        assert entry.first("notes") is None
    assert asked == 1000
    rows.append(Row(None, 1000, Cells(notes="Standorte"), {}))  # type: ignore[arg-type]
    entry.rows.append(rows[-1])
    assert entry.first("notes") == (rows[-1], "Standorte")
    assert entry.first("notes") == (rows[-1], "Standorte")
