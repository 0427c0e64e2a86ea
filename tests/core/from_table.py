"""Hypothesis strategies for dicts of any class, made from the table: one per kind of value.

What they give is in normal form: what a reader makes of well-formed RDF.  ``how`` says which:
``readable`` has values that RDF can carry, ``complete`` all fields and all of them valid,
``odd`` also what portals write in place of an IRI, a number or an entry of a vocabulary.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import Any, Literal, TypeAlias

from hypothesis import strategies as st

from hanse_harvesters.mapping.iri import looks_like_iri
from hanse_harvesters.mapping.languages import clean
from hanse_harvesters.mapping.terms import RDF_TYPE
from hanse_harvesters.mapping.terms_of import WORDED
from hanse_schemas.table import Class, Property, classes
from hanse_schemas.vocabulary import vocabulary

How: TypeAlias = Literal["readable", "complete", "odd"]
SITE = "de"
LANGUAGES = ("de", "en", "pl", "sv", "fi")

words = (
    st.text(
        alphabet=st.one_of(
            st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")),
            st.sampled_from("\n\t\"'<>&\\{}äöüßłåŁ@:/#%"),
        ),
        min_size=1,
        max_size=40,
    )
    .map(clean)
    .filter(bool)
)
plain_words = words.filter(lambda text: not looks_like_iri(text))
slug = st.text("abcdefghij0123456789äöüß-_.~", min_size=1, max_size=12)
iris = st.one_of(
    slug.map("https://opendata.example/dataset/{}".format),
    slug.map("http://geo.example:8080/a/b?c=%C3%A4&d={}#e".format),
    st.uuids().map("urn:uuid:{}".format),
)
zone = st.sampled_from(["", "Z", "+01:00", "-05:30"])
dates = st.one_of(
    st.tuples(st.datetimes(), zone).map(lambda pair: pair[0].isoformat() + pair[1]),
    st.tuples(st.dates(), zone).map(lambda pair: pair[0].isoformat() + pair[1]),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
    st.just("Sommer 2013"),
)
PLAIN = {
    "string": words,
    "iri": iris,
    "statement": st.one_of(iris, plain_words),
    "mailto": slug.map("stelle+{}@stadt.example".format),
    "tel": st.integers(1, 10**9).map("+49-381-{}".format),
    "date": dates,
    "integer": st.integers(0, 2**63 - 1),
    "decimal": st.decimals(0, 10**6, places=3).map(lambda number: f"{number:f}"),
    "duration": st.sampled_from(["P1Y", "PT15M", "P1Y2M3DT4H5M6.7S", "P0Y12M"]),
    "hex": st.binary(min_size=1, max_size=32).map(bytes.hex),
    "geometry": st.one_of(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(lambda p: f"POINT ({p[0]} {p[1]})"),
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(
            lambda p: json.dumps({"type": "Point", "coordinates": p})
        ),
    ),
}
OURS = {cls.term for cls in classes().values()}
#: Where a dataset is to be valid, not only readable.
VALID = {
    "date": dates.filter(lambda text: text[0].isdigit()),
}
#: What a portal may write instead.
ODD = {
    "iri": st.one_of(iris, plain_words),
    "duration": st.one_of(PLAIN["duration"], st.just("täglich")),
    "decimal": st.one_of(PLAIN["decimal"], st.sampled_from(["1:10000", "zwei"])),
    "hex": st.one_of(PLAIN["hex"], st.just("keine")),
}
KINDS = {"readable": PLAIN, "complete": PLAIN | VALID, "odd": PLAIN | ODD}


def concepts(prop: Property, how: How = "readable") -> st.SearchStrategy[str]:
    """Entries of the vocabulary, and what a portal may say instead."""
    if not prop.vocabulary:
        return KINDS[how]["iri"]
    known = vocabulary(prop.vocabulary)
    entries = [entry.code if prop.store == "code" else entry.iri for entry in known]
    if how == "complete":  # OP_DATPRO is the EU's word for "provisional", in no concept scheme
        return st.sampled_from([entry for entry in entries if "OP_DATPRO" not in entry])
    unknown = plain_words.filter(lambda text: known.find(text) is None)
    foreign = [iris] if how == "odd" or prop.vocabulary_obligation != "mandatory" else []
    if how == "odd" or (prop.range in WORDED and foreign):
        foreign.append(unknown)
    return st.one_of(st.sampled_from(entries), *foreign) if entries else st.one_of(*foreign)


def sorted_list(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(sorted)


def translations(prop: Property, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """``field`` and, where there is another language, ``<field>_translated``."""

    def fields(by_language: dict[str, Any]) -> dict[str, Any]:
        main = next(iter([x for x in (SITE, "en") if x in by_language]), min(by_language))
        shown = by_language[main]
        if prop.kind == "keyword":
            shown = [{"name": tag} for tag in shown]
        if set(by_language) == {SITE}:
            return {prop.field: shown}
        return {prop.field: shown, f"{prop.field}_translated": by_language}

    return st.dictionaries(st.sampled_from(LANGUAGES), value, min_size=1, max_size=3).map(fields)


@st.composite
def fields_of(draw: Any, name: str, field: str, *, how: How = "readable") -> dict[str, Any]:
    """What one property of the class ``name`` puts into a dict."""
    prop = classes()[name].property(field)
    if prop.kind in ("text", "keyword"):
        if prop.kind == "text" and prop.cardinality in ("1", "0..1"):
            return {field: draw(words)}
        value = sorted_list(words) if prop.multiple else words
        return draw(translations(prop, value))
    if prop.kind == "object":
        return draw(nested(name, field, how=how))
    plain = concepts(prop, how) if prop.kind == "concept" else KINDS[how][prop.kind]
    if how == "complete" and (prop.term == RDF_TYPE or (prop.kind == "iri" and prop.range in OURS)):
        return {}  # what a bare IRI of a dataset or distribution is, another file must tell
    if prop.term == RDF_TYPE:
        own = {cls.term for cls in classes().values() if cls.name == "dataset"}
        codes = [e.code for e in vocabulary(prop.vocabulary) if e.iri not in own]
        return {prop.field: draw(st.sampled_from(codes))} if codes else {}
    if prop.more:
        first, *more = draw(sorted_list(plain))
        return {prop.field: first, **({prop.more: more} if more else {})}
    most = 1 if how != "odd" and prop.cardinality in ("1", "0..1") else 3
    return {prop.field: draw(sorted_list(plain, most) if prop.multiple else plain)}


@st.composite
def nested(draw: Any, name: str, field: str, *, how: How = "readable") -> dict[str, Any]:
    """Objects of an object, or their values put flat."""
    prop = classes()[name].property(field)
    cls = classes()[prop.of]
    if prop.flatten and prop.multiple:
        inner, outer = next(iter(prop.flatten.items()))
        return {outer: draw(sorted_list(KINDS[how][cls.property(inner).kind]))}
    if prop.flatten:
        pairs = prop.flatten.items()
        return {outer: draw(fields_of(prop.of, i, how=how))[i] for i, outer in pairs}
    child = objects(prop.of, nested_in=True, how=how)
    one = prop.cardinality in ("1", "0..1") or how == "complete"
    found = draw(st.lists(child, min_size=1, max_size=1 if one else 2))
    return {prop.field: found if prop.multiple else found[0]}


@st.composite
def objects(draw: Any, name: str, *, nested_in: bool = False, how: How = "readable") -> Any:
    """A dict of the class ``name`` with some fields, or ``complete``: all of them, all valid."""
    found: dict[str, Any] = {}
    fields = [p.field for p in classes()[name].properties if p.write and not p.more_of]
    some = st.sets(st.sampled_from(fields), min_size=1, max_size=6)
    for field in fields if how == "complete" else sorted(draw(some)):
        found.update(draw(fields_of(name, field, how=how)))
    if nested_in and (not found or draw(st.booleans())):
        found["uri"] = "to be numbered"
    return found


def numbered(dataset: dict[str, Any], name: str = "dataset") -> dict[str, Any]:
    """Every object its own IRI, lists of objects in order, derived values derived."""
    counter = itertools.count()

    def settle(cls: Class, data: dict[str, Any]) -> dict[str, Any]:
        if "uri" in data:
            data["uri"] = f"https://opendata.example/node/{next(counter)}"
        for prop in cls.properties:
            if prop.kind == "object" and not prop.flatten and prop.field in data:
                value = data[prop.field]
                items = value if isinstance(value, list) else [value]
                items = [settle(classes()[prop.of], item) for item in items]
                data[prop.field] = in_order(items) if prop.multiple else items[0]
        return derived(cls, data)

    return settle(classes()[name], dataset)


def derived(cls: Class, data: dict[str, Any]) -> dict[str, Any]:
    """A distribution with its ``url``, which a reader derives."""
    if cls.name == "distribution":
        services = data.get("access_services", ())
        ends = [end for item in services for end in item.get("endpoint_url", ())]
        url = data.get("download_url") or data.get("access_url") or next(iter(ends), None)
        data.pop("url", None)
        data.update({"url": url} if url else {})
    return data


# --- What RDF cannot carry ----------------------------------------------------------------------

_NUMBER, _DURATION = re.compile(r"\d+(\.\d+)?"), re.compile(r"P[0-9YMDTHS.]+")


def carried(prop: Property, value: Any) -> bool:
    """Whether the official shapes allow a value; one that they do not is kept in the dict only.

    Frozen: entries of other vocabularies where one is mandatory; words in place of an IRI,
    unless a concept's range may be described by words; words in place of a number, a
    duration or a checksum.
    """
    if prop.kind == "decimal":
        return bool(_NUMBER.fullmatch(value))
    if prop.kind == "duration":
        return bool(_DURATION.fullmatch(value))
    if prop.kind == "hex":
        return value != "keine"
    if prop.kind not in ("concept", "iri"):
        return True
    if prop.kind == "concept" and prop.vocabulary and vocabulary(prop.vocabulary).find(value):
        return True
    if prop.kind == "concept" and prop.vocabulary_obligation == "mandatory":
        return False
    return looks_like_iri(value) or (prop.kind == "concept" and prop.range in WORDED)


def handed_on(data: dict[str, Any], name: str = "dataset") -> dict[str, Any]:
    """What is left of a dict in RDF: without what it cannot carry, or with that elsewhere."""
    cls, left = classes()[name], dict(data)
    for prop in cls.properties:
        if prop.kind == "object":
            _objects_handed_on(cls, prop, left)
        elif prop.field in left and prop.write:
            came = left.pop(prop.field)
            values = came if isinstance(came, list) else [came]
            kept = [item for item in values if carried(prop, item)]
            if prop.multiple and prop.cardinality in ("1", "0..1"):
                kept = sorted(kept, key=lambda item: (float(item), item))[:1]
            if kept:
                left[prop.field] = kept if prop.multiple else kept[0]
            rest = [item for item in values if item not in kept]
            if rest and prop.elsewhere:
                left[prop.elsewhere] = sorted({*left.get(prop.elsewhere, ()), *rest})
    for prop in cls.properties:  # without its first value, the next one is the first
        if prop.more and prop.field not in left and left.get(prop.more):
            left[prop.field], *others = left.pop(prop.more)
            left |= {prop.more: others} if others else {}
    return derived(cls, left)


def _objects_handed_on(cls: Class, prop: Property, left: dict[str, Any]) -> None:
    if prop.flatten and prop.multiple:
        return
    if prop.flatten:
        nested = classes()[prop.of]
        value = left.get(prop.flatten[nested.words])
        if value is not None and not carried(nested.property(nested.words), value):
            for field in prop.flatten.values():
                left.pop(field, None)
        return
    if prop.field not in left:
        return
    came = left.pop(prop.field)
    items = [handed_on(item, prop.of) for item in (came if prop.multiple else [came])]
    if items := [item for item in items if item]:
        left[prop.field] = in_order(items) if prop.multiple else items[0]


def in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each once, by title, then format, then all it holds."""
    unique = {json.dumps(item, sort_keys=True, ensure_ascii=False): item for item in items}
    head = ("title", "name", "format", "dcat_type")
    return sorted(
        unique.values(),
        key=lambda item: (
            *(str(item.get(name, "")) for name in head[:3]),
            json.dumps(item, sort_keys=True, ensure_ascii=False),
        ),
    )


def datasets(how: How = "readable") -> st.SearchStrategy[dict[str, Any]]:
    """Datasets with everything that belongs to them; the subject is a fixed IRI."""
    return described("dataset", how)


def described(name: str, how: How = "readable") -> st.SearchStrategy[dict[str, Any]]:
    """Objects of any class with everything that belongs to them, under a fixed IRI."""
    found = objects(name, how=how).filter(lambda data: set(data) != {"rdf_type"})
    return found.map(lambda data: numbered({**data, "uri": ""}, name))
