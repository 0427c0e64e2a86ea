"""A folder as a city fills it for staticat, what staticat makes of it, and a plain web server."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from peers.environment import environment

#: rdflib writes its Turtle.
REQUIREMENTS = ("staticat==0.0.11", "rdflib==7.6.0")
BASE = "https://opendata.stadt.example"
CATALOGUE = f'''uri = "{BASE}"
title = "Offene Daten der Stadt"
description = """
Was die Stadt veröffentlicht.

- ohne Anmeldung
"""

[publisher]
name = "Hansestadt Stadt"
uri = "https://www.stadt.example"

[dataset_defaults]
issued = 2024-01-31
start_date = 2023-01-01
end_date = 2023-12-31
license = "cc-by/4.0"
availability = "AVAILABLE"
spatial = "http://publications.europa.eu/resource/authority/place/DEU_LBC"
political_geocoding = "http://dcat-ap.de/def/politicalGeocoding/districtKey/01003"

[dataset_defaults.maintainer]
name = "Bereich Statistik"
email = "daten@stadt.example"

[dataset_defaults.creator]
name = "Bereich Statistik"
email = "daten@stadt.example"

[dataset_defaults.publisher]
name = "Hansestadt Stadt"
uri = "https://www.stadt.example"
'''
DATASET = '''title = "{title}"
description = """{notes}"""
keywords = ["Stadt", "{title}"]
themes = ["{theme}"]
'''
WMS = """
[[distributions]]
uri = "https://geo.stadt.example/wms?SERVICE=WMS&REQUEST=GetCapabilities"
title = "Darstellungsdienst"
format = "WMS_SRVC"
"""
#: Folder → title, theme, what else stands in its dataset.toml, its files.
STOCK: Mapping[str, tuple[str, str, str, Mapping[str, str]]] = {
    "baeume": ("Straßenbäume", "ENVI", "", {"bäume 2023.csv": "art,zahl\nLinde,7\n"}),
    "verkehr/haltestellen": ("Haltestellen", "TRAN", WMS, {"halte.json": "[]\n"}),
    "verkehr/zählung": (
        "Zählung & Messung <Rad>",
        "TRAN",
        'license = "dl-zero-de/2.0"\n',
        {"2022.csv": "n\n1\n", "2023.csv": "n\n2\n", "lies mich.txt": "Hinweise\n"},
    ),
    "online": ("Stadtplan", "REGI", WMS, {}),
}


def write(folder: Path, day: int) -> None:
    """Write the folder; every file in it is of this day (of January 2024, UTC)."""
    _file(folder / "catalog.toml", CATALOGUE, day)
    for name, (title, theme, more, files) in STOCK.items():
        notes = f"Etwas über *{title}*.\n\nMit zwei Absätzen.\n"
        written = DATASET.format(title=title, notes=notes, theme=theme) + more
        for file, text in {"dataset.toml": written, **files}.items():
            _file(folder / name / file, text, day)


def _file(path: Path, text: str, day: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    time = 1704067200 + 86400 * (day - 1)
    os.utime(path, (time, time))


def generate(folder: Path) -> None:
    """Let staticat make its pages and ``catalog.ttl``."""
    program = environment("staticat", *REQUIREMENTS).with_name("staticat")
    subprocess.run(
        [str(program), str(folder)],
        check=True,
        capture_output=True,
        env={**os.environ, "TZ": "UTC"},
    )


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Do nothing."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as files; yield ``http://127.0.0.1:port``."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
