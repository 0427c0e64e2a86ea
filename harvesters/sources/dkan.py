"""DKAN, and CKANs without a search: the names of all datasets, then the datasets themselves.

DKAN 1 and old CKANs have ``package_list`` and ``package_show``, most of them also
``current_package_list_with_resources``, which gives many datasets at once.  DKAN 2 has the items
of its metastore, which are those of ``data.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from hanse_harvesters.errors import AddressRefused, ConfigError, SkipRecord, StopRun, recast
from hanse_harvesters.http import Answer, BadStatus
from hanse_harvesters.mapping import ckan_keys, metastore
from hanse_harvesters.mapping.jsontable import JsonTable, identity, origin
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sandbox.document import Package
from hanse_harvesters.sandbox.items import PackedItem
from hanse_harvesters.sources import ckan_record, dkan_probe
from hanse_harvesters.sources import ckan_refusals as refusals
from hanse_harvesters.sources.ahead import Ahead
from hanse_harvesters.sources.base import ItemRecord, RawRecord, UnreadableRecord, completeness
from hanse_harvesters.sources.ckan_address import api, is_single
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_harvesters.sources.json_walk import JsonSource, read_shipped, web
from hanse_harvesters.sources.places import Contents, Place, PortalPage, Wish
from hanse_harvesters.sources.sample import DocumentSample

#: Where the datasets are in an answer of the API; the metastore's answer is the list itself.
_RESULT = "result"
#: Lists of such a length, or a multiple of it, may be the first page of a longer one.
_ROUND = 10
#: Datasets in a row that the portal fails to give before the walk ends.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How the datasets are asked for.

    ``rows``        datasets per page of the list with resources.
    ``one_by_one``  ask for every dataset by itself, where that list lacks parts of them.
    """

    rows: int = 100
    one_by_one: bool = False


