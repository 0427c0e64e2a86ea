"""Adding datasets to Solr: our documents to our schema, beside CKAN's own to CKAN's.

The documents are those that a first harvest of ours sent; CKAN's are what of them CKAN's builder
made.  Each is sent to a core of its own, in turn, and the best of three rounds counts; Solr's
processor time is given as well, which other work on the machine disturbs less.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import ckan

from benchmarks import floor
from benchmarks.places import SOURCE, Places

ROUNDS = 3
OURS, STOCK = "bench_index_ours", "bench_index_stock"
#: Fields that only our schema has.
_OWN = ("hanse_", "title_", "tags_", "text_", "syn_", "res_de", "org_x", "ids_x", "spell", "text")
_KEPT = ("title_string",)

Document = dict[str, Any]


def measure(places: Places, updates: Path, work: Path) -> None:
    """Print documents a second of both, by the clock and by Solr's processor, and their ratio."""
    documents = list(floor._documents(updates))
    rates: dict[str, list[tuple[float, float]]] = {OURS: [], STOCK: []}
    cores = {OURS: places.core(OURS), STOCK: places.core(STOCK, stock_conf(work))}
    bodies = {OURS: documents, STOCK: [as_stock(document) for document in documents]}
    for _ in range(ROUNDS):
        for name, core in cores.items():
            places.empty(name)
            clock, processor = time.perf_counter(), places.solr_seconds()
            floor.add(core, bodies[name])
            clock, processor = time.perf_counter() - clock, places.solr_seconds() - processor
            rates[name].append((len(documents) / clock, len(documents) / processor))
    best = {
        name: [max(column) for column in zip(*found, strict=True)] for name, found in rates.items()
    }
    size = sum(len(json.dumps(document)) for document in documents) / len(documents) / 1000
    print(f"index, {len(documents)} documents of {size:.0f} kB:")
    for name, (clock, processor) in best.items():
        print(f"  {name}: {clock:.0f} a second, {processor:.0f} a second of Solr's processor")
    clock, processor = (ours / stock for ours, stock in zip(best[OURS], best[STOCK], strict=True))
    print(f"  ours {clock:.2f} times CKAN's by the clock, {processor:.2f} by processor")


def stock_conf(work: Path) -> Path:
    """Return a configuration with CKAN's schema."""
    target = work / "stock-conf"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(SOURCE / "conf", target)
    shutil.copy(Path(ckan.__file__).parent / "config" / "solr" / "schema.xml", target)
    return target


def as_stock(document: Document) -> Document:
    """Return what CKAN's builder made: extras twice, none of our fields."""
    kept = {
        name: value
        for name, value in document.items()
        if name in _KEPT or not name.startswith(_OWN)
    }
    extras = {k.removeprefix("extras_"): v for k, v in document.items() if k.startswith("extras_")}
    return {**extras, **kept}
