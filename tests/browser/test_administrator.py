"""What a city's administrator does: add a source, try it, let it run, watch it, pause it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from driving import Browser, Site
from profiles import by_night
from stand_in import Entry, StandIn, catalogue

NAME = "Seezeichen Wismar"
ADDRESS = "/harvest/source/seezeichen-wismar"
MANY = 12
#: Seconds until a run must have ended.
PATIENCE = 180


@pytest.fixture
def portal(site: Site) -> Iterator[StandIn]:
    """A portal of Wismar that nobody has told the catalogue of."""
    with StandIn(site.spare) as server:
        yield server


def _serve(portal: StandIn, *titles: str) -> str:
    entries = [
        Entry(f"z{number}", title, keywords=("Seezeichen",)) for number, title in enumerate(titles)
    ]
    return portal.turtle("/catalog.ttl", catalogue(*entries, base="https://see.example.org"))


def _titles(number: int) -> list[str]:
    return [f"Seezeichen Nummer {place}" for place in range(number)]


@by_night  # tests/ckan/test_sources_web.py sends the same forms
def test_an_administrator_adds_tries_runs_and_pauses_a_source(
    browser: Browser, site: Site, portal: StandIn
) -> None:
    """One story, from the empty form to the report of the second run."""
    url = _serve(portal, *_titles(MANY))
    browser.sign_in("wismar-verwaltung")
    browser.open("/")
    browser.one(".hanse-account summary").click()
    browser.click(browser.link("Quellen"))
    browser.click(browser.link("hinzufügen"))

    browser.fill("url", url)
    browser.fill("title", NAME)
    browser.press("Prüfen")
    seen = browser.one("#seen").text
    assert "Das Portal antwortet" in seen
    assert "Seezeichen Nummer" in seen
    assert browser.one("[name='kind']").get_attribute("value") == "rdf"
    assert browser.one("[name='title']").get_attribute("value") == NAME
    browser.tidy("source-form")
    browser.press("Quelle speichern")
    browser.one(".hanse-tabs")
    assert browser.driver.current_url.endswith(ADDRESS)
    assert "täglich um 03:15" in browser.text()
    assert "noch nie" in browser.text()

    browser.click(browser.link("Zur Vorschau"))
    browser.press("Vorschau zeigen")
    browser.one(".hanse-figures")
    assert "Seezeichen Nummer 0" in browser.text()
    assert "wären neu" in browser.text()
    assert site.get("/dataset/seezeichen-nummer-0").status_code == 404
    browser.tidy("source-preview")

    browser.open(ADDRESS)
    browser.press("Jetzt lesen")
    _until_run(browser, "vollständig")
    assert site.get("/dataset/seezeichen-nummer-0").status_code == 200
    browser.tidy("source")
    browser.click(browser.one(".hanse-table a"))
    browser.one("#report-changes")
    assert f"{MANY}" in browser.one(".hanse-figures").text
    assert "Seezeichen Nummer 1" in browser.text()
    browser.tidy("run")

    browser.open(f"{ADDRESS}/issues")
    browser.one(".hanse-issue-table")
    browser.tidy("source-issues")

    browser.open(ADDRESS)
    browser.press("Anhalten")
    browser.until(lambda driver: "Fortsetzen" in driver.page_source and browser.one("main"))
    assert "angehalten" in browser.text()
    _missing(browser, site, portal)
    _remove(browser, site)
    assert browser.complaints() == []


def _missing(browser: Browser, site: Site, portal: StandIn) -> None:
    """Most are gone at the portal: nothing leaves before somebody agreed, and it can return."""
    _serve(portal, *_titles(2))
    browser.press("Jetzt lesen")
    _until_run(browser, "wartet auf Freigabe")
    browser.click(browser.link("Zur Liste"))
    browser.one("#form-waiting")
    assert f"{MANY - 2}" in browser.one("#waiting").text
    assert site.get("/dataset/seezeichen-nummer-9").status_code == 200
    browser.tidy("withdrawals")
    browser.click(browser.one("#form-waiting .hanse-check-all input"))
    browser.click(browser.one("#form-waiting [value='now']"))
    browser.press("Ausgewählte freigeben")
    browser.one("#withdrawn")
    assert site.get("/dataset/seezeichen-nummer-9").status_code == 410
    browser.click(browser.one("[aria-labelledby='withdrawn'] tbody input"))
    browser.press("Ausgewählte zurückholen")
    browser.until(lambda driver: "ist wieder da" in driver.page_source and browser.one("main"))


def _remove(browser: Browser, site: Site) -> None:
    browser.open(ADDRESS)
    browser.click(browser.link("entfernen"))
    browser.fill("confirm", "falsch")
    browser.press("Quelle entfernen")
    browser.one("#field-confirm-error")
    browser.tidy("source-delete")
    assert browser.one("[name='datasets']:checked").get_attribute("value") == "withdraw"
    browser.click(browser.one("[name='datasets'][value='keep']"))
    browser.fill("confirm", "seezeichen-wismar")
    browser.press("Quelle entfernen")
    browser.one(".alert-success")
    assert NAME not in browser.one(".hanse-sources").text
    assert site.get("/dataset/seezeichen-nummer-0").status_code == 200


def _until_run(browser: Browser, state: str) -> None:
    """The source's page, once its newest run ended so."""

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        browser.open(ADDRESS)
        rows = browser.all(".hanse-table tbody tr:first-child .hanse-state")
        if rows and state in rows[0].text:
            return
        time.sleep(1)
    pytest.fail(f"no run of {ADDRESS} ended as {state!r}: {browser.text()[:500]}")


