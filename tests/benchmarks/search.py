"""Our search beside stock CKAN's over as many datasets, with as many facets, in one run.

``PYTHONPATH=tests python -m benchmarks.search UPDATES [DATASETS]``: documents that a first harvest
of ours sent (``build/benchmarks/updates.jsonl``), repeated until there are DATASETS.  Ours are
in a core with our schema and searched with ``understand`` as the page does; CKAN's own fields of
them are in a core with CKAN's schema and searched by a CKAN without our plugin.  Both ask the
same queries in turn, a word or two of a title; 20 datasets and ten facets each.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import floor
from benchmarks.cases import environment
from benchmarks.index import Document, as_stock, stock_conf
from benchmarks.places import Places
from hanse_config.services.instance import current

DATASETS, QUERIES, ROUNDS, SEED = 100_000, 60, 3, 14
#: How many times stock CKAN's time it may take.
MOST = 1.2
OURS, STOCK = "bench_search_ours", "bench_search_stock"
FACETS = {
    OURS: "organization hanse_theme res_format hanse_licence hanse_year hanse_group hanse_open"
    " hanse_language hanse_quality hanse_api",
    STOCK: "organization groups tags res_format license_id res_type state dataset_type capacity"
    " entity_type",
}


def main() -> int:
    """Measure, or with ``--side NAME INI`` ask as one of the two."""
    if sys.argv[1] == "--side":
        return _side(sys.argv[2], sys.argv[3])
    updates = Path(sys.argv[1])
    return measure(updates, int(sys.argv[2]) if sys.argv[2:] else DATASETS)


def measure(updates: Path, count: int = DATASETS) -> int:
    """Print the median and 95th percentile of both and the ratio; 1 if it is more than asked."""
    work = updates.parent
    places = Places(current(), work, Path(sys.prefix), work / "venv")
    documents = list(floor._documents(updates))
    cores = {OURS: places.core(OURS), STOCK: places.core(STOCK, stock_conf(work))}
    for name, core in cores.items():
        for chunk in _chunks(documents, count):
            floor.add(core, [as_stock(item) for item in chunk] if name == STOCK else chunk)
    asked = "\n".join(_queries(documents))
    sides = {name: _start(places, name, documents[0]["site_id"]) for name in cores}
    times: dict[str, list[float]] = {name: [] for name in cores}
    for _ in range(ROUNDS):
        for query in asked.split("\n"):
            for name, side in sides.items():
                side.stdin.write(query + "\n")
                side.stdin.flush()
                times[name].append(float(side.stdout.readline()))
    for side in sides.values():
        side.stdin.close()
        side.wait()
    median = {name: statistics.median(found) for name, found in times.items()}
    for name, found in times.items():
        slow = statistics.quantiles(found, n=20)[-1]
        print(f"{name}: p50 {median[name] * 1000:.1f} ms, p95 {slow * 1000:.1f} ms")
    ratio = median[OURS] / median[STOCK]
    print(f"search, {count} datasets: {ratio:.2f} times stock CKAN's p50 (at most {MOST})")
    return int(ratio > MOST)


def _chunks(documents: list[Document], count: int) -> Iterator[list[Document]]:
    """Yield the documents again and again under other ids, a thousand at a time."""
    for start in range(0, count, 1000):
        some = []
        for number in range(start, min(start + 1000, count)):
            document = documents[number % len(documents)]
            again = {"id": f"{number}", "index_id": f"{number}", "name": f"dataset-{number}"}
            some.append({**document, **again})
        yield some


def _queries(documents: list[Document]) -> list[str]:
    """Return words of titles, and of every other title two, as people type them."""
    chance = random.Random(SEED)
    titles = sorted({item["title"] for item in documents})
    queries: list[str] = []
    while len(queries) < QUERIES:
        words = [word for word in chance.choice(titles).split() if word.isalpha()]
        if many := min(1 + len(queries) % 2, len(words)):
            queries.append(" ".join(chance.sample(words, many)))
    return queries


def _start(places: Places, name: str, site_id: str) -> Any:
    own = {"ckan.plugins": ""} if name == STOCK else {}
    ini = places.ini(name, **{"ckan.site_id": site_id, **places.of_site(), **own})
    command = [sys.executable, "-m", "benchmarks.search", "--side", name, str(ini)]
    side = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
    side.stdout.readline()  # it is ready
    return side


def _side(name: str, ini: str) -> int:
    """Answer each line of stdin, a query, with the seconds that its search took."""
    answer, sys.stdout = sys.stdout, sys.stderr
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))
    import ckan.plugins.toolkit as tk

    asked: dict[str, Any] = {"rows": 20, "facet.field": FACETS[name].split(), "facet.limit": 50}
    if name == OURS:
        asked |= {"understand": True, "partial": True}
    with app.test_request_context():
        print("ready", file=answer, flush=True)
        for line in sys.stdin:
            begun = time.perf_counter()
            tk.get_action("package_search")({"user": ""}, {**asked, "q": line.strip()})
            print(time.perf_counter() - begun, file=answer, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
