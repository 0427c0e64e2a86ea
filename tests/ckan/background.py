"""Workers of the tests: real processes, of the command itself or forked off the tests."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from stand_in import Page, StandIn

from ckanext.hanse.cli import hanse
from ckanext.hanse.model import HarvestRun, HarvestSource

CKAN = str(Path(sys.executable).with_name("ckan"))
#: Seconds after which a test gives up on a process.
PATIENCE = 120


def ini(folder: Path, **options: Any) -> Path:
    """An ini file like the tests' own, with other values for some options."""
    path = folder / "worker.ini"
    lines = [f"{key} = {value}" for key, value in options.items()]
    # `use` takes the values, `here` keeps relative paths; nothing is copied.
    path.write_text(
        "\n".join(["[app:main]", f"use = config:{tk.config['__file__']}", *lines, ""]),
        encoding="utf-8",
    )
    return path


@contextmanager
def running(ini: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """``ckan hanse …`` in a session of its own; what is left of it is killed at the end."""
    process = subprocess.Popen(
        [CKAN, "-c", str(ini), "hanse", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()


class Forked(multiprocessing.get_context("fork").Process):  # type: ignore[name-defined,misc]
    """``hanse …`` in a process that need not load CKAN first: it has what the tests have."""

    def __init__(self, words: tuple[str, ...], options: dict[str, Any]) -> None:
        super().__init__()
        self._words, self._options = words, options

    def run(self) -> None:
        """The command, in a session of its own."""
        os.setsid()
        meta.engine.dispose(close=False)  # the connections are the tests'
        tk.config.update(self._options)
        hanse.main(list(self._words), prog_name="hanse", standalone_mode=False)

    def wait(self, timeout: float) -> int | None:
        """How it ended, None if it did not within ``timeout`` seconds."""
        self.join(timeout)
        return self.exitcode


@contextmanager
def forked(*words: str, **options: Any) -> Iterator[Forked]:
    """``hanse …`` as another process, with the tests' options and these."""
    model.Session.rollback()
    model.Session.remove()
    process = Forked(words, {"hanse.http.tries": 1, **options})
    process.start()
    try:
        yield process
    finally:
        kill(process)
        process.kill()  # it may not have had its session yet
        process.join()


def kill(process: subprocess.Popen[str] | Forked) -> None:
    """SIGKILL for the process and whatever it started: the job it is at among them."""
    for number in session_of(process):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def session_of(process: subprocess.Popen[str] | Forked) -> list[int]:
    """The living processes of its session; a worker's job has a group of its own in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, *fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == process.pid and state not in "ZX":
                found.append(int(folder.name))
    return found


class Meeting(dict[str, Page]):
    """Pages whose first two readers wait for each other: both are at work at once."""

    def __init__(self) -> None:
        super().__init__()
        self._met = Barrier(2)
        self._over = Event()

    def get(self, path: str, default: Any = None) -> Any:
        """The page, once two have asked."""
        if not self._over.is_set():
            self._met.wait(PATIENCE)
            self._over.set()
        return super().get(path, default)


class Door(dict[str, Page]):
    """Pages that nobody gets before ``open`` is set; ``knocked`` once somebody asked."""

    def __init__(self) -> None:
        super().__init__()
        self.knocked, self.open = Event(), Event()

    def get(self, path: str, default: Any = None) -> Any:
        """The page, once the door is open."""
        self.knocked.set()
        self.open.wait(PATIENCE)
        return super().get(path, default)


def portal_with(portal: StandIn, pages: dict[str, Page]) -> None:
    """Let these pages stand in the place of the portal's, which are put among them."""
    pages.update(portal.pages)
    portal.pages = pages


def runs_of(name: str) -> list[HarvestRun]:
    """Runs of a source, the oldest first, as the database has them now."""
    model.Session.rollback()
    model.Session.expire_all()
    query = (
        sa.select(HarvestRun)
        .join(HarvestSource, HarvestSource.id == HarvestRun.source_id)
        .where(HarvestSource.name == name)
    )
    return list(model.Session.scalars(query.order_by(HarvestRun.id)))
