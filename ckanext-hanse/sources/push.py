"""Tokens of a source, and the steps of a push: begin, manifest, records, complete.

A push writes nothing into the catalogue: a run of the source reads it, under the same lease and
guards as any other.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import HarvestRun, HarvestSource, Push, PushToken
from ckanext.hanse.scheduler import due
from ckanext.hanse.sources import push_kept
from ckanext.hanse.store import push_files
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.push import lines
from hanse_schemas import table

#: The kind of a source that is pushed to.
KIND = "push"
#: How a token begins, so that people and secret scanners recognise one.
PREFIX = "hanse_push_"
#: Valid tokens of a source, and parts of a push.
MOST_TOKENS, MOST_PARTS = 20, 100_000
#: Use is noted at most so often.
_NOTED = timedelta(minutes=1)
_LONGEST = 200


# --- Tokens -------------------------------------------------------------------------------------


def new_token(
    source: HarvestSource, *, title: str, days: int, author: str
) -> tuple[PushToken, str]:
    """Make a token, for ``days`` (0: without an end); return it with its secret.  Commits."""
    valid = [item for item in tokens(source.id) if is_valid(item)]
    if len(valid) >= MOST_TOKENS:
        raise ConfigError("push-tokens-many", most=MOST_TOKENS)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = PushToken(
        source_id=source.id,
        title=title.strip()[:_LONGEST],
        digest=_digest(secret),
        author=author,
        expires=due.now() + timedelta(days=days) if days else None,
    )
    model.Session.add(row)
    model.Session.commit()
    return row, secret


def tokens(source_id: int) -> list[PushToken]:
    """Return the tokens of a source, the newest first."""
    query = sa.select(PushToken).where(PushToken.source_id == source_id)
    return list(model.Session.scalars(query.order_by(PushToken.id.desc())))


def revoke(source: HarvestSource, number: int) -> PushToken:
    """Revoke a token of a source for good; ConfigError if it has none of that number.  Commits."""
    row = model.Session.get(PushToken, number)
    if row is None or row.source_id != source.id:
        raise ConfigError("push-token-unknown")
    row.revoked = row.revoked or due.now()
    model.Session.commit()
    return row


def token_of(secret: str, source: HarvestSource) -> PushToken | None:
    """Return the token with this secret if it may push to the source now."""
    if not secret.startswith(PREFIX):
        return None
    query = sa.select(PushToken).where(PushToken.digest == _digest(secret))
    row = model.Session.scalar(query)
    return row if row is not None and row.source_id == source.id and is_valid(row) else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_valid(row: PushToken) -> bool:
    """Return whether a token is neither revoked nor over."""
    return row.revoked is None and (row.expires is None or row.expires > due.now())


# --- A push -------------------------------------------------------------------------------------


def begin(source: HarvestSource, token: PushToken, *, client: str) -> Push:
    """Begin a push; commits."""
    _check(source)
    push_kept.prune(source.id)
    push_kept.check_room(source.id)
    row = Push(
        name=secrets.token_hex(16), source_id=source.id, token_id=token.id, client=client[:50]
    )
    model.Session.add(row)
    token.used = due.now()
    model.Session.commit()
    return row


def notes(protocol: int, table_version: str) -> list[ConfigError]:
    """Return what a client should know; raise ConfigError for one of another protocol."""
    if protocol != lines.PROTOCOL:
        raise ConfigError("push-protocol", theirs=protocol, ours=lines.PROTOCOL)
    return [] if table_version == table.version() else [ConfigError("push-table")]


def _check(source: HarvestSource) -> None:
    """Raise ConfigError unless records may be pushed to the source."""
    if source.kind != KIND:
        raise ConfigError("push-other-kind", name=source.name)
    if source.paused or not source.enabled:
        raise ConfigError("push-paused", name=source.name)


def check_awaited(source: HarvestSource, row: Push) -> None:
    """Raise ConfigError if no run will come to read the push, as its source stands still."""
    if row.run_id is None:
        _check(source)


def get(source: HarvestSource, token: PushToken, name: str) -> Push:
    """Return a push that this token began; ConfigError for any other."""
    row = model.Session.get(Push, name)
    if row is None or row.source_id != source.id or row.token_id != token.id:
        raise ConfigError("push-unknown-name")
    return row


def add_manifest(source: HarvestSource, row: Push, number: int, stream: IO[bytes]) -> list[int]:
    """Store a part of the manifest; return the places in it of the records that are wanted."""
    _open(source, row, number)
    known = push_files.index(source.id)
    heads = push_files.save_manifest(source.id, row.name, number, stream)
    _touch(row)
    return [place for place, head in enumerate(heads) if head not in known]


def add_records(source: HarvestSource, row: Push, number: int, stream: IO[bytes]) -> int:
    """Store some records; return how many."""
    _open(source, row, number)
    count = push_files.save_records(source.id, row.name, number, stream)
    _touch(row)
    return count


def _open(source: HarvestSource, row: Push, number: int) -> None:
    _check(source)
    if row.completed is not None:
        raise ConfigError("push-over")
    if not 0 <= number < MOST_PARTS:
        raise ConfigError("push-part-broken")
    most = int(tk.config["hanse.push.megabytes"])
    if push_files.size(source.id, row.name) > most << 20:
        raise ConfigError("push-too-large", megabytes=most)


def complete(source: HarvestSource, row: Push, *, records: int, incomplete: str) -> list[str]:
    """Take a push as whole, and return the keys that are missing if it is not.  Commits.

    Raises ConfigError if the number is not that of the manifest.  Once more for the same push
    changes nothing.
    """
    if row.completed is not None:
        return []
    _check(source)
    heads = list(push_files.manifest(source.id, row.name))
    if not heads or len(heads) != records or len({head[:16] for head in heads}) != records:
        raise ConfigError("push-count", declared=records, found=len(heads))
    known = push_files.index(source.id)
    missing = [head[:16].hex() for head in heads if head not in known]
    if not missing:
        row.records, row.incomplete = records, incomplete[:_LONGEST]
        row.touched = due.now()
        row.completed = _after_the_last(source.id)
        model.Session.commit()
    return missing


def _after_the_last(source_id: int) -> datetime:
    """Return now, or a moment after the source's last whole push if a clock was set back.

    So the order of pushes is that in which they became whole.
    """
    query = sa.select(sa.func.max(Push.completed)).where(Push.source_id == source_id)
    last = model.Session.scalar(query)
    return due.now() if last is None else max(due.now(), last + timedelta(microseconds=1))


def _touch(row: Push) -> None:
    """Note that the push goes on, so that nobody gives it up; commits."""
    moment = due.now()
    if moment - row.touched > _NOTED:
        row.touched = moment
        token = model.Session.get(PushToken, row.token_id) if row.token_id else None
        if token is not None:
            token.used = moment
        model.Session.commit()


# --- What a run reads -----------------------------------------------------------------------------


def waiting() -> list[str]:
    """Return the names of the sources to which was pushed what no run has read."""
    query = (
        sa.select(HarvestSource.name)
        .join(Push, Push.source_id == HarvestSource.id)
        .where(Push.completed.is_not(None), Push.run_id.is_(None))
        .where(HarvestSource.kind == KIND)
        .where(HarvestSource.enabled, sa.not_(HarvestSource.paused))
        .distinct()
    )
    return sorted(model.Session.scalars(query))


def take_over(source_id: int) -> Push | None:
    """Make the newest whole push the source's document; return the one in use.  Commits.

    None if nothing was pushed yet.  Earlier ones that no run took over are passed over.
    """
    query = sa.select(Push).where(Push.source_id == source_id, Push.completed.is_not(None))
    query = query.order_by(Push.completed.desc(), Push.name).with_for_update()
    try:  # locked: a preview and a run may both come to it
        whole = list(model.Session.scalars(query.execution_options(populate_existing=True)))
        if whole and whole[0].stored is None:
            push_files.assemble(source_id, whole[0].name)
            moment = due.now()
            for row in whole:
                row.stored = row.stored or moment
    except ConfigError:
        model.Session.rollback()
        raise
    model.Session.commit()
    if whole:
        push_files.tidy(source_id, whole[0].name)
    return whole[0] if whole else None


def read_by(source_id: int, run_id: int) -> None:
    """Note that a run reads what was pushed until now, before it does; commits.

    So a push that cannot be read fails one run, not one each minute.
    """
    model.Session.execute(
        sa.update(Push)
        .where(Push.source_id == source_id, Push.completed.is_not(None), Push.run_id.is_(None))
        .values(run_id=run_id)
    )
    model.Session.commit()


def unread(names: Iterable[str]) -> None:
    """Note that the worker of these sources' last run was killed: another run reads it.  Commits.

    Not once :data:`.due.MOST_TRIES` runs were started for it.
    """
    for name in names:
        source_id = model.Session.scalar(
            sa.select(HarvestSource.id).where(HarvestSource.name == name)
        )
        runs = sa.select(HarvestRun.id).where(HarvestRun.source_id == source_id)
        last = model.Session.scalar(runs.order_by(HarvestRun.id.desc()).limit(1))
        tries = sa.select(sa.func.count()).where(
            HarvestRun.source_id == source_id, HarvestRun.started >= Push.completed
        )
        model.Session.execute(
            sa.update(Push)
            .where(Push.source_id == source_id, Push.run_id == last)
            .where(tries.scalar_subquery() < due.MOST_TRIES)
            .values(run_id=None)
            .execution_options(synchronize_session=False)
        )
    model.Session.commit()


def run_of(row: Push) -> HarvestRun | None:
    """Return the run that reads a push, None before it begins and once it is deleted."""
    found: HarvestRun | None = model.Session.get(HarvestRun, row.run_id) if row.run_id else None
    return found


def latest(source_id: int, most: int = 10) -> Iterable[Push]:
    """Return the newest pushes to a source."""
    query = sa.select(Push).where(Push.source_id == source_id).order_by(Push.created.desc())
    return model.Session.scalars(query.limit(most)).all()
