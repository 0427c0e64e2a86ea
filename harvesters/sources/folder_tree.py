"""The descriptions and files of a folder, wherever they come from: which file is whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hanse_harvesters.record import EntityDict
from hanse_harvesters.sandbox.child.folder import CATALOGUE, DATASET


@dataclass(slots=True)
class Described:
    """A folder with a description: ``fields`` of it, or why it is ``broken``.

    ``path``  of the folder, below the one of the catalogue; "" for that itself.
    """

    path: str
    name: str
    fields: EntityDict = field(default_factory=dict)
    broken: str = ""
    files: list[EntityDict] = field(default_factory=list)


@dataclass(slots=True)
class Tree:
    """Descriptions by folder, files by path; paths have no ``/`` at their beginning.

    ``catalogue``  the description of what holds for all, of the folder that is nearest to the root.
    """

    datasets: dict[str, Described] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    catalogue: Described | None = None

    def add(self, found: Described) -> None:
        """Add a description; a folder's first one counts."""
        if found.name.lower() in DATASET:
            kept = self.datasets.setdefault(found.path, found)
            if DATASET.index(found.name.lower()) < DATASET.index(kept.name.lower()):
                self.datasets[found.path] = found
        elif found.name.lower() in CATALOGUE and (
            self.catalogue is None or len(found.path) < len(self.catalogue.path)
        ):
            self.catalogue = found

    def described(self) -> Iterator[Described]:
        """Yield the folders with a description, in order, with the files in them."""
        for path, size in sorted(self.files.items()):
            folder = path.rpartition("/")[0]
            while folder and folder not in self.datasets:
                folder = folder.rpartition("/")[0]
            if owner := self.datasets.get(folder):
                name = path[len(folder) :].lstrip("/")
                if name.lower() not in (*DATASET, *CATALOGUE):
                    owner.files.append({"name": name, "size": size})
        for _, found in sorted(self.datasets.items()):
            yield found

    @property
    def defaults(self) -> EntityDict:
        """What holds for every dataset that does not say otherwise."""
        given = self.catalogue.fields.get("dataset_defaults") if self.catalogue else None
        return given if isinstance(given, dict) else {}

    @property
    def root(self) -> str:
        """The folder of the catalogue."""
        return self.catalogue.path if self.catalogue else ""

    def iri(self, found: Described) -> str:
        """Return the IRI that staticat gives a dataset, "" if the catalogue has none."""
        base = str(self.catalogue.fields.get("uri") or "").strip() if self.catalogue else ""
        return below(base, self.inner(found)) if base.startswith("http") else ""

    def inner(self, found: Described) -> str:
        """Return the path of a dataset's folder, below that of the catalogue."""
        return found.path[len(self.root) :].lstrip("/")


def below(base: str, path: str) -> str:
    """Return the address of a path below another, without ``/`` at the end."""
    return f"{base.rstrip('/')}/{quote(path)}".rstrip("/")
