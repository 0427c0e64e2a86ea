"""Making a dump: written in a folder of its own, stored, and swapped in by one transaction.

Until then the dump before is the one that is handed out, whatever happens: a full disk, a killed
worker, a storage that does not answer.  What a killed one left is removed by the next.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model
from ckan.lib.files import exc

from ckanext.hanse.export.changes import feed
from ckanext.hanse.export.dumps import files, live, options, sinks, storage
from ckanext.hanse.export.dumps.items import DumpContent
from ckanext.hanse.model import Dump, DumpState, Erasure
from ckanext.hanse.scheduler import zone
from hanse_harvesters.errors import HanseError, StopRun

log = logging.getLogger(__name__)

#: Of PostgreSQL's advisory lock that the one who makes or changes dumps holds.
_LOCK = 0x68616E73650001
#: An erasure takes seconds.
_OVERLAP = timedelta(minutes=1)
#: Every name that a file of a dump can have.
NAMES = (*files.KINDS, files.CHECKSUMS)


def make() -> Dump:
    """Make today's dump and remove those that are too old; return it.

    Raises StopRun: ``dump-busy`` if another process makes one, ``dump-unwritable`` if disk or
    storage fail.  Then the dump before stays as it was.
    """
    with held():
        clear_abandoned()
        row = _begin()
        key, folder = row.id, row.folder
        try:
            found, number = store(live.content(), folder)
        except BaseException as error:
            _fail(key, folder, error)
            if isinstance(error, HanseError) or not isinstance(error, Exception):
                raise
            raise _worded(error) from error
        row = _publish(key, found, number)
        _prune()
        return row


def store(content: DumpContent, folder: str) -> tuple[list[dict[str, Any]], int]:
    """Write the files of a dump and store them in ``folder``; return them, and how many datasets.

    If that fails, none of them is left.
    """
    with tempfile.TemporaryDirectory(prefix="hanse-dump-") as spool:
        found, number = sinks.write(content, Path(spool))
        (Path(spool) / files.CHECKSUMS).write_text(files.checksums(found), encoding="utf-8")
        try:
            for name in (*(str(item["name"]) for item in found), files.CHECKSUMS):
                storage.put(folder, Path(spool) / name)
        except BaseException:
            storage.remove(folder, NAMES)
            raise
    return found, number


@contextmanager
def held() -> Iterator[None]:
    """Be the only one who makes or changes dumps, on all machines; StopRun if another one is.

    The database gives the lock back if the process dies.
    """
    with model.meta.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_LOCK))):
            raise StopRun("dump-busy")
        try:
            yield
        finally:
            connection.scalar(sa.select(sa.func.pg_advisory_unlock(_LOCK)))


def clear_abandoned() -> None:
    """Remove what killed processes left; only with the lock held."""
    for row in _rows(Dump.state == DumpState.MAKING.value):
        _fail(row.id, row.folder, StopRun("dump-interrupted"))
    for row in _rows(sa.and_(Dump.state == DumpState.FAILED.value, Dump.reason == "")):
        retire(row)


def retire(row: Dump) -> None:
    """Remove a dump: first from the list, then its files.  Commits.

    Of one whose files cannot be removed the row stays, so that the next one tries again.
    """
    row.state, row.reason = DumpState.FAILED.value, ""
    model.Session.commit()
    if storage.remove(row.folder, NAMES):
        model.Session.delete(row)
        model.Session.commit()


def forget() -> None:
    """Take all dumps off the list, as after a restore: a backup does not hold their files."""
    model.Session.execute(sa.delete(Dump))
    model.Session.commit()


def new_folder(day: date) -> str:
    """Return a name that no dump had."""
    return f"{day.isoformat()}-{secrets.token_hex(4)}"


def today() -> date:
    """Return the day in the site's time zone."""
    return datetime.now(ZoneInfo(zone.timezone())).date()


def _rows(condition: Any) -> Sequence[Dump]:
    return model.Session.scalars(sa.select(Dump).where(condition).order_by(Dump.id)).all()


def _begin() -> Dump:
    for row in _rows(sa.and_(Dump.state == DumpState.FAILED.value, Dump.reason != "")):
        model.Session.delete(row)  # the last attempt alone is of interest
    day = today()
    row = Dump(
        day=day,
        state=DumpState.MAKING.value,
        folder=new_folder(day),
        cursor=feed.newest(),
        started=datetime.now(timezone.utc),
    )
    model.Session.add(row)
    model.Session.commit()
    return row


def _publish(key: int, found: list[dict[str, Any]], number: int) -> Dump:
    """Make the files the dump of the day, in one transaction."""
    # Waits for who erases a dataset now.
    row = model.Session.get_one(Dump, key, with_for_update=True, populate_existing=True)
    former = _rows(sa.and_(Dump.state == DumpState.READY.value, Dump.day == row.day))
    for one in former:
        one.state, one.reason = DumpState.FAILED.value, ""
    model.Session.flush()
    row.state, row.files, row.datasets = DumpState.READY.value, found, number
    row.finished = datetime.now(timezone.utc)
    # What was being erased when it began may be in it, too.
    since = row.started - _OVERLAP
    erased = model.Session.scalars(sa.select(Erasure.dataset_id).where(Erasure.erased >= since))
    row.without = sorted({*row.without, *erased})
    model.Session.commit()
    for one in former:
        retire(one)
    return row


def _prune() -> None:
    ready = sa.select(Dump).where(Dump.state == DumpState.READY.value).order_by(Dump.day.desc())
    for row in model.Session.scalars(ready.offset(options.number())).all():
        retire(row)


def _fail(key: int, folder: str, error: BaseException) -> None:
    """Note that a dump was not made, and remove its files; whatever this meets is in the log."""
    model.Session.rollback()
    try:
        storage.remove(folder, NAMES)
        row = model.Session.get_one(Dump, key)
        row.state, row.finished = DumpState.FAILED.value, datetime.now(timezone.utc)
        row.reason = _worded(error).text("en") if isinstance(error, Exception) else "interrupted"
        model.Session.commit()
    except Exception:
        log.exception("the dump in %s was not made, and is not cleared away", folder)
        model.Session.rollback()


def _worded(error: Exception) -> HanseError:
    if isinstance(error, HanseError):
        return error
    if isinstance(error, OSError | exc.FilesError):
        reason = getattr(error, "strerror", None) or str(error)
        return StopRun("dump-unwritable", reason=reason)
    log.error("a dump was not made", exc_info=error)
    return StopRun("dump-broken", reason=f"{type(error).__name__}: {error}"[:500])
