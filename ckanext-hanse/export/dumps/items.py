"""What a dump is made of: the head of the catalogue, and one item for each dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DumpItem:
    """One dataset.

    ``page``     URL of our page; in N-Quads the graph of the dataset.
    ``lists``    N-Triples by which the catalogues list it.
    ``text``     N-Triples of the dataset.
    ``package``  as ``package_show`` gives it to everyone.
    """

    id: str
    page: str
    lists: str
    text: str
    package: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DumpContent:
    """The content of a dump.

    ``catalogue``  IRI of the catalogue, in N-Quads the graph of ``head`` and of all ``lists``.
    ``head``       N-Triples of the catalogues, without their datasets.
    ``parts``      the datasets in the order of their ids, some at a time.
    """

    catalogue: str
    head: str
    parts: Iterable[list[DumpItem]]


def chunked(items: Iterable[DumpItem], size: int) -> Iterator[list[DumpItem]]:
    """Yield lists of at most ``size`` items."""
    part: list[DumpItem] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
