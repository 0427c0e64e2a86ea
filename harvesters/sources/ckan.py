"""CKAN's action API: ``package_search`` walked in a stable order.

Also takes what the API answers: the address or file of one ``package_show`` or
``package_search``, as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from hanse_harvesters.errors import AddressRefused, ConfigError, NotACatalogue, StopRun
from hanse_harvesters.http import BadStatus
from hanse_harvesters.issue import issue
from hanse_harvesters.mapping import ckan_package
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.parse import open_document
from hanse_harvesters.sources.base import (
    Digests,
    RawRecord,
    Seen,
    Source,
    Validators,
    too_large,
    walked,
)

_API = "/api/3/action"
#: Packages that are no datasets; their types as CKAN's extensions name them.
_NO_DATASETS = frozenset({"harvest", "showcase", "page", "blog", "news"})
#: What changes with every view or check of a dataset and says nothing about it.
_VOLATILE = frozenset(
    {"tracking_summary", "archiver", "qa", "relationships_as_subject", "relationships_as_object"}
)
#: Kept off the fingerprint where the portal's time of change is that of a file.
_MODIFIED = frozenset({"metadata_modified", "modified"})
#: Single records in a row that may fail before the walk ends.
_PATIENCE = 3
#: Values in a package; one with thousands of resources stays below.
_MOST_VALUES = 150_000
#: Special characters of Solr's query language.
_SPECIAL = '\\"'


@dataclass(frozen=True, slots=True)
class Options:
    """Which datasets, and how many at a time.

    ``organization``, ``groups``, ``tags``  names; several of one kind mean any of them.
    ``fq``    further Solr filter queries, all of which must hold.
    ``rows``  datasets a page; halved by the connector where a page fails.
    ``max_pages``  ends a walk as incomplete.
    """

    organization: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fq: tuple[str, ...] = ()
    rows: int = 100
    max_pages: int = 100_000


@dataclass(slots=True)
class Answer:
    """A parsed answer: what it is, the count it states, its packages."""

    kind: str
    count: int | None
    packages: list[dict[str, Any]]
    validators: Validators = field(default_factory=Validators)


@dataclass(slots=True)
class Walk:
    """One pass: where it stands, what it counted, what went wrong."""

    start: int = 0
    rows: int = 100
    first: int | None = None
    last: int | None = None
    broken: str = ""
    failures: int = 0
    pages: int = 0
    met: Digests = field(default_factory=Digests)


@dataclass(slots=True, kw_only=True)
class PackageRecord(RawRecord):
    """A package as the API gives it."""

    package: dict[str, Any]
    base: str
    large: bool = False

    def read(self, *, language: str) -> ReadResult:
        """The dataset by the rules of German CKANs; SkipRecord for one beyond all reason."""
        return self.detached()(language=language)

    def detached(self) -> Callable[..., ReadResult]:
        """The same from the package alone."""
        if self.large:
            return partial(too_large, "package-large", _MOST_VALUES)
        return partial(ckan_package.read_package, self.package, base_url=self.base)


class CkanSource(Source):
    """Walks a CKAN by its search, smallest id first, so that no change moves a page."""

    kind = "ckan"
    Options = Options

    def __iter__(self) -> Iterator[RawRecord]:
        self._api = self.settings.url
        self._seen = Seen()
        self._ids = Digests()
        if not self.client.remote or is_single(self.settings.url):
            yield from self._single()
            return
        self._api = api(self.settings.url)
        walk = Walk(rows=self._rows())
        yield from self._walk(walk)
        if not walk.broken and len(self._ids) < _smaller(walk):
            walk = Walk(rows=walk.rows)  # the stock moved while we read it: look again
            yield from self._walk(walk)
        self.completeness = walked(
            len(self._ids), start=walk.first, end=walk.last, broken=walk.broken
        )

    def _rows(self) -> int:
        rows: int = max(1, self.options.rows)
        return min(rows, self.limit) if self.limit else rows

    # --- One answer ---------------------------------------------------------------------------

    def _single(self) -> Iterator[RawRecord]:
        answer = self._ask(self.settings.url, single=True)
        if self.not_modified:
            return
        yield from self._records(answer.packages)
        # An answer that says it holds less than there is was never the whole source.
        self.completeness = walked(len(self._ids), start=answer.count)
        if self.completeness.complete:
            self.found_validators = answer.validators

    # --- The walk -----------------------------------------------------------------------------

    def _walk(self, walk: Walk) -> Iterator[RawRecord]:
        while True:
            answer = self._page(walk)
            if answer is None:  # not even one: step over it, but not over the whole portal
                walk.start += 1
                walk.failures += 1
                if walk.failures >= _PATIENCE or walk.start >= (walk.last or 0):
                    return
                continue
            walk.failures = 0
            walk.pages += 1
            walk.rows = min(walk.rows * 2, self._rows())
            walk.first = answer.count if walk.first is None else walk.first
            walk.last = answer.count if answer.count is not None else walk.last
            fresh = [item for item in answer.packages if walk.met.add(_key(item))]
            yield from self._records(fresh)
            walk.start += len(answer.packages)
            if self._ends(walk, answer, bool(fresh)):
                return

    def _ends(self, walk: Walk, answer: Answer, fresh: bool) -> bool:
        if not answer.packages:
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
            self.report("page-repeated", f"start={walk.start - len(answer.packages)}")
        return not fresh

    def _page(self, walk: Walk) -> Answer | None:
        """The next page, in smaller steps where it fails; None where one record fails."""
        while True:
            try:
                return self._ask(self._address(walk.start, walk.rows))
            except (AddressRefused, ConfigError):
                raise
            except StopRun as error:
                if walk.first is None and (walk.rows == 1 or not _may_be_size(error)):
                    raise
                if walk.rows == 1:
                    walk.broken = "page-failed"
                    self.report("page-failed", error.where, **error.reasons)
                    return None
                walk.rows = max(1, walk.rows // 2)

    def _address(self, start: int, rows: int) -> str:
        pairs = [("sort", "id asc"), ("start", str(start)), ("rows", str(rows))]
        filters = filter_queries(self.options)
        # One filter goes as fq; repeated, fq is answered with 409, so several go as a list.
        name = "fq" if len(filters) == 1 else "fq_list"
        pairs += [(name, query) for query in filters]
        return f"{self._api}/package_search?{urlencode(pairs)}"

    def _ask(self, url: str, *, single: bool = False) -> Answer:
        try:
            with self.ask(url, conditional=single) as found:
                if found.file is None:
                    self.unchanged()
                    return Answer("unchanged", None, [])
                self._keep_https(found.url)
                document = open_document(
                    found.file,
                    where=url,
                    base=self._api,
                    charset=found.charset,
                    limits=self.parse_limits,
                )
                if document.format != "ckan":
                    raise NotACatalogue("api-expected", where=url, format=document.format)
                packages = list(document.packages())
        except BadStatus as error:
            raise _with_reason(error) from error
        for said in document.issues:
            if said not in self.issues:
                self.issues.append(said)
        head = document.head
        if "odd_count" in head:
            self.report("total-odd", head["odd_count"])
        if head["kind"] == "error":
            reason = head["error"] or "success is false"
            raise NotACatalogue("api-error", where=url, reason=reason)
        if head["kind"] == "other" and not packages:
            raise NotACatalogue("api-without-datasets", where=url)
        count = head.get("count")
        self.total = len(packages) if single and count is None else count
        return Answer(head["kind"], count, packages, Validators.of(found))

    def _keep_https(self, url: str) -> None:
        """Stay on https once the portal has led there from http."""
        here, there = urlsplit(self._api), urlsplit(url)
        if (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname:
            self._api = SplitResult("https", there.netloc, here.path, "", "").geturl()

    # --- Records ------------------------------------------------------------------------------

    def _records(self, packages: list[dict[str, Any]]) -> Iterator[RawRecord]:
        for package in packages:
            if not self._ids.add(_key(package)):
                continue  # the id is the key of CKAN's table: this is the same dataset
            if package.get("type") in _NO_DATASETS:
                continue
            found = record(
                package,
                self.settings.url,
                ignore_modified=self.settings.modified_is_file_time,
            )
            if self._seen.admit(found):
                yield found


def _key(package: dict[str, Any]) -> str:
    return str(package.get("id") or package.get("name") or fingerprint_json(package))


def record(package: dict[str, Any], base: str, *, ignore_modified: bool) -> PackageRecord:
    """The record of a package: identity by its IRI, else its address there, else content."""
    large = _values(package) > _MOST_VALUES
    left_out = _VOLATILE | (_MODIFIED if ignore_modified else frozenset())
    raw = fingerprint_json(_steady(package, left_out))
    found = PackageRecord(identity="", raw=raw, package=package, base=base, large=large)
    found.identity = _named(package) or _address(package, base) or f"content:{raw}"
    found.origin = ckan_package.page(package, base)
    if found.identity.startswith("content:"):
        found.issues.append(issue("identity-from-content", "identifier"))
    return found


def _values(package: dict[str, Any]) -> int:
    """How many values a package holds; counted no further than needed."""
    count = 0
    waiting: list[Any] = [package]
    while waiting and count <= _MOST_VALUES:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return count


def _named(package: dict[str, Any]) -> str:
    """The dataset's own IRI, where the portal keeps one (as ckanext-dcat does)."""
    extras = package.get("extras")
    pairs = [item for item in extras if isinstance(item, dict)] if isinstance(extras, list) else []
    values = [package.get("uri"), *(p.get("value") for p in pairs if p.get("key") == "uri")]
    return next((v.strip() for v in values if isinstance(v, str) and v.strip()), "")


