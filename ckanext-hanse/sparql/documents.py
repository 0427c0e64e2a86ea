"""What is in the store: the catalogues, and every public dataset with what lists it."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.hanse.export import catalogs, fragments
from ckanext.hanse.export.cities import cities
from ckanext.hanse.export.selection import Selection
from ckanext.hanse.store.rdf import site

#: Whoever asks here asks this catalogue: also what is not to be delivered to others a second time.
_PUBLIC = Selection(withheld=True)


def documents() -> Iterator[str]:
    """Yield N-Triples: the catalogues, then a document for each dataset; memory stays flat."""
    yield fragments.head(_PUBLIC)
    whole, home = catalogs.whole().subject, site()
    parts = {city.id: catalogs.of_city(city, home).subject for city in cities().values()}
    for item in fragments.walk(_PUBLIC):
        own = parts.get(item.organization)
        yield item.text + "".join(item.listed_by([whole, own] if own else [whole]))
