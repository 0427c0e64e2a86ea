"""The document at an address, shown to every kind of portal: whose is it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hanse_harvesters.errors import HanseError, NotACatalogue
from hanse_harvesters.http import Answer
from hanse_harvesters.sandbox.document import open_document
from hanse_harvesters.sandbox.items import parse_items

_START = 1 << 16


@dataclass(slots=True)
class DocumentSample:
    """What can be known of a document without reading it in this process.

    ``format``   rdfxml, turtle, nquads, jsonld or ckan (any JSON that is no linked data), "" for
                 what is none of these; ``refusal`` then says what it is.
    ``head``     of JSON: ``{"kind": "search", "package", "packages", "error" or "other"}``.
    """

    url: str
    answer: Answer
    format: str = ""
    head: Mapping[str, Any] = field(default_factory=dict)
    refusal: NotACatalogue | None = None

    @classmethod
    def of(cls, answer: Answer, where: str) -> DocumentSample:
        """That of an answer; ``where`` names it in errors."""
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
        """Its first 64 KiB as text: to look for a mark in, not to parse."""
        assert self.answer.file is not None
        self.answer.file.seek(0)
        charset = self.answer.charset or "utf-8"
        data = self.answer.file.read(_START)
        try:
            return data.decode(charset, "replace")
        except LookupError:
            return data.decode("utf-8", "replace")

    def items(self, parser: str, most: int = 10) -> list[Any]:
        """The first items that a connector's parser gives of it, none where it refuses."""
        assert self.answer.file is not None
        found = parse_items(self.answer.file, parser, where=self.url, charset=self.answer.charset)
        try:
            return list(islice(found, most))
        except HanseError:
            return []
