"""Store a response's body in a file: decoded, limited in size, and checked for completeness."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING

from hanse_harvesters.errors import NotACatalogue, StopRun, TooMuch, TryAgain

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

_CHUNK = 1 << 16
#: Maximum output of a single decompression step, so that a bomb is noticed in time.
_STEP = 1 << 20
#: First bytes of a gzip file (RFC 1952).
_GZIP = b"\x1f\x8b"
_ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}


def save(
    response: BaseHTTPResponse, *, where: str, most: int, check: Callable[[], None]
) -> tuple[IO[bytes], int]:
    """Return the decoded body in a temporary file, at its start, and its size in bytes.

    ``most`` limits the decoded bytes; ``check`` is called between chunks and may raise.
    Raises TooMuch above the limit, TryAgain for an incomplete body, NotACatalogue for an
    encoding that was not requested.
    """
    return _saved(_decoded(response, where, most, check), where, most)


def unpacked(packed: IO[bytes], *, where: str, most: int) -> tuple[IO[bytes], int] | None:
    """Decompress a gzip file to the same result as :func:`save`; None if it is not gzip."""
    packed.seek(0)
    is_packed = packed.read(len(_GZIP)) == _GZIP
    packed.seek(0)
    if not is_packed:
        return None
    chunks = iter(lambda: packed.read(_CHUNK), b"")
    return _saved(_unpacked(chunks, "gzip", where), where, most)


def _saved(pieces: Iterable[bytes], where: str, most: int) -> tuple[IO[bytes], int]:
    file = _spool()
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise TooMuch("answer-large", where=where, most=most)
            _keep(file, piece)
        _keep(file, b"", to_the_end=True)
    except BaseException:
        with contextlib.suppress(OSError):  # the failed write is repeated and fails again
            file.close()
        raise
    return file, size


def _spool() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile(prefix="hanse-")
    except OSError as error:
        raise _failed(error) from error


def _keep(file: IO[bytes], piece: bytes, *, to_the_end: bool = False) -> None:
    """Write a piece, and rewind ``to_the_end``; raise StopRun if the disk is full."""
    try:
        file.write(piece)
        if to_the_end:
            file.seek(0)
    except OSError as error:
        raise _failed(error) from error


def _failed(error: OSError) -> StopRun:
    try:
        folder = tempfile.gettempdir()
    except OSError:  # there is no writable folder
        folder = os.environ.get("TMPDIR", "TMPDIR")
    return StopRun("spool-failed", where=folder, reason=error.strerror or str(error))


def _decoded(
    response: BaseHTTPResponse, where: str, most: int, check: Callable[[], None]
) -> Iterator[bytes]:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise NotACatalogue("answer-encoded", where=where, encoding=encoding[:40])
    received = _received(response, where, most, check)
    if encoding in ("", "identity"):
        start = next(received, b"")
        received = itertools.chain([start], received)
        # A dump stored as catalog.rdf.gz is compressed, although the server does not declare it.
        encoding = "gzip" if start.startswith(_GZIP) else ""
    return _unpacked(received, encoding, where) if encoding else received


def declared_length(value: str) -> int | None:
    """Return the value of Content-Length, None if invalid (a sign, other digits, too long)."""
    text = value.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _received(
    response: BaseHTTPResponse, where: str, most: int, check: Callable[[], None]
) -> Iterator[bytes]:
    """Yield the bytes as transferred; raise TryAgain if there are fewer than declared.

    Their number is limited, too: a compressed body may be endless and decompress to nothing.
    """
    from urllib3.exceptions import HTTPError  # loaded with the response

    declared = declared_length(response.headers.get("content-length", ""))
    try:
        # read1 returns the available bytes; read would wait for a full chunk.
        while chunk := response.read1(_CHUNK, decode_content=False):
            check()
            if response.tell() > most + _CHUNK:
                raise TooMuch("answer-large", where=where, most=most)
            yield chunk
    except (HTTPError, OSError) as error:
        check()
        raise TryAgain("answer-broke-off", where=where, reason=str(error)[:300]) from error
    check()
    arrived = response.tell()
    if declared is not None and arrived < declared:
        raise TryAgain("answer-half", where=where, arrived=arrived, declared=declared)


def _unpacked(chunks: Iterator[bytes], encoding: str, where: str) -> Iterator[bytes]:
    """Decompress gzip (also with several members) or deflate, at most ``_STEP`` bytes at a time."""
    unpacker: zlib._Decompress | None = None
    for chunk in chunks:
        while chunk:
            if unpacker is None or unpacker.eof:
                unpacker = zlib.decompressobj(window(encoding, chunk))
            try:
                piece = unpacker.decompress(chunk, _STEP)
            except zlib.error as error:
                raise TryAgain(
                    "answer-packed-wrongly", where=where, encoding=encoding, reason=error
                ) from error
            chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if piece:
                yield piece
            elif not unpacker.eof and not chunk:
                break
    if unpacker is not None and not unpacker.eof:
        raise TryAgain("answer-endless", where=where, encoding=encoding)


def window(encoding: str, start: bytes) -> int:
    """Return zlib's window bits: "deflate" is sent with and without a zlib header."""
    if encoding != "deflate":
        return 16 + zlib.MAX_WBITS
    return zlib.MAX_WBITS if start[:1] == b"\x78" else -zlib.MAX_WBITS
