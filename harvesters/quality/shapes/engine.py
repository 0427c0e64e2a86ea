"""SHACL engines behind one interface: ``shacl`` (Rust), and pyshacl where it cannot be imported.

Both yield the same results (``tests/core/test_shapes_engines.py``); ``shacl`` is about a hundred
times as fast.  Neither follows ``owl:imports``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol

_SH = "http://www.w3.org/ns/shacl#"


_BLANK = re.compile(r"_:[\w.-]+")
_NUMBERED = re.compile(r"(_:.*?)(\d+)")
_PROBE_SHAPE = (
    f"<urn:hanse:probe> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_SH}NodeShape> .\n"
    f"<urn:hanse:probe> <{_SH}targetSubjectsOf> <urn:hanse:probed> .\n"
    f"<urn:hanse:probe> <{_SH}nodeKind> <{_SH}IRI> .\n"
)
_PROBE = "_:a <urn:hanse:probed> _:b .\n_:c <urn:hanse:probed> _:a .\n"


class EngineError(Exception):
    """The engine cannot read the shapes or the data; the text is the engine's."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a validation, in the terms of N-Triples.

    ``focus``      the node that breaks a constraint: ``<iri>``, ``_:label`` or a literal.
    ``path``       the predicate's IRI without brackets; of other paths, their SPARQL syntax; ""
                   if there is none.
    ``value``      the value, "" if the constraint names none.
    ``component``  local name, without "ConstraintComponent": MinCount, NodeKind, HasValue …
    ``severity``   Violation, Warning or Info.
    ``shape``      IRI of the nearest enclosing shape that has one, "" if there is none.
    """

    focus: str
    path: str
    value: str
    component: str
    severity: str
    shape: str


class Engine(Protocol):
    """A compiled shapes graph."""

    def validate(self, text: str) -> list[Finding]:
        """Return all results for N-Triples; raise EngineError if they cannot be read."""
        ...  # pragma: no cover


class _Fast:
    """The package ``shacl``."""

    def __init__(self, module: Any, shapes: str) -> None:
        try:
            self._shapes = module.Shapes.from_text(shapes + _PROBE_SHAPE, format="ntriples")
        except ValueError as error:
            raise EngineError(str(error)) from error
        self._prefix, self._first = self._probed()

    def _probed(self) -> tuple[str, int]:
        """Return how the engine names the blank nodes of its data: a prefix and a first number.

        It numbers them in the order of their first appearance.
        """
        found = {one.focus_node for one in self._shapes.validate_text(_PROBE, "ntriples").results}
        matches = sorted(filter(None, map(_NUMBERED.fullmatch, found)), key=lambda m: int(m[2]))
        if len(matches) != 2 or int(matches[1][2]) - int(matches[0][2]) != 2:
            raise EngineError("this version of shacl names blank nodes in an unknown way")
        return matches[0][1], int(matches[0][2])

    def validate(self, text: str) -> list[Finding]:
        """Return all results for N-Triples; raise EngineError if they cannot be read."""
        try:
            results = self._shapes.validate_text(text, format="ntriples").results
        except ValueError as error:
            raise EngineError(str(error)) from error
        blank = any(
            one.focus_node.startswith("_:") or (one.value or "").startswith("_:") for one in results
        )
        names = self._names(text) if blank else {}
        return [
            Finding(
                names.get(result.focus_node, result.focus_node),
                _bare(result.path or ""),
                names.get(result.value or "", result.value or ""),
                result.component.removesuffix("ConstraintComponent"),
                result.severity,
                _bare(result.root_shape or ""),
            )
            for result in results
        ]

    def _names(self, text: str) -> dict[str, str]:
        """Return the engine's names of the blank nodes of ``text`` with those in it."""
        labels: dict[str, None] = {}
        for found in _BLANK.finditer(text):
            start, end = found.span()
            # A subject stands at the start of a line, an object before its full stop.
            if start == 0 or text[start - 1] == "\n" or text.startswith(" .\n", end):
                labels[found[0]] = None
        return {
            f"{self._prefix}{number}": label for number, label in enumerate(labels, self._first)
        }


