"""Pages kept for visitors: quick, bounded, never another's, and gone when something changes."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from outage import stopped
from repairing import Repair, repairing
from walks import act, record
from werkzeug.test import Client, TestResponse

from ckanext.hanse.harvest import lease
from ckanext.hanse.scheduler import tick
from ckanext.hanse.store import page_generation
from hanse_config.services.redis import Redis

Visitor = Callable[..., TestResponse]
DATASET = "/dataset/baeume"


def forget() -> None:
    vars(page_generation.current).update(vars(page_generation.Generation()))


@pytest.fixture(autouse=True)
def fresh(site: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is kept of an earlier test, nor that Redis was away in it; nor for a later one."""
    monkeypatch.setattr(page_generation, "_PATIENCE", 10.0)  # a busy machine is no silent Redis
    forget()
    assert page_generation.current.renew()
    yield
    forget()


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Any) -> Repair:
    return repairing(cities["rostock"]["id"], officer("rostock"), api)


@pytest.fixture
def baeume(cities: dict[str, Any]) -> dict[str, Any]:
    return factories.Dataset(
        name="baeume", title="Baumkataster", notes="Alt.", owner_org=cities["rostock"]["id"]
    )


def kept(page: TestResponse) -> bool:
    """Whether it came from memory."""
    assert page.status_code == 200
    return "hit" in page.headers.get("Cache-Status", "")


def test_the_second_visitor_gets_what_the_first_got(
    baeume: dict[str, Any], visitor: Visitor
) -> None:
    paths = [
        "/", "/en/", DATASET, "/en/dataset/baeume", "/organization/rostock", "/dataset/",
        "/dataset/?q=b%C3%A4ume&sort=score+desc&organization=rostock&organization=stralsund",
    ]  # fmt: skip
    for path in paths:
        asked = visitor(path, method="HEAD")
        first, second = visitor(path), visitor(path)
        assert [kept(asked), kept(first)] == [False, False], path
        assert kept(second), path
        assert first.data == second.data
        alike = "Content-Type", "ETag", "Cache-Control", "Vary", "Content-Security-Policy", "Link"
        for name in (*alike, "Content-Language", "Content-Length"):
            assert first.headers.getlist(name) == second.headers.getlist(name), name
        head = visitor(path, method="HEAD")
        assert kept(head)
        for answer in (asked, head):
            assert answer.data == b""
            assert answer.headers["Content-Length"] == str(len(first.data))
        assert visitor(path, If_None_Match=first.headers["ETag"]).status_code == 304


def test_a_browser_keeps_what_comes_with_the_software(visitor: Visitor) -> None:
    """For an hour, or for good where the name says the content."""
    page = visitor("/about").get_data(as_text=True)
    found = set(re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg))"', page)) | {"/api/i18n/de"}
    assert len(found) > 2
    for path in found:
        cached = visitor(path).cache_control
        assert cached.public, path
        assert not cached.no_cache, path
        assert not cached.must_revalidate, path
        hashed = re.search(r"/webassets/.*/[0-9a-f]{8}_", path)
        assert cached.immutable if hashed else cached.max_age == 3600, path
    assert visitor("/webassets/hanse/gibt_es_nicht.css").status_code == 404


def test_the_order_of_parameters_makes_no_other_page(
    baeume: dict[str, Any], visitor: Visitor
) -> None:
    visitor("/dataset/?q=a%20b&organization=rostock")
    assert kept(visitor("/dataset/?organization=rostock&q=a+b"))
    for other in ("?q=b&organization=rostock", "?organization=rostock", "?q=a&q=b", ""):
        assert not kept(visitor(f"/dataset/{other}")), other


ENDLESS = [
    "/?x=1", "/dataset/baeume?x=1", "/dataset/?q=a&x=1", "/dataset/?ext_x=1",
    "/dataset/?__no_cache__=1", "/dataset/?q=" + "a" * 600, "/dataset/?_tags_limit=0",
    "/dataset/?q=%ff", "/about", "/imprint",
]  # fmt: skip


@pytest.mark.usefixtures("baeume")
def test_what_anybody_could_ask_without_end_is_not_kept(visitor: Visitor) -> None:
    for path in ENDLESS:
        visitor(path)
        assert not kept(visitor(path)), path


