"""Dumps written again without datasets that were erased: those of earlier days too.

From the moment a dataset is erased, no dump that holds it is handed out; each is again once it is
rewritten, the newest first.
"""

from __future__ import annotations

import logging
import tempfile
import zlib
from collections.abc import Collection, Iterator
from datetime import datetime, timezone
from gzip import BadGzipFile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.files import exc

from ckanext.hanse.export import catalogs
from ckanext.hanse.export.dumps import files, kept, make, storage
from ckanext.hanse.export.dumps.kept import DumpDamaged
from ckanext.hanse.model import Dump, DumpState
from hanse_harvesters.errors import StopRun

log = logging.getLogger(__name__)


def withhold(ids: Collection[str]) -> int:
    """Hand out no dump until it is without these datasets; the caller commits.  Return how many.

    One that is being made is among them: it may have met the datasets already.
    """
    states = (DumpState.READY.value, DumpState.MAKING.value)
    query = sa.select(Dump).where(Dump.state.in_(states)).order_by(Dump.id).with_for_update()
    found = model.Session.scalars(query.execution_options(populate_existing=True)).all()
    for row in found:
        row.without = sorted({*row.without, *ids})
    return len(found)


def waiting() -> int:
    """Return how many dumps are to be rewritten."""
    query = sa.select(sa.func.count()).select_from(Dump).where(*_TO_DO)
    return int(model.Session.scalar(query) or 0)


def rewrite() -> Iterator[Dump]:
    """Rewrite the dumps that hold erased datasets, the newest first; yield each when it is done.

    Raises StopRun as :func:`.make.make` does; those that are left stay withheld.
    """
    with make.held():
        make.clear_abandoned()
        query = sa.select(Dump.id).where(*_TO_DO).order_by(Dump.day.desc())
        for number in model.Session.scalars(query).all():
            try:
                row = _rewrite(number)
            except _UNREADABLE:
                row = model.Session.get_one(Dump, number)
                log.exception("the dump of %s cannot be read again: it is removed", row.day)
                make.retire(row)
                continue
            except OSError as error:
                raise StopRun("dump-unwritable", reason=error.strerror or str(error)) from error
            yield row


#: What cannot be read cannot be handed out without the erased ones either.
_UNREADABLE = (DumpDamaged, EOFError, ValueError, zlib.error, BadGzipFile, exc.MissingFileError)
_TO_DO = (Dump.state == DumpState.READY.value, sa.func.cardinality(Dump.without) > 0)


def _rewrite(key: int) -> Dump:
    row = model.Session.get_one(Dump, key)
    without, former, day = list(row.without), row.folder, row.day
    # Until it is swapped in, the new folder has a row of its own, which the next one clears away.
    spare = Dump(day=day, state=DumpState.MAKING.value, folder=make.new_folder(day))
    model.Session.add(spare)
    model.Session.commit()
    try:
        found, number = _again(former, without, spare.folder)
    except BaseException:
        model.Session.rollback()
        make.retire(spare)
        raise
    # Others may have been erased meanwhile, or are being erased now.
    row = model.Session.get_one(Dump, key, with_for_update=True, populate_existing=True)
    row.folder, spare.folder = spare.folder, former
    row.files, row.datasets = found, number
    row.finished = datetime.now(timezone.utc)
    row.without = sorted(set(row.without) - set(without))
    model.Session.commit()
    make.retire(spare)
    return row


def _again(former: str, without: Collection[str], folder: str) -> tuple[list[dict[str, Any]], int]:
    """Write the files of the dump in ``former`` again, into ``folder``."""
    with tempfile.TemporaryDirectory(prefix="hanse-dump-") as spool:
        for name in (files.QUADS, files.PACKAGES):
            storage.fetch(former, name, Path(spool))
        catalogue = catalogs.whole().subject
        content = kept.content(Path(spool), without=without, catalogue=catalogue)
        return make.store(content, folder)
