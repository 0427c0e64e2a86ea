"""A catalogue of ours with the datasets of the peers' CKAN, for tools of others that ask one."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hanse_config.services.instance import current
from peers.ckan_portal import STOCK


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[str]:
    """Serve ``STOCK`` from the tests' database; yield ``http://127.0.0.1:port``."""
    script, ini = Path(__file__).with_name("run_ours.py"), current().data / "test.ini"
    with (
        (folder / "ours.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", str(script), str(ini)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(STOCK))
            process.stdin.close()
            said = next((line for line in process.stdout if line.startswith("port ")), "")
            assert said, (folder / "ours.log").read_text(encoding="utf-8")[-2000:]
            yield f"http://127.0.0.1:{said.split()[1]}"
        finally:
            process.terminate()