def _slow(portal: StandIn, pages: int) -> str:
    """A catalogue of one dataset a page, of which none comes quickly."""
    portal.pause = 1.5
    for number in range(1, pages + 1):
        path = "/slow.ttl" if number == 1 else f"/slow.ttl?page={number}"
        following = f"hydra:next <{portal.url(f'/slow.ttl?page={number + 1}')}> ;"
        view = (
            f"@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
            f"<{portal.url('/slow.ttl')}> a hydra:PartialCollectionView ; "
            f"hydra:totalItems {pages} ; {following if number < pages else ''} hydra:x 1 .\n"
        )
        entry = Entry(f"t{number}", f"Tonne {number}")
        portal.turtle(path, view + catalogue(entry, base="https://see.example.org"))
    return portal.url("/slow.ttl")


@by_night  # tests/ckan/test_runs_web.py asks for its parts
def test_a_run_is_watched_without_loading_the_page_anew(browser: Browser, portal: StandIn) -> None:
    """The bar moves by itself, and the report is there when the run has ended."""
    browser.sign_in("wismar-verwaltung")
    browser.open("/harvest/source/new")
    browser.fill("url", _slow(portal, 8))
    browser.fill("title", "Tonnen")
    browser.press("Quelle speichern")
    browser.one(".hanse-tabs")
    browser.press("Jetzt lesen")

    def watched(driver: object) -> object:
        browser.open("/harvest/source/tonnen")
        links = browser.all("[aria-labelledby='source-running'] a")
        return links and links[-1]

    browser.click(browser.until(watched, "a run at work"))
    browser.one("#run-progress progress")
    browser.driver.execute_script("window.same = true")
    first = browser.one("#run-progress").text
    browser.until(lambda driver: browser.one("#run-progress").text != first and browser.one("main"))
    assert browser.driver.execute_script("return window.same")
    browser.until(lambda driver: "von 8 Datensätzen" in driver.page_source and browser.one("main"))
    browser.keep("run-progress")
    browser.one(".hanse-figures")
    assert "vollständig" in browser.one(".hanse-run-facts").text
    assert browser.complaints() == []
    browser.open("/harvest/source/tonnen/delete")
    browser.fill("confirm", "tonnen")
    browser.press("Quelle entfernen")
    browser.one(".alert-success")


def test_an_editor_sees_the_sources_of_her_city_and_manages_none(browser: Browser) -> None:
    """She repairs, so she sees issues; the buttons are the administrators'."""
    browser.sign_in("rostock-daten")
    browser.open("/harvest")
    assert [item.text for item in browser.all(".hanse-source h2")] == ["OpenData.HRO (Nachbau)"]
    browser.click(browser.link("OpenData.HRO"))
    browser.one(".hanse-figures")
    assert browser.all(".hanse-button-form") == []
    browser.click(browser.link("Befunde"))
    browser.one(".hanse-issue-table")
    assert "Rostock" in browser.text()
