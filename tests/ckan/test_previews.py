"""Checks and previews in the background: in line, at work, kept for a while, and whose they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from outage import stopped
from stand_in import Entry, StandIn, catalogue
from walks import source

from ckanext.hanse.model import HarvestSource
from ckanext.hanse.scheduler import jobs, tick
from ckanext.hanse.security import asking
from ckanext.hanse.sources.preview import queue as line
from ckanext.hanse.sources.preview import store
from ckanext.hanse.sources.preview.job import work_off
from ckanext.hanse.sources.preview.queue import PreviewState
from hanse_config.services.redis import Redis

Officer = Callable[..., dict[str, Any]]
Ask = Callable[..., Any]
Press = Callable[..., str]

FORM = {
    "organization": "rostock", "title": "Neues Portal", "kind": "", "portal": "",
    "schedule_kind": "daily", "schedule_time": "04:30", "timezone": "Europe/Berlin",
    "language": "de", "note": "Notiz", "name": "neu",
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty(clean: None) -> Iterator[None]:
    """An empty Redis; it is the tests' own."""
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def press(ask: Ask) -> Press:
    """Press "Check" in the form of a new source; gives the path of the page it leads to."""

    def check(user: dict[str, Any], url: str, **form: str) -> str:
        answer = ask(user, "/harvest/source/new", "POST", check="1", url=url, **{**FORM, **form})
        assert answer.status_code == 303, answer.body
        found = re.search(r"/harvest/preview/[0-9a-f]{32}$", answer.headers["Location"])
        assert found
        return found[0]

    return check


@pytest.fixture
def admin(officer: Officer) -> dict[str, Any]:
    return officer("rostock", "admin")


@pytest.fixture
def ours(cities: dict[str, Any], portal: StandIn) -> HarvestSource:
    """A source of Rostock with two datasets."""
    row = source(cities["rostock"]["id"])
    row.from_file, row.author = False, "somebody"
    row.settings = {"schedule": "15 3 * * *", "timezone": "Europe/Berlin"}
    row.url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume"), Entry("p", "Parks")))
    model.Session.commit()
    return row


def state(path: str) -> PreviewState:
    return line.standing(path.rpartition("/")[2]).state


# --- Asking, waiting, reading ---------------------------------------------------------------------


def test_a_check_is_answered_at_once_and_its_page_shows_how_it_goes(
    admin: Any, ask: Ask, press: Press, portal: StandIn
) -> None:
    url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume")))
    path = press(admin, url)
    assert portal.asked == []
    waiting = ask(admin, f"/en{path}").body
    assert f'hx-get="/en{path}/progress"' in waiting
    assert 'http-equiv="refresh"' in waiting.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "no worker is there" in waiting
    part = ask(admin, f"{path}/progress")
    assert "HX-Refresh" not in part.headers
    assert "<html" not in part.body

    work_off()
    assert ask(admin, f"{path}/progress").headers["HX-Refresh"] == "true"
    for language, words in (("/en", "The portal answers."), ("", "Das Portal antwortet.")):
        shown = ask(admin, f"{language}{path}").body
        assert words in shown
        assert "Bäume" in shown
        assert "hx-get" not in shown
        assert 'http-equiv="refresh"' not in shown
    # The form is there as it was filled in, with the kind that was recognised.
    for held in ('value="Neues Portal"', f'value="{url}"', 'value="04:30"', 'value="neu"', "Notiz"):
        assert held in shown
    assert re.search(r'<option value="rdf" selected', shown)


def test_what_cannot_be_checked_is_said_at_its_field_and_nobody_is_asked(
    admin: Any, ask: Ask
) -> None:
    wrong = {**FORM, "url": "http://169.254.169.254/latest", "timezone": "Mond"}
    answer = ask(admin, "/harvest/source/new", "POST", check="1", **wrong)
    assert answer.status_code == 200
    assert 'id="field-url-error"' in answer.body
    assert 'id="field-timezone-error"' in answer.body
    assert line.queue().count == 0


