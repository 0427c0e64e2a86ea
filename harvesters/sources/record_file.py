"""Records of a walk in a temporary file, until the services among them are known."""

from __future__ import annotations

import tempfile
from typing import IO, Any, TypeAlias

import msgspec

#: Position and length in the file.
Place: TypeAlias = tuple[int, int]
#: Return a record as it is written.
encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_unpack = msgspec.json.Decoder(tuple[Any, msgspec.Raw]).decode


class RecordFile:
    """Plain JSON values, each read again by its place; use ``with``."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="hanse-")  # noqa: SIM115
        self._end = 0

    def write(self, value: Any) -> Place:
        """Add a value; return its place."""
        data = encode(value)
        self._file.seek(self._end)
        self._file.write(data)
        place = (self._end, len(data))
        self._end += len(data)
        return place

    def read(self, place: Place) -> Any:
        """Return the value at a place."""
        self._file.seek(place[0])
        return _decode(self._file.read(place[1]))

    def pack(self, facts: Any, text: bytes) -> Place:
        """Add a record that is given as text, with what is known of it; return its place."""
        return self.write((facts, msgspec.Raw(text)))

    def unpack(self, place: Place) -> tuple[Any, bytes]:
        """Return what :meth:`pack` added at a place; the text is not read."""
        self._file.seek(place[0])
        facts, text = _unpack(self._file.read(place[1]))
        return facts, bytes(text)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
