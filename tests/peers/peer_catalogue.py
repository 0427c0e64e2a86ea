"""A stock CKAN with ckanext-harvest and ckanext-dcat that harvests us, and can be harvested.

Environment, database and core are made as the benchmark makes them (tests/benchmarks).
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import EMPTY, HARVESTERS, Peers, install
from benchmarks.places import PEER, Places

from hanse_config.services.instance import current
from peers.serving import ADDRESS, served

_CONSTRAINTS = Path(__file__).parents[2] / "config" / "constraints.txt"
_PLUGINS = "activity dcat harvest ckan_harvester dcat_rdf_harvester"
#: With the schema that ckanext-dcat brings for all of DCAT-AP.
FULL = {
    "ckan.plugins": f"{_PLUGINS} scheming_datasets",
    "scheming.dataset_schemas": "ckanext.dcat.schemas:dcat_ap_full.yaml",
    "scheming.presets": "ckanext.scheming:presets.json ckanext.dcat.schemas:presets.yaml",
}


@dataclass(frozen=True)
class PeerCatalogue:
    """Its site; ``python`` is that of its environment."""

    places: Places
    python: Path

    def begin(self, **options: str) -> Path:
        """Empty it, with these settings; gives its ini."""
        self.places.fresh(PEER, EMPTY)
        self.places.empty(PEER)
        given = {"ckan.site_url": ADDRESS, "ckanext.dcat.datasets_per_page": "50", **options}
        return self.places.ini(PEER, **given)

    def harvest(self, ini: Path, url: str, kind: str, config: dict[str, Any]) -> Any:
        """Run a job of their harvester over ``url``; gives what run_harvest.py prints."""
        _, form, _ = HARVESTERS[kind]
        done = subprocess.run(
            [
                *(
                    str(self.python),
                    "-W",
                    "ignore",
                    str(Path(__file__).with_name("run_harvest.py")),
                ),
                *(str(ini), "hanse", url, form, json.dumps(config)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    @contextlib.contextmanager
    def served(self, ini: Path) -> Iterator[str]:
        """Serve it; yield ``http://127.0.0.1:port``."""
        log = ini.with_suffix(".log")
        with served("run_ckan.py", str(ini), log=log, python=self.python, stock=[]) as (address, _):
            yield address


def peer_python() -> Path:
    """The Python of its environment, made when it is not there."""
    venv = current().data / "peers" / "ckan"
    install(venv, _CONSTRAINTS)
    return venv / "bin" / "python"


def peer_catalogue(folder: Path) -> PeerCatalogue:
    """Make it, in the services that run."""
    python = peer_python()
    places = Places(current(), folder, Path(sys.prefix), python.parents[1])
    Peers.prepare(places, ADDRESS, folder / "peer.log")
    return PeerCatalogue(places, python)
