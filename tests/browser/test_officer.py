"""What a data officer does: publish for her own city, and find harvested data read-only."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from driving import Browser, Site
from selenium.webdriver.common.keys import Keys

TABLE = "bank;standort;baujahr;länge in m;geprüft am;zustand;bemerkung\n" + "".join(
    f"B-{n:03};{place};{1990 + n};{n},25;{n % 28 + 1}.{n % 12 + 1}.2025;gut;"
    f"{'Lehne am Rand gesplittert, im Frühjahr abzuschleifen und neu zu ölen' if n == 2 else ''}\n"
    for n, place in enumerate(["Alter Markt", "Sundpromenade", "Hafenstraße"] * 10, start=1)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A small table as an officer has it."""
    file = tmp_path / "sitzbaenke.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def _describe(browser: Browser, title: str) -> None:
    browser.open("/")
    browser.one(".hanse-account summary").click()
    browser.link("Daten veröffentlichen").click()
    browser.fill("title", title)
    browser.fill("notes", "Alle öffentlichen Sitzbänke mit Standort und Baujahr.")
    browser.fill("publisher-0-name", "Hansestadt Stralsund")


def test_an_officer_publishes_a_table(browser: Browser, site: Site, table: Path) -> None:
    """Describe, upload, publish: a draft is nobody else's business, a publication everybody's."""
    browser.sign_in("stralsund-daten")
    _describe(browser, "Sitzbänke in Stralsund")
    address = "/dataset/" + str(browser.one("[name='name']").get_attribute("value"))
    assert address == "/dataset/sitzbaenke-in-stralsund"
    browser.keep("form")
    browser.press("weiter zu den Dateien")
    browser.one("#resource-edit")
    assert site.get(address).status_code in (403, 404)

    browser.one("[name='upload']").send_keys(str(table))
    assert browser.one("[name='name']").get_attribute("value") == "sitzbaenke.csv"
    licence = browser.one("[name='license']")
    licence.find_element("css selector", "option[value$='dl-zero-de/2.0']").click()
    browser.keep("form-file")
    browser.press("Veröffentlichen")
    browser.one(".hanse-distribution")
    assert browser.driver.current_url.endswith("sitzbaenke-in-stralsund")

    page = site.get(address)
    assert page.status_code == 200
    assert "Direkt in diesem Katalog veröffentlicht" in page.text
    found = site.get("/api/3/action/package_search?q=Sitzbank").json()["result"]["results"]
    assert [item["name"] for item in found] == ["sitzbaenke-in-stralsund"]
    resource = found[0]["resources"][0]
    assert resource["format"] == "CSV"
    assert site.get(resource["url"].replace(site.url, "")).text.replace("\r", "") == TABLE
    browser.keep("published")

    _await_table(browser, f"{address}/resource/{resource['id']}")
    _look_through(browser)
    assert browser.complaints() == []


