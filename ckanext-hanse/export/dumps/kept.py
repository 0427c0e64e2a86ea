"""The content of a dump that was made, read back from its N-Quads and JSON Lines.

So a dump can be written again without some datasets, as of its own day.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

from ckanext.hanse.export.dumps import files
from ckanext.hanse.export.dumps.items import DumpContent, DumpItem, chunked
from hanse_harvesters.mapping import dataset_lines

_PART = 250


class DumpDamaged(ValueError):
    """Raised if the files of a dump do not belong together."""


def content(folder: Path, *, without: Collection[str], catalogue: str) -> DumpContent:
    """Return the content of the dump in ``folder``, without the datasets with these ids.

    ``catalogue``  IRI of the catalogue when the dump was made: the graph it begins with.
    """
    quads = _graphs(folder / files.QUADS)
    graph, head = next(quads, (catalogue, []))
    return DumpContent(
        graph,
        "".join(line for line in head if not _lists(line)),
        chunked(_items(folder, graph, head, quads, frozenset(without)), _PART),
    )


def _items(
    folder: Path,
    catalogue: str,
    head: list[str],
    quads: Iterator[tuple[str, list[str]]],
    without: Collection[str],
) -> Iterator[DumpItem]:
    listed: dict[str, list[str]] = defaultdict(list)
    _note(head, listed)
    with gzip.open(folder / files.PACKAGES, "rb") as packages:
        for graph, lines in quads:
            if graph == catalogue:
                _note(lines, listed)
                continue
            package = json.loads(next(packages, b"null"))
            if not package or not graph.endswith(f"/dataset/{package['name']}"):
                raise DumpDamaged(graph)
            text = "".join(lines)
            catalogues = listed.pop(dataset_lines.subject(text), [])
            if package["id"] not in without:
                lists = "".join(dataset_lines.listing(catalogues, text, graph))
                yield DumpItem(package["id"], graph, lists, text, package)


def _graphs(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each graph with its statements, as lines of N-Triples."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for graph, lines in groupby(map(_split, file), key=lambda pair: pair[0]):
            yield graph, [line for _, line in lines]


def _split(line: str) -> tuple[str, str]:
    statement, _, graph = line.rpartition(" <")
    if not statement or not graph.endswith("> .\n"):
        raise DumpDamaged(line[:200])
    return graph.removesuffix("> .\n"), f"{statement} .\n"


def _lists(line: str) -> bool:
    """Return whether a statement of the catalogue is made anew with the dataset it is about."""
    return line.split(" ", 2)[1] in dataset_lines.LISTED


def _note(lines: list[str], listed: dict[str, list[str]]) -> None:
    """Note dataset → catalogues that list it."""
    for line in lines:
        catalogue, term, value = line.removesuffix(" .\n").split(" ", 2)
        if term == dataset_lines.DATASET:
            listed[value[1:-1]].append(catalogue[1:-1])
