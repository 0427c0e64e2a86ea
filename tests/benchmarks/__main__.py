"""``python -m benchmarks``: everything side by side in one run; ``make benchmark`` calls it."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from benchmarks import (
    cases,
    check,
    dumps,
    iso,
    judging,
    links,
    lists,
    pages,
    peers,
    preview,
    result,
    stream,
)
from benchmarks import kinds as json_kinds
from benchmarks.files import Catalogue
from benchmarks.places import DATASTORE, OURS, PlaceError, Places
from hanse_config.prepare import _open_datastore
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import current

KINDS = ("rdf", "ckan")
#: Kinds whose reading alone is measured, without a site.
READ = ("csw", "table", "json", "check", "preview", "links", "stream", "dumps")
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0 if every case was measured, whatever it came to."""
    chosen = _arguments(arguments)
    # Ended from outside, it still takes away what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    checkout = current().checkout
    work = checkout / "build" / "benchmarks"
    work.mkdir(parents=True, exist_ok=True)
    try:
        with _alone(work / "lock"):
            kinds = chosen.kinds.split()
            if "table" in kinds:
                lists.measure()
            if "json" in kinds:
                json_kinds.measure()
            if "check" in kinds:
                check.measure()
            if "preview" in kinds:
                preview.measure(checkout)
            if "links" in kinds:
                links.measure()
            if "stream" in kinds:
                stream.measure()
            if "dumps" in kinds:
                dumps.measure()
            if "csw" in kinds:
                iso.measure([int(number) for number in chosen.sizes.split()], checkout)
            chosen.kinds = " ".join(kind for kind in kinds if kind not in READ)
            return _run(chosen, checkout, work) if chosen.kinds else 0
    except (PlaceError, ServiceError, OSError, subprocess.CalledProcessError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000 10000 100000", help="datasets of ours")
    parser.add_argument("--distributions", default="3 8", help="of each dataset")
    parser.add_argument(
        "--kinds",
        default=" ".join((*KINDS, *READ)),
        help="of what to measure",
    )
    parser.add_argument("--peer", type=int, default=300, help="datasets of the peers; 0: without")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was cut")
    parser.add_argument("--profile", action="store_true", help="leave profiles; slower figures")
    parser.add_argument("--keep", action="store_true", help="leave databases and files there")
    return parser.parse_args(arguments)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PlaceError("another benchmark is running in this checkout") from None
        yield


def _run(chosen: argparse.Namespace, checkout: Path, work: Path) -> int:
    places = Places(current(), work, Path(sys.prefix), work / "venv")
    root = work / "portals"
    root.mkdir(exist_ok=True)
    target = checkout / "build" / "benchmarks.json"
    with _portal(root) as portal, _removed(places, root, keep=chosen.keep):
        plan = _plan(chosen, root)
        bench = _prepare(chosen, places, work, portal, plan, checkout)
        known = result.read(target) if chosen.resume and target.exists() else []
        lines = [line for line in known if line.name != "scale" and not line.error]
        bench.remember(lines)
        for catalogue in plan:
            if _done(catalogue, lines):
                print(f"{catalogue.name}: measured already", flush=True)
                continue
            lines = [line for line in lines if not _of(catalogue, line)]
            for line in _measure(bench, catalogue, chosen, plan):
                lines.append(line)
                bench.fill(lines)
                result.write([*lines, *cases.scale(lines)], target)
                print(f"  {line.said()}", flush=True)
            catalogue.drop()
    lines += cases.scale(lines)
    result.write(lines, target)
    result.show(lines)
    print(f"\n{target}")
    return 1 if any(line.error for line in lines) else 0


def _plan(chosen: argparse.Namespace, root: Path) -> list[Catalogue]:
    """Small ones first: they tell early whether something is wrong."""
    return [
        Catalogue(root, kind, size, distributions)
        for size in sorted(int(number) for number in chosen.sizes.split())
        for kind in chosen.kinds.split()
        for distributions in map(int, chosen.distributions.split())
    ]


def _measure(
    bench: cases.Bench, catalogue: Catalogue, chosen: argparse.Namespace, plan: list[Catalogue]
) -> Iterator[result.Line]:
    sizes = {item.datasets for item in plan}
    floor = max((size for size in sizes if size <= cases.FLOOR_MOST), default=0)
    try:
        rates = bench.peer(catalogue.kind, catalogue.distributions, chosen.peer)
    except PlaceError as error:
        print(f"  {error}", flush=True)
        rates = {}
    line = None
    for line in bench.ours(catalogue, rates, floor):
        yield line
    if catalogue is plan[0] and line and not line.error:
        bench.say(f"{time.strftime('%H:%M:%S')} what judging adds, {catalogue.name} …")
        yield from judging.measure(bench, catalogue)
    if catalogue is plan[-1] and line and not line.error:
        bench.say(f"{time.strftime('%H:%M:%S')} pages, {catalogue.name} …")
        yield from pages.measure(bench.places, bench.ini, line, bench.work / "pages.log")


def _of(catalogue: Catalogue, line: result.Line) -> bool:
    key = (line.kind, line.datasets, line.distributions)
    return key == (catalogue.kind, catalogue.datasets, catalogue.distributions)


def _done(catalogue: Catalogue, lines: list[result.Line]) -> bool:
    return any(_of(catalogue, line) and line.name == "one_percent" for line in lines)


# --- What must be there -----------------------------------------------------------------------


def _prepare(
    chosen: argparse.Namespace,
    places: Places,
    work: Path,
    portal: str,
    plan: list[Catalogue],
    checkout: Path,
) -> cases.Bench:
    begun = time.monotonic()
    others = None
    if chosen.peer:
        peers.install(places.peer_venv, checkout / "config" / "constraints.txt")
        others = peers.Peers.prepare(places, portal, work / "peer.log")
    ini = _ours(places, portal, plan, work)
    print(f"databases, cores and the peers' environment: {time.monotonic() - begun:.1f} s")

    def not_modified() -> int:
        with _open(f"{portal}/not-modified", timeout=10) as answer:
            return int(answer.read())

    return cases.Bench(
        places,
        work / "portals",
        work,
        ini,
        others,
        not_modified,
        lambda text: print(text, flush=True),
        chosen.profile,
    )


def _ours(places: Places, portal: str, plan: list[Catalogue], work: Path) -> Path:
    """Our site with the catalogues as its sources, ready to be copied."""
    places.fresh(OURS)
    places.fresh(DATASTORE)
    places.core(OURS)
    ini = places.ini(
        OURS,
        **{
            "hanse.allowed_private_hosts": portal.removeprefix("http://"),
            # 100,000 datasets with 8 distributions are 1.5 GB of Turtle.
            "hanse.http.max_bytes": str(4 << 30),
        },
    )
    places.ckan(ini, "db", "upgrade")
    _open_datastore(places.instance, ini, DATASTORE)
    sources = work / "sources.yaml"
    sources.write_text(yaml.safe_dump(_sources(portal, plan)), encoding="utf-8")
    places.ckan(ini, "hanse", "source", "sync", str(sources))
    places.fresh(cases.EMPTY, OURS)
    return ini


def _sources(portal: str, plan: list[Catalogue]) -> dict[str, object]:
    ends = {"rdf": "/catalog.ttl", "ckan": ""}
    return {
        "organizations": {"musterstadt": {"title": "Hansestadt Musterstadt"}},
        "sources": {
            item.name: {
                "kind": item.kind,
                "url": f"{portal}/{item.name}{ends[item.kind]}",
                "organization": "musterstadt",
            }
            for item in plan
        },
    }


@contextlib.contextmanager
def _portal(root: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.serve", str(root)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=cases.environment(),
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def _removed(places: Places, root: Path, *, keep: bool) -> Iterator[None]:
    try:
        yield
    finally:
        if not keep:
            places.remove()
            for folder in root.iterdir():
                Catalogue(root, *_parts(folder.name)).drop()


def _parts(name: str) -> tuple[str, int, int]:
    kind, datasets, distributions = name.split("-")
    return kind, int(datasets), int(distributions)


if __name__ == "__main__":
    sys.exit(main())
