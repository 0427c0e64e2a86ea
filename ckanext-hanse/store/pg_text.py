"""Convert text and numbers from portals and users to what PostgreSQL can store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

#: The largest id of a row.
LARGEST = 2**63 - 1
_INSTEAD = "\N{REPLACEMENT CHARACTER}"


def text(value: str) -> str:
    """Replace each NUL and each half of a surrogate pair in ``value``."""
    return value.encode("utf-8", "replace").decode().replace("\0", _INSTEAD)


def json(value: Any) -> Any:
    """Apply :func:`text` to every string in a JSON-able value."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {text(str(key)): json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json(item) for item in value]
    return value


def row(number: object) -> int | None:
    """Return ``number`` as the id of a row; None if it cannot be one."""
    digits = str(number)
    if not digits.isdecimal() or len(digits) > len(str(LARGEST)):
        return None
    found = int(digits)
    return found if 0 < found <= LARGEST else None


def moment(value: datetime | None) -> str | None:
    """Return a time as ISO 8601, None if there is none."""
    return value.isoformat(timespec="seconds") if value else None
