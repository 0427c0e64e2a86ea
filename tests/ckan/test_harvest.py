"""From a portal on loopback through the whole line into the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from rq.timeouts import JobTimeoutException
from stand_in import Entry, Page, StandIn, catalogue

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import DatasetState, RunStatus
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import runs, sources
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import Action

PATH = "/catalog.ttl"


@pytest.fixture
def rostock(portal: StandIn, tmp_path: Path, clean: None) -> StandIn:
    """A portal that is a source of Rostock; an address that fails is given up quickly."""
    file = tmp_path / "sources.yaml"
    file.write_text(
        "organizations:\n  rostock: {title: Rostock}\n"
        f"sources:\n  rostock: {{kind: rdf, url: {portal.url(PATH)}, organization: rostock}}\n",
        encoding="utf-8",
    )
    sync(file)
    return portal


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second try and no pause."""
    import ckan.plugins.toolkit as tk

    monkeypatch.setitem(tk.config, "hanse.http.tries", 1)
    monkeypatch.setitem(tk.config, "hanse.http.read_timeout", 3)


def run(portal: StandIn, *entries: Entry, **keywords: Any) -> Report:
    """Serve these datasets and harvest them."""
    portal.turtle(PATH, catalogue(*entries))
    return engine.harvest("rostock", **keywords)


def names() -> set[str]:
    return {row["name"] for row in call_action("package_search", rows=100)["results"]}


BAEUME = Entry("baeume", "Bäume an Straßen", ("liste", "karte"), ("Verkehr: ruhend", "Rad/Fuß"))
WAHL = Entry("wahl", "Wahlergebnisse", ("ergebnis",))


def test_a_catalogue_arrives_whole(rostock: StandIn) -> None:
    report = run(rostock, BAEUME, WAHL)

    assert (report.status, report.message) == (RunStatus.SUCCESS, "")
    assert report.counts == {Action.CREATED: 2}
    stored = call_action("package_show", id="baeume-an-strassen")
    assert stored["title"] == "Bäume an Straßen"
    assert stored["uri"] == "https://daten.example.org/datensatz/baeume"
    assert {tag["name"] for tag in stored["tags"]} == {"Verkehr: ruhend", "Rad/Fuß"}
    assert [item["format"] for item in stored["resources"]] == ["CSV", "CSV"]
    assert {item["license"] for item in stored["resources"]} == {
        "http://dcat-ap.de/def/licenses/cc-zero"
    }
    origin = call_action("hanse_origin_show", id="baeume-an-strassen")
    assert origin["source"] == "rostock"
    assert origin["page"] == "https://daten.example.org/datensatz/baeume.html"


def test_a_second_run_writes_nothing_and_says_so(
    rostock: StandIn, watch: Callable[[], Any]
) -> None:
    run(rostock, BAEUME, WAHL)
    with watch() as seen:
        report = run(rostock, WAHL, BAEUME)
    assert report.counts == {Action.UNCHANGED: 2}
    assert seen.beside_the_run == []
    assert (seen.solr, seen.activities) == ([], 0)


def test_what_changes_beside_a_dataset_is_kept_and_the_dataset_not_written(
    rostock: StandIn, watch: Callable[[], Any]
) -> None:
    run(rostock, BAEUME, WAHL)
    told = catalogue(BAEUME, WAHL).replace(
        "a dcat:Dataset ;", 'a dcat:Dataset ; <https://x.example/stand> "geprüft" ;'
    )
    rostock.turtle(PATH, told)
    with watch() as seen:
        report = engine.harvest("rostock")
    assert report.counts == {Action.UNCHANGED: 2}
    assert (seen.solr, seen.activities) == ([], 0)
    kept = model.Session.scalars(sa.select(DatasetState.fragment)).all()
    assert len(kept) == 2
    assert all("geprüft" in fragment for fragment in kept)
    with watch() as seen:
        assert engine.harvest("rostock").counts == {Action.UNCHANGED: 2}
    assert seen.beside_the_run == []


def test_a_job_whose_time_is_up_keeps_what_came_and_says_so(rostock: StandIn) -> None:
    class Clock:
        steps = 0

        def step(self) -> None:
            self.steps += 1
            if self.steps == 2:
                raise JobTimeoutException

    report = run(rostock, BAEUME, WAHL, progress=Clock())
    assert report.status is RunStatus.PARTIAL
    assert report.stopped
    assert report.stopped.id == "run-timeout"
    assert names() == {"baeume-an-strassen"}
    assert run(rostock, BAEUME, WAHL).status is RunStatus.SUCCESS
    assert len(names()) == 2


def test_a_changed_title_keeps_address_and_ids(rostock: StandIn) -> None:
    run(rostock, BAEUME)
    before = call_action("package_show", id="baeume-an-strassen")
    report = run(rostock, Entry("baeume", "Straßenbaumkataster", ("karte", "liste")))

    after = call_action("package_show", id="baeume-an-strassen")
    assert report.counts == {Action.UPDATED: 1}
    assert (after["id"], after["title"]) == (before["id"], "Straßenbaumkataster")
    ids = [{item["name"]: item["id"] for item in it["resources"]} for it in (before, after)]
    assert ids[0] == ids[1]


