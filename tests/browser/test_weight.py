"""What the first view of a page weighs, by Chromium's own figures; how far the first hit is.

``-s`` prints the table that stands in BENCHMARKS.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from driving import Browser, Site, chromium
from selenium.webdriver import ActionChains, Keys

#: Bytes as they come over the line, with the headers of the answers; and requests.
MOST_BYTES = 300_000
MOST_REQUESTS = 12
PAGES = (
    "/",
    "/dataset/",
    "/dataset/?q=Baum",
    "/dataset/{harvested}",
    "/dataset/{own}/resource/{table}",
    "/organization/rostock",
    "/quality",
    "/thema/TRAN",
    "/statistik",
    "/dienste",
)
PLACES = {
    "": (*PAGES, "/user/login"),
    "wismar-verwaltung": (
        "/dataset/",
        "/dataset/{harvested}",
        "/desk/wismar",
        "/harvest/source/nachbau-wismar",
        "/dataset/new",
        "/dataset/edit/{own}",
        "/dataset/{own}/resource/new",
    ),
}


@dataclass
class Traffic:
    """What one view has cost."""

    bytes: int = 0
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def watched(site: Site) -> Iterator[Browser]:
    """A Chromium whose traffic is written down."""
    with chromium(traffic=True) as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        yield Browser(driver, site)


def first_view(browser: Browser, path: str) -> Traffic:
    """Load a page as if nothing of the site were known."""
    driver = browser.driver
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.get_log("performance")
    browser.open(path)
    found, open_ones = Traffic(), set[str]()
    quiet = 0
    while quiet < 3:  # what is asked for late, such as pictures that come into sight
        entries = [json.loads(item["message"])["message"] for item in driver.get_log("performance")]
        for entry in entries:
            _count(entry["method"], entry["params"], found, open_ones)
        quiet = 0 if entries or open_ones else quiet + 1
        time.sleep(0.1)
    return found


def _count(method: str, params: dict[str, object], found: Traffic, open_ones: set[str]) -> None:
    request = str(params.get("requestId"))
    if method == "Network.requestWillBeSent":
        url = params["request"]["url"]  # type: ignore[index]
        if url.startswith("http"):
            found.asked.append(url)
            open_ones.add(request)
    elif method in ("Network.loadingFinished", "Network.loadingFailed"):
        found.bytes += int(str(params.get("encodedDataLength", 0)))
        open_ones.discard(request)


@pytest.mark.parametrize("account", list(PLACES), ids=["visitor", "administrator"])
def test_the_first_view_of_a_page_is_light(watched: Browser, account: str) -> None:
    watched.open("/about")
    watched.driver.delete_all_cookies()
    if account:
        watched.sign_in(account)
    heavy = {}
    for template in PLACES[account]:
        seen = first_view(watched, template.format(**watched.site.names))
        print(f"| `{template}` | {account or '—'} | {seen.bytes / 1000:.0f} | {len(seen.asked)} |")
        if seen.bytes > MOST_BYTES or len(seen.asked) > MOST_REQUESTS:
            heavy[template] = (seen.bytes, seen.asked)
    assert heavy == {}
    assert watched.complaints() == []


@pytest.mark.parametrize(
    ("path", "hit"),
    [
        ("/thema/TRAN", ".hanse-card-title a"),
        ("/dienste", ".hanse-entries a"),
        ("/dataset/?q=Baum", ".hanse-card-title a"),
    ],
)
def test_the_first_hit_is_five_tabs_away(browser: Browser, path: str, hit: str) -> None:
    """By a link for the keyboard that leads past the frame."""
    browser.open(path)
    keys = ActionChains(browser.driver)
    first = browser.one(hit).get_attribute("href")
    keys.send_keys(Keys.TAB, Keys.TAB, Keys.ENTER).perform()
    for _ in range(3):
        keys.send_keys(Keys.TAB).perform()
        focused = browser.driver.switch_to.active_element.get_attribute("href")
        if focused == first:
            break
    assert focused == first


def test_filters_come_after_the_hits(browser: Browser) -> None:
    """For the keyboard; they are seen beside them."""
    browser.open("/dataset/?q=Baum")
    behind = browser.driver.execute_script(
        "const [hit, filter] = arguments[0].map(name => document.querySelector(name));"
        "return hit.compareDocumentPosition(filter) & Node.DOCUMENT_POSITION_FOLLOWING &&"
        "  hit.getBoundingClientRect().left < filter.getBoundingClientRect().left",
        [".hanse-card", ".hanse-facet"],
    )
    assert behind
