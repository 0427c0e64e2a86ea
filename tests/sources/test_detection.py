"""Detection: from the address of a portal to its catalogue, politely."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from portals.csw import Csw
from portals.documents import dataset, hydra_pages, json_reply, turtle
from portals.iso import dataset as iso_dataset
from portals.software import (
    DATA_JSON,
    LINKED,
    SOFTWARE,
    XML,
    FacetedCkan,
    arcgis_hub,
    ckan,
    dkan,
    html,
    ogc_features,
    organised,
)

from hanse_harvesters.detection.examine import entry
from hanse_harvesters.detection.findings import Detection
from hanse_harvesters.detection.run import as_json, detect
from hanse_harvesters.detection.visit import MOST_REQUESTS, NotPermitted
from hanse_harvesters.errors import HanseError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.http import connect
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.settings.load import load_file
from hanse_harvesters.sources import detect as kinds
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.places import Wish
from hanse_harvesters.sources.sample import DocumentSample
from hanse_harvesters.testing.network import Patient
from hanse_harvesters.testing.portal import Portal, Reply

Look = Callable[..., Detection]


@pytest.fixture
def look(patient: Any) -> Look:
    def make(portal: Portal, path: str = "/", *cities: str, **limits: Any) -> Detection:
        client = patient(portal.endpoint, tries=1, **limits)
        return detect(portal.url(path), client, Wish(cities))

    return make


def found(detection: Detection) -> list[tuple[str, str]]:
    return [(item.kind, item.url) for item in detection.findings]


# --- What is found ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOFTWARE)
def test_a_home_page_leads_to_the_catalogue(look: Look, name: str) -> None:
    make, kind, path = SOFTWARE[name]
    with Portal(make()) as portal:
        detection = look(portal)
        assert detection.best is not None
        assert (detection.best.kind, detection.best.url) == (kind, portal.url(path))
        assert detection.best.records, detection.best.stopped
        assert len(portal.asked) == detection.requests <= 10
        assert portal.targets().count("/robots.txt") == 1


def test_of_two_catalogues_the_api_comes_first_and_the_rdf_is_its_rival(look: Look) -> None:
    with Portal(ckan()) as portal:
        detection = look(portal)
        assert found(detection) == [
            ("ckan", portal.url("/")),
            ("rdf", portal.url("/catalog.ttl")),
        ]
    told = as_json(detection, "de")["findings"]
    assert "ckan 2.12.0" in told[0]["reasons"][0]
    assert "nach Organisation filtern" in told[0]["reasons"][-1]
    assert "ohne Filter" in told[1]["reasons"][-1]


def test_a_ckan_below_a_path(look: Look) -> None:
    scripts = {"/": html('<a href="/daten/dataset">Datensätze</a>'), **ckan("/daten")}
    with Portal(scripts) as portal:
        for path in ("/", "/daten/", "/daten/dataset/baeume"):
            detection = look(portal, path)
            assert detection.best is not None, path
            assert (detection.best.kind, detection.best.url) == ("ckan", portal.url("/daten/"))


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="text/turtle" href="/x/y">',
        '<link rel="alternate" type="application/rdf+xml; charset=utf-8" href="/x/y">',
        '<base href="/x/"><a href="y" type="application/ld+json">Katalog</a>',
        '<a href="/x/y?format=ttl#top" type="text/turtle">DCAT-AP</a>',
    ],
)
def test_a_link_that_names_the_catalogue_is_followed_first(look: Look, link: str) -> None:
    page = html(link if link.startswith("<a") else "", "" if link.startswith("<a") else link)
    with Portal({"/": page, "/x/y": turtle(dataset("a"))}) as portal:
        detection = look(portal)
        assert detection.best is not None
        assert detection.best.url.startswith(portal.url("/x/y"))
        assert detection.requests == 3


def test_a_link_in_the_header_is_one(look: Look) -> None:
    page = html("nichts")
    headers = {**page.headers, "Link": '</k.ttl>; rel="alternate"; type="text/turtle"'}
    with Portal({"/": Reply(page.body, headers=headers), "/k.ttl": turtle(dataset("a"))}) as portal:
        assert found(look(portal)) == [("rdf", portal.url("/k.ttl"))]


def test_one_catalogue_in_four_formats_is_one_finding(look: Look) -> None:
    types = ["application/ld+json", "application/rdf+xml", "text/turtle", "text/n3"]
    endings = ["jsonld", "rdf", "ttl", "n3"]
    links = "".join(
        f'<link rel="alternate" type="{kind}" href="/catalog.{ending}">'
        for kind, ending in zip(types, endings, strict=True)
    )
    scripts = {f"/catalog.{ending}": turtle(dataset("a")) for ending in endings}
    with Portal({"/": html("", links), **scripts}) as portal:
        assert found(look(portal)) == [("rdf", portal.url("/catalog.ttl"))]


def test_a_catalogue_that_page_and_software_name_is_one_finding(look: Look) -> None:
    link = '<link rel="alternate" type="text/turtle" href="/catalog.ttl">'
    page = html("", f'<meta name="generator" content="ckan 2.12.0">{link}')
    with Portal({"/": page, "/catalog.ttl": turtle(dataset("a")), "/catalog.rdf": XML}) as portal:
        assert found(look(portal)) == [("rdf", portal.url("/catalog.ttl"))]
        portal.scripts.pop("/catalog.ttl")
        assert found(look(portal)) == [("rdf", portal.url("/catalog.rdf"))]


def test_a_city_leads_to_its_portal_over_a_page_about_open_data(look: Look) -> None:
    scripts = {
        "/": html('<a href="/rathaus">Rathaus</a><a href="/stadt/offene-daten">Offene Daten</a>'),
        "/stadt/offene-daten": html('<a href="/stadt/katalog.ttl">Katalog</a>'),
        "/stadt/katalog.ttl": turtle(dataset("a")),
    }
    with Portal(scripts) as portal:
        assert found(look(portal)) == [("rdf", portal.url("/stadt/katalog.ttl"))]


@pytest.mark.parametrize("robots", [b"", b"Sitemap: /karte.xml"])
def test_a_sitemap_leads_to_a_catalogue(look: Look, robots: bytes) -> None:
    text = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>{0}/impressum</loc></url><url><loc>{0}/daten/dcat.rdf</loc></url></urlset>"
    )
    with Portal({"/": html("Willkommen"), "/daten/dcat.rdf": turtle(dataset("a"))}) as portal:
        where = "/karte.xml" if robots else "/sitemap.xml"
        portal.scripts[where] = Reply(text.format(portal.url("")).encode())
        if robots:
            portal.scripts["/robots.txt"] = Reply(robots)
        assert found(look(portal)) == [("rdf", portal.url("/daten/dcat.rdf"))]


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        ('<html><a href="/k.ttl">Öffnen: Katalog</a>'.encode("utf-16"), "text/html"),
        (
            '<meta charset="iso-8859-2"><a href="/k.ttl">Šlaská Katalog</a>'.encode("iso-8859-2"),
            "",
        ),
        ('<a href="/k.ttl">Größe: Katalog</a>'.encode("cp1252"), "text/html; charset=windows-1252"),
        (b'<a href="/k.ttl">Katalog\xff\xfe</a>', "text/html; charset=does-not-exist"),
        (b"<p>" * 5000 + b'<a href="/k.ttl">Katalog</a>', "text/html"),
        (b'<html><body><a href="/k.ttl">Katalog<!-- ' + b"x" * 300_000, "text/html"),
    ],
)
def test_pages_in_any_encoding_and_broken_ones(look: Look, content: bytes, headers: str) -> None:
    reply = Reply(b"<html>" + content, headers={"Content-Type": headers})
    if content.startswith((b"\xff\xfe", b"<meta")):
        reply = Reply(content, headers={"Content-Type": headers})
    with Portal({"/": reply, "/k.ttl": turtle(dataset("a"))}) as portal:
        assert found(look(portal)) == [("rdf", portal.url("/k.ttl"))]


def test_what_cannot_be_read_yet_is_named_with_advice(look: Look) -> None:
    with Portal(ogc_features()) as portal:
        detection = look(portal)
        assert [kind for kind, _ in found(detection)] == ["OGC API"]
        assert detection.best is None
        assert "CSW" in as_json(detection, "de")["findings"][0]["advice"]["remedy"]
        with pytest.raises(NotACatalogue, match="OGC API"):
            kinds.remote(portal.url("/"), _client(portal))


def test_a_data_json_is_found_with_its_number_of_datasets(look: Look) -> None:
    with Portal(dkan()) as portal:
        detection = look(portal)
        assert found(detection) == [("data-json", portal.url("/data.json"))]
        assert detection.best is not None
        assert detection.best.count == 1
        assert kinds.remote(portal.url("/"), _client(portal)).kind == "data-json"
        assert kinds.remote(portal.url("/data.json"), _client(portal)).kind == "data-json"


def test_a_catalogue_in_dcat_comes_before_a_data_json(look: Look) -> None:
    with Portal(arcgis_hub()) as portal:
        kinds_found = [kind for kind, _ in found(look(portal))]
        assert kinds_found[0] == "rdf"
    page = html('<a href="/data.json">data.json</a> <a href="/k.ttl">Katalog</a>')
    scripts = {"/": page, "/k.ttl": turtle(dataset("a")), "/data.json": DATA_JSON}
    with Portal(scripts) as portal:
        assert [kind for kind, _ in found(look(portal))] == ["rdf"]


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://example.org/dcat-us-3.0.jsonld", "dataset": [{"title": "Bäume"}]},
        {"dataset": [{"title": "Bäume", "publisher": {"name": "Stadt"}}], "@type": "Catalog"},
        [{"title": "Bäume", "accessLevel": "public"}],
    ],
)
def test_a_data_json_of_any_edition_is_recognised(look: Look, document: Any) -> None:
    with Portal({"/k.json": json_reply(document)}) as portal:
        assert [kind for kind, _ in found(look(portal, "/k.json"))] == ["data-json"]


def test_json_ld_with_its_own_context_is_no_data_json(look: Look) -> None:
    with Portal({"/k.json": LINKED}) as portal:
        assert [kind for kind, _ in found(look(portal, "/k.json"))] == ["rdf"]


def _client(portal: Portal) -> Patient:
    return Patient(portal.endpoint, tries=1)


# --- Polite -----------------------------------------------------------------------------------


def test_a_document_that_is_a_catalogue_needs_nothing_else(look: Look) -> None:
    with Portal({"/k.ttl": turtle(dataset("a"))}) as portal:
        assert found(look(portal, "/k.ttl")) == [("rdf", portal.url("/k.ttl"))]
        assert portal.targets() == ["/robots.txt", "/k.ttl"]


def test_a_page_with_thousands_of_links_costs_no_more_than_25_requests(look: Look) -> None:
    links = "".join(f'<a href="/{n}/catalog.ttl">Katalog {n}</a>' for n in range(3000))
    with Portal({"/": html(links)}) as portal:
        detection = look(portal)
        assert len(portal.asked) == detection.requests <= MOST_REQUESTS
        assert detection.spent
        assert detection.best is None
    assert any("Anfragen" in hint for hint in as_json(detection, "de")["hints"])


def test_redirects_and_loops_count_as_requests(look: Look) -> None:
    loop = Reply(b"", 302, {"Location": "/a.ttl"})
    links = "".join(f'<a href="/{name}.ttl">Katalog</a>' for name in "abcdefghij")
    scripts = {f"/{name}.ttl": loop for name in "abcdefghij"}
    with Portal({"/": html(links), **scripts}) as portal:
        detection = look(portal)
        assert len(portal.asked) == detection.requests <= MOST_REQUESTS


def test_robots_txt_that_forbids_all_is_all_that_is_asked(look: Look) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    with Portal({**ckan(), "/robots.txt": Reply(rules)}) as portal:
        with pytest.raises(NotPermitted) as error:
            look(portal)
        assert portal.targets() == ["/robots.txt"]
    assert "robots.txt" in error.value.what_in("de")


def test_robots_txt_closes_a_part(look: Look) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: CKANext-Hanse\nDisallow: /api/\nAllow: /\n"
    with Portal({**ckan(), "/robots.txt": Reply(rules)}) as portal:
        detection = look(portal)
        assert detection.best is detection.findings[0]
        assert found(detection)[0] == ("rdf", portal.url("/catalog.ttl"))
        assert not any(target.startswith("/api/") for target in portal.targets())
    assert any("robots.txt" in hint for hint in as_json(detection, "en")["hints"])


#: As CKAN brings it.
_STOCK = b"User-agent: *\nDisallow: /dataset/rate/\nDisallow: /api/\nCrawl-Delay: 10\n"


def test_an_api_that_robots_txt_closes_is_named_and_not_asked(look: Look) -> None:
    with Portal({**ckan(), "/robots.txt": Reply(_STOCK)}) as portal:
        detection = look(portal)
        best, closed = detection.findings
        assert (best.kind, best.is_closed) == ("rdf", False)
        assert detection.best is best
        assert (closed.kind, closed.url, closed.is_closed) == ("ckan", portal.url("/"), True)
        assert not any(target.startswith("/api/") for target in portal.targets())
    told = as_json(detection, "de")["findings"][1]
    assert (told["closed"], told["readable"]) == (True, False)
    assert "ckan 2.12.0" in told["reasons"][0]
    assert "robots.txt" in told["error"]["what"]
    assert "Betreiber" in told["error"]["remedy"]
    assert "kind: ckan" in told["entry"]


def test_a_portal_that_closes_all_it_has_is_still_named(look: Look) -> None:
    home = {path: reply for path, reply in ckan().items() if path == "/"}
    with Portal({**home, "/robots.txt": Reply(_STOCK)}) as portal:
        detection = look(portal)
        assert found(detection) == [("ckan", portal.url("/"))]
        assert detection.best is None
        with pytest.raises(NotACatalogue, match=r"robots\.txt"):  # nothing to preview
            kinds.remote(portal.url("/"), _client(portal))


def test_an_api_typed_that_robots_txt_closes_leads_to_what_is_open(look: Look) -> None:
    with Portal({**ckan(), "/robots.txt": Reply(_STOCK)}) as portal:
        detection = look(portal, "/api/3/action/package_search")
        assert found(detection) == [("rdf", portal.url("/catalog.ttl"))]


def test_a_portal_that_is_down_is_left_in_peace(look: Look) -> None:
    with Portal() as portal:
        portal.reply = lambda asked: (  # type: ignore[method-assign]
            portal.asked.append(asked)  # type: ignore[func-returns-value]
            or Reply(b"", 404 if asked.target == "/robots.txt" else 500)
        )
        detection = look(portal)
        assert detection.best is None
        assert len(portal.asked) <= 6


@pytest.mark.parametrize(
    "answer",
    [{"path": "x"}, [], {"success": True, "result": {}},
     {"success": False, "error": {"message": "Wartung"}}],
)  # fmt: skip
def test_json_for_every_address_is_no_portal(look: Look, answer: Any) -> None:
    with Portal() as portal:
        portal.reply = lambda asked: (  # type: ignore[method-assign]
            portal.asked.append(asked) or json_reply(answer)  # type: ignore[func-returns-value]
        )
        detection = look(portal)
    assert detection.findings == []
    assert kinds.refusal(detection).id in ("api-without-datasets", "api-error")


# --- Addresses as people type them ------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["{}", " {}/ ", "//{}/", "http:/{}", "http//{}/", "HTTP://{}", "<http://{}/>", "„http://{}/“,"],
)
def test_an_address_is_understood_as_it_is_typed(patient: Any, typed: str) -> None:
    with Portal(ckan()) as portal:
        detection = detect(typed.format(portal.endpoint), patient(portal.endpoint, tries=1))
        assert found(detection)[0] == ("ckan", portal.url("/"))


def test_who_types_https_is_not_asked_without(patient: Any) -> None:
    with Portal(ckan()) as portal:
        with pytest.raises(StopRun) as error:
            detect(f"https://{portal.endpoint}/", patient(portal.endpoint, tries=1))
        assert error.value.id == "tls-failed"
        assert portal.asked == []


@pytest.mark.parametrize(
    ("typed", "word"),
    [("daten@stadt.example", "E-Mail"), ("mailto:daten@stadt.example", "E-Mail"),
     ("file:///etc/passwd", "keine http"), ("/etc/passwd", "keine http"), ("", "keine http"),
     ("Open Data Stralsund", "Rechnername")],
)  # fmt: skip
def test_what_is_no_address_is_said(patient: Any, typed: str, word: str) -> None:
    with pytest.raises(HanseError) as error:
        detect(typed, patient())
    assert word in error.value.what_in("de")


def test_a_host_that_does_not_exist_is_said_in_words(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(StopRun) as error:
        detect("daten.straslund.example", patient(tries=1))
    said = error.value.what_in("de")
    assert "daten.straslund.example" in said
    assert "Secure(" not in said
    assert "gaierror" not in said


def test_a_host_that_cannot_say_what_its_robots_txt_is_is_left_alone(look: Look) -> None:
    with Portal({**ckan(), "/robots.txt": Reply(b"", 503)}) as portal:
        with pytest.raises(NotPermitted):
            look(portal)
        assert set(portal.targets()) == {"/robots.txt"}


def test_a_second_host_only_where_the_page_names_it(
    look: Look, monkeypatch: pytest.MonkeyPatch, connections: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(connect, "is_public", lambda address: address == "127.0.0.1")
    with Portal({"/catalog.ttl": turtle(dataset("a"))}) as other, Portal() as third:
        page = html(f'<a href="{other.url("/catalog.ttl")}">Katalog</a>')
        with Portal({"/": page}) as portal:
            assert found(look(portal)) == [("rdf", other.url("/catalog.ttl"))]
        assert other.targets() == ["/robots.txt", "/catalog.ttl"]
        assert third.asked == []


INSIDE = [
    "http://10.0.0.7/catalog.ttl", "http://169.254.169.254/catalog.ttl", "http://[::1]/k.ttl",
    "http://127.0.0.1:1/catalog.ttl", "http://localhost:1/catalog.ttl", "http://0x7f.1/k.ttl",
    "http://2130706433/catalog.ttl", "http://[::ffff:10.0.0.7]/catalog.ttl",
]  # fmt: skip


def _links(addresses: list[str]) -> Reply:
    return html("".join(f'<a href="{address}">Katalog (DCAT)</a>' for address in addresses))


@pytest.mark.parametrize("how", ["link", "redirect", "sitemap", "root"])
def test_an_address_inside_is_refused_without_a_packet(
    look: Look, connections: list[tuple[str, int]], how: str
) -> None:
    scripts: dict[str, Any] = {"/": _links(INSIDE)}
    if how == "redirect":
        hops = {f"/{number}.ttl": address for number, address in enumerate(INSIDE)}
        scripts = {name: Reply(b"", 302, {"Location": to}) for name, to in hops.items()}
        scripts["/"] = _links(list(hops))
    elif how == "sitemap":
        lines = "\n".join(f"Sitemap: {address}" for address in INSIDE)
        scripts = {"/": html("x"), "/robots.txt": Reply(lines.encode())}
    elif how == "root":
        scripts["/"] = html(f'<div data-site-root="{INSIDE[0]}">')
    with Portal(scripts) as portal:
        detection = look(portal)
        assert detection.best is None
        own = ("127.0.0.1", int(portal.endpoint.rpartition(":")[2]))
        assert set(connections) == {own}


def test_what_the_operator_listed_for_another_source_is_not_asked(patient: Any) -> None:
    with Portal({"/catalog.ttl": turtle(dataset("geheim"))}) as inner:
        page = html(f'<a href="{inner.url("/catalog.ttl")}">Katalog</a>')
        with Portal({"/": page}) as portal:
            client = patient(portal.endpoint, inner.endpoint, tries=1)
            assert detect(portal.url("/"), client).best is None
        assert inner.asked == []


# --- What stands in the way -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scripts", "words"),
    [
        ({"/": html("<h1>Angelverein</h1>")}, "kein Katalog"),
        ({"/": html('<form action="/login"><input type="password"></form>')}, "Passwort"),
    ],
)
def test_a_page_that_is_no_portal_is_said_to_be_none(scripts: Any, words: str) -> None:
    with Portal(scripts) as portal, pytest.raises(HanseError) as error:
        kinds.remote(portal.url("/"), _client(portal))
    assert words in error.value.what_in("de")
    assert error.value.remedy_in("de")


def test_a_wall_before_everything_is_named(look: Look) -> None:
    with Portal() as portal:
        portal.reply = lambda asked: (  # type: ignore[method-assign]
            portal.asked.append(asked) or html("<button>Cookies zulassen</button>")  # type: ignore[func-returns-value]
        )
        detection = look(portal)
        assert detection.best is None
        with pytest.raises(NotACatalogue) as error:
            kinds.remote(portal.url("/"), _client(portal))
    assert "derselben Seite" in error.value.what_in("de")


def test_a_host_without_an_answer_is_an_error_of_its_own(patient: Any) -> None:
    with pytest.raises(StopRun, match=r"tries|connection"):
        detect("http://127.0.0.1:9/", patient("127.0.0.1:9", tries=1))


def test_a_catalogue_that_never_ends_costs_its_time_only(look: Look) -> None:
    slow = Reply(b"@prefix : <x> ." * 100, drip=0.05)
    links = '<a href="/langsam.ttl">Katalog</a><a href="/k.rdf" type="text/turtle">Katalog 2</a>'
    with Portal({"/": html(links), "/langsam.ttl": slow, "/k.rdf": turtle(dataset("a"))}) as portal:
        detection = look(portal, deadline=0.4)
        assert found(detection) == [("rdf", portal.url("/k.rdf"))]


def test_a_huge_page_is_refused(look: Look) -> None:
    endless = Reply(b"<html>" + b"x" * 65536, declared=-1, endless=True)
    with Portal({"/": endless}) as portal, pytest.raises(TooMuch):
        look(portal, size=1 << 20)


def test_a_login_before_the_page_is_named(look: Look) -> None:
    with Portal({"/": Reply(b"", 401)}) as portal:
        detection = look(portal)
    assert any("Passwort" in hint for hint in as_json(detection, "de")["hints"])


# --- What is proposed -------------------------------------------------------------------------


def test_a_portal_of_many_proposes_the_citys_own(look: Look, tmp_path: Path) -> None:
    scripts = {
        "/": html("", '<meta name="generator" content="ckan 2.11.3">'),
        "/api/3/action/package_search": FacetedCkan(organised(kreis=4, stralsund=3, wismar=2)),
    }
    with Portal(scripts) as portal:
        detection = look(portal, "/", "Stralsund")
        best = detection.best
        assert best is not None
        assert best.count == 9
        [by_organization] = best.contents.filters
        counts = {choice.value: choice.count for choice in by_organization.choices}
        assert counts == {"kreis": 4, "stralsund": 3, "wismar": 2}
        assert len(best.records) == 3
    assert best.settings is not None
    assert best.settings.options == {"organization": ["stralsund"]}
    assert (best.settings.level, best.settings.organization) == ("state", "stralsund")
    written = "organizations:\n  stralsund: {title: Stralsund}\n" + entry(best.settings)
    path = tmp_path / "sources.yaml"
    path.write_text(written, encoding="utf-8")
    [loaded] = load_file(path, allowed_private=frozenset([portal.endpoint])).sources
    assert loaded.options == {"organization": ["stralsund"]}
    assert loaded.url == portal.url("/")


def test_a_catalogue_service_counts_the_records_of_the_city(look: Look) -> None:
    records = [iso_dataset(f"o-{n}", organisation="Landkreis") for n in range(6)]
    records += [iso_dataset(f"s-{n}", organisation="Hansestadt Stralsund") for n in range(2)]
    with Portal({"/csw": Csw(records)}) as portal:
        detection = look(portal, "/csw", "Stralsund")
        best = detection.best
        assert best is not None
        assert (best.kind, best.count) == ("csw", 8)
        by_organization = best.contents.filters[0]
        first = by_organization.choices[0]
        assert (by_organization.option, first.value, first.count) == (
            "organizations",
            "Stralsund",
            2,
        )
        assert best.settings is not None
        assert best.settings.options == {"organizations": ["Stralsund"]}
        assert best.settings.title == "Metadatenkatalog"
        assert len(best.records) == 2


def test_the_address_of_a_catalogue_service_is_enough_and_nothing_else_is_looked_for(
    look: Look,
) -> None:
    """Asked for nothing it answers with an error, asked for its capabilities it is certain."""
    with Portal({"/csw": Csw([iso_dataset("s", organisation="Hansestadt Stralsund")])}) as portal:
        detection = look(portal, "/csw", "Stralsund")
        paths = {target.partition("?")[0] for target in portal.targets()}
    assert paths == {"/robots.txt", "/csw"}
    assert not detection.spent
    assert detection.best is not None
    assert len(detection.best.reasons) == 2


def test_a_catalogue_of_pages_is_counted_by_what_it_says(look: Look) -> None:
    with Portal(dict(hydra_pages([["a", "b", "c", "d", "e", "f"], ["g"]]))) as portal:
        detection = look(portal, "/catalog.ttl")
        assert detection.best is not None
        assert detection.best.count in (None, 7)
        assert len(detection.best.records) == 5


def test_an_api_that_holds_nothing_comes_after_a_file_that_does(look: Look) -> None:
    scripts = {**ckan(), "/api/3/action/package_search": FacetedCkan([])}
    with Portal(scripts) as portal:
        assert [kind for kind, _ in found(look(portal))] == ["rdf", "ckan"]


def test_issues_of_the_first_records_are_shown(look: Look) -> None:
    with Portal({"/k.ttl": turtle(dataset("a", 'dct:issued "gestern"'))}) as portal:
        told = as_json(look(portal, "/k.ttl"), "de")["findings"][0]
    assert "gestern" in str(told["records"][0]["issues"])


def test_json_of_something_else_is_no_portal(look: Look) -> None:
    with Portal({"/": json_reply({"a": 1}), "/data.json": DATA_JSON}) as portal:
        detection = look(portal)
        assert not [item for item in detection.findings if item.records]


_RDF = {
    "rdfxml": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<rdf:Description rdf:about='https://a.example/d'>"
    "<a xmlns='urn:x:'>Dataset. FeatureCollection GetRecordsResponse</a>"
    "</rdf:Description></rdf:RDF>",
    "turtle": "@prefix x: <urn:x:> . "
    '<https://a.example/d> x:a "dataset. \\"FeatureCollection\\" csw:Record" .',
    "nquads": '<https://a.example/d> <urn:x:a> "\\"Feature\\" GetRecordsResponse" <urn:g> .\n',
}


@pytest.mark.parametrize("form", _RDF)
def test_the_kinds_that_are_not_asked_about_rdf_would_not_know_it(
    form: str, tmp_path: Path
) -> None:
    path = tmp_path / "dataset.json"
    path.write_text(_RDF[form], encoding="utf-8")
    client = LocalClient.of(path)
    with client.get("file:///dataset.json") as answer:
        sample = DocumentSample.of(answer, "it")
        assert sample.format == form
        asked = set(registry.kinds(form))
        assert "rdf" in asked
        for kind in set(registry.kinds()) - asked:
            assert registry.connector(kind).recognises(sample) == 0.0
