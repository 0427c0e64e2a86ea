"""A city pushes its records: like a harvest of the same source, by a token that can do no more."""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from werkzeug.serving import make_server

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import HarvestSource, Push, PushToken, SourceRecord
from ckanext.hanse.scheduler import jobs, tick
from ckanext.hanse.sources import push as pushes
from ckanext.hanse.sources import push_kept
from ckanext.hanse.store import push_files, runs
from hanse_harvesters.errors import StopRun
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.pipeline import Run
from hanse_harvesters.push import client, lines
from hanse_harvesters.push.catalogue import Catalogue
from hanse_harvesters.settings.source import SourceSettings

User = dict[str, Any]
Send = Callable[..., client.Pushed]


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {
        "identifier": f"https://innen.rostock.example/{name}",
        "accessLevel": "public",
        "title": name.title(),
        "description": f"Alles zu {name}.",
        "keyword": ["Stadt"],
        "publisher": {"name": "Hansestadt Rostock"},
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "distribution": [{"downloadURL": f"https://www.rostock.example/{name}.csv"}],
        **more,
    }


class Line:
    """The way to the catalogue; each third request gets no answer where ``drops`` is set.

    Of those, every second has been carried out all the same.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.drops = False
        self.requests: list[tuple[str, int]] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        self.requests.append((environ["PATH_INFO"].rpartition("/")[2], size))
        if self.drops and len(self.requests) % 3 == 0:
            if len(self.requests) % 2:
                answer = self._app(environ, lambda *_: lambda _: None)
                list(answer)
                answer.close()
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []
        return self._app(environ, start)


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty storage and an empty Redis."""
    folder = tmp_path / "storage"
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(folder))
    connect_to_redis().flushdb()
    yield folder
    connect_to_redis().flushdb()


@pytest.fixture
def admin(officer: Callable[..., User]) -> User:
    return officer("rostock", "admin")


@pytest.fixture
def made(admin: User, api: Any) -> Callable[..., str]:
    """``made("innen")``: a source of Rostock that is pushed to, and the secret of its token."""

    def make(name: str) -> str:
        api(
            admin, "hanse_source_create",
            organization="rostock", title=name, name=name, kind="push", url="push:",
        )  # fmt: skip
        found = api(admin, "hanse_push_token_create", id=name, title="Server im Rathaus")
        return str(found["token"])

    return make