def test_who_says_anything_of_himself_is_answered_by_the_site(
    baeume: dict[str, Any], visitor: Visitor, sysadmin: dict[str, Any]
) -> None:
    page = visitor(DATASET)
    assert kept(visitor(DATASET))
    for name, value in {
        "Cookie": "ckan=0",
        "Authorization": sysadmin["token"],
        "Host": "evil.example.org",
        "Origin": "http://evil.example.org",
    }.items():
        other = visitor(DATASET, **{name: value})
        assert not kept(other), name
    assert sysadmin["display_name"] in visitor(DATASET, Authorization=sysadmin["token"]).text
    assert visitor(DATASET, Accept="text/turtle").status_code == 303
    # Nobody's page was replaced by another's.
    after = visitor(DATASET)
    assert kept(after)
    assert after.data == page.data


def test_htmx_gets_its_parts_and_everybody_else_the_page(
    baeume: dict[str, Any], visitor: Visitor
) -> None:
    whole = visitor("/dataset/?q=baum")
    parts = visitor("/dataset/?q=baum", HX_Request="true")
    assert not kept(parts)
    assert "<html" in whole.text
    assert "<html" not in parts.text
    assert visitor("/dataset/?q=baum").data == whole.data
    assert visitor("/dataset/?q=baum", HX_Request="true").data == parts.data
    back = visitor("/dataset/?q=baum", HX_Request="true", HX_History_Restore_Request="true")
    assert back.data == whole.data


@pytest.mark.usefixtures("clean")
def test_an_error_is_not_kept(visitor: Visitor) -> None:
    for path in ("/dataset/none", "/nowhere", "/organization/none"):
        for _ in range(2):
            page = visitor(path)
            assert page.status_code >= 400, path
            assert "Cache-Status" not in page.headers, path
            assert "public" not in page.cache_control, path


@pytest.mark.usefixtures("baeume")
def test_a_page_whose_search_failed_is_not_kept(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(tk.config, "solr_url", tk.config["solr_url"] + "_none")
        page = visitor("/dataset/")
        assert page.status_code == 200
        assert "public" not in page.cache_control
    page = visitor("/dataset/")
    assert not kept(page)
    assert "Baumkataster" in page.text


@pytest.mark.usefixtures("baeume")
def test_searches_from_memory_count_for_the_limit_of_an_address(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.search", "3 per minute")
    connect_to_redis().flushdb()
    for path in ("/dataset/?q=baum", "/organization/rostock"):
        asked = [visitor(path) for _ in range(4)]
        connect_to_redis().flushdb()
        assert [page.status_code for page in asked] == [200, 200, 200, 429], path
        assert [kept(page) for page in asked[:3]] == [False, True, True], path
        assert "no-store" in asked[3].cache_control
        assert asked[3].headers["Retry-After"]
    for _ in range(6):
        assert visitor(DATASET).status_code == 200
        assert visitor("/").status_code == 200


# --- What changes -------------------------------------------------------------------------------


def changes(baeume: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Any], str, str]]:
    """Acts: name, the act, a page, and what it says afterwards ("" for: is not there)."""
    yield "title", lambda: act("package_patch", id="baeume", title="Ulmen"), DATASET, "Ulmen"
    yield (
        "in a search",
        lambda: act("package_patch", id="baeume", title="Eichen"),
        ("/dataset/?q=eichen"),
        "Eichen",
    )
    yield (
        "on the home page",
        lambda: act("package_patch", id="baeume", title="Linden"),
        ("/"),
        "Linden",
    )
    yield (
        "a file",
        lambda: act(
            "resource_create", package_id="baeume", url="http://a.example/x.csv", name="Neue Datei"
        ),
        DATASET,
        "Neue Datei",
    )
    yield (
        "a city",
        lambda: act("organization_patch", id="rostock", title="Rostock am Meer"),
        (DATASET),
        "Rostock am Meer",
    )
    yield (
        "another city",
        lambda: act("organization_patch", id="stralsund", title="Sund"),
        ("/"),
        "Sund",
    )
    yield (
        "the site's title",
        lambda: act("config_option_update", **{"ckan.site_title": "Anders"}),
        ("/about"),
        "Anders",
    )
    yield "private", lambda: act("package_patch", id="baeume", private=True), DATASET, ""
    yield (
        "public again",
        lambda: act("package_patch", id="baeume", private=False),
        ("/dataset/"),
        "Linden",
    )
    yield "deleted", lambda: act("package_delete", id="baeume"), DATASET, ""
    yield "undeleted", lambda: act("package_patch", id="baeume", state="active"), DATASET, "Linden"
    yield "purged", lambda: act("dataset_purge", id="baeume"), DATASET, ""


