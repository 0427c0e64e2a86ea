"""Forged requests against the running site, after visitors and programs have used every view."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from driving import Browser, Site

OFFICER, ADMIN = "rostock-daten", "wismar-verwaltung"
#: Path, and what a foreign page would send there in the name of who is signed in.
FORGED: dict[str, dict[str, Any]] = {
    "/user/edit": {"data": {"save": "", "email": "fremd@example.org", "old_password": "x"}},
    f"/user/{ADMIN}/api-tokens": {"data": {"name": "fremd"}},
    "/dataset/delete/{dataset}": {"data": {}},
    "/dataset/new": {"data": {"save": "", "title": "Fremd", "owner_org": "wismar"}},
    "/dataset/{dataset}/resource/new": {
        "data": {"save": "go-metadata", "id": "", "name": "Fremd"},
        "files": {"upload": ("fremd.csv", b"a,b\n1,2\n", "text/csv")},
    },
    "/organization/member_new/wismar": {"data": {"username": OFFICER, "role": "admin"}},
    "/organization/edit/wismar": {"data": {"save": "", "title": "Fremd", "name": "wismar"}},
    "/harvest/source/nachbau-wismar/pause": {"data": {}},
    "/harvest/source/nachbau-wismar/delete": {"data": {"name": "nachbau-wismar"}},
    "/harvest/source/nachbau-wismar/run": {"data": {}},
    "/api/3/action/user_patch": {"json": {"id": ADMIN, "about": "fremd"}},
    "/api/3/action/hanse_source_delete": {"json": {"id": "nachbau-wismar"}},
    "/user/_logout": {"data": {}},
}


class Visit(requests.Session):
    """Somebody's browser without its scripts."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """An answer, redirects as they come."""
        return self.request(method, self.site.url + path, timeout=60, allow_redirects=False, **more)

    def token(self, path: str) -> str:
        """The CSRF token of a page."""
        page = self.ask("GET", path).text
        found = re.search(r'name="_csrf_token"[^>]* (?:content|value)="([^"]+)"', page)
        assert found, path
        return found[1]

    def sign_in(self, name: str, **more: str) -> requests.Response:
        """Sign in with the form."""
        form = {"login": name, "password": self.site.passwords[name], **more}
        return self.ask(
            "POST", "/user/login", data={**form, "_csrf_token": self.token("/user/login")}
        )


@pytest.fixture(scope="module")
def signed_in(site: Site) -> Visit:
    """The administrator's browser, on a site whose views CKAN has exempted, every one."""
    visit = Visit(site)
    assert visit.sign_in(ADMIN).status_code == 302
    made = visit.ask(
        "POST",
        f"/user/{ADMIN}/api-tokens",
        data={"name": "eigen", "_csrf_token": visit.token("/user/edit")},
    )
    program = {"Authorization": re.findall(r"eyJ[\w.-]+", made.text)[0]}
    for path in FORGED:
        requests.get(site.url + _filled(path, site), timeout=60)
        requests.get(site.url + _filled(path, site), headers=program, timeout=60)
    site.get("/user/login")
    return visit


def _filled(path: str, site: Site) -> str:
    if "{dataset}" not in path:
        return path
    query = "/api/3/action/package_search?fq=organization:wismar&rows=1&sort=name+asc"
    return path.format(dataset=site.get(query).json()["result"]["results"][0]["name"])


@pytest.mark.parametrize("path", FORGED)
def test_what_a_foreign_page_sends_changes_nothing(signed_in: Visit, site: Site, path: str) -> None:
    where = _filled(path, site)
    for headers in ({}, {"Authorization": "Basic ZnJlbWQ6eA=="}, {"Authorization": "eyJmcmVtZA"}):
        answer = signed_in.ask("POST", where, headers=headers, **FORGED[path])
        assert answer.status_code == 400, where
    assert signed_in.ask("GET", f"/user/{ADMIN}/api-tokens").text.count("fremd") == 0
    assert OFFICER not in signed_in.ask("GET", "/organization/members/wismar").text


def test_a_remembered_browser_needs_a_token_too(site: Site, signed_in: Visit) -> None:
    visit = Visit(site)
    visit.sign_in(ADMIN, remember="63072000")
    remembered = {"remember_token": visit.cookies["remember_token"]}
    path = f"/user/{ADMIN}/api-tokens"
    alone = Visit(site)
    assert alone.ask("GET", path, cookies=remembered).status_code == 200
    alone = Visit(site)
    answer = alone.ask("POST", path, cookies=remembered, data={"name": "fremd"})
    assert answer.status_code == 400


def test_nobody_is_signed_in_without_the_form(site: Site, signed_in: Visit) -> None:
    visit = Visit(site)
    form = {"login": OFFICER, "password": site.passwords[OFFICER]}
    assert visit.ask("POST", "/user/login", data=form).status_code == 400
    assert visit.ask("GET", "/user/edit").status_code != 200


def test_what_the_pages_themselves_send_gets_through(browser: Browser, signed_in: Visit) -> None:
    """CKAN's own scripts: an API token is made by htmx; a button signs out."""
    browser.sign_in(OFFICER)
    browser.open(f"/user/{OFFICER}/api-tokens")
    browser.fill("name", "Mein Skript")
    browser.click(browser.one("form[hx-post] button"))
    browser.until(lambda driver: "eyJ" in driver.page_source and browser.one("body"))
    browser.click(browser.one(".hanse-account summary"))
    browser.press("Abmelden")
    browser.until(lambda driver: not browser.all(".hanse-account") and browser.one("body"))
