"""Store and carry out people's decisions on pairs: merge two datasets, or split them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.dedup import handover, merge
from ckanext.hanse.dedup.groups import Pair
from ckanext.hanse.model import Link, LinkVerdict, SourceRecord

#: Number of pairs handled immediately; the others follow in a background job.
AT_ONCE = 25
_CHUNK = 1000


@dataclass(slots=True)
class Done:
    """The result of a decision on ``count`` pairs.

    ``at_next_run``  those that the next runs of their sources complete, as the portal has to
                     be read again, or is being read at the moment.
    ``left``         numbers of those that are still to be processed (:func:`carry_out`).
    """

    count: int = 0
    at_next_run: int = 0
    left: list[int] = field(default_factory=list)


def decide(link: Link, verdict: LinkVerdict, *, author: str, reason: str = "") -> None:
    """Store and carry out whether two records are one dataset; the decision lasts.  Commits.

    ``author``: a user's id.  Raises merge.Busy if one of the sources is being harvested.
    """
    _keep([link.id], verdict, author, reason)
    _carry_out(link.id)


def decide_all(
    found: Sequence[Pair], verdict: LinkVerdict, *, author: str, reason: str = ""
) -> Done:
    """Decide on many pairs at once.  Commits; a source that is being harvested is no error.

    ``SUGGESTED`` revokes the decision that pairs are two datasets.
    """
    for start in range(0, len(found), _CHUNK):
        _keep([pair.id for pair in found[start : start + _CHUNK]], verdict, author, reason)
    waiting = [pair for pair in found if pair.merged != (verdict is LinkVerdict.SAME)]
    # Even if this process dies, the next runs place these records by the decision.
    handover.renew([end.record_id for pair in waiting[AT_ONCE:] for end in pair.ends])
    model.Session.commit()
    done = carry_out([pair.id for pair in waiting[:AT_ONCE]])
    left = [pair.id for pair in waiting[AT_ONCE:]]
    return Done(len(found), done.at_next_run, left)


def carry_out(link_ids: Sequence[int]) -> Done:
    """Merge or split pairs as decided; commits each pair."""
    done = Done(len(link_ids))
    for link_id in link_ids:
        try:
            done.at_next_run += not _carry_out(link_id)
        except merge.Busy:
            handover.renew(_ids(link_id))
            model.Session.commit()
            done.at_next_run += 1
    return done


def _keep(link_ids: Sequence[int], verdict: LinkVerdict, author: str, reason: str) -> None:
    model.Session.execute(
        sa.update(Link)
        .where(Link.id.in_(link_ids))
        .values(
            verdict=verdict.value,
            author=author,
            reason=reason,
            decided=None if verdict is LinkVerdict.SUGGESTED else datetime.now(timezone.utc),
        )
        .execution_options(synchronize_session="fetch")
    )


def _carry_out(link_id: int) -> bool:
    """Carry out the pair's verdict; return whether that is complete."""
    verdict = model.Session.scalar(sa.select(Link.verdict).where(Link.id == link_id))
    if verdict is None:  # gone with its source
        return True
    first, second = _ids(link_id)
    bound = {row.id: row.dataset_id for row in _bound(first, second)}
    complete = True
    if not all(bound.values()):
        # One has no dataset yet; its next run places it by the decision.
        handover.renew([record_id for record_id, dataset in bound.items() if not dataset])
        complete = False
    elif verdict == LinkVerdict.SAME.value:
        merge.merge(first, second)
    elif verdict == LinkVerdict.DIFFERENT.value:
        complete = merge.split(first, second)
    model.Session.commit()
    return complete


def _ids(link_id: int) -> tuple[int, int]:
    query = sa.select(Link.first_id, Link.second_id).where(Link.id == link_id)
    first, second = model.Session.execute(query).one()
    return first, second


def _bound(*record_ids: int) -> Sequence[sa.Row[tuple[int, str | None]]]:
    query = sa.select(SourceRecord.id, SourceRecord.dataset_id)
    return model.Session.execute(query.where(SourceRecord.id.in_(record_ids))).all()
