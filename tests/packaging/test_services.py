"""PostgreSQL, Redis and Solr as an operator meets them: started, doubled, hindered, stopped."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import checkout
import psycopg2
import pytest
import redis
from checkout import Checkout
from redis.backoff import ConstantBackoff, NoBackoff
from redis.retry import Retry

from hanse_config import website
from hanse_config.services import process

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]

NAMES = {"postgresql", "redis", "solr"}


@pytest.fixture(scope="module")
def apart() -> Iterator[Checkout]:
    """A checkout that every account can enter, on ports of its own."""
    folder = Path(tempfile.mkdtemp(prefix="hanse-services-"))
    folder.chmod(0o755)
    made = checkout.make(folder, checkout.free_base())
    yield made
    made.services("stop")
    shutil.rmtree(folder)


@pytest.fixture
def running(apart: Checkout) -> Checkout:
    """The same with everything started; at once if it runs already."""
    outcome = apart.services("start")
    assert outcome.code == 0, outcome.text
    return apart


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder as root's home is on many machines."""
    if os.geteuid() != 0:
        pytest.skip("only root starts services for another account")
    folder = Path(tempfile.mkdtemp(prefix="hanse-closed-"))
    assert folder.stat().st_mode & 0o777 == 0o700
    yield folder
    shutil.rmtree(folder)


def connect(running: Checkout, database: str, role: str = "ckan") -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host="127.0.0.1",
        port=running.base + 1,
        dbname=database,
        user=role,
        password=running.secret(role),
    )


def solr(running: Checkout, path: str) -> dict[str, object]:
    address = f"http://127.0.0.1:{running.base + 3}/solr{path}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return dict(json.load(answer))


def test_databases_of_site_and_tests_are_there_for_the_owner(running: Checkout) -> None:
    for database in ("ckan", "datastore", "ckan_test", "datastore_test"):
        connection = connect(running, database)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE tried (word text)")
            cursor.execute("DROP TABLE tried")
        connection.close()


def test_the_reader_of_the_datastore_makes_nothing(running: Checkout) -> None:
    connection = connect(running, "datastore", "datastore_read")
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("CREATE TABLE tried (word text)")
    connection.close()


def test_nobody_gets_in_without_the_password(running: Checkout) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host="127.0.0.1", port=running.base + 1, dbname="ckan", user="ckan", password="ckan"
        )
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=running.base + 2, retry=Retry(NoBackoff(), 0)).ping()
    assert redis.Redis(port=running.base + 2, password=running.secret("redis")).ping()
    assert (running.data / "secrets.json").stat().st_mode & 0o077 == 0


def test_every_core_answers(running: Checkout) -> None:
    for core in ("ckan", "ckan_test", "ckan_test_kept"):
        assert solr(running, f"/{core}/select?q=*:*&wt=json")["response"]


def test_only_the_loopback_address_listens(running: Checkout) -> None:
    for offset in (1, 2, 3):
        with pytest.raises(ConnectionRefusedError):
            # All of 127/8 is this machine; a server on any address would answer here.
            socket.create_connection(("127.0.0.9", running.base + offset), timeout=5)


def test_services_do_not_run_as_root(running: Checkout) -> None:
    for pid in running.pids().values():
        assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_starting_twice_is_harmless(running: Checkout) -> None:
    before = running.pids()
    again = running.services("start")
    assert again.code == 0
    assert again.text.count("runs already") == 3
    assert running.pids() == before


def test_status_names_address_process_data_and_log(running: Checkout) -> None:
    status = running.services("status")
    assert status.code == 0
    for pid in running.pids().values():
        assert f"process  {pid}" in status.text
    for offset in (1, 2, 3):
        assert f"127.0.0.1:{running.base + offset}" in status.text
    for log in re.findall(r"log +(\S+)", status.text):
        assert Path(log).is_file()


def test_a_changed_solr_schema_is_taken_over_by_the_next_start(running: Checkout) -> None:
    schema = running.folder / "config/services/solr/conf/schema.xml"
    kept = schema.read_text(encoding="utf-8")
    field = '<field name="only_here" type="string" indexed="true" stored="true"/>'
    try:
        schema.write_text(kept.replace("</schema>", f"{field}</schema>"), encoding="utf-8")
        assert running.services("start").code == 0
        assert solr(running, "/ckan/schema/fields/only_here?wt=json")["field"]

        schema.write_text(kept.replace("</schema>", "<broken</schema>"), encoding="utf-8")
        broken = running.services("start")
        assert broken.code == 1
        assert "schema.xml" in broken.text
        assert "solr.log" in broken.text
    finally:
        schema.write_text(kept, encoding="utf-8")
    assert running.services("start").code == 0
    assert solr(running, "/ckan/select?q=*:*&wt=json")["response"]


def test_a_service_that_was_killed_starts_again_with_its_data(running: Checkout) -> None:
    client = redis.Redis(port=running.base + 2, password=running.secret("redis"))
    client.set("kept", "yes")
    time.sleep(1.5)  # "all but the last second of a crash"
    os.kill(running.pids()["redis"], signal.SIGKILL)
    time.sleep(0.2)
    status = running.services("status")
    assert status.code == 1
    assert re.search(r"Redis +stopped", status.text)

    assert running.services("start").code == 0
    assert client.get("kept") == b"yes"


