"""A real pycsw with our records."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from peers.environment import environment

REQUIREMENTS = ("pycsw==2.6.2", "SQLAlchemy<2", "OWSLib<0.29")


@contextlib.contextmanager
def pycsw(records: Sequence[str], folder: Path) -> Iterator[str]:
    """Serve the records until the block ends; yield ``http://127.0.0.1:port``."""
    python = environment("pycsw", *REQUIREMENTS)
    folder.mkdir(parents=True)
    for number, record in enumerate(records):
        (folder / f"{number:04}.xml").write_text(record, encoding="utf-8")
    script = Path(__file__).with_name("run_pycsw.py")
    with subprocess.Popen(
        [str(python), "-W", "ignore", str(script), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "pycsw did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
