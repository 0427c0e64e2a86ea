"""Portals over real sockets, with the habits of real ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from portals.documents import dataset, names, turtle

from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect
from hanse_harvesters.testing.portal import Portal, Reply

PATH = "/catalog.ttl"


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = PATH) -> Run:
        source = SourceSettings("stadt", "rdf", portal.url(path), "stadt")
        return Run(source, client=patient(portal.endpoint, tries=2))

    return make


def arrived(walk: Run) -> list[str]:
    return names(record.identity for record in walk)


@pytest.mark.parametrize("link", ['<{}>; rel="next"', '<{}>; rel=next, </x>; rel="last"'])
def test_a_next_page_in_the_header_is_followed(run: Any, link: str) -> None:
    headers = {"Link": link.format(f"{PATH}?page=2")}
    first = Reply(turtle(dataset("a")).body, headers=headers)
    with Portal({PATH: first, f"{PATH}?page=2": turtle(dataset("b"))}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
    assert walk.completeness.complete


def test_a_next_page_in_the_header_leads_to_no_other_host(run: Any) -> None:
    with Portal() as inner:
        headers = {"Link": f'<{inner.url("/geheim")}>; rel="next"'}
        with Portal({PATH: Reply(turtle(dataset("a")).body, headers=headers)}) as portal:
            assert arrived(run(portal)) == ["a"]
        assert inner.asked == []


def test_links_in_the_header_to_something_else_are_no_pages(run: Any) -> None:
    headers = {"Link": '</style.css>; rel="preload", </x>; rel="describedby", kaputt'}
    with Portal({PATH: Reply(turtle(dataset("a")).body, headers=headers)}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
        assert portal.targets() == [PATH]
    assert walk.completeness.complete


def test_a_packed_file_is_unpacked(run: Any) -> None:
    packed = Reply(gzip.compress(turtle(dataset("a")).body))
    with Portal({"/catalog.ttl.gz": packed}) as portal:
        walk = run(portal, "/catalog.ttl.gz")
        assert arrived(walk) == ["a"]


def test_a_file_packed_otherwise_is_refused_in_printable_words(run: Any) -> None:
    with (
        Portal({"/catalog.zip": Reply(b"PK\x03\x04\x9b\x1b[31m" + bytes(range(200)))}) as portal,
        pytest.raises(NotACatalogue) as error,
    ):
        list(run(portal, "/catalog.zip"))
    assert str(error.value).isprintable()


@pytest.mark.parametrize("typed", ["/api/3/action", "/api/3/action/", "/api/3", "/api"])
def test_the_root_of_an_api_is_a_ckan_though_nothing_stands_there(patient: Any, typed: str) -> None:
    found = {"success": True, "result": {"count": 0, "results": []}}
    search = Reply(json.dumps(found).encode())
    with Portal({"/api/3/action/package_search": search}) as portal:
        kind, *_ = detect.remote(portal.url(typed), patient(portal.endpoint))
    assert kind == "ckan"


def test_a_count_that_is_too_low_ends_no_walk(patient: Any) -> None:
    packages = [{"id": f"id-{number:03}", "title": "a", "resources": []} for number in range(250)]

    def search(asked: Any) -> Reply:
        start, rows = int(asked.query("start")), int(asked.query("rows"))
        result = {"count": 3, "results": packages[start : start + rows]}
        return Reply(json.dumps({"success": True, "result": result}).encode())

    with Portal({"/api/3/action/package_search": search}) as portal:
        source = SourceSettings("stadt", "ckan", portal.url("/api/3/action"), "stadt")
        walk = Run(source, client=patient(portal.endpoint, tries=2))
        assert len(list(walk)) == 250
