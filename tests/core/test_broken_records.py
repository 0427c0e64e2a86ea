"""Records that a syntax error cuts off are named and kept back; all others arrive whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from portals.files import PREFIXES, Arrived, arrived

from hanse_harvesters.pipeline import Run
from hanse_harvesters.sources.rdf import RdfSource

BASE = "https://daten.hafen.example/"


def turtle(number: int, more: str = "") -> str:
    return (
        f'<{BASE}{number}> a dcat:Dataset ; dct:title "Titel {number}" ;\n'
        f'  dct:description "Was {number} enthält." ;{more}\n'
        f'  dcat:keyword "Hafen", "Schiff" ;\n'
        f"  dcat:distribution <{BASE}{number}/datei> .\n"
        f'<{BASE}{number}/datei> a dcat:Distribution ; dct:title "Datei {number}" ;\n'
        f"  dcat:accessURL <https://h.example/{number}.csv> .\n"
    )


def whole(found: Arrived, *numbers: int) -> None:
    """These and no others arrived, each with all that is said of it."""
    usable = {record.identity: record.dataset for record in found.records if record.usable}
    assert sorted(usable) == [f"{BASE}{number}" for number in numbers]
    for number in numbers:
        dataset = usable[f"{BASE}{number}"]
        assert dataset["title"] == f"Titel {number}"
        assert dataset["notes"] == f"Was {number} enthält."
        assert [item["access_url"] for item in dataset["resources"]] == [
            f"https://h.example/{number}.csv"
        ]
        assert "h.example" not in str(dataset.get("tags"))


def refused(found: Arrived, number: int) -> str:
    """Why this record is kept back, in German."""
    (record,) = [r for r in found.records if r.identity == f"{BASE}{number}"]
    assert not record.usable
    said = next(i for i in record.issues if i.rule in ("record-broken", "record-cut"))
    assert not any("x-hanse" in str(i) for i in record.issues)
    return said.message("de")


BROKEN = {
    "a quotation mark in the text": 'dct:description "Der Fluss "Große Nete" und mehr" ;',
    "an odd quotation mark": 'dct:title "Rohre 5" dick" ;',
    "no quotation mark at the end": 'dct:description "ohne Ende ;',
    "an address that does not end": "dct:license <http://dcat-ap.de/def/licenses/cc-by/4.0 ;",
    "an address that takes the line along": "dct:license <http://lizenz.example/ .",
    "a bracket that does not end": 'dct:publisher [ a foaf:Agent ; foaf:name "Amt" ;',
    "a mail address without brackets": "foaf:mbox amt@h.example ;",
    "a prefix that nobody declared": "dct:license lizenz:cc-by ;",
    "no value": "dct:license ; ",
    "an end too early": "dct:license .",
    "a list that does not end": 'dct:subject ( "a" "b" ;',
    "an escape that is none": 'dct:subject "C:\\Daten" ;',
    "two values without a comma": 'dct:subject "a" "b" ;',
    "a bracket too many": 'dct:subject "a" ] ;',
    "a type without its address": 'dct:issued "2020-01-01"^^ ;',
    "a template left over": "dct:license {{ license }} ;",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_turtle_broken_in_a_record_costs_that_record_and_no_other(
    tmp_path: Path, broken: str
) -> None:
    text = PREFIXES + turtle(1) + turtle(2, f"\n  {broken}") + turtle(3) + turtle(4)
    found = arrived(tmp_path, text)
    whole(found, 1, 3, 4)
    line = text[: text.index(broken)].count("\n") + 1
    assert any(f"Zeile {number}:" in refused(found, 2) for number in (line, line + 1, line + 2))
    assert not found.run.completeness.complete


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    broken = "dct:publisher nix ; dct:license <http://lizenz.example/> ;"
    found = arrived(tmp_path, PREFIXES + turtle(1) + turtle(2, broken))
    assert "nix ; dct:license <http://lizenz.example/>" in refused(found, 2)
    (said,) = [i for r in found.records for i in r.issues if i.rule == "record-broken"]
    assert "gespeicherte Fassung" in said.remedy("de")
    assert "stored version" in said.remedy("en")


def test_a_record_broken_before_its_class_is_named_all_the_same(tmp_path: Path) -> None:
    broken = f'<{BASE}2> dct:title kaputt ; a dcat:Dataset ; dct:description "x" .\n'
    found = arrived(tmp_path, PREFIXES + turtle(1) + broken + turtle(3))
    whole(found, 1, 3)
    assert "Zeile" in refused(found, 2)


def test_a_broken_file_costs_the_record_that_has_it(tmp_path: Path) -> None:
    text = PREFIXES + turtle(1) + turtle(2) + turtle(3)
    found = arrived(tmp_path, text.replace("<https://h.example/2.csv>", "h.example/2.csv"))
    whole(found, 1, 3)
    assert "h.example/2.csv" in refused(found, 2)


def test_a_full_stop_too_few_takes_no_second_record_along(tmp_path: Path) -> None:
    text = PREFIXES + turtle(1) + turtle(2) + turtle(3)
    cut = f"<{BASE}2/datei> .\n"
    found = arrived(tmp_path, text.replace(cut, cut.replace(" .", "")))
    whole(found, 1, 3)


def test_statements_on_one_line_are_told_apart(tmp_path: Path) -> None:
    lines = (turtle(1) + turtle(2, " dct:license kaputt ;") + turtle(3)).replace("\n", " ")
    found = arrived(tmp_path, PREFIXES + lines)
    whole(found, 1, 3)
    refused(found, 2)


def test_an_address_that_does_not_end_takes_no_second_record_along(tmp_path: Path) -> None:
    last = "<https://h.example/2.csv> .\n"
    text = PREFIXES + turtle(1) + turtle(2) + turtle(3) + turtle(4)
    found = arrived(tmp_path, text.replace(last, last.replace(">", "")))
    whole(found, 1, 3, 4)
    assert "Zeile" in refused(found, 2)


def test_a_dataset_without_a_name_is_refused_too(tmp_path: Path) -> None:
    broken = '[ a dcat:Dataset ; dct:identifier "zwei" ; dct:title "Zwei" ; dct:license x ] .\n'
    found = arrived(tmp_path, PREFIXES + turtle(1) + broken + turtle(3))
    whole(found, 1, 3)
    (record,) = [r for r in found.records if not r.usable]
    assert record.identity == "zwei"


def n_triples(number: int, *more: str) -> str:
    subject, file = f"<{BASE}{number}>", f"<{BASE}{number}/datei>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    dct, dcat = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
    return "".join(
        f"{line} .\n"
        for line in (
            f"{subject} {kind} <{dcat}Dataset>",
            f'{subject} <{dct}title> "Titel {number}"',
            *(f"{subject} {item}" for item in more),
            f'{subject} <{dct}description> "Was {number} enthält."',
            f"{subject} <{dcat}distribution> {file}",
            f"{file} <{dcat}accessURL> <https://h.example/{number}.csv>",
        )
    )


@pytest.mark.parametrize(
    "broken",
    [
        '<http://purl.org/dc/terms/license> "ohne Ende',
        "<http://purl.org/dc/terms/license> <https://ohne.ende/",
        "<http://purl.org/dc/terms/license> nix",
        "<http://purl.org/dc/terms/license>",
        '<http://purl.org/dc/terms/issued> "2020"^^xsd:date',
    ],
)
def test_n_triples_broken_in_a_line_cost_the_record_of_that_line(
    tmp_path: Path, broken: str
) -> None:
    found = arrived(tmp_path, n_triples(1) + n_triples(2, broken) + n_triples(3))
    whole(found, 1, 3)
    assert "Zeile 8:" in refused(found, 2)


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
    ' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">\n'
)


def xml(number: int, more: str = "") -> str:
    return (
        f'<dcat:Dataset rdf:about="{BASE}{number}"><dct:title>Titel {number}</dct:title>\n'
        f"{more}<dct:description>Was {number} enthält.</dct:description>\n"
        f'<dcat:distribution><dcat:Distribution rdf:about="{BASE}{number}/datei">\n'
        f'<dcat:accessURL rdf:resource="https://h.example/{number}.csv"/>\n'
        "</dcat:Distribution></dcat:distribution></dcat:Dataset>\n"
    )


BROKEN_XML = {
    "another end than beginning": "<dct:subject>x</dct:subjekt>\n",
    "no end": "<dct:subject>x\n",
    "an end too many": "</dct:subject>\n",
    "an attribute without its mark": "<dct:license rdf:resource=http://lizenz.example/ />\n",
    "an attribute that does not end": '<dct:license rdf:resource="http://lizenz.example/ />\n',
    "an attribute twice": '<dct:license rdf:resource="a:b" rdf:resource="a:c"/>\n',
    "text where a value belongs": "Text\n",
    "elements among text": "<dct:subject>x <dct:y>z</dct:y></dct:subject>\n",
}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("broken", BROKEN_XML.values(), ids=BROKEN_XML)
def test_xml_broken_in_a_record_costs_that_record_and_no_other(
    tmp_path: Path, broken: str, nested: bool
) -> None:
    records = [xml(1), xml(2, broken), xml(3), xml(4)]
    if nested:
        inside = "".join(f"<dcat:dataset>{record}</dcat:dataset>\n" for record in records)
        body = f'<dcat:Catalog rdf:about="{BASE}k">\n{inside}</dcat:Catalog>\n'
    else:
        body = "".join(records)
    text = f"{RDF}{body}</rdf:RDF>"
    found = arrived(tmp_path, text)
    whole(found, 1, 3, 4)
    refused(found, 2)
    assert not found.run.completeness.complete


def test_xml_without_the_end_of_a_record_keeps_the_next(tmp_path: Path) -> None:
    text = RDF + xml(1) + xml(2).replace("</dcat:Dataset>", "") + xml(3) + "</rdf:RDF>"
    found = arrived(tmp_path, text)
    whole(found, 1, 3)
    assert "Zeile 13" in refused(found, 2)


def test_xml_cut_off_keeps_what_stands_before(tmp_path: Path) -> None:
    text = RDF + xml(1) + xml(2) + xml(3)
    found = arrived(tmp_path, text[: text.rindex("<dcat:accessURL")])
    whole(found, 1, 2)
    refused(found, 3)
    assert found.run.completeness.reason == "document-cut"


def test_the_records_of_a_large_document_are_told_so_too(tmp_path: Path) -> None:
    """On disk, told apart by several processes."""
    text = PREFIXES + "".join(
        turtle(n, " dct:license kaputt ;" if n == 150 else "") for n in range(101, 301)
    )
    made = Run.__init__

    def small(self: Run, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **{**kwargs, "workers": 2})

    with (
        mock.patch.object(RdfSource, "most_in_memory", 1),
        mock.patch.object(Run, "__init__", small),
    ):
        found = arrived(tmp_path, text)
    whole(found, *(n for n in range(101, 301) if n != 150))
    assert "Zeile" in refused(found, 150)


def test_a_catalogue_that_lists_more_than_it_describes_is_not_complete(tmp_path: Path) -> None:
    listed = ", ".join(f"<{BASE}{number}>" for number in range(1, 9))
    catalogue = f'<{BASE}k> a dcat:Catalog ; dct:title "K" ; dcat:dataset {listed} .\n'
    found = arrived(tmp_path, PREFIXES + catalogue + turtle(1) + turtle(2))
    whole(found, 1, 2)
    assert not found.run.completeness.complete
    (said,) = [i for i in found.run.issues if i.rule == "datasets-undescribed"]
    assert "6 Datensätze" in said.message("de")
    assert f"{BASE}3" in said.message("de")
