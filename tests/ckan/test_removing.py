"""A source is removed: what becomes of its datasets is asked, done, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from walks import Listed, act, harvest, record, source

from ckanext.hanse import provenance
from ckanext.hanse.cli import hanse
from ckanext.hanse.harvest import lease
from ckanext.hanse.model import HarvestRun, HarvestSource
from ckanext.hanse.scheduler import tick
from ckanext.hanse.sources import edit
from ckanext.hanse.sources import remove as removing
from ckanext.hanse.store import sources

RECORDS = [record(key, f"Datensatz {key}", "liste") for key in "abc"]


@pytest.fixture
def portal(cities: dict[str, Any]) -> HarvestSource:
    """A source that was made just now and read whole once."""
    row = source(cities["rostock"]["id"])
    row.from_file = False
    model.Session.commit()
    assert harvest(row, Listed(*RECORDS)).counts["created"] == 3
    return row


def remove(**given: Any) -> dict[str, Any]:
    return removing.remove(sources.get("portal"), confirm="portal", **given)


def states() -> set[str]:
    return set(model.Session.scalars(sa.select(model.Package.state)))


def found() -> int:
    number: int = call_action("package_search")["count"]
    return number


def grow_old() -> None:
    """The source and its datasets stand for months."""
    model.Session.execute(
        sa.update(HarvestSource).values(created=HarvestSource.created - timedelta(days=90))
    )
    model.Session.commit()


def test_what_was_added_by_mistake_leaves_and_comes_back(portal: HarvestSource) -> None:
    assert removing.prospect(portal).as_json() == {
        "datasets": 3, "shared": 0, "withdrawn": 0, "default": "withdraw", "others": [],
    }  # fmt: skip
    assert remove() == {"name": "portal", "fate": "withdraw", "datasets": 3, "left": 0}
    assert (states(), found()) == ({"deleted"}, 0)
    ids = set(model.Session.scalars(sa.select(model.Package.id)))
    edit.create(
        {"title": "Neu", "url": "https://neu.example.net/x.ttl", "kind": "rdf"},
        organization="rostock", name="neu", author="x",
    )  # fmt: skip
    report = harvest(sources.get("neu"), Listed(*RECORDS))
    assert (report.counts["created"], report.returned) == (0, 3)
    assert (states(), found()) == ({"active"}, 3)
    assert set(model.Session.scalars(sa.select(model.Package.id))) == ids


def test_an_established_source_leaves_its_datasets_to_the_city(portal: HarvestSource) -> None:
    grow_old()
    assert removing.prospect(portal).fate is removing.Fate.KEEP
    assert remove()["fate"] == "keep"
    assert (states(), found()) == ({"active"}, 3)


def test_one_that_was_never_read_whole_is_a_mistake_however_old(portal: HarvestSource) -> None:
    grow_old()
    model.Session.execute(sa.update(HarvestRun).values(complete=False))
    model.Session.commit()
    assert removing.prospect(portal).fate is removing.Fate.WITHDRAW


def test_datasets_older_than_the_source_are_no_mistake_of_it(portal: HarvestSource) -> None:
    remove(fate="keep")
    model.Session.execute(
        sa.update(model.Package).values(
            metadata_created=model.Package.metadata_created - timedelta(days=90)
        )
    )
    row, _ = edit.create(
        {"title": "Neu", "url": "https://daten.example.org/catalog.ttl", "kind": "rdf"},
        organization="rostock", name="neu", author="x",
    )  # fmt: skip
    assert removing.prospect(row).as_json()["default"] == "keep"


def test_what_a_request_has_no_time_for_ticks_bring_to_its_end(
    portal: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "_AT_ONCE", -1.0)
    assert remove(fate="withdraw")["left"] == 3
    assert found() == 3
    assert tick.tick().faults == {}
    assert (states(), found()) == ({"deleted"}, 0)
    act("package_patch", id="datensatz-a", state="active")
    tick.tick()
    assert found() == 1  # what somebody restored stays


def test_another_source_keeps_them_up(portal: HarvestSource, cities: dict[str, Any]) -> None:
    other = source(cities["rostock"]["id"], "anderes")
    assert remove(fate="hand", to="anderes")["fate"] == "hand"
    ids = set(model.Session.scalars(sa.select(model.Package.id)))
    assert all(provenance.of(key)["source"] == "anderes" for key in ids)
    report = harvest(other, Listed(RECORDS[0], record("b", "Datensatz b, neu", "liste")))
    assert (report.counts["created"], report.missing_count) == (0, 1)
    assert set(model.Session.scalars(sa.select(model.Package.id))) == ids
    assert found() == 3  # what the other one lacks is only missing
    assert call_action("package_show", id="datensatz-b")["title"] == "Datensatz b, neu"


def test_another_source_knows_them_by_other_identities(
    portal: HarvestSource, cities: dict[str, Any]
) -> None:
    other = source(cities["rostock"]["id"], "anderes")
    remove(fate="hand", to="anderes")
    renamed = [record(key, f"Datensatz {key}", "liste") for key in "abc"]
    for item in renamed:
        item.identity = f"nr-{item.identity[-1]}"
        item.dataset.pop("uri")
    report = harvest(other, Listed(*renamed))
    assert (report.counts["created"], report.missing_count) == (0, 0)
    assert len(call_action("package_list")) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"fate": "purge"}, "datasets"),
        ({"fate": "hand"}, "to"),
        ({"fate": "hand", "to": "portal"}, "to"),
        ({"fate": "hand", "to": "fremd"}, "to"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    portal: HarvestSource, cities: dict[str, Any], given: dict[str, str], field: str
) -> None:
    source(cities["stralsund"]["id"], "fremd")
    with pytest.raises(edit.InvalidSource) as refusal:
        remove(**given)
    assert set(refusal.value.errors) == {field}
    assert sources.get("portal")
    held = lease.take(portal.id, seconds=5)
    assert held  # nothing was begun


def test_the_page_asks_with_numbers_and_says_what_was_done(
    portal: HarvestSource, officer: Callable[..., Any], site: Any, cities: dict[str, Any]
) -> None:
    source(cities["rostock"]["id"], "anderes")
    admin = officer("rostock", "admin")
    call = {"headers": {"Authorization": admin["token"]}}
    text = site.get("/de/harvest/source/portal/delete", **call).body
    for words in ("3 Datensätze", 'value="anderes"', 'value="hand"'):
        assert words in text


def test_a_command_asks_the_same(
    portal: HarvestSource, cities: dict[str, Any], run_cli: Any
) -> None:
    source(cities["rostock"]["id"], "anderes")
    asked = run_cli("source", "remove", "portal", "--language=en", input="keep\nfalsch\n")
    assert asked.exit_code == 1
    assert "from this source alone: 3" in asked.output
    done = run_cli(
        "source", "remove", "portal", "--datasets=hand", "--to=anderes", "--yes",
        "--language=en",
    )  # fmt: skip
    assert (done.exit_code, "keeps up: 3" in done.output) == (0, True)
    assert found() == 3


@pytest.fixture
def run_cli() -> Callable[..., Any]:
    """``ckan hanse …`` within this process."""
    return lambda *words, **given: CliRunner().invoke(hanse, list(words), **given)