def _look_through(browser: Browser) -> None:
    """Order, pages and words of the table, without leaving the page; then on a phone."""
    browser.driver.execute_script("window.stays = true")
    assert "Zeilen 1–25 von 30" in browser.one("#table caption").text
    assert "1,25" in browser.one("#table tbody").text
    browser.click(browser.link("länge in m"))
    browser.one("#table th[aria-sort='ascending']")
    browser.click(browser.link("länge in m"))
    browser.one("#table th[aria-sort='descending']")
    assert browser.one("#table tbody tr").text.startswith("B-030")
    assert browser.driver.switch_to.active_element.text.startswith("länge in m")
    browser.click(browser.one("#table-next"))
    browser.until(lambda driver: "page=2" in driver.current_url and browser.one("#table-previous"))
    browser.until(lambda driver: "26–30" in browser.one("#table caption").text or None)
    browser.one("#table-q").send_keys("Sundpromenade" + Keys.ENTER)
    browser.until(lambda driver: "1–10 von 10" in browser.one("#table caption").text or None)
    assert browser.driver.execute_script("return window.stays")
    assert browser.complaints() == []
    browser.driver.back()
    browser.until(lambda driver: "26–30" in browser.one("#table caption").text or None)
    browser.complaints()  # going back, CKAN's script looks for a target that htmx names none of
    browser.click(browser.one("#table-previous"))
    browser.until(lambda driver: browser.one("#table-next"))
    browser.tidy("table")
    narrow = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    region = browser.one(".hanse-rows-scroll")
    assert browser.driver.execute_script(
        "arguments[0].scrollLeft = 9999; return arguments[0].scrollLeft > 0", region
    )
    browser.click(browser.one("#table-next"))
    browser.until(lambda driver: browser.one("#table-previous"))
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _await_table(browser: Browser, page: str) -> None:
    """The worker puts an uploaded table into the DataStore; then its page shows it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        browser.open(page)
        browser.one("main")
        if browser.all("[aria-labelledby='box-datastore']") and browser.all("#table"):
            return
        time.sleep(1)
    pytest.fail(f"{page} shows no table")


def test_publishing_asks_for_what_is_missing(browser: Browser, site: Site) -> None:
    """A draft needs a title only; publishing names in German what else is required."""
    browser.sign_in("stralsund-daten")
    browser.open("/dataset/new")
    browser.fill("title", "Nur ein Titel")
    browser.press("weiter zu den Dateien")
    browser.one("#resource-edit")
    browser.open("/dataset/nur-ein-titel")
    assert "Entwurf" in browser.one("h1").text
    browser.press("Veröffentlichen")
    errors = browser.one(".hanse-form-errors").text
    assert "Schritt 1, „Daten beschreiben“: Beschreibung" in errors
    assert "Herausgeber" not in errors, "the city is filled in"
    assert "Missing" not in errors
    assert site.get("/dataset/nur-ein-titel").status_code in (403, 404)
    browser.keep("form-errors")
    browser.link("Beschreibung").click()
    browser.until(lambda driver: "/edit/" in driver.current_url and browser.one("[name='notes']"))


def test_a_draft_is_changed_and_keeps_its_files(browser: Browser, site: Site, table: Path) -> None:
    """Going back to the description loses neither files nor nested fields."""
    browser.sign_in("stralsund-daten")
    _describe(browser, "Hafenmauern")
    browser.press("weiter zu den Dateien")
    browser.one("[name='upload']").send_keys(str(table))
    licence = browser.one("[name='license']")
    licence.find_element("css selector", "option[value$='dl-by-de/2.0']").click()
    browser.press("Entwurf speichern")
    browser.one(".hanse-distribution")
    browser.link("Bearbeiten").click()
    assert browser.one("[name='publisher-0-name']").get_attribute("value") == "Hansestadt Stralsund"
    browser.fill("notes", "Zustand der Hafenmauern.")
    browser.press("Entwurf speichern")
    browser.one(".hanse-notes")
    assert len(browser.all(".hanse-distribution")) == 1
    assert "Zustand der Hafenmauern" in browser.text()
    browser.press("Veröffentlichen")
    browser.until(lambda driver: site.get("/dataset/hafenmauern").ok and browser.one("h1"))
    assert "Hansestadt Stralsund" in site.get("/dataset/hafenmauern").text


def test_harvested_data_is_read_only_and_says_why(browser: Browser, site: Site) -> None:
    """Her own city's harvested dataset: no form, the reason, and the way to the portal."""
    name = site.get("/api/3/action/package_search?fq=organization:rostock&rows=1").json()["result"][
        "results"
    ][0]["name"]
    browser.sign_in("rostock-daten")
    browser.open(f"/dataset/{name}")
    assert not [item for item in browser.all("a.btn") if "Bearbeiten" in item.text]
    browser.link("hier nur lesbar").click()
    browser.until(lambda driver: "/edit/" in driver.current_url and browser.one("main"))
    assert "OpenData.HRO" in browser.text()
    assert browser.all("form#dataset-edit") == []
    portal = browser.link("Zur ursprünglichen Seite").get_attribute("href") or ""
    assert portal.startswith("http://127.0.0.1:")
    assert not portal.startswith(site.url)
    browser.keep("read-only")


def test_nobody_publishes_for_another_city(browser: Browser, site: Site) -> None:
    """The form offers the officer's own city alone; without an account there is no form."""
    browser.sign_in("stralsund-daten")
    browser.open("/dataset/new")
    cities = browser.all("[name='owner_org'] option")
    assert [item.text for item in cities] == ["Hansestadt Stralsund"]
    assert "dataset-edit" not in site.get("/dataset/new").text