def test_a_check_and_a_preview_of_a_source_have_pages_of_their_own(
    ours: HarvestSource, admin: Any, ask: Ask
) -> None:
    looked = ask(admin, "/harvest/source/portal/check", "POST").headers["Location"]
    preview = ask(admin, "/harvest/source/portal/preview", "POST", limit="50").headers["Location"]
    work_off()
    seen, shown = ask(admin, looked).body, ask(admin, preview).body
    assert "Das Portal antwortet." in seen
    assert "Bäume" in seen
    assert "wären neu" in shown
    assert "Bäume" in shown
    assert '<option value="50" selected>' in shown
    assert model.Session.query(model.Package).count() == 0


def test_a_portal_that_fails_or_takes_too_long_is_said(
    ours: HarvestSource, admin: Any, ask: Ask, portal: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.pages.clear()
    failed = ask(admin, "/en/harvest/source/portal/preview", "POST").headers["Location"]
    work_off()
    assert "The run failed." in ask(admin, failed).body
    monkeypatch.setitem(tk.config, "hanse.preview.seconds", 1)
    portal.pause = 2.5
    slow = [
        ask(admin, f"/en/harvest/source/portal/{button}", "POST").headers["Location"]
        for button in ("preview", "check")
    ]
    work_off()
    for page in slow:
        assert "more than 1 second " in ask(admin, page).body


def test_pressing_twice_asks_the_portal_once(
    ours: HarvestSource, admin: Any, ask: Ask, press: Press, portal: StandIn
) -> None:
    url = portal.url("/catalog.ttl")
    first = press(admin, url)
    assert press(admin, url) == first
    assert press(admin, url, title="Anders") != first
    assert len(line.queue().job_ids) == 2
    work_off()
    before = len(portal.asked)
    again = press(admin, url)  # once it is over it is asked anew
    assert again != first
    work_off()
    assert len(portal.asked) > before


# --- Who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("of_source", [True, False])
def test_only_who_asked_and_who_may_manage_see_it(
    ours: HarvestSource,
    officer: Officer,
    sysadmin: dict[str, Any],
    ask: Ask,
    press: Press,
    api: Callable[..., Any],
    portal: StandIn,
    of_source: bool,
) -> None:
    admin = officer("rostock", "admin")
    if of_source:
        answer = ask(admin, "/harvest/source/portal/preview", "POST", limit="20")
        path = answer.headers["Location"].partition("/harvest")[2]
        path = f"/harvest{path}"
    else:
        path = press(admin, portal.url("/catalog.ttl"))
    work_off()
    others = (
        officer("rostock", "editor"), officer("rostock", "member"), officer("stralsund", "admin"),
        factories.UserWithToken(),
    )  # fmt: skip
    number = path.rpartition("/")[2]
    for user in (admin, officer("rostock", "admin"), sysadmin):
        assert ask(user, path).status_code == 200
        assert ask(user, f"{path}/progress").status_code == 200
        assert api(user, "hanse_preview_show", id=number)["state"] == "done"
    for user in others:
        assert ask(user, path).status_code == 404
        assert ask(user, f"{path}/progress").status_code == 404
        with pytest.raises(tk.ObjectNotFound):
            api(user, "hanse_preview_show", id=number)
    assert "/user/login" in ask(None, path).headers["Location"]
    with pytest.raises(tk.ObjectNotFound):
        api(None, "hanse_preview_show", id=number)
    for wrong in ("0" * 32, "x", "asked", "../waiting"):
        assert ask(sysadmin, f"/harvest/preview/{wrong}").status_code == 404


def test_who_asked_and_manages_no_more_sees_no_page_of_the_source(
    ours: HarvestSource,
    cities: Any,
    officer: Officer,
    ask: Ask,
    api: Callable[..., Any],
    sysadmin: Any,
) -> None:
    admin = officer("rostock", "admin")
    page = ask(admin, "/harvest/source/portal/check", "POST").headers["Location"]
    who = {"id": cities["rostock"]["id"], "username": admin["name"]}
    api(sysadmin, "organization_member_delete", **who)
    assert ask(admin, page).status_code == 404


# --- How long, how much ---------------------------------------------------------------------------


def test_an_answer_is_kept_for_a_while_and_can_be_asked_for_again(
    ours: HarvestSource, admin: Any, ask: Ask, press: Press, portal: StandIn
) -> None:
    unsaved = press(admin, portal.url("/catalog.ttl"))
    preview = ask(admin, "/harvest/source/portal/preview", "POST", limit="50").headers["Location"]
    work_off()
    connection = connect_to_redis()
    for path in (unsaved, preview):
        answer = store.key(f"answer:{path.rpartition('/')[2]}")
        assert 0 < connection.ttl(answer) <= tk.config["hanse.preview.kept_seconds"]
        connection.delete(answer)
        shown = ask(admin, f"/en/{path.partition('harvest')[1]}{path.partition('harvest')[2]}")
        assert shown.status_code == 200
        assert "The answer is no longer kept." in shown.body
    assert '<option value="50" selected>' in shown.body
    filled = ask(admin, unsaved).body
    assert 'value="Neues Portal"' in filled
    assert 'name="check"' in filled
    # Everything of it goes by itself.
    keys = [name for name in connection.keys(store.key("*")) if b":of:" not in name]
    assert all(connection.ttl(name) > 0 for name in keys)


def test_an_account_has_so_many_answers_and_each_is_of_a_bounded_size(
    admin: Any, press: Press, portal: StandIn
) -> None:
    paths = []
    for number in range(store.MOST_KEPT + 2):
        paths.append(press(admin, portal.url(f"/{number}.ttl")))
        work_off()
    assert state(paths[0]) is PreviewState.EXPIRED
    assert state(paths[-1]) is PreviewState.DONE
    assert len(connect_to_redis().keys(store.key("answer:*"))) == store.MOST_KEPT

    number = paths[-1].rpartition("/")[2]
    changes = [{"diff": [{"new": "x" * 10_000}], "title": str(place)} for place in range(500)]
    store.put(number, {"report": {"created": 500}, "lists": {"changes": changes}, "messages": {}})
    kept = connect_to_redis().get(store.key(f"answer:{number}"))
    assert len(kept) <= store.MOST_BYTES
    assert 0 < len(json.loads(kept)["lists"]["changes"]) < 500


# --- The line -------------------------------------------------------------------------------------


def test_few_are_at_work_and_of_one_account_fewer(
    officer: Officer, ask: Ask, press: Press, portal: StandIn
) -> None:
    one, other = officer("rostock", "admin"), officer("stralsund", "admin")
    mine = [press(one, portal.url(f"/{number}.ttl")) for number in range(4)]
    theirs = press(other, portal.url("/x.ttl"), organization="stralsund")
    begun = [store.load(name.rpartition("_")[2]) for name in line.queue().job_ids]
    assert [item.values["url"][-5:] for item in begun if item] == ["0.ttl", "1.ttl", "x.ttl"]
    assert line.standing(mine[3].rpartition("/")[2]).ahead == 1
    body = ask(one, f"/en{mine[3]}").body
    assert "In line" in body
    assert "1 other request waits before it" in body
    work_off()
    assert {state(path) for path in (*mine, theirs)} == {PreviewState.DONE}


def test_whoever_has_too_many_in_line_is_told(
    admin: Any, ask: Ask, press: Press, portal: StandIn
) -> None:
    for number in range(store.MOST_KEPT):
        press(admin, portal.url(f"/{number}.ttl"))
    answer = ask(
        admin, "/en/harvest/source/new", "POST", check="1", **FORM, url=portal.url("/more.ttl")
    )
    assert answer.status_code == 200
    assert "wait or are at work already" in answer.body


def test_what_lost_its_worker_is_said_and_makes_room_for_the_next(
    admin: Any, ask: Ask, press: Press, portal: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Redis holds it when worker and job were killed and their last sign of life is over."""
    monkeypatch.setitem(tk.config, "hanse.preview.at_once", 1)
    first, second = (press(admin, portal.url(f"/{number}.ttl")) for number in range(2))
    queue = line.queue()
    job = queue.fetch_job(queue.pop_job_id())
    job.set_status("started")
    registry, number = queue.started_job_registry, f"{job.id}:1"
    connect_to_redis().zadd(registry.key, {number: tick.due.now().timestamp() + 60})
    assert state(first) is PreviewState.RUNNING
    assert state(second) is PreviewState.WAITING
    connect_to_redis().zadd(registry.key, {number: tick.due.now().timestamp() - 1})
    assert state(first) is PreviewState.LOST
    body = ask(admin, f"/en{first}").body
    assert "It was cut off." in body
    assert 'name="check"' in body
    assert "hx-get" not in body
    work_off()  # nobody has ended it, and yet the next one begins
    assert state(second) is PreviewState.DONE


def test_without_redis_who_asks_is_told(
    ours: HarvestSource, admin: Any, api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And requests that wait for a portal themselves are counted by each process."""
    monkeypatch.setitem(tk.config, "hanse.preview.in_requests", 2)
    with stopped(Redis):
        with pytest.raises(tk.ValidationError, match="queue"):
            api(admin, "hanse_preview_ask", id="portal")
        places = [asking.take(account) for account in ("a", "a", "b", "c")]
        assert [bool(place) for place in places] == [True, False, True, False]
        asking.give_back(places[0])
        assert asking.take("c")
        asking.give_back(places[2])
        asking.give_back("c:")
        assert api(admin, "hanse_source_check", id="portal")["reachable"]


def test_a_tick_that_runs_sources_itself_does_previews_too(
    admin: Any, press: Press, ours: HarvestSource, portal: StandIn
) -> None:
    path = press(admin, portal.url("/catalog.ttl"))
    assert tick.tick().faults == {}
    assert state(path) is PreviewState.WAITING
    assert tick.tick(run=True).faults == {}
    assert state(path) is PreviewState.DONE


# --- A source whose run waits ---------------------------------------------------------------------


def test_the_page_of_a_source_whose_run_waits_refreshes_itself(
    ours: HarvestSource, admin: Any, ask: Ask
) -> None:
    assert "hx-get" not in ask(admin, "/harvest/source/portal").body
    ask(admin, "/harvest/source/portal/run", "POST")
    body = ask(admin, "/harvest/source/portal").body
    assert 'hx-get="/harvest/source/portal/queued"' in body
    assert 'http-equiv="refresh"' in body
    part = ask(admin, "/harvest/source/portal/queued")
    assert "HX-Refresh" not in part.headers
    assert "wartet auf" in part.body
    jobs.queue().empty()
    assert ask(admin, "/harvest/source/portal/queued").headers["HX-Refresh"] == "true"


HOSTILE = ("\x00", "\ud800", "x" * 100_000, {"a": 1}, [["x"]], -1, 10**30, None, True, "vielleicht")


@pytest.mark.parametrize("field", ["id", "limit", "organization", "url", "kind", "options", "name"])
def test_no_value_of_a_question_is_a_fault_of_the_site(
    ours: HarvestSource, sysadmin: dict[str, Any], site: Any, field: str
) -> None:
    headers = {"Authorization": sysadmin["token"]}
    given = {"organization": "rostock", "kind": "rdf", "url": "https://daten.example.org/a.ttl"}
    for value in HOSTILE:
        data = ({"id": "portal"} if field == "limit" else given) | {field: value}
        connect_to_redis().flushdb()
        for action in ("hanse_preview_ask", "hanse_preview_show", "hanse_source_create"):
            answer = site.post(f"/api/3/action/{action}", json=data, headers=headers)
            assert answer.status_code < 500, (action, value)
