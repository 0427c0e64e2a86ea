"""JSON-LD contexts that lie elsewhere: they are never fetched, and left out where others remain."""

from __future__ import annotations

from typing import Any

_KEY = "@context"


def without_remote(document: Any) -> tuple[Any, list[str], bool]:
    """Return a document without contexts that would have to be fetched.

    Also the addresses of those, and whether the document explains names itself.  The document
    that is given is changed.
    """
    addresses: dict[str, None] = {}
    explains = False
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if _KEY in value:
                kept = _local(value[_KEY], addresses)
                explains = explains or any(map(_explains, kept))
                if kept:
                    value[_KEY] = kept
                else:
                    del value[_KEY]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return document, list(addresses), explains


def _local(context: Any, addresses: dict[str, None]) -> list[Any]:
    """Return the parts of a context that stand in the document, and note the others."""
    kept = []
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, str):
            addresses[part] = None
            continue
        if isinstance(part, dict) and isinstance(part.get("@import"), str):
            addresses[part["@import"]] = None
            part = {key: value for key, value in part.items() if key != "@import"}
        kept.append(part)
    return kept


def _explains(context: Any) -> bool:
    return isinstance(context, dict) and any(
        key == "@vocab" or not key.startswith("@") for key in context
    )
