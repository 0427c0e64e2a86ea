"""The document at a URL, shown to every kind of portal to detect which one it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urljoin

from hanse_harvesters.errors import HanseError, NotACatalogue
from hanse_harvesters.http import Answer, address
from hanse_harvesters.sandbox.child import charset
from hanse_harvesters.sandbox.client import ParseLimits
from hanse_harvesters.sandbox.document import open_document
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources.places import Link, PortalPage

_START = 1 << 16
_PAGE = "hanse_harvesters.sandbox.child.page:items"
#: A page is read in part, but no page may keep the process busy.
_PAGE_LIMITS = ParseLimits(memory=1 << 29, cpu=10, wall=30.0)


@dataclass(slots=True)
class DocumentSample:
    """What is known of a document without parsing it in this process.

    ``format``   rdfxml, turtle, nquads, jsonld or ckan (any JSON that is not linked data), "" for
                 anything else; ``refusal`` then describes it.
    ``head``     for JSON: ``{"kind": "search", "package", "packages", "error" or "other"}``.
    """

    url: str
    answer: Answer
    format: str = ""
    head: Mapping[str, Any] = field(default_factory=dict)
    refusal: NotACatalogue | None = None

    @classmethod
    def of(cls, answer: Answer, where: str) -> DocumentSample:
        """Return the sample of an answer; ``where`` names it in errors."""
        assert answer.file is not None, "no condition was sent"
        found = cls(answer.url, answer)
        try:
            document = open_document(
                answer.file, where=where, base=answer.url, charset=answer.charset
            )
        except NotACatalogue as error:
            found.refusal = error
            return found
        document.close()
        found.format, found.head = document.format, document.head
        return found

    def start(self) -> str:
        """Return the first 64 KiB as text: to search for a marker, not to parse."""
        assert self.answer.file is not None
        found = charset.detect(self.answer.file, self.answer.charset)
        return self.answer.file.read(_START).decode(found.codec, "replace")

    def items(self, parser: str, most: int = 10, **arguments: str) -> list[Any]:
        """Return the first items that a connector's parser finds, none if it refuses.

        ``arguments`` are further ones of the parser, by name.
        """
        assert self.answer.file is not None
        found = parse_items(
            self.answer.file,
            parser,
            where=self.url,
            charset=self.answer.charset,
            arguments=arguments,
        )
        try:
            return list(islice(found, most))
        except HanseError:
            return []

    def page(self) -> PortalPage:
        """Return what the document says of the portal as a page; links are absolute."""
        assert self.answer.file is not None
        try:
            head, *links = parse_items(
                self.answer.file,
                _PAGE,
                where=self.url,
                charset=self.answer.charset,
                limits=_PAGE_LIMITS,
            )
        except HanseError:
            return PortalPage(self.url, start=self.start().lower())
        base = next((self._absolute(link["url"], self.url) for link in links if _is_base(link)), "")
        return PortalPage(
            self.url,
            title=head["title"],
            generator=head["generator"],
            language=head["language"],
            start=self.start().lower(),
            links=tuple(self._links(links, base or self.url)),
            has_password=head["password"],
            facts={"keys": head["keys"], "conforms": head["conforms"]},
        )

    def _links(self, links: list[Any], base: str) -> Iterator[Link]:
        headers = [*_of_header(self.answer.headers.get("link", ""))]
        for link in [*headers, *links]:
            url = self._absolute(link["url"], base)
            if url and not _is_base(link):
                rel = frozenset(link["rel"].lower().split())
                yield Link(url, rel, link["type"].lower(), link["text"])

    @staticmethod
    def _absolute(url: str, base: str) -> str:
        """Return an address on the web without its fragment, "" for any other."""
        try:
            found = urldefrag(urljoin(base, url)).url
            parts = address.split(found)
        except (ValueError, HanseError):
            return ""
        return found if parts.hostname else ""


def _is_base(link: Mapping[str, Any]) -> bool:
    return bool(link["rel"] == "base")


def _of_header(header: str) -> Iterator[dict[str, str]]:
    """Yield the links of a ``Link`` header (RFC 8288)."""
    if not header:
        return
    from requests.utils import parse_header_links  # loaded with the answer that has it

    for link in parse_header_links(header[:8000]):
        found = {name: str(link.get(name, "")) for name in ("url", "rel", "type")}
        yield {**found, "text": str(link.get("title", ""))}
