"""The catalogue as one Turtle stream beside ckanext-dcat's serialiser, over the same datasets.

``PYTHONPATH=tests python -m benchmarks.stream [DATASETS]``: processor time from rows as the
database gives them to the document's bytes; the database itself is not in it, on neither side.
ckanext-dcat builds one graph and writes it at the end, the slower the more there is: it is measured
over few datasets, where it is quickest.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import islice

import ckan.plugins.toolkit as tk

from benchmarks.data import dataset
from benchmarks.packages import package
from benchmarks.turtle import catalogue
from ckanext.hanse.export import fragments
from ckanext.hanse.export.catalogs import Catalogue
from ckanext.hanse.export.cities import City
from ckanext.hanse.export.rows import Row
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import datasets, read_dataset
from hanse_harvesters.mapping.stream import document_stream
from hanse_harvesters.mapping.terms import Graph
from hanse_harvesters.quality.fragment import fragment

#: Times as many datasets a second as ckanext-dcat that are asked, and megabytes by which the
#: process may have grown after all of them.
LEAST, MOST = 20.0, 30.0
_PEER, _DISTINCT, _FILES = 300, 500, 3
_SITE = "https://daten.example"
_NODE = Catalogue(f"{_SITE}/catalog", whole=True)
_CITIES = {"o": City("o", "musterstadt", "Hansestadt Musterstadt")}


def measure(count: int = 100_000) -> int:
    """Print datasets a second of processor of both, and the memory; 1 if not as asked."""
    tk.config.update({"ckan.site_url": _SITE, "ckan.site_id": "bench", "ckan.locale_default": "de"})
    texts = list(_texts())
    _streamed(texts, 2 * _DISTINCT)  # everything is loaded and cached
    before = _megabytes()
    seconds = _streamed(texts, count)
    grown, ours, theirs = _megabytes() - before, count / seconds, _PEER / _peer()
    ratio = ours / theirs
    print(
        f"stream of {count:,} datasets as Turtle: {ours:.0f} a second of processor, ckanext-dcat "
        f"{theirs:.0f} (over {_PEER}): {ratio:.0f} × (asked: {LEAST:g} ×); memory grew by "
        f"{grown:.0f} MB (at most {MOST:g})",
        flush=True,
    )
    return 0 if ratio >= LEAST and grown <= MOST else 1


def _texts() -> Iterator[str]:
    graph = Graph(adapters.parse("".join(catalogue(_DISTINCT, _FILES)).encode(), "turtle"))
    for subject in datasets(graph):
        yield fragment(read_dataset(graph, subject).dataset).text


def _rows(texts: list[str], count: int) -> Iterator[Row]:
    now, then = datetime.now(timezone.utc), datetime(2024, 1, 1)
    for number in range(count):
        text = texts[number % len(texts)]
        origin = f"https://portal.example/{number}.html"
        version = "same"
        yield Row(
            f"{number:08}", f"name-{number}", then, then, "o", now, True, origin, "", version, text
        )


def _streamed(texts: list[str], count: int) -> float:
    maker = fragments._Maker(_SITE, lambda city: _CITIES[city].contributor)
    out = io.BytesIO()
    rows = _rows(texts, count)
    started = time.process_time()
    document = document_stream("turtle", out)
    while part := list(islice(rows, fragments._PART)):
        found = [maker._fragment(row, row.text) for row in part]
        fragments.write(document, found, _NODE, _SITE, _CITIES)
        out.seek(0)
        out.truncate()
    document.close()
    return time.process_time() - started


def _peer() -> float:
    from ckanext.dcat.processors import RDFSerializer

    given = [package(dataset(number, _FILES)) for number in range(_PEER)]
    serializer = RDFSerializer(profiles=["euro_dcat_ap_3"])
    started = time.process_time()
    for item in given:
        serializer.graph_from_dataset(item)
    serializer.g.serialize(format="turtle")
    return time.process_time() - started


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(measure(*map(int, sys.argv[1:2])))
