"""A source as the DCAT-AP.de document that this catalogue would hand on of it."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from hanse_harvesters.checking.closure import stated
from hanse_harvesters.errors import StopRun
from hanse_harvesters.mapping import adapters, lines
from hanse_harvesters.mapping.interpreter import read_object
from hanse_harvesters.mapping.nodes import name_of, pairs
from hanse_harvesters.mapping.source import RecordReading
from hanse_harvesters.mapping.statements import LISTED
from hanse_harvesters.mapping.stream import document_stream
from hanse_harvesters.mapping.terms import IRI, BNode, Graph, Triple
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.mapping.writer import catalog_triples, dataset_triples
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.base import RawRecord
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.rdf_record import RdfRecord
from hanse_schemas.table import classes, expand

_DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
#: What is taken over of the source's description of itself.
_OF_THE_SOURCE = ("title", "description", "publisher", "homepage", "issued", "modified")
#: Datasets written in one part.
_AT_ONCE = 100
_LISTING = frozenset((LISTED, *map(expand, ("dcat:record", "dcat:service", "dcat:catalog"))))


@dataclass(slots=True)
class CatalogueNode:
    """The catalogue that the datasets are put into.

    ``uri``          its IRI; by default the source's, else made of the source's address.
    ``title``, ``description``, ``publisher``  by default the source's; "" if nobody says.
    """

    uri: str = ""
    title: str = ""
    description: str = ""
    publisher: str = ""
    found: dict[str, Any] = field(default_factory=dict)

    def data(self, name: str) -> dict[str, Any]:
        """Return it as a dict of its class; ``name`` of the source, for want of a better title."""
        data = {key: self.found[key] for key in self.found if _is_taken(key)}
        for key, value in (("title", self.title), ("description", self.description)):
            if value:
                data.pop(f"{key}_translated", None)
                data[key] = value
        data.setdefault("title", name)
        data.setdefault("description", data["title"])
        if self.publisher:
            data["publisher"] = [{"name": self.publisher}]
        elif not any(item.get("name") for item in data.get("publisher", ())):
            data.pop("publisher", None)
        data["theme_taxonomy"] = [_DATA_THEMES]
        return data


def _is_taken(key: str) -> bool:
    return key.removesuffix("_translated") in _OF_THE_SOURCE


class Conversion:
    """A source on its way into one document; :meth:`write`, then look at the other attributes.

    ``written``   datasets in the document; ``rejected`` those that cannot be handed on.
    ``left_out``  statements for which the serialisation has no form.
    ``assumed``   who is named as the catalogue's publisher, which must be named, if nobody says.
    """

    def __init__(
        self,
        settings: SourceSettings,
        client: Fetches,
        *,
        catalogue: CatalogueNode,
        unknown: bool = False,
        limit: int | None = None,
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.run = Run(settings, client=client, limit=limit, look=self._look)
        self.written = self.rejected = self.left_out = 0
        self.assumed = ""
        self._unknown = unknown
        self._is_known = False

    def write(self, out: IO[bytes], format: adapters.Format) -> Iterator[Record]:
        """Write the document; yield every record once it is in it."""
        stream = document_stream(format, out)
        records = iter(self.run)
        stopped: StopRun | None = None
        is_begun = False
        while stopped is None:
            part: list[Record] = []
            try:
                part.extend(itertools.islice(records, _AT_ONCE))
            except StopRun as error:  # what was read before it is handed on
                stopped = error
            if not is_begun and (part or stopped is None):
                stream.write(self._catalogue(part))
                is_begun = True
            if not part:
                break
            stream.write(self._triples(part))
            yield from part
        stream.close()
        self.left_out = stream.left_out
        if stopped is not None:
            raise stopped

    @property
    def subject(self) -> str:
        """The IRI of the catalogue."""
        url = self.settings.url
        if self.catalogue.uri:
            return self.catalogue.uri
        if found := str(self.catalogue.found.get("uri", "")):
            return found
        if url.startswith(("http://", "https://")):
            return f"{url.partition('#')[0]}#catalogue"
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}"

    def _catalogue(self, first: list[Record]) -> list[Triple]:
        """Return the statements about the catalogue; ``first`` are records of it."""
        name = self.settings.url.rstrip("/").rpartition("/")[2] or self.settings.url
        data = self.catalogue.data(name)
        if "publisher" not in data:
            agent = _common_publisher(first) or {"name": data["title"]}
            self.assumed = str(agent["name"])
            data["publisher"] = [agent]
        language = self.settings.language
        return list(catalog_triples(data, subject=self.subject, language=language))

    def _triples(self, part: list[Record]) -> Iterator[Triple]:
        """Yield the datasets of some records, each with its link from the catalogue."""
        node, has = IRI(self.subject), IRI(LISTED)
        for record in part:
            if not record.usable:
                self.rejected += 1
                continue
            self.written += 1
            unknown = record.unknown if self._unknown and _is_rdf(record.unknown) else ""
            found = dataset_triples(
                record.dataset, language=self.settings.language, unknown=unknown
            )
            first = next(found)
            yield node, has, first[0]
            yield first
            yield from found

    def _look(self, raw: RawRecord) -> bool:
        if not self._is_known and isinstance(raw, RdfRecord):
            self._is_known = True
            self.catalogue.found = _described(raw.document, self.settings)
        return True  # it is handed on as it is, judged or not


def _described(document: Records, settings: SourceSettings) -> dict[str, Any]:
    """Return the first catalogue of a document with a title, as a dict of its class, or {}."""
    for node in document.statements.catalogues():
        about = document.statements.stated(node)
        listing = {p for p, _ in pairs(node, about) if name_of(p) in _LISTING}
        graph = Graph(lines.triples(stated(document, node, without=listing).text.encode()))
        name = lines.node(node.decode("utf-8", "replace"))
        reading = RecordReading(graph, settings.language, settings.url, name)
        found = read_object(reading, classes()["catalog"], name, ()) or {}
        if found.get("title"):
            return {**found, **({} if isinstance(name, BNode) else {"uri": str(name)})}
    return {}


def _common_publisher(records: list[Record]) -> dict[str, Any] | None:
    """Return who publishes all of these datasets, None if it is not one and the same."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        for agent in record.dataset.get("publisher") or ():
            if agent.get("name"):
                found.setdefault(str(agent["name"]), agent)
    return next(iter(found.values())) if len(found) == 1 else None


def _is_rdf(unknown: str) -> bool:
    return unknown.startswith(("<", "_:"))
