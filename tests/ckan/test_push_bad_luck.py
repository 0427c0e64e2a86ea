"""A push under bad luck: services away, a killed worker, a wrong clock, a proxy, odd programs."""

# ruff: noqa: F401, F811 - the fixtures of test_push are found by their import
from __future__ import annotations

import gzip
import http.client
import io
import json
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import chaos
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import api_token
from ckan.tests.helpers import call_action
from outage import stopped
from test_push import (
    Line,
    admin,
    begun,
    city,
    entry,
    harvest,
    line,
    made,
    names,
    number_of_source,
    push,
    raw,
    record_line,
    storage,
    titles,
    whole,
)  # fmt: skip

from ckanext.hanse.model import Push, PushToken
from ckanext.hanse.scheduler import due, tick
from ckanext.hanse.sources import push as pushes
from ckanext.hanse.store import push_files
from hanse_config.services.postgresql import PostgreSQL
from hanse_config.services.redis import Redis
from hanse_harvesters.errors import StopRun
from hanse_harvesters.push import client, lines
from hanse_harvesters.push.catalogue import Catalogue

User = dict[str, Any]
STEPS = ("begin", "manifest", "records", "complete")


# --- Services -----------------------------------------------------------------------------------


@pytest.mark.parametrize("service", [PostgreSQL, Redis])
def test_a_service_that_is_away_at_each_step_costs_waiting_alone(
    made: Any, city: Any, line: Any, service: Any
) -> None:
    token, away, outages = made("innen"), list[Any](), list[str]()
    served = line._app
    model.Session.remove()

    def back(_: float = 0) -> None:
        while away:
            away.pop().__exit__(None, None, None)

    def served_without(environ: dict[str, Any], start: Any) -> Any:
        step = environ["PATH_INFO"].rpartition("_")[2]
        if step not in outages:
            back()
            outages.append(step)
            away.append(stopped(service))
            away[-1].__enter__()
        return served(environ, start)

    line._app = served_without
    catalogue = Catalogue(line.url, token, sleep=back)
    try:
        for _ in STEPS:
            done = client.push(city(*names("bäume", "parks")), catalogue, "innen")
            back()
    finally:
        back()
        catalogue.close()
    assert outages == list(STEPS)
    assert done.records == 2
    assert harvest().counts["created"] == 2


def test_a_worker_killed_while_it_takes_a_push_costs_nothing(
    made: Any, push: Any, storage: Path
) -> None:
    token, killed = made("innen"), 0
    for number, at in enumerate((9, 12, 15, 18, 24)):
        push(token, *names("bäume"), entry("parks", description=f"Fassung {number}"))
        status = chaos.wait_for(chaos.run_in_child("innen", at, chaos.kill_oneself))
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        chaos.let_leases_end()
        tick.tick()
        assert harvest().status.value == "success", at
        [found] = [
            item for item in call_action("package_search")["results"] if item["title"] == "Parks"
        ]
        assert found["notes"] == f"Fassung {number}"
        assert pushes.waiting() == []
    assert killed >= 3
    assert titles() == {"Bäume", "Parks"}


