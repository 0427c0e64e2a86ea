"""Every property of DCAT-AP.de 3.0 is read and written, the older ones are read."""

from __future__ import annotations

import json

import pytest
from properties_3_0 import PROPERTIES

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.reader import read_dataset
from hanse_harvesters.mapping.terms import IRI, Graph
from hanse_harvesters.normalise import normalise
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_schemas.table import PREFIXES, classes, expand

#: Deprecated or equivalent properties that are read, and written under the other's name.
REPLACED = {
    "dcat:Dataset owl:versionInfo": "dcat:version",
    "dcat:Dataset dcterms:hasVersion": "dcat:hasVersion",
    "dcat:Dataset dcatde:originator": "geodcatap:originator",
    "dcat:Dataset dcatde:maintainer": "geodcatap:custodian",
    "dcterms:PeriodOfTime time:hasBeginning": "dcat:startDate",
    "dcterms:PeriodOfTime time:hasEnd": "dcat:endDate",
}
LISTED = [f"{cls} {name}" for cls, names in PROPERTIES.items() for name in names]
EU = "http://publications.europa.eu/resource/authority"
X = "https://portal.example/dataset/1"


def test_the_list_is_whole():
    assert (len(PROPERTIES), len(LISTED)) == (14, 147)


@pytest.mark.samples
def test_the_list_is_the_published_one(shapes_folder):
    file = shapes_folder / "dcat-ap-de-3.0" / "properties.json"
    published = json.loads(file.read_text(encoding="utf-8"))
    assert {
        item["uri"]: [prop["URI"].strip("`") for prop in item["props"]] for item in published
    } == PROPERTIES


@pytest.mark.parametrize("listed", LISTED)
def test_every_property_is_in_the_table(listed):
    cls, name = listed.split()
    found = [
        prop
        for item in classes().values()
        if item.term == expand(cls)
        for prop in item.properties
        if canonical(expand(name)) in map(canonical, (prop.term, *prop.also))
    ]
    assert found
    written = {prop.term for prop in found if prop.write}
    assert expand(REPLACED.get(listed, name)) in written


# --- Older names and other forms -----------------------------------------------------------------


