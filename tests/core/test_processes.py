"""Processes that work for another: whom a crash is put down to, and that none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanse_harvesters.processes.supervisor import Worker, WorkerGone

#: Answers a number with its double; what it is told otherwise it does.
WORKER = """
import os
from hanse_harvesters.processes import child

def answer(asked):
    if asked == "end":
        os._exit(7)
    return len(bytearray(1 << 40)) if asked == "grow" else (os.getpid(), asked * 2)

child.serve(lambda receive: answer)
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Worker:
    (tmp_path / "doubling.py").write_text(WORKER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Worker("doubling", patience=60)


def test_answers_come_in_order_under_the_names_of_their_questions(worker: Worker) -> None:
    for number in range(5):
        worker.ask(number, f"question {number}")
    found = [worker.answer() for _ in range(5)]
    assert [name for name, _ in found] == [f"question {number}" for number in range(5)]
    assert [double for _, (_, double) in found] == [0, 2, 4, 6, 8]
    worker.end()


@pytest.mark.parametrize("deadly", ["end", "grow"])
def test_what_it_was_busy_with_gets_the_blame_and_the_rest_is_given_back(
    worker: Worker, deadly: str
) -> None:
    for asked in (1, deadly, 2, 3):
        worker.ask(asked, asked)
    assert worker.answer()[0] == 1
    with pytest.raises(WorkerGone) as caught:
        worker.answer()
    assert caught.value.blamed == deadly
    assert caught.value.others == [2, 3]
    with pytest.raises(WorkerGone):  # at once, not after its patience
        worker.answer()


def test_one_that_never_gets_ready_blames_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    worker = Worker("nothing", patience=60)
    worker.ask(1, "innocent")
    with pytest.raises(WorkerGone) as caught:
        worker.answer()
    assert (caught.value.blamed, caught.value.others) == (None, ["innocent"])


#: Every kind of process at once, each in the middle of something.
PARENT = """
import os, sys, tempfile, time
from hanse_harvesters.mapping.store import Disk
from hanse_harvesters.sandbox.document import open_document
from hanse_harvesters.workers.record_pool import RecordPool
from hanse_harvesters.processes.supervisor import Worker

pool = RecordPool(1, Disk(shared=True))
pool._opening.join()  # it takes what the worker sends when it is ready
file = tempfile.TemporaryFile()
file.write(b"<http://a> <http://b> <http://c> .\\n" * 200_000)
document = open_document(file, where="x")
mapping = Worker("hanse_harvesters.workers.mapping_worker", patience=60)
print("ready", flush=True)
time.sleep(600)
"""


def test_who_is_killed_leaves_nothing_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        below = descendants(parent.pid)
        assert len(below) == 4  # one separates records, one maps, one forks, one parses
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 60
    while (left := [pid for pid in below if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def descendants(pid: int) -> list[int]:
    """Processes that were started by it, or by one of these."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for file in children for child in file.read_text().split()]
    return found + [below for child in found for below in descendants(child)]


def alive(pid: int) -> bool:
    """Whether it runs; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_its_end_is_waited_for(worker: Worker) -> None:
    worker.ask(1, "")
    _, (pid, _) = worker.answer()
    assert pid != os.getpid()
    assert worker.end() == -signal.SIGKILL
    assert not alive(pid)
