"""One function per kind of value: an RDF term → the dict's value.

Each takes the :class:`RecordReading`, the property and the term, and returns the value,
or None if there is no usable one; deviations are added as issues.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from hanse_harvesters.mapping.iri import looks_like_iri
from hanse_harvesters.mapping.languages import clean
from hanse_harvesters.mapping.source import RecordReading, is_blank
from hanse_harvesters.mapping.terms import IRI, BNode, Literal, Term
from hanse_harvesters.normalise import concepts, numbers
from hanse_schemas.table import Property
from hanse_schemas.vocabulary import Vocabulary, vocabulary

Value = str | int
Reader = Callable[[RecordReading, Property, Term], "Value | None"]

#: A vocabulary too large to list: every type/subtype below its base is an entry.
OPEN = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9.+_-]*\Z")
_MEDIA_TYPES = re.compile(r"https?://(?:www\.)?iana\.org/assignments/media-types/(?P<code>.+)\Z")


def text_of(source: RecordReading, prop: Property, term: Term) -> str | None:
    """Return the text of a literal; report an IRI or a node in its place."""
    if isinstance(term, Literal):
        text = clean(term.value)
        if not text:
            source.note("value-empty", prop)
        return text or None
    if is_blank(term):
        return _through_node(source, prop, term, text_of)
    source.note("iri-for-literal", prop, term)
    return str(term)


def _through_node(
    source: RecordReading,
    prop: Property,
    term: Term,
    read: Callable[[RecordReading, Property, Term], str | None],
    known: Callable[[str], bool] | None = None,
) -> str | None:
    """Read the value from a blank node that is in place of a plain value.

    If there are several, the first that is ``known``, else the first.
    """
    assert isinstance(term, IRI | BNode)
    inner = source.inside(term, prop, known)
    if inner is None or is_blank(inner):
        source.note("value-empty", prop)
        return None
    return read(source, prop, inner)


def iri(source: RecordReading, prop: Property, term: Term) -> str | None:
    """Return an IRI; report text in its place and keep it as it is."""
    if is_blank(term):
        return _through_node(source, prop, term, iri)
    if isinstance(term, IRI):
        # rdf:resource="" becomes the document's own IRI once a parser has resolved it.
        if not term or (source.base_url and term == source.base_url.partition("#")[0]):
            source.note("value-empty", prop)
            return None
        return str(term)
    text = clean(term[0])
    if not text:
        source.note("value-empty", prop)
        return None
    source.note("literal-for-iri" if looks_like_iri(text) else "not-an-iri", prop, text)
    return text


def concept(source: RecordReading, prop: Property, term: Term) -> str | None:
    """Return the IRI or code of a vocabulary's entry; unknown IRIs and texts are unchanged."""
    if is_blank(term):
        return _through_node(source, prop, term, concept, known=_is_known(prop))
    text = _as_written(source, prop, term) if isinstance(term, IRI) else clean(term[0])
    if not text:
        source.note("value-empty", prop)
        return None
    if isinstance(term, Literal) and looks_like_iri(text):
        source.note("literal-for-iri", prop, text)
    return code(text, prop) if prop.store == "code" else text


def _is_known(prop: Property) -> Callable[[str], bool]:
    """Return a function that checks whether the property's vocabulary knows a text."""

    def known(text: str) -> bool:
        if not prop.vocabulary:
            return False
        read = concepts.concept(prop, text).value
        words = vocabulary_of(prop)
        return read is not None and bool(words.by_iri(read) or words.find(read))

    return known


def _as_written(source: RecordReading, prop: Property, term: IRI) -> str:
    """Return an IRI, or the original text if a parser resolved ``rdf:resource="text/csv"``."""
    folder = source.base_url.rpartition("/")[0] + "/"
    written = term.removeprefix(folder) if "://" in folder else str(term)
    if written != term and (OPEN.match(written) or vocabulary_of(prop).find(written)):
        source.note("iri-for-literal", prop, written)
        return written
    return str(term)


def code(text: str, prop: Property) -> str:
    """Return the code of the IRI ``text`` in the property's vocabulary; other text is unchanged."""
    entry = vocabulary_of(prop).by_iri(text)
    if entry:
        return entry.code
    media_type = _MEDIA_TYPES.match(text)
    if media_type and OPEN.match(media_type["code"]):
        return media_type["code"]
    return text


def vocabulary_of(prop: Property) -> Vocabulary:
    """Return the controlled vocabulary of a property; an empty one if the table names none."""
    return vocabulary(prop.vocabulary) if prop.vocabulary else Vocabulary("", "", [])


def statement(source: RecordReading, prop: Property, term: Term) -> str | None:
    """Return an IRI, or the text of a node or literal."""
    if is_blank(term):
        return _through_node(source, prop, term, _label)
    if isinstance(term, IRI):
        return iri(source, prop, term)
    text = clean(term[0])
    if text:
        source.note("literal-for-iri" if looks_like_iri(text) else "literal-for-node", prop, text)
    return text or None


def _label(source: RecordReading, prop: Property, term: Term) -> str | None:
    return iri(source, prop, term) if isinstance(term, IRI) else text_of(source, prop, term)


def _reach(scheme: str) -> Reader:
    """Return the reader of ``mailto:`` or ``tel:`` addresses."""

    def read(source: RecordReading, prop: Property, term: Term) -> str | None:
        if is_blank(term):
            return _through_node(source, prop, term, lambda s, p, t: _bare(s, p, t, scheme))
        return _bare(source, prop, term, scheme)

    return read


def _bare(source: RecordReading, prop: Property, term: Term, scheme: str) -> str | None:
    text = str(term) if isinstance(term, IRI) else clean(term[0])
    if isinstance(term, Literal):
        source.note("literal-for-iri", prop, text)
    if text.lower().startswith(f"{scheme}:"):
        text = unquote(text[len(scheme) + 1 :].removeprefix("//")).strip()
    elif isinstance(term, IRI):
        text = _of_relative(source, prop, text, scheme)
    if not text:
        source.note("value-empty", prop, term)
    return text or None


def _of_relative(source: RecordReading, prop: Property, text: str, scheme: str) -> str:
    """Read ``http://portal/info@city.de``, a relative IRI that a parser has resolved."""
    last = text.rpartition("/")[2]
    if scheme == "mailto" and "@" in last and "?" not in text:
        source.note("email-relative", prop, text)
        return unquote(last)
    source.note("unexpected-scheme", prop, text, scheme=scheme)
    return text


def integer(source: RecordReading, prop: Property, term: Term) -> int | None:
    """Return a non-negative integer; ``685246.0`` and ``1.234.567`` are accepted."""
    text = text_of(source, prop, term)
    if text is None:
        return None
    number = numbers.size(text).value  # bounded: 1e999999999 is not a number of bytes
    if number is None:
        source.note("not-a-number", prop, text)
    return number


def geometry(source: RecordReading, prop: Property, term: Term) -> str | None:
    """Return WKT or GeoJSON, from a literal or from a node that contains it."""
    if is_blank(term) or term in source.graph:
        return _through_node(source, prop, term, text_of)
    return text_of(source, prop, term)


READERS: Mapping[str, Reader] = {
    "string": text_of,
    "iri": iri,
    "concept": concept,
    "statement": statement,
    "mailto": _reach("mailto"),
    "tel": _reach("tel"),
    "date": text_of,
    "integer": integer,
    "decimal": text_of,
    "duration": text_of,
    "hex": text_of,
    "geometry": geometry,
}
