"""The ten questions of the query page over a store of 100,000 datasets: under a second each.

``PYTHONPATH=tests python -m benchmarks.sparql [DATASETS]``; needs no services.  The datasets are
those of the harvests' benchmark, with their records, of twenty cities; of a hundred, five have no
licence, two no contact, ten are of high value and have a service.  A question's time is that of
its process, from start to document, as a visitor has it; the median of some.

Then SERVICE, which must not reach a socket of this machine that is watched, and must reach it from
the engine without our process around it.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from benchmarks import turtle
from benchmarks.data import BASE, dataset
from hanse_harvesters.sparql import refusal
from hanse_harvesters.sparql.answering import PREFIXES, QueryLimits, ask
from hanse_harvesters.sparql.folder import BuiltStore, StoreFolder
from hanse_harvesters.sparql.questions import questions

DATASETS, DISTRIBUTIONS, ROUNDS = 100_000, 3, 5
#: Seconds a question may take.
MOST = 1.0
CITIES = (
    "Lübeck", "Rostock", "Stralsund", "Wismar", "Greifswald", "Kiel", "Flensburg", "Schwerin",
    "Hamburg", "Bremen", "Lüneburg", "Stade", "Anklam", "Demmin", "Stettin", "Danzig", "Riga",
    "Tallinn", "Visby", "Turku",
)  # fmt: skip
_HEAD = turtle._PREFIXES + f"<{BASE}/> a dcat:Catalog ; dcterms:hasPart\n  "
_HVD = "http://data.europa.eu/bna/c_ac64a52d"


def main() -> int:
    """Build the store and ask; 1 if a question takes longer than it may."""
    parser = argparse.ArgumentParser(prog="benchmarks.sparql", description=__doc__)
    parser.add_argument("datasets", nargs="?", type=int, default=DATASETS)
    count = parser.parse_args().datasets
    with tempfile.TemporaryDirectory() as folder:
        built = _built(Path(folder), count)
        longest, reached = _ask_all(built), _reached(built)
        return 1 if longest > MOST or reached else 0


def _built(folder: Path, count: int) -> BuiltStore:
    began = time.monotonic()
    built = StoreFolder(folder).build(documents(count))
    took = time.monotonic() - began
    files = [path for path in built.data.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"built: {count:,} datasets, {built.triples:,} statements in {took:.0f} s, "
        f"{len(files)} files of {size / 1e6:,.0f} MB, peak {peak:,} MB",
        flush=True,
    )
    return built


def _ask_all(built: BuiltStore) -> float:
    """Print the median of each question; return the longest."""
    longest = 0.0
    for question in questions():
        times = []
        for _ in range(ROUNDS):
            began = time.monotonic()
            answer = ask(built.data, question.query, limits=QueryLimits(seconds=60))
            answer.body.close()
            times.append(time.monotonic() - began)
        median = statistics.median(times)
        longest = max(longest, median)
        print(
            f"{median:6.2f} s  {answer.rows:6,} rows  {answer.cut:4}  {question.words('en')}",
            flush=True,
        )
    return longest


def _reached(built: BuiltStore) -> int:
    """Return how many connections SERVICE opens, without the check of the query's text."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        server.settimeout(0.5)
        at = f"http://127.0.0.1:{server.getsockname()[1]}/"
        query = f"SELECT * {{ ?s a dcat:Dataset . SERVICE SILENT <{at}> {{ ?s ?p ?o }} }} LIMIT 9"
        patch.setattr(refusal, "check", lambda query, longest: None)
        ask(built.data, query).body.close()
        _count(server, came)
        ours = len(came)
        engine = f"import pyoxigraph; pyoxigraph.Store().query({query!r}, prefixes={PREFIXES!r})"
        watched = engine.replace("?s a dcat:Dataset . ", "")
        with subprocess.Popen([sys.executable, "-c", watched], stderr=subprocess.DEVNULL) as other:
            for _ in range(20):
                _count(server, came)
                if len(came) > ours:
                    break
            other.kill()
    print(f"SERVICE: {ours} connections, of the engine by itself {len(came) - ours}", flush=True)
    return ours if len(came) > ours else 1


def _count(server: socket.socket, came: list[object]) -> None:
    with contextlib.suppress(TimeoutError):
        other, address = server.accept()
        other.close()
        came.append(address)


def documents(count: int) -> Iterator[str]:
    """A document of the catalogues, and one for each dataset, as N-Triples."""
    parts = ", ".join(f"<{BASE}/{city}>" for city in range(len(CITIES)))
    cities = "".join(
        f'<{BASE}/{number}> a dcat:Catalog ; dcterms:title "Hansestadt {city}"@de, '
        f'"Hanseatic City of {city}"@en .\n'
        for number, city in enumerate(CITIES)
    )
    yield _ntriples(f"{_HEAD}{parts} .\n{cities}")
    for number in range(count):
        yield _ntriples(turtle._PREFIXES + _dataset(number))


def _ntriples(text: str) -> str:
    return bytes(
        serialize(parse(text, RdfFormat.TURTLE), None, RdfFormat.N_TRIPLES) or b""
    ).decode()


def _dataset(number: int) -> str:
    item = dataset(number, DISTRIBUTIONS)
    label = f"b{number}"
    blocks = [*turtle._of_dataset(item, label), *turtle._of_files(item, label)]
    # In every city, as cities follow one another.
    turn = number // len(CITIES)
    without = [("dcterms:license", 20), ("dcat:contactPoint", 50)]
    left_out = tuple(name for name, every in without if turn % every == 0)
    blocks = [
        (subject, [line for line in lines if not line.startswith(left_out)])
        for subject, lines in blocks
    ]
    text = turtle._text(blocks, None)
    page = f"<{BASE}/dataset/b{number}>"
    catalogue = f"{page} a dcat:CatalogRecord ; foaf:primaryTopic <{item.iri}> .\n"
    for which in ("", number % len(CITIES)):
        catalogue += f"<{BASE}/{which}> dcat:dataset <{item.iri}> ; dcat:record {page} .\n"
    if turn % 10 == 1:
        service = f"<{item.iri}/dienst>"
        catalogue += f"<{item.iri}> dcatap:hvdCategory <{_HVD}> .\n"
        catalogue += f'{service} a dcat:DataService ; dcterms:title "Dienst {number}"@de ;\n'
        catalogue += f"  dcat:endpointURL {service} ; dcat:servesDataset <{item.iri}> .\n"
    return text + catalogue


if __name__ == "__main__":
    raise SystemExit(main())
