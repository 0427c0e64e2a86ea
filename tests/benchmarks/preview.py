"""``hanse preview`` beside an earlier state of this project: datasets a second of processor.

``PYTHONPATH=tests python -m benchmarks.preview [COMMIT]``: that state is taken from git into
``build/benchmarks``.  Both read the same file in turn, the best of each counts; all their processes
are counted.  ``HANSE_SAMPLES`` names a folder with ``rostock-catalog.rdf`` (a portal's own dump,
100 datasets); without it the catalogue is made up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.processor import used
from benchmarks.turtle import catalogue

#: The state before datasets were judged by shapes and scored, how many times as many datasets a
#: second are asked, and how often both are measured.
BEFORE, LEAST, _ROUNDS = "e4b9f42", 2.0, 5
_FOLDERS = {"hanse_harvesters": "harvesters", "hanse_schemas": "schemas", "hanse_config": "config"}
_COUNT = 100


def measure(checkout: Path, commit: str = BEFORE) -> int:
    """Print datasets a second of processor of both; 1 if it is less than asked."""
    work = checkout / "build" / "benchmarks" / f"state-{commit}"
    _taken(checkout, commit, work)
    named = Path(os.environ.get("HANSE_SAMPLES", "")) / "rostock-catalog.rdf"
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = named if named.is_file() else Path(folder) / "catalog.ttl"
        if path != named:
            path.write_text("".join(catalogue(_COUNT, 8)), encoding="utf-8")
        for _ in range(_ROUNDS):
            for name, names in (("before", work / "names"), ("now", checkout / "build" / "names")):
                command = f'"{sys.executable}" -m hanse_harvesters.cli preview "{path}" '
                # A dump of one page of several is no complete walk: exit code 4.
                shell = f"{command} --format jsonl >/dev/null 2>&1; [ $? = 0 -o $? = 4 ] || exit 1"
                seconds = used(["sh", "-c", shell], {"PYTHONPATH": str(names)}).seconds
                best[name] = min(best.get(name, seconds), seconds)
    ratio = best["before"] / best["now"]
    print(
        f"preview of {path.name}: {_COUNT / best['now']:.0f} datasets a second of processor, "
        f"{_COUNT / best['before']:.0f} at {commit}: {ratio:.2f} × (asked: {LEAST:g} ×)",
        flush=True,
    )
    return 0 if ratio >= LEAST else 1


def _taken(checkout: Path, commit: str, work: Path) -> None:
    """Write the packages of a state into a folder, compiled like those that are installed."""
    if not work.is_dir():
        new = work.with_name(f"{work.name}.new")
        new.mkdir(parents=True, exist_ok=True)
        archive = ["git", "-C", str(checkout), "archive", commit, *_FOLDERS.values()]
        packed = subprocess.run(archive, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(new)], input=packed, check=True)
        (new / "names").mkdir()
        for name, folder in _FOLDERS.items():
            (new / "names" / name).symlink_to(f"../{folder}")
        new.replace(work)
    for root in (work, checkout):
        folders = [str(root / folder) for folder in _FOLDERS.values()]
        subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], check=True)


if __name__ == "__main__":
    sys.exit(measure(Path(__file__).resolve().parents[2], *sys.argv[1:2]))