def _address(package: dict[str, Any], base: str) -> str:
    """The IRI CKAN's own RDF gives a package; its bare id where the portal is not known."""
    key = package.get("id") or package.get("name")
    if not isinstance(key, str) or not key:
        return ""
    if not base.startswith("http"):
        return key
    return f"{ckan_package.site(base)}/dataset/{quote(key, safe='', errors='replace')}"


def _steady(value: Any, left_out: frozenset[str]) -> Any:
    """The package without what changes by itself, its lists of names in one order."""
    if isinstance(value, dict):
        return {k: _steady(v, left_out) for k, v in value.items() if k not in left_out}
    if isinstance(value, list):
        return sorted((_steady(item, left_out) for item in value), key=_order)
    return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def api(url: str) -> str:
    """The action API's root for whatever address of a portal was given.

    >>> api("https://example.org/ckan/api/3/action/package_list")
    'https://example.org/ckan/api/3/action'
    """
    parts = urlsplit(url)
    path = parts.path.partition("/api/")[0].removesuffix("/api")
    for page in ("/dataset", "/organization", "/group"):
        path = path.partition(f"{page}/")[0].removesuffix(page)
    return parts._replace(path=path.rstrip("/") + _API, query="", fragment="").geturl()


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


def is_single(url: str) -> bool:
    """Whether the address is that of one answer rather than of a portal."""
    action = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return action == "package_show" or action.endswith(".json")


def _may_be_size(error: StopRun) -> bool:
    """Whether a smaller page might go better: not for a 4xx, a page of HTML or a wrong address."""
    if isinstance(error, NotACatalogue):
        return False
    return not isinstance(error, BadStatus) or error.status >= 500


def _smaller(walk: Walk) -> int:
    return min((total for total in (walk.first, walk.last) if total is not None), default=0)


def _with_reason(error: BadStatus) -> BadStatus:
    """The error with what the API says in its body (a refused filter, for instance)."""
    try:
        said = json.loads(error.excerpt).get("error")
    except (ValueError, AttributeError, RecursionError):
        return error
    text = json.dumps(said, ensure_ascii=False) if isinstance(said, dict) else str(said or "")
    found = BadStatus("status-explained", where=error.where, reason=text[:300], **error.own_words)
    found.status = error.status
    return found
