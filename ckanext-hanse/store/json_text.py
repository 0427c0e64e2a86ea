"""JSON text of datasets, in a tenth of the time that Python's own encoder takes."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


class JSONText:
    """An encoder as pysolr wants one."""

    def encode(self, value: Any) -> str:
        """Return :func:`dumps` of a value."""
        return dumps(value)


def dumps(value: Any, cls: type[json.JSONEncoder] | None = None) -> str:
    """Return the JSON of a value; of one with half a surrogate pair, or an odd type, by ``cls``."""
    try:
        return _encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        return json.dumps(value, cls=cls)
