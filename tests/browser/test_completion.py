"""Titles as one types in a search field, with the keyboard, the mouse and without JavaScript."""

from __future__ import annotations

from driving import Browser, Element
from selenium.webdriver.common.keys import Keys


def _typed(browser: Browser, words: str) -> Element:
    """The home page's search field with ``words`` in it and titles below."""
    browser.open("/")
    field = browser.one("#field-main-search")
    field.send_keys(words)
    browser.one("#hanse-complete-1 [role=option]")
    return field


def test_the_keyboard_reaches_a_dataset(browser: Browser) -> None:
    """Type, one down, Enter: the dataset's page; a screen reader hears each step."""
    field = _typed(browser, "baumk")
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    field.send_keys(Keys.ARROW_DOWN)
    first = browser.one("[role=option][aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert "Baumkataster" in first.text
    browser.keep("completion")
    field.send_keys(Keys.ENTER)
    browser.one(".hanse-facts")
    assert "Baumkataster" in browser.one("h1").text
    assert browser.complaints() == []


def test_enter_without_a_choice_searches(browser: Browser) -> None:
    """Up from the first title is the field again; Enter there searches for what was typed."""
    field = _typed(browser, "baumk")
    field.send_keys(Keys.ARROW_DOWN, Keys.ARROW_UP)
    assert not field.get_attribute("aria-activedescendant")
    field.send_keys("ataster", Keys.ENTER)
    browser.one("#search-results .hanse-card")
    assert browser.driver.current_url.endswith("?q=baumkataster")


def test_escape_closes_and_keeps_what_was_typed(browser: Browser) -> None:
    """Escape takes the titles away, not the words; so does leaving the field."""
    field = _typed(browser, "baumk")
    field.send_keys(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    assert not browser.one("#hanse-complete-1").is_displayed()
    assert field.get_attribute("value") == "baumk"
    field.send_keys("a")
    browser.until(lambda _: browser.one("#hanse-complete-1").is_displayed() and field)
    field.send_keys(Keys.TAB)
    assert not browser.one("#hanse-complete-1").is_displayed()


def test_a_click_leads_to_the_dataset(browser: Browser) -> None:
    """A title can be clicked."""
    _typed(browser, "baumk")
    browser.one("#hanse-complete-1 [role=option]").click()
    browser.one(".hanse-facts")
    assert "Baumkataster" in browser.one("h1").text


def test_a_search_works_without_javascript(browser: Browser) -> None:
    """The field is a plain one then, and what was meant a plain link."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.open("/")
    field = browser.one("#field-main-search")
    field.send_keys("Baumkatster", Keys.ENTER)
    link = browser.one(".hanse-instead a")
    assert link.text == "Baumkataster"
    browser.keep("did-you-mean")
    link.click()
    browser.until(
        lambda driver: driver.current_url.endswith("q=Baumkataster") and browser.one("h1")
    )
    assert "Meinten Sie" not in browser.text()
