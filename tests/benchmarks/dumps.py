"""A dump in all formats: seconds and memory, from texts and packages to finished files.

``PYTHONPATH=tests python -m benchmarks.dumps [DATASETS]``.  Reading the database is not in it.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.data import dataset
from benchmarks.packages import package
from benchmarks.turtle import catalogue
from ckanext.hanse.export.dumps import sinks
from ckanext.hanse.export.dumps.items import DumpContent, DumpItem, chunked
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import datasets, read_dataset
from hanse_harvesters.mapping.terms import Graph
from hanse_harvesters.quality.fragment import fragment
from hanse_schemas.table import expand

#: Seconds for 100,000 datasets, and megabytes by which the process may have grown.
MOST_SECONDS, MOST = 600.0, 150.0
_DISTINCT, _FILES, _PART = 500, 3, 250
_SITE = "https://daten.example"


def measure(count: int = 100_000) -> int:
    """Print seconds, seconds of processor and memory; 1 if not as asked."""
    items = list(_items())
    with tempfile.TemporaryDirectory(prefix="hanse-dump-") as folder:
        _written(items, 2 * _DISTINCT, Path(folder))  # everything is loaded and cached
        before, began, used = _megabytes(), time.monotonic(), time.process_time()
        found, number = _written(items, count, Path(folder))
        seconds, used = time.monotonic() - began, time.process_time() - used
        grown = _megabytes() - before
    size = sum(int(str(item["size"])) for item in found) / 1e6
    asked = MOST_SECONDS * count / 100_000
    print(
        f"dump of {number:,} datasets in {len(found)} files of {size:.0f} MB: {seconds:.0f} s "
        f"({used:.0f} s of processor; at most {asked:.0f} s); memory grew by {grown:.0f} MB (at "
        f"most {MOST:g})",
        flush=True,
    )
    return 0 if seconds <= asked and grown <= MOST else 1


def _written(
    items: list[DumpItem], count: int, folder: Path
) -> tuple[list[dict[str, object]], int]:
    repeated = (items[number % len(items)] for number in range(count))
    return sinks.write(DumpContent(f"{_SITE}/catalog", "", chunked(repeated, _PART)), folder)


def _items() -> Iterator[DumpItem]:
    graph = Graph(adapters.parse("".join(catalogue(_DISTINCT, _FILES)).encode(), "turtle"))
    for number, subject in enumerate(datasets(graph)):
        page = f"{_SITE}/dataset/d{number}"
        listed = f"<{_SITE}/catalog> <{expand('dcat:dataset')}> <{subject}> .\n"
        text = fragment(read_dataset(graph, subject).dataset).text
        shown = package(dataset(number, _FILES)) | {"id": str(number), "name": f"d{number}"}
        yield DumpItem(str(number), page, listed, text, shown)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(measure(*map(int, sys.argv[1:2])))
