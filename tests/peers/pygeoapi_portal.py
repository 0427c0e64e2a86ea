"""A real pygeoapi with our records."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from peers.environment import environment

REQUIREMENTS = ("pygeoapi==0.21.0", "tinydb==4.9.0")


@contextlib.contextmanager
def pygeoapi(collections: Mapping[str, Sequence[Any]], folder: Path) -> Iterator[str]:
    """Serve collections of records until the block ends; yield ``http://127.0.0.1:port``."""
    python = environment("pygeoapi", *REQUIREMENTS)
    folder.mkdir(parents=True)
    for name, records in collections.items():
        table = {str(number): record for number, record in enumerate(records, 1)}
        (folder / f"{name}.tinydb").write_text(json.dumps({"_default": table}), encoding="utf-8")
    script = Path(__file__).with_name("run_pygeoapi.py")
    with subprocess.Popen(
        [str(python), "-W", "ignore", str(script), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "pygeoapi did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
