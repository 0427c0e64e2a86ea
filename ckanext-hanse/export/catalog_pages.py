"""Our catalogue in pages, for harvesting by other catalogues.

Pages of 100 in the order of the datasets' ids, which never change.  The link to the next page
names the last id of this one (``?after=…``), not a number: what is created, deleted or changed
while a client walks neither moves a dataset to a page it has been on, nor lets one slip by.  The
numbered pages are there for clients that count.  Only public, active datasets.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from ckanext.hanse.export import fragments, stamps
from ckanext.hanse.export.catalogs import Catalogue
from ckanext.hanse.export.cities import cities
from ckanext.hanse.export.fragments import Fragment
from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.store import rdf
from hanse_harvesters.mapping.adapters import lines
from hanse_harvesters.mapping.stream import document_stream
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, XSD, Literal, Triple
from hanse_schemas.table import PREFIXES

PAGE_SIZE = 100
#: CKAN's ids are shorter.
_LONGEST_ID = 100

_HYDRA = PREFIXES["hydra"]

Query = tuple[tuple[str, str], ...]


class NoSuchPage(LookupError):
    """Raised for a page before the first or after the last."""


@dataclass(frozen=True)
class CatalogPage:
    """A page of a catalogue.

    ``address``  of the document without parameters, ``…/catalog.ttl``; ``query`` what selects.
    ``number``   of the page, 0 for one that is known by the id before it, ``after``.
    """

    catalogue: Catalogue
    address: str
    query: Query
    number: int
    after: str
    stamp: stamps.Stamp

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.stamp.total // PAGE_SIZE))

    @property
    def tag(self) -> str:
        """What differs if the page's content does."""
        # An address may hold what no ETag takes.
        after = hashlib.sha256(self.after.encode()).hexdigest()[:16] if self.after else ""
        return f"{self.stamp.digest}-{after or self.number}"

    @cached_property
    def found(self) -> tuple[list[Fragment], str]:
        """The page's datasets, and the id behind which the next ones are, "" if there are none."""
        offset = (self.number - 1) * PAGE_SIZE if self.number else 0
        return fragments.part(self.catalogue.selection, self.after, PAGE_SIZE, offset=offset)

    def links(self) -> dict[str, str]:
        """Return Hydra's names of the existing neighbours → their addresses."""
        first = self._at()
        found = {"first": first, "last": self._at(page=self.last) if self.last > 1 else first}
        if self.number > 1:
            found["previous"] = self._at(page=self.number - 1)
        if self.found[1]:
            found["next"] = self._at(after=self.found[1])
        return found

    @property
    def here(self) -> str:
        """The page's own address."""
        if self.after:
            return self._at(after=self.after)
        return self._at(page=self.number) if self.number > 1 else self._at()

    def _at(self, **place: str | int) -> str:
        query = urlencode([*self.query, *place.items()])
        return f"{self.address}?{query}" if query else self.address


def page(
    catalogue: Catalogue, address: str, query: Query = (), *, number: str = "1", after: str = ""
) -> CatalogPage:
    """Return a page without reading its datasets; NoSuchPage if there is none.

    ``number``, ``after``  as in the address; ``after`` takes precedence.
    """
    stamp = stamps.of(catalogue.selection)
    found = CatalogPage(catalogue, address, query, 0, after, stamp)
    if after:
        if len(after) > _LONGEST_ID or not after.isprintable():
            raise NoSuchPage(after)
        return found
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise NoSuchPage(number)
    found = replace(found, number=int(number))
    if not 1 <= found.number <= found.last:
        raise NoSuchPage(number)
    return found


def document(page: CatalogPage, ending: str) -> bytes:
    """Return the page as RDF."""
    out = io.BytesIO()
    kind = SERIALISATIONS[ending]
    found = document_stream(kind.format, out)
    node = page.catalogue
    known = page.stamp.total, page.stamp.changed
    found.write_lines(fragments.head(node.selection, node, known), node.subject)
    found.write_lines(lines(_paging(page)), node.subject)
    fragments.write(found, page.found[0], node, rdf.site(), cities(), graphs=kind.format == "nq")
    found.close()
    return out.getvalue()


def _paging(page: CatalogPage) -> Iterator[Triple]:
    """Yield Hydra's triples for "page 2 of 3": the catalogue is the collection."""
    subject, view = page.catalogue.subject, IRI(page.here)
    total = Literal(str(page.stamp.total), None, f"{XSD}integer")
    yield from fragments.collection(subject, page.stamp.total)
    yield IRI(subject), IRI(f"{_HYDRA}view"), view
    yield view, RDF_TYPE, IRI(f"{_HYDRA}PartialCollectionView")
    yield view, IRI(f"{_HYDRA}totalItems"), total
    yield view, IRI(f"{_HYDRA}itemsPerPage"), Literal(str(PAGE_SIZE), None, f"{XSD}integer")
    for name, address in page.links().items():
        yield view, IRI(f"{_HYDRA}{name}"), IRI(address)
