"""DCAT as RDF: the contract, paging, and documents that break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from portals.documents import (
    BASE,
    PREFIXES,
    dataset,
    hydra_pages,
    names,
    page_block,
    turtle,
    view_block,
)

from hanse_harvesters.errors import NotACatalogue, StopRun
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing import Contract
from hanse_harvesters.testing.portal import Portal, Reply, Script

PATH = "/catalog.ttl"


class TestOneFile(Contract):
    kind = "rdf"
    path = PATH

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {PATH: turtle(*(dataset(name) for name in names))}


class TestPagesOfTheOldDesign(Contract):
    kind = "rdf"
    path = PATH

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return dict(hydra_pages([names[:3], names[3:6], names[6:]]))


class TestPagesOfTheNewDesign(Contract):
    kind = "rdf"
    path = PATH

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return dict(hydra_pages([names[:3], names[3:6], names[6:]], block=view_block))


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = PATH, **settings: Any) -> Run:
        source = SourceSettings("stadt", "rdf", portal.url(path), "stadt", **settings)
        return Run(source, client=patient(portal.endpoint, tries=2))

    return make


def arrived(walk: Run) -> list[str]:
    return names(record.identity for record in walk)


# --- Paging -----------------------------------------------------------------------------------


def test_a_portal_that_ignores_the_page_ends_as_incomplete(run: Any) -> None:
    first = hydra_pages([["a", "b"], ["c"]])["/catalog.ttl?page=1"]
    with Portal({PATH: first}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
        assert len(portal.asked) == 2
    assert (walk.completeness.complete, walk.completeness.reason) == (False, "page-repeated")


def test_pages_that_lead_back_end(run: Any) -> None:
    pages = {
        "/catalog.ttl": turtle(page_block("/a", next="/b.ttl"), dataset("a")),
        "/b.ttl": turtle(page_block("/b", next="/c.ttl"), dataset("b")),
        "/c.ttl": turtle(page_block("/c", next="/b.ttl"), dataset("c")),
    }
    with Portal(pages) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b", "c"]
        assert portal.targets() == ["/catalog.ttl", "/b.ttl", "/c.ttl"]
    assert walk.completeness.reason == "page-repeated"


def test_a_page_that_names_itself_as_the_next_ends(run: Any) -> None:
    with Portal({PATH: turtle(page_block("x", next=PATH), dataset("a"))}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
        assert len(portal.asked) == 1
    assert walk.completeness.reason == "page-repeated"


def test_the_same_content_under_ever_new_addresses_ends(run: Any) -> None:
    def same(asked: Any) -> Reply:
        number = int(asked.query("page", "1"))
        return turtle(page_block("x", next=f"{PATH}?page={number + 1}"), dataset("a"))

    with Portal({PATH: same}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
        assert len(portal.asked) == 2
    assert walk.completeness.reason == "page-repeated"


def test_empty_pages_without_end_end(run: Any) -> None:
    def empty(asked: Any) -> Reply:
        return turtle(page_block("x", next=f"{PATH}?page={int(asked.query('page', '1')) + 1}"))

    with Portal({PATH: empty}) as portal:
        walk = run(portal)
        assert arrived(walk) == []
        assert len(portal.asked) < 6
    assert not walk.completeness.complete


def test_the_cap_on_pages_ends_as_incomplete(run: Any) -> None:
    with Portal(hydra_pages([["a"], ["b"], ["c"]])) as portal:
        walk = run(portal, options={"max_pages": 2})
        assert arrived(walk) == ["a", "b"]
    assert walk.completeness.reason == "page-cap"


@pytest.mark.parametrize(
    "once",
    [
        Reply(status=500),
        Reply(b"<html>Bitte warten</html>"),
        Reply(b""),
        Reply((PREFIXES + dataset("b"))[:-60].encode()),
        Reply(b"x" * 100, declared=200),
    ],
)
def test_a_page_that_fails_once_is_had_the_second_time(run: Any, once: Reply) -> None:
    pages: dict[str, Script] = dict(hydra_pages([["a"], ["b"], ["c"]]))
    pages["/catalog.ttl?page=2"] = [once, pages["/catalog.ttl?page=2"]]  # type: ignore[list-item]
    with Portal(pages) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b", "c"]
    assert walk.completeness.complete


def test_behind_a_page_that_keeps_failing_the_others_arrive(run: Any) -> None:
    pages: dict[str, Script] = {
        f"{PATH}?page={number}": turtle(
            page_block(
                f"{PATH}?page={number}",
                next=f"{PATH}?page={number + 1}" if number < 4 else "",
                last=f"http://intern:5000{PATH}?page=4",
                total=4,
            ),
            dataset(name),
        )
        for number, name in enumerate("abcd", 1)
    }
    pages[PATH] = pages[f"{PATH}?page=1"]
    pages[f"{PATH}?page=2"] = Reply(status=500)
    with Portal(pages) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "c", "d"]
    assert walk.completeness.reason == "page-failed"
    assert any("page=2" in found.value for found in walk.issues)


def test_a_portal_that_dies_during_the_walk_leaves_what_came(run: Any) -> None:
    pages: dict[str, Script] = dict(hydra_pages([["a"], ["b"], ["c"]]))
    for number in (2, 3):
        pages[f"/catalog.ttl?page={number}"] = Reply(status=503)
    with Portal(pages) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
    assert not walk.completeness.complete


@pytest.mark.parametrize(
    "link",
    [
        "http://192.168.57.3:5000/catalog.ttl?page=2",
        "https://127.0.0.1/catalog.ttl?page=2",
        "http://evil.example/catalog.ttl?page=2",
        "file:///catalog.ttl?page=2",
        "?page=2",
        "/catalog.ttl?page=2#here",
    ],
)
def test_next_links_stay_with_the_portal(run: Any, link: str, connections: list[Any]) -> None:
    pages = {
        PATH: turtle(page_block("x", next=link, total=2), dataset("a")),
        f"{PATH}?page=2": turtle(page_block("x", total=2), dataset("b")),
    }
    with Portal(pages) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
        assert {host for host, _ in connections} == {"127.0.0.1"}
        assert {port for _, port in connections} == {int(portal.endpoint.rpartition(":")[2])}
    said = {found.rule for found in walk.issues}
    assert said == (set() if link.startswith(("?", "/")) else {"page-link-mended"})


def test_fewer_than_declared_is_looked_for_again_and_then_incomplete(run: Any) -> None:
    pages = {
        PATH: turtle(page_block("x", next=f"{PATH}?page=2", total=5), dataset("a")),
        f"{PATH}?page=2": turtle(page_block("x", total=4), dataset("b")),
    }
    with Portal(pages) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
        assert len(portal.asked) == 4
    assert walk.completeness.reason == "walk-short"
    assert walk.completeness.declared == (5, 4)


def test_a_dataset_that_moved_between_pages_is_found_in_the_second_pass(run: Any) -> None:
    first = turtle(page_block("x", next=f"{PATH}?page=2", total=3), dataset("a"), dataset("b"))
    moved = turtle(page_block("x", next=f"{PATH}?page=2", total=3), dataset("a"), dataset("c"))
    second = turtle(page_block("x", total=3), dataset("b"))
    with Portal({PATH: [first, moved], f"{PATH}?page=2": second}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b", "c"]
    assert walk.completeness.complete


# --- Documents --------------------------------------------------------------------------------


def test_turtle_without_a_length_is_not_known_to_be_whole(run: Any) -> None:
    document = turtle(dataset("a"))
    with Portal({PATH: Reply(document.body, declared=-1)}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
    assert walk.completeness.reason == "length-undeclared"


def test_a_document_cut_in_half_gives_its_whole_records_only(run: Any) -> None:
    text = PREFIXES + dataset("a") + dataset("b") + dataset("c")
    cut = text[: text.rindex("dct:license")]
    with Portal({PATH: Reply(cut.encode())}) as portal:
        walk = run(portal)
        records = list(walk)
    assert names(r.identity for r in records if r.usable) == ["a", "b"]
    (torn,) = [r for r in records if not r.usable]
    assert "record-cut" in {found.rule for found in torn.issues}
    assert walk.completeness.reason == "document-cut"


def test_a_broken_statement_leaves_the_others(run: Any) -> None:
    document = turtle(
        dataset("a"), f"<{BASE}b> a dcat:Dataset ; dct:title broken .\n", dataset("c")
    )
    with Portal({PATH: document}) as portal:
        walk = run(portal)
        assert {"a", "c"} <= set(arrived(walk))
    assert walk.completeness.reason == "statement-broken"
    assert "line" in walk.issues[0].value


def test_the_answer_of_an_api_says_which_kind_to_take(run: Any) -> None:
    body = b'{"success": true, "result": {"count": 0, "results": []}}'
    with Portal({PATH: Reply(body)}) as portal, pytest.raises(NotACatalogue, match="kind ckan"):
        list(run(portal))


def test_a_body_that_breaks_off_stops_the_run(run: Any) -> None:
    document = turtle(dataset("a"))
    with (
        Portal({PATH: Reply(document.body, stop_at=100)}) as portal,
        pytest.raises(StopRun, match=r"half an answer|broke off"),
    ):
        list(run(portal))


# --- Identity ---------------------------------------------------------------------------------


def blank(title: str, identifier: str = "") -> str:
    said = f'; dct:identifier "{identifier}"' if identifier else ""
    return f'[] a dcat:Dataset ; dct:title "{title}" {said} .\n'


def test_identity_is_the_address_else_the_identifier_else_the_content(run: Any) -> None:
    with Portal({PATH: turtle(dataset("a"), blank("B", "StaNord:1"), blank("C"))}) as portal:
        records = {record.dataset["title"]: record for record in run(portal)}
    assert records["a"].identity == f"{BASE}a"
    assert records["B"].identity == "StaNord:1"
    assert records["C"].identity.startswith("content:")
    assert "identity-from-content" in {found.rule for found in records["C"].issues}


def test_two_datasets_under_one_identifier_are_kept_apart_and_said(run: Any) -> None:
    with Portal({PATH: turtle(blank("B", "1"), blank("C", "1"), blank("D", "2"))}) as portal:
        records = list(run(portal))
    assert sorted(record.identity for record in records) == ["1", "1#2", "2"]
    (second,) = [record for record in records if record.identity == "1#2"]
    assert "identity-duplicate" in {found.rule for found in second.issues}


def test_the_file_time_does_not_count_where_the_source_is_marked_so(run: Any) -> None:
    def fingerprint(day: int, **settings: Any) -> str:
        inner = f'dct:modified "2026-01-{day:02}"^^xsd:date'
        with Portal({PATH: turtle(dataset("a", inner))}) as portal:
            (record,) = run(portal, **settings)
        return record.fingerprint

    assert fingerprint(1) != fingerprint(2)
    assert fingerprint(1, modified_is_file_time=True) == fingerprint(2, modified_is_file_time=True)


def test_the_catalogue_record_of_a_dataset_is_its_page_at_the_portal(run: Any) -> None:
    """By it our own page is recognised where another catalogue hands our datasets on."""
    foaf = "<http://xmlns.com/foaf/0.1/primaryTopic>"
    entry = f"<https://hanse.example/dataset/a> a dcat:CatalogRecord ; {foaf} <{BASE}a> .\n"
    local = f"<urn:uuid:1> a dcat:CatalogRecord ; {foaf} <{BASE}b> .\n"
    with Portal({PATH: turtle(dataset("a"), dataset("b"), dataset("c"), entry, local)}) as portal:
        origins = {record.dataset["title"]: record.origin for record in run(portal)}
    ours = "https://hanse.example/dataset/a"
    assert origins == {"a": ours, "b": f"{BASE}b", "c": f"{BASE}c"}
