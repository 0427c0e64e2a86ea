"""What a catalogue loses on its way through us: RDF → dataset dicts → RDF, by values.

A statement counts as kept if its value stands in what we write, under whatever property, in one
of the forms in which the same thing may be written: an IRI escaped, a mail address with its
scheme, an entry of a vocabulary under its canonical IRI, a number, a date or a shape in another
notation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.property_names import names_of
from hanse_harvesters.mapping.reader import read_dataset, subtree
from hanse_harvesters.mapping.source import is_blank
from hanse_harvesters.mapping.terms import RDF_TYPE, Graph, Literal, Node, Term, Triple
from hanse_harvesters.mapping.terms_of import WRITERS
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.normalise import normalise
from hanse_harvesters.normalise.scalars import outcome_of
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_schemas.table import classes

SOURCE = SourceSettings(
    name="stadt", kind="rdf", url="https://portal.example/catalog", organization="stadt"
)
#: Property → those of the table under whose name it is read, to normalise and write its values.
_READ = {
    name: [p for c in classes().values() for p in c.properties if name in names_of(p)]
    for cls in classes().values()
    for prop in cls.properties
    for name in names_of(prop)
}


def lost(graph: Graph, subject: Node, base_url: str) -> Iterator[tuple[str, str]]:
    """Yield property and value of each statement whose value we do not write."""
    result = read_dataset(graph, subject, base_url=base_url)
    record = Record(result.dataset, str(subject), unknown=result.unknown)
    normalise(record, SOURCE)
    home = None if is_blank(subject) else str(subject)
    ours = set(_plain(dataset_triples(record.dataset, subject=home, unknown=record.unknown)))
    for _, predicate, term in subtree(graph, subject):
        text = _text(term)
        if text and not is_blank(term) and not ours & set(_forms(canonical(predicate), text)):
            yield canonical(predicate), text


def _plain(triples: Iterable[Triple]) -> Iterator[str]:
    for _, _, term in triples:
        yield from _numbers(_text(term))
        yield _text(term)


def _text(term: Term) -> str:
    return " ".join(term.value.split()) if isinstance(term, Literal) else str(term)


def _forms(predicate: str, text: str) -> Iterator[str]:
    """Yield a value as the source has it and as we may write it."""
    yield text
    yield escape(text)
    yield f"mailto:{text}"
    yield from _numbers(text)
    if predicate == RDF_TYPE:
        yield canonical(text)
    yield re.sub(r"T00:00:00(\.0+)?$", "", text)  # midnight without a zone: a day
    for prop in _READ.get(predicate, ()):
        if prop.kind in WRITERS:
            value = outcome_of(prop, text).value
            term = WRITERS[prop.kind](prop, value) if value is not None else None
            if term is not None:
                yield _text(term)


def _numbers(text: str) -> Iterator[str]:
    try:
        yield f"number {Decimal(text).normalize()}"
    except InvalidOperation:
        return
