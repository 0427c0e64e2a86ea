"""A catalogue of ours that harvests and is harvested, served on loopback."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanse_config.services.instance import current
from peers.serving import served


@dataclass(frozen=True)
class OurCatalogue:
    """``address`` is ``http://127.0.0.1:port``, and what it says of itself."""

    address: str
    process: subprocess.Popen[str]

    def do(self, what: str, **given: Any) -> Any:
        """Have it do something (``Doing`` in run_catalogue.py); gives what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"do": what, **given}), file=self.process.stdin, flush=True)
        said = self.process.stdout.readline()
        assert said, "the catalogue has ended; see its log"
        return json.loads(said)

    def packages(self) -> dict[str, dict[str, Any]]:
        """Title → every dataset that is found."""
        found = self.do("act", action="package_search", rows=1000)["results"]
        return {item["title"]: item for item in found}


@contextlib.contextmanager
def our_catalogue(folder: Path, *, per_page: int) -> Iterator[OurCatalogue]:
    """Serve an empty catalogue of ours, pages of RDF with ``per_page`` datasets."""
    words = (str(current().data / "test.ini"), str(per_page))
    with served("run_catalogue.py", *words, log=folder / "ours.log") as (address, process):
        yield OurCatalogue(address, process)
