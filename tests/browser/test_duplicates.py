"""What an editor does where two portals have the same dataset: look, decide, take it back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from driving import Browser, Site
from profiles import by_night
from stand_in import Entry, StandIn, catalogue

PORTALS = ("Baken der Stadt", "Baken des Hafens")
TITLE = "Baken und Feuer der Wismarbucht"
PUBLISHER = 'dcterms:publisher [ a foaf:Agent ; foaf:name "Hafenamt" ] ;'
#: Seconds until a run must have ended.
PATIENCE = 120


@pytest.fixture
def portals(browser: Browser, site: Site) -> Iterator[None]:
    """Two portals of Wismar, both harvested; taken away again."""
    with StandIn(site.spare) as server:
        browser.sign_in("wismar-verwaltung")
        for number, name in enumerate(PORTALS):
            entry = Entry(f"baken{number}", TITLE, extra=PUBLISHER)
            text = catalogue(entry, base=f"https://portal{number}.example.org")
            _harvested(browser, server.turtle(f"/{number}.ttl", text), name)
        yield
        for name in PORTALS:
            browser.open(f"/harvest/source/{_slug(name)}/delete")
            browser.fill("confirm", _slug(name))
            browser.press("Quelle entfernen")
            browser.one(".alert-success")


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _harvested(browser: Browser, url: str, name: str) -> None:
    browser.open("/harvest/source/new")
    browser.fill("url", url)
    browser.fill("title", name)
    browser.press("Quelle speichern")
    browser.one(".hanse-tabs")
    browser.press("Jetzt lesen")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        browser.open(f"/harvest/source/{_slug(name)}")
        states = browser.all(".hanse-table tbody tr:first-child .hanse-state")
        if states and "vollständig" in states[0].text:
            return
        time.sleep(1)
    pytest.fail(f"{name} was not harvested: {browser.text()[:500]}")


@by_night  # tests/ckan/test_twins_decided.py decides the same
def test_an_editor_makes_two_datasets_one_and_takes_it_back(
    browser: Browser, site: Site, portals: None
) -> None:
    browser.open("/harvest/duplicates")
    pair = browser.one(".hanse-pair")
    assert TITLE in pair.text
    for portal in PORTALS:
        assert portal in pair.text
    pages = [link.get_attribute("href") for link in browser.all(".hanse-pair a[href*='/dataset/']")]
    first, second = (str(page).removeprefix(site.url) for page in pages)
    browser.tidy("duplicates")

    browser.fill("reason", "Der Hafen schickt der Stadt die Liste.")
    browser.press("Derselbe Datensatz")
    browser.one(".alert-success")
    shown = [site.get(path) for path in (first, second)]
    assert [answer.status_code for answer in shown] == [200, 200]
    assert shown[0].url == shown[1].url

    browser.open("/harvest/duplicates?verdict=same")
    assert "Der Hafen schickt der Stadt die Liste." in browser.one(".hanse-pair").text
    browser.tidy("duplicates-same")
    browser.press("Nicht derselbe")
    browser.one(".alert-success")
    shown = [site.get(path) for path in (first, second)]
    assert [answer.status_code for answer in shown] == [200, 200]
    assert shown[0].url != shown[1].url
    assert browser.complaints() == []
