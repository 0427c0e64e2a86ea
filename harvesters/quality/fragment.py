"""The RDF of one dataset as we hand it on, with the way back from its nodes to the dict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hanse_harvesters.mapping.adapters import line_term, lines
from hanse_harvesters.mapping.writer import write_dataset
from hanse_harvesters.record import DatasetDict


@dataclass(frozen=True, slots=True)
class Fragment:
    """N-Triples of one dataset and the places of its nodes.

    ``subject``  the dataset's node as in the text: ``<iri>`` or ``_:label``.
    ``text``     N-Triples, each statement once.
    ``places``   node as in the text → path in the dict: "" for the dataset, ``resources[2]``,
                 ``resources[2].access_services[0]``, ``publisher[0]``; of a node at several
                 places, the first.
    """

    subject: str
    text: str
    places: Mapping[str, str]


def fragment(dataset: DatasetDict, language: str = "de", *, subject: str = "") -> Fragment:
    """Return the dataset's fragment; ``language`` of its fields without translations.

    ``subject``  IRI for the dataset; by default its own, else a blank node.
    """
    written = write_dataset(dataset, subject=subject or None, language=language)
    places = {line_term(node): path for node, path in written.places.items()}
    return Fragment(next(iter(places)), lines(written.triples), places)
