"""One address cannot take the site for itself; a person never meets the limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from visitors import Visitor

from ckanext.hanse import settings

Meet = Callable[..., Visitor]
SEARCHES = ("/dataset/?q=Baum", "/dataset/?organization=rostock&tags=x", "/organization/rostock",
            "/api/3/action/package_search?q=Baum", "/feeds/dataset.atom")  # fmt: skip


@pytest.fixture(autouse=True)
def few(clean: None, cities: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three questions of each kind a minute, and nothing counted yet."""
    for kind in ("search", "preview", "resource_search", "complete"):
        monkeypatch.setitem(tk.config, f"hanse.limits.{kind}", "3 per minute")
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def meet(site: Any) -> Meet:
    """A visitor from an address."""
    return lambda address, **headers: Visitor(site, address, headers)


@pytest.mark.parametrize("path", SEARCHES)
def test_searches_are_limited_whatever_page_asks(meet: Meet, path: str) -> None:
    crawler = meet("203.0.113.7")
    seen = [crawler.get(path).status_code for _ in range(5)]
    assert seen == [200, 200, 200, 429, 429]
    assert crawler.get("/dataset/?q=Hafen").status_code == 429
    assert crawler.get("/about").status_code == 200
    assert meet("203.0.113.8").get(path).status_code == 200


def test_a_person_reads_what_to_do_and_a_program_too(meet: Meet) -> None:
    crawler = meet("203.0.113.7")
    for _ in range(3):
        crawler.get("/dataset/")
    page = crawler.get("/dataset/?q=Baum")
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "no-store" in page.headers["Cache-Control"]
    assert "Das war viel auf einmal" in page.get_data(as_text=True)
    assert 'href="/dataset/?q=Baum"' in page.get_data(as_text=True)
    assert "That was a lot at once" in crawler.get("/en/dataset/?q=Baum").get_data(as_text=True)
    answer = crawler.post("/api/3/action/package_search", json={"q": "Baum"})
    assert (answer.status_code, answer.json["success"]) == (429, False)
    assert "Retry-After" in answer.headers
    assert "Sekunde" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/3/action/resource_search?query=name:x",
        "/api/action/resource_search?query=name:x",
        "/api/3/action/datastore_search?resource_id=x",
        "/hanse/complete?q=baum",
    ],
)
def test_other_costly_questions_have_limits_of_their_own(meet: Meet, path: str) -> None:
    crawler = meet("203.0.113.7")
    seen = [crawler.get(path).status_code for _ in range(5)]
    assert 429 not in seen[:3]
    assert seen[3:] == [429, 429]
    assert crawler.get("/dataset/").status_code == 200