class DkanSource(JsonSource):
    """Asks for the list of names, and for every dataset in it: in pages, what is left singly."""

    kind = "dkan"
    Options: ClassVar[type[Any]] = Options
    rank = 2
    merit = "merit-dkan"
    #: Address of the metastore, if it was found in place of the API.
    _first = ""

    def __iter__(self) -> Iterator[RawRecord]:
        if not self.client.remote or self.is_single(self.settings.url):
            yield from super().__iter__()
            return
        self._api = api(self.settings.url)
        self._seen = IdentityIndex()
        #: Names whose datasets have not arrived.
        self._left: dict[str, None] = {}
        #: Whether every identity could be told from the name in the list.
        self._by_name = True
        try:
            names = self._names()
        except BadStatus as error:
            if not refusals.is_absent(error):
                raise refusals.with_reason(error) from error
            yield from self._metastore(error)
            return
        self.total = len(names)
        self._left = dict.fromkeys(names)
        if not self.options.one_by_one:
            yield from self._pages()
        broken = yield from self._ones()
        self.completeness = completeness(len(self._seen), start=self.total, broken=broken)

    # --- Recognising portals ------------------------------------------------------------------

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.95 for the items of a metastore, 0.85 for a list of names."""
        return dkan_probe.recognises(sample)

    @classmethod
    def places(cls, page: PortalPage) -> Iterator[Place]:
        """Yield where the lists of a DKAN are."""
        return dkan_probe.places(page)

    @classmethod
    def address(cls, url: str) -> str:
        """Return the portal's root, or the URL of a single document."""
        return dkan_probe.address(url)

    @classmethod
    def contents(cls, url: str, client: Any, wish: Wish) -> Contents:
        """Return the number of names in the list, or of items in the metastore."""
        return dkan_probe.contents(url, client)

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return whether the URL is that of the metastore or of a single answer."""
        return is_single(url) or dkan_probe.is_items(url)

    # --- The lists ----------------------------------------------------------------------------

    def _names(self) -> list[str]:
        """Return the names in the list, which some portals give in pages."""
        found = dict.fromkeys(self._list())
        count = len(found)
        while found and count and len(found) % _ROUND == 0:
            before = len(found)
            asked = urlencode({"limit": count, "offset": before})
            try:
                found |= dict.fromkeys(self._list(f"?{asked}"))
            except (AddressRefused, ConfigError):
                raise
            except StopRun:  # a portal that has no pages may refuse the parameters
                break
            if len(found) == before:
                break
        return list(found)

    def _list(self, query: str = "") -> Iterator[str]:
        for item, _ in self._answer(f"{self._api}/package_list{query}"):
            if isinstance(item, dict):
                item = item.get("id") or item.get("name")
            if isinstance(item, str | int) and str(item).strip():
                yield str(item).strip()

    def _answer(self, url: str) -> Iterator[tuple[Any, PackedItem]]:
        """Yield the items of an answer, read and as they came."""
        with self.ask(url) as answer:
            yield from self._parsed(answer)

    def _parsed(self, answer: Answer, record: str = "") -> Iterator[tuple[Any, PackedItem]]:
        left_out = " ".join(sorted(self.left_out))
        for item in self.parse(answer, record=record, path=_RESULT, left_out=left_out):
            if isinstance(item, PackedItem):
                yield item.value(), item
            else:
                self._report_repairs(item[2])

    # --- The datasets -------------------------------------------------------------------------

    def _pages(self) -> Iterator[RawRecord]:
        """Yield the datasets of the list with resources, as far as the portal gives it."""
        most = max(1, self.options.rows)
        start, rows = 0, min(most, self.limit or most)
        while self._left:
            asked = urlencode({"limit": rows, "offset": start})
            count, left = 0, len(self._left)
            try:
                url = f"{self._api}/{dkan_probe.WITH_RESOURCES}?{asked}"
                for item, packed in self._answer(url):
                    count += 1
                    if isinstance(item, dict):
                        yield from self._admitted(self._record(packed), item)
            except (AddressRefused, ConfigError):
                raise
            except StopRun:  # what is left is asked for one by one
                return
            if not count or len(self._left) == left:
                return
            start += count

    def _ones(self) -> Generator[RawRecord, None, str]:
        """Yield the datasets that have not arrived; return the rule of what broke the walk."""
        failed: dict[str, SkipRecord] = {}
        names, down = list(self._left), 0
        with Ahead(self.ask) as self._ahead:
            for number, name in enumerate(names):
                if name not in self._left:  # came under another name
                    continue
                follows = names[number + 1 : number + 2] if not self.limit else []
                try:
                    yield from self._one(name, follows)
                    down = 0
                except (AddressRefused, ConfigError):
                    raise
                except SkipRecord as error:
                    failed[name], down = error, 0
                except StopRun as error:
                    failed[name] = recast(error, SkipRecord)
                    down = 0 if refusals.is_answer(error) else down + 1
                if down == _PATIENCE:
                    self.report("page-failed", self._show(name), **failed[name].reasons)
                    break
        for name, reason in failed.items():
            record = UnreadableRecord(self._address(name), error=reason)
            if self._seen.admit(record):
                yield record
        known = self._by_name or not failed
        return "" if known and down < _PATIENCE else "page-failed"

    def _one(self, name: str, follows: list[str]) -> Iterator[RawRecord]:
        """Yield the dataset of a name; raise SkipRecord or StopRun if it cannot be had."""
        with self._ahead.get(self._show(name)) as answer:
            for following in follows:
                self._ahead.begin(self._show(following))
            items = [found for found in self._parsed(answer, name) if isinstance(found[0], dict)]
        if not items:
            raise SkipRecord("package-expected")
        for item, packed in items:
            yield from self._admitted(self._record(packed), item, name)

    def _admitted(
        self, record: RawRecord, item: dict[str, Any], name: str = ""
    ) -> Iterator[RawRecord]:
        """Yield a record unless it came before, and note under which name it is listed."""
        keys = {name, *(str(item[key]) for key in ("id", "name") if item.get(key))}
        for key in keys & self._left.keys():
            del self._left[key]
            self._by_name = self._by_name and record.identity == self._address(key)
        if item.get("type") in ckan_record.NO_DATASETS:
            self.total = (self.total or 1) - 1
        elif self._seen.admit(record):
            yield record

    def _show(self, name: str) -> str:
        return f"{self._api}/package_show?{urlencode({'id': name})}"

    def _address(self, name: str) -> str:
        return ckan_keys.address(name, self.settings.url)

    # --- Records ------------------------------------------------------------------------------
    @property
    def table(self) -> JsonTable:
        """The mapping of an item of the metastore: that of ``data.json``."""
        return JsonTable.shipped(metastore.TABLE)

    @property
    def mapping(self) -> Callable[..., ReadResult]:
        """The function that maps such an item; other processes call it too."""
        return partial(read_shipped, name=metastore.TABLE)

    @property
    def path(self) -> str:
        """The path of the datasets in a single document."""
        return _RESULT

    def first(self) -> str:
        """Return the address of the single document."""
        return self._first or self.settings.url

    def _metastore(self, absent: BadStatus) -> Iterator[RawRecord]:
        """Yield the items of the metastore; raise ``absent`` if there is none either."""
        self._first = dkan_probe.items_of(self.settings.url)
        try:
            yield from super().__iter__()
        except BadStatus as error:
            raise (absent if refusals.is_absent(error) else error) from error

    @property
    def left_out(self) -> frozenset[str]:
        """The keys of a package that its fingerprint leaves out, as with CKAN."""
        return ckan_record.left_out(self.settings.modified_is_file_time)

    def _record(self, item: PackedItem) -> RawRecord:
        value, digest = item.value(), item.facts["digest"]
        if isinstance(value, dict) and not metastore.is_item(value):
            return ckan_record.record(Package.of(value, digest), self.settings.url)
        value = metastore.plain(value)
        id, page = identity(value, self.table), origin(value, self.table)
        return ItemRecord.of(value, self.mapping, identity=id, origin=web(page), raw=digest)
