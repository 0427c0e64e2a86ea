"""A real CKAN with ckanext-dcat and our datasets, on a database and a core of its own.

Environment, database and core are made as the benchmark makes them (tests/benchmarks).
"""

from __future__ import annotations

import contextlib
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers import Peers, install
from benchmarks.places import PEER, Places

from hanse_config.services.instance import current
from peers.serving import ADDRESS, served

#: What it is told is its address; the one that is asked is put in its place (recorded.here).
_CONSTRAINTS = Path(__file__).parents[2] / "config" / "constraints.txt"


def dataset(name: str, title: str, *files: str, **more: Any) -> dict[str, Any]:
    """A dataset with CSV files of these names; its ids are the same every time."""
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "name": name,
        "title": title,
        "notes": f"Etwas über *{title}*.\n\nMit zwei Absätzen.",
        "owner_org": "musterstadt",
        "license_id": "cc-by",
        "tags": [{"name": "Stadt"}],
        "resources": [
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{file}")),
                "url": f"https://dateien.stadt.example/{name}/{file}",
                "name": file,
                "format": "CSV",
                "mimetype": "text/csv",
            }
            for file in files
        ],
        **more,
    }


STOCK = [
    dataset("baeume", "Straßenbäume", "2022.csv", "2023.csv"),
    dataset("haltestellen", "Haltestellen", "halte.csv"),
    dataset("stadtplan", "Stadtplan"),
    dataset("zaehlung", "Zählung & Messung <Rad>", "rad.csv"),
    dataset("haushalt", "Haushalt", "plan.csv", author="Kämmerei", maintainer="Bürgerbüro"),
]


@contextlib.contextmanager
def ckan(folder: Path, *, per_page: int) -> Iterator[str]:
    """Serve ``STOCK``, pages of RDF with ``per_page`` datasets; yield ``http://127.0.0.1:port``."""
    venv = current().data / "peers" / "ckan"
    install(venv, _CONSTRAINTS)
    places = Places(current(), folder, Path(sys.prefix), venv)
    Peers.prepare(places, ADDRESS, folder / "peer.log")
    ini = places.ini(
        PEER, **{"ckan.site_url": ADDRESS, "ckanext.dcat.datasets_per_page": str(per_page)}
    )
    python, log = venv / "bin" / "python", folder / "ckan.log"
    with served("run_ckan.py", str(ini), log=log, python=python, stock=STOCK) as (address, _):
        yield address
