"""ISO 19139 up to *judge* beside OWSLib's mere reading and the EU's XSLT, on the same records.

``python -m benchmarks.iso [RECORDS …]``; ``make benchmark KINDS=csw`` calls it.  The records are
those of the demo's state catalogue, with new identifiers where more are wanted.  Ours walks one
answer of a catalogue service from a file: parsed in the sandbox, services joined, mapped,
normalised, judged, with as many processes as a harvest has.  The peers get one record after the
other, in one process, and read it or transform it.  Beside the time on the clock stands that of the
processors, which other work on the machine does not change.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hanse_config.services.instance import current

#: Nothing of this goes into our own environment or into setup.py.
PACKAGES = ("OWSLib==0.35.0", "saxonche==13.1.1")
#: The EU's transformation; EUPL, so it is fetched and not part of the project.
XSLT = (
    "https://raw.githubusercontent.com/SEMICeu/iso-19139-to-dcat-ap/"
    "6074ec53743acc237483e06e1c60d1a9ca7c462c/iso-19139-to-dcat-ap.xsl"
)
XSLT_SHA256 = "d8954f7993b733ede5dc6ca8c1039fcc140c51dd3e033efe52a55e72595df5dd"
#: Records of the peers; what one costs does not depend on it.
PEER_RECORDS = 600
#: How often each is measured, in turn; the best counts.
_ROUNDS = 3
#: Case → how many of a hundred records are new or changed.
CASES = {"first": 100, "unchanged": 0, "one_percent": 1}
#: Times OWSLib and the XSLT, at least, and megabytes, at most.
LEAST = {"owslib": 2.0, "xslt": 5.0}
MOST_MB = 300.0
_HEAD = (
    '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults '
    'numberOfRecordsMatched="{0}" numberOfRecordsReturned="{0}" nextRecord="0">\n'
)
_TAIL = "</csw:SearchResults></csw:GetRecordsResponse>\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 if everything was measured, whatever it came to."""
    chosen = list(sys.argv[1:] if arguments is None else arguments)
    if chosen[:1] == ["ours"]:
        print(json.dumps(ours(Path(chosen[1]), CASES[chosen[2]])))
        return 0
    return measure([int(number) for number in chosen] or [5_000], current().checkout)


def measure(sizes: Sequence[int], checkout: Path) -> int:
    """Print how many records a second each of them reads."""
    work = checkout / "build" / "benchmarks"
    work.mkdir(parents=True, exist_ok=True)
    python = install(work / "iso-venv")
    lines = work / "records.xml"
    lines.write_text("".join(f"{text}\n" for text in records(PEER_RECORDS)), encoding="utf-8")
    stylesheet = _stylesheet(work)
    peers: dict[str, dict[str, float]] = {}
    found: dict[tuple[int, str], dict[str, float]] = {}
    answer = work / "answer.xml"
    for size in sizes:
        _write(answer, size)
        for _ in range(_ROUNDS):  # in turn: a machine shared with others is not equally fast
            _best(peers, "owslib", _peer(python, "owslib", lines), "per_s")
            if stylesheet is not None:
                _best(peers, "xslt", _peer(python, "xslt", lines, str(stylesheet)), "per_s")
            for case in CASES:
                command = [sys.executable, "-m", "benchmarks.iso", "ours", str(answer), case]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
                ours_ = json.loads(done)
                _best(found, (size, case), {**ours_, "rate": size / ours_["seconds"]}, "rate")
        answer.unlink()
    for name, peer in peers.items():
        print(f"{name}: {peer['per_s']:,.0f} records/s, {peer['cpu_ms']:.2f} ms CPU each")
    for (size, case), ours_ in found.items():
        _show(case, size, ours_, peers)
    return 0


def _best(kept: dict[Any, dict[str, float]], key: Any, found: dict[str, float], by: str) -> None:
    if key not in kept or found[by] > kept[key][by]:
        kept[key] = found


