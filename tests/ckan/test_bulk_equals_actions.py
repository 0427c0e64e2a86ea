"""What the writers store, and which hooks fire, equals what CKAN's own actions do."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins as p
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.plugins import core
from from_table import datasets, objects
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from profiles import examples
from side_by_side import Actions, Recorder, Site, differences
from walks import act

from ckanext.hanse.store import choose_writer
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from ckanext.hanse.store.writer import Action, Change, WriteOutcome
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.record import Record

pytest.importorskip("ckanext.dcat")

Dataset = dict[str, Any]
Steps = list[list[Dataset]]


@pytest.fixture(scope="module")
def plugins_loaded(database: None, provide_recorder: None) -> Iterator[None]:
    wanted = sorted(choose_writer.TESTED.difference(core._PLUGINS))
    p.load(*wanted, "hanse_recorder")
    yield
    p.unload("hanse_recorder", *reversed(wanted))


titles = st.sampled_from(["Bäume", "Hafen", "Straßen", "Lärm: Tag & Nacht", "Wahlen"])
files = st.lists(objects("distribution"), max_size=4)


@st.composite
def histories(draw: Any) -> Steps:
    """Some datasets as they arrive, and as they change in two later runs."""
    first = [draw(_dataset()) for _ in range(draw(st.integers(1, 4)))]
    steps = [first]
    for _ in range(2):
        steps.append([draw(_later(item)) for item in steps[-1]])
    return steps


@st.composite
def _dataset(draw: Any) -> Dataset:
    found = {**draw(datasets()), "title": draw(titles)}
    found.pop("title_translated", None)
    if items := [_located(item, place) for place, item in enumerate(draw(files))]:
        found["resources"] = items
    if draw(st.booleans()):
        found["private"] = draw(st.booleans())
    return found


def _located(item: Dataset, place: int) -> Dataset:
    url = item.get("download_url") or item.get("access_url") or f"https://a.example/{place}.csv"
    return {**item, "url": url}


@st.composite
def _later(draw: Any, before: Dataset) -> Dataset:
    """The same dataset in the next run: as it was, or changed in one way or another."""
    found = copy.deepcopy(before)
    items = found.pop("resources", [])
    match draw(st.integers(0, 6)):
        case 1:
            found = {**draw(datasets()), "title": draw(titles)}
        case 2:
            items = draw(st.permutations(items))
        case 3:
            items = [*items[1:], _located(draw(objects("distribution")), 9)]
        case 4:
            found["tags"] = [{"name": draw(st.sampled_from(["a", "b:c", "ä"]))}]
        case 5:
            found["notes"] = draw(st.text(max_size=20))
            items = [{**item, "name": "Neu"} for item in items]
        case 6:
            found["private"] = draw(st.booleans())
            found["title_translated"] = {"en": "Trees", "de": "Bäume"}
    if items:
        found["resources"] = list(items)
    return found


def records(step: list[Dataset]) -> list[Record]:
    """The datasets as records; the n-th is the same one in every step."""
    return [
        Record(copy.deepcopy(item), f"d{number}", fingerprint_json(item), fingerprint_json(item))
        for number, item in enumerate(step)
    ]


def walked(writer: type, organization_id: str, steps: Steps, withdrawn: bool) -> list[Any]:
    """What is to be seen after each step of a catalogue that begins empty.

    ``withdrawn``: before the last step its first dataset was withdrawn.
    """
    clear()
    site = Site(writer, organization_id)
    seen = [site.step(records(step)) for step in steps[:-1]]
    if withdrawn and "d0" in site.datasets:
        act("package_delete", id=site.datasets["d0"])
    return [*seen, site.step(records(steps[-1]), back=withdrawn)]


@contextmanager
def aside() -> Iterator[list[WriteOutcome]]:
    """What the plain writer does within the block, itself or for the bulk writer."""
    outcomes: list[WriteOutcome] = []
    write = ActionWriter.write

    def watched(self: ActionWriter, change: Change) -> Iterator[WriteOutcome]:
        for outcome in write(self, change):
            outcomes.append(outcome)
            yield outcome

    ActionWriter.write = watched
    try:
        yield outcomes
    finally:
        ActionWriter.write = write


def clear() -> None:
    model.Session.rollback()
    tables = "package, resource, package_tag, tag, activity, hanse_record, hanse_dataset_state"
    model.Session.execute(sa.text(f"TRUNCATE {tables} CASCADE"))
    model.Session.execute(sa.text("DELETE FROM member WHERE table_name = 'package'"))
    model.Session.commit()
    model.Session.remove()
    search.clear_all()


@pytest.mark.parametrize("writer", [BulkWriter, ActionWriter])
@settings(
    max_examples=examples(3),
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes, and says little more
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=histories(), withdrawn=st.booleans())
def test_writers_store_what_ckans_actions_store(
    writer: type, plugins_loaded: None, cities: dict[str, Any], steps: Steps, withdrawn: bool
) -> None:
    city = cities["rostock"]["id"]
    with aside() as outcomes:
        ours = walked(writer, city, steps, withdrawn)
    if writer is BulkWriter:  # what it does not do itself proves nothing
        assert {outcome.action for outcome in outcomes} <= {Action.REJECTED}
    found = differences(ours, walked(Actions, city, steps, withdrawn))
    assert "\n".join(found) == ""


@pytest.fixture(scope="module")
def provide_recorder() -> Iterator[None]:
    original = core._get_service
    core._get_service = lambda name: Recorder() if name == "hanse_recorder" else original(name)
    yield
    core._get_service = original
