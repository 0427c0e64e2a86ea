"""What is known of a link over time, and when it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hanse_harvesters.links.answer import Answer, Learned, LinkState


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
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LinkRecord:
        """Restore a record."""
        raise NotImplementedError


def advance(known: LinkRecord | None, answer: Answer) -> LinkRecord:
    """Return what is known of a link after ``answer`` (at ``answer.at``).

    OK and moved hold at once, also for a dead link.  Absent counts once a day (another UTC date,
    at least 12 hours later); until the third the link is unsure, then dead.  Unsure changes
    nothing of ``known`` and ``failed``.  Due again: after a month (ok, moved, not asked), the next
    night (absent), in days (unsure: 2, more the longer it lasts), in two weeks (dead); spread by
    a share that derives from the URL.
    """
    raise NotImplementedError


def counts(record: LinkRecord | None) -> bool | None:
    """Return whether a link has its points in the score; None while that is not known.

    ok and moved: True; dead: False; unsure: as it was last known; else None.
    """
    raise NotImplementedError
