"""Raw records that stay text until they are mapped: the unchanged ones are never read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from hanse_harvesters.issue import issue
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sandbox.items import decode
from hanse_harvesters.sources.base import RawRecord


@dataclass(slots=True, kw_only=True)
class PackedRecord(RawRecord):
    """A record as JSON text, and the function that maps it: see :class:`.base.ItemRecord`."""

    text: bytes
    mapping: Callable[..., ReadResult]

    @classmethod
    def of(
        cls,
        text: bytes,
        mapping: Callable[..., ReadResult],
        *,
        identity: str,
        raw: str,
        origin: str = "",
        **more: Any,
    ) -> Self:
        """Return the record of a text; without an identity, ``raw``, its digest, is used.

        ``more``  further attributes, of a subclass.
        """
        found = cls(identity or f"content:{raw}", raw, origin, text=text, mapping=mapping, **more)
        if not identity:
            found.issues.append(issue("identity-from-content", "identifier"))
        return found

    def read(self, *, language: str) -> ReadResult:
        """Return the dataset that ``mapping`` makes of the item."""
        return read_packed(self.text, self.mapping, language=language)

    def detached(self) -> Callable[..., ReadResult]:
        """Return ``mapping`` with the text of the item bound, to be called in another process."""
        return partial(read_packed, self.text, self.mapping)


def read_packed(text: bytes, mapping: Callable[..., ReadResult], *, language: str) -> ReadResult:
    """Map an item that is given as text."""
    return mapping(decode(text), language=language)
