"""Read the count and the facets of a CKAN's answer to ``package_search``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from hanse_harvesters.sandbox.child import charset as charsets
from hanse_harvesters.sandbox.child import jsondoc

_FACETS = ("organization", "groups")
_LONGEST = 300


def items(document: IO[bytes], charset: str) -> Iterator[dict[str, Any]]:
    """Yield ``{"count", "organization": [{"name", "title", "count"}], "groups": […]}``."""
    text = "".join(charsets.text(document, charsets.detect(document, charset)))
    found, _ = jsondoc.load(text)
    result = found.get("result") if isinstance(found, dict) else None
    if not isinstance(result, dict):
        raise ValueError("no result of a search")
    facets = result.get("search_facets")
    facets = facets if isinstance(facets, dict) else {}
    count = result.get("count")
    yield {
        "count": count if isinstance(count, int) and not isinstance(count, bool) else None,
        **{name: _values(facets.get(name)) for name in _FACETS},
    }


def _values(facet: Any) -> list[dict[str, Any]]:
    entries = facet.get("items") if isinstance(facet, dict) else None
    found = [_value(entry) for entry in entries or () if isinstance(entry, dict)]
    kept = [value for value in found if value is not None]
    return sorted(kept, key=lambda value: (-value["count"], value["title"]))


def _value(entry: dict[str, Any]) -> dict[str, Any] | None:
    name, count = entry.get("name"), entry.get("count")
    if not isinstance(name, str) or not name or not isinstance(count, int):
        return None
    title = entry.get("display_name")
    shown = title if isinstance(title, str) and title.strip() else name
    return {"name": name[:_LONGEST], "title": shown[:_LONGEST], "count": max(0, count)}
