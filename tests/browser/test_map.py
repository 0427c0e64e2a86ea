"""Maps: the area of a dataset, and an area chosen on a map by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import axe
import pytest
from driving import Browser, Site, chromium
from selenium.webdriver.common.keys import Keys


@pytest.fixture
def watched(site: Site) -> Iterator[Browser]:
    """A browser of which is written down what it asks for."""
    with chromium(traffic=True) as driver:
        yield Browser(driver, site)


def test_area_is_chosen_by_keyboard_and_nobody_else_is_asked(watched: Browser) -> None:
    """The dialog takes what is in its frame; the address says it, a screen reader hears it."""
    watched.open("/dataset/")
    assert not [url for url in watched.asked() if "leaflet" in url or "/map/" in url]
    watched.one("#fold-area summary").send_keys(Keys.ENTER)
    watched.one("#fold-area[open] [data-hanse-area-open]").send_keys(Keys.ENTER)
    watched.one("dialog[open] path.hanse-map-city")
    told = watched.one("dialog [role=status]")
    assert told.text == "Im Rahmen: Lübeck; Rostock; Stralsund; Wismar"
    watched.keep("area-dialog")
    assert axe.violations(watched.driver) == []
    box = watched.one("dialog .hanse-map")
    box.send_keys("+" * 1)
    watched.until(lambda _: "Stralsund" not in told.text and told)
    watched.one("[data-hanse-area-take]").send_keys(Keys.ENTER)
    watched.one(".hanse-chips")
    given = parse_qs(urlsplit(watched.driver.current_url).query)
    west, south, east, north = map(float, given["area"][0].split(","))
    assert 9 < west < east < 15
    assert 53 < south < north < 56
    assert "area_relation" not in given
    hosts = {urlsplit(url).netloc for url in watched.asked() if not url.startswith("data:")}
    assert hosts <= {urlsplit(watched.site.url).netloc}
    assert watched.complaints() == []


def test_area_of_a_dataset_is_drawn(browser: Browser, site: Site) -> None:
    """On a phone too; without its map the page says the same in words."""
    for prefix, name, width in (("", "map", 1280), ("/en", "map-en", 390)):
        browser.width(width, mobile=width < 500)
        browser.open(f"{prefix}/dataset/{site.names['harvested']}")
        figure = browser.one(".hanse-map-figure")
        browser.driver.execute_script("arguments[0].scrollIntoView()", figure)
        browser.one("path.hanse-map-area")
        assert "Rostock" in browser.one(".hanse-area-name").text
        assert "Natural Earth" in figure.text
        browser.tidy(name)
    browser.width(None)
    assert browser.complaints() == []
