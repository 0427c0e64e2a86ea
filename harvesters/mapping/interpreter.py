"""Read one object of a graph into a dict, by the table: one interpreter for all classes."""

from __future__ import annotations

from typing import Any, TypeAlias

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.iri import looks_like_iri
from hanse_harvesters.mapping.languages import by_language, clean, fields
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.order import choose, sort_objects, sort_values
from hanse_harvesters.mapping.property_names import names_of, places_of, plan_of
from hanse_harvesters.mapping.source import RecordReading, is_blank, prefixed
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, Literal, Node, Term, Triple
from hanse_harvesters.mapping.values import READERS, Value, vocabulary_of
from hanse_harvesters.mapping.walk import types
from hanse_harvesters.mapping.words import from_label, from_words
from hanse_schemas.table import Class, Property, classes

#: Maximum nesting of objects; the table needs four (dataset, distribution, service, publisher).
_MAX_DEPTH = 8
#: The nodes enclosing the one being read, each with the class it is read as.
Path: TypeAlias = tuple[tuple[Node, str], ...]
ReadObject: TypeAlias = tuple[dict[str, Any], list[Issue], Triple]


def read_object(source: RecordReading, cls: Class, node: Node, path: Path) -> dict[str, Any] | None:
    """Read ``node`` as an object of ``cls``; return None if it has no values."""
    found: dict[str, Any] = {}
    if not is_blank(node):
        found["uri"] = str(node)
    stated = source.whole(node, cls.within)
    here = (*path, (node, cls.name))
    plan, places = plan_of(cls.name), places_of(cls.name)
    for place in sorted({place for name in stated for place in places.get(name, ())}):
        prop, names = plan[place]
        triples = [t for name in names for t in stated.get(name, ())]
        if triples:
            found.update(_read_property(source, cls, prop, triples, here))
    _derive_url(cls, found)
    return found or None


def _derive_url(cls: Class, found: dict[str, Any]) -> None:
    """Set a resource's ``url``, the link for readers: the file, the page, else the service."""
    if cls.name == "distribution":
        services = found.get("access_services", ())
        endpoints = (url for service in services for url in service.get("endpoint_url", ()))
        if url := found.get("download_url") or found.get("access_url") or next(endpoints, ""):
            found["url"] = url


def _read_property(
    source: RecordReading, cls: Class, prop: Property, triples: list[Triple], path: Path
) -> dict[str, Any]:
    """Return the fields that one property fills."""
    if prop.term == RDF_TYPE:
        return _read_type(source, cls, prop, triples)
    if prop.kind in ("text", "keyword"):
        return _read_words(source, prop, triples)
    if prop.kind == "object":
        return _read_objects(source, prop, triples, path)
    return _read_values(source, prop, triples)


def _read_type(
    source: RecordReading, cls: Class, prop: Property, triples: list[Triple]
) -> dict[str, Any]:
    """Return the class if it differs from the expected one and is in the vocabulary."""
    source.used.update(triples)
    entries = (vocabulary_of(prop).by_iri(canonical(str(t[2]))) for t in triples)
    codes = sorted(e.code for e in entries if e and e.iri != cls.term)
    return {prop.field: codes[0]} if codes else {}


def _read_words(source: RecordReading, prop: Property, triples: list[Triple]) -> dict[str, Any]:
    """Return a text or keyword field and its translations."""
    words: dict[str, dict[str, None]] = {}  # an ordered set per language
    stated: dict[str, list[Triple]] = {}
    for group in _by_name(prop, triples):  # an older name only adds what its successor lacks
        literals = _literals(source, prop, group)
        for language, texts in by_language(literals, source.language).items():
            words.setdefault(language, {}).update(dict.fromkeys(texts))
        for literal, their in literals.items():
            stated.setdefault(clean(literal.value), []).extend(their)
    if not words:
        source.note("value-empty", prop)
    if prop.multiple:
        source.used.update(triples)
        return _lists(prop, {lang: sorted(texts) for lang, texts in words.items()}, source.language)
    best = {lang: next(iter(texts)) for lang, texts in words.items()}
    found = fields(prop.field, best, source.language)
    if prop.one_language:
        found.pop(f"{prop.field}_translated", None)
    kept = {found.get(prop.field), *found.get(f"{prop.field}_translated", {}).values()}
    for text, their in stated.items():
        if text in kept or not text:
            source.used.update(their)
        else:
            source.note("values-several", prop, text)
    return found


