"""The parser of ISO 19139 and the facts of a record: one walk, nothing lost, nothing invented."""

from __future__ import annotations

import json

import iso_records as iso
import pytest

from hanse_harvesters.mapping import iso19139


def facts(xml: str) -> iso19139.RecordFacts:
    return iso19139.facts(iso.parsed(xml))


def test_an_item_is_plain_json() -> None:
    item = iso.parsed(iso.data(iso.party("owner", "Amt")))
    assert json.loads(json.dumps(item)) == item
    assert (item["standard"], item["id"], item["type"]) == ("iso19139", "a-1", "dataset")


def test_every_element_with_content_that_no_path_reads_is_named_with_its_value() -> None:
    inner = (
        iso.text("purpose", "Planung")
        + iso.words("credit", "Dank", EN="Thanks")
        + "<gmd:resourceSpecificUsage><gmd:MD_Usage><!-- nothing --><gmd:usageDateTime>"
        "<gco:DateTime>2020</gco:DateTime></gmd:usageDateTime><gmd:userContactInfo/></gmd:MD_Usage>"
        "</gmd:resourceSpecificUsage><gmd:environmentDescription gco:nilReason='missing'/>"
        "<gmd:taxonomy xlink:href='https://a.example/t'/>"
    )
    assert iso.parsed(iso.data(inner))["unmapped"] == [
        ["identificationInfo/purpose", "Planung"],
        ["identificationInfo/credit", {"in": {"EN": "Thanks"}, "text": "Dank"}],
        ["identificationInfo/resourceSpecificUsage/usageDateTime", "2020"],
        ["identificationInfo/taxonomy", {"href": "https://a.example/t"}],
    ]


@pytest.mark.parametrize(
    ("root", "of"),
    [
        ("gmd:MD_Metadata", "gmd:MD_DataIdentification"),
        ("gmi:MI_Metadata", "gmd:MD_DataIdentification"),
        ("che:CHE_MD_Metadata", "che:CHE_MD_DataIdentification"),
    ],
)
def test_profiles_are_read_like_the_standard(root: str, of: str) -> None:
    known = facts(iso.data(root=root, of=of, level=""))
    assert (known.title, known.kind, known.identity) == ("Baumkataster", "dataset", "a-1")


def test_comments_and_line_breaks_are_no_part_of_a_value() -> None:
    title = (
        "<gmd:title>\n  <!-- a --><gco:CharacterString>\n Baum<!-- b -->kataster\n"
        "</gco:CharacterString><?pi?></gmd:title>"
    )
    assert facts(iso.data(title=title)).title == "Baumkataster"


def test_a_code_without_a_value_is_read_by_its_text() -> None:
    level = "<gmd:hierarchyLevel><gmd:MD_ScopeCode>series</gmd:MD_ScopeCode></gmd:hierarchyLevel>"
    assert facts(iso.data(head=level, level="")).kind == "series"


@pytest.mark.parametrize(
    ("level", "kind"),
    [("dataset", "dataset"), ("nonGeographicDataset", "dataset"), ("series", "series"),
     ("service", "service"), ("application", "other"), ("", "dataset")],
)  # fmt: skip
def test_what_a_record_describes(level: str, kind: str) -> None:
    assert facts(iso.data(level=level)).kind == kind


def test_a_record_without_a_level_is_a_service_by_its_object() -> None:
    assert facts(iso.data(level="", of="srv:SV_ServiceIdentification")).kind == "service"


UUID = "59129f4b-a61b-467c-9b41-1f92e4338151"


