"""What is changed: documents of one record each, of every kind; samples, if there are any here."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import iso_records
import lists as sheets
import pyoxigraph as ox
from benchmarks.data import dataset
from benchmarks.kinds import _data_json, _record
from benchmarks.packages import package
from benchmarks.turtle import catalogue
from lxml import etree
from portals import ogc

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.lines import block as as_lines
from hanse_harvesters.mapping.reader import datasets, subtree
from hanse_harvesters.mapping.terms import Graph
from hanse_harvesters.push import lines
from hanse_harvesters.record import Record
from hanse_harvesters.tables import columns, template
from hanse_schemas.table import classes

ROOT = Path(__file__).resolve().parents[2]
#: Of a list in JSON that no standard describes.
_MAPPING = {
    "records": "liste",
    "identity": "nr",
    "fields": {
        "title": "name",
        "notes": "text",
        "modified": "datum",
        "publisher": {"each": "amt", "fields": {"name": "name"}},
        "resources": {"each": "dateien", "fields": {"name": "name", "download_url": "pfad"}},
    },
}
_ENTRY = {
    "nr": 7,
    "name": "Bäume",
    "text": "Alle Bäume der Stadt.",
    "datum": "3.4.2024",
    "amt": {"name": "Grünflächenamt"},
    "dateien": [{"name": "Liste", "pfad": "https://stadt.example/baum.csv"}],
}
_METADATA = "{http://www.isotc211.org/2005/gmd}MD_Metadata"


@dataclass(frozen=True)
class Seed:
    """A document of one record.

    ``kind``    of the source.  ``form``  nt, json, xml, csv or "" for one of bytes alone.
    ``options`` of the source.
    """

    name: str
    kind: str
    form: str
    data: bytes
    options: dict[str, Any] = field(default_factory=dict)


def _folder(variable: str, name: str) -> Path:
    return Path(os.environ.get(variable) or ROOT.parent / "shared" / name)


def _files(*endings: str) -> Iterator[Path]:
    """Yield the samples and the cases of the shapes with such an ending."""
    shapes = _folder("HANSE_SHAPES", "shacl")
    for folder in (_folder("HANSE_SAMPLES", "samples"), *sorted(shapes.glob("testcases-*"))):
        yield from sorted(path for path in folder.rglob("*") if path.name.endswith(endings))


def official_shapes(into: Path) -> Path:
    """Return a folder with the official shapes as an operator has them, if they are here."""
    into.mkdir(parents=True, exist_ok=True)
    for name in ("dcat-ap-3.0.0", "dcat-ap-de-3.0", "dcat-ap-hvd-3.0.0"):
        for path in (_folder("HANSE_SHAPES", "shacl") / name).glob("*.ttl"):
            if not (into / path.name).exists():
                (into / path.name).symlink_to(path.resolve())
    return into


# --- RDF ------------------------------------------------------------------------------------------


def _graphs() -> Iterator[tuple[str, Graph]]:
    for path in _files(".ttl", ".rdf", "catalog.xml", "_iri.xml", "_collection.xml"):
        turtle = path.suffix == ".ttl"
        format = ox.RdfFormat.TURTLE if turtle else ox.RdfFormat.RDF_XML
        parsed = ox.parse(path.read_bytes(), format, base_iri="http://a.example/", lenient=True)
        try:
            yield path.name, Graph(adapters.from_oxigraph(parsed))
        except SyntaxError:  # one that is broken on purpose
            continue
    made = ox.parse("".join(catalogue(4, 2)), ox.RdfFormat.TURTLE)
    yield "made", Graph(adapters.from_oxigraph(made))


def rdf(most: int = 12) -> Iterator[Seed]:
    """Yield records as N-Triples, some of them also in the other forms; ``most`` of a document."""
    for name, graph in _graphs():
        nodes = datasets(graph)
        for number, node in enumerate(nodes[:: max(1, len(nodes) // most)]):
            triples = subtree(graph, node)
            yield Seed(f"{name} {node}", "rdf", "nt", as_lines(triples))
            if number < 3:
                yield Seed(f"{name} {node}", "rdf", "", adapters.serialize(triples, "turtle"))
                yield Seed(f"{name} {node}", "rdf", "xml", adapters.serialize(triples, "xml"))
                yield Seed(f"{name} {node}", "rdf", "json", adapters.serialize(triples, "jsonld"))


# --- JSON -----------------------------------------------------------------------------------------


def _json(name: str, kind: str, value: Any, **more: Any) -> Seed:
    return Seed(name, kind, "json", json.dumps(value, ensure_ascii=False).encode(), **more)


def packages() -> Iterator[Seed]:
    """Yield CKAN's and DKAN's answers, data.json, records of an API, and lists with a mapping."""
    shown = [json.loads(p.read_bytes()) for p in _files(".json") if "package_show" in p.name]
    for number, answer in enumerate([*shown, {"success": True, "result": package(dataset(1, 3))}]):
        yield _json(f"package {number}", "ckan", answer)
        inner = answer.get("result", answer)
        yield _json(f"package {number}", "dkan", {"success": True, "result": [inner]})
    catalogues = [
        json.loads(path.read_bytes()) for path in _files(".json") if "datajson" in path.name
    ]
    catalogues.append({"dataset": [_data_json(dataset(3, 2))]})
    for number, whole in enumerate(catalogues):
        for item in whole["dataset"][:3]:
            yield _json(f"data.json {number}", "data-json", {**whole, "dataset": [item]})
            yield _json(f"data.json {number}", "dkan", [item])
    features = [_record(dataset(4, 2)), ogc.record("baum"), ogc.service("wms")]
    for path in _files("tinydb.json"):
        features += list(json.loads(path.read_bytes())["_default"].values())[:5]
    for item in features:
        found = {"type": "FeatureCollection", "features": [item], "numberMatched": 1}
        yield _json(f"feature {item['id']}", "ogc-records", found)
    yield _json("list", "json", {"liste": [_ENTRY]}, options={"mapping": _MAPPING})


# --- XML and tables -------------------------------------------------------------------------------


def iso() -> Iterator[Seed]:
    """Yield records of catalogue services."""
    found = [
        etree.parse(path).iter(_METADATA) for path in _files("getrecords_01.xml", ".input.xml")
    ]
    records = [etree.tostring(node, with_tail=False) for nodes in found for node in nodes]
    for path in _files("getrecords-response.xml"):
        records += [
            etree.tostring(n, with_tail=False) for n in list(etree.parse(path).iter(_METADATA))[:2]
        ]
    made = iso_records.data(
        citation=iso_records.identifier("https://registry.example/id/1"),
        tail=iso_records.distribution(iso_records.online("https://a.example/x.csv")),
    )
    for number, data in enumerate([*records, made.encode()]):
        yield Seed(f"iso {number}", "csw", "xml", data)


def tables() -> Iterator[Seed]:
    """Yield lists: the template with its example, as text and as workbooks."""
    file = io.BytesIO()
    template.write_csv(file, "de")
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig")), delimiter=";"))
    yield Seed("csv", "table", "csv", sheets.text(rows))
    yield Seed("csv", "table", "csv", sheets.text([rows[0][:20], rows[1][:20], rows[1][:20]]))
    yield Seed("xlsx", "table", "", sheets.book(rows))
    yield Seed("ods", "table", "", sheets.ods(rows))


def pool(seeds: list[Seed]) -> dict[str, list[Any]]:
    """Return by form what a change may take from other records, or from the table of all fields."""
    names = sorted({(p.term, p.field) for cls in classes().values() for p in cls.properties})
    found: dict[str, list[Any]] = {
        "nt": [],
        "json": [(field, field) for _, field in names],
        "xml": [],
    }
    found["csv"] = [
        name for column in columns.columns().values() for name in column.header.values()
    ]
    for seed in seeds:
        if seed.form == "nt":
            stated = (line.split(" ", 2)[1:] for line in seed.data.decode().splitlines())
            found["nt"] += [(predicate, value.removesuffix(" .")) for predicate, value in stated]
        elif seed.form == "json":
            found["json"] += _pairs(json.loads(seed.data))
        elif seed.form == "xml":
            nodes = list(etree.fromstring(seed.data).iter(etree.Element))[1:]
            found["xml"] += [etree.tostring(n, with_tail=False) for n in nodes if len(n) < 5][:400]
    found["nt"] += [(f"<{term}>", dice[1]) for term, _ in names for dice in found["nt"][::997]]
    return found


def _pairs(value: Any) -> list[tuple[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = list(value.items()) if isinstance(value, dict) else []
    return own + [pair for item in inner for pair in _pairs(item)]


def all_seeds() -> list[Seed]:
    """Return the documents of every kind but a push, always in the same order."""
    return [*rdf(), *packages(), *iso(), *tables()]


def push(record: Record) -> Seed:
    """Return what a client would push of a record."""
    data = lines.line(record)[lines.RECORD :].strip()
    return Seed(f"push {record.identity}", "push", "json", data)
