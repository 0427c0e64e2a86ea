"""A city's list of datasets as a spreadsheet: one file, or the files of a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from hanse_harvesters.errors import HanseError, NotACatalogue, TooMuch
from hanse_harvesters.http import Answer
from hanse_harvesters.sources.base import ItemRecord, RawRecord, Source, completeness
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.places import LINKED, Place, PortalPage, Reason
from hanse_harvesters.sources.sample import DocumentSample
from hanse_harvesters.tables.listing import Listing, gather, listing
from hanse_harvesters.tables.mapping import item_of, read
from hanse_harvesters.tables.sheet import Raw, header_row, known_headers

#: Refusals of files that anything else may read.
_NO_TABLE = {"table-empty", "table-markup", "table-other-file", "table-quote-unclosed"}

#: Endings of spreadsheets, and words in a link to a list of datasets.
_ENDINGS = (".xlsx", ".ods", ".csv")
_LIST = re.compile(r"datens(?:ae|ä)tz|verzeichnis|katalog|catalog|dataset|metadat|bestand", re.I)


class TableSource(Source):
    """Reads a list whole: which row belongs to which dataset is known only at its end.

    ``listing``  the list, once the walk has begun; for the completed list and the error sheet.
    """

    kind = "table"
    parser = "hanse_harvesters.tables.parse:rows"
    of_files = True
    listing: Listing

    def __iter__(self) -> Iterator[RawRecord]:
        self.listing = Listing()
        answer = self.ask(self.settings.url, conditional=True)
        if answer.not_modified:
            self.unchanged()
            return
        is_folder = not self.client.remote and self.settings.url.endswith("/")
        found = self._folder(answer) if is_folder else self._sheets(answer)
        self.listing = listing(found, answer.url)
        for reported in self.listing.issues:
            self.issues.append(reported)
        self.total = len(self.listing.entries)
        for entry in self.listing:
            record = ItemRecord.of(item_of(entry), read, identity=entry.identity)
            record.issues += entry.issues
            yield record
        self.completeness = completeness(len(self.listing.entries), start=self.total)
        if self.completeness.complete:
            self.found_validators = Validators.of(answer)

    def _sheets(self, answer: Answer, file: str = "") -> Iterator[Raw]:
        try:
            yield from gather(self.parse(answer), answer.url, file)
        except TooMuch as error:
            if error.id.startswith("table-"):
                raise
            # Of the process that reads it: a directory that lies, a cell in the last corner.
            raise TooMuch("table-unfolds", where=answer.url) from error

    def _folder(self, answer: Answer) -> Iterator[Raw]:
        """Yield the sheets of all lists in a folder (:class:`~hanse_harvesters.http.local`)."""
        assert answer.file is not None, "a folder is no 304"
        addresses = json.load(answer.file)
        if not addresses:
            raise NotACatalogue("folder-without-lists", where=answer.url)
        for address in addresses:
            with self.ask(address) as document:
                yield from self._sheets(
                    document, unquote(urlsplit(address).path.rpartition("/")[2])
                )

    @classmethod
    def places(cls, page: PortalPage) -> Iterator[Place]:
        """Yield links to spreadsheets that may be a list of datasets."""
        for link in page.links:
            path = urlsplit(link.url).path.lower()
            if path.endswith(_ENDINGS) and _LIST.search(f"{path} {link.text}"):
                why = Reason.of("place-link-like", text=link.text or link.url)
                yield Place(link.url, LINKED, why)

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.8 for a list, 0.3 for a table that is none, with a message that says why."""
        if sample.format or sample.start().lstrip("\ufeff \t\r\n").startswith("<"):
            return 0.0
        try:
            found = list(gather(sample.items(cls.parser), sample.url))
        except HanseError as error:
            return 0.0 if error.id in _NO_TABLE else 0.3
        if any(header_row(raw) is not None for raw in found):
            return 0.8
        is_table = any(raw.head["sheet"] or known_headers(raw) > 1 for raw in found)
        return 0.3 if is_table else 0.0

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return True: a list is one document."""
        return True
