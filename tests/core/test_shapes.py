"""Datasets judged by shapes: ours from the table, official ones of a folder."""

from __future__ import annotations

import sys

import pytest
from shapes_cases import CASES, COMPLETE, REGULATION

from hanse_harvesters.issue import issue
from hanse_harvesters.quality.fragment import Fragment, fragment
from hanse_harvesters.quality.shapes.causes import Causes
from hanse_harvesters.quality.shapes.chunk import Chunk
from hanse_harvesters.quality.shapes.engine import Finding, engine_name
from hanse_harvesters.quality.shapes.shape_set import parse
from hanse_harvesters.quality.shapes.stack import Stack, current


@pytest.fixture
def stack():
    return Stack()


def _issues(stack, dataset):
    (verdict,) = stack.judge([fragment(dataset)])
    return {(found.rule, found.field) for found in verdict.issues}


def test_a_complete_dataset_has_no_issue(stack):
    assert _issues(stack, COMPLETE) == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.field}")
def test_what_is_wrong_is_named_with_its_field(stack, case):
    assert _issues(stack, {**COMPLETE, **case.change}) == {(case.rule, case.field)}


def test_the_folder_of_the_operator_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HANSE_SHAPES", str(tmp_path))
    assert [one["name"] for one in current().versions()] == ["ckanext-hanse"]
    assert not current().is_official


def test_two_names_of_one_publisher_break_no_rule_of_either_dataset(stack):
    """Joined in one graph, the agent would have two types, which a single one may not have."""
    types = ("LocalAuthority", "RegionalAuthority")
    datasets = [
        {
            **COMPLETE,
            "uri": f"https://stadt.example/{kind}",
            "publisher": [
                {
                    "uri": "https://stadt.example/",
                    "name": kind,
                    "type": f"http://purl.org/adms/publishertype/{kind}",
                }
            ],
        }
        for kind in types
    ]
    verdicts = stack.judge([fragment(one) for one in datasets])
    assert [verdict.issues for verdict in verdicts] == [(), ()]


def test_the_same_dataset_twice_in_a_chunk_is_judged_twice(stack):
    first, second = stack.judge([fragment(COMPLETE), fragment({**COMPLETE, "notes": ""})])
    assert not first.issues
    assert [found.field for found in second.issues] == ["notes"]


def test_a_known_cause_is_not_told_again(stack):
    dataset = {**COMPLETE, "theme": ["Bäume"], "issued": "neulich"}
    known = [issue("theme-unknown", "theme", "Baeume"), issue("date-unknown", "issued", "neulich")]
    assert stack.judge([fragment(dataset)], [known])[0].issues == ()


def test_what_no_engine_reads_is_an_issue_of_that_dataset_alone(stack):
    good = fragment({**COMPLETE, "title": ""})
    bad = Fragment("<urn:a>", "<urn:a> <urn:b> <urn:c d>> .\n", {"<urn:a>": ""})
    broken, other = stack.judge([bad, good])
    assert [found.rule for found in broken.issues] == ["shapes-failed"]
    assert broken.compliant is None
    assert [found.rule for found in other.issues] == ["title-missing"]


def test_without_the_fast_engine_the_slow_one_judges(monkeypatch):
    monkeypatch.setitem(sys.modules, "shacl", None)
    engine_name.cache_clear()
    try:
        assert engine_name() == "pyshacl"
        (verdict,) = Stack().judge([fragment({**COMPLETE, "contact": [{"name": "Amt"}]})])
    finally:
        engine_name.cache_clear()
    assert [(found.rule, found.field) for found in verdict.issues] == [
        ("contact-unreachable", "contact[0]")
    ]


def test_without_any_engine_every_record_stays_with_an_issue(monkeypatch):
    monkeypatch.setitem(sys.modules, "shacl", None)
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    engine_name.cache_clear()
    try:
        verdicts = Stack().judge([fragment(COMPLETE)] * 2)
    finally:
        engine_name.cache_clear()
    assert [found.rule for verdict in verdicts for found in verdict.issues] == ["shapes-failed"] * 2


