"""The parser of the connector ``folder``: an archive, a description, a page or list of links.

It yields, for an archive, ``{"archive": true}``, then for each description in it ``{"folder",
"name", "fields"}`` or ``{"folder", "name", "broken": reason}``, for each other file ``{"file",
"size"}``, for what is no file of the folder ``{"odd": name}``; for one that must not be unpacked
``{"refused": code, "values": {…}}``; for a description alone ``{"fields"}`` or ``{"broken"}``; for
anything else what :mod:`.page` finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from hanse_harvesters.sandbox.child import archive, description, page

#: Limits of an archive; its data files are not unpacked.
MOST_MEMBERS, MOST_UNPACKED = 50_000, 16 << 30
#: Bytes of all descriptions in an archive, and links of a page.
_MOST_DESCRIBED, MOST_LINKS = 256 << 20, 10_000
#: Names of the description of a dataset, and of what holds for all of them.
DATASET = ("dataset.yaml", "dataset.yml", "dataset.toml", "datensatz.yaml", "datensatz.yml")
CATALOGUE = ("catalog.yaml", "catalog.yml", "catalog.toml", "katalog.yaml", "katalog.yml")


def entries(document: IO[bytes], charset: str, *, name: str = "") -> Iterator[Any]:
    """Yield what a document holds; ``name`` of the file if it is a description."""
    if name:
        yield _description(document.read(description.MOST_BYTES + 1), name)
    elif archive.kind_of(document):
        yield from _archive(document)
    else:
        yield from page.items(document, charset, most=MOST_LINKS)


def _description(content: bytes, name: str) -> dict[str, Any]:
    try:
        return {"fields": description.read(content, name)}
    except ValueError as error:
        return {"broken": str(error)[:300]}


def _archive(document: IO[bytes]) -> Iterator[Any]:
    try:
        found = archive.Archive(document, most=MOST_MEMBERS, unpacked=MOST_UNPACKED)
        size = sum(item.size for item in found.members if _is_description(item.name))
        if size > _MOST_DESCRIBED:
            most = _MOST_DESCRIBED >> 20
            raise archive.ArchiveRefused("large", size=size >> 20, most=most)
    except archive.ArchiveRefused as error:
        yield {"refused": error.code, "values": error.values}
        return
    yield {"archive": True}
    for member in found.members:
        folder, _, name = member.name.removeprefix("./").rpartition("/")
        if member.odd:
            yield {"odd": member.name[:200]}
        elif _is_description(name):
            try:
                content = found.read(member.name, description.MOST_BYTES + 1)
            except archive.BROKEN as error:
                yield {"folder": folder, "name": name, "broken": str(error)[:200]}
            else:
                yield {"folder": folder, "name": name, **_description(content, name.lower())}
        else:
            yield {"file": member.name.removeprefix("./"), "size": member.size}


def _is_description(name: str) -> bool:
    return name.rpartition("/")[2].lower() in (*DATASET, *CATALOGUE)
