"""An officer repairs a harvested dataset of her city in the browser; the public sees the result."""

from __future__ import annotations

import pytest
import requests
from driving import Browser, Site
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select


@pytest.fixture
def name(site: Site) -> str:
    """A harvested dataset of Rostock with files."""
    found = site.get("/api/3/action/package_search?fq=organization:rostock&rows=20").json()
    return str(next(item["name"] for item in found["result"]["results"] if item["resources"]))


def _submit(browser: Browser, css: str) -> None:
    button = browser.one(css)
    browser.driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button
    )
    button.click()


def test_an_officer_corrects_and_withdraws(browser: Browser, site: Site, name: str) -> None:
    """From the dataset's page to the field, saved, public at once, flagged, taken back."""
    before = site.get(f"/api/3/action/package_show?id={name}").json()["result"]
    browser.sign_in("rostock-daten")
    browser.open(f"/dataset/{name}")
    browser.keep("repair-dataset")
    browser.one(f"a.btn[href$='/dataset/{name}/corrections']").click()
    browser.one("#repair-field")
    browser.keep("repair-page")
    Select(browser.one("#repair-field")).select_by_value("notes")
    _submit(browser, "form:has(#repair-field) button[type=submit]")
    browser.one("textarea[name='notes']")
    browser.fill("notes", "Vom Datenbüro neu beschrieben.")
    browser.fill("reason", "Die alte Beschreibung war ein Platzhalter.")
    browser.keep("repair-form")
    _submit(browser, ".hanse-form-actions button[type=submit]")
    correction = browser.one(".hanse-correction")
    assert "Vom Datenbüro neu beschrieben." in correction.text
    assert "Platzhalter" in correction.text
    page = site.get(f"/dataset/{name}").text
    assert "Vom Datenbüro neu beschrieben." in page
    assert "hanse-corrected" in page

    browser.open(f"/dataset/{name}/corrections/new?field=publisher")
    browser.keep("repair-publisher")
    browser.open(f"/dataset/{name}/corrections/new?field=theme")
    browser.keep("repair-theme")
    browser.open(f"/dataset/{name}/corrections")
    browser.keep("repair-corrected")
    browser.open("/harvest/source/nachbau-rostock/corrections")
    browser.one(".hanse-correction")
    browser.keep("repair-source")
    browser.driver.set_window_size(400, 900)
    browser.open(f"/dataset/{name}/corrections")
    browser.keep("repair-narrow")
    wide = browser.driver.execute_script("return document.documentElement.scrollWidth")
    assert wide <= browser.driver.execute_script("return window.innerWidth")
    browser.driver.set_window_size(1280, 900)

    _submit(browser, "form[action$='/withdraw'] button")
    browser.until(lambda driver: driver.find_element(By.CSS_SELECTOR, ".alert-success"))
    after = site.get(f"/api/3/action/package_show?id={name}").json()["result"]
    assert after["notes"] == before["notes"]
    assert browser.complaints() == []


def test_a_write_wants_the_token_of_its_form(browser: Browser, site: Site, name: str) -> None:
    """Another site that makes her browser send a form changes nothing."""
    browser.sign_in("rostock-daten")
    cookies = {item["name"]: item["value"] for item in browser.driver.get_cookies()}
    for path, data in (
        ("corrections/new", {"field": "notes", "notes": "Untergeschoben.", "reason": "x"}),
        ("corrections/hide", {"reason": "x"}),
        ("detach", {"reason": "x"}),
    ):
        answer = requests.post(
            f"{site.url}/dataset/{name}/{path}", data=data, cookies=cookies, timeout=60
        )
        assert answer.status_code == 400, path
    stored = site.get(f"/api/3/action/package_show?id={name}").json()["result"]
    assert (stored["private"], stored["notes"] != "Untergeschoben.") == (False, True)
    assert site.get(f"/api/3/action/hanse_origin_show?id={name}").json()["result"]


def test_an_officer_hides_and_shows(browser: Browser, site: Site, name: str) -> None:
    """Hidden, nobody else finds it; shown again, everybody does."""
    browser.sign_in("rostock-daten")
    browser.open(f"/dataset/{name}/corrections")
    browser.one("#hide-reason").send_keys("Enthält Namen.")
    _submit(browser, "form[action$='/hide'] button")
    browser.one("form[action$='/corrections/show']")
    browser.keep("repair-hidden")
    assert site.get(f"/dataset/{name}").status_code in (403, 404)
    _submit(browser, "form[action$='/corrections/show'] button")
    browser.one("#hide-reason")
    assert site.get(f"/dataset/{name}").status_code == 200


def test_an_officer_detaches_and_gives_back(browser: Browser, site: Site, name: str) -> None:
    """The step is explained and asked for; afterwards the form is open."""
    browser.sign_in("rostock-daten")
    browser.open(f"/dataset/{name}/detach")
    browser.keep("repair-detach")
    browser.fill("reason", "Das Portal wird abgeschaltet.")
    _submit(browser, ".hanse-form-actions button[type=submit]")
    browser.one("a[href$='/reattach']")
    browser.keep("repair-detached")
    browser.open(f"/dataset/edit/{name}")
    browser.one("form#dataset-edit")
    browser.open(f"/dataset/{name}/reattach")
    browser.keep("repair-reattach")
    _submit(browser, "[name='confirm']")
    _submit(browser, ".hanse-form-actions button[type=submit]")
    browser.one("#repair-field")
    assert site.get(f"/api/3/action/hanse_origin_show?id={name}").json()["result"]["source"]
