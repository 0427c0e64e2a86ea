"""What a validator must know beside the data: which concept is in which list.

The official shapes ask for ``skos:inScheme`` of a value and for the class of an agent; both stand
in the vocabularies, not in a dataset.  The statements come from our tables; an engine gets only
those about the IRIs that occur in its data, as the whole would cost 4 ms a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hanse_schemas.table import classes, expand
from hanse_schemas.vocabulary import vocabulary

_IN_SCHEME = f"<{expand('skos:inScheme')}>"
_TYPE = f"<{expand('rdf:type')}>"
_SUBCLASS = f"<{expand('rdfs:subClassOf')}>"
#: Subclass → class: kinds of agents and of contacts that the official shapes look up in the
#: vocabularies of FOAF, vCard and the organisation ontology.
_BRIDGES: Mapping[str, str] = {
    "foaf:Organization": "foaf:Agent",
    "foaf:Person": "foaf:Agent",
    "foaf:Group": "foaf:Agent",
    "org:Organization": "foaf:Agent",
    "vcard:Organization": "vcard:Kind",
    "vcard:Individual": "vcard:Kind",
    "vcard:Group": "vcard:Kind",
    "vcard:Location": "vcard:Kind",
}
_ALGORITHM = f"<{expand('spdx:ChecksumAlgorithm')}>"


@cache
def statements() -> Mapping[str, str]:
    """Return a concept's or class's IRI in brackets → the lines about it."""
    found: dict[str, str] = {
        f"<{expand(sub)}>": f"<{expand(sub)}> {_SUBCLASS} <{expand(cls)}> .\n"
        for sub, cls in _BRIDGES.items()
    }
    for name in sorted({prop.vocabulary for cls in classes().values() for prop in cls.properties}):
        words = vocabulary(name) if name else None
        for concept in words if words and words.scheme else ():
            node = f"<{concept.iri}>"
            line = f"{node} {_IN_SCHEME} <{words.scheme}> .\n" if words else ""
            found[node] = found.get(node, "") + line
    for concept in vocabulary("checksum-algorithms"):
        found[f"<{concept.iri}>"] += f"<{concept.iri}> {_TYPE} {_ALGORITHM} .\n"
    return found


def about(text: str) -> str:
    """Return the lines about the IRIs that are values in ``text`` (N-Triples)."""
    known = statements()
    values = {line[line.rfind(" ") + 1 :] for line in text.split(" .\n")}
    return "".join(known[iri] for iri in sorted(known.keys() & values))