def test_a_clock_that_was_set_back_does_not_hide_the_newest_push(
    made: Any, push: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, real = made("innen"), due.now
    with monkeypatch.context() as patch:
        patch.setattr(due, "now", lambda: real() + timedelta(days=1))
        push(token, entry("bäume"))
    harvest()

    push(token, entry("bäume"), entry("parks"))
    assert harvest().counts["created"] == 1
    push(token, entry("bäume"), entry("parks"))  # which removes the files of earlier ones
    assert harvest().counts["unchanged"] == 2


# --- Files --------------------------------------------------------------------------------------


def test_a_push_of_more_parts_than_files_may_be_open_is_taken(raw: Any) -> None:
    rows = [record_line(str(n), dataset={"title": f"T{n}"}) for n in range(150)]
    name = begun(raw)
    raw("manifest", b"".join(row[: lines.RECORD - 1] + b"\n" for row in rows), push=name, number=0)
    for number, row in enumerate(rows):
        push_files.save_records(number_of_source(), name, number, io.BytesIO(row))
    raw("complete", push=name, records=len(rows))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = {int(number) for number in os.listdir("/proc/self/fd")}
    free = [number for number in range(soft) if number not in used]
    resource.setrlimit(resource.RLIMIT_NOFILE, (free[100], hard))
    try:
        taken = push_files.assemble(number_of_source(), name)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert taken == 150


def test_pushes_that_were_begun_do_not_end_each_other(raw: Any) -> None:
    first = begun(raw)
    for _ in range(7):
        begun(raw)
    row = record_line("a", dataset={"title": "A"})

    assert raw("manifest", row[: lines.RECORD - 1] + b"\n", push=first, number=0)["success"]


def test_records_that_arrived_damaged_are_sent_again_with_the_next_push(
    made: Any, push: Any, storage: Path
) -> None:
    token = made("innen")
    push(token, *names("bäume", "parks"))
    [file] = storage.rglob("records-??????")
    content = file.read_bytes()
    file.write_bytes(content.replace(b'"identity":"', b'"identity":?', 1))
    report = harvest()
    assert (report.counts["created"], len(report.rejected), report.missing) == (1, 1, [])
    assert "push-records-broken" in {item.rule for item in report.source_issues}

    assert push(token, *names("bäume", "parks")).sent == 2
    assert harvest().status.value == "success"
    assert titles() == {"Bäume", "Parks"}


# --- What happens to the source meanwhile --------------------------------------------------------


@pytest.fixture
def between(line: Any, city: Any, made: Any) -> Callable[..., str]:
    """``between("complete", deed)``: the error of a push that meets a deed before this step."""
    token = made("innen")

    def meet(step: str, deed: Callable[[], Any]) -> str:
        served, done = line._app, list[int]()

        def served_after(environ: dict[str, Any], start: Any) -> Any:
            if environ["PATH_INFO"].endswith(step) and not done:
                done.append(1)
                deed()
            return served(environ, start)

        line._app = served_after
        catalogue = Catalogue(line.url, token, sleep=lambda _: None)
        try:
            client.push(city(*names("bäume")), catalogue, "innen")
        except StopRun as error:
            return f"{error.id}: {error.what_in('en')}"
        finally:
            catalogue.close()
        return ""

    return meet


def _set(**values: Any) -> Callable[[], None]:
    def deed() -> None:
        model.Session.execute(sa.update(PushToken).values(**values))
        model.Session.commit()

    return deed


@pytest.mark.parametrize("step", ["records", "complete"])
def test_a_token_that_ends_during_a_push_ends_it(between: Any, step: str) -> None:
    assert between(step, _set(revoked=sa.func.now())).startswith("push-refused")
    assert pushes.waiting() == []


def test_a_source_that_is_paused_or_removed_during_a_push_says_so(
    between: Any, api: Any, admin: User, storage: Path
) -> None:
    def pause(value: bool) -> Callable[[], Any]:
        return lambda: api(
            admin, "hanse_source_pause" if value else "hanse_source_resume", id="innen"
        )

    assert "pausiert" in between("complete", pause(True))
    assert between("begin", pause(False)) == ""

    def remove() -> None:
        api(admin, "hanse_source_delete", id="innen", confirm="innen", datasets="keep")

    assert between("complete", remove).startswith("push-refused")
    assert not [file for file in storage.rglob("*") if file.is_file()]


def test_who_waits_for_a_source_that_is_paused_is_told(raw: Any, api: Any, admin: User) -> None:
    whole(raw, record_line("a", dataset={"title": "A"}))
    name = model.Session.scalars(sa.select(Push.name)).one()
    assert raw("show", push=name)["result"]["over"] is False
    api(admin, "hanse_source_pause", id="innen")

    assert "pausiert" in json.dumps(raw("show", push=name)["error"])


def test_an_open_push_of_another_source_is_unknown(raw: Any, made: Any, site: Any) -> None:
    name, other = begun(raw), made("aussen")
    for source, status in (("aussen", 409), ("innen", 403)):
        answer = site.post(
            "/api/3/action/hanse_push_complete",
            json={"id": source, "push": name, "records": 1},
            headers={"Authorization": other},
            expect_errors=True,
        )
        assert answer.status_code == status


# --- What a program sends -----------------------------------------------------------------------


def test_an_issue_of_an_odd_name_costs_no_run(raw: Any) -> None:
    odd = ["a\0b", "", "x y", "self", "rule", "x" * 1000, 5, None, ["a"], {"a": 1}]
    found = [
        ["push-fields-unknown", f"ti\0tle{number}", "v", [[name, "w"]]]
        for number, name in enumerate(odd)
    ]
    assert whole(raw, record_line("a", dataset={"title": "A"}, issues=found))["success"]

    assert harvest().status.value == "success"
    assert titles() == {"A"}


def test_replayed_and_unasked_records_change_nothing(raw: Any) -> None:
    old, new = (record_line("a", dataset={"title": title}) for title in ("Alt", "Neu"))
    new = new.replace(b"a" * 64, b"b" * 64)
    assert whole(raw, old)["success"]
    harvest()
    name = begun(raw)
    raw("manifest", new[: lines.RECORD - 1] + b"\n", push=name, number=0)
    raw("records", new, push=name, number=0)
    unasked = record_line("fremd", dataset={"title": "Fremd"})
    assert raw("records", old + unasked, push=name, number=1)["success"]
    assert raw("complete", push=name, records=1)["success"]

    harvest()
    assert titles() == {"Neu"}


def test_identities_in_several_unicode_forms_are_several_records(made: Any, push: Any) -> None:
    found = [entry("e\u0301"), entry("\u00e9"), entry("a\ud800"), entry("b\0")]
    assert push(made("innen"), *found).sent == 4

    assert harvest().counts["created"] == 4


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_compressed_request_is_not_unpacked(raw: Any, site: Any, made: Any, coding: str) -> None:
    token = made("aussen")
    answer = site.post(
        "/api/3/action/hanse_push_begin",
        data=gzip.compress(b'{"id": "aussen", "protocol": 1, "table": "' + b"x" * 10**7 + b'"}'),
        content_type="application/json",
        headers={"Authorization": token, "Content-Encoding": coding},
        expect_errors=True,
    )
    assert answer.status_code == 400


def test_the_token_is_not_taken_for_that_of_an_account(
    made: Any, push: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    monkeypatch.setattr(api_token.log, "error", lambda *words: said.append(words))
    push(made("innen"), *names("bäume"))

    assert said == []


# --- A proxy on the way -------------------------------------------------------------------------


class _Proxy(BaseHTTPRequestHandler):
    """A proxy that buffers, takes 3,000 bytes at once, has a login, fails and compresses."""

    count = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).count += 1
        if len(body) > 3_000:
            return self._answer(413, b"<html>Request Entity Too Large</html>")
        if self.count % 3 == 0:
            status = (502, 504)[self.count % 2]
            return self._answer(status, b"<html>Bad Gateway</html>")
        host = self.path.split("/")[2]
        headers = {**self.headers, "Authorization": "Basic c3RhZHQ6Z2VoZWlt", "Via": "1.1 proxy"}
        link = http.client.HTTPConnection(host, timeout=60)
        link.request("POST", self.path.partition(host)[2], body, headers)
        found = link.getresponse()
        packed = gzip.compress(found.read())
        link.close()
        return self._answer(found.status, packed, "gzip")

    def _answer(self, status: int, body: bytes, coding: str = "identity") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Encoding", coding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Proxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    yield "http_proxy"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_push_passes_a_proxy_that_does_what_proxies_do(
    made: Any, push: Any, proxy: str, line: Line
) -> None:
    wanted = [f"satz-{number}" for number in range(20)]
    done = push(made("innen"), *names(*wanted))

    assert (done.records, done.sent) == (20, 20)
    assert max(size for _, size in line.requests) <= 3_000
    assert harvest().counts["created"] == 20
