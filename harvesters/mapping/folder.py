"""Map the description of a folder, and the files beside it, by the table ``folder.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from hanse_harvesters.issue import issue
from hanse_harvesters.mapping.jsontable import JsonTable, identity, origin
from hanse_harvesters.mapping.jsontable import read as read_by
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.record import EntityDict

TABLE = "folder"
#: Keys under which a description lists its files, and those of an entry: its file, its address.
_LISTS = ("distributions", "distribution", "resources", "files", "dateien", "ressourcen")
_TITLE = ("title", "titel", "name")
_FILE = ("file", "datei", "path", "pfad", *_TITLE)
_ADDRESS = ("access_url", "uri", "url", "adresse", "download_url")
#: What a description says once for all of its files, as its keys and as the entry's: the licence,
#: who is to be named, how long the files stay.
_OF_ALL = (
    ("license", "licence", "lizenz", "license_id"),
    ("attribution", "license_attribution_by_text", "namensnennung", "quellenvermerk"),
    ("availability", "verfuegbarkeit"),
)
#: Files that are no data.
_NO_DATA = re.compile(r"(^|/)(\.|~|index\.html?$|default\.css$|user\.css$|thumbs\.db$)", re.I)
#: Files without an address that are named.
_NAMED = 10


def identity_of(fields: EntityDict) -> str:
    """Return what a description says of its identity, "" for nothing."""
    return identity(fields, JsonTable.shipped(TABLE))


def page_of(fields: EntityDict) -> str:
    """Return the page that a description names, "" for none."""
    return origin(fields, JsonTable.shipped(TABLE))


def read(item: EntityDict, *, language: str) -> ReadResult:
    """Map ``{"fields", "uri", "base", "files": [{"name", "size"}]}`` to a dataset.

    ``base``  address of the folder with ``/`` at its end, "" if it has none; ``uri``  the
    dataset's IRI where its description has none.  ``language`` is not needed.
    """
    fields = dict(item["fields"])
    key = next((name for name in _LISTS if fields.get(name)), _LISTS[0])
    resources = list(_resources(fields.pop(key, None), item["files"], item["base"]))
    fields[key] = [_with_all(entry, fields) for entry in resources if _address(entry)]
    if item["uri"] and not fields.get("uri"):
        fields["uri"] = item["uri"]
    found = read_by(fields, JsonTable.shipped(TABLE))
    if lost := [_first(entry, _FILE) for entry in resources if not _address(entry)]:
        named = ", ".join(lost[:_NAMED]) + (" …" if len(lost) > _NAMED else "")
        found.issues.append(issue("folder-file-without-address", "resources", named))
    return found


def _resources(came: Any, files: list[EntityDict], base: str) -> Iterator[EntityDict]:
    """Yield what the description lists, then the files that it does not."""
    sizes = {file["name"]: file["size"] for file in files}
    listed = came if isinstance(came, list) else [came] if came else []
    for entry in listed:
        yield _completed(entry if isinstance(entry, dict) else {"file": entry}, sizes, base)
    for name in sorted(sizes):
        if not _NO_DATA.search(name):
            yield _completed({"file": name}, dict(sizes), base)


def _completed(entry: EntityDict, sizes: dict[str, Any], base: str) -> EntityDict:
    """Return an entry with what is known of its file, which is taken out of ``sizes``."""
    entry = dict(entry)
    given = _address(entry)
    names = [given, *(str(entry.get(key) or "").strip() for key in _FILE)]
    name = next((item.removeprefix("./") for item in names if item.removeprefix("./") in sizes), "")
    if name:
        size = sizes.pop(name)
        if size is not None and not any(entry.get(key) for key in ("size", "byte_size", "groesse")):
            entry["size"] = size
        ending = name.rpartition("/")[2].rpartition(".")
        if ending[0] and not (entry.get("format") or entry.get("media_type")):
            entry["format"] = ending[2].upper()
    if not _is_web(given):
        target = name or given or next((n for n in names if re.fullmatch(r"[^\s:]+\.\w+", n)), "")
        for key in _ADDRESS:
            entry.pop(key, None)
        if _is_web(target):
            entry["uri"] = target
        elif target and base:
            entry["uri"] = urljoin(base, quote(target, safe="/%"))
    names = [str(entry.pop(key, None) or "") for key in _FILE if key not in _TITLE]
    if not _first(entry, _TITLE):
        entry["title"] = next(filter(None, names), "")
    return entry


def _with_all(entry: EntityDict, fields: EntityDict) -> EntityDict:
    """Return an entry with what its description says for all files and it does not say itself."""
    given = (
        (keys, next((fields[key] for key in keys if fields.get(key)), None)) for keys in _OF_ALL
    )
    more = {keys[0]: value for keys, value in given if value and not _first(entry, keys)}
    return {**entry, **more}


def _address(entry: EntityDict) -> str:
    return _first(entry, _ADDRESS)


def _first(entry: EntityDict, keys: tuple[str, ...]) -> str:
    return next((str(entry[key]).strip() for key in keys if entry.get(key)), "")


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://", "ftp://"))
