"""The document at a URL, shown to every kind of portal to detect which one it is."""

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
        self.answer.file.seek(0)
        charset = self.answer.charset or "utf-8"
        data = self.answer.file.read(_START)
        try:
            return data.decode(charset, "replace")
        except LookupError:
            return data.decode("utf-8", "replace")

    def items(self, parser: str, most: int = 10) -> list[Any]:
        """Return the first items that a connector's parser finds, none if it refuses."""
        assert self.answer.file is not None
        found = parse_items(self.answer.file, parser, where=self.url, charset=self.answer.charset)
        try:
            return list(islice(found, most))
        except HanseError:
            return []
