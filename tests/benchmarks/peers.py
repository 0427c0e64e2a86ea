"""ckanext-harvest and ckanext-dcat, installed for themselves and driven by their own commands.

One gather consumer and one fetch consumer run, as their documentation sets them up; a job is
made with ``ckan harvester job`` and timed from the start of its gathering to the end of its
last import, both as their own tables say.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import PEER, PlaceError, Places

#: Nothing of this goes into our own environment or into setup.py.
PACKAGES = (
    "ckan[requirements]==2.12.0",
    "ckanext-dcat==2.4.4",
    "ckanext-harvest==1.6.3",
    "ckanext-scheming==3.1.0",
)
EMPTY = f"{PEER}_empty"
#: Kind of source → who harvests it, their name of the type, their settings.
HARVESTERS = {
    "rdf": ("ckanext-dcat 2.4.4", "dcat_rdf", '{"rdf_format": "text/turtle"}'),
    # Everything is sent again, as the case says; by itself it asks for what changed since.
    "ckan": ("ckanext-harvest 1.6.3", "ckan", '{"force_all": true}'),
}
_PATIENCE = 1800.0


def install(venv: Path, constraints: Path) -> None:
    """Make the peers' environment; quick when it is there."""
    stamp = venv / "installed"
    state = "\n".join(PACKAGES)
    if stamp.exists() and stamp.read_text() == state:
        return
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    pinned = ["--disable-pip-version-check", "--constraint", str(constraints)]
    for packages in (("pip", "setuptools", "wheel"), PACKAGES):
        subprocess.run([*pip, *pinned, *packages], check=True, stdin=subprocess.DEVNULL)
    stamp.write_text(state)


@dataclass(frozen=True)
class Peers:
    """Their site, empty and ready to be copied; ``portal`` is where catalogues are served."""

    places: Places
    ini: Path
    portal: str
    log: Path

    @classmethod
    def prepare(cls, places: Places, portal: str, log: Path) -> Peers:
        """Their database with an organisation, and their core."""
        ini = places.ini(PEER)
        places.core(PEER)
        places.fresh(PEER)
        for words in (
            ["db", "init"],
            *(["db", "upgrade", "-p", n] for n in ("activity", "harvest")),
        ):
            places.ckan(ini, *words, venv=places.peer_venv)
        found = cls(places, ini, portal, log)
        found._script()
        places.fresh(EMPTY, PEER)
        return found

    @contextmanager
    def source(self, kind: str, catalogue: str) -> Iterator[Job]:
        """A fresh site with one source and running consumers."""
        self.places.fresh(PEER, EMPTY)
        self.places.empty(PEER)
        _, form, config = HARVESTERS[kind]
        url = f"{self.portal}/{catalogue}" + ("/catalog.ttl" if kind == "rdf" else "")
        self._script(url, form, config)
        self._ckan("harvester", "purge-queues")
        consumers = [self._consumer(name) for name in ("gather-consumer", "fetch-consumer")]
        try:
            yield Job(self, consumers)
        finally:
            for process in consumers:
                process.terminate()
            for process in consumers:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _script(self, *words: str) -> None:
        """Make the organisation, or the source that ``words`` describe."""
        python = self.places.peer_venv / "bin" / "python"
        script = Path(__file__).with_name("in_peer.py")
        done = subprocess.run(
            [str(python), str(script), str(self.ini), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PlaceError(f"the peers' site cannot be set up:\n{done.stderr[-2000:]}")

    def _ckan(self, *words: str) -> str:
        return self.places.ckan(self.ini, *words, venv=self.places.peer_venv)

    def _consumer(self, name: str) -> subprocess.Popen[bytes]:
        program = self.places.peer_venv / "bin" / "ckan"
        with self.log.open("ab") as words:
            return subprocess.Popen(
                [str(program), "-c", str(self.ini), "harvester", name],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )


@dataclass(frozen=True)
class Job:
    """The one source of a site of the peers."""

    peers: Peers
    consumers: list[subprocess.Popen[bytes]]

    def run(self, datasets: int) -> float:
        """One job over it; gives datasets a second.

        PlaceError if a dataset failed, or if the site does not have them all afterwards.
        """
        peers = self.peers
        peers._ckan("harvester", "job", "bench")
        seconds = self._wait(datasets)
        peers._ckan("harvester", "run")
        failed = self._number("SELECT count(*) FROM harvest_object_error")
        stored = self._number(
            "SELECT count(*) FROM package WHERE state = 'active' AND type = 'dataset'"
        )
        if failed or stored != datasets:
            raise PlaceError(f"the peer stored {stored} of {datasets}, with {failed} errors")
        return datasets / seconds

    def _wait(self, datasets: int) -> float:
        end = time.monotonic() + _PATIENCE
        query = """
            SELECT count(*), count(*) FILTER (WHERE o.state IN ('COMPLETE', 'ERROR')),
                   coalesce(extract(epoch FROM max(o.import_finished) - j.gather_started), 0)
              FROM harvest_object o JOIN harvest_job j ON j.id = o.harvest_job_id
             WHERE j.gather_finished IS NOT NULL AND j.id =
                   (SELECT id FROM harvest_job ORDER BY created DESC LIMIT 1)
             GROUP BY j.gather_started
        """
        while time.monotonic() < end:
            for all_of_them, done, seconds in peers_rows(self.peers, query):
                if int(all_of_them) == int(done) == datasets:
                    return float(seconds)
                if int(all_of_them) != datasets:
                    raise PlaceError(f"the peer gathered {all_of_them} of {datasets}")
            if any(process.poll() is not None for process in self.consumers):
                raise PlaceError(f"a consumer of the peer has ended; see {self.peers.log}")
            time.sleep(1)
        raise PlaceError(f"the peer was not done within {_PATIENCE:.0f} s; see {self.peers.log}")

    def _number(self, query: str) -> int:
        return int(peers_rows(self.peers, query)[0][0])


def peers_rows(peers: Peers, query: str) -> list[list[str]]:
    """Rows of the peers' database."""
    return peers.places.rows(PEER, query)
