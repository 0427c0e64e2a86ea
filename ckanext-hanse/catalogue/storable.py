"""Text as PostgreSQL can hold it: what a portal sends may be none."""

from __future__ import annotations

from typing import Any

_INSTEAD = "\N{REPLACEMENT CHARACTER}"


def text(value: str) -> str:
    """``value`` with a replacement character for each NUL and each half of a surrogate pair."""
    return value.encode("utf-8", "replace").decode().replace("\0", _INSTEAD)


def json(value: Any) -> Any:
    """The same for every string in a JSON-able value."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {text(str(key)): json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json(item) for item in value]
    return value
