"""DCAT as RDF: one document, or the pages of a hydra collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from hanse_harvesters.errors import AddressRefused, ConfigError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.issue import Issue
from hanse_harvesters.mapping import lines
from hanse_harvesters.mapping.served import put_between
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.store import MOST_IN_MEMORY, Disk
from hanse_harvesters.mapping.terms import Graph
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.sandbox.document import Document, open_document
from hanse_harvesters.sources import paging, rdf_probe
from hanse_harvesters.sources.base import RawRecord, Source, completeness
from hanse_harvesters.sources.document_walk import DocumentWalk
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_harvesters.sources.places import Place, PortalPage
from hanse_harvesters.sources.rdf_cut import Damage
from hanse_harvesters.sources.rdf_record import record, summarised
from hanse_harvesters.sources.sample import DocumentSample
from hanse_harvesters.workers.record_pool import RecordPool

#: Pages in a row that may fail or contain no dataset before the walk ends.
_PATIENCE = 3
#: Undescribed datasets that are named in the issue, and the maximum that are remembered.
_EXAMPLES, _MOST_UNMET = 5, 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """``max_pages`` ends a walk as incomplete; ``page_tries`` if a page's content is broken."""

    max_pages: int = 10_000
    page_tries: int = 2


@dataclass(slots=True)
class Page:
    """A parsed page: its statements and its paging links."""

    url: str
    statements: Statements
    readers: RecordPool
    document: Document
    sized: bool
    links: paging.Paging

    @property
    def measured(self) -> bool:
        """Whether it is certain that the page was received completely."""
        return self.document.whole and (self.sized or self.document.self_delimiting)


