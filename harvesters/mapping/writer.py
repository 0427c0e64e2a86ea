"""Dataset dict → RDF, by the table: one interpreter for all classes.

The inverse of :mod:`hanse_harvesters.mapping.reader`: its output is read back as the
same dict.  Labels of blank nodes depend on their content and position, so that the same
dict always results in the same triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.blank_nodes import label_of, reachable
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.languages import tagged
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, BNode, Literal, Node, Term, Triple
from hanse_harvesters.mapping.terms_of import WRITERS, as_number
from hanse_schemas.table import Property, classes, expand

_LABEL, _NAME = IRI(expand("rdfs:label")), IRI(expand("skos:prefLabel"))
#: DCAT-AP asks of each node of this class for a skos:prefLabel.
_CONCEPT = expand("skos:Concept")
# The official shapes do not allow blank nodes here (DE_Attribution_prov_agent_v_IRI).
_NAMED = frozenset((expand("prov:Agent"),))
_AUTHORITY = re.compile(r"https?://[^/?#\s]+")
#: Ranges that say nothing about the class of a plain IRI.
_ANY = frozenset(("", *map(expand, ("rdfs:Resource", "skos:Concept"))))
_AS_WKT, _AS_GEOJSON = IRI(expand("geosparql:asWKT")), IRI(expand("geosparql:asGeoJSON"))
#: Kinds whose term depends on the property and a short text alone, and that recur in a catalogue.
_RECURRING = frozenset(("concept", "iri", "statement", "mailto", "tel"))


@dataclass(slots=True)
class Written:
    """What :func:`dataset_triples` yields, and where in the dict each object of it comes from.

    ``triples``  in table order, an object's own right behind the triple that leads to it.
    ``places``   node → path in the dict: "" for the dataset, ``resources[2]``, ``publisher[0]``.
    """

    triples: list[Triple] = field(default_factory=list)
    places: dict[Node, str] = field(default_factory=dict)


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
    yield from write_dataset(dataset, subject=subject, language=language).triples
    if unknown:
        yield from reachable(adapters.parse(unknown.encode(), "nt"))


def write_dataset(
    dataset: Mapping[str, Any], *, subject: str | None = None, language: str = "de"
) -> Written:
    """Return the dataset as RDF like :func:`dataset_triples`, with the places of its objects."""
    iri = subject or dataset.get("uri")
    node: Node = IRI(escape(iri)) if iri else label_of("", "dataset", dataset)
    return _written("dataset", node, dataset, language)


def object_triples(
    name: str, data: Mapping[str, Any], *, subject: str, language: str = "de"
) -> Iterator[Triple]:
    """Yield an object of the table's class ``name`` as RDF: a service, a catalogue record …"""
    yield from _written(name, IRI(escape(subject)), data, language).triples


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
    yield from object_triples("catalog", data, subject=subject, language=language)


def catalog_record_triples(
    record: Mapping[str, Any], *, subject: str, language: str = "de"
) -> Iterator[Triple]:
    """Yield our catalogue record of ``{"primary_topic", "modified", "issued", "source", …}``."""
    yield from object_triples("catalog_record", record, subject=subject, language=language)


def _written(name: str, node: Node, data: Mapping[str, Any], language: str) -> Written:
    authority = _AUTHORITY.match(node)
    found = Written()
    _Writing(language, authority[0] if authority else "", found).object(name, node, data, "")
    return found


