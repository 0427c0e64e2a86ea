"""Corrections through whole runs: a portal on loopback, the line, the writer of the site."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stand_in import Entry, StandIn, catalogue

from ckanext.hanse.harvest import engine
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store.writer import Action

PATH = "/catalog.ttl"
DL_ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


@pytest.fixture
def rostock(
    portal: StandIn, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch
) -> StandIn:
    """A portal that is a source of Rostock."""
    monkeypatch.setitem(tk.config, "hanse.http.tries", 1)
    file = tmp_path / "sources.yaml"
    file.write_text(
        "organizations:\n  rostock: {title: Rostock}\n"
        f"sources:\n  rostock: {{kind: rdf, url: {portal.url(PATH)}, organization: rostock}}\n",
        encoding="utf-8",
    )
    sync(file)
    return portal


def run(portal: StandIn, *entries: Entry) -> Any:
    portal.turtle(PATH, catalogue(*entries))
    return engine.harvest("rostock")


def test_corrections_hiding_and_detaching_hold_through_whole_runs(
    rostock: StandIn, api: Any, watch: Callable[[], Any]
) -> None:
    names = ("baeume", "denkmale", "wahlen")
    first = [Entry(name, name.title(), ("liste", "karte"), notes="Alt.") for name in names]
    run(rostock, *first)
    user = factories.UserWithToken()
    call_action("organization_member_create", id="rostock", username=user["id"], role="editor")
    file = next(
        item
        for item in call_action("package_show", id="baeume")["resources"]
        if item["name"] == "karte"
    )
    for field, value in (
        ("notes", "Neu."),
        ("publisher", [{"name": "Amt für Stadtgrün"}]),
        (f"resources[{file['id']}].license", DL_ZERO),
    ):
        api(user, "hanse_correction_create", id="baeume", field=field, value=value, reason="Weil.")
    api(user, "hanse_dataset_hide", id="denkmale", reason="Namen darin.")
    api(user, "hanse_dataset_detach", id="wahlen", reason="Nun unser.")

    run(rostock, *first)
    with watch() as seen:
        report = run(rostock, *reversed(first))
    assert report.counts == {Action.UNCHANGED: 3}
    assert seen.writes_to("hanse_correction") == []
    assert (seen.solr, seen.activities) == ([], 0)
    second = [
        Entry(name, f"{name.title()} 2026", ("karte", "liste"), notes="Anders.")
        for name in reversed(names)
    ]
    report = run(rostock, *second)
    assert report.counts == {Action.UPDATED: 2, Action.UNCHANGED: 1}

    baeume, denkmale, wahlen = (call_action("package_show", id=name) for name in names)
    assert (baeume["title"], baeume["notes"]) == ("Baeume 2026", "Neu.")
    assert baeume["publisher"] == [{"name": "Amt für Stadtgrün"}]
    licences = {item["name"]: (item["id"], item["license"]) for item in baeume["resources"]}
    assert licences["karte"] == (file["id"], DL_ZERO)
    assert licences["liste"][1].endswith("cc-zero")
    flags = {
        item["field"]: bool(item["flagged"])
        for item in api(user, "hanse_correction_list", id="baeume")
    }
    assert flags == {
        "notes": True, "publisher": False, f"resources[{file['id']}].license": False
    }  # fmt: skip
    rules = {
        (item["rule"], item["field"]) for item in api(user, "hanse_dataset_issues", id="baeume")
    }
    assert not {field for _, field in rules} & {"publisher", "notes"}
    assert (denkmale["private"], denkmale["notes"]) == (True, "Anders.")
    assert (wahlen["title"], wahlen["notes"]) == ("Wahlen", "Alt.")
    found = call_action("package_search", q="Neu")["results"]
    assert {item["name"] for item in found} <= {"baeume", "wahlen"}


@pytest.fixture
def editor(rostock: StandIn) -> dict[str, Any]:
    """An editor of Rostock, after the first run over one dataset."""
    run(rostock, TREES)
    user = factories.UserWithToken()
    call_action("organization_member_create", id="rostock", username=user["id"], role="editor")
    return user


TREES = Entry(
    "baeume",
    "Bäume",
    ("liste", "karte"),
    notes="Alt.",
    extra='dcterms:title "Trees"@en ; dcterms:description "Old."@en ;',
)


def _license_of(name: str) -> str:
    found = call_action("package_show", id="baeume")["resources"]
    return next(f"resources[{item['id']}].license" for item in found if item["name"] == name)


@pytest.mark.parametrize(
    "corrections",
    [
        {"notes": "Neu."},
        {"title": "Stadtbäume", "publisher": [{"name": "Amt für Stadtgrün"}]},
        {"tags": ["Baum", "Verkehr"]},
        {"license": DL_ZERO},
    ],
    ids=["text", "title and publisher", "keywords", "a file's"],
)
def test_an_unchanged_run_after_a_correction_writes_nothing(
    rostock: StandIn,
    api: Any,
    editor: dict[str, Any],
    watch: Callable[[], Any],
    corrections: dict[str, Any],
) -> None:
    made = []
    for field, value in corrections.items():
        at = _license_of("karte") if field == "license" else field
        row = api(editor, "hanse_correction_create", id="baeume", field=at, value=value, reason="x")
        made.append(row["id"])
    _costs_nothing(rostock, watch)
    corrected = call_action("package_show", id="baeume")

    changed = dataclasses.replace(TREES, extra=TREES.extra + " dcterms:accrualPeriodicity <x:> ;")
    run(rostock, changed)
    run(rostock, TREES)
    found = call_action("package_show", id="baeume")
    assert found | {"metadata_modified": ""} == corrected | {"metadata_modified": ""}

    for number in made:
        api(editor, "hanse_correction_withdraw", id=number)
    with watch() as seen:
        run(rostock, TREES)
    assert [text for text in seen.writes if "hanse_" not in text] == []
    assert (seen.solr, seen.activities) == ([], 0)
    _costs_nothing(rostock, watch)


def _costs_nothing(rostock: StandIn, watch: Callable[[], Any]) -> None:
    with watch() as seen:
        report = run(rostock, TREES)
    assert report.counts == {Action.UNCHANGED: 1}
    assert seen.beside_the_run == []
    assert (seen.solr, seen.activities) == ([], 0)


def test_hiding_and_showing_cost_the_next_run_nothing(
    rostock: StandIn, api: Any, editor: dict[str, Any], watch: Callable[[], Any]
) -> None:
    api(editor, "hanse_dataset_hide", id="baeume", reason="Namen darin.")
    _costs_nothing(rostock, watch)
    (row,) = api(editor, "hanse_correction_list", id="baeume")
    api(editor, "hanse_correction_withdraw", id=row["id"])
    _costs_nothing(rostock, watch)
