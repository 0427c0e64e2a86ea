"""CKAN's action API: the contract, paging, filters, single answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from portals.documents import Ckan, json_reply, names, package

from hanse_harvesters.errors import NotACatalogue, StopRun
from hanse_harvesters.http import BadStatus
from hanse_harvesters.pipeline import Run
from hanse_harvesters.quality.chunk import CHUNK
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.ckan import api
from hanse_harvesters.testing import Contract
from hanse_harvesters.testing.portal import Asked, Portal, Reply, Script

SEARCH = "/api/3/action/package_search"


class TestCkan(Contract):
    kind = "ckan"
    path = ""
    options: ClassVar[dict[str, Any]] = {"rows": 3}

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {SEARCH: Ckan([package(name) for name in names])}


class TestOneAnswer(Contract):
    kind = "ckan"
    path = "/daten.json"

    def scripts(self, names: list[str]) -> dict[str, Script]:
        packages = [package(name) for name in names]
        result = {"count": len(packages), "results": packages}
        return {self.path: json_reply({"success": True, "result": result})}


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = "", **settings: Any) -> Run:
        source = SourceSettings("stadt", "ckan", portal.url(path), "stadt", **settings)
        return Run(source, client=patient(portal.endpoint, tries=2))

    return make


def arrived(walk: Run) -> list[str]:
    return [name.removeprefix("id-") for name in names(record.identity for record in walk)]


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example",
        "https://a.example/",
        "https://a.example/api",
        "https://a.example/api/3/action/",
        "https://a.example/api/3/action/package_search?q=x",
        "https://a.example/dataset?q=baum",
        "https://a.example/dataset/baumkataster",
        "https://a.example/organization/stadt",
    ],
)
def test_whatever_address_is_given_the_api_is_found(url: str) -> None:
    assert api(url) == "https://a.example/api/3/action"
    assert (
        api(url.replace("a.example", "a.example/daten")) == "https://a.example/daten/api/3/action"
    )


def test_pages_come_in_a_stable_order(run: Any) -> None:
    with Portal({SEARCH: Ckan([package(n) for n in "dbca"])}) as portal:
        list(run(portal, options={"rows": 2}))
        assert {asked.query("sort") for asked in portal.asked} == {"id asc"}
        assert [asked.query("start") for asked in portal.asked] == ["0", "2"]


def test_a_portal_that_gives_fewer_rows_than_asked_is_walked_to_its_end(run: Any) -> None:
    with Portal({SEARCH: Ckan([package(n) for n in "abcdefg"], most=2)}) as portal:
        walk = run(portal, options={"rows": 100})
        assert arrived(walk) == list("abcdefg")
    assert walk.completeness.complete


def test_filters_are_handed_to_the_portal(run: Any) -> None:
    stock = [package("a"), package("b", organization={"name": "land"}), package("c", tags=[])]
    with Portal({SEARCH: Ckan(stock)}) as portal:
        assert arrived(run(portal, options={"organization": ["stadt"]})) == ["a", "c"]
        both = {"organization": ["stadt", "land"], "tags": "Baum"}
        assert arrived(run(portal, options=both)) == ["a", "b"]
        one, two = portal.asked
    assert one.queries("fq") == ['organization:("stadt")']
    assert one.queries("fq_list") == []
    assert two.queries("fq") == []
    assert two.queries("fq_list") == ['organization:("stadt" OR "land")', 'tags:("Baum")']


def test_a_filter_cannot_break_out_of_its_quotes(run: Any) -> None:
    with Portal({SEARCH: Ckan([package("a")])}) as portal:
        list(run(portal, options={"organization": ['x") OR *:* OR ("']}))
        assert portal.asked[0].queries("fq") == ['organization:("x\\") OR *:* OR (\\"")']


def test_pages_that_fail_are_halved_and_only_the_one_record_is_lost(run: Any) -> None:
    ckan = Ckan([package(n) for n in "abcdefgh"])
    ckan.fails = lambda start, rows: start <= 5 < start + rows
    with Portal({SEARCH: ckan}) as portal:
        walk = run(portal, options={"rows": 8})
        assert arrived(walk) == list("abcdegh")
        assert len(portal.asked) < 40
    assert walk.completeness.reason == "page-failed"


def test_a_page_that_fails_once_costs_nothing(run: Any) -> None:
    ckan = Ckan([package(n) for n in "abcd"])
    turns = iter([False, True, True])
    ckan.fails = lambda start, rows: next(turns, False)
    with Portal({SEARCH: ckan}) as portal:
        walk = run(portal, options={"rows": 2})
        assert arrived(walk) == list("abcd")
    assert walk.completeness.complete


def test_a_portal_that_dies_during_the_walk_leaves_what_came(run: Any) -> None:
    ckan = Ckan([package(f"{n:03}") for n in range(50)])
    ckan.fails = lambda start, rows: start >= 4
    with Portal({SEARCH: ckan}) as portal:
        walk = run(portal, options={"rows": 4})
        assert len(arrived(walk)) == 4
        assert len(portal.asked) < 30
    assert walk.completeness.reason == "page-failed"


def test_a_portal_that_ignores_start_ends_as_incomplete(run: Any) -> None:
    results = [package("a"), package("b")]
    reply = json_reply({"success": True, "result": {"count": 9, "results": results}})
    with Portal({SEARCH: reply}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
        assert len(portal.asked) <= 3  # one may have been foreseen
    assert walk.completeness.reason == "page-repeated"


def test_a_dataset_that_moved_between_pages_is_found_in_the_second_pass(run: Any) -> None:
    pages = {"0": ["b", "c"], "2": ["c", "d"]}  # "e" moves behind what was read

    def moving(asked: Asked) -> Reply:
        if len(portal.asked) > 2:
            return Ckan([package(n) for n in "bcde"])(asked)
        results = [package(n) for n in pages[asked.query("start")]]
        return json_reply({"success": True, "result": {"count": 4, "results": results}})

    with Portal({SEARCH: moving}) as portal:
        walk = run(portal, options={"rows": 2})
        assert arrived(walk) == ["b", "c", "d", "e"]
        assert len(portal.asked) == 4
    assert walk.completeness.complete


def test_fewer_than_counted_is_incomplete(run: Any) -> None:
    def short(asked: Asked) -> Reply:
        start = int(asked.query("start"))
        results = [package("a"), package("b")][start : start + 1]
        return json_reply({"success": True, "result": {"count": 9, "results": results}})

    with Portal({SEARCH: short}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
    assert walk.completeness.reason == "walk-short"
    assert walk.completeness.declared == (9, 9)


def test_other_things_than_datasets_stay_out(run: Any) -> None:
    stock = [package("a"), package("b", type="harvest"), package("c", type="showcase")]
    with Portal({SEARCH: Ckan(stock)}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
    assert walk.completeness.complete


def test_an_api_under_a_prefix_and_behind_a_redirect(run: Any) -> None:
    def away(asked: Asked) -> Reply:
        return Reply(status=301, headers={"Location": asked.target.replace("/alt", "/neu")})

    with Portal({f"/alt{SEARCH}": away, f"/neu{SEARCH}": Ckan([package("a")])}) as portal:
        assert arrived(run(portal, "/alt")) == ["a"]


def test_what_the_portal_says_of_a_refused_search_is_passed_on(run: Any) -> None:
    body = {"success": False, "error": {"__type": "Search Query Error", "message": "fq kaputt"}}
    with (
        Portal({SEARCH: json_reply(body, 409)}) as portal,
        pytest.raises(BadStatus, match=r"409.*fq kaputt"),
    ):
        list(run(portal))


def test_success_false_stops_the_run(run: Any) -> None:
    body = {"success": False, "error": {"message": "Zugriff verweigert"}}
    with (
        Portal({SEARCH: json_reply(body)}) as portal,
        pytest.raises(NotACatalogue, match="Zugriff verweigert"),
    ):
        list(run(portal))


def test_half_a_json_answer_stops_the_run(run: Any) -> None:
    whole = json.dumps({"success": True, "result": {"count": 1, "results": [package("a")]}})
    with Portal({SEARCH: Reply(whole[:200].encode())}) as portal, pytest.raises(StopRun):
        list(run(portal))


def test_an_entry_that_is_no_package_does_not_stop_the_others(run: Any) -> None:
    results = [package("a"), None, "x", package("b", resources=None, tags="x", extras={"a": []})]
    reply = json_reply({"success": True, "result": {"count": 4, "results": results}})
    with Portal({SEARCH: reply}) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a", "b"]
    assert sum(found.rule == "record-unreadable" for found in walk.issues) == 2
    assert not walk.completeness.complete


def test_one_answer_of_package_show_is_a_source(run: Any) -> None:
    reply = json_reply({"success": True, "result": package("a")})
    with Portal({"/api/3/action/package_show": reply, "/a.json": reply}) as portal:
        for path in ("/api/3/action/package_show?id=a", "/a.json"):
            walk = run(portal, path)
            assert len(list(walk)) == 1
            assert walk.completeness.complete


def test_identity_is_the_dataset_s_own_address_where_it_has_one(run: Any) -> None:
    own = "https://daten.stadt.example/id/42"
    stock = [package("a", extras=[{"key": "uri", "value": own}]), package("b")]
    with Portal({SEARCH: Ckan(stock)}) as portal:
        records = list(run(portal))
        assert [record.identity for record in records] == [own, portal.url("/dataset/id-b")]
        assert [record.origin for record in records] == [
            portal.url("/dataset/a"),
            portal.url("/dataset/b"),
        ]


def test_views_and_link_checks_of_the_portal_are_no_change(run: Any) -> None:
    def fingerprint(**fields: Any) -> str:
        with Portal({SEARCH: Ckan([package("a", **fields)])}) as portal:
            (record,) = run(portal)
        return record.fingerprint

    first = fingerprint(tracking_summary={"total": 1}, archiver={"status": "ok"})
    assert first == fingerprint(tracking_summary={"total": 2}, qa={"updated": "heute"})
    assert first != fingerprint(notes="Anderes.")


def test_pages_grow_where_the_portal_is_quick_and_stay_where_it_is_not(run: Any) -> None:
    stock = [package(f"{n:04}") for n in range(1200)]

    def rows(portal: Portal) -> list[int]:
        return [int(asked.query("rows")) for asked in portal.asked]

    with Portal({SEARCH: Ckan(stock)}) as portal:
        walk = run(portal)
        assert len(arrived(walk)) == 1200
        assert rows(portal) == [100, 200, 400, 800]
    assert walk.completeness.complete

    def slowly(asked: Asked) -> Reply:
        time.sleep(1.1 if asked.query("start") == "0" else 0.0)
        return Ckan(stock[:250])(asked)

    with Portal({SEARCH: slowly}) as portal:
        assert len(arrived(run(portal))) == 250
        assert rows(portal) == [100, 100, 200]


def test_a_portal_that_gives_no_large_pages_is_asked_for_none(run: Any) -> None:
    with Portal({SEARCH: Ckan([package(f"{n:04}") for n in range(700)], most=100)}) as portal:
        walk = run(portal)
        assert len(arrived(walk)) == 700
        asked = [int(asked.query("rows")) for asked in portal.asked]
    assert asked[:2] == [100, 200]
    assert asked.count(100) >= 5
    assert len(asked) <= 9  # a page that was foreseen wrongly or two
    assert walk.completeness.complete


def test_a_large_page_that_fails_is_not_tried_that_large_again(run: Any) -> None:
    ckan = Ckan([package(f"{n:04}") for n in range(1500)])
    ckan.fails = lambda start, rows: rows > 300
    with Portal({SEARCH: ckan}) as portal:
        walk = run(portal)
        assert len(arrived(walk)) == 1500
        large = [asked for asked in portal.asked if int(asked.query("rows")) > 300]
    assert walk.completeness.complete
    assert len(large) <= 4  # one page, tried twice, perhaps foreseen once more


def test_the_next_page_is_asked_for_while_one_is_taken_in(run: Any) -> None:
    rows = 2 * CHUNK
    with Portal({SEARCH: Ckan([package(f"{n:03}") for n in range(4 * rows)])}) as portal:
        walk = iter(run(portal, options={"rows": rows}))
        taken = [next(walk) for _ in range(rows + 1)]  # of the second page a chunk
        until = time.monotonic() + 5
        while len(portal.asked) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        assert len(portal.asked) == 3
        assert [record.identity for record in [*taken, *walk]] == sorted(
            record.identity for record in run(portal, options={"rows": rows})
        )


def test_what_was_foreseen_is_left_when_a_walk_is_left(run: Any) -> None:
    left = threading.Event()

    def hanging(asked: Asked) -> Reply:
        if asked.query("start") == "4":
            left.wait(60)
        return Ckan([package(n) for n in "abcdefgh"])(asked)

    with Portal({SEARCH: hanging}) as portal:
        walk = iter(run(portal, options={"rows": 2}))
        for _ in range(3):
            next(walk)
        begun = time.monotonic()
        walk.close()
        assert time.monotonic() - begun < 20
        left.set()


def test_a_portal_that_takes_no_order_is_asked_again_without(run: Any) -> None:
    ckan = Ckan([package(n) for n in "abcde"])
    refusal = {"success": False, "error": {"sort": ["Sort field is not allowed"]}}

    def script(asked: Asked) -> Reply:
        return json_reply(refusal, 409) if asked.query("sort") else ckan(asked)

    with Portal({SEARCH: script}) as portal:
        walk = run(portal, options={"rows": 2})
        assert arrived(walk) == list("abcde")
        assert [bool(asked.queries("sort")) for asked in portal.asked].count(True) == 1
    assert walk.completeness.complete
    assert [found.rule for found in walk.issues] == ["sort-refused"]


def test_a_dkan_is_named_with_what_to_do(run: Any) -> None:
    names = json_reply({"success": True, "result": ["baeume", "bruecken"]})
    with (
        Portal({"/api/3/action/package_list": names}) as portal,
        pytest.raises(NotACatalogue, match=r"DKAN.*dkan as the kind"),
    ):
        list(run(portal))


def test_an_address_without_anything_is_no_dkan(run: Any) -> None:
    with Portal({}) as portal, pytest.raises(BadStatus, match="404"):
        list(run(portal))


@pytest.mark.parametrize(
    "said",
    [
        "<br />\n<b>Warning</b>:  Undefined key 5 in <b>/var/www/x.php</b> on line <b>3</b>\n",
        "\nDeprecated: strlen(): Passing null in /var/www/x.php on line 3\n",
        "PHP Notice:  Undefined index: x in /var/www/x.php on line 3\n",
    ],
)
def test_messages_of_php_before_the_json_are_said_as_such(run: Any, said: str) -> None:
    answer = Reply(said.encode() + b'{"success": true, "result": {"count": 0, "results": []}}')
    with Portal({SEARCH: answer}) as portal, pytest.raises(NotACatalogue, match="PHP") as caught:
        list(run(portal))
    assert "/var/www" not in str(caught.value)
