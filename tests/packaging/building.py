"""Commands, and virtual environments to run them in."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "config" / "constraints.txt"
FOLDERS = {
    "ckanext-hanse": "ckanext/hanse",
    "harvesters": "hanse_harvesters",
    "schemas": "hanse_schemas",
    "config": "hanse_config",
}


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command and return what it prints; a failure shows all of it."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A virtual environment without pip: the one that runs the tests fills it."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Environment:
        run(sys.executable, "-m", "venv", "--without-pip", folder)
        return cls(folder)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def pip(self, *words: str | Path) -> str:
        return run(
            *(sys.executable, "-m", "pip", "--python", self.python),
            *("--disable-pip-version-check", "install", "--quiet", "--no-compile"),
            *("--constraint", CONSTRAINTS),
            *words,
        )