def test_ports_that_changed_under_running_services_are_said(running: Checkout) -> None:
    moved = running.services("start", HANSE_REDIS_PORT=str(running.base + 9))
    assert moved.code == 1
    assert f"runs already, but on port {running.base + 2}" in moved.text


def test_stop_leaves_no_process_and_can_be_repeated(running: Checkout) -> None:
    assert len(running.processes()) >= 3
    stopped = running.services("stop")
    assert stopped.code == 0
    assert stopped.text.count("stopped") == 3
    assert running.processes() == []
    again = running.services("stop")
    assert again.code == 0
    assert again.text.count("did not run") == 3
    assert running.services("status").code == 1


def test_a_taken_port_is_named_with_who_has_it(apart: Checkout) -> None:
    apart.services("stop")
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", apart.base + 2))
        squatter.listen()
        outcome = apart.services("start")
    assert outcome.code == 1
    assert f"port {apart.base + 2} is taken" in outcome.text
    assert f"pid {os.getpid()}" in outcome.text
    assert "HANSE_REDIS_PORT" in outcome.text


def test_a_foreign_redis_is_named_and_not_used(apart: Checkout, tmp_path: Path) -> None:
    """As on a machine whose own Redis, without a password, has the port."""
    apart.services("stop")
    program = tmp_path / "redis-server"
    program.symlink_to(shutil.which("redis-server") or shutil.which("redis-check-rdb") or "")
    port = apart.base + 2
    words = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path]
    foreign = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    there = redis.Redis(port=port, retry=Retry(ConstantBackoff(0.1), 300))
    try:
        assert there.ping()
        there.set("theirs", "1")
        asked = there.info("stats")["total_connections_received"]
        outcome = apart.services("start")
        assert outcome.code == 1
        assert f"port {port} is taken" in outcome.text
        assert f"pid {foreign.pid}" in outcome.text
        assert there.keys() == [b"theirs"]
        assert there.info("stats")["total_connections_received"] == asked
        apart.services("stop")
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_a_foreign_process_is_never_ended(apart: Checkout) -> None:
    apart.services("stop")
    foreign = subprocess.Popen(["sleep", "60"])
    try:
        # As after a reboot, when the number of our process is somebody else's.
        noted = {"pid": foreign.pid, "began": 1, "boot": "another", "port": apart.base + 2}
        (apart.data / "run").mkdir(parents=True, exist_ok=True)
        (apart.data / "run" / "redis.pid.json").write_text(json.dumps(noted))
        assert "did not run" in apart.services("stop").text
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_a_part_knows_whether_files_changed_since_it_was_started(tmp_path: Path) -> None:
    """``make demo`` starts it again then, as after ``git pull``."""
    part = website.Part("Part", process.Daemon("part", tmp_path), ["sleep", "60"])
    assert not part.older_than(time.time() + 60)
    part.start()
    assert part.older_than(time.time() + 60)
    assert not part.older_than(time.time() - 60)
    part.stop()
    assert not part.older_than(time.time() + 60)


def test_what_a_process_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    """A worker's job has a process group of its own and would go on without the worker."""
    job = tmp_path / "job.pid"
    script = f"set -m; sleep 60 & echo $! > {job}; trap 'exit 0' TERM; wait"
    daemon = process.Daemon("worker", tmp_path)
    daemon.launch(["bash", "-c", script], port=0)
    while not job.exists() or not job.read_text():
        time.sleep(0.02)
    left = Path("/proc", job.read_text().strip())
    assert left.exists()
    assert daemon.stop()
    time.sleep(0.2)
    assert not left.exists() or " Z " in (left / "stat").read_text()


def test_missing_programs_are_said_with_the_command_that_brings_them(
    apart: Checkout, tmp_path: Path
) -> None:
    apart.services("stop")
    outcome = apart.services("start", PATH=str(tmp_path), JAVA_HOME="")
    apart.services("stop")
    assert outcome.code == 1
    assert re.search(r"Solr is not installed: run 'make install'.*jdk", outcome.text)
    assert re.search(r"Redis is not installed: run 'make install'", outcome.text)


def test_a_data_folder_that_cannot_be_written_is_said(apart: Checkout, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (file, Path("/proc/nowhere")):
        outcome = apart.services("start", HANSE_DATA=str(folder))
        assert outcome.code == 1
        assert str(folder) in outcome.text
        assert "Traceback" not in outcome.text


def test_a_given_folder_that_the_account_cannot_enter_is_said(
    apart: Checkout, closed_folder: Path
) -> None:
    outcome = apart.services("start", HANSE_DATA=str(closed_folder / "data"))
    assert outcome.code == 1
    assert f"cannot enter {closed_folder}" in outcome.text


def test_a_checkout_in_a_closed_folder_keeps_its_data_elsewhere(closed_folder: Path) -> None:
    made = checkout.make(closed_folder / "home", checkout.free_base())
    status = made.services("status")
    first = status.text.splitlines()[0]
    assert re.fullmatch(
        rf"Data in /var/lib/ckanext-hanse/\w+ \(because .* cannot enter {closed_folder}\)", first
    )


@pytest.mark.parametrize("port", ["abc", "80", "70000"])
def test_a_port_that_is_none_is_said(apart: Checkout, port: str) -> None:
    outcome = apart.services("status", HANSE_SOLR_PORT=port)
    assert outcome.code == 1
    assert f"HANSE_SOLR_PORT={port}" in outcome.text
