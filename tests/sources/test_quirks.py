"""The quirks of real portals, one test each, through the whole line over HTTP.

Each was seen in the answers of German and Baltic portals between 2021 and 2026.
A value that cannot be used stays as it came and is said; no record is lost for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from portals.documents import (
    BASE,
    Ckan,
    dataset,
    hydra_pages,
    package,
    page_block,
    rdf_xml,
    turtle,
    view_block,
)

from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.portal import Asked, Portal, Reply, Script

SEARCH = "/api/3/action/package_search"
LICENCES = "http://dcat-ap.de/def/licenses/"
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"


class Line:
    """The line over one portal."""

    def __init__(self, client: Callable[..., Any]) -> None:
        self._client = client

    def walk(self, portal: Portal, path: str, kind: str, **settings: Any) -> Run:
        source = SourceSettings("stadt", kind, portal.url(path), "stadt", **settings)
        return Run(source, client=self._client(portal.endpoint, tries=2))

    def rdf(self, *replies: Reply) -> list[Record]:
        with Portal({"/catalog": replies[0]}) as portal:
            return list(self.walk(portal, "/catalog", "rdf"))

    def one(self, inner: str = "", *, files: int = 1) -> Record:
        """The one record of a Turtle catalogue; ``inner`` is said about it."""
        (record,) = self.rdf(turtle(dataset("a", inner, files=files)))
        return record

    def resource(self, inner: str) -> tuple[dict[str, Any], Record]:
        """The one resource of a record, with ``inner`` said about its distribution."""
        head = f'<{BASE}a> a dcat:Dataset ; dct:title "A" ; dcat:distribution <{BASE}a/0> .\n'
        tail = f"<{BASE}a/0> a dcat:Distribution ; {inner} .\n"
        (record,) = self.rdf(turtle(head, tail))
        (resource,) = record.dataset["resources"]
        return resource, record

    def ckan(self, *packages: dict[str, Any]) -> list[Record]:
        with Portal({SEARCH: Ckan(list(packages))}) as portal:
            return list(self.walk(portal, "", "ckan"))


@pytest.fixture
def line(patient: Any) -> Line:
    return Line(patient)


def rules(record: Record) -> set[str]:
    return {found.rule for found in record.issues}


def said_of(record: Record, value: str) -> set[str]:
    """The rules of the issues that show this value."""
    return {found.rule for found in record.issues if value in found.value}


# --- 1: namespaces of dcatde ------------------------------------------------------------------


@pytest.mark.parametrize(
    "namespace",
    [
        "http://dcat-ap.de/def/dcatde/",
        "http://dcat-ap.de/def/dcatde/1_0/",
        "http://dcat-ap.de/def/dcatde/1.0/",
        "http://dcat-ap.de/def/dcatde/1.0.1/",
        "https://www.dcat-ap.de/def/dcatde/1.1/",
        "http://dcat-ap.de/def/dcatde/1_0",
    ],
)
def test_quirk_01_every_dcatde_namespace_is_understood(line: Line, namespace: str) -> None:
    contributor = "http://dcat-ap.de/def/contributors/openDataHRO"
    record = line.one(f"<{namespace}contributorID> <{contributor}>")
    assert record.dataset["contributor_id"] == [contributor]
    assert record.unknown == ""


# --- 2: licences ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "meant"),
    [
        (f"<{LICENCES}dl-by-de/2.0>", "dl-by-de/2.0"),
        ("<https://www.dcat-ap.de/def/licenses/dl-by-de/2.0>", "dl-by-de/2.0"),
        ("<http://dcat-ap.de/def/licenses/dl-by-de/2_0>", "dl-by-de/2.0"),
        ("<https://www.govdata.de/dl-de/by-2-0>", "dl-by-de/2.0"),
        ('"dl-de-by-2.0"', "dl-by-de/2.0"),
        ('"cc-zero"', "cc-zero"),
        ("<http://www.opendefinition.org/licenses/cc-by>", "cc-by"),
        ("<https://creativecommons.org/licenses/by/4.0/>", "cc-by/4.0"),
    ],
)
def test_quirk_02_every_spelling_of_a_licence_is_one_licence(
    line: Line, came: str, meant: str
) -> None:
    resource, _ = line.resource(f"dcat:accessURL <https://a.example/x> ; dct:license {came}")
    assert resource["license"] == f"{LICENCES}{meant}"


def test_quirk_02_an_unknown_licence_stays_and_is_said(line: Line) -> None:
    text = "Nutzungsbedingungen der LHP"
    resource, record = line.resource(f'dcat:accessURL <https://a.example/x> ; dct:license "{text}"')
    assert resource["license"] == text
    assert "license-unknown" in said_of(record, text)


def test_quirk_02_a_licence_of_the_dataset_counts_for_its_files(line: Line) -> None:
    head = f'dct:title "A" ; dct:license <{LICENCES}cc-zero> ; dcat:distribution <{BASE}a/0>'
    files = f"<{BASE}a/0> a dcat:Distribution ; dcat:accessURL <https://a.example/x> .\n"
    (record,) = line.rdf(turtle(f"<{BASE}a> a dcat:Dataset ; {head} .\n", files))
    assert record.dataset["resources"][0]["license"] == f"{LICENCES}cc-zero"
    assert "license-from-dataset" in rules(record)


def test_quirk_02_no_licence_is_said(line: Line) -> None:
    resource, record = line.resource("dcat:accessURL <https://a.example/x>")
    assert "license" not in resource
    assert "license-missing" in rules(record)


# --- 3: themes --------------------------------------------------------------------------------


def test_quirk_03_old_groups_and_labels_become_themes(line: Line) -> None:
    labelled = line.one('dcat:theme "Umwelt"')
    assert labelled.dataset["theme"] == [f"{THEMES}ENVI"]
    (grouped,) = line.ckan(package("a", groups=[{"name": "umwelt_klima"}]))
    assert grouped.dataset["theme"] == [f"{THEMES}ENVI"]


def test_quirk_03_a_foreign_theme_stays_and_is_said(line: Line) -> None:
    foreign = "https://themen.bremen.example/friesenspiess"
    record = line.one(f"dcat:theme <{foreign}>")
    assert record.dataset["theme"] == [foreign]
    assert "theme-unknown" in said_of(record, foreign)
    assert "recommended-missing" in rules(line.one())


# --- 4: formats -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (f"dct:format <{FILE_TYPES}CSV>", "CSV"),
        ('dct:format "csv"', "CSV"),
        ('dct:format "CSV "', "CSV"),
        ('dct:format "text/csv"', "CSV"),
        ('dcat:mediaType "csv"', "CSV"),
        ('dct:format "Kartenviewer"', "HTML"),
        ('dct:format "jrss"', "JSON"),
        ("dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv>", "CSV"),
    ],
)
def test_quirk_04_every_spelling_of_a_format_is_one_format(
    line: Line, came: str, code: str
) -> None:
    resource, _ = line.resource(f"dcat:accessURL <https://a.example/x> ; {came}")
    assert resource["format"] == code


@pytest.mark.parametrize("came", ["Fachschale 7", "xyz-neu"])
def test_quirk_04_an_invented_format_stays_and_is_said(line: Line, came: str) -> None:
    resource, record = line.resource(f'dcat:accessURL <https://a.example/x> ; dct:format "{came}"')
    assert resource["format"] == came
    assert "format-unknown" in said_of(record, came)


def test_quirk_04_an_invented_media_type_is_said(line: Line) -> None:
    came = "application/octet-stream+zip"
    _, record = line.resource(
        "dcat:accessURL <https://a.example/x> ;"
        f" dcat:mediaType <https://www.iana.org/assignments/media-types/{came}>"
    )
    assert said_of(record, came)


# --- 5: dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("2021-01-28 GMT 01:51:03.34919300", "2021-01-28"),
        ("2016-09-13T08:33:58", "2016-09-13T08:33:58"),
        ("15/08/2013", "2013-08-15"),
        ("1883-05-01", "1883-05-01"),
    ],
)
def test_quirk_05_dates_are_read_as_portals_write_them(line: Line, came: str, kept: str) -> None:
    record = line.one(f'dct:issued "{came}"^^xsd:dateTime')
    assert record.usable
    assert record.dataset["issued"].startswith(kept)


def test_quirk_05_what_is_no_date_is_said_and_the_record_arrives(line: Line) -> None:
    record = line.one('dct:issued "null" ; dct:modified "R/P1D"')
    assert record.usable
    assert said_of(record, "R/P1D")


def test_quirk_05_an_end_without_end_is_said(line: Line) -> None:
    start, end = ('"2020-01-01"^^xsd:date', '"9999-01-01"^^xsd:date')
    record = line.one(f"dct:temporal [ schema:startDate {start} ; schema:endDate {end} ]")
    assert record.dataset["temporal_coverage"][0]["start"] == "2020-01-01"
    assert "date-placeholder" in rules(record)


# --- 6: places --------------------------------------------------------------------------------

GEOJSON = "https://www.iana.org/assignments/media-types/application/vnd.geo+json"
PLACES = "http://dcat-ap.de/def/politicalGeocoding/"


@pytest.mark.parametrize(
    "iri",
    [
        f"{PLACES}districtKey/01003",
        f"{PLACES}regionalKey/130030000000",
        f"{PLACES}municipalityKey/13003000",
        "http://publications.europa.eu/resource/authority/place/DEU_ROS",
        "http://sws.geonames.org/2844588/",
    ],
)
def test_quirk_06_places_by_address_arrive(line: Line, iri: str) -> None:
    record = line.one(f"dct:spatial <{iri}>")
    (place,) = record.dataset["spatial_coverage"]
    # A municipality's 8 digits and its 12 are one place; the longer key is kept.
    assert place["uri"] in (iri, f"{PLACES}regionalKey/130030000000")


def test_quirk_06_a_shape_given_twice_and_in_small_letters_is_one_shape(line: Line) -> None:
    json = '{\\"type\\": \\"polygon\\", \\"coordinates\\": [[[12,54],[13,54],[13,55],[12,54]]]}'
    wkt = "POLYGON((12 54,13 54,13 55,12 54))"
    record = line.one(
        "dct:spatial [ a dct:Location ;"
        f' locn:geometry "{json}"^^<{GEOJSON}> ,'
        f' "{wkt}"^^<http://www.opengis.net/ont/geosparql#wktLiteral> ]'
    )
    (place,) = record.dataset["spatial_coverage"]
    assert '"Polygon"' in place["geom"] or "POLYGON" in place["geom"]


@pytest.mark.parametrize("came", ['"null"', '"Hansestadt Rostock"', '[ locn:geometry "kaputt" ]'])
def test_quirk_06_what_is_no_place_loses_no_record(line: Line, came: str) -> None:
    assert line.one(f"dct:spatial {came}").usable


def test_quirk_06_a_polygon_of_a_megabyte_is_survived(line: Line) -> None:
    points = ", ".join(f"12.{number:06} 54.1" for number in range(70_000))
    wkt = f"POLYGON(({points}, 12.000000 54.1))"
    record = line.one(
        f'dct:spatial [ locn:geometry "{wkt}"^^<http://www.opengis.net/ont/geosparql#wktLiteral> ]'
    )
    assert len(wkt) > 1_000_000
    assert record.usable
    assert "geometry-too-large" in rules(record)


# --- 7: identifiers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "identifier",
    ["e9fda07a-424b-4e63-8aa1-2c24313b9002", "StaNord_CMS:49918", "https://a.example/dataset/x"],
)
def test_quirk_07_identifiers_pass_unchanged(line: Line, identifier: str) -> None:
    assert line.one(f'dct:identifier "{identifier}"').dataset["identifier"] == identifier


def test_quirk_07_an_identifier_with_blanks_and_breaks_is_one_line(line: Line) -> None:
    came = "\\nhttps://a.example/dataset/neustadt i. h.\\n  "
    record = line.one(f'dct:identifier "{came}"')
    assert record.dataset["identifier"] == "https://a.example/dataset/neustadt i. h."


def test_quirk_07_without_identifier_the_address_is_the_identity(line: Line) -> None:
    record = line.one()
    assert record.identity == f"{BASE}a"
    assert "identifier" not in record.dataset


# --- 8: the same dataset in several portals ---------------------------------------------------


def test_quirk_08_over_two_portals_a_dataset_keeps_what_shows_that_it_is_one(line: Line) -> None:
    (own,) = line.rdf(turtle(dataset("a", 'dct:identifier "hl-1"')))
    extras = [{"key": "uri", "value": f"{BASE}a"}, {"key": "identifier", "value": "hl-1"}]
    (state,) = line.ckan(package("a-1", extras=extras))
    assert own.identity == state.identity == f"{BASE}a"
    assert own.dataset["identifier"] == state.dataset["identifier"] == "hl-1"
    assert own.dataset["uri"] == state.dataset["uri"]


# --- 9: broken addresses and XML --------------------------------------------------------------


def test_quirk_09_invalid_addresses_and_stray_ampersands_are_survived(line: Line) -> None:
    iri = "https://portal.example/dataset/neustadt i. h.-süd[1]"
    (record,) = line.rdf(
        rdf_xml(
            f'<dcat:Dataset rdf:about="{iri}"><dct:title>Handel & Gewerbe < 2012</dct:title>'
            '<dcat:landingPage rdf:resource="https://portal.example/?a=1&b=2"/></dcat:Dataset>'
        )
    )
    assert record.usable
    assert record.identity == record.dataset["uri"] == iri
    assert record.dataset["title"] == "Handel & Gewerbe < 2012"
    assert record.dataset["url"] == "https://portal.example/?a=1&b=2"
    assert said_of(record, iri) == {"iri-invalid"}


# --- 10: e-mail -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "came",
    ["<mailto:info@statistik.example>", '"info@statistik.example"', "<info@statistik.example>"],
)
def test_quirk_10_an_e_mail_is_one_however_it_is_written(line: Line, came: str) -> None:
    record = line.one(f'dcat:contactPoint [ vcard:fn "Amt" ; vcard:hasEmail {came} ]')
    assert record.dataset["contact"][0]["email"] == "info@statistik.example"


# --- 11: access URLs --------------------------------------------------------------------------


def test_quirk_11_an_empty_access_url_is_said_and_the_record_arrives(line: Line) -> None:
    _, record = line.resource('dcat:accessURL "" ; dct:title "Datei"')
    assert record.usable
    assert "access-url-missing" in rules(record)


def test_quirk_11_distributions_without_an_id_of_their_own_stay_apart(line: Line) -> None:
    urls = [f"https://a.example/{number}.csv" for number in range(2)]
    blank = ", ".join(f"[ a dcat:Distribution ; dcat:accessURL <{url}> ]" for url in urls)
    shared = (
        f"<{BASE}a#distribution_> a dcat:Distribution ; dcat:accessURL <{urls[0]}>, <{urls[1]}>"
    )
    record = line.one(f"dcat:distribution {blank}", files=0)
    assert sorted(r["access_url"] for r in record.dataset["resources"]) == urls
    text = f'<{BASE}a> a dcat:Dataset ; dct:title "A" ; dcat:distribution <{BASE}a#distribution_> .'
    (record,) = line.rdf(turtle(text, shared, " .\n"))
    assert all(url in str(record.dataset["resources"]) for url in urls)


@pytest.mark.parametrize(
    ("url", "private"), [("http://141.91.184.90/daten", False), ("http://10.61.1.2/wms", True)]
)
def test_quirk_11_hosts_without_a_name_are_kept_and_a_private_one_said(
    line: Line, url: str, private: bool
) -> None:
    resource, record = line.resource(f"dcat:accessURL <{url}>")
    assert resource["access_url"] == url
    assert ("url-private-host" in said_of(record, url)) is private


# --- 12: markup in descriptions ---------------------------------------------------------------


def test_quirk_12_html_in_a_description_is_kept_as_text_and_said(line: Line) -> None:
    html = "<p>Bäume der <b>Stadt</b><script>alert(1)</script></p>"
    (record,) = line.rdf(
        rdf_xml(
            f'<dcat:Dataset rdf:about="{BASE}a"><dct:title>A</dct:title>'
            f"<dct:description>{html}</dct:description></dcat:Dataset>"
        )
    )
    assert record.dataset["notes"] == html
    assert "description-html" in rules(record)


def test_quirk_12_markdown_stays(line: Line) -> None:
    text = "Ein *Baum*:\\n\\n- Linde\\n- Eiche"
    record = line.one(f'dct:description "{text}"')
    assert record.dataset["notes"] == text.replace("\\n", "\n")
    assert "description-html" not in rules(record)


# --- 13: odd graphs ---------------------------------------------------------------------------


def test_quirk_13_a_dataset_without_distribution_arrives(line: Line) -> None:
    record = line.one(files=0)
    assert record.usable
    assert "distribution-missing" in rules(record)


def test_quirk_13_dataset_and_distribution_in_one_subject(line: Line) -> None:
    (record,) = line.rdf(
        turtle(
            f'<{BASE}a> a dcat:Dataset, dcat:Distribution ; dct:title "A" ;'
            f" dcat:distribution <{BASE}a> ; dcat:accessURL <https://a.example/x> .\n"
        )
    )
    assert record.dataset["title"] == "A"
    assert len(record.dataset["resources"]) == 1
    assert "subject-shared" in rules(record)


def test_quirk_13_of_two_titles_one_stays_and_it_is_said(line: Line) -> None:
    record = line.one('dct:title "Zweiter"@de')
    assert record.dataset["title"] in ("a", "Zweiter")
    assert "values-several" in rules(record)


def test_quirk_13_a_blank_catalogue_and_foreign_ontologies_do_no_harm(line: Line) -> None:
    ontology = "".join(
        f"<http://ontologie.example/{n}> a <http://www.w3.org/2002/07/owl#Class> .\n"
        for n in range(300)
    )
    catalogue = f'[] a dcat:Catalog ; dct:title "Katalog" ; dcat:dataset <{BASE}a> .\n'
    (record,) = line.rdf(turtle(catalogue, dataset("a"), ontology))
    assert record.identity == f"{BASE}a"
    assert record.unknown == ""


def test_quirk_13_literals_for_addresses_and_addresses_for_literals(line: Line) -> None:
    record = line.one(
        'dcat:landingPage "https://a.example/seite" ;'
        ' dct:language "http://publications.europa.eu/resource/authority/language/DEU" ;'
        " dcat:keyword <http://a.example/Baum>"
    )
    assert record.dataset["url"] == "https://a.example/seite"
    assert record.dataset["language"][0].endswith("/DEU")
    assert record.dataset["tags"]
    assert "literal-for-iri" in rules(record)


# --- 14: hydra --------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [page_block, view_block])
def test_quirk_14_both_designs_of_paging(line: Line, block: Any) -> None:
    with Portal(hydra_pages([["a"], ["b"], ["c"]], block=block)) as portal:
        walk = line.walk(portal, "/catalog.ttl", "rdf")
        assert len(list(walk)) == 3
    assert walk.completeness.complete


def test_quirk_14_a_link_that_names_another_host_is_followed_at_home(line: Line) -> None:
    link = "http://intern.stadt.example:5000/catalog.ttl?page=2"
    scripts = {
        "/catalog.ttl": turtle(page_block("x", next=link), dataset("a")),
        "/catalog.ttl?page=2": turtle(dataset("b")),
    }
    with Portal(scripts) as portal:
        walk = line.walk(portal, "/catalog.ttl", "rdf")
        assert len(list(walk)) == 2
    assert [found.rule for found in walk.issues] == ["page-link-mended"]


def test_quirk_14_an_ignored_page_is_incomplete_and_a_failing_one_tried_again(line: Line) -> None:
    pages: dict[str, Script] = dict(hydra_pages([["a"], ["b"]]))
    with Portal({"/catalog.ttl": pages["/catalog.ttl"]}) as portal:
        walk = line.walk(portal, "/catalog.ttl", "rdf")
        assert len(list(walk)) == 1
    assert walk.completeness.reason == "page-repeated"
    second = pages["/catalog.ttl?page=2"]
    assert isinstance(second, Reply)
    pages["/catalog.ttl?page=2"] = [Reply(status=500), second]
    with Portal(pages) as portal:
        walk = line.walk(portal, "/catalog.ttl", "rdf")
        assert len(list(walk)) == 2
    assert walk.completeness.complete


# --- 15: CKAN ---------------------------------------------------------------------------------


def test_quirk_15_ckan_is_walked_by_id_with_counts_and_lists_of_filters(line: Line) -> None:
    stock = [package(f"{n:03}") for n in range(60)]
    options = {"rows": 25, "organization": "stadt", "tags": "Baum"}

    def away(asked: Asked) -> Reply:
        return Reply(status=302, headers={"Location": f"/daten{asked.target}"})

    scripts: dict[str, Script] = {SEARCH: away, f"/daten{SEARCH}": Ckan(stock)}
    with Portal(scripts) as portal:
        walk = line.walk(portal, "", "ckan", options=options)
        assert len(list(walk)) == 60
        assert {asked.query("sort") for asked in portal.asked} == {"id asc"}
        assert not any(asked.queries("fq") for asked in portal.asked)
    assert walk.completeness.complete
    assert walk.completeness.declared == (60, 60)


# --- 16: what CSW portals share with the others -----------------------------------------------


def test_quirk_16_a_licence_as_json_inside_prose_is_found(line: Line) -> None:
    text = (
        "Es gelten keine Bedingungen. "
        '{\\"id\\": \\"dl-by-de/2.0\\", \\"name\\": \\"Datenlizenz Deutschland\\",'
        ' \\"url\\": \\"https://www.govdata.de/dl-de/by-2-0\\"}'
    )
    resource, _ = line.resource(f'dcat:accessURL <https://a.example/x> ; dct:license "{text}"')
    assert resource["license"] == f"{LICENCES}dl-by-de/2.0"


def test_quirk_16_retry_after_is_honoured(patient: Any) -> None:
    busy = Reply(status=429, headers={"Retry-After": "11"})
    with Portal({"/catalog.ttl": [busy, turtle(dataset("a"))]}) as portal:
        client = patient(portal.endpoint)
        source = SourceSettings("stadt", "rdf", portal.url("/catalog.ttl"), "stadt")
        assert len(list(Run(source, client=client))) == 1
    assert client.waits == [11]


# --- 17: sources that move --------------------------------------------------------------------


def test_quirk_17_changed_namespaces_change_no_dataset(line: Line) -> None:
    def written(namespace: str) -> dict[str, Any]:
        return line.one(f'<{namespace}licenseAttributionByText> "Stadt"').dataset

    old = written("http://dcat-ap.de/def/dcatde/1.0.1/")
    assert written("https://www.dcat-ap.de/def/dcatde/1.1/") == old


def test_quirk_17_a_portal_that_moved_is_followed_and_an_empty_one_is_not_believed(
    line: Line,
) -> None:
    moved = Reply(status=301, headers={"Location": "/neu/catalog.ttl"})
    with Portal({"/catalog.ttl": moved, "/neu/catalog.ttl": turtle(dataset("a"))}) as portal:
        assert len(list(line.walk(portal, "/catalog.ttl", "rdf"))) == 1
    with Portal({"/catalog.ttl": turtle('<#c> a dcat:Catalog ; dct:title "leer" .')}) as portal:
        walk = line.walk(portal, "/catalog.ttl", "rdf")
        assert list(walk) == []
    assert walk.completeness.reason == "walk-empty"


# --- 18: keywords and addresses a strict validator refuses ------------------------------------


def test_quirk_18_no_keyword_and_no_e_mail_loses_a_dataset(line: Line) -> None:
    words = ["inspire:Boden", "Luft/Klima", "Bäume (Straßen)", "Radweg  ", "opendata"]
    keywords = ", ".join(f'"{word}"' for word in words)
    record = line.one(
        f"dcat:keyword {keywords} ;"
        ' dcat:contactPoint [ vcard:fn "Amt" ; vcard:hasEmail "amt(at)stadt" ]'
    )
    assert record.usable
    names = " ".join(tag["name"] for tag in record.dataset["tags"])
    for word in ("Boden", "Luft", "Klima", "Bäume", "Radweg", "opendata"):
        assert word in names
    assert said_of(record, "amt(at)stadt")
