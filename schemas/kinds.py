"""What an entry of the table may contain: kinds of value, form sections, search roles.

:func:`check` validates every entry before it becomes a ``Property`` (:mod:`.table`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

#: How a value is represented in the dict and in RDF.
#:
#: text       text with a language: ``field`` contains the site's language,
#:            ``<field>_translated`` {language: text} if there are more or other languages.
#: keyword    ``tags`` [{"name": …}] and ``tags_translated`` {language: [text, …]}.
#: string     a plain literal without language.
#: iri        an IRI, as a string.
#: concept    an entry of ``vocabulary``: stored as ``store`` states ("iri" or "code"),
#:            an unknown value is kept unchanged.
#: statement  an IRI, or words on a blank node's rdfs:label (RightsStatement, Standard …).
#: mailto     an e-mail address (mailto: IRI in RDF, bare address in the dict).
#: tel        a telephone number (tel: IRI in RDF, bare number in the dict).
#: date       gYear, gYearMonth, date or dateTime in its lexical form.
#: integer    an int.  decimal, duration, hex: the lexical form, a string.
#: geometry   WKT or GeoJSON text.
#: object     a nested dict of ``of`` (several: list of dicts), its IRI under ``uri``.
Kind = Literal[
    "text", "keyword", "string", "iri", "concept", "statement", "mailto", "tel", "date",
    "integer", "decimal", "duration", "hex", "geometry", "object",
]  # fmt: skip
Obligation = Literal["mandatory", "recommended", "optional", "deprecated"]
Section = Literal["needed", "recommended", "more", "none"]

#: The role of a value in the search; the table's docstring explains the choice.
#:
#: title       the name of the object.
#: tags        isolated words, as they are written: keywords, a code.
#: text        running text; for a concept its labels, for objects all text in them.
#: identifier  a name that is searched as a whole; for an IRI its last part.
#: part        objects found by their own titles, with less weight: the files of a dataset.
#: names       objects whose titles are names of people and offices.
#: none        not searched.
Search = Literal["title", "tags", "text", "identifier", "part", "names", "none"]
#: The search filter in which a value is counted.  If several dates of one class count as
#: ``year``, the first is the start of a period, the last its end.
Facet = Literal["theme", "format", "licence", "year"]

#: Defaults for kinds that are searched; all others are not.
SEARCHED: Mapping[str, Search] = {"text": "text", "keyword": "tags"}
_SEARCHABLE: Mapping[Search, tuple[str, ...]] = {
    "title": ("text",),
    "tags": ("text", "keyword", "string", "concept"),
    "text": ("text", "keyword", "string", "statement", "concept", "object"),
    "identifier": ("string", "statement", "iri", "hex"),
    "part": ("object",),
    "names": ("object",),
}
_COUNTABLE: Mapping[Facet, tuple[str, ...]] = {
    "theme": ("concept",),
    "format": ("concept",),
    "licence": ("concept",),
    "year": ("date", "object"),
}


#: For each kind, the properties that hold the value of a node in place of a plain value.
THROUGH: Mapping[str, tuple[str, ...]] = {
    "text": ("rdfs:label", "skos:prefLabel", "rdf:value"),
    "string": ("rdf:value", "rdfs:label", "skos:prefLabel"),
    "concept": ("rdf:value", "rdfs:label", "skos:prefLabel", "skos:notation", "dcterms:title",
                "foaf:page", "foaf:homepage", "owl:sameAs", "skos:exactMatch", "rdfs:seeAlso",
                "schema:url", "dcterms:identifier", "schema:identifier", "adms:identifier",
                "dcterms:source", "schema:name", "foaf:name", "dcterms:description"),
    "statement": ("rdfs:label", "skos:prefLabel", "dcterms:title", "dcterms:description",
                  "rdf:value"),
    "mailto": ("vcard:hasValue", "vcard:value", "rdf:value"),
    "tel": ("vcard:hasValue", "vcard:value", "rdf:value"),
    "iri": ("vcard:hasValue", "schema:url", "rdf:value", "foaf:page", "foaf:homepage",
            "dcterms:identifier", "rdfs:seeAlso"),
    "geometry": ("geosparql:asWKT", "geosparql:asGeoJSON", "geosparql:asGML", "rdf:value"),
    "date": ("rdf:value",),
}  # fmt: skip


class TableError(ValueError):
    """The table has an invalid entry; the message names file, property and error."""


def check(raw: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    """Raise TableError for an invalid entry of the table.

    ``known`` are the keys that an entry may have, ``where`` names the entry.
    """
    if unknown := set(raw) - known:
        raise TableError(f"{where}: unknown keys {sorted(unknown)}")
    for key in ("field", "term", "kind", "cardinality", "obligation", "label", "help"):
        if key not in raw:
            raise TableError(f"{where}: {key} is missing")
    words = {"kind": Kind, "obligation": Obligation, "section": Section}
    for key, allowed in {**words, "search": Search, "facet": Facet}.items():
        if key in raw and raw[key] not in get_args(allowed):
            raise TableError(f"{where}: {key} {raw[key]!r} is none of {get_args(allowed)}")
    for key in ("label", "help"):
        if not {"de", "en"} <= set(raw[key]):
            raise TableError(f"{where}: {key} wants de and en at least")
    if "facet" in raw and raw["kind"] not in _COUNTABLE[raw["facet"]]:
        raise TableError(f"{where}: facet {raw['facet']!r} is nothing for the kind {raw['kind']!r}")
    _check_search(raw, where)


def _check_search(raw: Mapping[str, Any], where: str) -> None:
    """Raise TableError for a search role that does not suit values of this kind."""
    search, kind = raw.get("search", "none"), raw["kind"]
    if search == "none":
        return
    flat = kind == "object" and raw.get("flatten")
    if ("string" if flat else kind) not in _SEARCHABLE[search]:
        raise TableError(f"{where}: search {search!r} is nothing for the kind {kind!r}")
    if kind == "concept" and search == "text" and not raw.get("vocabulary"):
        raise TableError(f"{where}: without a vocabulary there are no labels to search")
    if kind == "concept" and search == "tags" and raw.get("store") != "code":
        raise TableError(f"{where}: an IRI is no word that anybody types; search its labels: text")
