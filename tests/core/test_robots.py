"""robots.txt as RFC 9309 reads it."""

from __future__ import annotations

import pytest

from hanse_harvesters.http.robots import Robots

HOST = "https://daten.stadt.example"


def allows(rules: str, path: str) -> bool:
    return Robots.of(rules.encode(), "ckanext-hanse").allows(HOST + path)


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("", "/x", True),
        ("<html>not found</html>", "/x", True),
        ("User-agent: *\nDisallow:", "/x", True),
        ("User-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("user-AGENT: CKANEXT-hanse/1.0 \ndisallow: /x # why", "/x/y", False),
        ("User-agent: ckanext\nDisallow: /", "/x", True),
        ("User-agent: other\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", True),
        # The longest match decides; of equals the one that allows.
        ("User-agent: *\nDisallow: /x\nAllow: /x/y", "/x/y/z", True),
        ("User-agent: *\nAllow: /x\nDisallow: /x/y", "/x/y/z", False),
        ("User-agent: *\nDisallow: /x\nAllow: /x", "/x", True),
        ("User-agent: *\nAllow: /\nDisallow: /", "/x", True),
        # Groups of one name are joined; several names share a group; another line ends nothing.
        ("User-agent: ckanext-hanse\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\n"
         "User-agent: ckanext-hanse\nDisallow: /c", "/c", False),
        ("User-agent: x\nUser-agent: ckanext-hanse\nDisallow: /a", "/a", False),
        ("User-agent: ckanext-hanse\nCrawl-delay: 5\nSitemap: /s\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ckanext-hanse\nDisallow: /a", "/b", True),
        # Wildcards, the end, queries, encodings.
        ("User-agent: *\nDisallow: /*.ttl$", "/a/b.ttl", False),
        ("User-agent: *\nDisallow: /*.ttl$", "/a/b.ttl?x", True),
        ("User-agent: *\nDisallow: /a*b*c", "/axxbxxc/d", False),
        ("User-agent: *\nDisallow: /a*b*c$", "/abcb", True),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /*?start=", "/api?start=1", False),
        ("User-agent: *\nDisallow: /stra%C3%9Fe", "/straße", False),
        ("User-agent: *\nDisallow: /straße", "/stra%c3%9fe", False),
        ("User-agent: *\nDisallow: /%61pi", "/api/3", False),
        ("User-agent: *\rDisallow: /x\r\nDisallow: /y", "/x", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/x", False),
        ("Disallow: /", "/x", True),
    ],
)  # fmt: skip
def test_a_rule_holds_as_the_standard_says(rules: str, path: str, may: bool) -> None:
    assert allows(rules, path) is may


def test_no_pattern_makes_it_slow() -> None:
    rules = "User-agent: *\n" + "Disallow: /" + "*a" * 3000 + "b$\n"
    assert allows(rules * 50, "/" + "a" * 7000)


def test_sitemaps_are_of_the_host_and_no_rule() -> None:
    robots = Robots.of(b"Sitemap: https://a.example/s.xml\nUser-agent: *\nDisallow: /x", "x")
    assert robots.sitemaps == ("https://a.example/s.xml",)


def test_where_the_rules_cannot_be_read_nothing_may_be_asked() -> None:
    assert not Robots.closed().allows(HOST + "/")
