"""Values of a facet are alternatives on the site's pages, facets narrow; with the real Solr."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers
from emptying import empty
from lxml import html

LICENCES = "http://dcat-ap.de/def/licenses/"
DATASETS = [
    ("rostock", "Bäume", "CSV", "cc-zero"),
    ("rostock", "Parks", "GeoJSON", "cc-by/4.0"),
    ("luebeck", "Teiche", "CSV", "cc-by/4.0"),
    ("luebeck", "Wege", "PDF", "dl-by-de/2.0"),
    ("wismar", "Boote", "CSV", "dl-by-de/2.0"),
]


@pytest.fixture(scope="module")
def catalogue(database: None) -> Iterator[None]:
    """Three cities, five datasets and one that nobody may see."""
    empty()
    cities = {
        name: factories.Organization(name=name, title=name.title())["id"]
        for name in ("rostock", "luebeck", "wismar")
    }
    user = factories.Sysadmin()["name"]
    hidden = ("wismar", "Geheimes", "CSV", "cc-zero")
    for city, title, code, licence in [*DATASETS, hidden]:
        file = {"url": f"https://example.org/{title}", "name": title, "format": code}
        helpers.call_action(
            "package_create",
            {"ignore_auth": True, "user": user},
            name=title.lower().replace("ä", "ae"),
            title=title,
            owner_org=cities[city],
            private=title == "Geheimes",
            resources=[{**file, "license": LICENCES + licence}],
        )
    yield
    model.Session.rollback()
    model.Session.remove()


class Page:
    """What stands on a page of results."""

    def __init__(self, site: Any, address: str) -> None:
        self.tree = html.fromstring(site.get(address).body)
        self.titles = {card.text_content().strip() for card in self.of("hanse-card-title")}

    def of(self, name: str) -> list[Any]:
        """The elements of a class."""
        found: list[Any] = self.tree.xpath(
            f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        )
        return found

    def facet(self, field: str) -> dict[str, str]:
        """Its values as they are written, with their numbers."""
        rows = self.tree.xpath(f"//*[@aria-labelledby='facet-{field}']//li/a")
        texts = (row.text_content().split() for row in rows)
        return {words[0]: words[1][0] for words in texts}

    def chips(self) -> list[str]:
        return [str(href) for chips in self.of("hanse-chips") for href in chips.xpath(".//a/@href")]


@pytest.mark.usefixtures("catalogue")
class TestSearch:
    def test_two_cities_are_both(self, site: Any) -> None:
        page = Page(site, "/dataset/?organization=rostock&organization=luebeck")
        assert page.titles == {"Bäume", "Parks", "Teiche", "Wege"}

    def test_facets_narrow_each_other(self, site: Any) -> None:
        page = Page(site, "/dataset/?organization=rostock&organization=luebeck&res_format=CSV")
        assert page.titles == {"Bäume", "Teiche"}

    def test_a_choice_hides_no_other_value_and_counts_the_rest(self, site: Any) -> None:
        page = Page(site, "/dataset/?organization=rostock&res_format=CSV")
        assert page.titles == {"Bäume"}
        assert set(page.facet("organization").values()) == {"1"}
        assert len(page.facet("organization")) == 3
        assert page.facet("res_format") == {"CSV": "1", "GeoJSON": "1"}

    def test_each_is_removed_alone(self, site: Any) -> None:
        address = "/dataset/?q=&organization=rostock&organization=luebeck&res_format=CSV"
        chips = Page(site, address).chips()
        assert chips.pop() == "/dataset/"  # all at once
        assert len(chips) == 3
        found = [Page(site, chip).titles for chip in chips]
        assert found == [{"Teiche"}, {"Bäume"}, {"Bäume", "Parks", "Teiche", "Wege"}]

    def test_licences_are_alternatives_too(self, site: Any) -> None:
        chosen = "&".join(f"hanse_licence={LICENCES}{one}" for one in ("cc-zero", "cc-by/4.0"))
        assert Page(site, f"/dataset/?{chosen}").titles == {"Bäume", "Parks", "Teiche"}

    def test_words_and_the_page_of_htmx(self, site: Any) -> None:
        address = "/dataset/?q=Teiche&organization=rostock&organization=luebeck"
        assert Page(site, address).titles == {"Teiche"}
        part = site.get(address, headers={"HX-Request": "true"}).body
        assert "Teiche" in part

    @pytest.mark.parametrize("value", ['a"b', "a\\", '" OR "*', "(", "{!x}", "ü" * 300])
    def test_no_value_is_an_error(self, value: str, site: Any) -> None:
        answer = site.get("/dataset/", query_string={"res_format": value})
        assert "hanse-card-title" not in answer.body

    def test_nothing_of_what_is_private(self, site: Any) -> None:
        page = Page(site, "/dataset/?organization=wismar&organization=rostock")
        assert page.titles == {"Bäume", "Parks", "Boote"}
        assert "2" not in {page.facet("organization")[name] for name in ("Wismar",)}

    def test_a_citys_page_combines_and_stays_the_citys(self, site: Any) -> None:
        page = Page(site, "/organization/luebeck?res_format=CSV&res_format=PDF&res_format=GeoJSON")
        assert page.titles == {"Teiche", "Wege"}
        assert page.facet("res_format") == {"CSV": "1", "PDF": "1", "GeoJSON": "0"}
        assert Page(site, "/organization/luebeck?res_format=PDF").facet("res_format") == {
            "CSV": "1",
            "PDF": "1",
        }

    def test_a_program_is_answered_as_ever(self) -> None:
        asked = 'organization:"rostock" organization:"luebeck"'
        context = {"user": "", "ignore_auth": False}
        assert helpers.call_action("package_search", context, fq=asked)["count"] == 0
