"""The walk over pages of JSON whose records are mapped by a table; several kinds are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from hanse_harvesters.errors import AddressRefused, ConfigError, StopRun, TooMuch
from hanse_harvesters.mapping.jsontable import JsonTable, read
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sandbox.child.jsondoc import NUMBER
from hanse_harvesters.sandbox.items import PackedItem
from hanse_harvesters.sources import paging
from hanse_harvesters.sources.base import RawRecord, Source, completeness
from hanse_harvesters.sources.document_walk import DocumentWalk
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_harvesters.sources.packed import PackedRecord

#: How often a page is asked for whose content cannot be read.
_TRIES = 3


@dataclass(slots=True)
class JsonPage:
    """A page that was read: its address, what stands beside the records, how many there were.

    ``link``   address of the next page in the header ``Link``, "" if there is none.
    ``fresh``  number of records that no page before had.
    """

    url: str
    rest: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    records: int = 0
    fresh: int = 0


class JsonSource(Source):
    """Yields the records of page after page; what a page is, and the next one, a kind defines."""

    parser = "hanse_harvesters.sandbox.child.jsonlist:packed"
    #: Pages after which a walk is ended.
    max_pages: int = 10_000

    @property
    def table(self) -> JsonTable:
        """The mapping of a record; by default the one that is shipped for the kind."""
        return self.shipped()

    @classmethod
    def shipped(cls) -> JsonTable:
        """Return the mapping that is shipped for the kind."""
        return JsonTable.shipped(cls.kind)

    @property
    def mapping(self) -> Callable[..., ReadResult]:
        """The function that maps a record; other processes call it too."""
        return partial(read_shipped, name=self.kind)

    @property
    def path(self) -> str:
        """The path of the records in a document."""
        return self.table.records

    @property
    def left_out(self) -> frozenset[str]:
        """The keys of a record that its fingerprint leaves out."""
        return frozenset({"modified"} if self.settings.modified_is_file_time else ())

    def first(self) -> str:
        """Return the address of the first page."""
        return self.settings.url

    def following(self, page: JsonPage) -> str:
        """Return the address of the page after this one, "" if it is the last."""
        return page.link

    def declared(self, page: JsonPage) -> int | None:
        """Return how many records the portal says it has, None if it does not say."""
        return None

    @property
    def asked(self) -> Mapping[str, str]:
        """The arguments of the parser."""
        table = self.table
        found = {
            "path": self.path,
            "left_out": " ".join(sorted(self.left_out)),
            "identity": "\n".join(path.text for path in table.identity),
            "origin": "\n".join(path.text for path in table.origin),
        }
        return {**found, "single": table.single} if table.single else found

    # --- The walk -----------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RawRecord]:
        seen, walk = IdentityIndex(), DocumentWalk()
        yield from self._walk(walk, seen)
        if self.not_modified:
            return
        if not walk.broken and walk.pages > 1 and len(seen) < walk.stated:
            walk = DocumentWalk()  # records moved between pages during the walk: repeat it
            yield from self._walk(walk, seen)
        self.completeness = completeness(
            len(seen), start=walk.first, end=walk.last, broken=walk.broken
        )
        if self.completeness.complete and walk.pages == 1:
            self.found_validators = walk.validators

    def _walk(self, walk: DocumentWalk, seen: IdentityIndex) -> Iterator[RawRecord]:
        url = self.first()
        while url:
            walk.visited.add(url)
            walk.pages += 1
            page = JsonPage(url)
            try:
                yield from self._page(page, walk, seen)
            except (AddressRefused, ConfigError):
                raise
            except StopRun as error:
                if walk.pages == 1 and not page.records:
                    raise
                walk.broken = "page-failed"
                self.report("page-failed", error.where, **error.reasons)
                return
            if self.not_modified:
                return
            url = self._next(page, walk)

    def _page(self, page: JsonPage, walk: DocumentWalk, seen: IdentityIndex) -> Iterator[RawRecord]:
        for item in self._items(page, walk):
            page.records += 1
            if not item.facts["digest"]:
                continue
            record = self._record(item)
            page.fresh += walk.met.add(record.identity)
            if seen.admit(record):
                yield record

    def _note(self, page: JsonPage, walk: DocumentWalk, head: list[Any]) -> None:
        _, page.rest, odd, count = head
        self._report_repairs(odd)
        total = self.declared(page)
        if total is not None:
            walk.first = total if walk.first is None else walk.first
            walk.last = self.total = total
        elif walk.pages == 1 and not self.following(replace(page, records=count)):
            self.total = count

    def _items(self, page: JsonPage, walk: DocumentWalk) -> Iterator[PackedItem]:
        """Yield the items of a page; one that fails is asked for again."""
        for number in range(1, _TRIES + 1):
            given = 0
            try:
                with self.ask(page.url, conditional=walk.pages == 1) as answer:
                    if answer.file is None:
                        self.unchanged()
                        return
                    page.link = paging.next_of_header(answer.headers.get("link", ""))
                    walk.validators = Validators.of(answer)
                    for item in self.parse(answer, **self.asked):
                        if isinstance(item, PackedItem):
                            given += 1
                            yield item
                        else:
                            self._note(page, walk, item)
                return
            except (AddressRefused, ConfigError, TooMuch):
                raise
            except StopRun:
                if given or number == _TRIES:
                    raise

    def _record(self, item: PackedItem) -> RawRecord:
        facts = item.facts
        identity, raw, origin = facts["identity"], facts["digest"], web(facts["origin"])
        return PackedRecord.of(item.text, self.mapping, identity=identity, raw=raw, origin=origin)

    def _next(self, page: JsonPage, walk: DocumentWalk) -> str:
        """Return the next page's address, "" if the walk ends."""
        link = self.following(page)
        if not link:
            return ""
        if not self.client.remote:
            walk.broken = "page-of-file"
            self.report("page-of-file", link)
            return ""
        if paging.leaves(page.url, link):
            self.report("page-link-mended", paging.origin(link))
        url = paging.own(page.url, link)
        if url in walk.visited or (page.records and not page.fresh):
            walk.broken = "page-repeated"
        elif walk.pages >= self.max_pages:
            walk.broken = "page-cap"
        if walk.broken:
            self.report(walk.broken, walk.pages if walk.broken == "page-cap" else url)
            return ""
        return url

    def _report_repairs(self, odd: Mapping[str, int]) -> None:
        """Report what was repaired in a document, and keys that an object has twice."""
        repairs = {kind: number for kind, number in odd.items() if kind != NUMBER}
        if NUMBER in odd:
            self.report("json-odd", NUMBER)
        if repairs:
            what = ", ".join(f"{number} × {kind}" for kind, number in sorted(repairs.items()))
            self.report("json-repaired", what)


def read_shipped(item: Any, *, language: str, name: str) -> ReadResult:
    """Map a record by a shipped table; ``language`` is not needed: texts have the source's."""
    return read(item, JsonTable.shipped(name))


def web(address: str) -> str:
    """Return an address on the web as it is, "" for any other."""
    return address if address.startswith(("http://", "https://")) else ""
