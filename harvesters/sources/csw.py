"""A catalogue service (OGC CSW 2.0.2) of ISO 19139 records, or a saved answer of one.

``GetRecords`` is walked by position, sorted by identifier.  What a service says of its paging is
often wrong (``nextRecord`` above all), so the walk goes by the records that arrive, and counts
distinct identifiers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from hanse_harvesters.errors import AddressRefused, ConfigError, NotACatalogue, StopRun
from hanse_harvesters.mapping import iso19139
from hanse_harvesters.sandbox.items import PackedItem
from hanse_harvesters.sources import csw_answers as answers
from hanse_harvesters.sources import csw_probe, csw_services, paging
from hanse_harvesters.sources import csw_request as request
from hanse_harvesters.sources.base import RawRecord, Source, completeness
from hanse_harvesters.sources.csw_answers import Head, PageEmpty
from hanse_harvesters.sources.csw_city import CityTest
from hanse_harvesters.sources.csw_dialects import Dialects
from hanse_harvesters.sources.csw_met import Met
from hanse_harvesters.sources.csw_options import Options
from hanse_harvesters.sources.csw_pages import Pages, explaining
from hanse_harvesters.sources.csw_store import RecordStore, examples
from hanse_harvesters.sources.fetch import Fetches, Validators
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_harvesters.sources.packed import PackedRecord
from hanse_harvesters.sources.page_walk import PageWalk
from hanse_harvesters.sources.places import Contents, Place, PortalPage, Wish
from hanse_harvesters.sources.sample import DocumentSample

#: Records on the largest page; a record has 20 to 50 kB.
_MOST = 200
#: Pages in a row without a new record after which the walk ends.
_IDLE = 3


class CswSource(Source):
    """Walks a catalogue service; joins its services to the data sets they operate on."""

    kind = "csw"
    Options = Options
    parser = "hanse_harvesters.sandbox.child.csw:packed"
    rank = 1
    merit = "merit-csw"

    def __iter__(self) -> Iterator[RawRecord]:
        self._met = Met()
        self._standards: Counter[str] = Counter()
        self._again = False
        self._validators = Validators()
        left_out = "stamp" if self.settings.modified_is_file_time else ""
        with RecordStore(CityTest(self.options), left_out) as store:
            self._store = store
            self.selection = store.selection
            walk = self._fetched()
            if self.not_modified:
                return
            self._account()
            self.total = self._number()
            yield from self._records()
            self._judge(walk)

    # --- Recognising --------------------------------------------------------------------------

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for records and capabilities of a catalogue, 0.1 for what leads there."""
        head = csw_probe.head_of(sample)
        if head.get("kind") == "records" or head.get("service") == "CSW":
            return 0.9
        return 0.1 if head.get("kind") in ("capabilities", "exception") else 0.0

    @classmethod
    def leads_to(cls, sample: DocumentSample) -> str:
        """Return the address in a file with capabilities."""
        return request.address_of(csw_probe.head_of(sample))

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield where a service may answer a request for its capabilities."""
        return csw_probe.places(page)

    @classmethod
    def address(cls, url: str) -> str:
        """Return the service's address without the parameters of a request."""
        return url if request.is_single(url) else request.service(url)

    @classmethod
    def contents(cls, url: str, client: Fetches, wish: Wish) -> Contents:
        """Return the number of records, and how many of them name the city."""
        return csw_probe.contents(url, client, wish)

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return whether the URL is that of one answer."""
        return request.is_single(url)

    # --- The opening: capabilities, or records at once ----------------------------------------

    def _fetched(self) -> PageWalk:
        """Fetch everything into the store; return the last pass, with its counts."""
        single = not self.client.remote or request.is_single(self.settings.url)
        url = self.settings.url if single else request.capabilities(self.settings.url)
        with explaining():
            opened = self.ask(url, conditional=single)
        with opened as answer:
            if answer.file is None:
                self.unchanged()
                return PageWalk.by(0, None)
            items = self.parse(answer, left_out=self._store.left_out)
            head = answers.head_of(items, url)
            if head["kind"] == "records":
                return self._one_answer(head, items, Validators.of(answer))
        if not self.client.remote:
            found = request.address_of(head)
            raise NotACatalogue("csw-capabilities-file", where=url, address=found)
        dialects = Dialects(head, self.settings.url, self.options)
        if dialects.mended:
            self.report("csw-address-mended", paging.origin(dialects.mended))
        with Pages(self.ask, self.client, dialects, self.options) as self._pages:
            return self._walked()

    def _one_answer(self, head: Head, items: Iterator[Any], validators: Validators) -> PageWalk:
        """Take the records of a single document."""
        walk = PageWalk.by(0, None)
        try:
            walk.read(head["matched"], self._taken(items))
        except StopRun as error:
            if not len(self._met):
                raise
            walk.first = head["matched"]
            walk.broken = "page-failed"
            self.report("page-failed", error.where, **error.reasons)
        self._validators = validators
        return walk

    # --- The walk -----------------------------------------------------------------------------

    def _walked(self) -> PageWalk:
        walk = PageWalk.by(self.options.rows, self.limit, _MOST)
        self._pass(walk)
        if not walk.broken and not self._is_full and len(self._met) < walk.stated:
            self._again = True
            walk = walk.again()  # records were added or moved during the walk: repeat it
            self._pass(walk)
        if self._is_full:
            csw_services.of_some(self._pages, self._page)
        elif not walk.broken:
            self._met.counts = False  # they are no part of what the portal counted
            csw_services.of_those_without(self._pages, self._page, self._store, self.options)
        return walk

    @property
    def _is_full(self) -> bool:
        return bool(self.limit) and len(self._store.kept) >= (self.limit or 0)

    def _pass(self, walk: PageWalk) -> None:
        idle = 0
        before: list[str] = []
        while True:
            try:
                head, keys = self._page(walk)
            except (AddressRefused, ConfigError):
                raise
            except StopRun as error:
                if self._gives_up(walk, error):
                    return
                continue
            fresh = walk.read(head["matched"], keys, head["next"] or 0)
            idle = 0 if fresh else idle + 1
            if self._ends(walk, fresh, idle >= _IDLE or (keys == before and not fresh)):
                return
            before = keys

    def _page(self, walk: PageWalk) -> tuple[Head, list[str]]:
        """Read a page; prefetch the one after it meanwhile."""
        with self._pages.ask(walk) as answer:
            walk.came(answer)
            follows = walk.foreseen()
            alone = self.limit or self._pages.types or walk.pages + 1 >= self.options.max_pages
            if follows and not alone:
                self._pages.begin(*follows)
            items = self.parse(answer, left_out=self._store.left_out)
            head = answers.head_of(items, answer.url)
            if head["kind"] != "records":
                raise NotACatalogue("csw-no-records", where=answer.url)
            for rule, value in answers.oddities(head):
                self.report(rule, value)
            keys = self._taken(items)
        self.total = self.total or head["matched"]
        if not keys and walk.start < (head["matched"] or 0):
            raise PageEmpty("csw-page-empty", where=answer.url, position=walk.start + 1)
        first = not walk.pages and not self._pages.types
        if first and not keys and self._pages.dialects.other_prefix():
            return self._page(walk)
        return head, keys

    def _gives_up(self, walk: PageWalk, error: StopRun) -> bool:
        """Ask in other words, or for less; return True if the walk has to end."""
        if not walk.pages and not self._again and self._pages.otherwise(walk, error):
            return False
        behind = walk.last == walk.start or (walk.last is None and answers.is_refusal(error))
        if walk.pages and behind:  # the last record
            return True
        if walk.smaller():
            return False
        # Even a single record fails: skip it, but do not skip through the whole catalogue.
        walk.broken = "csw-record-failed"
        self.report("csw-record-failed", walk.start + 1, **error.reasons)
        return not walk.step_over()

    def _ends(self, walk: PageWalk, fresh: bool, repeats: bool) -> bool:
        if not walk.step or self._is_full:
            return True
        if walk.pages == 1 and not self._again and not self._pages.dialects.current.in_order:
            self.report("csw-unsorted")
        if walk.pages >= self.options.max_pages:
            walk.broken = "page-cap"
            self.report("page-cap", walk.pages)
            return True
        if walk.last is not None and walk.start >= walk.last:
            # Past the declared count, the count is wrong: go on until a page has nothing new.
            # Some declare the records of the page: look once behind a page that is full.
            known = self._again or self.limit or not walk.goes_on
            return not fresh if walk.start > walk.last else bool(known)
        if repeats:  # a service that ignores startPosition
            walk.broken = "page-repeated"
            self.report("page-repeated", f"startPosition={walk.start - walk.step + 1}")
        return repeats

    # --- Records ------------------------------------------------------------------------------

    def _taken(self, items: Iterator[Any]) -> list[str]:
        """Keep the records that are new; return the keys of all."""
        keys = []
        self._met.turn()
        for item in items:
            if not isinstance(item, PackedItem):
                raise StopRun("csw-broken", where=self.settings.url, reason=item["reason"])
            found = item.facts
            keys.append(key := found["id"] or found["digest"])
            if self._met.add(key, found["digest"], found["called"], again=self._again):
                if found["standard"] and not found["values"]:
                    self._standards[found["standard"]] += 1
                self._store.add(item, only_services=self._is_full)
        return keys

    def _records(self) -> Iterator[RawRecord]:
        seen = IdentityIndex()
        for kept in self._store.items():
            found = PackedRecord.of(kept.text, iso19139.read, identity=kept.identity, raw=kept.raw)
            if seen.admit(found):
                yield found

    def _number(self) -> int | None:
        """Return how many data sets there are, None if only some of the records were tested."""
        if not self._is_full:
            return len(self._store.kept)
        return None if self._store.test.is_configured else self.total

    def _account(self) -> None:
        """Report what did not become a record."""
        if not self._is_full and (alone := self._store.alone()):
            self.report("csw-service-alone", examples(alone), count=len(alone))
        if others := self._store.others:
            self.report("csw-no-dataset", examples(others), count=len(others))
        for standard, count in self._standards.items():
            self.report("csw-standard", standard or "?", count=count)
        chosen = self.selection
        if chosen.left_out:
            kept = sum(chosen.kept.values())
            names = [reason.value for reason in chosen.named]
            self.report("csw-left-out", examples(names), count=chosen.left_out, kept=kept)

    def _judge(self, walk: PageWalk) -> None:
        broken = walk.broken or ("" if self._store.kept else "walk-empty")
        if not broken and self.options.modified:
            # Who was not asked for did not vanish.
            broken = "csw-since"
            self.report(broken, self.options.modified)
        self.completeness = completeness(
            len(self._met), start=walk.first, end=walk.last, broken=broken
        )
        if self.completeness.complete:
            self.found_validators = self._validators
