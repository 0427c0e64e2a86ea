"""ISO 19139: links and coupled services become the ways to reach the data."""

from __future__ import annotations

from typing import Any

import iso_records as iso
import pytest

OGC = "http://www.opengis.net/def/serviceType/ogc/"
WMS = "https://geo.stadt.example/wms/baum"


def resources(*links: str, formats: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    found = iso.dataset(iso.data(tail=iso.distribution(*links, formats=formats)))
    return list(found.get("resources", ()))


@pytest.mark.parametrize(
    ("link", "format", "standard"),
    [
        (iso.online(f"{WMS}?SERVICE=WMS&REQUEST=GetCapabilities"), "WMS_SRVC", OGC + "wms"),
        (iso.online(WMS, protocol="OGC:WMS-1.3.0-http-get-capabilities"), "WMS_SRVC", OGC + "wms"),
        (iso.online("https://geo.example/ows", protocol="OGC:WFS"), "WFS_SRVC", OGC + "wfs"),
        (iso.online("https://geo.example/wfs?", function="download"), "WFS_SRVC", OGC + "wfs"),
        (iso.online("https://geo.example/ows?service=WFS", protocol="WWW:LINK"), "WFS_SRVC",
         OGC + "wfs"),
        (iso.online("https://geo.example/x", protocol="OGC Web Map Tile Service"), "MAP_SRVC",
         OGC + "wmts"),
        (iso.online("https://geo.example/baum.atom.xml", protocol="WWW:DOWNLOAD-1.0-atom"), "ATOM",
         "http://www.w3.org/2005/Atom"),
        (iso.online("https://geo.example/collections/baum", protocol="OGC API Features"), "REST",
         "http://www.opengis.net/def/interface/ogcapi-features"),
        (iso.online("https://geo.example/arcgis/rest/services/b/MapServer", protocol="ESRI:REST"),
         "REST", None),
    ],
)  # fmt: skip
def test_a_link_to_a_service_is_a_way_to_the_data(link: str, format: str, standard: str) -> None:
    [found] = resources(link)
    assert found["format"] == format
    [service] = found["access_services"]
    assert service["endpoint_url"]
    assert service.get("conforms_to") == ([standard] if standard else None)


def test_the_service_of_a_link_is_published_by_who_publishes_the_data() -> None:
    """The German rules want a publisher of every service; a link names nobody."""
    link = iso.online("https://geo.example/ows", protocol="OGC:WFS")
    parties = iso.party("publisher", "Amt für Geoinformation")
    found = iso.dataset(iso.data(parties, tail=iso.distribution(link)))
    [service] = found["resources"][0]["access_services"]
    assert service["publisher"][0]["name"] == "Amt für Geoinformation"
    assert service["publisher"] == found["publisher"]


def test_the_endpoint_lacks_the_parameters_of_one_request_but_not_its_own() -> None:
    url = "https://geo.example/cgi?map=/srv/baum.map&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities"
    [found] = resources(iso.online(url, name="WMS Bäume"))
    [service] = found["access_services"]
    assert found["access_url"] == url
    assert service["title"] == "WMS Bäume"
    assert service["endpoint_url"] == ["https://geo.example/cgi?map=/srv/baum.map"]
    assert service["endpoint_description"] == [url]


@pytest.mark.parametrize(
    ("link", "formats", "format"),
    [
        (iso.online("https://stadt.example/baum.csv", function="download"), (), "CSV"),
        (iso.online("https://stadt.example/baum.csv"), ("Shape",), "CSV"),
        (iso.online("https://stadt.example/baum.zip", function="download"), ("Shape",), "SHP"),
        (iso.online("https://stadt.example/get?id=7", function="download"), ("GeoPackage",),
         "GPKG"),
        (iso.online("https://stadt.example/get?id=7", name="als DXF", function="download"),
         ("Shape", "DXF"), "DXF"),
        (iso.online("https://stadt.example/get?id=7", protocol="WWW:DOWNLOAD-1.0-http--download"),
         ("CSV",), "CSV"),
    ],
)  # fmt: skip
def test_a_file_has_the_format_of_its_address_or_of_the_record(
    link: str, formats: tuple[str, ...], format: str
) -> None:
    [found] = resources(link, formats=formats)
    assert found["format"] == format
    assert found["download_url"] == found["access_url"]


def test_links_that_lead_to_no_data_are_pages_and_nothing_of_them_is_lost() -> None:
    record = iso.record(
        iso.data(
            tail=iso.distribution(
                iso.online("https://stadt.example/ueber", function="information", name="Über"),
                iso.online("https://stadt.example/baum", protocol="WWW:LINK-1.0-http--link"),
                iso.online("https://stadt.example/ueber.pdf", function="search"),
            )
        )
    )
    found = record.dataset
    assert "resources" not in found
    assert found["url"] == "https://stadt.example/baum"
    assert found["documentation"] == [
        "https://stadt.example/ueber",
        "https://stadt.example/ueber.pdf",
    ]
    assert "Über" in record.unknown


def test_links_of_a_distributor_are_links_too() -> None:
    tail = iso.distribution(iso.online("https://stadt.example/baum.csv", function="download"))
    tail = tail.replace(
        "<gmd:transferOptions>",
        "<gmd:distributor><gmd:MD_Distributor><gmd:distributorTransferOptions>",
    ).replace(
        "</gmd:transferOptions>",
        "</gmd:distributorTransferOptions></gmd:MD_Distributor></gmd:distributor>",
    )
    assert iso.dataset(iso.data(tail=tail))["resources"][0]["format"] == "CSV"


def test_each_distributor_has_its_own_formats_and_a_file_its_size() -> None:
    def distributor(format: str, url: str) -> str:
        link = iso.distribution(iso.online(url, function="download"), formats=(format,))
        inner = link.partition("<gmd:MD_Distribution>")[2].partition("</gmd:MD_Distribution>")[0]
        inner = inner.replace("distributionFormat", "distributorFormat").replace(
            "<gmd:MD_DigitalTransferOptions>",
            "<gmd:MD_DigitalTransferOptions><gmd:transferSize><gco:Real>0.213701</gco:Real>"
            "</gmd:transferSize>",
        )
        inner = inner.replace("gmd:transferOptions", "gmd:distributorTransferOptions")
        return (
            f"<gmd:distributor><gmd:MD_Distributor>{inner}</gmd:MD_Distributor></gmd:distributor>"
        )

    tail = (
        "<gmd:distributionInfo><gmd:MD_Distribution>"
        + distributor("CSV", "https://a.example/get?1")
        + distributor("Shape", "https://b.example/get?2")
        + "</gmd:MD_Distribution></gmd:distributionInfo>"
    )
    found = iso.dataset(iso.data(tail=tail))["resources"]
    assert [(item["format"], item["size"]) for item in found] == [("CSV", 213701), ("SHP", 213701)]


# --- Coupled services ----------------------------------------------------------------------------


def _couple(identifier: str, layer: str) -> str:
    return (
        "<srv:coupledResource><srv:SV_CoupledResource>"
        f"{iso.text('operationName', 'GetMap', 'srv')}{iso.text('identifier', identifier, 'srv')}"
        f"<gco:ScopedName>{layer}</gco:ScopedName></srv:SV_CoupledResource></srv:coupledResource>"
    )


def test_a_coupled_service_is_a_way_to_the_data_with_its_layer() -> None:
    service = iso.service(
        f"{WMS}?REQUEST=GetCapabilities&SERVICE=WMS",
        _couple("a-1", "baeume"),
        _couple("b-2", "wege"),
        "<srv:operatesOn uuidref='a-1'/><srv:operatesOn uuidref='b-2'/>",
        more=iso.party("pointOfContact", "Geodatenzentrale"),
    )
    [found] = iso.dataset(iso.data(), service)["resources"]
    assert (found["name"], found["format"]) == ("WMS Baumkataster", "WMS_SRVC")
    assert found["description"] == "Layer: baeume"
    [inner] = found["access_services"]
    assert inner["title"] == "WMS Baumkataster"
    assert inner["endpoint_url"] == [WMS]
    assert inner["contact"][0]["name"] == "Geodatenzentrale"


def test_a_service_that_the_record_links_to_is_not_there_twice() -> None:
    record = iso.data(
        tail=iso.distribution(iso.online(f"{WMS}?", name="Karte", protocol="OGC:WMS"))
    )
    service = iso.service(f"{WMS}?request=GetCapabilities&service=WMS")
    [found] = iso.dataset(record, service)["resources"]
    assert found["name"] == "Karte"
    [inner] = found["access_services"]
    assert inner["title"] == "WMS Baumkataster"
    assert inner["endpoint_url"] == [WMS]


@pytest.mark.parametrize(
    "version", ["OGC:WFS 2.0.0", "WFS", "urn:ogc:serviceType:WebFeatureService:WFS"]
)
def test_the_version_of_a_service_names_its_kind(version: str) -> None:
    service = iso.service("https://geo.example/dienst", version=version)
    [found] = iso.dataset(iso.data(), service)["resources"]
    assert found["format"] == "WFS_SRVC"


def test_what_a_service_says_that_has_no_field_is_kept_with_the_data() -> None:
    service = iso.service(WMS, more=iso.text("purpose", "Auskunft"))
    record = iso.record(iso.data(), service)
    assert "Auskunft" in record.unknown


def test_a_service_without_an_address_is_reported_by_its_title() -> None:
    record = iso.record(iso.data(), iso.service("", title="Stummer Dienst"))
    assert "resources" not in record.dataset
    [issue] = [issue for issue in record.issues if issue.rule == "iso-service-unreachable"]
    assert issue.value == "Stummer Dienst"


def test_a_service_by_itself_is_a_dataset_with_its_address() -> None:
    found = iso.dataset(iso.service(WMS))
    assert found["title"] == "WMS Baumkataster"
    assert found["resources"][0]["access_services"][0]["endpoint_url"] == [WMS]


@pytest.mark.parametrize(
    ("address", "describes"),
    [
        ("https://geo.example/csw?Service=CSW&Request=GetRecordById&id=b-2", True),
        ("https://geo.example/srv/ger/catalog.search#/metadata/a-1", True),
        ("https://geo.example/srv/ger/md.viewer#/full_view/a-1", True),
        ("https://geo.example/srv/api/records/a-1", True),
        ("https://geo.example/srv/api/records/a-1/attachments/baum.csv", False),
        ("https://geo.example/srv/ger/catalog.search#/metadata/b-2", False),
        ("https://geo.example/atom?id=a-1", False),
    ],
)
def test_a_link_to_the_record_itself_is_no_file(address: str, describes: bool) -> None:
    link = iso.online(address, protocol="WWW:DOWNLOAD-1.0-http--download")
    found = iso.dataset(iso.data(tail=iso.distribution(link, formats=("Shape",))))
    assert ("resources" not in found) == describes
    assert ("documentation" in found) == describes
