"""The lines of a push, as the client sends them and the catalogue stores them.

A line of a manifest is ``KEY FINGERPRINT``, a line of records ``KEY FINGERPRINT RECORD``: 32 and 64
hex digits, and the record as JSON.  So the catalogue compares and stores without parsing what a
client sends; that is done in the parsing process, when the run reads it.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from hanse_harvesters.record import Record

#: Version of the protocol; the catalogue refuses a client of another one.
PROTOCOL = 1
#: Bytes of one line, and of what is sent with one request.
LONGEST_LINE, CHUNK = 1 << 23, 1 << 22
#: Lines of a manifest in one request.
MANIFEST = 5_000

KEY, FINGERPRINT = 32, 64
#: Where the record begins in its line.
RECORD = KEY + 1 + FINGERPRINT + 1
_HEAD = re.compile(rb"[0-9a-f]{32} [0-9a-f]{64}")


def key(identity: str) -> str:
    """Return what stands for an identity: 32 hex digits."""
    data = identity.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=KEY // 2).hexdigest()


def head(record: Record) -> str:
    """Return key and fingerprint of a record."""
    return f"{key(record.identity)} {record.fingerprint}"


def line(record: Record) -> bytes:
    """Return the line of a record, with the line's end."""
    content = {
        "identity": record.identity,
        "origin": record.origin,
        "dataset": record.dataset,
        "unknown": record.unknown,
        "issues": [[item.rule, item.field, item.value, item.params] for item in record.issues],
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"{head(record)} ".encode() + text.encode("utf-8", "replace") + b"\n"


def is_head(data: bytes) -> bool:
    """Return whether a line begins with key and fingerprint."""
    return _HEAD.match(data) is not None


def plain(content: Any) -> bool:
    """Return whether a record has the keys and types that :func:`line` writes."""
    return (
        isinstance(content, dict)
        and isinstance(content.get("identity"), str)
        and isinstance(content.get("dataset"), dict)
        and isinstance(content.get("origin", ""), str)
        and isinstance(content.get("unknown", ""), str)
        and isinstance(content.get("issues", []), list)
    )
