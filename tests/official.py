"""The official DCAT-AP.de 3.0 validation: the EU's shapes and four German files.

``dcat-ap-de-imports.ttl`` is left out: it names live addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyshacl
import rdflib
import shacl

from hanse_harvesters.graph import from_triples
from hanse_harvesters.mapping import adapters
from hanse_schemas.table import classes
from hanse_schemas.vocabulary import vocabulary

_EU = "dcat-ap-3.0.0/dcat-ap-SHACL.ttl"
_GERMAN = (
    "dcat-ap-SHACL-DE.ttl",
    "dcat-ap-de-deprecated.ttl",
    "dcat-ap-spec-german-additions.ttl",
    "dcat-ap-de-controlledvocabularies.ttl",
)


@dataclass(frozen=True)
class Official:
    """Both engines with the same shapes and the same background of vocabularies."""

    shapes: rdflib.Graph
    compiled: shacl.Shapes
    background: str

    def violations(self, triples) -> list[str]:
        """What breaks a rule, by the fast engine: "<focus> path component value"."""
        data = adapters.serialize(triples, "nt").decode() + self.background
        report = self.compiled.validate_text(data, format="ntriples")
        return sorted(
            f"{r.focus_node} {r.path} {r.component} {r.value or ''}"
            for r in report.results
            if r.severity == "Violation"
        )

    def conforms_by_pyshacl(self, triples) -> tuple[bool, str]:
        """The same by pyshacl; the report's text tells what is wrong."""
        data = from_triples(triples)
        data.parse(data=self.background, format="nt")
        conforms, _, text = pyshacl.validate(data, shacl_graph=self.shapes, allow_warnings=True)
        return conforms, text


@cache
def official(folder: Path) -> Official:
    """The stack as it lies in ``folder``."""
    shapes = rdflib.Graph().parse(folder / _EU)
    for name in _GERMAN:
        shapes.parse(folder / "dcat-ap-de-3.0" / name)
    background = rdflib.Graph().parse(folder / "vocabulary-concepts.ttl")
    for name in {prop.vocabulary for cls in classes().values() for prop in cls.properties} - {""}:
        known = vocabulary(name)  # the lists have grown since the shapes were published
        for concept in known if known.scheme else ():
            scheme = rdflib.URIRef(known.scheme)
            background.add((rdflib.URIRef(concept.iri), rdflib.SKOS.inScheme, scheme))
    compiled = shacl.Shapes.from_text(shapes.serialize(format="nt"), format="ntriples")
    return Official(shapes, compiled, background.serialize(format="nt"))