@pytest.fixture
def line(site: Any) -> Iterator[Line]:
    found = Line(site.flask_app)
    server = make_server("127.0.0.1", 0, found, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def city(tmp_path: Path) -> Callable[..., Run]:
    """``city(entry, …)``: a run over the catalogue inside the city."""

    def make(*entries: Any, limit: int | None = None) -> Run:
        file = tmp_path / "data.json"
        file.write_text(json.dumps({"dataset": list(entries)}), "utf-8")
        settings = SourceSettings("innen", "data-json", "file:///data.json", "rostock")
        return Run(settings, client=LocalClient.of(file), workers=0, limit=limit)

    return make


@pytest.fixture
def push(line: Any, city: Callable[..., Run]) -> Send:
    """``push(token, entry, …)``: what comes of a push; the run is then done here."""

    def send(token: str, *entries: Any, source: str = "innen") -> client.Pushed:
        catalogue = Catalogue(line.url, token, sleep=lambda _: None)
        try:
            return client.push(city(*entries), catalogue, source)
        finally:
            catalogue.close()

    return send


def harvest(name: str = "innen") -> Any:
    connect_to_redis().flushdb()
    return engine.harvest(name)


def titles() -> set[str]:
    return {item["title"] for item in call_action("package_search", rows=100)["results"]}


def names(*which: str) -> list[dict[str, Any]]:
    return [entry(name) for name in which]


# --- As a harvest -------------------------------------------------------------------------------


def test_what_is_pushed_arrives_like_a_harvest(made: Any, push: Send) -> None:
    done = push(made("innen"), *names("bäume", "parks"))

    assert (done.records, done.sent) == (2, 2)
    assert jobs.state("innen") is jobs.JobState.WAITING
    report = harvest()
    assert (report.status.value, report.counts["created"]) == ("success", 2)
    assert titles() == {"Bäume", "Parks"}


def test_what_did_not_change_is_not_sent_again(made: Any, push: Send) -> None:
    token = made("innen")
    push(token, *names("bäume", "parks"))
    harvest()

    done = push(token, entry("bäume"), entry("parks", description="Neu."))

    assert (done.records, done.sent) == (2, 1)
    report = harvest()
    assert (report.counts["unchanged"], report.counts["updated"]) == (1, 1)
    again = push(token, entry("bäume"), entry("parks", description="Neu."))
    assert again.sent == 0
    assert harvest().counts["unchanged"] == 2


def test_a_run_without_another_push_reads_the_same_again(made: Any, push: Send) -> None:
    push(made("innen"), *names("bäume", "parks"))
    harvest()

    assert harvest().counts["unchanged"] == 2


def test_a_line_that_drops_every_third_request_ends_in_the_same(
    made: Any, push: Send, line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MANIFEST", 5)
    monkeypatch.setattr(lines, "CHUNK", 2_000)
    token = made("innen")
    line.drops = True
    wanted = [f"satz-{number}" for number in range(12)]

    assert push(token, *names(*wanted)).sent == 12
    assert harvest().counts["created"] == 12
    done = push(token, *names(*wanted[1:]), entry("neu"))
    assert done.sent == 1
    report = harvest()

    assert (report.counts["created"], report.counts["unchanged"]) == (1, 11)
    assert titles() == {name.title() for name in [*wanted, "neu"]}


def test_what_is_missing_is_withdrawn_under_the_same_guard(made: Any, push: Send) -> None:
    token = made("innen")
    wanted = [f"satz-{number}" for number in range(12)]
    push(token, *names(*wanted))
    harvest()

    push(token, *names(wanted[0]))
    report = harvest()

    assert report.status.value == "held"
    assert len(titles()) == 12


def test_a_walk_that_was_not_complete_withdraws_nothing(
    made: Any, push: Send, city: Any, line: Any
) -> None:
    token = made("innen")
    push(token, *names("bäume", "parks"))
    harvest()
    catalogue = Catalogue(line.url, token, sleep=lambda _: None)
    client.push(city(*names("bäume", "parks"), limit=1), catalogue, "innen")
    catalogue.close()
    report = harvest()

    assert report.status.value == "partial"
    assert not report.missing
    assert {item.rule for item in report.source_issues} >= {"push-incomplete"}


def test_a_record_that_the_city_rejects_is_reported_here(made: Any, push: Send) -> None:
    push(made("innen"), entry("bäume"), {"identifier": "ohne", "title": ""})
    report = harvest()

    assert (report.counts["created"], len(report.rejected)) == (1, 1)


def test_a_push_that_met_a_running_harvest_is_read_by_the_next_tick(made: Any, push: Send) -> None:
    push(made("innen"), *names("bäume"))
    connect_to_redis().flushdb()  # the job is lost

    assert tick.tick().queued == ["innen"]
    harvest()
    assert tick.tick().queued == []


def test_a_preview_leaves_the_push_to_the_run(made: Any, push: Send) -> None:
    push(made("innen"), *names("bäume"))

    assert engine.harvest("innen", dry_run=True).counts["created"] == 1
    assert pushes.waiting() == ["innen"]
    assert harvest().counts["created"] == 1


# --- Tokens -------------------------------------------------------------------------------------


def refused(push: Send, token: str, source: str = "innen") -> str:
    with pytest.raises(StopRun) as error:
        push(token, entry("bäume"), source=source)
    assert titles() == set()
    return error.value.id


def test_a_token_of_another_source_is_refused(made: Any, push: Send) -> None:
    made("innen")

    assert refused(push, made("aussen")) == "push-refused"


def test_a_revoked_token_is_refused(made: Any, push: Send, api: Any, admin: User) -> None:
    token = made("innen")
    [row] = api(admin, "hanse_push_token_list", id="innen")
    api(admin, "hanse_push_token_revoke", id="innen", number=row["number"])

    assert refused(push, token) == "push-refused"


def test_a_token_that_is_over_is_refused(made: Any, push: Send) -> None:
    token = made("innen")
    model.Session.execute(sa.update(PushToken).values(expires=sa.func.now()))
    model.Session.commit()

    assert refused(push, token) == "push-refused"


def test_an_accounts_token_is_refused(made: Any, push: Send, admin: User) -> None:
    made("innen")

    assert refused(push, admin["token"]) == "push-refused"


def test_a_token_can_do_nothing_else(made: Any, site: Any) -> None:
    token = made("innen")
    for action in ("package_create", "hanse_source_run", "hanse_push_token_list", "user_list"):
        answer = site.post(
            f"/api/3/action/{action}",
            json={"id": "innen", "name": "x", "owner_org": "rostock"},
            headers={"Authorization": token},
        )
        assert answer.status_code == 403, action


def test_a_token_is_stored_hashed_and_its_use_is_seen(
    made: Any, push: Send, api: Any, admin: User
) -> None:
    token = made("innen")
    [row] = api(admin, "hanse_push_token_list", id="innen")
    assert row["used"] is None
    assert row["valid"]
    push(token, entry("bäume"))

    [row] = api(admin, "hanse_push_token_list", id="innen")
    assert row["used"]
    stored = model.Session.execute(sa.text("SELECT * FROM hanse_push_token")).all()
    assert token not in repr(stored)


@pytest.mark.parametrize("role", ["editor", "member"])
def test_only_administrators_make_tokens(
    made: Any, api: Any, officer: Callable[..., User], role: str
) -> None:
    made("innen")
    for user in (officer("rostock", role), officer("stralsund", "admin")):
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_push_token_create", id="innen", title="x")


def test_a_source_that_is_read_from_an_address_gets_no_token(api: Any, admin: User) -> None:
    api(
        admin, "hanse_source_create", organization="rostock", title="Portal", name="portal",
        kind="rdf", url="https://daten.rostock.example/catalog.ttl",
    )  # fmt: skip
    with pytest.raises(tk.ValidationError, match="portal"):
        api(admin, "hanse_push_token_create", id="portal", title="x")


# --- What a client may send -----------------------------------------------------------------------


@pytest.fixture
def raw(made: Any, site: Any) -> Callable[..., Any]:
    """``raw(action, upload, **fields)``: a request of any program with a valid token."""
    token = made("innen")

    def call(action: str, upload: bytes | None = None, **fields: Any) -> Any:
        data = {"id": "innen", **{key: str(value) for key, value in fields.items()}}
        if upload is not None:
            data["upload"] = (io.BytesIO(upload), "lines")  # type: ignore[assignment]
        answer = site.post(
            f"/api/3/action/hanse_push_{action}",
            data=data,
            headers={"Authorization": token},
            content_type="multipart/form-data",
        )
        return answer.json

    return call


def begun(raw: Any) -> str:
    return str(raw("begin", protocol=1, table="x")["result"]["push"])


def record_line(identity: str, **content: Any) -> bytes:
    text = json.dumps({"identity": identity, "dataset": {}, **content})
    return f"{lines.key(identity)} {'a' * 64} {text}\n".encode()


def whole(raw: Any, *rows: bytes) -> Any:
    """Push these lines, and say that this is all."""
    name = begun(raw)
    heads = b"".join(row[: lines.RECORD - 1] + b"\n" for row in rows)
    raw("manifest", heads, push=name, number=0)
    raw("records", b"".join(rows), push=name, number=0)
    return raw("complete", push=name, records=len(rows))


def test_complete_with_another_number_changes_nothing(raw: Any) -> None:
    name = begun(raw)
    row = record_line("a", dataset={"title": "A"})
    raw("manifest", row[: lines.RECORD - 1] + b"\n", push=name, number=0)
    raw("records", row, push=name, number=0)

    for lie in (0, 2, 1000):
        assert not raw("complete", push=name, records=lie)["success"]
    assert pushes.waiting() == []
    assert raw("complete", push=name, records=1)["success"]


def test_complete_without_the_records_names_those_that_are_missing(raw: Any) -> None:
    name = begun(raw)
    row = record_line("a")
    raw("manifest", row[: lines.RECORD - 1] + b"\n", push=name, number=0)

    answer = raw("complete", push=name, records=1)

    assert answer["result"] == {"missing": [lines.key("a")]}
    assert pushes.waiting() == []


def test_what_a_client_sends_is_as_foreign_as_a_portal(raw: Any) -> None:
    dataset = {
        "title": "Bäume",
        "id": "eigene",
        "owner_org": "stralsund",
        "private": True,
        "state": "deleted",
        "url": "javascript:alert(1)",
        "resources": [{"access_url": "javascript:alert(1)", "package_id": "x", "id": "y"}],
        "publisher": [{"name": "Stadt", "is_admin": True}],
    }
    assert whole(raw, record_line("a", dataset=dataset))["success"]
    report = harvest()

    [found] = call_action("package_search")["results"]
    assert report.status.value == "success"
    assert found["organization"]["name"] == "rostock"
    assert not found["private"]
    assert "javascript" not in json.dumps({k: v for k, v in found.items() if k != "hanse_issues"})
    row = model.Session.scalars(sa.select(SourceRecord)).one()
    assert row.state == "active"


def test_records_that_cannot_be_read_cost_no_other(raw: Any) -> None:
    good = record_line("gut", dataset={"title": "Gut"})
    other = record_line("anders", dataset={"title": "Anders"})
    lied = lines.key("x").encode() + other[lines.KEY :]
    deep = record_line("tief")[: lines.RECORD] + b"[" * 10_000 + b"]" * 10_000 + b"\n"
    broken = record_line("kaputt")[: lines.RECORD] + b'{"identity": \n'
    assert whole(raw, good, lied, deep, broken)["success"]

    report = harvest()

    assert titles() == {"Gut"}
    assert len(report.rejected) == 3


@pytest.mark.parametrize(
    "part", [b"", b"x", b"x\n", record_line("a")[:-1], b"\0" * 200 + b"\n", b"../../etc\n"]
)
def test_a_part_that_is_none_is_refused(raw: Any, part: bytes) -> None:
    name = begun(raw)

    assert not raw("records", part, push=name, number=0)["success"]


def test_a_request_larger_than_any_part_is_refused_unread(
    raw: Any, site: Any, storage: Path
) -> None:
    name, large = begun(raw), io.BytesIO(bytes(14 << 20))
    answer = site.post(
        "/api/3/action/hanse_push_records",
        data={"id": "innen", "push": name, "number": "0", "upload": (large, "lines")},
        headers={"Authorization": "x"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413
    assert not list(storage.rglob("records-*"))


def test_a_push_of_another_token_is_unknown(raw: Any, api: Any, admin: User, site: Any) -> None:
    name = begun(raw)
    other = api(admin, "hanse_push_token_create", id="innen", title="zwei")["token"]
    answer = site.post(
        "/api/3/action/hanse_push_complete",
        json={"id": "innen", "push": name, "records": 0},
        headers={"Authorization": other},
        expect_errors=True,
    )
    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["../../../etc", "", "x" * 300, "0" * 32])
def test_a_name_that_was_not_given_is_unknown(raw: Any, name: str, storage: Path) -> None:
    assert not raw("records", record_line("a"), push=name, number=0)["success"]
    assert not list(storage.rglob("records-*"))


def test_two_pushes_at_once_do_not_mix(raw: Any) -> None:
    first, second = begun(raw), begun(raw)
    one, two = (record_line(name, dataset={"title": name.upper()}) for name in "ab")
    for name, row in ((first, one), (second, two)):
        raw("manifest", row[: lines.RECORD - 1] + b"\n", push=name, number=0)
        raw("records", row, push=name, number=0)
    assert raw("complete", push=first, records=1)["success"]
    harvest()
    assert titles() == {"A"}
    assert raw("complete", push=second, records=1)["success"]

    report = harvest()

    assert titles() == {"A", "B"}  # the one that is missing is held, or waits for its third run
    assert report.counts["created"] == 1


def test_a_client_of_another_protocol_or_schema_is_told(raw: Any) -> None:
    refused = raw("begin", protocol=99, table="x")
    assert not refused["success"]
    assert "99" in json.dumps(refused["error"])

    noted = raw("begin", protocol=1, table="older")["result"]["notes"]
    assert len(noted) == 1


def test_the_files_of_earlier_pushes_are_removed(
    made: Any, push: Send, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.push.kept", 1)
    token = made("innen")
    for number in range(4):
        push(token, entry("bäume", description=f"Fassung {number}"))
        harvest()

    source = model.Session.scalars(sa.select(HarvestSource)).one()
    assert len(list(push_files.folder(source.id).glob("*.lines"))) <= 2
    assert len(model.Session.scalars(sa.select(Push)).all()) <= 2


def test_with_its_source_what_was_pushed_is_removed(
    made: Any, push: Send, api: Any, admin: User, storage: Path
) -> None:
    push(made("innen"), *names("bäume"))
    harvest()
    assert list(storage.rglob("*.lines"))

    api(admin, "hanse_source_delete", id="innen", confirm="innen", datasets="keep")

    assert not list(storage.rglob("*.lines"))
    assert titles() == {"Bäume"}


# --- When something fails between two steps ----------------------------------------------------


def number_of_source() -> int:
    return model.Session.scalars(sa.select(HarvestSource.id)).one()


def test_files_removed_by_hand_are_sent_again(made: Any, push: Send, storage: Path) -> None:
    token = made("innen")
    push(token, *names("bäume", "parks"))
    harvest()
    for file in storage.rglob("*.lines"):
        file.unlink()

    assert push(token, *names("bäume", "parks")).sent == 2
    assert harvest().counts["unchanged"] == 2


def test_files_cut_short_or_of_another_content_are_sent_again(
    made: Any, push: Send, storage: Path
) -> None:
    token = made("innen")
    push(token, *names("bäume", "parks"))
    harvest()
    [file] = storage.rglob("*.lines")
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    assert push(token, *names("bäume", "parks")).sent == 2
    assert harvest().status.value == "success"

    for file in storage.rglob("*.lines"):
        file.write_bytes(b"x" * len(whole))
    push(token, *names("bäume", "parks"))
    assert harvest().status.value == "failed"  # found when it is read
    assert push(token, *names("bäume", "parks")).sent == 2
    assert harvest().status.value == "success"
    assert titles() == {"Bäume", "Parks"}


def test_a_worker_killed_before_it_noted_the_document_costs_nothing(
    made: Any, push: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(made("innen"), *names("bäume"))
    name = model.Session.scalars(sa.select(Push.name)).one()
    push_files.assemble(number_of_source(), name)  # and then nothing was committed

    assert harvest().counts["created"] == 1


def test_a_push_that_cannot_be_read_is_tried_once(made: Any, push: Send, storage: Path) -> None:
    token = made("innen")
    push(token, *names("bäume"))
    for file in storage.rglob("records-*"):
        file.unlink()

    report = harvest()

    assert (report.status.value, report.stopped.id) == ("failed", "push-records-missing")
    assert pushes.waiting() == []
    assert push(token, *names("bäume")).sent == 1
    assert harvest().counts["created"] == 1


def test_a_push_to_a_source_that_became_another_kind_waits_for_nothing(
    made: Any, push: Send
) -> None:
    push(made("innen"), *names("bäume"))
    model.Session.execute(
        sa.update(HarvestSource).values(kind="rdf", url="https://daten.rostock.example/a.ttl")
    )
    model.Session.commit()

    assert pushes.waiting() == []


def test_a_run_whose_worker_was_killed_is_started_again(
    made: Any, push: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(made("innen"), *names("bäume"))
    for _ in range(3):
        assert pushes.waiting() == ["innen"]
        run = runs.begin(number_of_source())
        pushes.read_by(number_of_source(), run)
        assert pushes.waiting() == []
        pushes.unread(["innen"])
    assert pushes.waiting() == []  # it kills each worker


def test_a_preview_during_a_run_does_not_take_a_later_push_from_the_next(
    made: Any, push: Send
) -> None:
    token = made("innen")
    push(token, *names("bäume"))
    run = runs.begin(number_of_source())
    pushes.read_by(number_of_source(), run)
    pushes.take_over(number_of_source())
    push(token, *names("bäume", "parks"))
    pushes.take_over(number_of_source())  # by a preview

    assert pushes.waiting() == ["innen"]


def test_a_disk_that_is_full_or_read_only_is_told_and_costs_nothing(
    raw: Any, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    row, name = record_line("a", dataset={"title": "A"}), begun(raw)
    head = row[: lines.RECORD - 1] + b"\n"
    with monkeypatch.context() as patch:
        patch.setattr(push_files.os, "fsync", full)
        for action, part in (("manifest", head), ("records", row)):
            assert "No space left" in json.dumps(raw(action, part, push=name, number=0)["error"])
    assert not [file for file in storage.rglob("*") if file.is_file()]

    raw("manifest", head, push=name, number=0)
    raw("records", row, push=name, number=0)
    assert raw("complete", push=name, records=1)["success"]
    with monkeypatch.context() as patch:
        patch.setattr(push_files.os, "fsync", full)
        assert harvest().stopped.id == "push-storage-failed"
    assert harvest().counts["created"] == 1  # by hand, once there is room


def test_complete_sent_again_after_the_run_starts_no_other(raw: Any) -> None:
    row = record_line("a", dataset={"title": "A"})
    whole(raw, row)
    name = model.Session.scalars(sa.select(Push.name)).one()
    harvest()

    assert raw("complete", push=name, records=1)["success"]
    assert jobs.state("innen") is None


def test_the_same_part_sent_twice_at_once_is_stored_once(
    made: Any, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made("innen")
    rows = [record_line(name, dataset={"title": name * 1000}) for name in "abcdefgh"]
    faults: list[Exception] = []

    def save() -> None:
        try:
            for _ in range(20):
                push_files.save_records(1, "n", 0, io.BytesIO(b"".join(rows)))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(push_files.index(1)) == 8
    assert not list(storage.rglob("*.part-*"))


def test_a_line_ends_with_its_line_end_alone(raw: Any) -> None:
    name = begun(raw)
    one, two = record_line("a"), record_line("b")

    assert not raw("manifest", one[: lines.RECORD - 1] + b"\r", push=name, number=0)["success"]
    carriage = raw("records", one[:-1] + b"\r" + two, push=name, number=0)
    assert carriage["success"] is False or carriage["result"] == {"taken": 1}


def test_no_part_is_stored_beyond_the_limit(raw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "hanse.push.megabytes", 0)
    name, row = begun(raw), record_line("a")
    assert raw("manifest", row[: lines.RECORD - 1] + b"\n", push=name, number=0)["success"]

    assert not raw("manifest", row[: lines.RECORD - 1] + b"\n", push=name, number=1)["success"]
    assert not raw("records", row, push=name, number=0)["success"]


def test_pushes_that_nobody_ends_or_reads_do_not_fill_the_disk(raw: Any, storage: Path) -> None:
    for _ in range(15):
        raw("records", record_line("a"), push=begun(raw), number=0)
    assert len(list(storage.rglob("records-000000"))) <= push_kept.MOST_WAITING

    answers = [whole(raw, record_line(str(number))) for number in range(push_kept.MOST_WAITING)]
    assert all(answer["success"] for answer in answers)
    assert not raw("begin", protocol=1, table="x")["success"]
    harvest()
    assert raw("begin", protocol=1, table="x")["success"]


def test_an_identity_that_no_database_stores_costs_no_other_record(raw: Any) -> None:
    odd = ["", "a\0b", "a\nb\x1b[31m", "x" * 100_000, "<script>alert(1)</script>"]
    rows = [record_line(name, dataset={"title": f"T{place}"}) for place, name in enumerate(odd)]
    assert whole(raw, *rows, record_line("gut", dataset={"title": "Gut"}))["success"]

    report = harvest()

    assert report.status.value in {"success", "partial"}
    assert "Gut" in titles()


@pytest.mark.parametrize("number", ["-1", str(10**12), "1e3", "0x1", "", "1.5", "\0"])
def test_a_number_that_is_none_is_refused(raw: Any, number: str) -> None:
    assert not raw("records", record_line("a"), push=begun(raw), number=number)["success"]


def test_values_that_no_database_stores_are_refused(raw: Any, site: Any) -> None:
    name = begun(raw)
    for fields in (
        {"push": f"{name}\0"},
        {"push": name, "records": "NaN"},
        {"push": name, "records": str(10**30)},
        {"push": "\ud800", "records": "1"},
    ):
        body = json.dumps({"id": "innen", **fields})
        answer = site.post(
            "/api/3/action/hanse_push_complete", data=body, content_type="application/json",
            headers={"Authorization": "hanse_push_x"}, expect_errors=True,
        )  # fmt: skip
        assert answer.status_code in {400, 403, 409}


# --- The pages ----------------------------------------------------------------------------------


def test_an_administrator_makes_the_source_and_its_token_on_the_pages(
    admin: User, ask: Any, push: Send
) -> None:
    form = {
        "organization": "rostock", "title": "Fachverfahren", "name": "innen", "url": "",
        "url_type": "push", "schedule_kind": "daily", "schedule_time": "04:30",
        "timezone": "Europe/Berlin", "language": "de", "kind": "", "portal": "", "note": "",
    }  # fmt: skip
    made = ask(admin, "/harvest/source/new", "POST", **form)
    assert made.status_code == 302, made.body
    source = model.Session.scalars(sa.select(HarvestSource)).one()
    assert (source.kind, source.url, source.next_run) == ("push", "push:", None)

    page = ask(admin, "/harvest/source/innen/push", "POST", title="Rathaus", days="90")
    token = page.body.partition("data-hanse-token>")[2].partition("<")[0]
    assert token.startswith(pushes.PREFIX)
    assert "no-store" in page.headers["Cache-Control"]
    assert push(token, entry("bäume")).sent == 1
    again = ask(admin, "/harvest/source/innen/push")
    assert token not in again.body
    assert "Rathaus" in again.body

    number = model.Session.scalars(sa.select(PushToken.id)).one()
    ask(admin, f"/harvest/source/innen/push/{number}/revoke", "POST")
    assert refused(push, token) == "push-refused"


def test_an_editor_sees_no_tokens(made: Any, ask: Any, officer: Callable[..., User]) -> None:
    made("innen")
    answer = ask(officer("rostock", "editor"), "/harvest/source/innen/push")
    assert answer.status_code == 403
