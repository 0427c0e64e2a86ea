"""CKAN's action API: ``package_search`` walked in a stable order.

Also accepts single responses of the API: the URL or file of a ``package_show`` or
``package_search`` response.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlencode, urlsplit

from hanse_harvesters import http
from hanse_harvesters.errors import AddressRefused, ConfigError, NotACatalogue, StopRun
from hanse_harvesters.http import BadStatus
from hanse_harvesters.sandbox.document import Document, Package, open_document
from hanse_harvesters.sources import ckan_probe
from hanse_harvesters.sources import ckan_refusals as refusals
from hanse_harvesters.sources.ahead import Ahead
from hanse_harvesters.sources.base import RawRecord, Source, completeness
from hanse_harvesters.sources.ckan_address import api, is_api, is_single
from hanse_harvesters.sources.ckan_record import NO_DATASETS, left_out, record
from hanse_harvesters.sources.fetch import Fetches, Validators
from hanse_harvesters.sources.identities import Digests, IdentityIndex
from hanse_harvesters.sources.page_walk import PageWalk
from hanse_harvesters.sources.places import Contents, Place, PortalPage, Wish
from hanse_harvesters.sources.sample import DocumentSample

#: Kinds of response that contain datasets.
_DATASETS = ("search", "package", "packages")
#: Special characters of Solr's query language.
_SPECIAL = '\\"'


@dataclass(frozen=True, slots=True)
class Options:
    """Which datasets to request, and how many per page.

    ``organization``, ``groups``, ``tags``  names; several of one kind are joined by OR.
    ``fq``    further Solr filter queries, all of which must match.
    ``rows``  datasets per page; 0 for 100, and more while the portal is fast; the connector
              halves it if a page fails.
    ``max_pages``  at this number the walk ends as incomplete.
    """

    organization: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fq: tuple[str, ...] = ()
    rows: int = 0
    max_pages: int = 100_000


@dataclass(slots=True)
class PackageAnswer:
    """A response parsed while it is iterated: the count it declares, and its packages."""

    count: int | None
    packages: Iterable[Package]
    validators: Validators = field(default_factory=Validators)


class CkanSource(Source):
    """Walks a CKAN by ``package_search``, sorted by id, so that changes do not shift pages."""

    kind = "ckan"
    Options = Options
    rank = 3
    merit = "merit-ckan"

    def __iter__(self) -> Iterator[RawRecord]:
        self._api = self.settings.url
        self._seen = IdentityIndex()
        self._ids = Digests()
        self._in_order = True
        if not self.client.remote or is_single(self.settings.url):
            yield from self._single()
            return
        self._api = api(self.settings.url)
        with Ahead(self.ask) as self._ahead:
            walk = PageWalk.by(self.options.rows, self.limit)
            yield from self._walk(walk)
            if not walk.broken and len(self._ids) < walk.stated:
                walk = walk.again()  # datasets were added or removed during the walk: repeat it
                yield from self._walk(walk)
        self.completeness = completeness(
            len(self._ids), start=walk.first, end=walk.last, broken=walk.broken
        )

    # --- Recognising portals ------------------------------------------------------------------

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for JSON with datasets, 0.1 for any other, in case no other kind reads it."""
        if sample.format != "ckan":
            return 0.0
        return 0.9 if sample.head["kind"] in _DATASETS else 0.1

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield where the action API may answer."""
        return ckan_probe.places(page)

    @classmethod
    def address(cls, url: str) -> str:
        """Return the portal's root, or the URL of a single document."""
        return ckan_probe.address(url) if is_api(url) else url

    @classmethod
    def contents(cls, url: str, client: Fetches, wish: Wish) -> Contents:
        """Return the number of datasets, by organisation and group."""
        return ckan_probe.contents(url, client, wish)

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return whether the URL is outside the API: such a document is a single static file."""
        return not is_api(url)

    # --- A single response --------------------------------------------------------------------

    def _single(self) -> Iterator[RawRecord]:
        with self._reading(), self.ask(self.settings.url, conditional=True) as found:
            if found.file is None:
                self.unchanged()
                return
            answer = self._open(found, self.settings.url)
        keys = yield from self._records(answer.packages)
        if self.total is None:
            self.total = len(keys)
        # A response that declares more datasets than it contains is not the whole source.
        self.completeness = completeness(len(self._ids), start=answer.count)
        if self.completeness.complete:
            self.found_validators = answer.validators

    # --- The walk -----------------------------------------------------------------------------

    def _walk(self, walk: PageWalk) -> Iterator[RawRecord]:
        while True:
            try:
                answer = self._page(walk)
                keys = yield from self._records(answer.packages)
            except (AddressRefused, ConfigError):
                raise
            except StopRun as error:
                if self._gives_up(walk, error):
                    return
                continue
            fresh = walk.read(answer.count, keys)
            if self._ends(walk, fresh):
                return

    def _gives_up(self, walk: PageWalk, error: StopRun) -> bool:
        """Retry a failed page in smaller steps; return True if the walk has to end."""
        if self._in_order and refusals.of_sort(error):
            self._in_order = False
            self.report("sort-refused", error.params["reason"])
            return False
        if walk.first is None and (walk.rows == 1 or not refusals.may_be_size(error)):
            raise refusals.dkan(self._api, error, self.ask) or error
        if walk.smaller():
            return False
        # Even a single dataset fails: skip it, but do not skip through the whole portal.
        walk.broken = "page-failed"
        self.report("page-failed", error.where, **error.reasons)
        return not walk.step_over()

    def _ends(self, walk: PageWalk, fresh: bool) -> bool:
        if not walk.step:
            return True
        if walk.pages >= self.options.max_pages:
            walk.broken = "page-cap"
            self.report("page-cap", walk.pages)
            return True
        if walk.last is not None and walk.start >= walk.last:
            # Past the declared count, the count is wrong: go on until a page has nothing new.
            return walk.start == walk.last or not fresh
        if not fresh:  # a portal that ignores `start`
            walk.broken = "page-repeated"
            self.report("page-repeated", f"start={walk.start - walk.step}")
        return not fresh

    def _page(self, walk: PageWalk) -> PackageAnswer:
        """Return the next page; prefetch the one after it while this one is read."""
        url = self._address(walk.start, walk.rows)
        with self._reading(), self._ahead.get(url) as found:
            walk.came(found)
            next_page = walk.foreseen()
            if next_page and not self.limit and walk.pages + 1 < self.options.max_pages:
                self._ahead.begin(self._address(*next_page))
            return self._open(found, url)

    def _address(self, start: int, rows: int) -> str:
        pairs = [("sort", "id asc")] if self._in_order else []
        pairs += [("start", str(start)), ("rows", str(rows))]
        filters = filter_queries(self.options)
        # One filter is sent as fq; a repeated fq is answered with 409, so several use fq_list.
        name = "fq" if len(filters) == 1 else "fq_list"
        pairs += [(name, query) for query in filters]
        return f"{self._api}/package_search?{urlencode(pairs)}"

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Add the API's own error message to a refusal."""
        try:
            yield
        except BadStatus as error:
            raise refusals.with_reason(error) from error

    def _open(self, found: http.Answer, url: str) -> PackageAnswer:
        """Open a document for reading; its packages are parsed as they are iterated."""
        assert found.file is not None
        self._keep_https(found.url)
        document = open_document(
            found.file,
            where=url,
            base=self._api,
            charset=found.charset,
            limits=self.parse_limits,
            left_out=left_out(self.settings.modified_is_file_time),
        )
        if document.format != "ckan":
            document.close()
            raise NotACatalogue("api-expected", where=url, format=document.format)
        head = document.head
        if "odd_count" in head:
            self.report("total-odd", head["odd_count"])
        if head["kind"] in ("error", "other"):
            document.close()
            if head["kind"] == "other":
                raise NotACatalogue("api-without-datasets", where=url)
            reason = head["error"] or "success is false"
            raise NotACatalogue("api-error", where=url, reason=reason)
        self.total = head.get("count")
        return PackageAnswer(self.total, self._packages(document), Validators.of(found))

    def _packages(self, document: Document) -> Iterator[Package]:
        """Yield the packages as they are parsed, then add the issues of their document."""
        yield from document.packages()
        for said in document.issues:
            if said not in self.issues:
                self.issues.append(said)

    def _keep_https(self, url: str) -> None:
        """Switch the API's URL to https after the portal has redirected from http."""
        here, there = urlsplit(self._api), urlsplit(url)
        if (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname:
            self._api = SplitResult("https", there.netloc, here.path, "", "").geturl()

    # --- Records ------------------------------------------------------------------------------

    def _records(self, packages: Iterable[Package]) -> Generator[RawRecord, None, list[str]]:
        """Yield the records of new packages; return the keys of all packages."""
        keys = []
        for package in packages:
            keys.append(package.key)
            if not self._ids.add(package.key):
                continue  # the id is the primary key in CKAN: this is the same dataset
            if package.type in NO_DATASETS:
                continue
            found = record(package, self.settings.url)
            if self._seen.admit(found):
                yield found
        return keys


def filter_queries(options: Options) -> list[str]:
    """Return the Solr filter queries for a source's options, one per condition."""
    found = []
    for name in ("organization", "groups", "tags"):
        values = getattr(options, name)
        if values:
            found.append(f"{name}:({' OR '.join(_quoted(value) for value in values)})")
    return [*found, *options.fq]


def _quoted(value: str) -> str:
    return '"' + "".join(f"\\{c}" if c in _SPECIAL else c for c in value) + '"'