def harvested(text: str) -> dict:
    """The dataset :data:`X` of a Turtle text, read and normalised."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    prefixes += "@prefix old: <https://www.dcat-ap.de/def/dcatde/1.1/> .\n"
    graph = Graph(adapters.parse(f"{prefixes}{text}".encode(), "turtle"))
    result = read_dataset(graph, IRI(X))
    assert result.unknown == ""
    record = Record(result.dataset, X)
    source = SourceSettings(name="s", kind="rdf", url="https://portal.example/", organization="s")
    normalise(record, source)
    return record.dataset


@pytest.mark.parametrize(
    ("stated", "field", "value"),
    [
        (
            "dcatde:plannedAvailability <http://dcat-ap.de/def/plannedAvailability/stable>",
            "availability",
            f"{EU}/planned-availability/STABLE",
        ),
        ("owl:versionInfo '2.0'", "version", "2.0"),
        ("dcterms:hasVersion <https://a.example/2>", "has_version", ["https://a.example/2"]),
        ("dcterms:isVersionOf <https://a.example/0>", "is_version_of", ["https://a.example/0"]),
        ("dcat:granularity 'Stadtteil'", "granularity", "Stadtteil"),
        ("old:legalBasis 'HmbTG'", "legal_basis", "HmbTG"),
        ("dcatde:geocodingDescription 'Altstadt'", "geocoding_description", "Altstadt"),
        (
            "dcatde:qualityProcessURI <https://a.example/q>",
            "quality_process_uri",
            "https://a.example/q",
        ),
        (
            "old:contributorID <https://www.dcat-ap.de/def/contributors/openDataHRO>",
            "contributor_id",
            ["http://dcat-ap.de/def/contributors/openDataHRO"],
        ),
        ("dcatde:originator [ foaf:name 'Amt' ]", "originator", [{"name": "Amt"}]),
        ("dcatde:maintainer [ foaf:name 'Amt' ]", "custodian", [{"name": "Amt"}]),
        ("dcterms:subject <https://themen.example/1>", "subject", ["https://themen.example/1"]),
        (
            "dcterms:temporal [ schema:startDate '2013-01-01' ; schema:endDate '2013-12-31' ]",
            "temporal_coverage",
            [{"start": "2013-01-01", "end": "2013-12-31"}],
        ),
        (
            "dcterms:temporal [ time:hasBeginning [ time:inXSDDate '2013-01-01' ] ]",
            "temporal_coverage",
            [{"start": "2013-01-01"}],
        ),
        *(
            (f"geodcatap:{role} [ foaf:name 'Amt' ]", field, [{"name": "Amt"}])
            for role, field in {
                "originator": "originator",
                "custodian": "custodian",
                "distributor": "distributor",
                "processor": "processor",
                "principalInvestigator": "principal_investigator",
                "resourceProvider": "resource_provider",
                "user": "user",
            }.items()
        ),
        (
            "prov:qualifiedAttribution [ prov:agent [ foaf:name 'Amt' ] ; dcat:hadRole"
            " <http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/user> ]",
            "qualified_attribution",
            [
                {
                    "agent": [{"name": "Amt"}],
                    "role": "http://inspire.ec.europa.eu/metadata-codelist/"
                    "ResponsiblePartyRole/user",
                }
            ],
        ),
    ],
)
def test_older_names_and_roles_are_read(stated, field, value):
    assert harvested(f"<{X}> a dcat:Dataset ; {stated} .")[field] == value


@pytest.mark.parametrize(
    ("stated", "field", "value"),
    [
        ("adms:status <http://purl.org/adms/status/Completed>", "status", "COMPLETED"),
        (
            "dcatde:plannedAvailability <http://dcat-ap.de/def/plannedAvailability/stable>",
            "availability",
            "STABLE",
        ),
        (
            "spdx:checksum [ spdx:checksumValue 'ab12' ;"
            " spdx:algorithm <http://dcat-ap.de/def/hashAlgorithms/md/5> ]",
            "hash_algorithm",
            "checksumAlgorithm_md5",
        ),
    ],
)
def test_older_lists_of_a_distribution_are_read(stated, field, value):
    dataset = harvested(
        f"<{X}> a dcat:Dataset ; dcat:distribution [ a dcat:Distribution ; {stated} ] ."
    )
    assert dataset["resources"][0][field].endswith(value)


@pytest.mark.parametrize(
    "stated",
    [
        "vcard:hasStreetAddress 'Markt 1' ; vcard:hasPostalCode '18055'"
        " ; vcard:hasLocality 'Rostock' ; vcard:hasRegion 'MV'"
        " ; vcard:hasCountryName 'Deutschland'",
        "vcard:hasAddress [ a vcard:Address ; vcard:street-address 'Markt 1'"
        " ; vcard:postal-code '18055' ; vcard:locality 'Rostock' ; vcard:region 'MV'"
        " ; vcard:country-name 'Deutschland' ]",
    ],
)
def test_the_address_of_a_contact_is_read(stated):
    (contact,) = harvested(
        f"<{X}> dcat:contactPoint [ a vcard:Organization ; vcard:organization-name 'Stadt' ;"
        " vcard:hasTelephone [ a vcard:Work ; vcard:hasValue <tel:+49-381-1> ] ;"
        f" vcard:hasEmail [ vcard:hasValue <mailto:a@stadt.example> ] ; {stated} ] ."
    )["contact"]
    assert (
        contact.items()
        >= {
            "name": "Stadt",
            "organization": "Stadt",
            "telephone": "+49-381-1",
            "email": "a@stadt.example",
            "street": "Markt 1",
            "postal_code": "18055",
            "locality": "Rostock",
            "region": "MV",
            "country": "Deutschland",
        }.items()
    )
