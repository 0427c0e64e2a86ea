"""The feed of changes: a mirror that reads it holds what the catalogue holds."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from lxml import etree
from sqlalchemy.exc import OperationalError
from walks import Listed, act, harvest, record, source

from ckanext.hanse.export import fragments
from ckanext.hanse.export.changes import feed
from ckanext.hanse.harvest import withdrawal
from ckanext.hanse.model import Change, SourceRecord
from ckanext.hanse.model_datasets import decisions
from ckanext.hanse.store import rdf
from hanse_harvesters.errors import ConfigError
from hanse_schemas.model_datasets import model_datasets

EDITS = 1000
CONTRIBUTOR = "http://dcat-ap.de/def/contributors/openDataHRO"
TITLE = "<http://purl.org/dc/terms/title>"
ATOM = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
Visitor = Callable[..., Any]


def dataset(name: str, city: str = "rostock", **fields: Any) -> dict[str, Any]:
    return factories.Dataset(name=name, title=name.title(), owner_org=city, **fields)


class Mirror:
    """What somebody else keeps of the catalogue: id → N-Triples."""

    def __init__(self) -> None:
        self.datasets: dict[str, str] = {}
        self.cursor = ""

    def pull(self, limit: int = 97) -> list[feed.FeedEntry]:
        """Ask until nothing more is there; return what it was told."""
        told, more = [], True
        while more:
            page = feed.page(self.cursor, limit)
            for entry in page.entries:
                found = fragments.fragment(entry.id) if entry.change != "deleted" else None
                if found:
                    self.datasets[entry.id] = found.text
                else:
                    self.datasets.pop(entry.id, None)
            told += page.entries
            self.cursor, more = page.next, page.more
        return told


def catalogue() -> dict[str, str]:
    return {item.id: item.text for item in fragments.walk()}


# --- A thousand edits ---------------------------------------------------------------------------


class Editor(threading.Thread):
    """Edits datasets at random, past everything of ours, in transactions that take their time."""

    def __init__(self, seed: int, edits: int, ids: list[str], city: str, site: str) -> None:
        super().__init__(daemon=True)
        self._random = random.Random(seed)
        self._left, self._ids, self._city, self._site = edits, ids, city, site
        self._version = rdf.version(site)
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            while self._left > 0:
                with suppress(OperationalError):  # two editors in each other's way
                    self._transaction()
        except Exception as error:  # the test names it
            self.failed = error

    def _transaction(self) -> None:
        chosen = self._random.sample(self._ids, self._random.choice((1, 1, 2, 5)))
        with model.meta.engine.begin() as connection:
            for dataset_id in sorted(chosen):
                self._edit(connection, dataset_id)
                self._left -= 1
            if self._random.random() < 0.2:
                time.sleep(self._random.random() / 20)
            if self._random.random() < 0.1:
                raise OperationalError("", {}, Exception("rolled back"))

    def _edit(self, connection: sa.Connection, dataset_id: str) -> None:
        values = {"id": dataset_id, "text": str(self._random.random()), "city": self._city,
                  "version": self._version, "home": rdf.home(dataset_id, self._site)}  # fmt: skip
        edit = self._random.choices(list(_EDITS), [4, 8, 2, 2, 1, 1, 1, 1])[0]
        for statement in _EDITS[edit]:
            connection.execute(sa.text(statement), values)


_WRITE = (
    "INSERT INTO hanse_dataset_state (dataset_id, harvested, issues, fragment, index_pending, rdf, "
    "rdf_version) SELECT :id, false, '[]', '', false, '<' || :home || '> "
    f"{TITLE} \"' || CAST(:text AS text) || '\" .' || chr(10), :version "
    "WHERE EXISTS (SELECT FROM package WHERE id = :id) "
    "ON CONFLICT (dataset_id) DO UPDATE SET rdf = excluded.rdf"
)
_EDITS = {
    "create": (
        "INSERT INTO package (id, name, title, type, state, private, owner_org, metadata_created, "
        "metadata_modified) VALUES (:id, 'n-' || :id, 'x', 'dataset', 'active', false, :city, "
        "now(), now()) ON CONFLICT (id) DO NOTHING",
        _WRITE,
    ),
    "write": (_WRITE,),
    "rename": ("UPDATE package SET name = 'n-' || :text WHERE id = :id",),
    "hide": ("UPDATE package SET private = NOT private WHERE id = :id",),
    "delete": ("UPDATE package SET state = 'deleted' WHERE id = :id",),
    "restore": ("UPDATE package SET state = 'active' WHERE id = :id",),
    "purge": (
        "DELETE FROM hanse_dataset_state WHERE dataset_id = :id",
        "DELETE FROM package WHERE id = :id",
    ),
    "withhold": (
        "UPDATE hanse_dataset_state SET withheld = CASE withheld WHEN '' THEN 'so' ELSE '' END "
        "WHERE dataset_id = :id",
    ),
}


def test_a_mirror_is_equal_after_a_thousand_edits_that_commit_out_of_order(
    cities: dict[str, Any],
) -> None:
    ids = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(120)]
    editors = [
        Editor(seed, EDITS // 2, ids, cities["rostock"]["id"], rdf.site()) for seed in (1, 2)
    ]
    mirror, told = Mirror(), 0
    for editor in editors:
        editor.start()
    while any(editor.is_alive() for editor in editors):
        told += len(mirror.pull(limit=7))
    assert [editor.failed for editor in editors] == [None, None]
    told += len(mirror.pull(limit=7))
    assert mirror.datasets == catalogue()
    assert len(mirror.datasets) > 20
    assert told > 100
    # One that begins only now gets there too.
    late = Mirror()
    late.pull()
    assert late.datasets == mirror.datasets
    assert feed.page(mirror.cursor).entries == []


def test_what_commits_late_comes_late_and_is_not_lost(cities: dict[str, Any]) -> None:
    first, second = dataset("erstes"), dataset("zweites")
    mirror = Mirror()
    mirror.pull()
    rename = sa.text("UPDATE package SET title = 'neu' WHERE id = :id")
    with model.meta.engine.connect() as slow, slow.begin():
        slow.execute(rename, {"id": first["id"]})
        with model.meta.engine.begin() as quick:
            quick.execute(rename, {"id": second["id"]})
        assert [entry.name for entry in mirror.pull()] == ["zweites"]
        assert mirror.pull() == []
    assert [entry.name for entry in mirror.pull()] == ["erstes"]


def test_what_is_settled_in_the_same_moment_is_told_once_a_dataset(cities: dict[str, Any]) -> None:
    for number in range(5):
        dataset(f"d{number}")
    told = Mirror().pull(limit=1)
    assert len({entry.when for entry in told}) == 1
    assert sorted(entry.name for entry in told) == [f"d{number}" for number in range(5)]


# --- What counts as a change --------------------------------------------------------------------


def test_created_changed_deleted_restored(cities: dict[str, Any]) -> None:
    mirror = Mirror()
    made = dataset("wege")
    (entry,) = mirror.pull()
    assert (entry.change, entry.name, entry.title) == ("created", "wege", "Wege")
    assert entry.page == f"{rdf.site()}/dataset/wege"

    act("package_patch", id=made["id"], title="Neue Wege")
    assert [(entry.change, entry.title) for entry in mirror.pull()] == [("changed", "Neue Wege")]
    act("package_delete", id=made["id"])
    (entry,) = mirror.pull()
    assert (entry.change, entry.why, entry.name, entry.title) == ("deleted", "deleted", "wege", "")
    act("hanse_dataset_restore", id=made["id"])
    assert [entry.change for entry in mirror.pull()] == ["created"]
    act("package_patch", id=made["id"], private=True)
    assert [(entry.change, entry.why) for entry in mirror.pull()] == [("deleted", "not-public")]
    act("package_patch", id=made["id"], title="Privat")
    assert mirror.pull() == []
    act("dataset_purge", id=made["id"])
    assert mirror.pull() == []


def test_what_was_never_public_is_never_named(cities: dict[str, Any]) -> None:
    dataset("geheim", private=True)
    draft = act("package_create", name="entwurf", title="Entwurf", owner_org="rostock",
                state="draft")  # fmt: skip
    act("dataset_purge", id=draft["id"])
    assert Mirror().pull() == []
    assert model.Session.query(Change).filter(Change.name != "").count() == 0


def test_a_harvest_is_told_and_so_is_what_it_withdraws(cities: dict[str, Any]) -> None:
    row, mirror = source(cities["rostock"]["id"]), Mirror()
    walk = Listed(record("b", "Bäume"), record("w", "Wege"))
    harvest(row, walk)
    assert [entry.change for entry in mirror.pull()] == ["created", "created"]
    harvest(row, walk)
    assert mirror.pull() == []  # an unchanged record costs a mirror nothing
    harvest(row, Listed(record("b", "Bäume an Straßen"), record("w", "Wege")))
    assert [(entry.change, entry.title) for entry in mirror.pull()] == [
        ("changed", "Bäume an Straßen")
    ]
    gone = model.Session.query(SourceRecord).filter(SourceRecord.identity.endswith("/w")).one()
    withdrawal.withdraw([gone.id])
    assert [(entry.change, entry.why) for entry in mirror.pull()] == [("deleted", "withdrawn")]


def test_what_is_laid_over_a_dataset_counts_too(cities: dict[str, Any]) -> None:
    made, mirror = dataset("parken"), Mirror()
    mirror.pull()
    decisions.decide([made["id"]], next(iter(model_datasets())).iri, "")
    assert [entry.change for entry in mirror.pull()] == ["changed"]
    act("organization_patch", id="rostock", contributor_id=CONTRIBUTOR)
    assert [entry.change for entry in mirror.pull()] == ["changed"]
    assert CONTRIBUTOR in mirror.datasets[made["id"]]
    act("hanse_dataset_deliver", id=made["id"], deliver=False, reason="The state delivers it")
    assert [(entry.change, entry.why) for entry in mirror.pull()] == [("deleted", "not-public")]
    assert mirror.datasets == catalogue() == {}


# --- since --------------------------------------------------------------------------------------


def test_since_a_time_nothing_that_became_known_then_is_left_out(cities: dict[str, Any]) -> None:
    dataset("alt")
    feed.newest()
    between = datetime.now(timezone.utc)
    dataset("neu")
    assert [entry.name for entry in feed.page(between.isoformat()).entries] == ["neu"]
    assert [entry.name for entry in feed.page("2020-01-01").entries] == ["alt", "neu"]
    later = feed.page((datetime.now(timezone.utc) + timedelta(seconds=1)).isoformat())
    assert (later.entries, later.next) == ([], feed.newest())


def test_a_cursor_of_another_list_is_refused(cities: dict[str, Any]) -> None:
    dataset("alt")
    cursor = feed.newest()
    ahead = f"{cursor.partition('-')[0]}-999999999"
    for since in (ahead, "00000000-1"):
        with pytest.raises(ConfigError) as refused:
            feed.page(since)
        assert refused.value.id == "since-unknown"
    feed.begin_anew()
    with pytest.raises(ConfigError):
        feed.page(cursor)


# --- Over HTTP ----------------------------------------------------------------------------------


@pytest.fixture
def three(cities: dict[str, Any]) -> list[dict[str, Any]]:
    """Two datasets, and one that was deleted."""
    made = []
    for name in ("eins", "zwei", "weg"):
        made.append(dataset(name))
        feed.newest()  # each has its place before the next one is there
    act("package_delete", id=made[2]["id"])
    return made


def test_json_with_pages_and_304(three: list[dict[str, Any]], visitor: Visitor) -> None:
    first = visitor("/changes?limit=2")
    assert first.content_type == "application/json; charset=utf-8"
    told = json.loads(first.data)
    assert [entry["name"] for entry in told["changes"]] == ["eins", "zwei"]
    assert told["more"]
    assert told["changes"][0]["rdf"].endswith("/dataset/eins.ttl")
    rest = json.loads(visitor(f"/changes.json?since={told['next']}").data)
    assert [(entry["change"], entry["why"]) for entry in rest["changes"]] == [
        ("deleted", "deleted")
    ]
    assert not rest["more"]
    address = f"/changes?since={rest['next']}"
    empty = visitor(address)
    assert json.loads(empty.data)["changes"] == []
    assert visitor(address, If_None_Match=empty.headers["ETag"]).status_code == 304
    dataset("vier")
    again = visitor(address, If_None_Match=empty.headers["ETag"])
    assert [entry["name"] for entry in json.loads(again.data)["changes"]] == ["vier"]


def test_atom_the_newest_first_with_tombstones(
    three: list[dict[str, Any]], visitor: Visitor
) -> None:
    answer = visitor("/changes", Accept="application/atom+xml")
    assert answer.content_type.startswith("application/atom+xml")
    root = etree.fromstring(answer.data)
    assert [one.text for one in root.findall("a:entry/a:title", ATOM)] == ["Zwei", "Eins"]
    (gone,) = root.findall("at:deleted-entry", ATOM)
    assert gone.get("ref") == f"urn:uuid:{three[2]['id']}"
    assert root[root.index(gone) - 1].tag.endswith("link")  # the newest comes first
    for since in ("", "?since=0"):
        told = etree.fromstring(visitor(f"/changes.atom{since}").data)
        assert told.findtext("a:updated", "", ATOM) == gone.get("when")
    ordered = etree.fromstring(visitor("/changes.atom?since=0&limit=1").data)
    assert [one.text for one in ordered.findall("a:entry/a:title", ATOM)] == ["Eins"]
    following = ordered.find("a:link[@rel='next']", ATOM).get("href")
    path = following.partition("ckan.net")[2]
    rest = etree.fromstring(visitor(path).data)
    assert [one.text for one in rest.findall("a:entry/a:title", ATOM)] == ["Zwei"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("since=gestern", 400, "weder"),
        ("since=2999-01-01", 400, "Zukunft"),
        ("since=00000000-7", 410, "/dumps"),
        ("limit=0", 400, "limit"),
        ("limit=1e9", 400, "limit"),
        ("limit=99999999999999999999", 400, "limit"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    cities: dict[str, Any], visitor: Visitor, query: str, status: int, words: str
) -> None:
    answer = visitor(f"/changes?{query}")
    assert answer.status_code == status
    assert words in json.loads(answer.data)["error"]["message"]


def test_by_the_api_too(three: list[dict[str, Any]], api: Callable[..., Any]) -> None:
    assert len(api(None, "hanse_change_list")["changes"]) == 3
    with pytest.raises(tk.ValidationError, match="since"):
        api(None, "hanse_change_list", since="gestern")


# --- CORS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/changes", "/catalog.ttl", "/dataset/eins.jsonld", "/dumps.json", "/feeds/dataset.atom",
     "/api/3/action/package_show?id=eins", "/search.json", "/statistik.json", "/hvd.csv",
     "/dataset/eins/schema-org.jsonld", "/dataset/eins/citation.bib", "/quality.json"],
)  # fmt: skip
def test_data_for_everyone_may_be_read_by_pages_of_other_sites(
    three: list[dict[str, Any]], visitor: Visitor, path: str
) -> None:
    answer = visitor(path, Origin="https://anderswo.example")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = visitor(path, "OPTIONS", Origin="https://anderswo.example",
                    Access_Control_Request_Method="GET")  # fmt: skip
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" not in asked.headers["Access-Control-Allow-Methods"]
    assert "Authorization" not in asked.headers["Access-Control-Allow-Headers"]


def test_pages_and_writes_and_what_a_user_sees_may_not(
    three: list[dict[str, Any]], visitor: Visitor, ask: Callable[..., Any], sysadmin: Any
) -> None:
    for answer in (
        visitor("/dataset/eins"),
        visitor("/dumps"),
        visitor("/api/3/action/package_delete", "POST"),
        ask(sysadmin, "/api/3/action/package_show?id=eins"),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers
