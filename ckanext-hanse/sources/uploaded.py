"""Lists of datasets that a city uploads as a spreadsheet, instead of naming a portal.

A new upload replaces nothing: it is read by a preview first, which shows what would change, and
a person then takes it over for the source.  Earlier ones are kept and can be taken over again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.hanse.model import HarvestSource, UploadedList
from ckanext.hanse.scheduler import due
from ckanext.hanse.sources import archive
from ckanext.hanse.sources.invalid import InvalidSource
from ckanext.hanse.store import lists, sources
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings.source import SourceSettings

#: Types of files that are read, by the ending of their names.
TYPES = ("xlsx", "ods", "csv")
#: Spreadsheets with macros, and older or other kinds, which a spreadsheet program can convert.
_MACROS = {"xlsm", "xltm", "xlsb", "xlam"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: How a page begins that a site sends in place of a file.
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml|svg)", re.IGNORECASE)
#: Time for which uploads are kept that belong to no source (yet), and after its removal.
_UNSAVED, _RELEASED = timedelta(days=1), timedelta(days=30)
_LONGEST = 200


def receive(
    upload: object, *, organization: model.Group, source: HarvestSource | None, author: str
) -> UploadedList:
    """Store an upload for a source, or for one that is not saved yet; commits.

    Raises InvalidSource (``upload``) for what is no spreadsheet.
    """
    if source is not None:
        _editable(source)
    try:
        title, ending, stream = _looked_at(upload)
        name, size = lists.save(stream, ending, most=_option("megabytes") << 20)
    except ConfigError as error:
        raise InvalidSource({"upload": error}) from error
    row = UploadedList(
        name=name, title=title, size=size, author=author, organization_id=organization.id,
        source_id=source.id if source else None,
    )  # fmt: skip
    model.Session.add(row)
    model.Session.commit()
    _prune(organization.id)
    return row


def _looked_at(upload: object) -> tuple[str, str, IO[bytes]]:
    """Return the file's name, its ending and its content; ConfigError with the remedy."""
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise ConfigError("list-none")
    title = _plain_name(upload.filename)
    ending = PurePosixPath(title).suffix.lower().lstrip(".")
    if ending in _MACROS:
        raise ConfigError("list-macros", name=title)
    if ending not in TYPES:
        raise ConfigError("list-type", name=title)
    begin = upload.stream.read(1024)
    upload.stream.seek(0)
    if not begin.strip(b"\xef\xbb\xbf\0\r\n\t ;,"):
        raise ConfigError("list-empty", name=title)
    if begin.startswith(_OLE):
        raise ConfigError("list-old", name=title)
    if _MARKUP.match(begin) and ending != "ods":
        raise ConfigError("list-page", name=title)
    if (ending == "csv") == begin.startswith(_ZIP):
        raise ConfigError("list-other", name=title)
    return title, ending, upload.stream


def _plain_name(name: str) -> str:
    """Return the last part of a path, printable and not too long."""
    last = PureWindowsPath(name).name  # knows both separators
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    stem, _, ending = plain.rpartition(".")
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending[:8]}" if stem else plain[:_LONGEST]


def errors(found: SourceSettings, source_id: int | None = None) -> dict[str, ConfigError]:
    """Return what is wrong with settings that name an uploaded list; none if they name none.

    The list must be of the same city and of no other source.
    """
    name = lists.name_in(found.url)
    if not name:
        return {}
    try:
        row = lists.get(name)
    except ConfigError as error:
        return {"url": error}
    group = model.Session.get(model.Group, row.organization_id)
    if group is None or group.name != found.organization or row.source_id not in (None, source_id):
        return {"url": ConfigError("list-unknown")}
    return {} if found.kind == lists.KIND else {"kind": ConfigError("list-kind", name=row.title)}


