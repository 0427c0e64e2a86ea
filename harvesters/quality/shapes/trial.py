"""A process that reads new shape files and tries them, within limits; ends with its parent.

What an operator fetches may be broken, endless or hostile.  Here it is unpacked, parsed,
recognised, compiled and tried on a dataset; the parent gets N-Triples, or an error by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.processes import limits
from hanse_harvesters.processes.child import serve
from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.quality.shapes.engine import EngineError
from hanse_harvesters.quality.shapes.shape_set import ENDINGS, LARGEST, Role, ShapeFile, parse
from hanse_harvesters.quality.shapes.stack import Stack
from hanse_harvesters.sandbox.child.archive import BROKEN, Archive, ArchiveRefused, kind_of

#: Memory in bytes and processor time in seconds for one update.
MEMORY, SECONDS = 2 << 30, 60
_MOST_FILES = 500
#: File name, role, version, N-Triples.
Read: TypeAlias = tuple[str, str, str, str]
_SAMPLE = Fragment(
    "<urn:hanse:sample>",
    "<urn:hanse:sample> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://www.w3.org/ns/dcat#Dataset> .\n",
    {"<urn:hanse:sample>": ""},
)


def read(question: list[tuple[str, bytes]]) -> list[Read] | dict[str, Any]:
    """Return the shape files among documents and archives, or an error as JSON."""
    try:
        numbers = count(1)  # blank nodes of different files must differ
        found = [one for name, content in question for one in _files(name, content, numbers)]
        if not any(file.role is not Role.IMPORTS for file in found):
            raise ConfigError("shapes-unknown", where=question[0][0])
        _try(found)
        return [(one.file, one.role.value, one.version, one.text) for one in found]
    except HanseError as error:
        return error.as_json()
    except (MemoryError, RecursionError):
        return ConfigError("shapes-costly", seconds=SECONDS).as_json()


def _files(name: str, content: bytes, numbers: Iterator[int]) -> Iterator[ShapeFile]:
    """Yield the shape file, or those of an archive; what is no RDF in one is left out."""
    if not kind_of(BytesIO(content)):
        yield parse(content, PurePosixPath(name).name, next(numbers))
        return
    try:
        archive = Archive(BytesIO(content), most=_MOST_FILES, unpacked=_MOST_FILES * LARGEST // 10)
        for member in archive.members:
            inner = PurePosixPath(member.name)
            if not member.odd and inner.suffix in ENDINGS:
                try:
                    document = archive.read(member.name, LARGEST + 1)
                    yield parse(document, inner.name, next(numbers))
                except ConfigError as error:
                    if error.id != "shapes-unknown":  # examples lie beside the shapes
                        raise
    except ArchiveRefused as error:
        raise ConfigError(f"archive-{error.code}", where=name, **error.values) from error
    except BROKEN as error:
        raise ConfigError("archive-broken", where=name) from error


def _try(found: list[ShapeFile]) -> None:
    """Compile the files and judge a dataset by them; raise ConfigError if that fails."""
    try:
        Stack(found).trial(_SAMPLE)
    except EngineError as error:
        where = ", ".join(one.file for one in found)
        raise ConfigError("shapes-unreadable", where=where, reason=str(error)[:300]) from error


def _prepare(receive: Callable[[], Any]) -> Callable[[Any], Any]:
    limits.limit(MEMORY, SECONDS)
    return read


if __name__ == "__main__":
    serve(_prepare)
