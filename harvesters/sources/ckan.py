"""CKAN's action API: ``package_search`` walked in a stable order.

Also takes what the API answers: the address or file of one ``package_show`` or
``package_search``, as it is.
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
from hanse_harvesters.sources import ckan_refusals as refusals
from hanse_harvesters.sources.ahead import Ahead
from hanse_harvesters.sources.base import RawRecord, Source, completeness
from hanse_harvesters.sources.ckan_address import api, has_action_api, is_api, is_single
from hanse_harvesters.sources.ckan_pages import PageWalk
from hanse_harvesters.sources.ckan_record import record
from hanse_harvesters.sources.fetch import Fetches, Validators
from hanse_harvesters.sources.identities import Digests, IdentityIndex
from hanse_harvesters.sources.sample import DocumentSample

_OK = 200
#: Kinds of answer that hold datasets.
_DATASETS = ("search", "package", "packages")
#: Packages that are no datasets; their types as CKAN's extensions name them.
_NO_DATASETS = frozenset({"harvest", "showcase", "page", "blog", "news"})
#: What changes with every view or check of a dataset and says nothing about it.
_VOLATILE = frozenset(
    {"tracking_summary", "archiver", "qa", "relationships_as_subject", "relationships_as_object"}
)
#: Kept off the fingerprint where the portal's time of change is that of a file.
_MODIFIED = frozenset({"metadata_modified", "modified"})
#: Special characters of Solr's query language.
_SPECIAL = '\\"'


@dataclass(frozen=True, slots=True)
class Options:
    """Which datasets, and how many at a time.

    ``organization``, ``groups``, ``tags``  names; several of one kind mean any of them.
    ``fq``    further Solr filter queries, all of which must hold.
    ``rows``  datasets a page; 0 for 100 and more where the portal is quick; halved by the
              connector where a page fails.
    ``max_pages``  ends a walk as incomplete.
    """

    organization: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fq: tuple[str, ...] = ()
    rows: int = 0
    max_pages: int = 100_000


@dataclass(slots=True)
class PackageAnswer:
    """An answer that is read as it is iterated: the count it states, its packages."""

    count: int | None
    packages: Iterable[Package]
    validators: Validators = field(default_factory=Validators)


class CkanSource(Source):
    """Walks a CKAN by its search, smallest id first, so that no change moves a page."""

    kind = "ckan"
    Options = Options

    def __iter__(self) -> Iterator[RawRecord]:
        self._api = self.settings.url
        self._file_time = self.settings.modified_is_file_time
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
                walk = walk.again()  # the stock moved while we read it: look again
                yield from self._walk(walk)
        self.completeness = completeness(
            len(self._ids), start=walk.first, end=walk.last, broken=walk.broken
        )

    # --- Which portals are such ---------------------------------------------------------------

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Any JSON, for want of another kind; what looks like datasets of a CKAN surely."""
        if sample.format != "ckan":
            return 0.0
        return 0.9 if sample.head["kind"] in _DATASETS else 0.1

    @classmethod
    def is_behind(cls, url: str, status: int, client: Fetches) -> bool:
        """Behind a page for people, and at the API's root, where CKAN itself has nothing."""
        return (status == _OK or "/api" in urlsplit(url).path) and has_action_api(url, client)

    @classmethod
    def is_single(cls, url: str) -> bool:
        """What is no part of the API was put there as one file."""
        return not is_api(url)

    # --- One answer ---------------------------------------------------------------------------

    def _single(self) -> Iterator[RawRecord]:
        with self._reading(), self.ask(self.settings.url, conditional=True) as found:
            if found.file is None:
                self.unchanged()
                return
            answer = self._open(found, self.settings.url)
        keys = yield from self._records(answer.packages)
        if self.total is None:
            self.total = len(keys)
        # An answer that says it holds less than there is was never the whole source.
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
        """Go on behind a page that fails in smaller steps; True where that leads nowhere."""
        if self._in_order and refusals.of_sort(error):
            self._in_order = False
            self.report("sort-refused", error.params["reason"])
            return False
        if walk.first is None and (walk.rows == 1 or not refusals.may_be_size(error)):
            raise refusals.dkan(self._api, error, self.ask) or error
        if walk.smaller():
            return False
        # Not even one: step over it, but not over the whole portal.
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
            # More than there is said to be: the count is wrong, and only an end is the end.
            return walk.start == walk.last or not fresh
        if not fresh:  # a portal that ignores `start`
            walk.broken = "page-repeated"
            self.report("page-repeated", f"start={walk.start - walk.step}")
        return not fresh

    def _page(self, walk: PageWalk) -> PackageAnswer:
        """The next page; while it is read, the one after it is fetched."""
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
        # One filter goes as fq; repeated, fq is answered with 409, so several go as a list.
        name = "fq" if len(filters) == 1 else "fq_list"
        pairs += [(name, query) for query in filters]
        return f"{self._api}/package_search?{urlencode(pairs)}"

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say of a refusal what the API says."""
        try:
            yield
        except BadStatus as error:
            raise refusals.with_reason(error) from error

    def _open(self, found: http.Answer, url: str) -> PackageAnswer:
        """Begin to read a document; its packages come as it is read."""
        assert found.file is not None
        self._keep_https(found.url)
        document = open_document(
            found.file,
            where=url,
            base=self._api,
            charset=found.charset,
            limits=self.parse_limits,
            left_out=_VOLATILE | (_MODIFIED if self._file_time else frozenset()),
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
        """The packages as they are read, then what was noticed about their document."""
        yield from document.packages()
        for said in document.issues:
            if said not in self.issues:
                self.issues.append(said)

    def _keep_https(self, url: str) -> None:
        """Stay on https once the portal has led there from http."""
        here, there = urlsplit(self._api), urlsplit(url)
        if (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname:
            self._api = SplitResult("https", there.netloc, here.path, "", "").geturl()

    # --- Records ------------------------------------------------------------------------------

    def _records(self, packages: Iterable[Package]) -> Generator[RawRecord, None, list[str]]:
        """The records of these packages that are new; gives the keys of all."""
        keys = []
        for package in packages:
            keys.append(package.key)
            if not self._ids.add(package.key):
                continue  # the id is the key of CKAN's table: this is the same dataset
            if package.type in _NO_DATASETS:
                continue
            found = record(package, self.settings.url)
            if self._seen.admit(found):
                yield found
        return keys


def filter_queries(options: Options) -> list[str]:
    """The Solr filter queries of a source's options, one a condition."""
    found = []
    for name in ("organization", "groups", "tags"):
        values = getattr(options, name)
        if values:
            found.append(f"{name}:({' OR '.join(_quoted(value) for value in values)})")
    return [*found, *options.fq]


def _quoted(value: str) -> str:
    return '"' + "".join(f"\\{c}" if c in _SPECIAL else c for c in value) + '"'
