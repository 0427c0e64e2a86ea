"""The records of OGC API Records, with the facts for which a walk need not read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from hanse_harvesters.mapping import ogcrecord
from hanse_harvesters.sandbox.child import jsonlist
from hanse_harvesters.sandbox.child.lines import Packed


def packed(
    document: IO[bytes], charset: str, *, services: str = "", **asked: str
) -> Iterator[list[Any] | Packed]:
    """Yield what :func:`.jsonlist.packed` does, with further facts of each record.

    ``id`` as a text, ``kind`` (:func:`~hanse_harvesters.mapping.ogcrecord.kind`), ``title``, and
    ``origin``, the page that it names.  ``services`` is not "" if the collection holds only such.
    """
    for item in jsonlist.packed(document, charset, **asked):
        if isinstance(item, Packed):
            item.facts.update(_facts(item.value, services))
        yield item


def _facts(item: Any, services: str) -> dict[str, str]:
    id = item.get("id") if isinstance(item, dict) else None
    pages = (url for url in ogcrecord.pages(item) if url.startswith(("http://", "https://")))
    return {
        "id": ogcrecord.text(id),
        "kind": ogcrecord.kind(item, among_services=bool(services)),
        "title": ogcrecord.title(item) if isinstance(item, dict) else "",
        "origin": next(pages, ""),
    }
