"""Rules and messages of connectors: YAML files and catalogues in the connectors' packages.

The package of a connector (the one that contains the module of its entry point) may contain
``rules.yaml`` and ``messages.yaml``, in the same format as the core's, and ``i18n/`` with gettext
catalogues; their domain is the package's name.  Reading them does not import the connector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from hanse_harvesters.texts import Domain

T = TypeVar("T")

#: The entry point group in which connectors register.
GROUP = "hanse.sources"


class TextsCollide(ValueError):
    """A connector's texts use ids that do not belong to it; for the connector's maintainer."""


@dataclass(frozen=True, slots=True)
class ConnectorTexts:
    """A package with connectors: its kinds, its folder and its catalogues."""

    kinds: tuple[str, ...]
    folder: Path
    domain: Domain

    def own(self, id: str) -> bool:
        """Return whether an id starts with the name of one of this package's kinds."""
        return any(id.startswith(f"{kind}-") for kind in self.kinds)


def connector_texts() -> list[ConnectorTexts]:
    """Return the packages of external connectors, sorted by name."""
    kinds: dict[str, list[str]] = {}
    for entry in entry_points(group=GROUP):
        package = entry.module.rpartition(".")[0]
        if package and not f"{package}.".startswith("hanse_harvesters."):
            kinds.setdefault(package, []).append(entry.name)
    found = []
    for package, names in sorted(kinds.items()):
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            folder = Path(place)
            domain = Domain(package, folder / "i18n")
            found.append(ConnectorTexts(tuple(sorted(names)), folder, domain))
    return found


def with_connectors(
    core: Mapping[str, T], name: str, read: Callable[[Path, Domain], Mapping[str, T]]
) -> dict[str, T]:
    """Return the core's entries and those in the file ``name`` of every connector.

    Raises TextsCollide for an id that does not start with its connector's kind and "-", or that
    the core or another connector already uses.
    """
    found = dict(core)
    for texts in connector_texts():
        file = texts.folder / name
        if not file.is_file():
            continue
        for id, entry in read(file, texts.domain).items():
            if id in found or not texts.own(id):
                begin = " or ".join(f"{kind}-" for kind in texts.kinds)
                raise TextsCollide(f"{file}: {id}: begin it with {begin}, and use it once")
            found[id] = entry
    return found
