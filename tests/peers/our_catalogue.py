"""A catalogue of ours that harvests and is harvested, served on loopback."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanse_config.services.instance import current


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
    script, ini = Path(__file__).with_name("run_catalogue.py"), current().data / "test.ini"
    with (
        (folder / "ours.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", str(script), str(ini), str(per_page)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            log_said = (folder / "ours.log").read_text(encoding="utf-8")[-2000:]
            assert said.startswith("port "), log_said
            yield OurCatalogue(f"http://127.0.0.1:{said.split()[1]}", process)
        finally:
            process.terminate()
