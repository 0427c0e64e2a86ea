"""The page of a city: where an officer stands after signing in, and undoes what she deleted."""

from __future__ import annotations

from driving import Browser, Site

LONG = "Dr. Friederike von Oldenburg-Schwerin (Statistikstelle der Hansestadt)"
#: Whether the parts of the header stand in one row, none over another or beside the page.
ONE_ROW = """
const names = '.hanse-brand img, .hanse-brand-name, .hanse-menu-button, .hanse-menu > *';
const parts = [...document.querySelectorAll(names)]
  .map(part => part.getBoundingClientRect()).filter(box => box.height)
  .sort((one, other) => one.left - other.left);
const middles = parts.map(box => (box.top + box.bottom) / 2);
const edges = [...parts.slice(1).map(box => box.left), document.documentElement.clientWidth];
return Math.max(...middles) - Math.min(...middles) < 12
  && parts.every((box, at) => box.right <= edges[at]);
"""


def test_an_officer_deletes_a_draft_and_takes_it_back(browser: Browser, site: Site) -> None:
    """From the desk to the question, and back by one button, with a word after each act."""
    browser.sign_in("stralsund-daten")
    assert browser.driver.current_url == f"{site.url}/desk/stralsund"
    browser.tidy("desk-empty")
    browser.open("/dataset/new")
    browser.fill("title", "Strandkörbe")
    browser.press("weiter zu den Dateien")
    browser.one("#resource-edit")
    assert "gespeichert" in browser.one(".alert-success").text

    browser.open("/desk")
    browser.click(browser.one("[aria-labelledby='drafts'] a[href$='/remove']"))
    browser.one("form[action$='/remove']")
    browser.tidy("remove")
    browser.press("Löschen")
    browser.one("[aria-labelledby='deleted'] button")
    assert "gelöscht" in browser.one(".alert-success").text
    browser.press("Wiederherstellen")
    assert "wieder da" in browser.one(".alert-success").text
    assert "Entwurf" in browser.one("h1").text
    assert browser.complaints() == []


def test_the_desk_of_a_harvested_city_and_a_header_in_one_row(browser: Browser) -> None:
    """Findings lead to datasets; a long name breaks no row, wide or narrow, in no language."""
    browser.sign_in("rostock-daten")
    for width in (1280, 1024, 900, 390):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        for path in ("/desk/rostock", "/en/desk/rostock"):
            browser.open(path)
            script = (
                "document.querySelector('.hanse-account summary span').textContent = arguments[0]"
            )
            browser.driver.execute_script(script, LONG)
            assert browser.driver.execute_script(ONE_ROW), (width, path)
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.open("/desk/rostock")
    browser.click(browser.one("[aria-labelledby='findings'] .hanse-groups a"))
    browser.one(".hanse-desk-findings")
    browser.tidy("desk-findings")
    browser.open("/desk/rostock")
    browser.tidy("desk")
