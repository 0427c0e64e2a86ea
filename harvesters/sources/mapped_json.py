"""Any JSON list or tree of datasets, by a mapping that the source brings in its options."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hanse_harvesters.errors import ConfigError, recast
from hanse_harvesters.mapping.jsontable import JsonPath, JsonTable, read
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import json_draft
from hanse_harvesters.sources.base import RawRecord
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.json_walk import JsonPage, JsonSource
from hanse_harvesters.sources.sample import DocumentSample

#: Records that are looked at for fields without a value, and how many tell something.
_LOOKED_AT, _ENOUGH = 200, 5


@dataclass(frozen=True, slots=True)
class Options:
    """The keys under ``options:`` of a source.

    ``mapping``    the table: :mod:`hanse_harvesters.mapping.jsontable.table`.
    ``next``       path of the next page's address in the document; the header ``Link`` counts too.
    ``page``       parameter of the address that holds a page's number, from ``first_page`` on.
    ``offset``     parameter that holds the number of records before the page.
    ``size``       parameter that holds the number of records a page is to have: ``page_size``.
    ``total``      path of the number of records that the portal states.
    ``max_pages``  pages after which the walk is ended.
    ``secret``     name of a header that the portal asks for (:mod:`hanse_harvesters.http.secret`);
                   only a source of the operator's file may have one.
    """

    mapping: Mapping[str, Any] = field(default_factory=dict)
    next: str = ""
    page: str = ""
    first_page: int = field(default=1, metadata={"least": 0})
    offset: str = ""
    size: str = ""
    page_size: int = 100
    total: str = ""
    max_pages: int = 10_000
    secret: str = ""

    def __post_init__(self) -> None:
        """Raise ConfigError, with the key as ``where``, for a mapping or path that is none."""
        if not self.mapping:
            raise ConfigError("json-mapping-missing", where="mapping")
        JsonTable.of(self.mapping, "mapping")
        for name in ("next", "total"):
            try:
                JsonPath.of(getattr(self, name))
            except ConfigError as error:
                raise recast(error, ConfigError, where=name) from error


class MappedJsonSource(JsonSource):
    """Walks the pages of a list, as its options say."""

    kind = "json"
    Options = Options
    of_files = True
    rank = -1
    merit = "merit-json"

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.3 for JSON of no known kind with a list of what may be datasets."""
        return 0.3 if sample.head.get("kind") == "other" and cls.draft(sample) else 0.0

    @classmethod
    def draft(cls, sample: DocumentSample) -> Mapping[str, Any]:
        """Return a mapping by the names of the fields."""
        return json_draft.draft(sample.items(json_draft.OUTLINE, most=50))

    def __init__(self, settings: SourceSettings, client: Fetches, limit: int | None = None) -> None:
        super().__init__(settings, client, limit)
        self.max_pages = self.options.max_pages
        self._mapping = json.dumps(self.options.mapping, sort_keys=True, default=str)
        self._next_link = JsonPath.of(self.options.next)
        self._total = JsonPath.of(self.options.total)

    @property
    def table(self) -> JsonTable:
        """The mapping of a record, from the options."""
        return _table(self._mapping)

    @property
    def mapping(self) -> Callable[..., ReadResult]:
        """The function that maps a record; other processes call it too."""
        return partial(read_mapped, mapping=self._mapping)

    def first(self) -> str:
        """Return the address of the first page."""
        return self._page_at(self.settings.url, self.options.first_page, 0)

    def following(self, page: JsonPage) -> str:
        """Return the address of the page after this one; one without records is the last."""
        link = (self._next_link.first(page.rest) if self.options.next else "") or page.link
        if link or not (self.options.page or self.options.offset) or not page.records:
            return link
        asked = dict(parse_qsl(urlsplit(page.url).query))
        number = int(asked.get(self.options.page, "0")) + 1
        before = int(asked.get(self.options.offset, "0")) + page.records
        total = self.declared(page)
        if total is not None and self.options.offset and before >= total:
            return ""
        return self._page_at(page.url, number, before)

    def __iter__(self) -> Iterator[RawRecord]:
        """Yield the records; report the fields that none of the first ones has a value for."""
        empty: frozenset[str] | None = None
        count = 0
        for record in super().__iter__():
            yield record
            if count < _LOOKED_AT:
                count += 1
                found = self.table.empty(record.read(language=self.settings.language).dataset)
                empty = found if empty is None else empty & found
        if empty and count >= _ENOUGH:
            self.report("json-fields-empty", ", ".join(sorted(empty)), count=count)

    def declared(self, page: JsonPage) -> int | None:
        """Return the number at the path ``total``."""
        stated = self._total.first(page.rest) if self.options.total else ""
        return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None

    def _page_at(self, url: str, number: int, before: int) -> str:
        """Return an address with the parameters of a page."""
        parameters = {
            self.options.page: number,
            self.options.offset: before,
            self.options.size: self.options.page_size,
        }
        wanted = {name: value for name, value in parameters.items() if name}
        if not wanted:
            return url
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if name not in wanted]
        return urlunsplit(parts._replace(query=urlencode([*kept, *wanted.items()])))


def read_mapped(item: Any, *, language: str, mapping: str) -> ReadResult:
    """Map a record by a table in JSON; ``language`` is not needed: texts have the source's."""
    return read(item, _table(mapping))


@lru_cache(maxsize=64)
def _table(mapping: str) -> JsonTable:
    return JsonTable.of(json.loads(mapping), "mapping")
