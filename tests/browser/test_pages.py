"""Nothing that axe finds wrong, nothing lost at 400 % zoom: every kind of page, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import axe
import pages
import pytest
import requests
from driving import Browser, Site, chromium
from profiles import NIGHTLY
from werkzeug.routing import Map, Rule

ROLES = {
    "visitor": ("", dict.fromkeys(pages.VISITOR, 200) | pages.REFUSALS),
    "editor": ("rostock-daten", dict.fromkeys(pages.EDITOR, 200)),
    "administrator": ("wismar-verwaltung", dict.fromkeys(pages.ADMINISTRATOR, 200)),
    "sysadmin": ("betrieb", dict.fromkeys(pages.SYSADMIN, 200)),
}
Visit = tuple[Browser, dict[str, int]]
_STATUS = "return performance.getEntriesByType('navigation')[0].responseStatus"
_WIDTH = "return document.documentElement.scrollWidth"
#: WCAG 1.4.10: 1280 px at 400 %.
ZOOMED = 320


@pytest.fixture(scope="module")
def shared(site: Site) -> Iterator[Browser]:
    """One Chromium for all pages."""
    with chromium() as driver:
        axe.install(driver)
        yield Browser(driver, site)


@pytest.fixture(scope="module", params=list(ROLES))
def visit(shared: Browser, request: pytest.FixtureRequest) -> Visit:
    """The browser signed in as one of the roles; what that role has to see, with its status."""
    account, paths = ROLES[request.param]
    shared.open("/about")
    shared.driver.delete_all_cookies()
    if account:
        shared.sign_in(account)
    return shared, paths


def test_every_page_can_be_used_by_everybody(visit: Visit) -> None:
    """Each is there and fits 320 px, in German, whose words are the longer ones; axe is content.

    axe looks at every other page on a desk, at the others on the narrowest phone; by day half of
    the pages are looked at.
    """
    browser, paths = visit
    wrong: dict[str, Any] = {}
    for place, (template, status) in enumerate(paths.items()):
        if not NIGHTLY and place % 4 > 1:
            continue
        path = template.format(**browser.site.names)
        browser.width(None if place % 2 else ZOOMED)
        browser.open(path)
        browser.one("main, [role=main]")
        found = [*_reached(browser, path, status), *axe.violations(browser.driver)]
        if place % 2:
            browser.width(ZOOMED)
        found += _wide(browser)
        left = [said for said in found if not _excepted(template, said)]
        if left:
            wrong[path] = left
    assert wrong == {}


def test_every_page_is_there_in_english(visit: Visit) -> None:
    """By the session of the browser: the frame's words and the page's own title are English."""
    browser, paths = visit
    client = requests.Session()
    client.headers["Accept"] = "text/html"  # some addresses give programs something else
    for cookie in browser.driver.get_cookies():
        client.cookies.set(cookie["name"], cookie["value"])
    wrong = {}
    for template, status in paths.items():
        path = "/en" + template.format(**browser.site.names)
        answer = client.get(browser.site.url + path, timeout=60, allow_redirects=False)
        if answer.status_code != status or '<html lang="en' not in answer.text:
            wrong[path] = answer.status_code
    assert wrong == {}


def _reached(browser: Browser, path: str, status: int) -> Iterator[str]:
    """Whether the page is the one that was asked for."""
    got = browser.driver.execute_script(_STATUS)
    if got != status:
        yield f"answered {got}"
    if browser.driver.current_url != browser.site.url + path:
        yield f"led to {browser.driver.current_url}"


def _wide(browser: Browser) -> Iterator[str]:
    """Where one would have to scroll sideways for every line."""
    needed = browser.driver.execute_script(_WIDTH)
    if needed > ZOOMED:
        yield f"{needed} px wide at {ZOOMED}"


def _excepted(path: str, said: str) -> bool:
    return any(path == page and said.startswith(rule) for page, rule in pages.EXCEPTIONS)


def test_no_kind_of_page_is_forgotten(site: Site) -> None:
    """Every address that answers a GET is looked at above, or said to be no page, with a reason."""
    rules = {rule: end for rule, end in site.rules.items() if not rule.startswith("/no/")}
    adapter = Map([Rule(rule, endpoint=end) for rule, end in rules.items()]).bind("site")
    seen = set()
    for path in (path for _, paths in ROLES.values() for path in paths):
        plain = path.format(**site.names).partition("?")[0]
        if pages.REFUSALS.get(path) != 404:  # what is nowhere
            seen.add(adapter.match(plain)[0])
    rest = {end for end in rules.values() if not pages.no_page(end)} - seen
    assert rest == set()
    needless = {end for end in pages.NO_PAGE if end in seen}
    assert needless == set()
