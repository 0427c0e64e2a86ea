"""Atom feeds that a reader can page through, in the language of their address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import ckan.plugins.toolkit as tk
import pytest
from kept import kept
from walks import Listed, harvest, record, source

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def stock(cities: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Five datasets of Rostock and one of Stralsund, two on a page of a feed."""
    monkeypatch.setitem(tk.config, "ckan.feeds.limit", 2)
    kept("stock of feeds", lambda: _fill(cities))


def _fill(cities: dict[str, Any]) -> None:
    some = [record(f"r{n}", f"Bäume {n}", "liste", notes=f"**Nummer** {n}") for n in range(5)]
    harvest(source(cities["rostock"]["id"], "rostock"), Listed(*some))
    other = record("s1", "Häfen", "liste")
    harvest(source(cities["stralsund"]["id"], "stralsund"), Listed(other))


@pytest.fixture
def feed(site: Any, stock: None) -> Callable[..., Any]:
    def read(address: str, status: int = 200) -> Any:
        parts = urlsplit(address)
        answer = site.get(f"{parts.path}?{parts.query}", status=status)
        return ElementTree.fromstring(answer.data) if status == 200 else answer

    return read


def links(found: Any) -> dict[str, str]:
    return {link.get("rel", "alternate"): link.get("href") for link in found.findall(f"{ATOM}link")}


def titles(found: Any) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in found.findall(f"{ATOM}entry")]


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/feeds/dataset.atom", 6),
        ("/feeds/organization/rostock.atom", 5),
        ("/feeds/custom.atom?organization=rostock", 5),
        ("/feeds/custom.atom?organization=rostock&organization=stralsund", 6),
        ("/feeds/custom.atom?q=B%C3%A4ume", 5),
    ],
)
def test_a_reader_that_follows_next_meets_every_dataset_once(
    feed: Callable[..., Any], address: str, number: int
) -> None:
    met, pages = [], 0
    following: str | None = address
    while following:
        found = feed(following)
        met += titles(found)
        pages += 1
        assert all(href.startswith("http") for href in links(found).values())
        last, following = links(found)["last"], links(found).get("next")
    assert len(met) == len(set(met)) == number
    assert pages == -(-number // 2)
    assert links(feed(last)).get("next") is None
    assert titles(feed(last)) == met[-len(titles(feed(last))) :]


def test_a_feed_has_the_language_of_its_address_and_leads_to_pages(
    feed: Callable[..., Any],
) -> None:
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    german, english = feed("/feeds/dataset.atom"), feed("/en/feeds/dataset.atom")
    assert (german.get(lang), english.get(lang)) == ("de", "en")
    entry = german.find(f"{ATOM}entry")
    link = links(entry)["alternate"]
    assert link.startswith(tk.config["ckan.site_url"])
    assert urlsplit(link).path.startswith("/dataset/")
    assert "/en/" in links(english)["next"]
    assert german.findtext(f"{ATOM}id") == english.findtext(f"{ATOM}id")
    assert all("*" not in (e.findtext(f"{ATOM}summary") or "") for e in german.iter(f"{ATOM}entry"))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/feeds/dataset.atom?page=4", 404),
        ("/feeds/dataset.atom?page=99999999999", 400),
        ("/feeds/organization/nirgends.atom", 404),
        ("/feeds/custom.atom?sort=unsinn+quer", 400),
        ("/feeds/custom.atom?gibt_es_nicht=1", 200),
    ],
)
def test_what_does_not_exist_is_said(feed: Callable[..., Any], address: str, status: int) -> None:
    feed(address, status)


def test_the_pages_lead_to_their_feeds(site: Any, stock: None) -> None:
    assert "/feeds/dataset.atom" in site.get("/").body
    shown = site.get("/dataset?organization=rostock&organization=stralsund").body
    assert "/feeds/custom.atom?organization=rostock&amp;organization=stralsund" in shown
    assert shown.count("/feeds/custom.atom") == 2
    assert site.get("/organization/rostock").body.count("/feeds/organization/rostock.atom") == 2
