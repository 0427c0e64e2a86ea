"""A dataset as Croissant 1.0, for tools of machine learning: schema.org with files to load.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html
"""

from __future__ import annotations

import re
from typing import Any

from ckanext.hanse.export import citation, schema_org
from ckanext.hanse.export.description import Description, FileOf

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
#: As the specification and its reader have it (appendix 1), terms that are not used here too:
#: mlcroissant warns of any other context.
_CONTEXT = {
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{
        term: f"cr:{term}"
        for term in (
            "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
            "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path",
            "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
            "source", "subField", "transform",
        )
    },
}  # fmt: skip
_VERSION = re.compile(r"\d+\.\d+\.\d+")
#: Checksums that Croissant knows.
_CHECKSUMS = ("sha256", "md5")


def files(found: Description) -> list[FileOf]:
    """Return the files that can be loaded: an address of the content, and a known type."""
    return [item for item in found.files if item.content and (item.media or item.format)]


def document(found: Description) -> dict[str, Any] | None:
    """Return the dataset with its files; None if none can be loaded.

    A file at a portal may change at any time.  Where one has no checksum, the dataset is a live
    one: tools then do not ask for any (section "isLiveDataset").
    """
    loadable = files(found)
    if not loadable:
        return None
    live = not all(any(item.checksums.get(name) for name in _CHECKSUMS) for item in loadable)
    return {
        "@context": {"@language": found.language or "und", **_CONTEXT},
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        **_properties(found),
        "citeAs": citation.bibtex(found).rstrip(),
        **({"isLiveDataset": True} if live else {}),
        "distribution": [_file(item) for item in loadable],
    }


def _properties(found: Description) -> dict[str, Any]:
    """Return schema.org's properties; a version only if it is one of MAJOR.MINOR.PATCH."""
    properties = schema_org.properties(found)
    if not _VERSION.fullmatch(found.version):
        properties.pop("version", None)
    return properties


def _file(item: FileOf) -> dict[str, Any]:
    found = schema_org.filled(
        **{"@type": "cr:FileObject", "@id": item.key}, contentUrl=item.content
    )
    # One checksum at most: sha256 and md5 exclude one another.
    known = ((name, item.checksums.get(name)) for name in _CHECKSUMS)
    checksum = next(({name: value} for name, value in known if value), {})
    return found | schema_org.content(item) | checksum
