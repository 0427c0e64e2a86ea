"""What the bulk writer does with a chunk, beyond what it stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from ckanext.activity.model import Activity
from observe import Observed
from walks import act, record, source

from ckanext.hanse.model import DatasetState, HarvestSource, SourceRecord
from ckanext.hanse.store import index, names, runs
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from ckanext.hanse.store.writer import Action, Change, WriteOutcome
from hanse_harvesters.errors import StopRun
from hanse_harvesters.record import Record

WRITERS = pytest.mark.parametrize("kind", [BulkWriter, ActionWriter])


@pytest.fixture
def rostock(cities: dict[str, Any]) -> HarvestSource:
    return source(cities["rostock"]["id"])


@pytest.fixture
def write(rostock: HarvestSource) -> Callable[..., list[WriteOutcome]]:
    """Writes records, those with a dataset as changes of it."""
    known: dict[str, str] = {}

    def do(*records: Record, kind: type = BulkWriter, **more: Any) -> list[WriteOutcome]:
        back = more.pop("back", False)
        writer = kind(
            source_id=rostock.id,
            run_id=runs.begin(rostock.id),
            owner_org=rostock.organization_id,
            **more,
        )
        outcomes = []
        for item in records:
            outcomes += writer.write(Change(item, known.get(item.identity), back=back))
        outcomes += writer.flush()
        known.update({o.record.identity: o.dataset_id for o in outcomes if o.dataset_id})
        return outcomes

    return do


def actions(outcomes: list[WriteOutcome]) -> list[str]:
    return sorted(f"{o.record.dataset.get('title')} {o.action.value}" for o in outcomes)


def shown(dataset_id: str) -> dict[str, Any]:
    return call_action("package_show", id=dataset_id)


def found() -> set[str]:
    rows = call_action("package_search", q="*:*", rows=1000)["results"]
    return {row["name"] for row in rows}


def test_a_chunk_is_one_transaction_and_one_request(
    write: Callable[..., list[WriteOutcome]], watch: Callable[[], Any]
) -> None:
    records = [record(str(n), f"Datensatz {n}", "a", "b", tags=[{"name": "x"}]) for n in range(60)]
    with watch() as seen:
        assert len(write(*records)) == 60
    assert len(seen.writes_to("COPY package (")) == 1
    adds = [url for url in seen.solr if "/update" in url and "commit=true" not in url]
    assert len(adds) == 1
    assert only(seen, "package_create") == []
    assert len(found()) == 60


def only(seen: Observed, text: str) -> list[str]:
    return [write for write in seen.writes if text in write]


def test_one_that_the_database_refuses_takes_no_other_with_it(
    write: Callable[..., list[WriteOutcome]], rostock: HarvestSource
) -> None:
    model.Session.execute(
        sa.text(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.title = 'Gift' THEN RAISE EXCEPTION 'no poison here'; END IF;"
            " RETURN NEW; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON package"
            " FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    )
    model.Session.commit()
    try:
        titles = ["Aal", "Bad", "Gift", "Zoo", "Hafen"]
        outcomes = write(*(record(title, title, "daten") for title in titles))
    finally:
        model.Session.execute(sa.text("DROP FUNCTION refuse CASCADE"))
        model.Session.commit()
    wanted = ["Aal created", "Bad created", "Gift rejected", "Hafen created", "Zoo created"]
    assert actions(outcomes) == wanted
    (rejected,) = [o for o in outcomes if o.action is Action.REJECTED]
    assert "no poison here" in rejected.refusals[0].message("de")
    assert found() == {"aal", "bad", "zoo", "hafen"}
    states = model.Session.scalars(sa.select(SourceRecord.state)).all()
    assert sorted(states) == ["active"] * 4 + ["rejected"]


@WRITERS
def test_what_ckan_refuses_is_told_alike(
    write: Callable[..., list[WriteOutcome]], rostock: HarvestSource, kind: type
) -> None:
    bad = record("b", "Schlecht", "daten", version="1" * 101, url="javascript:alert(1)")
    good, worse = record("a", "Gut", "daten"), record("c", "NUL \0", "daten")
    outcomes = write(good, bad, worse, kind=kind)
    assert actions(outcomes) == ["Gut created", "NUL \0 rejected", "Schlecht rejected"]
    refusals = {
        item.field: item.value
        for outcome in outcomes
        for item in outcome.refusals
        if outcome.record is bad
    }
    assert refusals == {"version": "1" * 101, "url": "javascript:alert(1)"}


def test_two_changes_of_one_dataset_come_one_after_the_other(
    write: Callable[..., list[WriteOutcome]],
) -> None:
    (first,) = write(record("a", "Alt", "daten"))
    outcomes = write(record("a", "Neu", "daten"), record("a", "Neuer", "daten"))
    assert [o.action for o in outcomes] == [Action.UPDATED] * 2
    assert shown(first.dataset_id)["title"] == "Neuer"


@WRITERS
def test_a_change_says_what_it_changes(
    write: Callable[..., list[WriteOutcome]], kind: type
) -> None:
    write(record("a", "Alt", "daten", notes="wie immer"))
    (outcome,) = write(record("a", "Neu", "daten", "mehr", notes="wie immer"), kind=kind)
    changes = {(c.field, c.old, c.new) for c in outcome.diff}
    assert changes == {("title", "Alt", "Neu"), ("resources[1]", None, changed_label())}


def changed_label() -> str:
    return "mehr · CSV · https://daten.example.org/datensatz/a/mehr.csv"


@WRITERS
def test_a_withdrawn_dataset_comes_back(
    write: Callable[..., list[WriteOutcome]], kind: type
) -> None:
    (made,) = write(record("a", "Aal", "daten"))
    act("package_delete", id=made.dataset_id)
    assert found() == set()
    (outcome,) = write(record("a", "Aal", "daten"), kind=kind, back=True)
    assert (outcome.action, outcome.dataset_id) == (Action.UPDATED, made.dataset_id)
    assert shown(made.dataset_id)["state"] == "active"
    assert found() == {"aal"}


@WRITERS
def test_private_stays_as_it_is_unless_the_record_says_so(
    write: Callable[..., list[WriteOutcome]], kind: type
) -> None:
    (made,) = write(record("a", "Aal", "daten", private=True), kind=kind)
    assert shown(made.dataset_id)["private"]
    assert found() == set()
    write(record("a", "Aal, neu", "daten"), kind=kind)
    assert shown(made.dataset_id)["private"]
    assert found() == set()
    write(record("a", "Aal, neu", "daten", private=False), kind=kind)
    assert not shown(made.dataset_id)["private"]
    assert found() == {"aal"}


@WRITERS
def test_activities_by_setting(
    write: Callable[..., list[WriteOutcome]], monkeypatch: pytest.MonkeyPatch, kind: type
) -> None:
    def kinds() -> list[str]:
        query = sa.select(Activity.activity_type).order_by(Activity.timestamp)
        return [kind for kind in model.Session.scalars(query) if kind.endswith("package")]

    write(record("a", "A"), kind=kind)
    write(record("a", "B"), record("b", "C"), kind=kind)
    write(record("a", "B"), record("b", "C"), kind=kind)
    assert sorted(kinds()) == ["changed package", "new package", "new package"]
    monkeypatch.setitem(tk.config, "hanse.activities", False)
    write(record("a", "D"), record("c", "E"), kind=kind)
    assert len(kinds()) == 3
    assert (len(found()), index.pending(), model.Session.query(model.Package).count()) == (3, 0, 3)


class Fence:
    """Ours until the n-th question."""

    def __init__(self, lasts: int) -> None:
        self.lasts = lasts

    def hold(self, *, alone: bool = False) -> None:
        self.lasts -= 1
        if self.lasts < 0:
            raise StopRun("lease-lost", holder="somebody")


@WRITERS
def test_nothing_is_written_without_the_right_to(
    write: Callable[..., list[WriteOutcome]], watch: Callable[[], Any], kind: type
) -> None:
    with watch() as seen, pytest.raises(StopRun, match="somebody"):
        write(record("a", "A"), kind=kind, fence=Fence(0))
    assert seen.writes_to("package") == []
    assert seen.solr == []
    assert model.Session.query(model.Package).count() == 0


def test_what_an_earlier_chunk_stored_is_told_and_found_where_the_right_is_lost(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.bulk.chunk", 2)
    run = runs.begin(rostock.id)
    writer = BulkWriter(
        source_id=rostock.id, run_id=run, owner_org=rostock.organization_id, fence=Fence(1)
    )
    outcomes: list[WriteOutcome] = []

    def write_four() -> None:
        for number in range(4):
            for outcome in writer.write(Change(record(str(number), f"D {number}"), None)):
                outcomes.append(outcome)

    with pytest.raises(StopRun, match="somebody"):
        write_four()
    assert actions(outcomes) == ["D 0 created", "D 1 created"]
    assert index.pending() == 2  # whoever has the source now sends them once more
    index.commit()
    assert found() == {"d-0", "d-1"}


def test_names_for_many_are_those_for_one_after_the_other(
    write: Callable[..., list[WriteOutcome]],
) -> None:
    write(*(record(f"a{n}", "Baum") for n in range(12)), record("b", "Baum 14"), record("c", "New"))
    titles = ["Baum", "Strauch", "Baum", "baum", "New", "Strauch", "Baum 14"]
    assert list(names.FreeNames().take(titles)) == [
        *("baum-13", "strauch", "baum-15", "baum-16", "new-3", "strauch-2", "baum-14-2"),
    ]
    assert names.free_name("Baum") == "baum-13"


def test_keywords_are_made_once(write: Callable[..., list[WriteOutcome]]) -> None:
    tags = [{"name": "See"}, {"name": "Meer"}]
    write(*(record(str(n), f"D {n}", tags=tags) for n in range(5)))
    write(*(record(f"x{n}", f"E {n}", tags=[*tags, {"name": "Sund"}]) for n in range(5)))
    assert model.Session.query(model.Tag).count() == 3


def test_an_editor_beside_us_loses_nothing(write: Callable[..., list[WriteOutcome]]) -> None:
    """Between our commit and Solr's answer somebody else changes the dataset."""
    with interrupted() as meanwhile:
        meanwhile.append(lambda key: act("package_patch", id=key, notes="von Hand"))
        (made,) = write(record("a", "Aal", "daten"))
    assert index.pending() == 1
    index.drain()
    (row,) = call_action("package_search", q="*:*")["results"]
    assert row["notes"] == "von Hand"
    assert model.Session.scalar(sa.select(DatasetState.index_pending)) is False
    assert made.action is Action.CREATED


@contextmanager
def interrupted() -> Iterator[list[Callable[[str], Any]]]:
    """Something happens to the first dataset right before it is acknowledged."""
    events: list[Callable[[str], Any]] = []
    acknowledge = index.acknowledge

    def later(sent: index.Versions, **keywords: Any) -> None:
        while events:
            events.pop()(next(iter(sent)))
        acknowledge(sent, **keywords)

    index.acknowledge = later
    try:
        yield events
    finally:
        index.acknowledge = acknowledge


def test_every_sign_arrives_as_it_was_written(write: Callable[..., list[WriteOutcome]]) -> None:
    odd = 'a\\b\\N "c" {d},\t\\.\u2028ä🌊'
    outcome = write(record("1", "Datensatz", odd, notes=f"{odd}\r\n{odd}", tags=[{"name": "x"}]))
    shown = call_action("package_show", id=outcome[0].dataset_id)
    assert shown["notes"] == f"{odd}\r\n{odd}"
    its = Activity.object_id == outcome[0].dataset_id
    activity = model.Session.scalars(sa.select(Activity).where(its)).one()
    assert activity.data["package"]["notes"] == shown["notes"]
    assert activity.permission_labels == ["public"]
