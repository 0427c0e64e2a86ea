"""What search engines, reference managers and other tools are told of the site and its datasets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from kept import kept
from walks import Listed, file, harvest, record, source

from ckanext.hanse.export import sitemap

Visitor = Callable[..., Any]

BY = "http://dcat-ap.de/def/licenses/cc-by/4.0"
EVIL = '</script><script>alert(1)</script> "&amp;" <!--'
SUBJECT = "https://daten.example.org/datensatz"
_S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_LINK = re.compile(r'<link rel="(canonical|alternate)"(?: hreflang="([^"]+)")? href="([^"]+)" />')
_HREF = re.compile(r'<([^>]*)>; rel="([^"]*)"')


def _filled(cities: dict[str, Any]) -> None:
    url = f"{SUBJECT}/t/baum"
    harvest(
        source(cities["rostock"]["id"]),
        Listed(
            record(
                "t",
                "Bäume",
                notes=f"Alle **Bäume**. {EVIL}",
                publisher=[{"name": "Hansestadt Rostock", "email": "mailto:a@rostock.example"}],
                issued="2019-05-01",
                modified="2024-02-01",
                version="2.1",
                tags=[{"name": "Baum"}, {"name": "Grün"}],
                spatial_coverage=[{"bbox": "POLYGON((12 54,12.3 54,12.3 54.2,12 54.2,12 54))"}],
                temporal_coverage=[{"start": "2015-01-01"}],
                resources=[
                    file(url, "Bäume", license=BY, size=4711, hash="AB" * 32,
                         hash_algorithm="http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
                    {"name": "Karte", "url": "https://rostock.example/wms", "format": "WMS_SRVC",
                     "access_url": "https://rostock.example/wms"},
                ],
            ),
            record("s", "Nur ein Dienst", resources=[
                {"name": "Karte", "url": "https://rostock.example/wms", "format": "WMS_SRVC",
                 "access_url": "https://rostock.example/wms"},
            ]),
        ),
    )  # fmt: skip


@pytest.fixture
def filled(cities: dict[str, Any]) -> None:
    kept("search engines", lambda: _filled(cities))


def _site() -> str:
    return str(tk.config["ckan.site_url"])


def _signposts(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header in answer.headers.getlist("Link"):
        for href, relation in _HREF.findall(header):
            found.setdefault(relation, []).append(href)
    return found


class TestPage:
    def test_data_of_the_page_that_nothing_can_break_out_of(
        self, filled: None, visitor: Visitor
    ) -> None:
        page = visitor("/dataset/baeume")
        (text,) = _LD.findall(page.text)
        assert not set(text) & set("<>")
        found = json.loads(text)
        assert found["conformsTo"] == "http://mlcommons.org/croissant/1.0"
        assert found["@id"] == f"{SUBJECT}/t"
        assert found["url"] == f"{_site()}/dataset/baeume"
        assert "Alle Bäume." in found["description"]
        assert found["publisher"]["name"] == "Hansestadt Rostock"
        assert found["publisher"]["contactPoint"]["email"] == "a@rostock.example"
        assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert found["isAccessibleForFree"] is True
        assert (found["datePublished"], found["dateModified"]) == ("2019-05-01", "2024-02-01")
        assert found["temporalCoverage"] == "2015-01-01/.."
        assert found["spatialCoverage"]["geo"]["box"] == "54 12 54.2 12.3"
        (item,) = found["distribution"]  # no service
        assert (item["encodingFormat"], item["sha256"]) == ("text/csv", "ab" * 32)
        assert item["contentUrl"] == f"{SUBJECT}/t/baum.csv"

    def test_a_dataset_without_files_is_described_by_schema_org_alone(
        self, filled: None, visitor: Visitor
    ) -> None:
        (text,) = _LD.findall(visitor("/dataset/nur-ein-dienst").text)
        found = json.loads(text)
        assert (found["@context"], found["@type"]) == ("https://schema.org/", "Dataset")
        assert "distribution" not in found  # a download has an address of its content
        whole = visitor("/dataset/nur-ein-dienst/schema-org.jsonld").json
        assert whole["distribution"]["url"] == "https://rostock.example/wms"
        assert visitor("/dataset/nur-ein-dienst/croissant.jsonld").status_code == 404

    def test_its_canonical_address_and_its_languages(self, filled: None, visitor: Visitor) -> None:
        german, english = f"{_site()}/dataset/baeume", f"{_site()}/en/dataset/baeume"
        for path, own in (
            ("/dataset/baeume?utm_source=x&files=all", german),
            ("/de/dataset/baeume", german),
            ("/en/dataset/baeume", english),
        ):
            links = _LINK.findall(visitor(path).text)
            assert [href for rel, _, href in links if rel == "canonical"] == [own]
            assert {lang: href for _, lang, href in links if lang} == {
                "de": german,
                "en": english,
                "x-default": german,
            }

    def test_a_search_is_another_page_by_its_filters_only(
        self, filled: None, visitor: Visitor
    ) -> None:
        page = visitor("/dataset/?q=B%C3%A4ume&sort=title&page=1&theme=ENVI&ref=mail").text
        (canonical,) = (href for rel, _, href in _LINK.findall(page) if rel == "canonical")
        assert canonical == f"{_site()}/dataset/?q=B%C3%A4ume&amp;theme=ENVI"

    def test_what_is_no_page_of_its_own_has_none(self, filled: None, visitor: Visitor) -> None:
        for path in ("/gibt-es-nicht", "/dataset/gibt-es-nicht", "/user/login"):
            assert 'rel="canonical"' not in visitor(path).text

    def test_signposts(self, filled: None, visitor: Visitor) -> None:
        page = visitor("/dataset/baeume")
        found, home = _signposts(page), f"{_site()}/dataset/baeume"
        assert found["cite-as"] == [f"{SUBJECT}/t"]
        assert found["type"] == ["https://schema.org/AboutPage", "https://schema.org/Dataset"]
        assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
        assert found["item"] == [f"{SUBJECT}/t/baum.csv"]
        assert f"{home}/croissant.jsonld" in found["describedby"]
        for address in found["describedby"]:
            answer = visitor(address.removeprefix(_site()))
            assert answer.status_code == 200, address
        (linkset,) = found["linkset"]
        (context,) = visitor(linkset.removeprefix(_site())).json["linkset"]
        assert context["anchor"] == home
        assert sum(len(line) for line in page.headers.getlist("Link")) < 4000
        again = visitor("/dataset/baeume")  # from memory
        assert again.headers["Cache-Status"] == "hanse; hit"
        assert _signposts(again) == found

    def test_private_drafts_and_deleted_ones_tell_nothing(
        self, filled: None, officer: Any, ask: Any, cities: Any, visitor: Visitor, sysadmin: Any
    ) -> None:
        editor = officer("rostock")
        for name, more in (("geheim", {"private": True}), ("entwurf", {"state": "draft"})):
            factories.Dataset(name=name, owner_org=cities["rostock"]["id"], **more)
            page = ask(editor, f"/dataset/{name}")
            assert page.status_code == 200
            assert not _LD.search(page.body)
            assert "cite-as" not in _signposts(page)
            for path in ("schema-org.jsonld", "linkset.json", "citation.bib"):
                assert visitor(f"/dataset/{name}/{path}").status_code == 404
                own = ask(editor, f"/dataset/{name}/{path}")
                assert own.status_code == 200
                assert "private, no-store" in own.headers["Cache-Control"]
        call_action("package_delete", {"user": sysadmin["name"]}, id="baeume")
        for path in ("", "/schema-org.jsonld", "/croissant.jsonld", "/citation.bib"):
            assert visitor(f"/dataset/baeume{path}").status_code in (404, 410)

    def test_of_many_files_the_page_tells_of_the_first(
        self, filled: None, visitor: Visitor
    ) -> None:
        many = [{"url": f"https://a.example/{n}.csv", "format": "CSV"} for n in range(60)]
        organization = model.Group.by_name("rostock").id
        factories.Dataset(name="viele", owner_org=organization, resources=many)
        (text,) = _LD.findall(visitor("/dataset/viele").text)
        assert len(json.loads(text)["distribution"]) == 50
        assert len(visitor("/dataset/viele/croissant.jsonld").json["distribution"]) == 60
        (linkset,) = visitor("/dataset/viele/linkset.json").json["linkset"]
        assert len(linkset["item"]) == 60


class TestFiles:
    def test_schema_org_has_files_and_services(self, filled: None, visitor: Visitor) -> None:
        answer = visitor("/dataset/baeume/schema-org.jsonld")
        assert answer.content_type == "application/ld+json; charset=utf-8"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert len(answer.json["distribution"]) == 2
        assert answer.json["version"] == "2.1"
        again = visitor("/dataset/baeume/schema-org.jsonld", If_None_Match=answer.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")

    def test_by_its_id_it_leads_to_its_name(self, filled: None, visitor: Visitor) -> None:
        dataset = model.Package.by_name("baeume")
        answer = visitor(f"/dataset/{dataset.id}/citation.ris")
        assert answer.status_code == 302
        assert answer.location.endswith("/dataset/baeume/citation.ris")

    @pytest.mark.parametrize(
        ("ending", "media_type", "begins"),
        [
            ("bib", "application/x-bibtex", "@misc{baeume,"),
            ("ris", "application/x-research-info-systems", "TY  - DATA\r\n"),
            ("json", "application/vnd.citationstyles.csl+json", "[\n {"),
        ],
    )
    def test_citations(
        self, filled: None, visitor: Visitor, ending: str, media_type: str, begins: str
    ) -> None:
        page = visitor("/en/dataset/baeume").text
        assert f'href="/en/dataset/baeume/citation.{ending}"' in page
        assert "Hansestadt Rostock (2024): Bäume. Version 2.1." in page
        answer = visitor(f"/dataset/baeume/citation.{ending}")
        assert answer.content_type == f"{media_type}; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="baeume.{ending}"'
        assert answer.text.startswith(begins)
        assert "Hansestadt Rostock" in answer.text

    def test_none_of_that_name_or_ending(self, filled: None, visitor: Visitor) -> None:
        for path in ("nirgends/citation.bib", "nirgends/linkset.json", "baeume/citation.pdf"):
            assert visitor(f"/dataset/{path}").status_code == 404


class TestSite:
    def test_robots_txt_names_the_map_and_the_icon(self, filled: None, visitor: Visitor) -> None:
        robots = visitor("/robots.txt").text
        assert robots.splitlines()[-1] == f"Sitemap: {_site()}/sitemap.xml"
        assert "Allow: /hanse/mark.svg" in robots

    def test_the_map_has_every_public_dataset_once_in_parts(
        self, filled: None, cities: Any, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sitemap, "_MOST_ALTERNATES", 6)  # one dataset a part
        factories.Dataset(name="geheim", owner_org=cities["rostock"]["id"], private=True)
        index = ET.fromstring(visitor("/sitemap.xml").data)
        parts = [item.text or "" for item in index.iter(f"{_S}loc")]
        assert [part.rpartition("/")[2] for part in parts] == [
            "sitemap-pages.xml", "sitemap-datasets-1.xml", "sitemap-datasets-2.xml",
        ]  # fmt: skip
        assert len(list(index.iter(f"{_S}lastmod"))) == 3
        listed: list[str] = []
        for part in parts[1:]:
            answer = visitor(part.removeprefix(_site()))
            assert answer.content_type == "application/xml; charset=utf-8"
            found = ET.fromstring(answer.data)
            listed += [item.text or "" for item in found.iter(f"{_S}loc")]
            (changed,) = {item.text for item in found.iter(f"{_S}lastmod")}
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", changed or "")
        assert sorted(listed) == sorted(
            f"{_site()}{language}/dataset/{name}"
            for name in ("baeume", "nur-ein-dienst")
            for language in ("", "/en")
        )
        for number in ("0", "3", "999999999999"):
            assert visitor(f"/sitemap-datasets-{number}.xml").status_code == 404

    def test_every_page_of_the_map_is_there_and_its_own_canonical_one(
        self, filled: None, visitor: Visitor
    ) -> None:
        found = ET.fromstring(visitor("/sitemap-pages.xml").data)
        listed = [item.text or "" for item in found.iter(f"{_S}loc")]
        assert f"{_site()}/en/organization/rostock" in listed
        german = [address for address in listed if "/en/" not in address]
        assert 2 * len(german) == len(listed)
        seen = set()
        for address in german:
            kind = address.removeprefix(_site()).split("/")[1]
            if kind in seen:  # one of each kind
                continue
            seen.add(kind)
            page = visitor(address.removeprefix(_site()))
            assert page.status_code == 200, address
            links = {(rel, lang): href for rel, lang, href in _LINK.findall(page.text)}
            assert links["canonical", ""] == address

    def test_an_unchanged_map_costs_no_document(self, filled: None, visitor: Visitor) -> None:
        for path in ("/sitemap.xml", "/sitemap-datasets-1.xml"):
            answer = visitor(path)
            assert "public" in answer.headers["Cache-Control"]
            again = visitor(path, If_None_Match=answer.headers["ETag"])
            assert (again.status_code, again.data) == (304, b"")

    def test_browsers_search_from_their_address_bar(self, filled: None, visitor: Visitor) -> None:
        page = visitor("/en/").text
        assert 'type="application/opensearchdescription+xml"' in page
        found = ET.fromstring(visitor("/en/opensearch.xml").data)
        urls = {item.get("type"): item.get("template") or "" for item in found if item.get("type")}
        assert urls["text/html"].startswith(f"{_site()}/en/dataset/?q={{searchTerms}}")
        suggest = urls["application/x-suggestions+json"].removeprefix(_site())
        answer = visitor(suggest.replace("{searchTerms}", "B%C3%A4u"))
        assert answer.content_type == "application/x-suggestions+json"
        assert answer.json == ["Bäu", ["Bäume"], ["Rostock"], [f"{_site()}/en/dataset/baeume"]]
        for href in re.findall(r'<link rel="icon"[^>]* href="([^"]+)"', page):
            assert visitor(href).status_code == 200