def _show(
    case: str, size: int, found: dict[str, float], peers: dict[str, dict[str, float]]
) -> None:
    rate, cpu = found["rate"], 1000 * found["cpu_s"] / size
    print(f"ours, {case}, {size:,} records: {rate:,.0f}/s, {cpu:.2f} ms CPU each", flush=True)
    for name, peer in peers.items() if case == "first" else ():
        print(
            f"  {rate / peer['per_s']:.1f} × {name} on the clock, "
            f"{peer['cpu_ms'] / cpu:.1f} × in CPU (asked: {LEAST[name]:g} ×)"
        )
    memory = found["peak_mb"] + found["children_mb"]
    print(
        f"  {found['peak_mb']:.0f} MB, its largest child {found['children_mb']:.0f} MB: "
        f"{memory:.0f} MB (asked: {MOST_MB:g} MB)",
        flush=True,
    )


# --- The records ---------------------------------------------------------------------------------


def records(count: int) -> Iterator[str]:
    """Yield records as XML, each on one line; those beyond the demo's have new identifiers."""
    from portals.cities import state

    made = [
        (record.id, str(record).replace("\n", " "))
        for record in state.records("https://geo.example")
    ]
    for number in range(count):
        turn, place = divmod(number, len(made))
        id, text = made[place]
        yield text.replace(id, f"{turn:08x}{id[8:]}") if turn else text


def _write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(_HEAD.format(count))
        out.writelines(f"{text}\n" for text in records(count))
        out.write(_TAIL)


# --- Ours ----------------------------------------------------------------------------------------


def ours(answer: Path, changed: int) -> dict[str, float]:
    """Run over the answer up to judge; return seconds, records, and megabytes.

    ``changed``  how many records of a hundred are not yet known as they are.
    """
    from hanse_harvesters.http.local import LocalClient
    from hanse_harvesters.pipeline import Run
    from hanse_harvesters.settings.source import SourceSettings

    begun = time.perf_counter()
    settings = SourceSettings("bench", "csw", str(answer), "musterstadt")
    turns = itertools.count()
    known = lambda *_: next(turns) % 100 >= changed  # noqa: E731
    count = sum(1 for _ in Run(settings, client=LocalClient.of(answer), same=known))
    seconds = time.perf_counter() - begun
    mine, theirs = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": seconds,
        "datasets": count,
        "cpu_s": mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime,
        "peak_mb": mine.ru_maxrss / 1024,
        "children_mb": theirs.ru_maxrss / 1024,
    }


# --- The peers -----------------------------------------------------------------------------------


def install(venv: Path) -> Path:
    """Make the peers' environment and return its Python; quick when it is there."""
    python, stamp = venv / "bin" / "python", venv / "installed"
    state = "\n".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != state:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PACKAGES], check=True, stdin=subprocess.DEVNULL)
        stamp.write_text(state)
    return python


def _stylesheet(work: Path) -> Path | None:
    """Return the EU's XSLT: that of $HANSE_EU_XSLT, or fetched once; None where it is not had."""
    if given := os.environ.get("HANSE_EU_XSLT"):
        return Path(given)
    path = work / "iso-19139-to-dcat-ap.xsl"
    if not path.exists():
        try:
            with urllib.request.urlopen(XSLT, timeout=30) as answer:
                path.write_bytes(answer.read())
        except OSError as error:
            print(f"without the EU's XSLT: {error} (HANSE_EU_XSLT=file names a copy)")
            return None
    if hashlib.sha256(path.read_bytes()).hexdigest() != XSLT_SHA256:
        path.unlink()
        raise SystemExit("the EU's XSLT is not the one that was measured")
    return path


def _peer(python: Path, *arguments: str | Path) -> dict[str, float]:
    script = Path(__file__).with_name("iso_peer.py")
    command = [str(python), str(script), *map(str, arguments)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return dict(json.loads(found))


if __name__ == "__main__":
    sys.exit(main())
