"""Pages as visitors get them, from memory and made anew, out of the same site in one run.

The real site under gunicorn with two processes, four connections that stay open.  A page with a
parameter that the site does not know is the same page, made anew each time.
"""

from __future__ import annotations

import configparser
import contextlib
import http.client
import itertools
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import cases, data
from benchmarks.places import OURS, PlaceError, Places
from benchmarks.result import Line

CONNECTIONS = 4
#: Seconds of each measurement, and requests after which it ends sooner.
SECONDS = 10.0
MOST = 20_000
_WORKERS = 2
_PATIENCE = 120.0
#: So that the pages differ, and their parts are not in other memories.
_PAGES = 40


def addresses(places: Places) -> dict[str, list[str]]:
    """Case → paths."""
    rows = places.rows(OURS, f"SELECT name FROM package WHERE state = 'active' LIMIT {_PAGES}")
    words = [item.keywords[0] for item in data.datasets(_PAGES // 2, 1)]
    return {
        "page_home": ["/", "/en/"],
        "page_search": [
            f"{start}/dataset/?{urllib.parse.urlencode({'q': word, 'sort': 'score desc'})}"
            for start, word in itertools.product(("", "/en"), dict.fromkeys(words))
        ],
        "page_dataset": [f"/dataset/{name}" for (name,) in rows],
    }


def measure(places: Places, ini: Path, like: Line, log: Path) -> Iterator[Line]:
    """A line for each kind of page; ``like`` names the catalogue that was harvested."""
    with _site(ini, log) as visit:
        for case, paths in addresses(places).items():
            line = Line(case, like.kind, like.datasets, like.distributions, peer="made anew")
            try:
                line.peer_per_s = visit.rate(
                    [f"{path}{_joined(path)}new=1" for path in paths], kept=False
                )
                visit.warm(paths)
                begun = time.monotonic()
                line.ours_per_s = visit.rate(paths, kept=True)
                line.seconds = time.monotonic() - begun
            except (ValueError, OSError, http.client.HTTPException) as error:
                line.error = f"{type(error).__name__}: {error}"
            line.compare()
            yield line


def _joined(path: str) -> str:
    return "&" if "?" in path else "?"


class Visit:
    """Visitors at ``port``, who know the site as ``host``."""

    def __init__(self, port: int, host: str) -> None:
        self._port, self._host = port, host

    def rate(self, paths: Sequence[str], *, kept: bool) -> float:
        """Pages a second; ValueError if they came otherwise than ``kept`` says."""
        end = time.monotonic() + SECONDS
        begun = time.monotonic()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            jobs = [
                pool.submit(self._visit, paths[at:] + paths[:at], end, kept)
                for at in range(CONNECTIONS)
            ]
            done = sum(job.result() for job in jobs)
        return done / (time.monotonic() - begun)

    def warm(self, paths: Sequence[str]) -> None:
        """Have every process keep every page."""
        for path in paths:
            row = 0
            for _ in range(50):
                row = row + 1 if self._ask(self._open(), path) else 0
                if row == 4 * _WORKERS:
                    break

    def _visit(self, paths: Sequence[str], end: float, kept: bool) -> int:
        connection = self._open()
        done = other = 0
        for path in itertools.cycle(paths):
            if time.monotonic() >= end or done >= MOST / CONNECTIONS:
                break
            done += 1
            other += self._ask(connection, path) != kept
        if other > done / 100:
            raise ValueError(f"{other} of {done} pages were {'not ' if kept else ''}from memory")
        return done

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)

    def _ask(self, connection: http.client.HTTPConnection, path: str) -> bool:
        """Fetch a page; whether it came from memory."""
        connection.request("GET", path, headers={"Host": self._host})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or b"</html>" not in body:
            raise ValueError(f"{path}: {answer.status}, {len(body)} bytes")
        return "hit" in (answer.getheader("Cache-Status") or "")


@contextlib.contextmanager
def _site(ini: Path, log: Path) -> Iterator[Visit]:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.read(ini, encoding="utf-8")
    host = urllib.parse.urlsplit(parser["app:main"]["ckan.site_url"]).netloc
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    checkout = cases.TESTS.parent
    command = [
        str(Path(sys.executable).parent / "gunicorn"), "--workers", str(_WORKERS),
        "--config", str(next((checkout / "config").glob("gunicorn?conf.py"))),
        "--bind", f"127.0.0.1:{port}", "hanse_config.wsgi:application",
    ]  # fmt: skip
    with log.open("ab") as words:
        environ = {**cases.environment(), "CKAN_INI": str(ini)}
        process = subprocess.Popen(command, stdout=words, stderr=words, env=environ)
        try:
            _wait(process, port, log)
            yield Visit(port, host)
        finally:
            process.terminate()
            process.wait(60)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise PlaceError(f"the site does not answer; see {log}")
