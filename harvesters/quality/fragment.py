"""The RDF of one dataset as we hand it on, with the way back from its nodes to the dict."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hanse_harvesters.mapping.adapters import line_term, lines
from hanse_harvesters.mapping.dataset_lines import grouped
from hanse_harvesters.mapping.writer import write_dataset
from hanse_harvesters.record import DatasetDict

#: IRIs in place of what only the catalogue knows: the dataset's and its distributions' own, where
#: the source gives none.  They differ from record to record, as several are judged together.
_PLACEHOLDER = re.compile(r"<urn:hanse:[0-9a-f]{16}:(?:dataset|resource:(\d+))>")


@dataclass(frozen=True, slots=True)
class Fragment:
    """N-Triples of one dataset and the places of its nodes.

    ``subject``  the dataset's node as in the text: ``<iri>`` or ``_:label``.
    ``text``     N-Triples, each statement once, those of a subject together.
    ``places``   node as in the text → path in the dict: "" for the dataset, ``resources[2]``,
                 ``resources[2].access_services[0]``, ``publisher[0]``; of a node at several
                 places, the first.
    """

    subject: str
    text: str
    places: Mapping[str, str]


def fragment(dataset: DatasetDict, language: str = "de", *, identity: str = "") -> Fragment:
    """Return the dataset's fragment; ``language`` of its fields without translations.

    A dataset or distribution without an IRI of its own has a placeholder until :func:`settled`,
    unique by the record's ``identity``.
    """
    digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    named, place = dataset, f"urn:hanse:{digest}:"
    if resources := dataset.get("resources"):
        named = {
            **dataset,
            "resources": [
                item if item.get("uri") else {**item, "uri": f"{place}resource:{number}"}
                for number, item in enumerate(resources)
            ],
        }
    subject = None if dataset.get("uri") else f"{place}dataset"
    written = write_dataset(named, subject=subject, language=language)
    places = {line_term(node): path for node, path in written.places.items()}
    return Fragment(next(iter(places)), lines(grouped(written.triples)), places)


def settled(text: str, dataset: str, resources: Sequence[str]) -> str:
    """Return a fragment's text with IRIs for its placeholders.

    ``dataset``    IRI of the dataset.
    ``resources``  IRIs of its distributions, in the order of the dict.
    """

    def iri(found: re.Match[str]) -> str:
        return f"<{resources[int(found[1])] if found[1] else dataset}>"

    return _PLACEHOLDER.sub(iri, text)