class RdfSource(Source):
    """Walks a DCAT catalogue page by page; holds one page in memory, a large one on disk."""

    kind = "rdf"
    Options = Options
    rank = 2
    merit = "merit-rdf"
    #: Bytes of statements from which on a page is stored on disk.
    most_in_memory: ClassVar[int] = MOST_IN_MEMORY

    def __iter__(self) -> Iterator[RawRecord]:
        seen = IdentityIndex()
        walk = DocumentWalk()
        yield from self._walk(walk, seen)
        if self.not_modified:
            return
        if not walk.broken and walk.pages > 1 and len(seen) < walk.stated:
            walk = DocumentWalk()  # datasets moved between pages during the walk: repeat it
            yield from self._walk(walk, seen)
        self._account(walk, seen)
        self.completeness = completeness(
            len(seen),
            start=walk.first,
            end=walk.last,
            broken=walk.broken,
            measured=walk.measured,
        )
        if self.completeness.complete and walk.pages == 1:
            self.found_validators = walk.validators

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for any RDF."""
        return 0.9 if sample.format not in ("", "ckan") else 0.0

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield where a catalogue may be."""
        return rdf_probe.places(page)

    def _account(self, walk: DocumentWalk, seen: IdentityIndex) -> None:
        """Report the datasets that a catalogue lists and no page describes."""
        unmet = [name for name in walk.unmet if name not in seen]
        if unmet:
            walk.broken = walk.broken or "datasets-undescribed"
            examples = ", ".join(unmet[:_EXAMPLES])
            self.report("datasets-undescribed", examples, count=len(unmet))

    def _walk(self, walk: DocumentWalk, seen: IdentityIndex) -> Iterator[RawRecord]:
        url = self.settings.url
        while url:
            walk.visited.add(url)
            walk.pages += 1
            page = self._page(url, walk)
            if self.not_modified:
                return
            if page is None:
                url = self._behind(url, walk)
                continue
            with page.statements, page.readers:
                yield from self._records(page, walk, seen)
            url = self._next(page, walk)

    def _page(self, url: str, walk: DocumentWalk) -> Page | None:
        """Return the page, retried if its content fails; None if it failed or is unchanged."""
        last: StopRun | None = None
        for number in range(1, self.options.page_tries + 1):
            try:
                page = self._load(url, walk)
            except (AddressRefused, ConfigError):
                raise
            except TooMuch as error:  # a retry would exceed the limit again
                last = error
                break
            except StopRun as error:
                last = error
                continue
            if page is not None and page.document.cut and number < self.options.page_tries:
                page.statements.close()
                page.readers.close()
                continue  # a truncated page is only accepted on the last try
            return page
        assert last is not None
        if walk.pages == 1:
            raise last
        walk.broken = "page-failed"
        walk.idle += 1
        self.report("page-failed", last.where, **last.reasons)
        return None

    def _load(self, url: str, walk: DocumentWalk) -> Page | None:
        """Fetch and parse a page; return None for a 304, which only the first page can be."""
        with self.ask(url, conditional=walk.pages == 1) as answer:
            if answer.file is None:
                self.unchanged()
                return None
            document = open_document(
                answer.file,
                where=url,
                base=url,
                charset=answer.charset,
                limits=self.parse_limits,
            )
            if document.format == "ckan":
                raise _not_rdf(document, url)
            readers, statements = self._kept(answer.size)
            try:
                statements.take(document.blocks())
                put_between(statements)
            except BaseException:
                readers.close()
                raise
            links = paging.paging(Graph(lines.triples(b"".join(statements.hydra))))
            if not links.next:
                links = replace(links, next=paging.next_of_header(answer.headers.get("link", "")))
            walk.validators = Validators.of(answer)
            return Page(url, statements, readers, document, answer.sized, links)

    def _kept(self, size: int) -> tuple[RecordPool, Statements]:
        """Return the readers and the store for the statements of a document of ``size`` bytes."""
        if not self.processes or size < self.most_in_memory // 2:
            return RecordPool(0), Statements(self.most_in_memory)
        store = Disk(shared=True)
        return RecordPool(self.processes, store), Statements.kept(store)

    def _records(self, page: Page, walk: DocumentWalk, seen: IdentityIndex) -> Iterator[RawRecord]:
        """Yield the page's records that are new, and update the walk from what the page states."""
        self._note(page, walk)
        fresh = several = False
        for found in self._of(page):
            several = True
            fresh = walk.met.add(found.identity) or fresh
            if seen.admit(found):
                yield found
        walk.idle = 0 if several else walk.idle + 1
        if page.links.next and several and not fresh:
            walk.broken = walk.broken or "page-repeated"
            self.report("page-repeated", page.url)

    def _of(self, page: Page) -> Iterator[RawRecord]:
        document = Records(page.statements)
        damage = None if page.document.whole else Damage(page.document, document, page.url)
        subjects = page.statements.datasets()
        if not page.links.next and self.total is None:
            self.total = len(subjects)
        file_time = self.settings.modified_is_file_time
        by = page.readers.summaries(page.statements, subjects, page.url, ignore_modified=file_time)
        for place, subject in enumerate(subjects):
            if self.busy and not place % 100:  # fewer queries of a store on disk
                page.statements.look_up(subjects[place : place + 100])
            known = None if self.busy else next(by)
            if known is None:
                found = record(document, subject, page.url, ignore_modified=file_time)
            else:
                found = summarised(document, subject, page.url, known)
            itself = subject[1:-1].decode("utf-8", "replace")
            if found.origin in ("", itself):  # no page of its own is named
                found.origin = page.statements.page_of(subject) or found.origin
            if damage and not any(item.rule == "record-broken" for item in found.issues):
                found.issues += damage.issues(subject)
            yield found

    def _note(self, page: Page, walk: DocumentWalk) -> None:
        for found in page.document.issues:
            self._add(found)
        if page.document.cut:
            self.report("document-cut", page.url)
        if not page.document.whole:
            walk.broken = walk.broken or (
                "document-cut" if page.document.cut else "statement-broken"
            )
        walk.measured = walk.measured and page.measured
        if len(walk.unmet) < _MOST_UNMET:
            names = (
                node[1:-1].decode("utf-8", "replace") for node in page.statements.undescribed()
            )
            walk.unmet.update(dict.fromkeys(names))
        if page.links.odd_total:
            self.report("total-odd", page.links.odd_total)
        if page.links.total is not None:
            walk.first = page.links.total if walk.first is None else walk.first
            walk.last = self.total = page.links.total
        walk.last_link = page.links.last or walk.last_link

    def _add(self, found: Issue) -> None:
        if found not in self.issues:
            self.issues.append(found)

    def _next(self, page: Page, walk: DocumentWalk) -> str:
        """Return the next page's URL, "" if the walk ends."""
        link = page.links.next
        if link.startswith("_:"):  # a page described as a blank node
            walk.broken = walk.broken or "page-link-nameless"
            self.report("page-link-nameless", page.url)
            return ""
        if not link or walk.broken == "page-repeated":
            return ""
        if not self.client.remote:
            walk.broken = walk.broken or "page-of-file"
            self.report("page-of-file", link)
            return ""
        if paging.leaves(page.url, link):
            self.report("page-link-mended", paging.origin(link))
        return self._allowed(paging.own(page.url, link), walk)

    def _behind(self, url: str, walk: DocumentWalk) -> str:
        """Return the page after a failed one, if its number is known."""
        if not walk.last_link:
            return ""
        return self._allowed(
            paging.counted_on(url, paging.own(self.settings.url, walk.last_link)), walk
        )

    def _allowed(self, url: str, walk: DocumentWalk) -> str:
        if not url:
            return ""
        reason = ""
        if url in walk.visited:
            reason = "page-repeated"
            self.report(reason, url)
        elif walk.pages >= self.options.max_pages:
            reason = "page-cap"
            self.report(reason, walk.pages)
        elif walk.idle >= _PATIENCE:
            reason = "page-failed"
            barren = StopRun("pages-barren", where=url, count=_PATIENCE)
            self.report(reason, url, **barren.reasons)
        walk.broken = walk.broken or reason
        return "" if reason else url


def _not_rdf(document: Document, url: str) -> NotACatalogue:
    """Return the error for JSON where RDF was expected, with the portal's own message."""
    document.close()
    if document.head["kind"] == "error":
        reason = document.head["error"]
        message = "portal-error" if reason else "portal-error-bare"
        return NotACatalogue(message, where=url, reason=reason)
    api = document.head["kind"] in ("search", "package", "packages")
    return NotACatalogue("dcat-expected-api" if api else "dcat-expected-json", where=url)
