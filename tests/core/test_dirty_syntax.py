"""Documents that are broken in one place: what stands in the others arrives."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from portals.files import PREFIXES, arrived, turtle

from hanse_harvesters.errors import NotACatalogue


def statements(*titles: str) -> str:
    return "\n".join(
        f'<https://a.de/{number}> a dcat:Dataset ; dct:title "{title}" .'
        for number, title in enumerate(titles)
    )


@pytest.mark.parametrize("broken", ['Rohre 5" dick', 'Das "Haus"', 'offen" ; dct:description x'])
def test_a_quotation_mark_too_many_costs_one_dataset(tmp_path: Path, broken: str) -> None:
    found = turtle(tmp_path, statements("eins", broken, "drei", "vier"))
    assert set(found.titles) >= {"eins", "drei", "vier"}
    assert not found.run.completeness.complete
    assert "statement-broken" in {issue.rule for issue in found.run.issues}


def test_a_line_of_n_triples_without_its_end_costs_the_record_it_belongs_to(tmp_path: Path) -> None:
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset>"
    title = "<http://purl.org/dc/terms/title>"
    found = arrived(
        tmp_path,
        f"""<https://a.de/1> {kind} .
<https://a.de/1> {title} "Stra\\u00DFen" .
<https://a.de/1> <http://purl.org/dc/terms/description> "ohne Ende .
<https://a.de/2> {kind} .
<https://a.de/2> {title} "zwei" .
""",
    )
    assert found.titles == ["zwei"]
    (said,) = found.rules()["record-broken"]
    assert "ohne Ende" in said[1]


def test_strings_over_several_lines_are_left_alone(tmp_path: Path) -> None:
    found = turtle(
        tmp_path,
        '''<https://a.de/1> a dcat:Dataset ; dct:title "Zeile eins
und zwei." ; dct:description """Ein "Zitat".
<https://a.de/9> a dcat:Dataset .
Ende""" . # don't
<https://a.de/2> a dcat:Dataset ; dct:title 'zwei' .''',
    )
    assert found.titles == ["Zeile eins und zwei.", "zwei"]
    assert found.run.completeness.complete


def test_a_string_longer_than_a_read_is_one_string(tmp_path: Path) -> None:
    words = 'Absatz "mit" Zitat.\n<x> .\n' * 30_000
    long = f'<https://a.de/l> a dcat:Dataset ; dct:title "l" ; dct:description """{words}""" .\n'
    found = turtle(tmp_path, long + statements("a"))
    assert sorted(found.titles) == ["a", "l"]
    assert found.run.completeness.complete


def test_graphs_around_the_datasets_do_not_matter(tmp_path: Path) -> None:
    found = turtle(tmp_path, f"<https://a.de/graph> {{ {statements('a')} }}")
    assert found.titles == ["a"]


def test_html_inside_rdf_xml_arrives_as_it_was_written(tmp_path: Path) -> None:
    found = arrived(
        tmp_path,
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
        <dcat:Dataset rdf:about="https://a.de/1">
          <dct:title rdf:parseType="Literal">Bäume &amp; Büsche</dct:title>
          <dct:description rdf:parseType="Literal"><p>Ein <b>Text</b></p></dct:description>
        </dcat:Dataset></rdf:RDF>""",
    )
    assert found.one["title"] == "Bäume & Büsche"
    assert found.one["notes"] == "<p>Ein <b>Text</b></p>"
    assert found.run.issues == []


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"dataset": items}])
def test_a_data_json_is_called_one(tmp_path: Path, wrap: object) -> None:
    items = [{"title": "x", "accessLevel": "public", "identifier": "1"}]
    with pytest.raises(NotACatalogue, match=r"data\.json"):
        arrived(tmp_path, json.dumps(wrap(items)))  # type: ignore[operator]


def test_entries_that_are_none_cost_no_other_one(tmp_path: Path) -> None:
    package = {"id": "a", "title": "a", "resources": []}
    found = arrived(tmp_path, json.dumps({"result": ["kaputt", None, 1, package]}), "ckan")
    assert found.titles == ["a"]
    assert [issue.rule for issue in found.run.issues].count("record-unreadable") == 3


def test_a_packed_file_is_read_as_a_packed_answer_is(tmp_path: Path) -> None:
    found = arrived(tmp_path, gzip.compress((PREFIXES + statements("eins")).encode()))
    assert found.titles == ["eins"]
    assert found.run.completeness.complete


def test_a_next_page_without_a_name_is_not_asked_for(tmp_path: Path) -> None:
    hydra = "<http://www.w3.org/ns/hydra/core#%s>"
    page = f"<https://a.de/s> a {hydra % 'PartialCollectionView'} ; {hydra % 'next'} [] .\n"
    found = turtle(tmp_path, statements("eins") + "\n" + page)
    assert found.titles == ["eins"]
    assert found.run.completeness.reason == "page-link-nameless"


def test_a_count_that_is_text_is_a_number(tmp_path: Path) -> None:
    package = {"id": "1", "name": "eins", "title": "Eins", "resources": []}
    answer = {"success": True, "result": {"count": "2", "results": [package]}}
    found = arrived(tmp_path, json.dumps(answer), "ckan")
    assert found.run.completeness.declared[0] == 2
    assert not found.run.completeness.complete
