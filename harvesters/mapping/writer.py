"""Dataset dict → RDF, by the table: one interpreter for all classes.

The inverse of :mod:`hanse_harvesters.mapping.reader`: its output is read back as the
same dict.  Labels of blank nodes depend on their content and position, so that the same
dict always results in the same triples.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.languages import tagged
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, BNode, Literal, Node, Term, Triple
from hanse_harvesters.mapping.terms_of import WRITERS
from hanse_schemas.table import Class, Property, classes, expand

_LABEL = IRI(expand("rdfs:label"))
# The official shapes do not allow blank nodes here (DE_Attribution_prov_agent_v_IRI).
_NAMED = frozenset((expand("prov:Agent"),))
_AUTHORITY = re.compile(r"https?://[^/?#\s]+")
#: The text of a licence needs a node of this class: the official shapes refuse a literal.
_LICENCE = expand("dcterms:LicenseDocument")
#: Ranges that say nothing about the class of a plain IRI.
_ANY = frozenset(("", *map(expand, ("rdfs:Resource", "skos:Concept"))))
_AS_WKT, _AS_GEOJSON = IRI(expand("geosparql:asWKT")), IRI(expand("geosparql:asGeoJSON"))


def dataset_triples(
    dataset: Mapping[str, Any],
    *,
    subject: str | None = None,
    language: str = "de",
    unknown: str = "",
) -> Iterator[Triple]:
    """Yield the dataset as RDF, under ``subject``, else its own ``uri``, else a blank node.

    ``language`` is the language of the fields without ``_translated``;
    ``unknown`` are N-Triples stored with the record, which are yielded too.
    """
    iri = subject or dataset.get("uri")
    node: Node = IRI(escape(iri)) if iri else _label("", "dataset", dataset)
    yield from _object(classes()["dataset"], node, dataset, _Style.of(node, language))
    if unknown:
        yield from _reachable(adapters.parse(unknown.encode(), "nt"))


def catalog_triples(
    catalog: Mapping[str, Any],
    *,
    subject: str,
    language: str = "de",
    datasets: Iterable[str] = (),
    records: Iterable[str] = (),
) -> Iterator[Triple]:
    """Yield the catalogue as RDF with the IRIs of its datasets and catalogue records."""
    data = {**catalog, "dataset": list(datasets), "record": list(records)}
    node = IRI(escape(subject))
    yield from _object(classes()["catalog"], node, data, _Style.of(node, language))


def catalog_record_triples(
    record: Mapping[str, Any], *, subject: str, language: str = "de"
) -> Iterator[Triple]:
    """Yield our catalogue record of ``{"primary_topic", "modified", "issued", "source", …}``."""
    node = IRI(escape(subject))
    yield from _object(classes()["catalog_record"], node, record, _Style.of(node, language))


# --- One object ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """The language of untranslated fields, and the authority for IRIs of skolemised nodes."""

    language: str
    authority: str

    @classmethod
    def of(cls, node: Node, language: str) -> _Style:
        authority = _AUTHORITY.match(node)
        return cls(language, authority[0] if authority else "")

    def skolem(self, label: BNode) -> Node:
        """Return a stable IRI instead of a blank node, recognisable by its path (RDF 1.1, 3.5)."""
        if not self.authority:
            return label
        return IRI(f"{self.authority}/.well-known/genid/{label.removeprefix('_:')}")


def _object(cls: Class, node: Node, data: Mapping[str, Any], style: _Style) -> Iterator[Triple]:
    """Yield ``node`` as an object of ``cls``: its class, then its properties in table order."""
    own = [prop for prop in cls.properties if prop.term == RDF_TYPE and data.get(prop.field)]
    if not own:
        yield node, RDF_TYPE, IRI(cls.term)
    for prop in cls.properties:
        if prop.write:
            yield from _property(prop, node, data, style)


def _property(
    prop: Property, node: Node, data: Mapping[str, Any], style: _Style
) -> Iterator[Triple]:
    """Yield the triples of one property of ``node``, and those of the nodes it leads to."""
    if prop.kind in ("text", "keyword"):
        for literal in _words(prop, data, style.language):
            yield node, IRI(prop.term), literal
        return
    for value in _values(prop, data):
        term, behind = (
            _child(prop, node, value, style) if prop.kind == "object" else _term(prop, node, value)
        )
        if term is not None:
            yield node, IRI(prop.term), term
            yield from behind


def _words(prop: Property, data: Mapping[str, Any], language: str) -> Iterator[Literal]:
    main, translated = data.get(prop.field), data.get(f"{prop.field}_translated") or {}
    if prop.kind == "keyword":
        main = [tag["name"] for tag in main or ()]
    if prop.one_language:
        translated = {}
    return tagged(main, translated, language)


def _values(prop: Property, data: Mapping[str, Any]) -> list[Any]:
    """Return the values of a property as a list; flattened objects are nested again."""
    if not prop.flatten:
        value = data.get(prop.field)
        found = value if isinstance(value, list) else [value]
        return [item for item in found if item not in (None, "", {})]
    if prop.multiple:
        inner, outer = next(iter(prop.flatten.items()))
        return [{inner: value} for value in data.get(outer, ())]
    row = {inner: data[outer] for inner, outer in prop.flatten.items() if data.get(outer)}
    return [row] if classes()[prop.of].words in row else []


def _child(
    prop: Property, node: Node, data: Mapping[str, Any], style: _Style
) -> tuple[Term | None, Iterable[Triple]]:
    uri = data.get("uri")
    child: Node = IRI(escape(uri)) if uri else _label(node, prop.term, data)
    if isinstance(child, BNode) and prop.range in _NAMED:
        child = style.skolem(child)
    return child, _object(classes()[prop.of], child, data, style)


def _term(prop: Property, node: Node, value: Any) -> tuple[Term | None, Iterable[Triple]]:
    """Return a plain value as a term, wrapped in a node if its class requires one."""
    term = WRITERS[prop.kind](prop, value)
    if isinstance(term, IRI) and _says_class(prop):
        return term, [(term, RDF_TYPE, IRI(prop.range))]
    if not isinstance(term, Literal) or not _wants_node(prop):
        return term, []
    child = _label(node, prop.term, value)
    inner = _LABEL
    if prop.kind == "geometry":
        inner = _AS_GEOJSON if str(value).startswith("{") else _AS_WKT
    return child, [(child, RDF_TYPE, IRI(prop.range)), (child, inner, term)]


def _says_class(prop: Property) -> bool:
    """Return whether to state the class of a bare IRI: not for vocabulary entries, nor for classes
    of the table, as the class alone would look like an empty dataset or distribution."""
    ours = {cls.term for cls in classes().values()}
    return prop.kind in ("iri", "statement") and prop.range not in _ANY | ours


def _wants_node(prop: Property) -> bool:
    return bool(prop.range) and (prop.kind in ("statement", "geometry") or prop.range == _LICENCE)


def _label(parent: str, place: str, content: Any) -> BNode:
    """Return a blank node label that depends only on its parent, property and content."""
    text = json.dumps([parent, place, content], sort_keys=True, ensure_ascii=False)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10)
    return BNode(f"_:h{digest.hexdigest()}")


def _reachable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples reachable from an IRI; the rest belongs to blank nodes no longer in use."""
    kept = list(triples)
    nodes: set[Node] = {s for s, _, _ in kept if isinstance(s, IRI)}
    while new := {o for s, _, o in kept if s in nodes and isinstance(o, BNode) and o not in nodes}:
        nodes.update(new)
    yield from (triple for triple in kept if triple[0] in nodes)