HVD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://semiceu.example/DCAT-AP/releases/3.0.0-hvd#Distribution> a sh:NodeShape ;
  sh:targetClass <http://www.w3.org/ns/dcat#Distribution> ;
  sh:property [ sh:path <http://data.europa.eu/r5r/applicableLegislation> ; sh:minCount 1 ] .
<https://semiceu.example/DCAT-AP/releases/3.0.0-hvd#Dataset> a sh:NodeShape ;
  sh:targetClass <http://www.w3.org/ns/dcat#Dataset> ;
  sh:property [ sh:path <http://data.europa.eu/r5r/hvdCategory> ; sh:minCount 1 ] .
"""


def test_only_high_value_data_are_judged_by_their_shapes_and_a_file_is_asked_once():
    stack = Stack([parse(HVD.encode(), "hvd.ttl", 1)])
    file = COMPLETE["resources"][0]
    files = [{**file, "access_url": f"https://stadt.example/{n}"} for n in range(3)]
    plain = {**COMPLETE, "resources": files}
    high = {**plain, "uri": "https://stadt.example/2", "applicable_legislation": [REGULATION]}
    files = [{**files[0], "applicable_legislation": [REGULATION]}, *files[1:]]
    one = {**high, "uri": "https://stadt.example/3", "resources": files}
    found = [
        {(told.rule, told.field) for told in verdict.issues}
        for verdict in stack.judge([fragment(dataset) for dataset in (plain, high, one)])
    ]
    category = ("hvd-category-missing", "hvd_category")
    assert found == [
        set(),
        {category, ("hvd-property-missing", "resources.applicable_legislation")},
        {category},
    ]


def test_the_note_says_which_rules_are_not_installed(stack):
    assert "own table" in stack.note("en")
    assert "eigenen Tabelle" in stack.note("de")


def test_an_issue_names_its_place_in_the_specification(stack):
    (verdict,) = stack.judge([fragment({**COMPLETE, "contact": [{"name": "Amt"}]})])
    assert verdict.issues[0].as_json("de")["reference"] == "DCAT-AP.de 3.0, vcard:Kind"


DCT = "http://purl.org/dc/terms/"
#: Statement that the complete dataset gets → issue.
FURTHER = {
    f'<{DCT}title> <https://stadt.example/titel>': ("value-not-text", "title"),
    f'<{DCT}language> <https://stadt.example/deutsch>': ("language-unknown", "language"),
    '<http://www.w3.org/ns/dcat#landingPage> "Startseite"': ("value-not-address", "url"),
    f'<{DCT}creator> "Amt"': ("object-as-text", "creator"),
    '<http://www.w3.org/ns/dcat#version> "2"': ("values-too-many", "version"),
    '<http://www.w3.org/ns/dcat#spatialResolutionInMeters> "zehn"': (
        "value-mistyped", "spatial_resolution_in_meters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("statement", FURTHER)
def test_what_our_writer_never_writes_is_told_too(stack, statement):
    written = fragment({**COMPLETE, "version": "1"})
    text = f"{written.text}{written.subject} {statement} .\n"
    (verdict,) = stack.judge([Fragment(written.subject, text, written.places)])
    assert [(found.rule, found.field) for found in verdict.issues] == [FURTHER[statement]]


def test_a_value_that_many_files_share_is_looked_at_once(monkeypatch):
    """Each file's fault leads to all files with the value: 5,000 of them took 25 million steps."""
    looked: list[str] = []
    leading_to = Chunk.leading_to

    def counted(self, value, predicate=""):
        looked.append(value)
        return leading_to(self, value, predicate)

    monkeypatch.setattr(Chunk, "leading_to", counted)
    files = [
        {**COMPLETE["resources"][0], "access_url": f"https://stadt.example/{n}"} for n in range(50)
    ]
    causes = Causes(Chunk([fragment({**COMPLETE, "resources": files})]), {}, [()])
    license = f"<{files[0]['license']}>"
    for _ in files:
        unlisted = Finding(license, "urn:path", "", "HasValue", "Violation", "urn:shape")
        assert causes.add(unlisted, None) == {0}
    assert len(next(causes.issues())) == len(files)
    assert looked == [license]


def test_an_area_as_mere_text_is_no_address_that_is_missing(stack):
    dataset = {**COMPLETE, "spatial_coverage": [{"text": "Wismar", "geom": "POINT(11.46 53.89)"}]}
    written = fragment(dataset)
    (place,) = (node for node, at in written.places.items() if at == "spatial_coverage[0]")
    bare = f'{place} <http://www.w3.org/ns/locn#geometry> "POINT(11.46 53.89)" .\n'
    (verdict,) = stack.judge([Fragment(written.subject, written.text + bare, written.places)])
    told = {found.rule: found for found in verdict.issues}
    assert "value-not-address" not in told
    assert "https://" not in told["geometry-bare"].remedy("de")
    assert told["geometry-bare"].field == "spatial_coverage[0].geom"
