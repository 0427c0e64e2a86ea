"""The statements of an RDF source itself, judged: what the official validator says of a portal.

A harvest judges what this catalogue would hand on, after reading and normalising.  A portal's
maker has to know what stands in the portal's own document.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hanse_harvesters.checking.closure import as_lines, named, stated
from hanse_harvesters.checking.places import places_of
from hanse_harvesters.mapping.nodes import Name, name_of, pairs, types_in
from hanse_harvesters.mapping.statements import DATASET, LISTED, SERIES
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.record import DatasetDict
from hanse_harvesters.sources.base import RawRecord
from hanse_harvesters.sources.rdf_record import RdfRecord
from hanse_schemas.table import expand

_RECORD = expand("dcat:record")
#: Catalogue records judged at once.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class OwnStatements:
    """What a source states of one dataset.

    ``apart``  other records that it names → lines of their classes.
    ``page``   a number for its document.
    """

    subject: str
    text: str
    apart: Mapping[str, str]
    page: int

    def fragment(self, dataset: DatasetDict) -> Fragment:
        """Return it as a fragment whose places are those in ``dataset``, {} for none."""
        return Fragment(self.subject, self.text, places_of(self.text, self.subject, dataset))


class OwnDocuments:
    """Collects the source's own statements while a run reads it: ``Run(look=own.look)``.

    ``judge``     called with what is stated about catalogues and their records, some at a time,
                  while their document is open, and with its number.
    ``datasets``  the statements of the records that were read, to be taken in order; None for a
                  record that is not RDF.
    """

    def __init__(self, judge: Callable[[list[OwnStatements], int], None]) -> None:
        self.datasets: deque[OwnStatements | None] = deque()
        self._judge = judge
        self._document: Records | None = None
        self._page = 0

    def look(self, raw: RawRecord) -> bool:
        """Take the statements of a record, and with the first of a document its catalogue.

        Returns whether there are any: then what is made of them need not be judged.
        """
        if not isinstance(raw, RdfRecord):
            self.datasets.append(None)
            return False
        if raw.document is not self._document:
            self._document = raw.document
            self._page += 1
            listing = catalogues(raw.document)
            while some := list(itertools.islice(listing, _AT_ONCE)):
                self._judge(some, self._page)
        found = stated(raw.document, raw.subject)
        self.datasets.append(OwnStatements(named(raw.subject), found.text, found.apart, self._page))
        return True


def catalogues(document: Records) -> Iterator[OwnStatements]:
    """Yield the catalogues of a document and their records, without the datasets."""
    for node in document.statements.catalogues():
        about = document.statements.stated(node)
        listing = {p for p, _ in pairs(node, about) if name_of(p) in (LISTED, _RECORD)}
        found = stated(document, node, without=listing)
        links = as_lines(_wrong_links(document, node, about))
        yield OwnStatements(named(node), found.text + links, found.apart, 0)
        for predicate, value in pairs(node, about):
            if name_of(predicate) == _RECORD and document.statements.store.find(value):
                found = stated(document, value)
                yield OwnStatements(named(value), found.text, found.apart, 0)


def _wrong_links(document: Records, node: Name, about: bytes) -> bytes:
    """Return the links of a catalogue to something else than a dataset.

    The others are right, and a catalogue may have 100,000 of them.
    """
    found = []
    for predicate, value in pairs(node, about):
        if name_of(predicate) == LISTED:
            classes = types_in(document.statements.store.find(value))
            if not classes & {DATASET, SERIES}:
                found.append(b"%s <%s> %s .\n" % (node, predicate, value))
    return b"".join(found)