def test_blank_nodes_keep_their_resource_ids(rostock: StandIn) -> None:
    first = Entry("x", "Xylothek", ("a", "b"), named_files=False)
    run(rostock, first)
    before = call_action("package_show", id="xylothek")
    run(rostock, Entry("x", "Xylothek", ("c", "b", "a"), named_files=False))
    after = {
        item["name"]: item["id"] for item in call_action("package_show", id="xylothek")["resources"]
    }
    for item in before["resources"]:
        assert after[item["name"]] == item["id"]


def test_a_record_without_title_is_rejected_and_the_others_arrive(rostock: StandIn) -> None:
    text = catalogue(BAEUME, WAHL).replace('dcterms:title "Wahlergebnisse"@de ;', "")
    rostock.turtle(PATH, text)
    report = engine.harvest("rostock")

    assert report.status is RunStatus.SUCCESS
    assert report.counts == {Action.CREATED: 1, Action.REJECTED: 1}
    (entry,) = report.rejected
    assert entry["identity"] == "https://daten.example.org/datensatz/wahl"
    (reason,) = entry["reasons"]
    assert reason.remedy("de")
    stored = call_action("hanse_run_show", id=report.run_id)["report"]["rejected"]
    assert stored[0]["reasons"][0]["rule"] == reason.rule


def test_what_vanished_is_missing_and_kept(rostock: StandIn) -> None:
    run(rostock, BAEUME, WAHL)
    report = run(rostock, BAEUME)
    assert [item.name for item in report.missing] == ["wahlergebnisse"]
    assert names() == {"baeume-an-strassen", "wahlergebnisse"}


def test_a_dry_run_writes_nothing(rostock: StandIn, watch: Callable[[], Any]) -> None:
    with watch() as seen:
        report = run(rostock, BAEUME, WAHL, dry_run=True)
    assert report.counts == {Action.CREATED: 2}
    assert (seen.writes, seen.solr) == ([], [])


def test_a_limit_ends_early_and_nothing_is_missing(rostock: StandIn) -> None:
    run(rostock, BAEUME, WAHL)
    report = run(rostock, BAEUME, WAHL, limit=1)
    assert report.found == 1
    assert report.missing == []
    assert report.status is RunStatus.SUCCESS
    assert not runs.latest(sources.get("rostock").id)[0].complete


def test_a_private_host_in_a_link_is_stored_and_never_fetched(
    rostock: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    asked: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> Any:
        asked.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    entry = Entry("innen", "Innen", ("a",), downloads={"a": "http://10.61.0.7/daten.csv"})
    report = run(rostock, entry)

    assert report.counts == {Action.CREATED: 1}
    assert not [address for address in asked if address[0].startswith("10.")]


def _served(page: Page) -> Callable[[StandIn], None]:
    def prepare(portal: StandIn) -> None:
        portal.pages[PATH] = page

    return prepare


WHOLE = catalogue(BAEUME, WAHL).encode()
DISASTERS: dict[str, Callable[[StandIn], None]] = {
    "not there": lambda portal: portal.pages.pop(PATH) and None,
    "broken": _served(Page(b"", "text/plain", 503)),
    "html with 200": _served(
        Page(b"<!DOCTYPE html><html><body>Wartung</body></html>", "text/html")
    ),
    "html as turtle": _served(Page(b"<!DOCTYPE html><html><body>Wartung</body></html>")),
    "empty body": _served(Page(b"")),
    "half a document": _served(Page(WHOLE[: len(WHOLE) // 2])),
    "cut connection": _served(Page(WHOLE[: len(WHOLE) // 2], promise=len(WHOLE))),
    "cut at the end": _served(Page(WHOLE[:-200], promise=len(WHOLE))),
}


@pytest.mark.parametrize("disaster", DISASTERS)
def test_a_portal_in_trouble_leaves_the_catalogue_as_it_was(
    rostock: StandIn, watch: Callable[[], Any], disaster: str
) -> None:
    run(rostock, BAEUME, WAHL)
    DISASTERS[disaster](rostock)
    with watch() as seen:
        report = engine.harvest("rostock")

    assert report.status is (RunStatus.PARTIAL if report.found else RunStatus.FAILED)
    assert rostock.address in report.message
    assert not report.complete
    assert seen.beside_the_run == []
    assert report.missing == []
    row = runs.latest(sources.get("rostock").id)[0]
    assert (row.status, row.complete, row.message) == (report.status, False, report.message)
    assert names() == {"baeume-an-strassen", "wahlergebnisse"}


def test_a_portal_that_is_down_is_said(rostock: StandIn) -> None:
    rostock._server.server_close()
    report = engine.harvest("rostock")
    assert report.status is RunStatus.FAILED
    assert rostock.address in report.message


def test_an_address_that_is_not_allowed_is_not_asked(rostock: StandIn) -> None:
    import ckan.plugins.toolkit as tk

    tk.config["hanse.allowed_private_hosts"] = []
    report = run(rostock, BAEUME)
    assert report.status is RunStatus.FAILED
    assert "hanse.allowed_private_hosts" in report.message
    assert rostock.asked == []


def test_over_the_api_a_sysadmin_harvests(
    rostock: StandIn, sysadmin: dict[str, Any], api: Callable[..., Any]
) -> None:
    rostock.turtle(PATH, catalogue(BAEUME))
    report = api(sysadmin, "hanse_harvest", id="rostock")
    assert (report["status"], report["created"]) == ("success", 1)
    assert [item["name"] for item in report["lists"]["changes"]] == ["baeume-an-strassen"]
