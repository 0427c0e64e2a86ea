"""Filters of the search page by keyboard: handles, folds, focus, and what the address becomes."""

from __future__ import annotations

from driving import Browser, Element
from selenium.webdriver.common.keys import Keys


def _until(browser: Browser, part: str) -> None:
    browser.until(lambda driver: part in driver.current_url and browser.one("body"), part)


def _focused(browser: Browser) -> str:
    found: str = browser.driver.execute_script("return document.activeElement.id")
    return found


def _named(browser: Browser, words: str) -> Element:
    """The link of a value in the filters."""
    return next(link for link in browser.all("#search-facets li a") if words in link.text)


def test_filters_are_set_by_keyboard_and_keep_place_and_focus(browser: Browser) -> None:
    browser.open("/dataset/")
    browser.one("#fold-hanse_open summary").send_keys(Keys.ENTER)
    _named(browser, "Tabelle").send_keys(Keys.ENTER)
    _until(browser, "?kind=table")
    assert _focused(browser) == "choice-hanse-group-table"
    assert _named(browser, "Offene Lizenz").is_displayed()  # unfolded it stays
    assert "Format: Tabelle" in browser.driver.title
    handle = browser.one("#years-low")
    first = int(str(handle.get_attribute("min")))
    handle.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    _until(browser, f"from={first + 2}")
    assert _focused(browser) == "years-low"
    assert "kind=table" in browser.driver.current_url
    assert "to=" not in browser.driver.current_url  # what is not set is not in the address
    field = browser.one("#years-to")
    field.send_keys(str(first + 1) + Keys.ENTER)
    _until(browser, f"to={first + 1}")
    assert "getauscht" in browser.one(".hanse-not-understood").text
    browser.tidy("filters")
    browser.width(None)
    browser.one("#chip-1").send_keys(Keys.ENTER)
    browser.until(lambda driver: "kind" not in driver.current_url and browser.one("#chip-1"))
    assert _focused(browser) == "chip-1"
    rest = browser.driver.current_url.partition("?")[2]
    browser.one(".hanse-languages a[lang=en]").send_keys(Keys.ENTER)
    _until(browser, "/en/")
    assert browser.driver.current_url.endswith(rest)  # what htmx has set is not lost
