"""Read ``classes/*.yaml``: the properties of each class of DCAT-AP.de 3.0.

An entry defines in one place a property's RDF term, kind of value, cardinality, obligation,
vocabulary, older names, CKAN field, form section, labels and help, and its role in the search.

``search`` is ``title``, ``tags``, ``text`` or ``none``, or one of three that the index must keep
separate: an ``identifier`` is searched as a whole and never split into words; the ``names`` of
publishers are neither titles nor text, or every dataset of a forestry office would match "forest";
a ``part`` is found by its own title, which has less weight than the dataset's.  The default is
``text`` for texts with a language, ``tags`` for keywords, ``none`` for all others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from hanse_schemas.kinds import (
    SEARCHED,
    THROUGH,
    Facet,
    Kind,
    Obligation,
    Search,
    Section,
    TableError,
    check,
)

#: Ten times as fast if libyaml is available; every worker reads the table when it starts.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dcterms": "http://purl.org/dc/terms/",
    "dctype": "http://purl.org/dc/dcmitype/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "org": "http://www.w3.org/ns/org#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expand(curie: str) -> str:
    """Return the full IRI of ``dcterms:title``; IRIs are unchanged.  Raise TableError otherwise."""
    if "://" in curie:
        return curie
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in PREFIXES:
        raise TableError(f"unknown prefix in {curie!r}")
    return PREFIXES[prefix] + local


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a class (dcat-ap.de 3.0, 04_classes).

    ``field``       key in the dict.
    ``term``        RDF property, full IRI.
    ``multiple``    True if the dict contains a list.
    ``cardinality`` as the specification writes it ("0..1", "*", "1..*", "1").
    ``range``       class of the value in RDF, full IRI or "" for a literal.
    ``flatten``     for objects that are flat in the dict: field of the nested class → field here.
                    ``{value: hash, algorithm: hash_algorithm}``; with ``multiple`` one field,
                    whose values are a list.
    ``more``        if RDF may repeat a property whose field has one value: the field (a list,
                    of the same ``term``) for the values after the first.
    ``more_of``     in that other field: the field it continues.  A reader fills it through
                    ``more``, never from ``term``; a writer writes both alike.
    ``elsewhere``   field of the property to write for values that this one cannot take.
    ``through``     property IRIs that hold the value if a portal put a node in its place
                    (vcard:hasValue behind hasEmail, time:inXSDDate behind hasBeginning), in
                    order of preference.  By default the kind's :data:`THROUGH`.
    ``also``        further property IRIs read as this one (older names, typing errors of portals).
    ``write``       False for names that are only read (deprecated ones).
    ``store``       for concepts: "iri" or "code".
    ``of``          for objects: name of the nested class.
    ``long``        True for texts of several lines.
    ``replaced_by`` field that replaces a deprecated one.
    ``preferred``   codes of the vocabulary that a form offers first, in this order.
    ``misplaced``   True if the names in ``also`` are errors that are reported to a portal.
    ``search``      role of the value in the search.
    ``facet``       search filter in which a value is counted, "" for none.
    ``identity``    True for what identifies an object; only its source may change it (K25).
    """

    field: str
    term: str
    kind: Kind
    multiple: bool
    cardinality: str
    obligation: Obligation
    range: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    section: Section
    vocabulary: str
    vocabulary_obligation: Obligation | Literal[""]
    store: Literal["iri", "code"]
    of: str
    flatten: Mapping[str, str]
    more: str
    more_of: str
    elsewhere: str
    through: tuple[str, ...]
    long: bool
    also: tuple[str, ...]
    write: bool
    level: Literal["A", "E", "P", ""]
    note: str
    replaced_by: str
    example: str
    preferred: tuple[str, ...]
    identity: bool
    misplaced: bool
    search: Search
    facet: Facet | Literal[""]

    @property
    def one_language(self) -> bool:
        """Whether the specification allows a single text (vcard:fn), hence no translations."""
        return self.kind == "text" and self.cardinality in ("1", "0..1")


