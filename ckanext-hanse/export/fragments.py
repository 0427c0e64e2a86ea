"""What is handed on of the catalogue: N-Triples of each dataset, as stored, in the order of ids.

Everything that leaves the site as metadata is made from these: pages and streams of RDF, dumps,
the store of SPARQL.  A walk holds a chunk in memory; a dataset that changes meanwhile is met once.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ckanext.hanse.export import catalogs, fill, rows
from ckanext.hanse.export.catalogs import Catalogue
from ckanext.hanse.export.cities import City, cities, contributors
from ckanext.hanse.export.dumps import described
from ckanext.hanse.export.package_to_rdf import page, records
from ckanext.hanse.export.rows import Row
from ckanext.hanse.export.selection import ALL, Selection
from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.store import rdf
from hanse_harvesters.mapping import dataset_lines
from hanse_harvesters.mapping.adapters import lines
from hanse_harvesters.mapping.stream import DocumentStream, document_stream
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, XSD, Literal, Triple
from hanse_schemas.model_datasets import model_datasets
from hanse_schemas.table import PREFIXES, expand

__all__ = ["ALL", "Fragment", "Selection", "fragment", "head", "of_ids", "serialise", "walk"]

log = logging.getLogger(__name__)

#: Datasets that are serialised at once.
_PART = 100
_MODIFIED, _HYDRA = expand("dcterms:modified"), PREFIXES["hydra"]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A dataset as it is handed on.

    ``subject``  its IRI; ``page`` the URL of our page, which is its catalogue record's IRI.
    ``organization``  id of its city.
    ``changed``  when it last changed, with a time zone.
    ``text``     N-Triples of the dataset with its files and catalogue records; the statements of a
                 subject together.
    """

    id: str
    name: str
    organization: str
    subject: str
    page: str
    changed: datetime
    text: str

    def listed_by(self, catalogues: Iterable[str]) -> list[str]:
        """Return the lines by which catalogues (their IRIs) list it, its record, its services."""
        return dataset_lines.listing(catalogues, self.text, self.page)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes fragments of rows; asks the database once for what all have in common."""

    site: str = field(default_factory=rdf.site)
    contributor: Callable[[str], str] = field(default_factory=contributors)

    def fragments(
        self, found: Sequence[Row], wanted: Sequence[tuple[str, ...]] = ()
    ) -> Iterator[Fragment]:
        """Yield the fragments of rows; ``wanted``: terms for those whose text is made anew."""
        version = rdf.version(self.site)
        stale = [row.id for row in found if row.version != version or not row.text]
        made = fill.made(stale) if stale else {}
        for row in found:
            if row.version == version and row.text:
                yield self._fragment(row, row.text)
            elif row.id in made and all(set(some) & set(made[row.id].terms) for some in wanted):
                yield self._fragment(row, made[row.id].text)

    def _fragment(self, row: Row, text: str) -> Fragment:
        if row.model and (model := model_datasets().by_iri(row.model)):
            text = dataset_lines.with_model(text, model)
        text = dataset_lines.with_contributor(text, self.contributor(row.organization))
        subject, at = dataset_lines.subject(text), page(row.name, self.site)
        modified = next(dataset_lines.values(text, _MODIFIED), None)
        beside = records(
            subject,
            at,
            issued=_utc(row.created),
            modified=_utc(row.modified),
            origin=row.origin,
            source_modified=modified.value if isinstance(modified, Literal) else "",
        )
        text += lines(dataset_lines.grouped(beside))
        return Fragment(row.id, row.name, row.organization, subject, at, row.changed, text)


def walk(selection: Selection = ALL, chunk: int = 500) -> Iterator[Fragment]:
    """Yield the datasets of a selection in the order of their ids; memory is bounded by a chunk.

    Only public and active ones; those that are withheld, by themselves or by their source, only if
    the selection asks for them.  One that changes during the walk is met once.
    """
    for part in _chunks(selection, chunk):
        yield from part


def _chunks(selection: Selection, size: int) -> Iterator[list[Fragment]]:
    maker, after, wanted = _Maker(), "", rows.terms_of(selection)
    while found := rows.chunk(selection, after, size):
        yield list(maker.fragments(found, wanted))
        after = found[-1].id


def part(
    selection: Selection, after: str, limit: int, *, offset: int = 0
) -> tuple[list[Fragment], str]:
    """Return some datasets behind the id ``after``, and the id behind which to go on ("": end)."""
    found = rows.chunk(selection, after, limit + 1, offset=offset)
    more = len(found) > limit
    found = found[:limit]
    chosen = list(_Maker().fragments(found, rows.terms_of(selection)))
    return chosen, found[-1].id if more else ""


def fragment(dataset_id: str, *, hidden: bool = False) -> Fragment | None:
    """Return a dataset, None if it is not handed on; ``hidden``: also private ones, drafts …"""
    if not hidden and not rows.handed_on(dataset_id):
        return None
    return of_ids([dataset_id]).get(dataset_id)


def of_ids(ids: Sequence[str]) -> dict[str, Fragment]:
    """Return id → these datasets, whoever may see them."""
    return {item.id: item for item in _Maker().fragments(rows.of_ids(ids))}


def head(
    selection: Selection = ALL,
    catalogue: Catalogue | None = None,
    known: tuple[int, datetime | None] | None = None,
    *,
    dumps: bool = True,
) -> str:
    """Return N-Triples of the catalogue node(s) and agents that belong to no dataset.

    Of ``catalogue``, else the whole one and those of the cities.  Series are datasets; services are
    described with the files that they deliver.
    ``known``  the number of datasets and the last change of one, where they have been counted.
    ``dumps``  whether the whole catalogue names the newest dump.
    """
    number, changed = known or rows.figures(selection)[:2]
    node = catalogue or catalogs.whole(selection)
    parts = _parts(node) if number or node.whole else []
    text = catalogs.head(node, parts, _utc(changed) if changed else "")
    return text + described.lines(node.subject) if dumps and _is_all(node) else text


def _is_all(node: Catalogue) -> bool:
    """Return whether it is the catalogue of which dumps are made."""
    return node.whole and node.selection == ALL


def _parts(node: Catalogue) -> list[Catalogue]:
    if not node.whole:
        return []
    site, names = rdf.site(), node.selection.organizations
    return [
        catalogs.of_city(city, site)
        for city in cities().values()
        if not names or city.id in names or city.name in names
    ]


def serialise(
    selection: Selection, ending: str, catalogue: Catalogue | None = None
) -> Iterator[bytes]:
    """Yield a whole catalogue as one document, with an ``ending`` of ``SERIALISATIONS``.

    In N-Quads each dataset is a graph of its own, named by our page: who mirrors the catalogue
    replaces a graph.
    """
    node = catalogue or catalogs.whole(selection)
    out = io.BytesIO()
    document = document_stream(SERIALISATIONS[ending].format, out)
    number, changed, _ = rows.figures(selection)
    document.write_lines(head(selection, node, (number, changed)), node.subject)
    document.write_lines(lines(collection(node.subject, number)), node.subject)
    site, known = rdf.site(), cities()
    graphs = SERIALISATIONS[ending].format == "nq"
    for found in _chunks(selection, _PART):
        write(document, found, node, site, known, graphs=graphs)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    document.close()
    yield out.getvalue()


def collection(subject: str, total: int) -> Iterator[Triple]:
    """Yield how many datasets a catalogue has: who reads it knows whether it came whole."""
    yield IRI(subject), RDF_TYPE, IRI(f"{_HYDRA}Collection")
    yield IRI(subject), IRI(f"{_HYDRA}totalItems"), Literal(str(total), None, f"{XSD}integer")


def write(
    document: DocumentStream,
    found: Sequence[Fragment],
    node: Catalogue,
    site: str,
    known: dict[str, City],
    *,
    graphs: bool = False,
) -> None:
    """Write datasets into a document, and the lines by which their catalogues list them.

    One whose stored text is damaged is left out, where the serialisation has to read it.
    """
    whole = "".join(item.text for item in found)
    if graphs or not _written(document, whole, ""):
        found = [item for item in found if _written(document, item.text, item.page)]
    lists = sorted(
        line for item in found for line in item.listed_by(_catalogues(item, node, site, known))
    )
    document.write_lines("".join(lists), node.subject)


def _written(document: DocumentStream, text: str, graph: str) -> bool:
    try:
        document.write_lines(text, graph)
    except SyntaxError:
        if graph:
            log.exception("%s cannot be handed on: its stored text is damaged", graph)
        return False
    return True


def _catalogues(
    item: Fragment, node: Catalogue, site: str, known: dict[str, City]
) -> Iterator[str]:
    yield node.subject
    if node.whole and (city := known.get(item.organization)):
        yield catalogs.address(city, site)


def listings(found: Iterable[Fragment]) -> Iterator[str]:
    """Yield for each dataset the lines by which the whole catalogue and its city's list it."""
    node, site, known = catalogs.whole(), rdf.site(), cities()
    for item in found:
        yield "".join(item.listed_by(_catalogues(item, node, site, known)))


def _utc(moment: datetime) -> str:
    """Return a time as ISO 8601 with a "Z"; CKAN's own has no time zone, and is in UTC."""
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return f"{moment.isoformat()}Z"
