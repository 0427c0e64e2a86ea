"""Rules and messages that connectors bring: YAML files and catalogues in their packages.

The package of a connector (the one that holds the module of its entry point) may hold
``rules.yaml`` and ``messages.yaml``, as the core's are, and ``i18n/`` with gettext's catalogues;
their domain is the package's name.  Nothing of the connector itself is imported for them.
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

#: The group of entry points by which connectors are found.
GROUP = "hanse.sources"


class TextsCollide(ValueError):
    """A connector's texts bear ids that are not its own; for who keeps the connector."""


@dataclass(frozen=True, slots=True)
class ConnectorTexts:
    """A package with connectors: its kinds, where it lies, its catalogues."""

    kinds: tuple[str, ...]
    folder: Path
    domain: Domain

    def own(self, id: str) -> bool:
        """Whether an id begins with the name of a kind of this package."""
        return any(id.startswith(f"{kind}-") for kind in self.kinds)


def connector_texts() -> list[ConnectorTexts]:
    """The packages of connectors from elsewhere, by name."""
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
    """The core's entries and those of every connector's file ``name``.

    TextsCollide for an id that does not begin with its connector's kind and "-", or that the
    core or another connector has.
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
