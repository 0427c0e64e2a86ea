"""What arrives from a document in a file, down the whole line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

PREFIXES = """@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix schema: <http://schema.org/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class Arrived:
    """The records of a run and the run: ``titles``, ``one``, ``rules``."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.records: list[Record] = list(run)

    @property
    def titles(self) -> list[str]:
        """Of the records that can be used."""
        return [str(record.dataset["title"]) for record in self.records if record.usable]

    @property
    def one(self) -> dict[str, Any]:
        """The dataset, where exactly one arrived."""
        (record,) = self.records
        return record.dataset

    def rules(self) -> dict[str, list[tuple[str, str]]]:
        """Rule → field and value of every issue of a record."""
        found: dict[str, list[tuple[str, str]]] = {}
        for record in self.records:
            for issue in record.issues:
                found.setdefault(issue.rule, []).append((issue.field, issue.value))
        return found


def arrived(folder: Path, content: str | bytes, kind: str = "rdf") -> Arrived:
    """What arrives from ``content``."""
    path = folder / "abzug"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = SourceSettings("stadt", kind, f"file:///{path.name}", "stadt")
    return Arrived(Run(source, client=LocalClient.of(path)))


def turtle(folder: Path, body: str) -> Arrived:
    """What arrives from Turtle with the usual prefixes."""
    return arrived(folder, PREFIXES + body)