@dataclass(frozen=True, slots=True)
class Class:
    """A class of DCAT-AP.de: its RDF type(s), labels and properties in form order.

    ``also_types`` are types read as this class (foaf:Organization for foaf:Agent …).
    ``words`` is the field for the text of a literal in place of a node of this class
    (``dct:publisher "Stadt X"``), "" if no field is suitable.
    ``within`` are properties that lead to a part of the same object in a node of its own
    (vcard:hasAddress).
    """

    name: str
    term: str
    also_types: tuple[str, ...]
    label: Mapping[str, str]
    help: Mapping[str, str]
    words: str
    within: tuple[str, ...]
    properties: tuple[Property, ...]

    def property(self, field: str) -> Property:
        """Return the property stored in ``field``; raise KeyError if there is none."""
        for item in self.properties:
            if item.field == field:
                return item
        raise KeyError(f"{self.name} has no field {field!r}")

    def keys(self) -> frozenset[str]:
        """Return all keys of a dict of this class, including its own IRI and translations."""
        found = {"uri"}
        for item in self.properties:
            found.update(item.flatten.values() or (item.field,))
            if item.kind in ("text", "keyword"):
                found.add(f"{item.field}_translated")
        return frozenset(found)

    def correctable(self) -> Mapping[str, Property]:
        """Return the fields that a person may override in a harvested object, in form order.

        Field → property: all fields of the form except those that identify the object.
        """
        return {
            field: item
            for field, item in fields_of(self.name).items()
            if item.section != "none" and not item.identity
        }


@cache
def fields_of(name: str) -> Mapping[str, Property]:
    """Return field → property of the class ``name``; a flattened one is the nested class's."""
    found = {}
    for prop in classes()[name].properties:
        if not prop.flatten:
            found[prop.field] = prop
        for inner, outer in prop.flatten.items():
            nested = classes()[prop.of].property(inner)
            nested = replace(nested, section=prop.section, identity=prop.identity)
            found[outer] = replace(nested, field=outer, multiple=prop.multiple)
    return found


_KEYS = frozenset(field.name for field in fields(Property))


def _property(raw: dict[str, Any], where: str) -> Property:
    where = f"{where}, property {raw.get('field') or raw.get('term')!r}"
    check(raw, _KEYS, where)
    return Property(
        field=raw["field"],
        term=expand(raw["term"]),
        kind=raw["kind"],
        multiple=raw.get("multiple", False),
        cardinality=str(raw["cardinality"]),
        obligation=raw["obligation"],
        range=expand(raw["range"]) if raw.get("range") else "",
        label=raw["label"],
        help=raw["help"],
        section=raw.get("section", "more"),
        vocabulary=raw.get("vocabulary", ""),
        vocabulary_obligation=raw.get("vocabulary_obligation", ""),
        store=raw.get("store", "iri"),
        of=raw.get("of", ""),
        flatten=raw.get("flatten", {}),
        more=raw.get("more", ""),
        more_of=raw.get("more_of", ""),
        elsewhere=raw.get("elsewhere", ""),
        long=raw.get("long", False),
        through=tuple(expand(item) for item in raw.get("through", THROUGH.get(raw["kind"], ()))),
        also=tuple(expand(item) for item in raw.get("also", ())),
        write=raw.get("write", True),
        level=raw.get("level", ""),
        note=raw.get("note", ""),
        replaced_by=raw.get("replaced_by", ""),
        example=str(raw.get("example", "")),
        preferred=tuple(raw.get("preferred", ())),
        identity=raw.get("identity", False),
        misplaced=raw.get("misplaced", False),
        search=raw.get("search", SEARCHED.get(raw["kind"], "none")),
        facet=raw.get("facet", ""),
    )


def _class(name: str, text: str) -> Class:
    raw = yaml.load(text, LOADER)
    where = f"classes/{name}.yaml"
    properties = tuple(_property(item, where) for item in raw["properties"])
    fields = [item.field for item in properties]
    if len(set(fields)) < len(fields):
        raise TableError(f"{where}: a field stands twice")
    for item in properties:
        for other in (item.more, item.more_of, item.elsewhere):
            if other and other not in fields:
                raise TableError(f"{where}, property {item.field!r}: there is no field {other!r}")
    return Class(
        name=name,
        term=expand(raw["class"]),
        also_types=tuple(expand(item) for item in raw.get("also_types", ())),
        label=raw["label"],
        help=raw["help"],
        words=raw.get("words", ""),
        within=tuple(expand(item) for item in raw.get("within", ())),
        properties=properties,
    )


def _sources() -> dict[str, str]:
    folder = files("hanse_schemas").joinpath("classes")
    return {
        entry.name.removesuffix(".yaml"): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda item: item.name)
        if entry.name.endswith(".yaml")
    }


@cache
def classes() -> Mapping[str, Class]:
    """Return all classes, name (``dataset``, ``distribution`` …) → class."""
    return {name: _class(name, text) for name, text in _sources().items()}


@cache
def version() -> str:
    """Return a hex digest of the table, vocabularies and mappings, for every raw fingerprint."""
    digest = hashlib.sha256()
    for name, text in _sources().items():
        digest.update(f"{name}\n{text}".encode())
    for folder in ("vocabularies", "mappings"):
        entries = files("hanse_schemas").joinpath(folder).iterdir()
        for entry in sorted(entries, key=lambda item: item.name):
            if entry.name.endswith((".tsv", ".yaml")):
                digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]
