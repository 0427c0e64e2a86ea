"""Store the answers of checks: the link, its host, and what follows for datasets.

A batch is one transaction: after a kill each link is either checked, with all that follows, or
still due.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from ckan import model
from sqlalchemy.exc import OperationalError

from ckanext.hanse.model import CheckedUrl, UrlHost, UrlUse
from ckanext.hanse.store import link_states, pg_text, urls
from ckanext.hanse.store.bulk import current
from hanse_harvesters.links import Answer, LinkRecord, LinkState, Target, advance, host_of

#: Answers, and seconds, after which a batch is stored.
_MOST, _LONGEST = 25, 5.0
#: Datasets in memory at a time.
_DATASETS = 100
#: How often a batch is tried if another transaction is in its way.
_TRIES = 3

Pairs = Sequence[tuple[Target, Answer]]


class Answers:
    """Answers that wait to be stored; ``stored`` counts them by new state."""

    def __init__(self) -> None:
        self.stored: dict[LinkState, int] = {}
        self._waiting: list[tuple[Target, Answer]] = []
        self._since = time.monotonic()

    def add(self, target: Target, answer: Answer) -> None:
        """Take an answer; a full batch is stored at once."""
        self._waiting.append((target, answer))
        if len(self._waiting) >= _MOST:
            self.flush()

    def flush_late(self) -> None:
        """Store what has been waiting for some seconds."""
        if time.monotonic() - self._since >= _LONGEST:
            self.flush()

    def flush(self) -> None:
        """Store all that waits."""
        self._since = time.monotonic()
        if not self._waiting:
            return
        for left in reversed(range(_TRIES)):
            try:
                states = _store(self._waiting)
                model.Session.commit()
                break
            except OperationalError:  # a deadlock with a harvest: nothing was stored
                model.Session.rollback()
                if not left:
                    raise
        self._waiting = []
        for state in states:
            self.stored[state] = self.stored.get(state, 0) + 1


def _store(pairs: Pairs) -> list[LinkState]:
    rows = {
        row.id: row
        for row in model.Session.scalars(
            sa.select(CheckedUrl)
            .where(CheckedUrl.id.in_({urls.row_id(target.url) for target, _ in pairs}))
            .order_by(CheckedUrl.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    origins = sorted({row.origin for row in rows.values()})
    before = _down(origins)
    turned: set[UUID] = set()
    states = []
    for target, answer in pairs:
        row = rows.get(urls.row_id(target.url))
        if row is None:  # no dataset has it any more
            continue
        if _advance(row, answer):
            turned.add(row.id)
        states.append(LinkState(row.state))
    model.Session.flush()
    _rest(pairs)
    concerned = _datasets(turned, sorted(before ^ _down(origins)))
    for start in range(0, len(concerned), _DATASETS):
        link_states.refresh(current.datasets(concerned[start : start + _DATASETS]))
    return states


def _advance(row: CheckedUrl, answer: Answer) -> bool:
    """Store an answer in the link's row; return whether that may change what is said of it."""
    before = LinkRecord.from_json(row.record) if row.record else None
    now = advance(before, answer)
    row.state, row.since = now.state.value, now.since
    row.checked, row.due = now.checked, now.due
    row.record = pg_text.json(now.as_json())
    row.down, row.wanted = not answer.asked, None
    return before is None or _told(before) != _told(now)


def _told(record: LinkRecord) -> tuple[object, ...]:
    answer = record.answer
    return (
        *(record.state, record.known, len(record.failed), record.learned),
        *(answer.reason, answer.moved_to, answer.status, answer.asked),
    )


def _down(origins: Sequence[str]) -> set[str]:
    """Return those servers that do not answer as a whole."""
    query = sa.select(CheckedUrl.origin).where(CheckedUrl.down, CheckedUrl.origin.in_(origins))
    return set(model.Session.scalars(query.distinct()))


def _rest(pairs: Pairs) -> None:
    """Store how long hosts want to be left alone."""
    for target, answer in pairs:
        if answer.after:
            until = answer.at + timedelta(seconds=answer.after)
            model.Session.execute(
                sa.update(UrlHost)
                .where(UrlHost.host == host_of(answer.final_url or target.url))
                .values(rests_until=until)
                .execution_options(synchronize_session=False)
            )


def _datasets(turned: set[UUID], flipped: list[str]) -> Sequence[str]:
    """Return the datasets with one of these links, or with a failed one at one of these origins."""
    at_origin = sa.and_(
        CheckedUrl.origin.in_(flipped),
        CheckedUrl.state.in_([LinkState.UNSURE.value, LinkState.DEAD.value]),
    )
    query = (
        sa.select(UrlUse.dataset_id)
        .join(CheckedUrl, CheckedUrl.id == UrlUse.url_id)
        .where(sa.or_(CheckedUrl.id.in_(turned), at_origin))
        .distinct()
        .order_by(UrlUse.dataset_id)
    )
    return model.Session.scalars(query).all()