# --- One object ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """How one property of a class is written, prepared once.

    ``owner``  name of the class.
    ``keys``   fields of the dict of which one must be there.
    ``stated`` class to state of a bare IRI; None to state none.
    ``wraps``  property of a node of the range that holds a literal; None to write it bare.
    ``other``  how values are written that this property cannot take; None to leave them out.
    ``single`` whether the specification allows one value, though the dict has a list.
    """

    owner: str
    prop: Property
    term: IRI
    keys: tuple[str, ...]
    stated: IRI | None
    wraps: IRI | None
    other: _Step | None
    single: bool


@cache
def _steps(name: str) -> tuple[_Step, ...]:
    """Return the properties of a class that are written, in table order."""
    return tuple(_step(name, prop) for prop in classes()[name].properties if prop.write)


def _step(name: str, prop: Property) -> _Step:
    worded = prop.kind in ("text", "keyword")
    keys = tuple(prop.flatten.values()) or (prop.field,)
    if worded and not prop.one_language:
        keys += (f"{prop.field}_translated",)
    other = _step(name, classes()[name].property(prop.elsewhere)) if prop.elsewhere else None
    single = prop.multiple and prop.cardinality in ("1", "0..1")
    return _Step(name, prop, IRI(prop.term), keys, _stated(prop), _wraps(prop), other, single)


def _stated(prop: Property) -> IRI | None:
    """Return the class to state of a bare IRI: none for vocabulary entries, nor of the classes
    of the table, as the class alone would look like an empty dataset or distribution."""
    ours = {cls.term for cls in classes().values()}
    says = prop.kind in ("iri", "statement") and prop.range not in _ANY | ours
    return IRI(prop.range) if says else None


def _wraps(prop: Property) -> IRI | None:
    """Return the property of a node in place of an IRI that holds its words."""
    if not prop.range or prop.kind not in ("statement", "geometry", "concept"):
        return None
    return _NAME if prop.range == _CONCEPT else _LABEL


@dataclass(frozen=True, slots=True)
class _Writing:
    """One dict being written.

    ``language``   of the fields without translations.
    ``authority``  for the IRIs of skolemised nodes, "" if there is none.
    """

    language: str
    authority: str
    found: Written

    def object(self, name: str, node: Node, data: Mapping[str, Any], path: str) -> None:
        """Write ``node`` as an object of a class: its class, then its properties."""
        self.found.places.setdefault(node, path)
        if not any(_recurring(name, own, data[own]) for own in _type_fields(name) if own in data):
            self.found.triples.append((node, RDF_TYPE, _class_iri(name)))
        for step in _steps(name):
            for key in step.keys:
                if key in data:
                    self._property(step, node, data, path)
                    break

    def _property(self, step: _Step, node: Node, data: Mapping[str, Any], path: str) -> None:
        """Write one property of ``node``, and the nodes that it leads to."""
        prop, triples = step.prop, self.found.triples
        if prop.kind in ("text", "keyword"):
            triples += [(node, step.term, words) for words in _words(prop, data, self.language)]
        elif prop.kind == "object":
            for place, value in _objects(prop, data, path):
                self._child(step, node, value, place)
        else:
            values = _values(prop, data)
            if step.single and len(values) > 1 and step.other:
                first, *values = sorted(values, key=as_number)
                self._value(step, node, first)
                step = step.other
            for value in values:
                self._value(step, node, value)

    def _child(self, step: _Step, node: Node, data: Mapping[str, Any], path: str) -> None:
        uri = data.get("uri")
        child: Node = IRI(escape(uri)) if uri else label_of(node, step.prop.term, data)
        if isinstance(child, BNode) and step.prop.range in _NAMED and self.authority:
            # A stable IRI, recognisable by its path (RDF 1.1, 3.5).
            child = IRI(f"{self.authority}/.well-known/genid/{child.removeprefix('_:')}")
        self.found.triples.append((node, step.term, child))
        self.object(step.prop.of, child, data, path)

    def _value(self, step: _Step, node: Node, value: Any) -> None:
        """Write a plain value, wrapped in a node if its class requires one."""
        prop, triples = step.prop, self.found.triples
        if prop.kind in _RECURRING and value.__class__ is str:
            term = _recurring(step.owner, prop.field, value)
        else:
            term = WRITERS[prop.kind](prop, value)
        if term is None:
            if step.other:
                self._value(step.other, node, value)
            return
        if isinstance(term, IRI):
            triples.append((node, step.term, term))
            if step.stated:
                triples.append((term, RDF_TYPE, step.stated))
        elif step.wraps is None:
            triples.append((node, step.term, term))
        else:
            child, inner = label_of(node, prop.term, value), step.wraps
            if prop.kind == "geometry":
                inner = _AS_GEOJSON if str(value).startswith("{") else _AS_WKT
            triples.append((node, step.term, child))
            triples.append((child, RDF_TYPE, IRI(prop.range)))
            triples.append((child, inner, term))


@cache
def _class_iri(name: str) -> IRI:
    return IRI(classes()[name].term)


@cache
def _type_fields(name: str) -> tuple[str, ...]:
    """Return the fields that hold an object's own class, in place of the table's."""
    return tuple(prop.field for prop in classes()[name].properties if prop.term == RDF_TYPE)


@lru_cache(maxsize=8192)
def _recurring(name: str, field: str, text: str) -> Term | None:
    prop = classes()[name].property(field)
    return WRITERS[prop.kind](prop, text)


def _words(prop: Property, data: Mapping[str, Any], language: str) -> Iterable[Literal]:
    main, translated = data.get(prop.field), data.get(f"{prop.field}_translated") or {}
    if prop.kind == "keyword":
        main = [tag["name"] for tag in main or ()]
    if prop.one_language:
        translated = {}
    return tagged(main, translated, language)


def _objects(prop: Property, data: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yield the objects of a property with their paths; a flattened one is nested again."""
    here = f"{path}.{prop.field}" if path else prop.field
    for number, value in enumerate(_values(prop, data)):
        yield (f"{here}[{number}]" if prop.multiple and not prop.flatten else here), value


def _values(prop: Property, data: Mapping[str, Any]) -> list[Any]:
    """Return the values of a property as a list; flattened objects are nested again."""
    if not prop.flatten:
        value = data.get(prop.field)
        if value.__class__ is str:
            return [value] if value else []
        found = value if isinstance(value, list) else [value]
        return [item for item in found if item not in (None, "", {})]
    if prop.multiple:
        inner, outer = next(iter(prop.flatten.items()))
        return [{inner: value} for value in data.get(outer, ())]
    row = {inner: data[outer] for inner, outer in prop.flatten.items() if data.get(outer)}
    words = classes()[prop.of].property(classes()[prop.of].words)
    # A checksum whose value is none would be one without a value.
    return [row] if WRITERS[words.kind](words, row.get(words.field, "")) else []
