"""Decode bytes to text, even if the portal declares a wrong encoding.

A byte-order mark has precedence, then the bytes themselves: text that is valid
UTF-8 is read as UTF-8.  Otherwise the declared encoding is used, and single bytes
that are not valid UTF-8 are read as Windows-1252, so that one wrong byte does not
garble all umlauts of a catalogue.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_CHUNK = 1 << 18
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Declared encodings that are used.  ASCII and Latin-1 are Windows-1252 in practice.
_KNOWN = {f"iso8859-{n}" for n in range(2, 17)} | {f"cp125{n}" for n in range(9)}


@dataclass(slots=True)
class Charset:
    """How to decode the document: codec, bytes to skip at the start, declared encoding."""

    codec: str
    skip: int
    declared: str
    errors: str = "hanse"
    #: Number of bytes that are not valid UTF-8 and were read as Windows-1252.
    mended: int = 0


_found = Charset("utf-8", 0, "")


def _mend(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    _found.mended += len(wrong)
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("hanse", _mend)
codecs.lookup("cp1252")  # load its module while files can still be opened


def detect(file: IO[bytes], told: str) -> Charset:
    """Return the charset of a file and rewind it; ``told`` is the one declared by HTTP."""
    global _found
    file.seek(0)
    start = file.read(4096)
    named = _DECLARED.search(start)
    declared = _codec(named.group(1).decode("ascii")) if named else _codec(told)
    _found = _by_mark(start, declared) or _by_content(file, declared)
    codecs.lookup(_found.codec)
    file.seek(0)
    return _found


def _by_mark(start: bytes, declared: str) -> Charset | None:
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Charset(codec, len(mark), declared, "hanse" if codec == "utf-8" else "replace")
    for zeros, codec in ((b"\0", "utf-16-be"), (b"", "utf-16-le")):
        text = start[len(zeros) : 64]
        if len(start) > 3 and start.startswith(zeros) and _every_second_is_zero(text):
            return Charset(codec, 0, declared, "replace")
    return None


def _every_second_is_zero(text: bytes) -> bool:
    return bool(text[1::2]) and not any(text[1::2]) and all(text[::2])


def _by_content(file: IO[bytes], declared: str) -> Charset:
    if declared in _KNOWN and not _is_utf8(file):
        return Charset(declared, 0, declared, "replace")
    return Charset("utf-8", 0, declared)


def _is_utf8(file: IO[bytes]) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name if name.isascii() and name else ""
    except LookupError:
        return ""


def text(file: IO[bytes], charset: Charset) -> Iterator[str]:
    """Yield the document in pieces, without its byte-order mark; line ends are unchanged."""
    file.seek(charset.skip)
    decoder = codecs.getincrementaldecoder(charset.codec)(charset.errors)
    while chunk := file.read(_CHUNK):
        if piece := decoder.decode(chunk):
            yield piece
    if rest := decoder.decode(b"", final=True):
        yield rest


def disagreement(charset: Charset) -> str:
    """Return a wrongly declared charset for an issue, "" if it is right.  Call after reading."""
    if charset.mended and charset.declared not in ("iso8859-1", "cp1252"):
        return f"{charset.declared or 'utf-8'}, {charset.mended} bytes"
    return ""
