"""The serialisations of RDF in which the catalogue is exported."""

from __future__ import annotations

from typing import NamedTuple

from hanse_harvesters.mapping import adapters


class Serialisation(NamedTuple):
    """A serialisation: its name in the adapters and its media type."""

    format: adapters.Format
    media_type: str


#: File extension → serialisation, in the order in which they are offered.
SERIALISATIONS: dict[str, Serialisation] = {
    "ttl": Serialisation("turtle", "text/turtle"),
    "xml": Serialisation("xml", "application/rdf+xml"),
    "jsonld": Serialisation("jsonld", "application/ld+json"),
    "nt": Serialisation("nt", "application/n-triples"),
    "nq": Serialisation("nq", "application/n-quads"),
    "rdf": Serialisation("xml", "application/rdf+xml"),
}
