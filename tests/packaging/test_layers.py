"""Dependencies point one way: ckanext.hanse → hanse_harvesters → hanse_schemas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IMPORT_WITHOUT = """
import importlib, pkgutil, sys
package, *absent = sys.argv[1:]
for name in absent:
    sys.modules[name] = None
found = importlib.import_module(package)
for module in pkgutil.walk_packages(found.__path__, package + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
ABOVE_THE_CORE = ["ckan", "ckanext", "flask", "sqlalchemy", "psycopg2", "redis", "pysolr"]


@pytest.mark.parametrize(
    ("package", "absent"),
    [
        ("hanse_schemas", ["hanse_harvesters", "hanse_config", *ABOVE_THE_CORE]),
        ("hanse_harvesters", ["hanse_config", *ABOVE_THE_CORE]),
        # Runs before anything is installed.
        ("hanse_config.services", ["yaml", "requests", "hanse_harvesters", *ABOVE_THE_CORE]),
    ],
)
def test_every_module_is_imported_without_the_layers_above(package: str, absent: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT, package, *absent],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["harvesters", "schemas", "config"])
def test_bare_folder_names_are_refused(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "example.py", "-"],
        input=f"import {name}\n\nprint({name})\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in done.stdout
