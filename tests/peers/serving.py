"""A site in a process of its own, which prints ``port N`` once it is up."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ADDRESS = "http://127.0.0.1"


@contextlib.contextmanager
def served(
    script: str, *words: str, log: Path, python: Path = Path(sys.executable), stock: Any = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a script of this folder; yield ``http://127.0.0.1:port`` and the process.

    ``stock``  what it reads from its input, as JSON, before it starts; without, the input stays
    open.
    """
    path = Path(__file__).with_name(script)
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [str(python), "-W", "ignore", str(path), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            if stock is not None:
                process.stdin.write(json.dumps(stock))
                process.stdin.close()
            said = next((line for line in process.stdout if line.startswith("port ")), "")
            assert said, log.read_text(encoding="utf-8")[-2000:]
            yield f"{ADDRESS}:{said.split()[1]}", process
        finally:
            process.terminate()
