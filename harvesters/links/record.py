"""What is known of a link over time, and when it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hanse_harvesters.links.answer import Answer, Learned, LinkState, Outcome
from hanse_harvesters.links.target import key_of

#: Checks that must find nothing, each on another day, before a link is dead.
DAYS = 3
#: Least time between two of them: two days may be a minute apart.
_APART = timedelta(hours=12)
_MONTH = timedelta(days=30)
_FORTNIGHT = timedelta(days=14)
#: Until the next night, whatever the hour of this check within its own.
_NEXT_NIGHT = timedelta(hours=20)
_SURE = {LinkState.OK, LinkState.MOVED, LinkState.DEAD}
_STATES = {
    Outcome.OK: LinkState.OK,
    Outcome.MOVED: LinkState.MOVED,
    Outcome.UNSURE: LinkState.UNSURE,
    Outcome.REFUSED: LinkState.NOT_ASKED,
}


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link's state; every time has a zone.

    ``known``    the last that was certain (``OK``, ``MOVED``, ``DEAD``), None before the first.
    ``since``    when ``state`` began; ``checked`` the last check; ``due`` the next one.
    ``failed``   checks that found nothing, on different days, since it last answered: at most 3.
    ``answer``   of the last check.
    ``learned``  of the last check that brought the document, kept while the link is unsure.
    """

    url: str
    state: LinkState
    known: LinkState | None
    since: datetime
    checked: datetime
    due: datetime
    failed: tuple[datetime, ...]
    answer: Answer
    learned: Learned | None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, for :meth:`from_json`."""
        return {
            "url": self.url,
            "state": self.state.value,
            "known": self.known.value if self.known else None,
            "since": self.since.isoformat(),
            "checked": self.checked.isoformat(),
            "due": self.due.isoformat(),
            "failed": [time.isoformat() for time in self.failed],
            "answer": self.answer.as_json(),
            "learned": self.learned.as_json() if self.learned else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LinkRecord:
        """Restore a record."""
        return cls(
            stored["url"],
            LinkState(stored["state"]),
            LinkState(stored["known"]) if stored["known"] else None,
            datetime.fromisoformat(stored["since"]),
            datetime.fromisoformat(stored["checked"]),
            datetime.fromisoformat(stored["due"]),
            tuple(datetime.fromisoformat(time) for time in stored["failed"]),
            Answer.from_json(stored["answer"]),
            Learned.from_json(stored["learned"]) if stored["learned"] else None,
        )


def advance(known: LinkRecord | None, answer: Answer) -> LinkRecord:
    """Return what is known of a link after ``answer`` (at ``answer.at``).

    OK and moved hold at once, also for a dead link.  Absent counts once a day (another UTC date,
    at least 12 hours later); until the third the link is unsure, then dead.  Unsure and not asked
    change nothing of ``known`` and ``failed``.  Due again: after a month (ok, moved, not asked),
    the next night (absent), in days (unsure: 2, more the longer it lasts), in two weeks (dead);
    spread by a share that derives from the URL.
    """
    failed = _failed(known.failed if known else (), answer)
    before = known.known if known else None
    state = _state(answer, failed, before)
    since = known.since if known and known.state is state else answer.at
    brought = answer.learned if answer.outcome in (Outcome.OK, Outcome.MOVED) else None
    return LinkRecord(
        answer.url,
        state,
        state if state in _SURE else before,
        since,
        answer.at,
        answer.at + _wait(answer, state, since),
        failed,
        answer,
        brought or (known.learned if known else None),
    )


def counts(record: LinkRecord | None) -> bool | None:
    """Return whether a link has its points in the score; None while that is not known.

    ok and moved: True; dead: False; unsure: as it was last known; else None.
    """
    if record is None or record.state is LinkState.NOT_ASKED or record.known is None:
        return None
    return record.known is not LinkState.DEAD


def _failed(before: tuple[datetime, ...], answer: Answer) -> tuple[datetime, ...]:
    if answer.outcome in (Outcome.OK, Outcome.MOVED):
        return ()
    if answer.outcome is not Outcome.ABSENT or len(before) >= DAYS:
        return before
    if before and not _another_day(before[-1], answer.at):
        return before
    return (*before, answer.at)


def _another_day(before: datetime, now: datetime) -> bool:
    return now - before >= _APART and now.astimezone(UTC).date() > before.astimezone(UTC).date()


def _state(answer: Answer, failed: tuple[datetime, ...], before: LinkState | None) -> LinkState:
    if answer.outcome is not Outcome.ABSENT:
        return _STATES[answer.outcome]
    dead = len(failed) >= DAYS or before is LinkState.DEAD
    return LinkState.DEAD if dead else LinkState.UNSURE


def _wait(answer: Answer, state: LinkState, since: datetime) -> timedelta:
    """Return the time until the next check, at least what the server asked for."""
    asked = timedelta(seconds=min(answer.after or 0.0, _MONTH.total_seconds()))
    if state is LinkState.DEAD:
        wait = _spread(_FORTNIGHT, answer.url)
    elif answer.outcome is Outcome.ABSENT:
        wait = _NEXT_NIGHT
    elif state is LinkState.UNSURE:
        lasts = max(timedelta(days=2), min(answer.at - since, _FORTNIGHT))
        wait = _spread(lasts, answer.url)
    else:
        wait = _spread(_MONTH, answer.url)
    return max(wait, asked)


def _spread(wait: timedelta, url: str) -> timedelta:
    """Return the time less or more by at most a tenth, the same for a URL every time."""
    share = int(key_of(url)[:4], 16) / 0xFFFF
    return wait * (0.9 + share / 5)
