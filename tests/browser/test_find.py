"""The findings behind a portal's address, as the administrator of a city sees them."""

from __future__ import annotations

from driving import Browser, Site
from portals.documents import dataset, turtle
from portals.software import FacetedCkan, ckan, html, organised

from hanse_harvesters.testing.portal import Portal, Reply

STOCK = b"User-agent: *\nDisallow: /dataset/rate/\nDisallow: /api/\n"


def _find(browser: Browser, address: str) -> None:
    browser.open("/harvest/source/new")
    browser.fill("address", address)
    browser.click(browser.one(".hanse-find-form button"))
    browser.one(".hanse-found-page h2, .hanse-found-page .alert-warning")


def _columns(browser: Browser, path: str, name: str) -> None:
    """Both widths, and the page in English as well."""
    browser.tidy(name)
    browser.width(None)
    browser.open(f"/en{path}")
    browser.one(".hanse-found-page h1")
    browser.tidy(f"{name}-en")
    browser.width(None)


def test_an_address_leads_to_the_filled_in_form(browser: Browser, site: Site) -> None:
    """Typed without a scheme; the portal serves several cities by API and as RDF."""
    many = organised(wismar=3, rostock=4, stralsund=1)
    scripts = {**ckan(packages=many), "/api/3/action/package_search": FacetedCkan(many)}
    browser.sign_in("wismar-verwaltung")
    with Portal(scripts, port=site.spare) as portal:
        _find(browser, portal.endpoint)
        best = browser.one(".hanse-found-best")
        assert "Empfohlen" in best.text
        assert "8 Datensätze" in best.text
        (ticked,) = [box for box in browser.all(".hanse-choices input") if box.is_selected()]
        assert ticked.get_attribute("value") == "wismar"
        assert "Auch möglich" in browser.text()
        assert browser.one("h1 + p").text.startswith(f"http://{portal.endpoint}")
        path = browser.driver.current_url.removeprefix(site.url)
        _columns(browser, path, "found")
        browser.open(path)
        asked = len(portal.asked)
        browser.press("Dies übernehmen")
        assert browser.one("[name='kind']").get_attribute("value") == "ckan"
        assert browser.one("[name='url']").get_attribute("value") == portal.url("/")
        assert "wismar" in browser.driver.page_source
        assert len(portal.asked) == asked  # reading and taking over ask the portal nothing
    assert browser.complaints() == []


def test_what_a_portal_closes_and_what_is_no_catalogue_is_said(
    browser: Browser, site: Site
) -> None:
    browser.sign_in("wismar-verwaltung")
    closed = {**ckan(), "/robots.txt": Reply(STOCK), "/catalog.ttl": turtle(dataset("a"))}
    with Portal(closed, port=site.spare) as portal:
        _find(browser, f"<{portal.url()}>")
        (best, other) = browser.all(".hanse-found")
        assert "Empfohlen" in best.text
        assert "Nicht abgefragt" in other.text
        assert "robots.txt" in other.text
        assert "weitere Adresse" not in browser.text()  # none was asked besides
        browser.tidy("found-closed")
        browser.width(None)
        portal.scripts = {"/": html("<h1>Angelverein</h1>")}
        _find(browser, portal.endpoint)
        assert "Es wurde kein Katalog gefunden" in browser.text()
        browser.tidy("found-nothing")
        browser.width(None)
    assert browser.complaints() == []
