"""Links of datasets: kept up with them, checked, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from link_server import (
    Links,
    Write,
    a_day_later,
    check,
    having,
    issues,
    number_due,
    row,
    states,
)
from walks import act

from ckanext.hanse.link_checks import collect, due, figures, jobs, options, pause
from ckanext.hanse.model import CheckedUrl, DatasetState, HarvestSource, UrlUse
from ckanext.hanse.sources import host_issues, issue_groups
from ckanext.hanse.sources.issues import Filter
from ckanext.hanse.store import link_states, urls
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from hanse_harvesters.errors import HanseError
from hanse_harvesters.links.walk import origin_of
from hanse_harvesters.quality.mqa import measure


def uses(dataset_id: str) -> set[str]:
    """The paths that a dataset has links to."""
    model.Session.rollback()
    query = (
        sa.select(CheckedUrl.url)
        .join(UrlUse, UrlUse.url_id == CheckedUrl.id)
        .where(UrlUse.dataset_id == dataset_id)
    )
    return {url.partition("://")[2].partition("/")[2] for url in model.Session.scalars(query)}


# --- Kept up ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [BulkWriter, ActionWriter])
def test_both_writers_keep_the_links_of_what_they_write(
    kind: type, write: Write, server: Links
) -> None:
    first, second = write(
        having("a", "/gut.csv", "/weg.csv", server=server),
        having("b", "/gut.csv", server=server),
        kind=kind,
    )
    assert uses(first) == {"gut.csv", "weg.csv"}
    assert uses(second) == {"gut.csv"}
    assert states() == {"gut.csv": "pending", "weg.csv": "pending"}
    write(having("a", "/neu.csv", server=server), kind=kind)
    assert uses(first) == {"neu.csv"}


def test_a_chunk_costs_a_statement_for_each_table(
    write: Write, server: Links, watch: Callable[[], Any]
) -> None:
    records = [having(str(n), f"/{n}.csv", "/gut.csv", server=server) for n in range(60)]
    with watch() as seen:
        write(*records)
    assert len(seen.writes_to("INSERT INTO hanse_url (")) == 1
    assert len([text for text in seen.writes if "INSERT INTO hanse_url_use" in text]) == 1


def test_a_dataset_made_here_keeps_its_links_too_but_not_those_to_this_site(
    cities: dict[str, Any], server: Links
) -> None:
    own = f"{tk.config['ckan.site_url']}/dataset/x/resource/y/download/z.csv"
    made = factories.Dataset(
        owner_org=cities["rostock"]["id"],
        resources=[{"url": server.url("/gut.csv")}, {"url": own}],
    )
    assert uses(made["id"]) == {"gut.csv"}
    act("package_patch", id=made["id"], resources=[{"url": server.url("/weg.csv")}])
    assert uses(made["id"]) == {"weg.csv"}


def test_links_that_no_dataset_has_are_forgotten(write: Write, server: Links) -> None:
    (dataset,) = write(having("a", "/gut.csv", server=server))
    write(having("a", "/neu.csv", server=server))
    assert urls.forget_unused() == 1
    assert states() == {"neu.csv": "pending"}
    act("dataset_purge", id=dataset)
    assert urls.forget_unused() == 1


def test_what_was_there_before_is_collected(write: Write, server: Links) -> None:
    (dataset,) = write(having("a", "/gut.csv", server=server))
    model.Session.execute(sa.delete(UrlUse))
    model.Session.execute(sa.delete(CheckedUrl))
    model.Session.commit()
    assert collect.missing() == 1
    assert uses(dataset) == {"gut.csv"}


# --- Checked ----------------------------------------------------------------------------------


def test_each_link_is_asked_once_however_many_datasets_have_it(write: Write, server: Links) -> None:
    write(*(having(str(n), "/gut.csv", f"/{n}/gut.csv", server=server) for n in range(3)))
    assert check().number == 4
    assert sorted(server.files()) == ["/0/gut.csv", "/1/gut.csv", "/2/gut.csv", "/gut.csv"]
    assert server.most == 1
    found = row(server.url("/gut.csv"))
    assert (found.state, found.record["learned"]["format"]) == ("ok", "CSV")
    assert check().number == 0  # for a month


def test_dead_is_only_what_fails_on_three_days_and_is_mended_at_once(
    write: Write, server: Links
) -> None:
    (dataset,) = write(having("a", "/weg.csv", server=server))
    for day, (state, rule) in enumerate(
        [("unsure", "link-failing"), ("unsure", "link-failing"), ("dead", "link-dead")]
    ):
        a_day_later() if day else None
        check()
        assert row(server.url("/weg.csv")).state == state
        assert issues(dataset) == [rule]
    check()
    assert len(server.files()) == 3
    server.scripts["/weg.csv"] = server.scripts["/gut.csv"]
    a_day_later()
    check()
    assert row(server.url("/weg.csv")).state == "ok"
    assert issues(dataset) == []


def test_issues_of_links_stay_through_a_harvest_and_move_with_their_file(
    write: Write, server: Links
) -> None:
    (dataset,) = write(having("a", "/alt.csv", "/gut.csv", server=server))
    check()
    assert issues(dataset) == ["link-moved"]
    write(having("a", "/gut.csv", "/alt.csv", server=server, notes="Neu"))
    state = model.Session.get(DatasetState, dataset, populate_existing=True)
    assert [item["field"] for item in state.link_issues] == ["resources[1].download_url"]
    write(having("a", "/gut.csv", server=server))
    assert issues(dataset) == []


def test_what_is_found_is_compared_with_what_is_declared(write: Write, server: Links) -> None:
    (dataset,) = write(having("a", "/statt.csv", server=server))
    check()
    assert "link-html-instead" in issues(dataset)


def test_a_withdrawn_dataset_is_not_asked_for(write: Write, server: Links) -> None:
    first, _ = write(having("a", "/gut.csv", server=server), having("b", "/2.csv", server=server))
    act("package_delete", id=first)
    assert number_due() == 1
    check()
    assert server.files() == ["/2.csv"]


def test_a_dataset_removed_while_its_link_is_asked_breaks_nothing(
    write: Write, server: Links
) -> None:
    (dataset,) = write(having("a", "/gut.csv", server=server))

    def purge(asked: Any) -> Any:
        with model.meta.engine.begin() as connection:
            connection.execute(sa.delete(UrlUse))
            connection.execute(sa.delete(CheckedUrl))
        return server.scripts["/weg.csv"]

    server.scripts["/gut.csv"] = purge
    assert check().number == 0
    assert issues(dataset) == []


def test_hosts_that_the_operator_excludes_are_never_asked(write: Write, server: Links) -> None:
    write(having("a", "/gut.csv", server=server))
    tk.config["hanse.links.except_hosts"] = ["127.0.0.1"]
    assert (number_due(), check().number, server.asked) == (0, 0, [])
    tk.config["hanse.links.except_hosts"] = []
    tk.config["hanse.links.only_hosts"] = ["daten.example.org"]
    assert (number_due(), check().number, server.asked) == (0, 0, [])


def test_the_operator_may_be_slower_but_never_ruder(clean: None) -> None:
    for seconds, pause_ in ((0, 2.0), (2, 2.0), (5, 5.0)):
        tk.config["hanse.links.pause_seconds"] = seconds
        assert options.limits().pause == pause_
    tk.config["hanse.links.pause_seconds"] = 2


def test_nothing_is_asked_outside_of_the_hours_or_while_paused(
    write: Write, server: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(having("a", "/gut.csv", server=server))
    pause.pause(True)
    assert (jobs.is_time(), check().stopped, server.asked) == (False, "paused", [])
    pause.pause(False)
    with monkeypatch.context() as patch:
        patch.setattr("hanse_harvesters.links.Night.is_open", lambda *_: False)
        assert (jobs.is_time(), check().stopped, server.asked) == (False, "hours", [])
        assert check(anytime=True).number == 1


# --- Points -----------------------------------------------------------------------------------


def points(dataset_id: str) -> tuple[int, int, Any]:
    """Points, out of how many, and whether the download counts."""
    model.Session.rollback()
    state = model.Session.get(DatasetState, dataset_id, populate_existing=True)
    assert state.score == state.mqa["points"]
    return state.mqa["points"], state.mqa["of"], state.mqa["metrics"]["downloadUrlStatusCode"]


def judged(dataset_id: str, dataset: dict[str, Any]) -> None:
    """As a harvest leaves it: the points of links pending."""
    score = measure(dataset, compliant=True)
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id == dataset_id)
        .values(mqa=score.as_json(), score=score.points)
    )
    model.Session.commit()


def test_points_of_links_are_pending_until_checked_and_go_with_a_dead_link(
    write: Write, server: Links
) -> None:
    record = having("a", "/gut.csv", server=server)
    (dataset,) = write(record)
    judged(dataset, record.dataset)
    before = points(dataset)
    assert before[1:] == (325, None)
    check()
    assert points(dataset) == (before[0] + 80, 405, True)
    server.scripts["/gut.csv"] = server.scripts["/weg.csv"]
    for _ in range(2):  # unsure: as it was last known
        a_day_later(40)
        check()
        assert points(dataset)[1:] == (405, True)
    a_day_later(40)
    check()
    assert points(dataset) == (before[0], 405, False)


def test_a_changed_dataset_keeps_the_points_of_links_that_are_known(
    write: Write, server: Links
) -> None:
    record = having("a", "/gut.csv", server=server)
    (dataset,) = write(record)
    check()
    judged(dataset, record.dataset)
    link_states.written({dataset: record.dataset})
    model.Session.commit()
    assert points(dataset)[1:] == (405, True)


# --- A dead server ----------------------------------------------------------------------------


@pytest.fixture
def gone(server: Links) -> Links:
    """A server that was there once."""
    with Links() as portal:
        pass
    tk.config["hanse.allowed_private_hosts"].append(portal.endpoint)
    return portal


def test_a_dead_server_is_one_finding_and_not_one_for_each_link(
    write: Write, server: Links, gone: Links, owner: HarvestSource
) -> None:
    written = write(*(having(str(n), f"/{n}.csv", server=gone) for n in range(8)))
    check()
    (found,) = figures.down_hosts(figures.of_source(owner.id))
    assert found.host == gone.endpoint
    assert found.links >= 5
    assert [issues(dataset) for dataset in written] == [[]] * 8
    assert host_issues.count(owner.id, Filter()) == 1
    (shown,) = host_issues.page(owner.id, Filter(), limit=10)
    assert (shown.issue.rule, shown.title) == ("link-host-dead", gone.endpoint)
    assert [item.issue.rule for item in host_issues.every(owner.id, Filter())] == ["link-host-dead"]
    (group,) = issue_groups.of_organization(owner.organization_id)
    assert (group.rule, group.issues) == ("link-host-dead", 1)
    assert host_issues.count(owner.id, Filter(rule="link-dead")) == 0


def test_a_server_that_answers_again_ends_its_finding(
    write: Write, server: Links, gone: Links, owner: HarvestSource
) -> None:
    written = write(*(having(str(n), f"/{n}.csv", server=gone) for n in range(6)))
    check()
    port = int(gone.endpoint.rpartition(":")[2])
    with Links(port=port):
        a_day_later(3)
        check()
    assert figures.down_hosts(figures.of_source(owner.id)) == []
    assert {rule for dataset in written for rule in issues(dataset)} == {"link-failing"}


def test_numbers_count_each_link_once_by_state(
    write: Write, server: Links, owner: HarvestSource
) -> None:
    write(
        having("a", "/gut.csv", "/alt.csv", server=server),
        having("b", "/gut.csv", "/streng.csv", server=server),
    )
    check()
    found = figures.counts(figures.of_source(owner.id))
    assert {name: number for name, number in found["states"].items() if number} == {
        "ok": 1, "moved": 1, "unsure": 1,
    }  # fmt: skip
    assert found["last"] == {"checked": 3, "dead": 0, "moved": 1}
    assert due.number() == 0


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://Daten.Stadt.example/a?b#c", "daten.stadt.example", "https://daten.stadt.example"),
        ("http://stadt.example:8080/x y/ä", "stadt.example", "http://stadt.example:8080"),
        ("http://stadt.example:80/", "stadt.example", "http://stadt.example"),
        ("https://stadt.example?a=b", "stadt.example", "https://stadt.example"),
        ("https://wer:wo@stadt.example/", "stadt.example", ""),
        ("https://stadt.example:99999/x", "stadt.example", ""),
        ("https://bücher.example/x", "xn--bcher-kva.example", "https://bücher.example"),
        ("ftp://stadt.example/x", "stadt.example", ""),
        ("keine Adresse", "", ""),
    ],
)
def test_an_address_is_stored_with_its_server(url: str, host: str, origin: str):
    assert urls._server(url) == (host, origin)
    with suppress(HanseError):
        assert origin_of(url) == origin
