"""A dataset as lines of N-Triples, as a catalogue stores it: read, and completed when handed on.

The lines are those of :func:`.adapters.lines`: each statement once, the statements of a subject
together, the dataset's own first.  What may change without the dataset (its model dataset, who
delivers it, its catalogue record) is not stored, but laid over the lines here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hanse_harvesters.mapping.adapters import lines
from hanse_harvesters.mapping.lines import term
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, Literal, Node, Term, Triple
from hanse_schemas.model_datasets import ModelDataset, is_model_iri
from hanse_schemas.table import expand

_REFERENCES, _KEYWORD = IRI(expand("dcterms:references")), IRI(expand("dcat:keyword"))
_CONTRIBUTOR = IRI(expand("dcatde:contributorID"))
_SERVICE = f" <{RDF_TYPE}> <{expand('dcat:DataService')}> ."
#: Terms by which a catalogue lists a dataset, its record and its services.
LISTED = DATASET, _RECORD, _OFFERED = tuple(
    f"<{expand(name)}>" for name in ("dcat:dataset", "dcat:record", "dcat:service")
)
#: Language of theme and name of a model dataset.
_GERMAN = "de"


def grouped(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples with those of a subject together, in order of first appearance."""
    places: dict[Node, int] = {}
    found = list(triples)
    for subject, _, _ in found:
        places.setdefault(subject, len(places))
    return sorted(found, key=lambda triple: places[triple[0]])


def extended(text: str, added: Sequence[Triple]) -> str:
    """Return the lines with further statements of the dataset, and of nodes these lead to."""
    if not added:
        return text
    own = IRI(subject(text))
    mine = lines(triple for triple in added if triple[0] == own)
    return mine + text + lines(triple for triple in added if triple[0] != own)


def subject(text: str) -> str:
    """Return the dataset's IRI; "" for no lines."""
    return text[1 : text.index("> ")] if text.startswith("<") else ""


def values(text: str, predicate: str) -> Iterator[Term]:
    """Yield what the dataset says under a predicate (IRI)."""
    # A line feed within a literal is escaped: this is found at the beginning of a line alone.
    lead = f"\n<{subject(text)}> <{predicate}> "
    text = f"\n{text}"
    place = text.find(lead)
    while place >= 0:
        end = text.index("\n", place + 1)
        yield term(text[place + len(lead) : end].removesuffix(" ."))
        place = text.find(lead, end)


def services(text: str) -> Iterator[str]:
    """Yield the data services described in the lines: ``<iri>`` or ``_:label``."""
    if _SERVICE not in text:
        return
    for line in text.split("\n"):
        if line.endswith(_SERVICE):
            yield line.partition(" ")[0]


def listing(catalogues: Iterable[str], text: str, page: str) -> list[str]:
    """Return the lines by which catalogues (their IRIs) list a dataset, its record, its services.

    ``text``  the dataset's lines; ``page`` the IRI of its record.
    """
    named = [f"{DATASET} <{subject(text)}>", f"{_RECORD} <{page}>"]
    named += [f"{_OFFERED} {service}" for service in dict.fromkeys(services(text))]
    return [f"<{item}> {value} .\n" for item in catalogues for value in named]


def with_contributor(text: str, iri: str) -> str:
    """Return the lines with a contributor ID (K12), unless the dataset has one already."""
    if not iri or next(values(text, _CONTRIBUTOR), None) is not None:
        return text
    return extended(text, [(IRI(subject(text)), _CONTRIBUTOR, IRI(iri))])


def without_contributor(text: str) -> str:
    """Return the lines without the dataset's contributor IDs."""
    lead = f"<{subject(text)}> <{_CONTRIBUTOR}> "
    return "\n".join(line for line in text.split("\n") if not line.startswith(lead))


def with_model(text: str, model: ModelDataset) -> str:
    """Return the lines with the statement that the dataset is ``model``, and no other one.

    As :func:`hanse_harvesters.model_datasets.assignment.with_model` does it for a dict: references
    to other things stay, keywords that are missing are added.
    """
    own = IRI(subject(text))
    lead = f"<{own}> <{_REFERENCES}> <"
    kept = "\n".join(
        line
        for line in text.split("\n")
        if not (line.startswith(lead) and is_model_iri(line[len(lead) :].removesuffix("> .")))
    )
    words = [word for word in values(text, _KEYWORD) if isinstance(word, Literal)]
    here = {word.value.casefold() for word in words}
    # German needs no tag (K03), but where others have one.
    tag = _GERMAN if any(word.language for word in words) else None
    added: list[Triple] = [(own, _REFERENCES, IRI(model.iri))]
    added += [
        (own, _KEYWORD, Literal(name, tag))
        for name in model.keywords
        if name.casefold() not in here
    ]
    return extended(kept, added)
