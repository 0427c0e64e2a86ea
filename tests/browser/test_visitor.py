"""What somebody without an account does and sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from driving import ROOT, Browser, Site, chromium
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGES = ("/", "/dataset/", "/organization/", "/organization/rostock", "/about", "/user/login",
         "/imprint", "/privacy", "/dataset/?q=xyzzy", "/gibt-es-nicht")  # fmt: skip
SITE = "Hanse Open Data"
GERMAN = ROOT / "ckanext-hanse/i18n/de/LC_MESSAGES/ckanext-hanse.po"


def _dataset(site: Site, words: str = "Baumkataster", city: str = "rostock") -> str:
    """Address of the first dataset for ``words``."""
    query = f"/api/3/action/package_search?q={words}&fq=organization:{city}&rows=1"
    return f"/dataset/{site.get(query).json()['result']['results'][0]['name']}"


def test_from_the_home_page_to_a_dataset(browser: Browser) -> None:
    """Home page → search "Baum" → filter Rostock → the tree register's page."""
    browser.open("/")
    assert "an einem Ort" in browser.one("h1").text
    browser.keep("home")
    browser.fill("q", "Baum" + Keys.ENTER)
    browser.one(".hanse-results .hanse-card")
    assert {"Rostock", "Wismar"} <= set(re.findall("Rostock|Wismar", _cities(browser)))
    browser.keep("search")
    facet = browser.one("[aria-labelledby='facet-organization']")
    facet.find_element(By.PARTIAL_LINK_TEXT, "Rostock").click()
    browser.one(".hanse-chips a")
    assert "Wismar" not in _cities(browser)
    browser.keep("search-rostock")
    browser.link("Baumkataster").click()
    browser.one(".hanse-distribution")
    assert "Baumkataster" in browser.one("h1").text
    assert "OpenData.HRO" in browser.one("[aria-labelledby='box-origin']").text
    facts = browser.one(".hanse-facts").text
    assert "Herausgeber" in facts
    assert "Zeitliche Abdeckung" in facts
    browser.keep("dataset")


def test_a_question_as_long_as_a_page_passes_the_web_server(site: Site) -> None:
    """Percent-encoded it is 60,000 characters; gunicorn alone refuses more than 8,190."""
    answer = site.get("/dataset/?q=" + "%C3%A4" * 10_000)
    assert answer.status_code == 200
    assert "nur ihre ersten 500 Zeichen" in answer.text


def _cities(browser: Browser) -> str:
    return " ".join(item.text for item in browser.all(".hanse-results .hanse-badge-city"))


@pytest.mark.parametrize("remembered", [True, False])
def test_going_back_undoes_a_filter(browser: Browser, remembered: bool) -> None:
    """A filter replaces a part of the page; going back must neither keep it nor lose the rest.

    htmx restores what it remembers of the page, or else asks the site for it.
    """
    browser.open("/dataset/?q=Baum")
    browser.one("[aria-labelledby='facet-organization'] li a").click()
    browser.one(".hanse-chips a")
    if not remembered:
        browser.driver.execute_script("sessionStorage.removeItem('htmx-history-cache')")
    browser.driver.back()
    browser.until(lambda driver: not browser.all(".hanse-chips a") and browser.one("body"))
    assert len(browser.all("h1")) == len(browser.all(".hanse-header")) == 1
    assert len(browser.all(".hanse-results")) == len(browser.all(".hanse-facets")) == 1
    assert browser.all(".hanse-results .hanse-card")
    browser.one("[aria-labelledby='facet-organization'] li a").click()
    browser.one(".hanse-chips a")


def test_the_order_is_asked_for_with_the_filters_kept(browser: Browser) -> None:
    """Choosing an order keeps query and filters."""
    browser.open("/dataset/?q=Baum&organization=rostock")
    browser.one("#field-order-by option[value='title-desc']").click()
    browser.until(lambda driver: "title-desc" in driver.current_url and browser.one("body"))
    assert "organization=rostock" in browser.driver.current_url
    assert "q=Baum" in browser.driver.current_url