def test_a_change_is_seen_at_once(baeume: dict[str, Any], visitor: Visitor) -> None:
    try:
        for name, do, path, said in changes(baeume):
            visitor(path)
            visitor("/dataset/")
            do()
            after = visitor(path)
            assert "Cache-Status" not in after.headers, name
            if said:
                assert said in after.text, name
            else:
                assert after.status_code in (404, 410), name
                assert "Linden" not in visitor("/dataset/").text, name
    finally:
        act("config_option_update", **{"ckan.site_title": "Hanse Open Data"})


def test_a_harvest_is_seen_at_once_and_one_that_brings_nothing_costs_nothing_twice(
    rostock: Repair, visitor: Visitor
) -> None:
    rostock.run(record("b", "Bäume"))
    assert "Bäume" in visitor("/dataset/").text
    assert kept(visitor("/dataset/"))
    rostock.run(record("b", "Ulmen"))
    assert "Ulmen" in visitor("/dataset/").text
    assert "Ulmen" in visitor(DATASET).text
    rostock.correct("baeume", "title", "Berichtigt")
    assert "Berichtigt" in visitor(DATASET).text
    assert "Berichtigt" in visitor("/dataset/").text


def test_what_users_do_for_themselves_leaves_the_pages_there(
    baeume: dict[str, Any], visitor: Visitor, sysadmin: dict[str, Any], site: Any
) -> None:
    visitor(DATASET)
    visitor("/", Authorization=sysadmin["token"])
    act("follow_dataset", id="baeume")
    factories.APIToken(user=sysadmin["name"])
    Client(site.flask_app).get("/user/login", base_url=tk.config["ckan.site_url"])
    assert kept(visitor(DATASET))


def test_a_clock_that_ticks_and_a_run_that_lives_leave_them_there(
    rostock: Repair, visitor: Visitor
) -> None:
    rostock.run(record("b", "Bäume"))
    tick.tick()
    visitor(DATASET)
    tick.tick()
    held = lease.take(rostock.source.id, seconds=60)
    assert held
    with model.meta.engine.begin() as connection:
        held.renew(connection)
    held.release()
    assert kept(visitor(DATASET))


def test_a_change_past_the_session_is_seen(baeume: dict[str, Any], visitor: Visitor) -> None:
    visitor(DATASET)
    statement = "WITH one AS (SELECT 'baeume' AS name) UPDATE package SET title = 'Ulmen' FROM one"
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text(f"{statement} WHERE package.name = one.name"))
    assert not kept(visitor(DATASET))


def test_a_change_by_another_process_is_seen(baeume: dict[str, Any], visitor: Visitor) -> None:
    visitor(DATASET)
    model.Session.remove()
    child = os.fork()
    if not child:
        model.meta.engine.dispose(close=False)
        act("package_delete", id="baeume")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert visitor(DATASET).status_code in (404, 410)


def test_a_page_that_was_being_made_when_something_changed_is_not_kept(
    baeume: dict[str, Any], visitor: Visitor, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = site.flask_app.view_functions["dataset.read"]

    def slow(*args: Any, **keywords: Any) -> Any:
        page = made(*args, **keywords)
        page_generation.Generation().renew()
        return page

    with monkeypatch.context() as patch:
        patch.setitem(site.flask_app.view_functions, "dataset.read", slow)
        visitor(DATASET)
    assert not kept(visitor(DATASET))
    assert kept(visitor(DATASET))


# --- Redis that is not there ----------------------------------------------------------------------


def test_without_redis_pages_are_made_anew_and_none_is_old(
    baeume: dict[str, Any], visitor: Visitor
) -> None:
    assert visitor(DATASET).status_code == 200
    with stopped(Redis):
        act("package_patch", id="baeume", title="Ulmen")
        for _ in range(2):
            page = visitor(DATASET)
            assert not kept(page)
            assert "Ulmen" in page.text
    assert "Ulmen" in visitor(DATASET).text


def test_what_changed_while_redis_was_away_is_told_later(
    baeume: dict[str, Any], visitor: Visitor
) -> None:
    """Nobody visits meanwhile: the page in memory is still there afterwards."""
    visitor(DATASET)
    with stopped(Redis):
        act("package_patch", id="baeume", private=True)
    assert visitor(DATASET).status_code in (403, 404)


def test_a_redis_that_says_nothing_holds_no_page_up(
    baeume: dict[str, Any], visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_generation, "_PATIENCE", 0.25)
    monkeypatch.setattr(page_generation, "_REST", 600.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setitem(tk.config, "ckan.redis.url", f"redis://127.0.0.1:{port}/0")
        for _ in range(3):
            assert not kept(visitor(DATASET))
        silent.settimeout(0.1)
        silent.accept()
        # It is left alone for a while; not every page waits for it.
        with pytest.raises(TimeoutError):
            silent.accept()
