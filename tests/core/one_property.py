"""A copy of the table with one property more, and Python that works by it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
FIELD = "tree_species"
TERM = "https://baum.example/def#species"
LABEL = "Baumarten"
VALUE = "Winterlindenbestand"

#: All that has to be written for a field of the catalogue.
ENTRY = f"""\
  - field: {FIELD}
    term: {TERM}
    kind: text
    cardinality: "*"
    obligation: optional
    search: text
    section: more
    label: {{de: {LABEL}, en: Tree species}}
    help: {{de: Welche Bäume hier stehen., en: Which trees stand here.}}
    example: Winterlinde
"""


@dataclass(frozen=True)
class Copy:
    """``folder`` holds ``schemas/`` and ``docs/`` as a checkout would."""

    folder: Path

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def python(self, *words: str, path: Iterable[str] = ()) -> str:
        """What Python prints that finds this table instead of ours; ``path`` behind it."""
        folders = [str(self.folder / "names"), *path]
        done = subprocess.run(
            [sys.executable, *words],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def make(folder: Path) -> Copy:
    """The table with :data:`ENTRY` behind the last property of a dataset, its files made anew."""
    shutil.copytree(SCHEMAS, folder / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "names").mkdir()
    (folder / "names" / "hanse_schemas").symlink_to("../schemas")
    with (folder / "schemas" / "classes" / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write(ENTRY)
    copy = Copy(folder)
    copy.python("-m", "hanse_schemas.make")
    return copy
