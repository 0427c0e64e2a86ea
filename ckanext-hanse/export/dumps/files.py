"""The files of a dump: their names, which never change, and what they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The checksums of the others, as ``sha256sum --check`` reads them.
CHECKSUMS = "SHA256SUMS"
#: The catalogue itself, from which a dump is rewritten.
QUADS, PACKAGES = "catalog.nq.gz", "datasets.jsonl.gz"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileKind:
    """A file of a dump.

    ``media_type``  of the content; ``packed``: it is compressed by gzip.
    ``label``       of the format, the same in every language.
    """

    name: str
    label: str
    media_type: str
    packed: bool = True

    @property
    def served_as(self) -> str:
        """The media type of the file as it is."""
        return "application/gzip" if self.packed else self.media_type


_PARQUET = "application/vnd.apache.parquet"
#: In the order in which they are offered.
KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind("catalog.ttl.gz", "Turtle", "text/turtle"),
        FileKind(QUADS, "N-Quads", "application/n-quads"),
        FileKind("catalog.jsonld.gz", "JSON-LD", "application/ld+json"),
        FileKind("catalog.xml.gz", "RDF/XML", "application/rdf+xml"),
        FileKind(PACKAGES, "JSON Lines", "application/jsonl"),
        FileKind("datasets.csv.gz", "CSV", "text/csv"),
        FileKind("distributions.csv.gz", "CSV", "text/csv"),
        FileKind("datasets.parquet", "Parquet", _PARQUET, packed=False),
        FileKind("distributions.parquet", "Parquet", _PARQUET, packed=False),
    )
}


def media_type(name: str) -> str:
    """Return the media type under which a file is served."""
    return KINDS[name].served_as if name in KINDS else "text/plain; charset=utf-8"


def described(path: Path) -> dict[str, Any]:
    """Return ``{"name", "size", "sha256"}`` of a finished file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {"name": path.name, "size": path.stat().st_size, "sha256": digest.hexdigest()}


def checksums(files: list[dict[str, Any]]) -> str:
    """Return the text of :data:`CHECKSUMS`."""
    return "".join(f"{item['sha256']}  {item['name']}\n" for item in files)
