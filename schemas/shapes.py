"""SHACL shapes from the table: what DCAT-AP.de 3.0 asks for, class by class.

One shape per constraint, named ``urn:hanse:shape:<class>.<field>.<check>``, so that a result names
its rule.  Checks: ``mandatory``, ``recommended`` (a warning), ``single``, ``iri``, ``literal``,
``node``, ``typed``, ``class``, ``listed``, ``deprecated``; ``reachable`` of a contact,
``bounded`` of a period (K38), ``legislation`` and ``category`` of a high-value dataset.
Unlike the official files of 3.0 they check availability, the publisher of a series, and dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hanse_schemas.table import PREFIXES, Class, Property, classes
from hanse_schemas.vocabulary import vocabulary

#: Commission Implementing Regulation (EU) 2023/138 on high-value datasets.
HVD_REGULATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"

#: Prefix of the IRIs of these shapes.
BASE = "urn:hanse:shape:"

_HEAD = "# Made from schemas/classes by `python -m hanse_schemas.make`; do not edit.\n\n"
_LITERALS = frozenset(
    ("text", "keyword", "string", "date", "integer", "decimal", "duration", "hex")
)
_IRIS = frozenset(("iri", "mailto", "tel"))
#: Kind → datatypes of which one must be the value's.
_TYPES: Mapping[str, tuple[str, ...]] = {
    "date": ("xsd:date", "xsd:dateTime", "xsd:gYear", "xsd:gYearMonth"),
    "integer": ("xsd:nonNegativeInteger",),
    "decimal": ("xsd:decimal",),
    "duration": ("xsd:duration",),
    "hex": ("xsd:hexBinary",),
}
#: Classes whose nodes are described wherever they are referred to; others may be elsewhere.
_DESCRIBED = frozenset(
    ("agent", "contact", "period", "checksum", "identifier", "attribution", "relationship")
)
#: Classes whose recommended properties a publisher can be expected to know.
_RECOMMENDED = frozenset(("dataset", "dataset_series", "distribution", "data_service"))
#: Media types have no scheme in RDF; the official shapes test their address alone.
_MEDIA_TYPES = "^https?://www\\\\.iana\\\\.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class _Shape:
    """A constraint: ``body`` in Turtle, and a message in both languages."""

    check: str
    body: str
    de: str
    en: str
    warning: bool = False


def document() -> str:
    """Return the shapes as Turtle."""
    prefixes = {**PREFIXES, "sh": "http://www.w3.org/ns/shacl#"}
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in sorted(prefixes.items())]
    made = filter(None, map(_class, classes().values()))
    return _HEAD + "\n".join([*lines, "", *made])


def _class(cls: Class) -> str:
    """Return a node shape and its property shapes."""
    shapes = list(_of_class(cls))
    if not shapes:
        return ""
    names = ",\n    ".join(f"<{BASE}{cls.name}.{name}>" for name, _ in shapes)
    head = (
        f"<{BASE}{cls.name}> a sh:NodeShape ;\n  sh:targetClass {_curie(cls.term)} ;\n"
        f'  sh:name "{cls.label["de"]}"@de, "{cls.label["en"]}"@en ;\n'
        f"  sh:property\n    {names} .\n"
    )
    return "\n".join(
        [head, *(_turtle(f"{cls.name}.{name}", shape) for name, shape in shapes), *_hvd(cls)]
    )


def _turtle(name: str, shape: _Shape) -> str:
    severity = "Warning" if shape.warning else "Violation"
    return (
        f"<{BASE}{name}> a sh:PropertyShape ;\n  {shape.body} ;\n  sh:severity sh:{severity} ;\n"
        f'  sh:message "{_quoted(shape.de)}"@de, "{_quoted(shape.en)}"@en .\n'
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _curie(iri: str) -> str:
    for prefix, base in PREFIXES.items():
        local = iri.removeprefix(base)
        if local != iri and local.replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _of_class(cls: Class) -> Iterator[tuple[str, _Shape]]:
    """Yield the shapes of a class with their names in it."""
    terms = set()
    for prop in cls.properties:
        if prop.more_of or prop.term == PREFIXES["rdf"] + "type" or prop.term in terms:
            continue  # a further field of the same property
        if not prop.level and prop.obligation != "deprecated":
            continue  # not in DCAT-AP.de; portals send it
        terms.add(prop.term)
        for shape in _of_property(cls, prop):
            yield f"{prop.field}.{shape.check}", shape
    if cls.name == "contact":
        yield (
            "email.reachable",
            _Shape(
                "reachable",
                _alternative("vcard:hasEmail", "vcard:hasURL", "vcard:hasTelephone"),
                "Der Kontakt braucht E-Mail-Adresse, Webseite oder Telefonnummer.",
                "The contact needs an e-mail address, a web page or a telephone number.",
            ),
        )
    if cls.name == "period":
        yield (
            "start.bounded",
            _Shape(
                "bounded",
                _alternative("dcat:startDate", "dcat:endDate", "time:hasBeginning", "time:hasEnd"),
                "Der Zeitraum braucht einen Anfang oder ein Ende (K38).",
                "The period needs a start or an end (K38).",
            ),
        )


def _alternative(*paths: str) -> str:
    return f"sh:path [ sh:alternativePath ( {' '.join(paths)} ) ] ;\n  sh:minCount 1"


def _of_property(cls: Class, prop: Property) -> Iterator[_Shape]:
    """Yield the shapes of one property of a class."""
    path = f"sh:path {_curie(prop.term)}"
    de = f"{cls.label['de']}: „{prop.label['de']}“"
    en = f"{cls.label['en']}: “{prop.label['en']}”"
    if not prop.write or prop.obligation == "deprecated":
        if prop.obligation == "deprecated":
            yield _Shape(
                "deprecated", f"{path} ;\n  sh:maxCount 0",
                f"{de} ist veraltet{_instead(cls, prop, 'de')}.",
                f"{en} is deprecated{_instead(cls, prop, 'en')}.",
                warning=True,
            )  # fmt: skip
        return
    yield from _counts(cls, prop, path, de, en)
    yield from _kinds(prop, path, de, en)
    yield from _lists(prop, path, de, en)


def _instead(cls: Class, prop: Property, code: str) -> str:
    if not prop.replaced_by:
        return ""
    label = cls.property(prop.replaced_by).label[code]
    return f"; stattdessen: „{label}“" if code == "de" else f"; instead: “{label}”"


def _counts(cls: Class, prop: Property, path: str, de: str, en: str) -> Iterator[_Shape]:
    """Yield cardinality and obligation."""
    least = f"{path} ;\n  sh:minCount 1"
    if prop.obligation == "mandatory":
        yield _Shape(
            "mandatory", least, f"{de} fehlt und ist Pflicht.", f"{en} is missing and mandatory."
        )
    elif prop.obligation == "recommended" and cls.name in _RECOMMENDED:
        yield _Shape(
            "recommended",
            least,
            f"{de} fehlt und wird empfohlen.",
            f"{en} is missing and recommended.",
            True,
        )
    if prop.cardinality in ("1", "0..1") and not prop.more:
        yield _Shape(
            "single", f"{path} ;\n  sh:maxCount 1",
            f"{de} darf nur einmal angegeben sein.", f"{en} may be given only once.",
        )  # fmt: skip


def _kinds(prop: Property, path: str, de: str, en: str) -> Iterator[_Shape]:
    """Yield kind of node, datatype and class."""
    if prop.kind in _IRIS:
        yield _Shape(
            "iri",
            f"{path} ;\n  sh:nodeKind sh:IRI",
            f"{de} muss eine Adresse (IRI) sein.",
            f"{en} must be an address (IRI).",
        )
    elif prop.kind in _LITERALS or (prop.kind == "geometry" and not prop.range):
        yield _Shape(
            "literal",
            f"{path} ;\n  sh:nodeKind sh:Literal",
            f"{de} muss ein Text oder Wert sein, keine Adresse.",
            f"{en} must be a text or value, no address.",
        )
    elif prop.range and prop.kind != "concept":
        yield _Shape(
            "node",
            f"{path} ;\n  sh:nodeKind sh:BlankNodeOrIRI",
            f"{de} muss auf etwas Beschriebenes verweisen.",
            f"{en} must refer to something described.",
        )
    if types := _TYPES.get(prop.kind):
        each = " ".join(f"[ sh:datatype {name} ]" for name in types)
        yield _Shape(
            "typed",
            f"{path} ;\n  sh:or ( {each} )",
            f"{de} hat nicht die vorgeschriebene Form.",
            f"{en} does not have the prescribed form.",
        )
    if prop.kind == "object" and prop.of in _DESCRIBED:
        term = _curie(classes()[prop.of].term)
        yield _Shape(
            "class",
            f"{path} ;\n  sh:class {term}",
            f"{de} muss als {term} beschrieben sein.",
            f"{en} must be described as {term}.",
        )


def _lists(prop: Property, path: str, de: str, en: str) -> Iterator[_Shape]:
    """Yield the controlled vocabulary: mandatory or recommended."""
    if prop.kind != "concept" or prop.vocabulary_obligation not in ("mandatory", "recommended"):
        return
    scheme, warning = (
        vocabulary(prop.vocabulary).scheme,
        prop.vocabulary_obligation == "recommended",
    )
    if prop.vocabulary == "media-types":
        body = f'{path} ;\n  sh:pattern "{_MEDIA_TYPES}"'
    elif scheme:
        inner = f"sh:path skos:inScheme ; sh:hasValue <{scheme}>"
        body = f"{path} ;\n  sh:node [ sh:property [ {inner} ] ]"
    else:
        return
    yield _Shape(
        "listed",
        body,
        f"{de} soll ein Eintrag der vorgesehenen Liste sein.",
        f"{en} should be an entry of the prescribed list.",
        warning,
    )


def _hvd(cls: Class) -> Iterator[str]:
    """Yield the shapes that bind the category of high-value data to the regulation's name."""
    if {"hvd_category", "applicable_legislation"} - {prop.field for prop in cls.properties}:
        return
    none = "[ sh:property [ sh:path {} ; {} ] ]"
    named = (
        f"[ sh:property [ sh:path dcatap:applicableLegislation ; sh:hasValue <{HVD_REGULATION}> ] ]"
    )
    some = "[ sh:property [ sh:path dcatap:hvdCategory ; sh:minCount 1 ] ]"
    unnamed = f"[ sh:not {named} ]"
    no_category = none.format("dcatap:hvdCategory", "sh:maxCount 0")
    for name, either, de, en in (
        ("applicable_legislation.legislation", f"{no_category} {named}",
         "Eine HVD-Kategorie verlangt die Verordnung (EU) 2023/138 als Rechtsgrundlage.",
         "A category of high-value data asks for Regulation (EU) 2023/138 as legislation."),
        ("hvd_category.category", f"{unnamed} {some}",
         "Die Verordnung (EU) 2023/138 verlangt eine HVD-Kategorie.",
         "Regulation (EU) 2023/138 asks for a category of high-value data."),
    ):  # fmt: skip
        yield (
            f"<{BASE}{cls.name}.{name}> a sh:NodeShape ;\n  sh:targetClass {_curie(cls.term)} ;\n"
            f"  sh:or ( {either} ) ;\n  sh:severity sh:Violation ;\n"
            f'  sh:message "{de}"@de, "{en}"@en .\n'
        )
