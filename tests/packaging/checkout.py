"""A checkout of the configuration alone, with services of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from building import ROOT


@dataclass(frozen=True)
class Outcome:
    """What a command said and how it ended."""

    code: int
    text: str


@dataclass
class Checkout:
    """A folder with ``config/`` under its import name, ports and data apart from others'."""

    folder: Path
    base: int
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / ".data"

    def services(self, action: str, **environ: str) -> Outcome:
        """Run ``python3 -m hanse_config.services ACTION``."""
        inherited = {key: value for key, value in os.environ.items() if "HANSE" not in key}
        done = subprocess.run(
            [sys.executable, "-m", "hanse_config.services", action],
            env={
                **inherited,
                "PYTHONPATH": str(self.folder / "names"),
                "HANSE_PORT_BASE": str(self.base),
                **self.environ,
                **environ,
            },
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        return Outcome(done.returncode, done.stdout)

    def pids(self) -> dict[str, int]:
        """The processes that are noted as ours."""
        noted = (self.data / "run").glob("*.pid.json")
        return {path.name.split(".")[0]: json.loads(path.read_text())["pid"] for path in noted}

    def processes(self) -> list[str]:
        """Command lines of all processes that have to do with the data folder."""
        mark = str(self.data).encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes()
            except OSError:
                continue
            if mark in line:
                found.append(line.replace(b"\0", b" ").decode("utf-8", "replace"))
        return found

    def secret(self, name: str) -> str:
        return str(json.loads((self.data / "secrets.json").read_text())[name])


def make(folder: Path, base: int) -> Checkout:
    """Copy the configuration to ``folder``."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "config", folder / "config", ignore=ignore)
    (folder / "setup.py").touch()  # what a checkout is known by
    (folder / "names").mkdir()
    (folder / "names" / "hanse_config").symlink_to("../config")
    return Checkout(folder, base)


def free_base() -> int:
    """A first port with three free ones behind it."""
    for base in range(20500, 30000, 20):
        if all(_is_free(base + offset) for offset in range(4)):
            return base
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
