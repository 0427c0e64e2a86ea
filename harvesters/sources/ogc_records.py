"""OGC API – Records, the items of a features collection that holds metadata, or a saved answer.

The address is that of the items of a collection, or of any page of the API above it.  Services are
records of their own, in the same collection or in one beside it; they become ways of access of the
data sets that they name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from hanse_harvesters.errors import StopRun
from hanse_harvesters.mapping import ogcrecord
from hanse_harvesters.mapping.ogcrecord.facts import listed, relation, text
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.record import Completeness
from hanse_harvesters.sandbox.items import PackedItem, decode
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import ogc_api as api
from hanse_harvesters.sources import ogc_probe
from hanse_harvesters.sources.base import RawRecord
from hanse_harvesters.sources.csw_store import examples
from hanse_harvesters.sources.fetch import Fetches, Validators
from hanse_harvesters.sources.json_walk import JsonPage, JsonSource
from hanse_harvesters.sources.ogc_options import Options
from hanse_harvesters.sources.ogc_store import OgcRecord, RecordStore
from hanse_harvesters.sources.places import Contents, Place, PortalPage, Wish
from hanse_harvesters.sources.sample import DocumentSample

#: Pages of services that are asked for if the walk is limited.
_SERVICE_PAGES = 3


@dataclass(frozen=True, slots=True)
class _List:
    """The items of a collection: address, what is asked for, and whether only services count."""

    url: str
    type: str = ""
    word: str = ""
    services: bool = False


class OgcRecordsSource(JsonSource):
    """Walks the records of an API; joins its services to the data sets they name."""

    kind = ogcrecord.KIND
    Options = Options
    parser = "hanse_harvesters.sandbox.child.ogcrecords:packed"
    rank = 1
    merit = "merit-ogc-records"

    def __init__(self, settings: SourceSettings, client: Fetches, limit: int | None = None) -> None:
        super().__init__(settings, client, limit)
        self._now = _List(settings.url)
        #: Address of the items, below which each record has its page; "" if it is not known.
        self._base = ""
        if client.remote and api.place_of(settings.url):
            self._base = api.items_address(settings.url).partition("?")[0]
        self._totals: dict[_List, int | None] = {}

    @property
    def mapping(self) -> Callable[..., ReadResult]:
        """The function that maps a record; other processes call it too."""
        return ogcrecord.read

    @property
    def left_out(self) -> frozenset[str]:
        """The keys of a record that its fingerprint leaves out."""
        return frozenset({"updated"} if self.settings.modified_is_file_time else ())

    # --- The walk -----------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RawRecord]:
        with RecordStore(self.left_out) as store:
            lists = self._lists()
            parts = []
            for entry in lists:
                parts.append(self._fetch(entry, store))
                if self.not_modified:
                    return
            if not self._is_full(store):
                for entry in self._services(lists):
                    parts.append(self._fetch(entry, store))
            self._doubt(lists)
            self.completeness = _together(parts, len(store.kept))
            self.total = len(store.kept) if self.completeness.complete else self.total
            if len(parts) > 1:
                self.found_validators = Validators()  # the page alone does not tell of all
            yield from store.records(self.mapping)
            self._tell(store)

    def _fetch(self, entry: _List, store: RecordStore) -> Completeness:
        """Put the records of a list into the store; return how complete they are."""
        self._now = entry
        self.max_pages = self.options.max_pages
        if entry.services and self.limit is not None:
            self.max_pages = _SERVICE_PAGES
        for record in super().__iter__():
            assert isinstance(record, OgcRecord)
            if not entry.services and not self._is_wanted(record):
                continue
            store.add(record, among_services=entry.services)
            if not entry.services and self._is_full(store):
                break
        found = self.completeness
        self._totals[entry] = self.total
        if entry.services and found.reason == "walk-empty":
            return Completeness(True, 0)
        return found

    @property
    def asked(self) -> Mapping[str, str]:
        """The arguments of the parser."""
        return {**super().asked, "services": "yes" if self._now.services else ""}

    def _record(self, item: PackedItem) -> RawRecord:
        """Return a record by its id, which all should have, else by what the table names."""
        facts = item.facts
        page = facts["origin"]
        if not page and facts["id"] and self._base:  # its address in the API
            page = f"{self._base}/{quote(facts['id'], safe='')}"
        return OgcRecord.of(
            item.text,
            self.mapping,
            identity=facts["id"] or facts["identity"],
            raw=facts["digest"],
            origin=page,
            kind=facts["kind"],
            title=facts["title"],
        )

    def _is_wanted(self, record: OgcRecord) -> bool:
        if not (self.options.types or self.options.external_ids):
            return True
        return record.kind != "dataset" or self.options.holds(decode(record.text))

    def _is_full(self, store: RecordStore) -> bool:
        return self.limit is not None and len(store.kept) >= self.limit

    def _tell(self, store: RecordStore) -> None:
        """Report what is no data set."""
        if self.limit is not None:
            return
        if names := store.alone():
            self.report("ogc-records-service-alone", examples(names), count=len(names))
        if store.deleted:
            names = store.deleted
            self.report("ogc-records-deleted", examples(names), count=len(names))

    def _doubt(self, lists: list[_List]) -> None:
        """Report filters that leave out nothing: an API that does not know one gives everything."""
        asked = {**self.options.parameters(), "q": self.options.anytext}
        names = sorted(name for name, value in asked.items() if value and name != "externalIds")
        if not names or self.limit is not None or not self.client.remote or self.total is None:
            return
        try:
            whole = ogc_probe.matched(self.client, lists[0].url)
        except StopRun:
            return
        if whole and all(self._totals.get(entry) == whole for entry in lists):
            self.report("ogc-records-filter-ignored", ", ".join(names), count=whole)

    # --- Addresses ----------------------------------------------------------------------------

    def _lists(self) -> list[_List]:
        """Return what is walked: the address itself, or all collections of records behind it."""
        url = self.settings.url
        place = api.place_of(url) if self.client.remote else None
        found = [url]
        if place and not place[2]:
            found = [api.items_address(url)]
        elif self.client.remote and place is None and not _is_file(url):
            found = api.record_lists(self.client, url)
        data = [entry for entry in found if not api.holds_services(entry)] or found
        others = [entry for entry in found if entry not in data]
        types, words = self.options.types or ("",), self.options.anytext or ("",)
        lists = [_List(entry, name, word) for entry in data for name in types for word in words]
        return [*lists, *(_List(entry, services=True) for entry in others)]

    def _services(self, lists: list[_List]) -> Iterator[_List]:
        """Yield the lists of services that are not among those walked."""
        if not self.client.remote or any(entry.services for entry in lists):
            return
        url = lists[0].url
        if self.options.types:
            yield _List(url, type="service", services=True)
        found = [api.items_address(url, name) for name in self.options.services]
        if not found:
            try:
                found = api.services_beside(self.client, url)
            except StopRun:
                return  # an API need not list its collections
        yield from (_List(entry, services=True) for entry in found)

    def first(self) -> str:
        """Return the address of the first page of the list that is walked."""
        if not self.client.remote or _is_file(self._now.url):
            return self._now.url
        asked = {} if self._now.services else self.options.parameters()
        url = api.with_query(self._now.url, **asked, q=self._now.word, type=self._now.type)
        return api.with_query(url, limit=str(self.options.rows), f="json")

    def following(self, page: JsonPage) -> str:
        """Return the next page as the page links it; else counted, if records are missing.

        Where a link led to this page by anything but an offset, nothing can be counted.
        """
        rest = page.rest if isinstance(page.rest, dict) else {}
        links = [link for link in listed(rest.get("links")) if isinstance(link, dict)]
        links = [link for link in links if relation(link) == "next" and text(link.get("href"))]
        links.sort(key=lambda link: "json" not in text(link.get("type")))
        link = text(links[0].get("href")) if links else page.link
        asked = dict(parse_qsl(urlsplit(page.url).query))
        if link:
            return api.with_query(link, f=asked.get("f", ""))
        known = dict(parse_qsl(urlsplit(self.first()).query)).keys() | {"offset"}
        if asked.keys() - known:
            return ""
        total = self.declared(page)
        start = asked.get("offset", "0")
        before = (int(start) if start.isdigit() else 0) + page.records
        if total is None or not page.records or before >= total or not self.client.remote:
            return ""
        return api.set_query(page.url, offset=str(before))

    def declared(self, page: JsonPage) -> int | None:
        """Return ``numberMatched``, unless it counts the page alone."""
        rest = page.rest if isinstance(page.rest, dict) else {}
        total, here = rest.get("numberMatched"), rest.get("numberReturned")
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            return None
        follows = any(
            relation(link) == "next" for link in listed(rest.get("links")) if isinstance(link, dict)
        )
        return None if follows and isinstance(here, int) and total <= here else total

    # --- Detection ----------------------------------------------------------------------------

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for records of data sets, 0.5 for such of services alone."""
        return ogc_probe.likely(sample)

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield the collections of an API and their items."""
        return ogc_probe.places(page)

    @classmethod
    def address(cls, url: str) -> str:
        """Return the address of the items without the parameters of a page."""
        return ogc_probe.address(url)

    @classmethod
    def contents(cls, url: str, client: Fetches, wish: Wish) -> Contents:
        """Return the number of records, and how many name the city."""
        return ogc_probe.contents(url, client, wish)


def _is_file(url: str) -> bool:
    return urlsplit(url).path.lower().endswith((".json", ".geojson"))


def _together(parts: list[Completeness], found: int) -> Completeness:
    """Return the completeness of several lists of which ``found`` data sets came."""
    broken = next((part for part in parts if not part.complete), None)
    if broken is not None and (found == 0 or broken.reason != "walk-empty"):
        return Completeness(False, found, broken.declared, broken.reason)
    if not found:
        return Completeness(False, 0, parts[0].declared, "walk-empty")
    return Completeness(True, found, parts[0].declared if len(parts) == 1 else (None, None))
