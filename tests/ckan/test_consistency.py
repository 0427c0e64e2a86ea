"""Index and database are compared: what should not be found leaves, what should be comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan import logic, model
from ckan.lib import search
from ckan.tests.helpers import call_action
from walks import Listed, act, harvest, record, source

from ckanext.hanse.harvest import lease
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.monitoring import doctor, health
from ckanext.hanse.monitoring.doctor import Level
from ckanext.hanse.scheduler import tick
from ckanext.hanse.search.index import Beside
from ckanext.hanse.store import index, index_consistency, solr_documents
from ckanext.hanse.store.bulk import current
from ckanext.hanse.store.bulk.writer import BulkWriter


@pytest.fixture
def rostock(cities: dict[str, Any]) -> HarvestSource:
    """A source with three harvested datasets, beside a draft, a private one and one of none."""
    row = source(cities["rostock"]["id"])
    harvest(
        row,
        Listed(*(record(key, f"Datensatz {key}", "liste") for key in "abc")),
        writer=BulkWriter,
    )
    act("package_create", name="entwurf", title="Entwurf", owner_org="rostock", state="draft",
        notes="-")  # fmt: skip
    act("package_create", name="intern", title="Intern", owner_org="rostock", private=True,
        notes="-")  # fmt: skip
    tick.connect_to_redis().delete(tick.key("index-compared"))
    assert len(index_consistency.look(everything=True)) == 0
    return row


def names() -> set[str]:
    """What everybody finds."""
    rows = logic.get_action("package_search")({"user": "", "auth_user_obj": None}, {"rows": 100})
    return {row["name"] for row in rows["results"]}


def loader(name: str, *, before: Callable[[], None]) -> None:
    """Another plugin reads a dataset, something happens, and it indexes what it had read."""
    key = call_action("package_show", id=name)["id"]
    (read,) = current.load([key]).values()
    document = solr_documents.build(read.stored, read.default, read.custom, Beside())
    assert document
    before()
    index.send([document])
    index.commit()


def delete(name: str) -> Callable[[], None]:
    return lambda: act("package_delete", id=name)


def report() -> tuple[Level, list[str]]:
    """How bad doctor says it is, and what health gives as reasons."""
    found = {item.id: item for item in doctor.examine()}
    shown = found.get("index-differs") or found["index-complete"]
    return shown.level, health.state()["reasons"]


def test_a_deleted_dataset_that_a_loader_indexes_afterwards_leaves_again(
    rostock: HarvestSource,
) -> None:
    loader("datensatz-a", before=delete("datensatz-a"))
    assert "datensatz-a" in names()
    level, reasons = report()
    assert level is Level.ERROR
    assert "index_differs" in reasons
    assert tick.tick().strays == 1
    assert names() == {"datensatz-b", "datensatz-c"}
    level, reasons = report()
    assert level is Level.OK
    assert "index_differs" not in reasons
    assert tick.tick().strays == 0


def test_a_purged_dataset_leaves_too(rostock: HarvestSource) -> None:
    loader("datensatz-a", before=lambda: act("dataset_purge", id="datensatz-a"))
    assert "datensatz-a" in names()
    assert tick.tick().strays == 1
    assert "datensatz-a" not in names()


def test_what_was_hidden_meanwhile_is_hidden_again(rostock: HarvestSource) -> None:
    loader("datensatz-a", before=lambda: act("package_patch", id="datensatz-a", private=True))
    assert "datensatz-a" in names()
    assert "index_differs" in report()[1]
    assert tick.tick().reindexed == 1
    assert "datensatz-a" not in names()


def test_an_old_text_is_replaced_within_a_day(rostock: HarvestSource) -> None:
    loader("datensatz-a", before=lambda: act("package_patch", id="datensatz-a", title="Neu"))
    tick.connect_to_redis().delete(tick.key("index-compared"))
    assert tick.tick().reindexed == 1
    (found,) = call_action("package_search", fq="name:datensatz-a")["results"]
    assert found["title"] == "Neu"


def test_one_too_many_and_one_too_few_are_found_once_a_day(rostock: HarvestSource) -> None:
    key = call_action("package_show", id="datensatz-b")["id"]
    loader("datensatz-a", before=delete("datensatz-a"))
    index.send([], [key])
    assert len(index_consistency.look()) == 0  # the numbers agree
    tick.tick()
    tick.connect_to_redis().delete(tick.key("index-compared"))
    assert names() == {"datensatz-b", "datensatz-c"}
    index.send([], [key])
    loader("datensatz-c", before=delete("datensatz-c"))
    done = tick.tick()
    assert (done.strays, done.reindexed) == (1, 1)
    assert names() == {"datensatz-b"}


def test_what_is_missing_comes_drafts_and_private_ones_too(rostock: HarvestSource) -> None:
    search.clear_all()
    done = tick.tick()
    assert (done.strays, done.reindexed) == (0, 5)
    assert names() == {f"datensatz-{key}" for key in "abc"}
    assert len(index_consistency.look(everything=True)) == 0


def test_what_waits_is_no_difference(rostock: HarvestSource) -> None:
    key = call_action("package_show", id="datensatz-a")["id"]
    index.mark([key])
    model.Session.commit()
    index.send([], [key])
    assert len(index_consistency.look()) == 0
    tick.tick()
    assert "datensatz-a" in names()


def test_a_city_that_is_harvested_now_is_left_until_then(rostock: HarvestSource) -> None:
    tick.tick()  # the look of the day
    held = lease.take(rostock.id, seconds=60)
    assert held
    loader("datensatz-a", before=delete("datensatz-a"))
    assert tick.tick().strays == 0
    held.release()
    assert tick.tick().strays == 1


def test_doctor_mends_it_when_told_to(rostock: HarvestSource) -> None:
    loader("datensatz-a", before=delete("datensatz-a"))
    assert "mended-index" in {item.id for item in doctor.examine(fix=True)}
    assert "datensatz-a" not in names()
