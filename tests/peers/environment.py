"""Environments of the peers: one each, made once in the data folder and kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hanse_config.services.instance import current


def environment(name: str, *requirements: str) -> Path:
    """Return the Python of an environment with these requirements; make it if it is not there.

    Other versions in ``requirements`` make it anew.  Never CKAN's own: pycsw wants an older
    SQLAlchemy.
    """
    folder = current().data / "peers" / name
    stamp, wanted = folder / "made-of", "\n".join(requirements)
    python = folder / "bin" / "python"
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *requirements], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python
