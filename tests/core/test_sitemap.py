"""The map of the site, and the description of its search."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from ckanext.hanse.export import opensearch, sitemap
from ckanext.hanse.export.opensearch import Search
from ckanext.hanse.export.sitemap import Page, Part

BASES = {"de": "https://daten.example", "en": "https://daten.example/en"}
_S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_X = "{http://www.w3.org/1999/xhtml}"
_O = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_each_page_in_each_language_names_all_of_them() -> None:
    listed = [Page("/dataset/a", "2026-01-02T03:04:05Z"), Page("/thema/Grün & Co")]
    found = ET.fromstring("".join(sitemap.part(listed, BASES)))
    german, english, other, _ = found
    assert german.findtext(f"{_S}loc") == "https://daten.example/dataset/a"
    assert english.findtext(f"{_S}loc") == "https://daten.example/en/dataset/a"
    for url in (german, english):
        assert url.findtext(f"{_S}lastmod") == "2026-01-02T03:04:05Z"
        links = {link.get("hreflang"): link.get("href") for link in url.iter(f"{_X}link")}
        assert links == {
            "de": "https://daten.example/dataset/a",
            "en": "https://daten.example/en/dataset/a",
            "x-default": "https://daten.example/dataset/a",
        }
    assert other.findtext(f"{_S}loc") == "https://daten.example/thema/Gr%C3%BCn%20%26%20Co"
    assert other.find(f"{_S}lastmod") is None


def test_one_language_has_no_alternates() -> None:
    text = "".join(sitemap.part([Page("/")], {"de": "https://daten.example"}))
    assert "hreflang" not in text
    assert len(ET.fromstring(text)) == 1


def test_the_index_names_the_parts_with_their_dates() -> None:
    found = ET.fromstring(sitemap.index([Part("https://a.example/1.xml", "2026-01-02T03:04:05Z")]))
    assert found.tag == f"{_S}sitemapindex"
    assert found.findtext(f"{_S}sitemap/{_S}loc") == "https://a.example/1.xml"
    assert found.findtext(f"{_S}sitemap/{_S}lastmod") == "2026-01-02T03:04:05Z"


@pytest.mark.parametrize("languages", [1, 2, 5, 12])
def test_a_part_has_no_more_than_the_protocol_allows(languages: int) -> None:
    bases = {f"l{n}": f"https://daten.hansestadt.example/l{n}" for n in range(languages)}
    number = sitemap.datasets_of_part(languages)
    listed = [Page(f"/dataset/{'x' * 100}", "2026-01-02T03:04:05Z")] * number
    text = "".join(sitemap.part(listed, bases))
    assert text.count("<loc>") == number * languages <= 50_000
    assert len(text.encode()) < 50_000_000


def test_the_search_is_described_with_names_that_are_short_enough() -> None:
    found = ET.fromstring(
        opensearch.document(
            Search(
                name="Offene Daten der Hansestädte an der Ostsee, gemeinsam in einem Katalog",
                description="Suche & mehr",
                language="de",
                pages_at="https://a.example/dataset/?q={searchTerms}&page={startPage?}",
                feed_at="https://a.example/feeds/custom.atom?q={searchTerms}",
                suggestions_at="https://a.example/hanse/suggest?q={searchTerms}",
                icon="https://a.example/favicon.ico",
                itself="https://a.example/opensearch.xml",
            )
        )
    )
    assert found.findtext(f"{_O}ShortName") == "Offene Daten der"
    assert len(found.findtext(f"{_O}LongName") or "") <= 48
    kinds = {url.get("type"): url.get("template") for url in found.iter(f"{_O}Url")}
    assert kinds["text/html"] == "https://a.example/dataset/?q={searchTerms}&page={startPage?}"
    assert kinds["application/x-suggestions+json"].endswith("/hanse/suggest?q={searchTerms}")