@pytest.fixture
def watched(site: Site) -> Iterator[Browser]:
    """A Chromium whose traffic is written down."""
    with chromium(traffic=True) as driver:
        yield Browser(driver, site)


def test_nothing_is_asked_of_anybody_else(watched: Browser, site: Site) -> None:
    """No page makes the browser call a third party, and none breaks its own policy."""
    for path in (*PAGES, _dataset(site)):
        for language in ("", "/en"):
            watched.open(language + path)
            watched.one("main")
    foreign = [url for url in watched.asked() if not url.startswith((site.url, "data:"))]
    assert [url for url in foreign if not url.startswith("chrome")] == []
    assert [item for item in watched.complaints() if "404" not in item] == []


def test_menu_and_filters_open_on_a_phone(browser: Browser) -> None:
    """What is folded away on a narrow window opens by its button, and says so."""
    browser.driver.set_window_size(500, 900)
    browser.open("/dataset/")
    for button in (".hanse-menu-button", ".hanse-facets-button"):
        panel = browser.one("#" + str(browser.one(button).get_attribute("aria-controls")))
        assert not panel.is_displayed()
        browser.one(button).click()
        assert panel.is_displayed()
        assert browser.one(button).get_attribute("aria-expanded") == "true"
    browser.keep("search-narrow")


def test_english_by_switch_on_the_same_page(browser: Browser, site: Site) -> None:
    """The switch keeps the page and says its language."""
    browser.open(_dataset(site))
    browser.one(".hanse-languages a[hreflang='en']").click()
    browser.until(lambda driver: "/en/dataset/" in driver.current_url and browser.one("h1"))
    assert browser.one("html").get_attribute("lang") == "en"
    assert "Files and services" in browser.text()
    assert "Publisher" in browser.one(".hanse-facts").text
    browser.keep("dataset-en")
    browser.one(".hanse-languages a[hreflang='de']").click()
    browser.until(lambda driver: "/en/" not in driver.current_url and browser.one("h1"))
    assert "Dateien und Dienste" in browser.text()


def test_german_pages_hold_no_english_of_ours(browser: Browser, site: Site) -> None:
    """No source text of the site shows where its translation should."""
    texts = _english(GERMAN)
    found = {}
    for path in (*PAGES, _dataset(site)):
        browser.open(path)
        words = (browser.one("body").get_attribute("innerText") or "").replace(SITE, "")
        hits = [text for text in texts if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words)]
        if hits:
            found[path] = hits
    assert found == {}


def _english(path: Path) -> list[str]:
    """Source texts of two words or more; single ones (Open, Data) stand in names too."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    single = [m for m in catalogue if m.id and isinstance(m.id, str) and "{" not in m.id]
    return [m.id for m in single if m.id != m.string and " " in m.id]


@pytest.mark.parametrize(
    ("path", "words"),
    [("/gibt-es-nicht", "Diese Seite gibt es nicht"), ("/en/nothing", "This page does not exist")],
)
def test_a_page_that_is_not_there_helps_on(browser: Browser, path: str, words: str) -> None:
    """404 in the site's look, in both languages, with a search."""
    browser.open(path)
    assert words in browser.one("h1").text
    assert browser.one("main input[name=q]").is_displayed()
    assert browser.site.get(path).status_code == 404
    browser.keep("not-found" + ("-en" if "/en" in path else ""))


def test_the_keyboard_reaches_the_content_first(browser: Browser) -> None:
    """The first stop of the Tab key leads over the header."""
    browser.open("/dataset/")
    browser.one("body").send_keys(Keys.TAB)
    focused = browser.driver.switch_to.active_element
    assert focused.text == "Zum Inhalt springen"
    assert (focused.get_attribute("href") or "").endswith("#content")
