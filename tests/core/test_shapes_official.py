"""The official shapes: both engines agree on real catalogues and on the testcases' labels."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pyoxigraph as ox
import pytest
from profiles import NIGHTLY
from test_acceptance_mapping import CATALOGUES, outcome

from hanse_harvesters.normalise import normalise
from hanse_harvesters.quality.fragment import fragment
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.quality.shapes.background import about
from hanse_harvesters.quality.shapes.chunk import Chunk
from hanse_harvesters.quality.shapes.shape_set import Role, parse, role_of
from hanse_harvesters.quality.shapes.stack import Stack
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

pytestmark = pytest.mark.samples

IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"
DCT, DCAT = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
TESTCASES = (
    *(f"testcases-2.0/{name}" for name in (
        "catalog-dcat_themeTaxonomy.ttl", "catalog-dct_spatial.ttl", "dataset-dcat_theme.ttl",
        "dataset-dcatde_politicalGeocodingURI.ttl", "dataset-dct_issued.ttl",
        "dcat-ap-foaf_agent.ttl", "distribution-adms_status.ttl", "distribution-dcat_mediaType.ttl",
        "distribution-dct_format.ttl", "location.ttl",
    )),
    "testcases-3.0/quicktest.ttl",
)  # fmt: skip
#: What 3.0 asks for and 2.0 did not: the testcases of 2.0 lack it.
NEW = {f"{DCT}publisher", f"{DCT}license"}
LABELS = {"ok-": "ok", "P0": "ok", "bad-": "bad", "F0": "bad", "gray-": "gray"}
#: Labels of 2.0 with which 3.0 does not agree.
OTHERWISE = {
    "bad-empty": "a place without any geometry is allowed",
    "ok-3-geometry": "a geometry is a node, no literal",
    "ok-2-distribution": "adms:status has the EU's list now",
    "ok-contactPoint": "a contact must be reachable",
    "P01-working_full": "the type is one that ADMS does not have",
    "ok-2-dataset of politicalGeocodingURI": "the property is deprecated as a whole",
    "ok-3-dataset of politicalGeocodingURI": "the property is deprecated as a whole",
    "bad-1-dataset of politicalGeocodingURI": "deprecated as a whole: its list is not checked",
    "bad-2-dataset of politicalGeocodingURI": "deprecated as a whole: its list is not checked",
    "gray-0-dist-byGovDataUnallowedIRI": "the old list of adms:status is not allowed any more",
    "gray-0-dist-notInListButNotFoundAsError": "media types are told by their address alone",
    "series": "the rule that asks for its publisher is attached to no official shape; ours is",
}


def stack_of(folder, engine=""):
    names = ["dcat-ap-3.0.0/dcat-ap-SHACL.ttl", "dcat-ap-3.0.1/shapes.ttl",
             "dcat-ap-hvd-3.0.0/hvd-SHACL.ttl"]  # fmt: skip
    names += [f"dcat-ap-de-3.0/{path.name}" for path in (folder / "dcat-ap-de-3.0").glob("*.ttl")]
    files = [parse((folder / name).read_bytes(), name, at) for at, name in enumerate(names, 1)]
    return Stack([file for file in files if file.role is not Role.IMPORTS], engine=engine)


@cache
def stacks(folder):
    return stack_of(folder, "shacl"), stack_of(folder, "pyshacl")


@cache
def records(path, most=40):
    found = outcome(path).datasets
    kept = []
    for dataset in found[:: max(1, len(found) // most)]:
        record = Record(dict(dataset), "")
        normalise(record, SourceSettings("a", "rdf", "https://portal.example/", organization="a"))
        judge(record)
        kept.append(record)
    return kept


def _results(stack, text):
    found = (*stack._main.validate(text), *stack._hvd.validate(text))
    return Counter((f.focus, f.path, f.component, f.severity, f.shape) for f in found)


#: The oracle takes seconds for each; the others by night.
COMPARED = [name for name, (count, _) in CATALOGUES.items() if count][: None if NIGHTLY else 3]


@pytest.mark.parametrize("name", COMPARED)
def test_both_engines_agree_on_what_we_hand_on(samples, shapes_folder, name):
    text = Chunk([fragment(record.dataset) for record in records(samples / name)]).text
    fast, slow = (_results(stack, text) for stack in stacks(shapes_folder))
    assert fast == slow


@pytest.mark.parametrize("name", TESTCASES)
def test_both_engines_agree_on_the_testcases(shapes_folder, name):
    text = _text(shapes_folder / name)
    fast, slow = (_results(stack, text + about(text)) for stack in stacks(shapes_folder))
    assert fast == slow


def test_the_verdicts_agree_with_the_labels(shapes_folder):
    odd = {}
    for name in TESTCASES:
        for node, said in _verdicts(shapes_folder, shapes_folder / name).items():
            wanted = next((LABELS[begin] for begin in LABELS if node.startswith(begin)), "")
            label = f"{node} of politicalGeocodingURI" if "GeocodingURI" in name else node
            if "3.0" in name and not node.startswith("_"):
                wanted = "ok"
            if wanted and said != wanted:
                odd[label] = (wanted, said)
    assert odd.keys() == OTHERWISE.keys()


def _text(path):
    found = ox.parse(path=str(path), base_iri="https://base.example/")
    return "".join(f"{t.subject} {t.predicate} {t.object} .\n" for t in found)


def _verdicts(folder, path):
    """Node → ok, gray or bad, by the German set and ours, without what only 3.0 asks for."""
    stack, text = stacks(folder)[0], _text(path)
    lines = [line.rstrip(" .").split(" ", 2) for line in text.splitlines()]
    said = {subject.rstrip(">").rpartition("/")[2]: "ok" for subject, _, _ in lines}
    for found in stack._main.validate(text + about(text)):
        new = found.path in NEW and found.component == "MinCount" and "testcases-2" in str(path)
        ignored = found.component == "Class" and found.severity == "Warning"
        if role_of(found.shape) is Role.EU or new or ignored:
            continue
        by_value = found.path == IN_SCHEME
        nodes = [s for s, _, o in lines if o == found.focus] if by_value else [found.focus]
        for node in nodes:
            name = node.rstrip(">").rpartition("/")[2]
            verdict = "bad" if found.severity == "Violation" else "gray"
            said[name] = "bad" if "bad" in (verdict, said.get(name)) else verdict
    return said


@pytest.mark.parametrize("name", ["rostock-catalog.rdf", "odsh__rdf_catalog.xml"])
def test_no_cause_is_told_twice(samples, shapes_folder, name):
    kept = records(samples / name)
    stack = stacks(shapes_folder)[0]
    verdicts = stack.judge([fragment(one.dataset) for one in kept], [one.issues for one in kept])
    for record, verdict in zip(kept, verdicts, strict=True):
        told = Counter((found.rule, found.field, found.value) for found in verdict.issues)
        assert not told or max(told.values()) == 1
        assert not set(record.issues) & set(verdict.issues)


def test_real_catalogues_are_valid_dcat_ap_after_us(samples, shapes_folder):
    stack = stacks(shapes_folder)[0]
    for name in ("rostock-catalog.rdf", "destatis-catalog.rdf"):
        verdicts = stack.judge([fragment(one.dataset) for one in records(samples / name)])
        assert all(verdict.compliant for verdict in verdicts)
