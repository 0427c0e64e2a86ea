"""``hanse check`` beside pyshacl, over the same shapes and the same data, in one run.

``PYTHONPATH=tests python -m benchmarks.check [DATASETS [ROUNDS]]``.  ``HANSE_SHAPES`` names the
folder of the official files (docs/check.md); without it, both judge by the shapes of the table.

Ours reads the document, judges its own statements by all shapes and by the official ones alone,
maps and scores it and writes JSON lines; pyshacl gets its parsed graph and the parsed shapes and
only validates.  Ours uses several processes: seconds of processor stand beside those of a clock.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import watch
from benchmarks.processor import used
from benchmarks.turtle import catalogue

#: Datasets, and files of each; as often each is measured, in turn; the best counts.
DATASETS, _FILES, _ROUNDS = 1000, 3, 2
#: Seconds for one run.
_PATIENCE = 3600.0
#: How many times as fast as pyshacl it must be.
LEAST = 10.0


def peer(path: Path) -> dict[str, float]:
    """Validate with pyshacl; seconds without reading data and shapes, and the results."""
    import pyshacl
    import rdflib
    from rdflib.namespace import RDF, SH

    from hanse_harvesters.quality.shapes.background import statements
    from hanse_harvesters.quality.shapes.stack import current

    rdflib.NORMALIZE_LITERALS = False
    shapes = rdflib.Graph()
    for file in current().files:
        shapes.parse(data=file.text, format="nt")
    data = rdflib.Graph().parse(path, format="turtle")
    data.parse(data="".join(statements().values()), format="nt")
    begun, processor = time.perf_counter(), time.process_time()
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, do_owl_imports=False)
    return {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - processor,
        "results": len(list(report.subjects(RDF.type, SH.ValidationResult))),
    }


def measure(count: int = DATASETS, rounds: int = _ROUNDS) -> int:
    """Print seconds of both and the ratio; 1 if it is less than asked."""
    ours: list[float] = []
    processor: list[float] = []
    theirs: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder) / "catalog.ttl", Path(folder) / "log"
        path.write_text("".join(catalogue(count, _FILES)), encoding="utf-8")
        check = [sys.executable, "-m", "hanse_harvesters.cli", "check", str(path)]
        for _ in range(rounds):  # in turn: a machine shared with others is not equally fast
            begun = time.perf_counter()
            done = used([*check, "--format", "jsonl"])
            ours.append(time.perf_counter() - begun)
            processor.append(done.seconds)
            if (found := json.loads(done.output.splitlines()[-1])["summary"])["datasets"] != count:
                raise OSError(f"hanse check: {found}")
            words = [sys.executable, "-m", "benchmarks.check", "peer", str(path)]
            theirs.append(json.loads(watch.run(words, log, timeout=_PATIENCE, env=_env()).output))
    mine, other = min(ours), min(found["seconds"] for found in theirs)
    my_share, its_share = min(processor), min(found["processor"] for found in theirs)
    print(
        f"{count:,} datasets × {_FILES} files: hanse check {mine:.1f} s from start to end, "
        f"pyshacl {other:.1f} s for validating alone ({theirs[0]['results']:,.0f} results): "
        f"{other / mine:.1f} × (asked: {LEAST:g} ×); of processor {my_share:.1f} and "
        f"{its_share:.1f} s, {its_share / my_share:.1f} ×",
        flush=True,
    )
    return 0 if other / mine >= LEAST else 1


def _env() -> dict[str, str]:
    return dict(os.environ)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit code says whether it was fast enough."""
    chosen = list(sys.argv[1:] if arguments is None else arguments)
    if chosen[:1] == ["peer"]:
        print(json.dumps(peer(Path(chosen[1]))))
        return 0
    return measure(*map(int, chosen))


if __name__ == "__main__":
    sys.exit(main())