@pytest.mark.parametrize(
    "reference",
    [
        f"<srv:operatesOn uuidref='{UUID}'/>",
        f"<srv:operatesOn xlink:href='https://a.example/id/de.mv.csw{UUID}'/>",
        f"<srv:operatesOn xlink:href='https://a.example/csw?REQUEST=GetRecordById&amp;ID={UUID}'/>",
        f"<srv:operatesOn xlink:href='https://a.example/srv/api/records/{UUID}/formatters/xml'/>",
        f"<srv:operatesOn xlink:href='https://a.example/all.xml#{UUID}'/>",
        f"<srv:operatesOn><gmd:MD_DataIdentification uuid='{UUID}'/></srv:operatesOn>",
        "<srv:operatesOn><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        f"{iso.identifier(UUID)}</gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification>"
        "</srv:operatesOn>",
        "<srv:coupledResource><srv:SV_CoupledResource>"
        f"{iso.text('identifier', UUID, 'srv')}</srv:SV_CoupledResource></srv:coupledResource>",
    ],
)
def test_what_a_service_operates_on_is_found_in_every_form(reference: str) -> None:
    assert UUID in facts(iso.service("https://geo.example/wms", reference)).operates_on


def test_identifiers_organizations_and_places_are_all_there() -> None:
    inner = (
        iso.party("owner", "Amt A")
        + iso.extent(iso.text("description", "Stralsund") + iso.place("130730088088"))
        + iso.extent(iso.box("13.0", "54.2", "13.2", "54.4"))
    )
    distributor = (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:distributor><gmd:MD_Distributor>"
        f"{iso.party('distributor', 'Amt C', name='distributorContact')}"
        "</gmd:MD_Distributor></gmd:distributor></gmd:MD_Distribution></gmd:distributionInfo>"
    )
    known = facts(
        iso.data(
            inner,
            citation=iso.identifier("7", "https://registry.example/id"),
            head=iso.party("pointOfContact", "Amt B", name="contact"),
            tail=distributor,
        )
    )
    assert known.identifiers == ("a-1", "https://registry.example/id/7", "7")
    assert set(known.organizations) == {"Amt A", "Amt B", "Amt C"}
    assert known.geographic == ("Stralsund", "130730088088")
    assert known.boxes == ((13.0, 54.2, 13.2, 54.4),)


def test_a_record_of_iso_19115_3_is_recognised_with_its_identifier() -> None:
    found = iso.parsed(
        "<mdb:MD_Metadata xmlns:mdb='http://standards.iso.org/iso/19115/-3/mdb/2.0' "
        "xmlns:mcc='http://standards.iso.org/iso/19115/-3/mcc/1.0' "
        "xmlns:gco='http://standards.iso.org/iso/19115/-3/gco/1.0'><mdb:metadataIdentifier>"
        "<mcc:MD_Identifier><mcc:code> <gco:CharacterString>n-1</gco:CharacterString></mcc:code>"
        "</mcc:MD_Identifier></mdb:metadataIdentifier></mdb:MD_Metadata>"
    )
    assert found == {"standard": "iso19115-3", "id": "n-1"}


def test_a_record_in_dublin_core_is_recognised() -> None:
    found = iso.parsed(
        "<csw:Record xmlns:csw='http://www.opengis.net/cat/csw/2.0.2' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:identifier>d-1</dc:identifier></csw:Record>"
    )
    assert found == {"standard": "dublin-core", "id": "d-1"}


def test_an_empty_record_is_a_record() -> None:
    item = iso.parsed("<MD_Metadata xmlns='http://www.isotc211.org/2005/gmd'/>")
    assert item == {"standard": "iso19139", "id": "", "type": "", "values": {}, "unmapped": []}
    assert iso19139.facts(item).identity == ""
    assert iso19139.read(item, language="de").dataset == {}


def test_an_id_of_the_document_is_no_identifier_of_the_data() -> None:
    of = "gmd:MD_DataIdentification"
    generic = iso.data().replace(f"<{of}>", f"<{of} id='DataIdentification'>")
    assert facts(generic).identifiers == ("a-1",)
    unique = iso.data().replace(f"<{of}>", f"<{of} id='_{UUID}'>")
    assert facts(unique).identifiers == ("a-1", f"_{UUID}")
    reference = "<srv:operatesOn xlink:href='#DataIdentification'/>"
    found = facts(iso.service("https://geo.example/wms", reference)).operates_on
    assert "DataIdentification" not in found
