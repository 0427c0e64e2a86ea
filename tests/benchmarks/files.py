"""The documents on disk, made when they are first wanted: variants of one catalogue.

A folder per catalogue (kind, datasets, distributions) with a folder per variant; the
server serves the variant that the link ``now`` leads to.
"""

from __future__ import annotations

import os
import shutil
from array import array
from dataclasses import dataclass
from pathlib import Path

from benchmarks import packages, turtle

#: Variant → version of the data and disorder of their writing.
VARIANTS = {
    "base": (0, 0),
    "shuffled": (0, 1),
    "changed": (1, 2),
}
#: Names of the files of a variant.
TURTLE, LINES, OFFSETS = "catalog.ttl", "packages.jsonl", "packages.offsets"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One catalogue below ``root``; ``kind`` is "rdf" or "ckan"."""

    root: Path
    kind: str
    datasets: int
    distributions: int

    @property
    def name(self) -> str:
        """Its folder, and the first part of its address."""
        return f"{self.kind}-{self.datasets}-{self.distributions}"

    def serve(self, variant: str) -> None:
        """Make the variant unless it is there, and let it be the one that is served."""
        folder = self.root / self.name / variant
        if not folder.exists():
            self._make(folder, *VARIANTS[variant])
        link = folder.parent / "now"
        fresh = folder.parent / "now.new"
        fresh.unlink(missing_ok=True)
        os.symlink(variant, fresh)
        fresh.replace(link)

    def drop(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.root / self.name, ignore_errors=True)

    def _make(self, folder: Path, version: int, disorder: int) -> None:
        half = folder.with_name(folder.name + ".new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        write = _turtle if self.kind == "rdf" else _packages
        write(half, self.datasets, self.distributions, version, disorder)
        half.replace(folder)


def _turtle(folder: Path, count: int, distributions: int, version: int, disorder: int) -> None:
    with (folder / TURTLE).open("w", encoding="utf-8") as out:
        for piece in turtle.catalogue(count, distributions, version=version, disorder=disorder):
            out.write(piece)


def _packages(folder: Path, count: int, distributions: int, version: int, disorder: int) -> None:
    offsets = array("Q", [0])
    with (folder / LINES).open("wb") as out:
        for line in packages.packages(count, distributions, version=version, disorder=disorder):
            out.write(line.encode() + b"\n")
            offsets.append(out.tell())
    (folder / OFFSETS).write_bytes(offsets.tobytes())
