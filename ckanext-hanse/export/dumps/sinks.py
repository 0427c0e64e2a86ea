"""The files of a dump, written side by side in one pass over the datasets.

One pass, so that all of them show the same catalogue and each dataset is read once.  Memory is
bounded by the datasets that are given at a time.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from ckanext.hanse.export.dumps import files, flat, parquet
from ckanext.hanse.export.dumps.items import DumpContent, DumpItem
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.stream import DocumentStream, document_stream

log = logging.getLogger(__name__)

#: As small as 9 within a twentieth, in a third of the time.
_LEVEL = 5
_RDF: dict[str, adapters.Format] = {
    "catalog.ttl.gz": "turtle",
    "catalog.jsonld.gz": "jsonld",
    "catalog.xml.gz": "xml",
}
_TABLES = {"datasets": flat.DATASETS, "distributions": flat.DISTRIBUTIONS}


def write(content: DumpContent, folder: Path) -> tuple[list[dict[str, Any]], int]:
    """Write every file of a dump into ``folder``; return them, and the number of datasets.

    Files as ``{"name", "size", "sha256", "rows"}``, without Parquet where DuckDB is not installed.
    A dataset whose N-Triples are damaged is left out of all of them; which one is in the log.
    Raises OSError if the disk is full.
    """
    number = 0
    with ExitStack() as stack:
        sinks = [stack.enter_context(sink) for sink in _sinks(folder)]
        for sink in sinks:
            sink.begin(content)
        for items in content.parts:
            part = _sound(items)
            number += len(part.items)
            for sink in sinks:
                sink.add(part)
    rows = {name: count for sink in sinks for name, count in sink.rows.items()}
    if parquet.is_there():
        for name, columns in _TABLES.items():
            parquet.convert(folder / _spool(name), folder / f"{name}.parquet", columns)
            rows[f"{name}.parquet"] = rows[f"{name}.csv.gz"]
    for name in _TABLES:
        (folder / _spool(name)).unlink(missing_ok=True)
    found = [
        files.described(folder / name) | {"rows": rows.get(name)}
        for name in files.KINDS
        if (folder / name).exists()
    ]
    return found, number


def _sinks(folder: Path) -> list[Sink]:
    rdf = [_Rdf(folder / name, format) for name, format in _RDF.items()]
    return [_Quads(folder / files.QUADS), *rdf, _Packages(folder / files.PACKAGES), _Rows(folder)]


@dataclass(frozen=True, slots=True)
class DumpPart:
    """Some datasets, and their texts parsed."""

    items: Sequence[DumpItem]
    triples: list[ox.Triple]


def _sound(items: Sequence[DumpItem]) -> DumpPart:
    """Return those whose text can be parsed; nearly always all of them, in one attempt."""
    triples = _parsed("".join(item.text for item in items))
    if triples is not None:
        return DumpPart(items, triples)
    found, triples = [], []
    for item in items:
        own = _parsed(item.text)
        if own is None:
            log.error("dataset %s is in no dump: its stored text is damaged", item.id)
        else:
            found.append(item)
            triples += own
    return DumpPart(found, triples)


def _parsed(text: str) -> list[ox.Triple] | None:
    try:
        quads = ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
        return [quad.triple for quad in quads]
    except SyntaxError:
        return None


def _spool(name: str) -> str:
    """Return the name of the file from which DuckDB makes Parquet."""
    return f"{name}.rows.jsonl.gz"


class Sink(ABC):
    """One file or more; a context manager that closes them.  ``rows``: name → number of rows."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        try:
            if kind is None:
                self._end()
        finally:
            self._stack.close()

    def _open(self, path: Path, level: int = _LEVEL) -> IO[bytes]:
        raw = self._stack.enter_context(path.open("wb"))
        # Neither name nor time: the same content has the same checksum.
        packed = gzip.GzipFile("", "wb", level, raw, mtime=0)
        return self._stack.enter_context(packed)  # type: ignore[return-value]

    @abstractmethod
    def begin(self, content: DumpContent) -> None:
        """Write what stands before the datasets."""

    @abstractmethod
    def add(self, part: DumpPart) -> None:
        """Write some datasets."""

    def _end(self) -> None:  # noqa: B027 - most files have nothing there
        """Write what stands behind them."""


class _Rdf(Sink):
    """A document of RDF."""

    def __init__(self, path: Path, format: adapters.Format) -> None:
        super().__init__()
        self._document: DocumentStream = document_stream(format, self._open(path))

    def begin(self, content: DumpContent) -> None:
        self._document.write_lines(content.head)

    def add(self, part: DumpPart) -> None:
        self._document.write_lines(listed(part.items))
        self._document.write_parsed(part.triples)

    def _end(self) -> None:
        self._document.close()


class _Quads(Sink):
    """N-Quads: a graph for each dataset, named by our page; one for the catalogues."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._catalogue = ""
        self._document = document_stream("nq", self._open(path))

    def begin(self, content: DumpContent) -> None:
        self._catalogue = content.catalogue
        self._document.write_lines(content.head, self._catalogue)

    def add(self, part: DumpPart) -> None:
        self._document.write_lines(listed(part.items), self._catalogue)
        for item in part.items:
            self._document.write_lines(item.text, item.page)


def listed(part: Iterable[DumpItem]) -> str:
    """Return the lines by which catalogues list these datasets: those of a catalogue together."""
    # Not by splitlines: an IRI may have a separator of lines that is no line feed.
    found = {line for item in part for line in item.lists.split("\n") if line}
    return "".join(f"{line}\n" for line in sorted(found))


class _Packages(Sink):
    """JSON Lines: a package a line, as ``ckanapi dump datasets`` writes them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._name, self._out = path.name, self._open(path)

    def begin(self, content: DumpContent) -> None:
        self.rows[self._name] = 0

    def add(self, part: DumpPart) -> None:
        self.rows[self._name] += len(part.items)
        self._out.write(b"".join(_line(item.package) for item in part.items))


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace") + b"\n"


class _Rows(Sink):
    """Datasets and distributions as CSV (RFC 4180, UTF-8), and as rows for Parquet."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._csv = {name: self._open(folder / f"{name}.csv.gz") for name in _TABLES}
        wanted = _TABLES if parquet.is_there() else {}
        self._spools = {name: self._open(folder / _spool(name), 1) for name in wanted}

    def begin(self, content: DumpContent) -> None:
        for name, columns in _TABLES.items():
            self.rows[f"{name}.csv.gz"] = 0
            self._csv[name].write(_csv([[column.name for column in columns]]))

    def add(self, part: DumpPart) -> None:
        datasets = [item.package for item in part.items]
        resources = [file for item in datasets for file in flat.distributions(item)]
        self._add("datasets", datasets)
        self._add("distributions", resources)

    def _add(self, name: str, items: Sequence[flat.Package]) -> None:
        columns = _TABLES[name]
        found = [flat.row(columns, item) for item in items]
        self.rows[f"{name}.csv.gz"] += len(found)
        self._csv[name].write(_csv(flat.cells(columns, item) for item in found))
        if name in self._spools:
            self._spools[name].write(b"".join(_line(item) for item in found))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