def test_who_is_signed_in_or_exempt_goes_on(meet: Meet, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = factories.UserWithToken()
    office = meet("203.0.113.7", Authorization=officer["token"])
    assert {office.get("/dataset/").status_code for _ in range(6)} == {200}
    monkeypatch.setitem(tk.config, "hanse.limits.exempt", ["198.51.100.0/24", "2001:db8::/32"])
    for address in ("198.51.100.9", "2001:db8:7::1"):
        harvester = meet(address)
        assert {harvester.get("/dataset/").status_code for _ in range(6)} == {200}


def test_a_forged_header_is_no_other_address(meet: Meet, monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(remote: str, chain: str) -> list[int]:
        return [
            meet(remote, **{"X-Forwarded-For": chain.format(n)}).get("/dataset/").status_code
            for n in range(5)
        ]

    assert seen("203.0.113.7", "192.0.2.{}")[-1] == 429
    monkeypatch.setitem(tk.config, "hanse.trusted_proxies", 2)
    assert seen("10.0.0.1", "192.0.2.{}, 203.0.113.9, 10.0.0.2")[-1] == 429
    assert 429 not in seen("10.0.0.1", "203.0.113.9, 198.51.100.{}, 10.0.0.2")


def test_the_limits_of_the_declaration_are_beyond_a_person() -> None:
    for option in ("search", "preview", "resource_search", "complete"):
        declared = settings.config_declaration[f"hanse.limits.{option}"].default
        (first, *_) = settings._limits(str(declared)) or ()
        assert first.amount * 60 / first.get_expiry() >= 60


def test_what_is_no_limit_is_the_default(meet: Meet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.search", "lots")
    assert meet("203.0.113.7").get("/dataset/").status_code == 200
    assert settings.not_limits(["search", "preview"]) == ["hanse.limits.search"]


@pytest.mark.parametrize("limit", [None, 5000, "5000", 0, 2])
def test_one_resource_search_gives_no_more_than_one_search(
    limit: object, monkeypatch: pytest.MonkeyPatch, meet: Meet
) -> None:
    monkeypatch.setitem(tk.config, "ckan.search.rows_max", 3)
    city = tk.get_action("organization_show")({"ignore_auth": True}, {"id": "rostock"})
    files = [{"name": f"Baum {n}", "url": f"https://example.org/{n}.csv"} for n in range(5)]
    factories.Dataset(owner_org=city["id"], resources=files)
    asked = {"query": "name:Baum"} | ({} if limit is None else {"limit": limit})
    answer = meet("203.0.113.7").post("/api/3/action/resource_search", json=asked).json["result"]
    assert answer["count"] == 5
    assert len(answer["results"]) == (3 if limit in (None, 5000, "5000") else limit)


@pytest.mark.parametrize("field", ["limit", "offset"])
@pytest.mark.parametrize("value", ["x", -1, {}, [], "1e9", 10**30, None])
def test_nonsense_in_resource_search_is_named(meet: Meet, field: str, value: object) -> None:
    asked = {"query": "name:Baum", field: value}
    answer = meet("127.0.0.1").post("/api/3/action/resource_search", json=asked)
    assert answer.status_code in (200, 409)
    if answer.status_code == 409:
        assert field in answer.json["error"]


def _may_fetch(rules: str, path: str) -> bool:
    """As RFC 9309 has it: of the rules that match, the longest counts."""
    allowed, longest = True, -1
    for kind, _, pattern in (line.partition(": ") for line in rules.splitlines()):
        matcher = re.escape(pattern).replace(r"\*", ".*")
        if kind in ("Allow", "Disallow") and len(pattern) > longest and re.match(matcher, path):
            allowed, longest = kind == "Allow", len(pattern)
    return allowed


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/dataset/baumkataster", True),
        ("/dataset/?page=3", True),
        ("/en/dataset/?page=3", True),
        ("/catalog.ttl?page=2", True),
        ("/organization/rostock", True),
        ("/dataset/?organization=rostock", False),
        ("/en/dataset/?tags=x&page=2", False),
        ("/dataset/?page=2&tags=x", False),
        ("/organization/rostock?res_format=CSV", False),
        ("/api/3/action/package_search", False),
        ("/user/login", False),
        ("/en/user/amt", False),
        ("/harvest/source/rostock", False),
        ("/dataset/a/resource/b/view/c", False),
    ],
)
def test_robots_are_told_to_leave_the_facets(meet: Meet, path: str, may: bool) -> None:
    rules = meet("203.0.113.7").get("/robots.txt").get_data(as_text=True)
    assert rules.startswith("User-agent: *\n")
    assert _may_fetch(rules, path) is may


def test_links_to_a_choice_of_facets_are_not_to_be_followed(meet: Meet, cities: Any) -> None:
    files = [{"url": "https://example.org/b.csv", "format": "CSV"}]
    factories.Dataset(owner_org=cities["rostock"]["id"], tags=[{"name": "Baum"}], resources=files)
    page = meet("203.0.113.7").get("/dataset/?organization=rostock").get_data(as_text=True)
    facets = re.findall(r'<div class="hanse-facet-values".*?</div>', page, re.S)
    links = [link for facet in facets for link in re.findall(r"<a [^>]+>", facet)]
    assert links
    assert [link for link in links if 'rel="nofollow"' not in link] == []