def _by_name(prop: Property, triples: list[Triple]) -> list[list[Triple]]:
    """Return the triples grouped by the property's names, its own name first."""
    if len({triple[1] for triple in triples}) == 1:
        return [triples]
    return [[t for t in triples if canonical(t[1]) == name] for name in names_of(prop)]


def _literals(
    source: RecordReading, prop: Property, triples: list[Triple]
) -> dict[Literal, list[Triple]]:
    """Return the literals of a text property; IRIs and nodes are replaced by their texts."""
    found: dict[Literal, list[Triple]] = {}
    for triple in triples:
        term = triple[2]
        if not isinstance(term, Literal):
            term = Literal(str(READERS["string"](source, prop, term) or ""))
        found.setdefault(term, []).append(triple)
    return found


def _lists(prop: Property, words: dict[str, list[str]], language: str) -> dict[str, Any]:
    found = fields(prop.field, words, language)
    if prop.kind == "keyword" and prop.field in found:
        found[prop.field] = [{"name": text} for text in found[prop.field]]
    return found


def _read_values(source: RecordReading, prop: Property, triples: list[Triple]) -> dict[str, Any]:
    """Return a field of plain values: all, or the best one and the rest in ``prop.more``."""
    read: dict[Value, list[Triple]] = {}
    own: set[Value] = set()
    for triple in triples:
        value = READERS[prop.kind](source, prop, triple[2])
        if value is not None and value != "":
            read.setdefault(value, []).append(triple)
            if canonical(triple[1]) == canonical(prop.term):
                own.add(value)
            elif prop.misplaced:
                source.note("property-misplaced", prop, value, name=triple[1], term=prop.term)
        elif _says_nothing(source, triple[2]):
            source.used.add(triple)
    if not read:
        return {}
    if prop.multiple:
        source.used.update(t for value in read for t in read[value])
        return {prop.field: sort_values(read)}
    # An older name never wins over the property itself.
    best, *rest = choose(prop, own or set(read)) if not prop.more else choose(prop, read)
    source.used.update(read[best])
    if prop.more:
        source.used.update(t for value in rest for t in read[value])
        return {prop.field: best, **({prop.more: sort_values(rest)} if rest else {})}
    for value in sort_values(v for v in read if v != best):
        if prop.kind == "geometry" and _same_shape(str(value), str(best)):
            source.used.update(read[value])
        else:
            source.note("values-several", prop, value)
    return {prop.field: best}


def _says_nothing(source: RecordReading, term: Term) -> bool:
    """Return whether a term is empty: such a literal or bare node may be left out."""
    if isinstance(term, Literal):
        return not clean(term.value)
    return is_blank(term) and not set(source.graph.predicates(term)) - {RDF_TYPE}


def _same_shape(one: str, other: str) -> bool:
    """Return whether one is GeoJSON and the other WKT: portals send a geometry in both forms."""
    return one.startswith("{") != other.startswith("{")


# --- Nested objects ----------------------------------------------------------------------------


def _read_objects(
    source: RecordReading, prop: Property, triples: list[Triple], path: Path
) -> dict[str, Any]:
    """Return nested dicts, and add the issues of each under its final path."""
    cls = classes()[prop.of]
    outer, read = source.issues, list[ReadObject]()
    for triple in triples:
        source.issues = []
        found = _read_nested(source, cls, prop, triple[2], path)
        if found:
            read.append((found, source.issues, triple))
            source.used.add(triple)
        else:
            outer += prefixed(source.issues, prop.field)
            if _says_nothing(source, triple[2]):
                source.used.add(triple)
    source.issues = outer
    if prop.flatten:
        return _flat(source, prop, read)
    return _nested(source, cls, prop, read)


