"""Distributions for services that name their datasets, while the datasets do not name them.

``dcat:servesDataset`` points from the service to the dataset, but a record is read starting
at its dataset: a distribution with the service is inserted between them, as DCAT-AP requires.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from hanse_harvesters.mapping.nodes import Name, name_of, pairs
from hanse_harvesters.mapping.source import MOST_SERVED
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.terms import RDF_TYPE
from hanse_schemas.table import expand

_DISTRIBUTION, _SERVICE = expand("dcat:distribution"), expand("dcat:accessService")
_ENDPOINT, _ADDRESS = expand("dcat:endpointURL"), expand("dcat:accessURL")
#: Properties that the distribution copies from its service.
_TAKEN = {
    **{term: term for term in map(expand, ("dcterms:title", "dcterms:license"))},
    _ENDPOINT: _ADDRESS,
}


def put_between(statements: Statements) -> None:
    """Insert the missing distributions between services and datasets into a document.

    Call it after the whole document was added and before any of it is read.
    """
    if found := list(_distributions(statements)):
        statements.store.keep(found)


def _distributions(statements: Statements) -> Iterator[tuple[Name, bytes]]:
    """Yield subjects and their lines.

    A service with more than :data:`~hanse_harvesters.mapping.source.MOST_SERVED` datasets
    is the portal's own interface and is skipped.
    """
    found = list(dict.fromkeys(statements.served))
    count = Counter(service for service, _ in found)
    for service, dataset in found:
        if count[service] > MOST_SERVED or not statements.is_told(dataset):
            continue
        stated = statements.stated(service)
        if service not in _named(statements, dataset) and _ENDPOINT in _names(service, stated):
            yield from _between(dataset, service, stated)


def _names(subject: Name, stated: bytes) -> set[str]:
    return {name_of(predicate) for predicate, _ in pairs(subject, stated)}


def _named(statements: Statements, dataset: Name) -> set[Name]:
    """Return the services named by the dataset's distributions."""
    return {
        service
        for predicate, node in pairs(dataset, statements.stated(dataset))
        if name_of(predicate) == _DISTRIBUTION
        for term, service in pairs(node, statements.stated(node))
        if name_of(term) == _SERVICE
    }


def _between(dataset: Name, service: Name, stated: bytes) -> Iterator[tuple[Name, bytes]]:
    """Yield the statements of a distribution of ``dataset`` through ``service``."""
    digest = hashlib.blake2b(dataset + b" " + service, digest_size=10).hexdigest()
    node = b"_:served" + digest.encode()
    yield dataset, b"%s <%s> %s .\n" % (dataset, _DISTRIBUTION.encode(), node)
    lines = [(RDF_TYPE, b"<%s>" % expand("dcat:Distribution").encode()), (_SERVICE, service)]
    taken = [(name_of(predicate), value) for predicate, value in pairs(service, stated)]
    lines += [(_TAKEN[name], value) for name, value in taken if name in _TAKEN]
    yield node, b"".join(b"%s <%s> %s .\n" % (node, term.encode(), value) for term, value in lines)
