"""Recorded records of ISO 19139: the EU's reference results, and what no field of ours holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from lxml import etree
from rdflib.namespace import DCAT, DCTERMS

from hanse_harvesters import graph
from hanse_harvesters.mapping import iso19139
from hanse_harvesters.normalise import normalise
from hanse_harvesters.record import Record
from hanse_harvesters.sandbox.child import iso19139 as parser
from hanse_harvesters.settings.source import SourceSettings

SOURCE = SourceSettings("probe", "rdf", "https://katalog.example/", "stadt")
#: Field → why it differs from the EU's result.
EXPLAINED = {
    "access_rights": "the EU puts INSPIRE's code on each distribution; DCAT-AP.de has its own list",
    "rights": "the words of that limitation, which the code stands for",
    "alternate_identifier": "the EU states the file identifier on the catalogue's record",
    "modified": "the EU states the date stamp on the catalogue's record; K40 wants it here",
    "issued": "the date of creation, for which DCAT-AP.de has no property",
    "conforms_to": "the reference system, which the EU writes with a term of GeoDCAT-AP",
    "contact": "no pointOfContact is given; the owner stands in, and an issue says so",
    "publisher": "the same",
    "resources": "no licence, as noConditionsApply is none; format, standard; compared below",
    "spatial_coverage": "WKT instead of GeoJSON; the same box",
    "subject": "the themes of INSPIRE and ISO, which the EU leaves among the themes",
    "tags": "the EU makes a theme of every keyword with an IRI; here only INSPIRE's are themes",
    "tags_translated": "the same",
    "spatial_resolution_text": "the scale, which the EU writes as a quality measurement",
    "theme": "INSPIRE's theme and ISO's topic as the themes of the EU",
}
SERVICE = "network-service"
PAIRS = ("basic_dataset", "hvd_dataset_non_multilingual", "identifiers-anchor")
#: File → elements with content for which there is no field, and how often they occur.
UNMAPPED = {
    "berlin__csw_getrecords_01.xml": {
        "contact/contactInfo/address/administrativeArea": 1,
        "contact/contactInfo/phone/facsimile": 1,
        "identificationInfo/citation/presentationForm": 1,
        "identificationInfo/spatialRepresentationType": 1,
    },
    "owslib__inspire-getrecords-response.xml": {
        "contact/contactInfo/onlineResource/name": 1,
        "contact/contactInfo/onlineResource/protocol": 1,
        "dataQualityInfo/report/measureIdentification/code": 1,
        "dataQualityInfo/report/measureIdentification/codeSpace": 1,
        "dataQualityInfo/report/nameOfMeasure": 1,
        "identificationInfo/descriptiveKeywords/thesaurusName/edition": 2,
        "identificationInfo/pointOfContact/contactInfo/onlineResource/name": 1,
    },
    **{
        f"iso19139-pairs/{name}.input.xml": {"identificationInfo/spatialRepresentationType": 1}
        for name in PAIRS
    },
    f"iso19139-pairs/{SERVICE}.input.xml": {},
}


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the parser's items of all records of a file."""
    for element in etree.parse(path).iter("{*}MD_Metadata"):
        yield parser.record(element)


def normalised(dataset: dict[str, Any]) -> Record:
    """Return a dataset as the catalogue stores it."""
    record = Record(dataset, "probe")
    normalise(record, SOURCE)
    return record


@pytest.mark.samples
@pytest.mark.parametrize("name", PAIRS)
def test_a_dataset_of_the_eu_differs_only_where_it_is_explained(name: str, samples: Path) -> None:
    folder = samples / "iso19139-pairs"
    [item] = records(folder / f"{name}.input.xml")
    mine = normalised(iso19139.read(item, language="de").dataset).dataset
    expected = rdflib.Graph().parse(folder / f"{name}.expected_output.ttl")
    [record] = graph.from_graph(expected, language="de")
    theirs = normalised(record.dataset).dataset
    differ = {field for field in {*mine, *theirs} if mine.get(field) != theirs.get(field)}
    assert differ == set(EXPLAINED)
    assert set(theirs["conforms_to"]) < set(mine["conforms_to"])
    same = ("name", "name_translated", "access_url")
    assert {tuple(str(r[f]) for f in same) for r in mine["resources"]} == {
        tuple(str(r[f]) for f in same) for r in theirs["resources"]
    }
    fields = ("title", "endpoint_url", "endpoint_description")
    assert sorted(str([s[f] for f in fields]) for s in _services(mine)) == sorted(
        str([s[f] for f in fields]) for s in _services(theirs)
    )


def _services(dataset: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in dataset["resources"]:
        yield from resource["access_services"]


@pytest.mark.samples
def test_a_service_of_the_eu_is_a_service_here(samples: Path) -> None:
    folder = samples / "iso19139-pairs"
    [item] = records(folder / f"{SERVICE}.input.xml")
    [service] = _services(normalised(iso19139.read(item, language="de").dataset).dataset)
    expected = rdflib.Graph().parse(folder / f"{SERVICE}.expected_output.ttl")
    [subject] = expected.subjects(rdflib.RDF.type, DCAT.DataService)
    for field, term in (
        ("title", DCTERMS.title),
        ("description", DCTERMS.description),
        ("endpoint_url", DCAT.endpointURL),
        ("endpoint_description", DCAT.endpointDescription),
        ("conforms_to", DCTERMS.conformsTo),
    ):
        found = service[field]
        for value in expected.objects(subject, term):
            assert str(value) in ([found] if isinstance(found, str) else found)


@pytest.mark.samples
@pytest.mark.parametrize("name", UNMAPPED)
def test_what_has_no_field_is_known(name: str, samples: Path) -> None:
    found = Counter(path for item in records(samples / name) for path, _ in item["unmapped"])
    assert dict(found) == UNMAPPED[name]


@pytest.mark.samples
@pytest.mark.parametrize("name", UNMAPPED)
def test_no_value_of_a_recorded_catalogue_is_unreadable(name: str, samples: Path) -> None:
    for item in records(samples / name):
        result = iso19139.read(item, language="de")
        assert result.dataset["title"]
        assert "iso-value-unread" not in {issue.rule for issue in result.issues}