def _bare(term: str) -> str:
    """Return an IRI without its brackets; other terms and paths unchanged."""
    is_iri = term.startswith("<") and term.endswith(">") and " " not in term and "|" not in term
    return term[1:-1] if is_iri else term


class _Labels(dict[str, Any]):
    """Makes rdflib keep the labels of blank nodes."""

    def __init__(self, make: Any) -> None:
        super().__init__()
        self._make = make

    def get(self, key: str, default: Any = None) -> Any:
        """Return the blank node with this label."""
        return self._make(key)


class _Slow:
    """The package pyshacl, on rdflib graphs."""

    def __init__(self, module: Any, shapes: str) -> None:
        import rdflib

        self._module, self._rdf = module, rdflib
        self._shapes = self._graph(shapes)

    def _graph(self, text: str) -> Any:
        graph = self._rdf.Graph()
        try:
            return graph.parse(data=text, format="nt", bnode_context=_Labels(self._rdf.BNode))
        except Exception as error:  # rdflib has no common class for errors of its parsers
            raise EngineError(str(error)) from error

    def validate(self, text: str) -> list[Finding]:
        """Return all results for N-Triples; raise EngineError if they cannot be read."""
        data = self._graph(text)
        try:
            _, report, _ = self._module.validate(
                data, shacl_graph=self._shapes, do_owl_imports=False
            )
        except Exception as error:  # pyshacl raises its own, and rdflib's
            raise EngineError(str(error)) from error
        return list(self._findings(report))

    def _findings(self, report: Any) -> Iterator[Finding]:
        uri = self._rdf.URIRef
        for result in report.objects(None, uri(_SH + "result")):
            found = {
                key: report.value(result, uri(_SH + key))
                for key in (
                    "focusNode",
                    "resultPath",
                    "value",
                    "sourceConstraintComponent",
                    "resultSeverity",
                    "sourceShape",
                )
            }
            yield Finding(
                _term(found["focusNode"]),
                self._path(report, found["resultPath"]),
                _term(found["value"]),
                _local(found["sourceConstraintComponent"]).removesuffix("ConstraintComponent"),
                _local(found["resultSeverity"]),
                self._named(found["sourceShape"]),
            )

    def _path(self, graph: Any, path: Any) -> str:
        if path is None:
            return ""
        if isinstance(path, self._rdf.URIRef):
            return str(path)
        inverse = graph.value(path, self._rdf.URIRef(_SH + "inversePath"))
        if inverse is not None:
            return f"^<{inverse}>"
        steps = graph.value(path, self._rdf.URIRef(_SH + "alternativePath"))
        if steps is None:
            return "path"
        return "(" + "|".join(f"<{step}>" for step in graph.items(steps)) + ")"

    def _named(self, shape: Any) -> str:
        """Return the nearest enclosing shape with an IRI, as ``shacl`` does."""
        seen = set()
        while shape is not None and not isinstance(shape, self._rdf.URIRef) and shape not in seen:
            seen.add(shape)
            shape = self._shapes.value(None, self._rdf.URIRef(_SH + "property"), shape)
        return str(shape) if isinstance(shape, self._rdf.URIRef) else ""


def _term(node: Any) -> str:
    return "" if node is None else str(node.n3())


def _local(node: Any) -> str:
    return str(node).rpartition("#")[2]


@cache
def engine_name() -> str:
    """Return "shacl" or "pyshacl", whichever is used; "" if neither is installed."""
    for name in ("shacl", "pyshacl"):
        try:
            import_module(name)
        except ImportError:
            continue
        return name
    return ""


def compiled(shapes: str, name: str = "") -> Engine:
    """Return an engine with the shapes (N-Triples); raise EngineError if it cannot read them.

    ``name``  the engine; by default the fastest that is installed.
    """
    name = name or engine_name()
    if name == "shacl":
        return _Fast(import_module(name), shapes)
    if name == "pyshacl":
        return _Slow(import_module(name), shapes)
    raise EngineError("no engine is installed: pip install shacl")