def _nested(
    source: RecordReading, cls: Class, prop: Property, read: list[ReadObject]
) -> dict[str, Any]:
    """Return the objects in order, and add the issues of each under its position."""
    unique = sort_objects(cls, read, key=lambda item: item[0])
    for index, (_, issues, _) in enumerate(unique):
        source.issues += prefixed(issues, f"{prop.field}[{index}]" if prop.multiple else prop.field)
    found = [item[0] for item in unique]
    if prop.multiple or not found:
        return {prop.field: found} if found else {}
    for extra in found[1:]:
        source.note("values-several", prop, extra.get("uri", ""))
    return {prop.field: found[0]}


def _flat(source: RecordReading, prop: Property, read: list[ReadObject]) -> dict[str, Any]:
    """Return a nested object whose fields are stored in its parent (``flatten``)."""
    rows = []
    for found, issues, _ in read:
        source.issues += prefixed(issues, prop.field)
        row = {outer: found[inner] for inner, outer in prop.flatten.items() if inner in found}
        if not row and "uri" in found:
            row = {next(iter(prop.flatten.values())): found["uri"]}
        if prop.multiple or prop.flatten[classes()[prop.of].words] in row:
            rows.append(row)  # an algorithm without its checksum is useless
    rows = sorted((row for row in rows if row), key=lambda row: (-len(row), sorted(row.items())))
    if prop.multiple:
        texts = sort_values({value for row in rows for value in row.values()})
        return {next(iter(prop.flatten.values())): texts} if texts else {}
    for row in rows[1:]:
        source.note("values-several", prop, next(iter(row.values())))
    return rows[0] if rows else {}


def _read_nested(
    source: RecordReading, cls: Class, prop: Property, term: Term, path: Path
) -> dict[str, Any] | None:
    """Read one object of a property; accepts texts, bare IRIs and cycles."""
    if isinstance(term, Literal):
        text = clean(term.value)
        if prop.flatten or not looks_like_iri(text):
            return from_words(source, cls, prop, text)
        source.issues.append(issue("literal-for-iri", "", text))
        term = IRI(text)
    for reach in (p for p in cls.properties if p.kind in ("mailto", "tel")):
        if term.startswith(f"{reach.kind}:"):
            return {reach.field: READERS[reach.kind](source, reach, term)}
    here = [name for node, name in path if node == term]
    if len(path) >= _MAX_DEPTH or cls.name in here:
        source.issues.append(issue("nesting-cut", "", term))
        return None if is_blank(term) else {"uri": str(term)}
    if here:
        return _in_shared_subject(source, cls, term, path)
    found = read_object(source, cls, term, path)
    if found is None or not set(found) - {"uri"}:
        found = from_label(source, cls, prop, term) or found
    _note_description(source, cls, prop, term, found)
    return found


def _in_shared_subject(
    source: RecordReading, cls: Class, term: Node, path: Path
) -> dict[str, Any] | None:
    """Give a distribution that shares its subject with the dataset an IRI of its own."""
    if is_blank(term):
        return read_object(source, cls, term, path)
    if cls.term not in types(source.graph, term):
        return {"uri": str(term)}
    source.issues.append(issue("subject-shared", "", term))
    found = read_object(source, cls, term, path) or {}
    return {**found, "uri": f"{term}#{cls.name}"}


def _note_description(
    source: RecordReading, cls: Class, prop: Property, term: Node, found: dict[str, Any] | None
) -> None:
    """Report a node without the description that users of the data would need."""
    if found is None:
        source.issues.append(issue("value-empty"))
    elif not set(found) - {"uri", "url"}:
        if not prop.flatten and any(p.obligation == "mandatory" for p in cls.properties):
            source.issues.append(issue("not-described", "", term))
    elif not types(source.graph, term):
        source.issues.append(issue("type-missing", "", "" if is_blank(term) else term))
