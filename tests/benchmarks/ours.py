"""Our harvest in a process of its own: ``python -m benchmarks.ours INI SOURCE``.

Prints one JSON object: what came of it, how long it took, the memory it grew to.
``--capture FILE`` also keeps the bodies sent to Solr, for the floor to send again;
``--profile FILE`` writes a profile of it (and is slower); ``--unjudged`` judges nothing, if the
folder ``unjudged`` is on the path of its workers.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import watch


def main() -> None:
    """One run of one source."""
    parser = argparse.ArgumentParser()
    parser.add_argument("ini")
    parser.add_argument("source")
    parser.add_argument("--capture", type=Path)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--unjudged", action="store_true")
    chosen = parser.parse_args()
    if chosen.unjudged:
        from hanse_harvesters.quality import chunk  # before anything else has taken its function

        chunk.judge_chunk = lambda records, language: None
    # The answer goes where it was meant to, whatever else is printed.
    answer, sys.stdout = sys.stdout, sys.stderr
    json.dump(harvest(chosen.ini, chosen.source, chosen.capture, chosen.profile), answer)


def harvest(ini: str, source: str, capture: Path | None, profile: Path | None) -> dict[str, Any]:
    """Load CKAN, then measure :func:`ckanext.hanse.harvest.engine.harvest` alone."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))
    from ckanext.hanse.harvest import engine

    if capture:
        _keep_updates(capture)
    profiler = cProfile.Profile() if profile else None
    with app.test_request_context():
        watch.forget_peak()
        before = watch.now_mb()
        begun, cpu = time.perf_counter(), time.process_time()
        begun_cpu = cpu
        if profiler:
            profiler.enable()
        report = engine.harvest(source)
        if profiler:
            profiler.disable()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if profiler and profile:
        profiler.dump_stats(profile)
    said = report.as_json("en")
    said.pop("lists", None)
    return {
        **said,
        "wall": seconds,
        "cpu": cpu,
        "begun_cpu": begun_cpu,
        "before_mb": before,
        "peak_mb": watch.peak_mb(),
    }


def _keep_updates(target: Path) -> None:
    """Append every body posted to Solr's update address to a file, one a line."""
    import requests

    send = requests.Session.send

    def keep(self: Any, request: Any, **options: Any) -> Any:
        if "/update" in request.url and request.body:
            body = request.body if isinstance(request.body, bytes) else request.body.encode()
            with target.open("ab") as out:
                out.write(body.replace(b"\n", b" ") + b"\n")
        return send(self, request, **options)

    requests.Session.send = keep  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