def settings_for(row: UploadedList) -> SourceSettings:
    """Return the settings of a source that is read from this list: its own, else the defaults."""
    source = model.Session.get(HarvestSource, row.source_id) if row.source_id else None
    if source is not None:
        return replace(sources.settings_of(source), url=lists.address(row.name))
    group = model.Session.get(model.Group, row.organization_id)
    city = group.name if group else ""
    return SourceSettings("list", lists.KIND, lists.address(row.name), city, title=row.title)


def bind(source: HarvestSource) -> None:
    """Make the list that a new source is read from its own; the caller commits."""
    if name := lists.name_in(source.url):
        row = lists.get(name)
        row.source_id, row.released = source.id, None


def release(source: HarvestSource) -> None:
    """Keep the lists of a source that is removed for a while; the caller commits."""
    model.Session.execute(
        sa.update(UploadedList)
        .where(UploadedList.source_id == source.id)
        .values(released=sa.func.now())
    )


def check(source: HarvestSource, name: str) -> UploadedList:
    """Return a list of this source that may be previewed or taken over; InvalidSource if not."""
    _editable(source)
    try:
        row = lists.get(name)
    except ConfigError as error:
        raise InvalidSource({"upload": error}) from error
    if row.source_id != source.id:
        raise InvalidSource({"upload": ConfigError("list-unknown")})
    return row


def read_well(name: str) -> None:
    """Note that a preview read a list as a whole: it may be taken over; commits."""
    model.Session.execute(
        sa.update(UploadedList).where(UploadedList.name == name).values(checked=sa.func.now())
    )
    model.Session.commit()


def take_over(source: HarvestSource, name: str) -> UploadedList:
    """Let a source be read from one of its lists from now on; commits.

    InvalidSource for one that no preview could read as a whole, and during a run.
    """
    row = check(source, name)
    if row.checked is None:
        raise InvalidSource({"upload": ConfigError("list-unread", name=row.title)})
    if due.is_held(source.name):
        raise InvalidSource({"upload": ConfigError("source-running", name=source.name)})
    if source.url != lists.address(name):
        source.url = lists.address(name)
        source.etag = source.last_modified = source.basis = ""
        model.Session.flush()
        archive.take_back(source)
        source.changed = due.now()
    model.Session.commit()
    return row


def _editable(source: HarvestSource) -> None:
    if source.from_file:
        raise InvalidSource({"upload": ConfigError("source-of-file", key="url")})
    if source.kind != lists.KIND:
        raise InvalidSource({"upload": ConfigError("list-kind", name=source.title or source.name)})


# --- Keeping some -------------------------------------------------------------------------------


def _prune(organization_id: str) -> None:
    """Delete what is kept no longer, rows first; commits."""
    gone = [row.name for row in _superfluous(organization_id)]
    if not gone:
        return
    model.Session.execute(sa.delete(UploadedList).where(UploadedList.name.in_(gone)))
    model.Session.commit()
    lists.remove(gone)


def _superfluous(organization_id: str) -> Iterator[UploadedList]:
    """Yield the lists of a city beyond those kept; never the one that a source is read from."""
    urls = sa.select(HarvestSource.url).where(HarvestSource.organization_id == organization_id)
    current = set(map(lists.name_in, model.Session.scalars(urls)))
    rows = model.Session.scalars(
        sa.select(UploadedList)
        .where(UploadedList.organization_id == organization_id)
        .order_by(UploadedList.created.desc())
    )
    kept = _option("kept")
    seen: dict[int | str, int] = {}
    for row in rows.all():
        whose = row.source_id or ("released" if row.released else "unsaved")
        seen[whose] = seen.get(whose, 0) + 1
        if row.name not in current and (_is_over(row) or seen[whose] > kept):
            yield row


def _is_over(row: UploadedList) -> bool:
    if row.source_id is not None:
        return False
    begin, longest = (row.released, _RELEASED) if row.released else (row.created, _UNSAVED)
    return due.now() - begin > longest


def _option(name: str) -> int:
    """Return the option ``hanse.lists.<name>``, at least 1."""
    return max(1, int(tk.config[f"hanse.lists.{name}"]))
