"""The kinds that read JSON beside CKAN's API, over the same datasets, up to judge.

``PYTHONPATH=tests python -m benchmarks.kinds [DATASETS [KIND …]]``; ``make benchmark KINDS=json``
calls it.  Each reads one document from a file: a list of packages, a ``data.json``, the items of
OGC API Records, the lines of a push.  What a dataset costs afterwards is the same for all.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import watch
from benchmarks.data import Dataset, dataset
from benchmarks.packages import package
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.pipeline import Run
from hanse_harvesters.push import lines
from hanse_harvesters.settings.source import SourceSettings

#: Files of a dataset, and datasets.
_FILES, _DATASETS = 3, 10_000
#: How often each is measured, in turn; the best counts.
_ROUNDS = 3
#: Seconds for one run.
_PATIENCE = 3600.0
#: How many of a hundred datasets are new or changed.
CASES = {"first": 100, "unchanged": 0, "one_percent": 1}


def _data_json(item: Dataset) -> dict[str, Any]:
    return {
        "@id": item.iri,
        "identifier": item.id,
        "accessLevel": "public",
        "title": item.title,
        "description": item.notes,
        "keyword": item.keywords,
        "theme": list(item.themes),
        "issued": item.issued.isoformat(),
        "modified": item.modified.isoformat(),
        "publisher": {"name": item.office},
        "contactPoint": {"fn": item.office, "hasEmail": f"mailto:{item.email}"},
        "landingPage": f"{item.iri}.html",
        "license": f"http://dcat-ap.de/def/licenses/{item.licence}",
        "spatial": ",".join(map(str, item.box)),
        "temporal": "/".join(item.period),
        "distribution": [
            {
                "title": file.title,
                "description": file.description,
                "downloadURL": file.url,
                "format": file.format,
                "mediaType": file.media_type,
            }
            for file in item.files
        ],
    }


def _record(item: Dataset) -> dict[str, Any]:
    west, south, east, north = item.box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "id": item.id,
        "type": "Feature",
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"],
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "time": {"interval": list(item.period)},
        "properties": {
            "type": "dataset",
            "title": item.title,
            "description": item.notes,
            "keywords": list(item.keywords),
            "created": item.issued.isoformat(),
            "updated": item.modified.isoformat(),
            "contacts": [
                {
                    "organization": item.office,
                    "emails": [{"value": item.email}],
                    "roles": ["publisher"],
                }
            ],
            "license": f"http://dcat-ap.de/def/licenses/{item.licence}",
        },
        "links": [
            {"rel": "enclosure", "href": file.url, "type": file.media_type, "title": file.title}
            for file in item.files
        ],
    }


def _listed(
    write: Callable[[Dataset], Any], before: str, after: str
) -> Callable[[Path, int], None]:
    def make(path: Path, count: int) -> None:
        with path.open("w", encoding="utf-8") as out:
            out.write(before)
            for number in range(count):
                out.write("," if number else "")
                out.write(json.dumps(write(dataset(number, _FILES)), ensure_ascii=False) + "\n")
            out.write(after)

    return make


def _pushed(path: Path, count: int) -> None:
    """What the client of a push makes of the data.json."""
    source = path.with_suffix(".json")
    KINDS["data-json"](source, count)
    with path.open("wb") as out:
        for record in Run(_settings("data-json"), client=LocalClient.of(source)):
            out.write(lines.line(record))
    source.unlink()


#: Kind → the function that writes its document.
KINDS: dict[str, Callable[[Path, int], None]] = {
    "ckan": _listed(package, "[", "]"),
    "data-json": _listed(_data_json, '{"dataset": [', "]}"),
    "ogc-records": _listed(_record, '{"type": "FeatureCollection", "features": [', "]}"),
    "push": _pushed,
}


def _settings(kind: str) -> SourceSettings:
    address = "push:" if kind == "push" else "file:///benchmark"
    return SourceSettings("bench", kind, address, "musterstadt")


def ours(kind: str, path: Path, changed: int) -> dict[str, float]:
    """Run over a document up to judge."""
    count = 0

    def known(*_: str) -> bool:
        nonlocal count
        count += 1
        return count % 100 >= changed

    begun = time.perf_counter()
    found = sum(1 for _ in Run(_settings(kind), client=LocalClient.of(path), same=known))
    seconds = time.perf_counter() - begun
    return {"datasets": found, "seconds": seconds, "peak_mb": watch.peak_mb()}


def measure(count: int = _DATASETS, *kinds: str) -> None:
    """Print a table: datasets a second by kind and case, how that is to CKAN's, and the memory."""
    best: dict[tuple[str, str], dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {kind: Path(folder) / kind for kind in kinds or KINDS}
        for kind, path in paths.items():
            KINDS[kind](path, count)
        for _ in range(_ROUNDS):  # in turn: a machine shared with others is not equally fast
            for case, kind in itertools.product(CASES, paths):
                found = _measured(kind, paths[kind], case, count)
                if (kind, case) not in best or found["rate"] > best[kind, case]["rate"]:
                    best[kind, case] = found
    print(f"\n| {count:,} datasets | case | /s | × ckan | MB | MB of its largest child |")
    print("|---|---|---|---|---|---|")
    for (kind, case), found in sorted(best.items()):
        ckan = best.get(("ckan", case))
        beside = f"{found['rate'] / ckan['rate']:.2f}" if ckan else "–"
        memory = f"{found['peak_mb']:.0f} | {found['child_mb']:.0f}"
        print(f"| {kind} | {case} | {found['rate']:,.0f} | {beside} | {memory} |")


def _measured(kind: str, path: Path, case: str, count: int) -> dict[str, float]:
    """Return what a process of its own took; raise if datasets are missing."""
    words = [sys.executable, "-m", "benchmarks.kinds", "ours", kind, str(path), str(CASES[case])]
    log = path.with_suffix(".log")
    done = watch.run(words, log, timeout=_PATIENCE, env=dict(os.environ))
    found: dict[str, float] = json.loads(done.output) if not done.code else {"datasets": 0}
    if found["datasets"] != count:
        raise SystemExit(
            f"{kind}: {found['datasets']} of {count} datasets\n{log.read_text()[-500:]}"
        )
    child = max(done.children.values(), default=0.0)
    return {**found, "rate": count / found["seconds"], "child_mb": child}


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        print(json.dumps(ours(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        measure(*map(int, sys.argv[1:2]), *sys.argv[2:])
