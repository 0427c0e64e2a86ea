"""A point a day of every curve: written once a day and after each run, read for the pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import HarvestRun, HarvestSource, ScoreKind, ScorePoint
from ckanext.hanse.scores import read

_POINT = ScorePoint
#: Held while points are written: two schedulers do it one after the other.
_LOCK = "hanse: scores"
_TODAY = sa.cast(sa.func.timezone("UTC", sa.func.now()), sa.Date)
#: Points of a curve at most: five years.
MOST = 5 * 366

# A dataset has a point only on days on which its score changed.
_DATASETS = sa.text(
    """
    INSERT INTO hanse_score (kind, owner, day, datasets, "of", mean, least, most)
    SELECT 'dataset', s.dataset_id, CAST(timezone('UTC', now()) AS date), 1,
           CAST(s.mqa ->> 'of' AS integer), s.score, CAST(s.score AS integer),
           CAST(s.score AS integer)
    FROM hanse_dataset_state AS s
    JOIN package AS p ON p.id = s.dataset_id AND p.state = 'active'
    LEFT JOIN LATERAL (
        SELECT mean, "of" FROM hanse_score AS before
        WHERE before.kind = 'dataset' AND before.owner = s.dataset_id
        ORDER BY day DESC LIMIT 1
    ) AS last ON TRUE
    WHERE s.score IS NOT NULL AND s.mqa ? 'of'
      AND (last.mean IS DISTINCT FROM s.score
           OR last."of" IS DISTINCT FROM CAST(s.mqa ->> 'of' AS integer))
    ON CONFLICT (kind, owner, day) DO UPDATE SET
        "of" = excluded."of", mean = excluded.mean, least = excluded.least,
        most = excluded.most, updated = now()
    """
)


def keep_up() -> int:
    """Write what today's points lack: all of them once a day, a source's after its run.

    Returns the number of points of sources, cities and the site that were written.
    """
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(_LOCK))))
    last = model.Session.scalar(
        sa.select(_POINT.updated).where(
            _POINT.kind == ScoreKind.SITE.value, _POINT.owner == "", _POINT.day == _TODAY
        )
    )
    concerned = _everything() if last is None else _ended_since(last)
    for kind, owner in concerned:
        write(kind, owner)
    if concerned:
        model.Session.execute(_DATASETS)
    model.Session.commit()
    return len(concerned)


def write(kind: ScoreKind, owner: str) -> None:
    """Write today's point of a source, a city or the site, in place of an earlier one of today."""
    judged = read.of_many(kind, owner)
    found = judged.summary
    advice = [[item.action, item.points, item.datasets] for item in judged.advice]
    values: dict[str, Any] = {
        "datasets": found.datasets,
        "of": found.of,
        "mean": found.mean,
        "least": found.min,
        "most": found.max,
        "summary": found.as_json() | {"advice": advice},
        "updated": sa.func.now(),  # of the transaction: a run that ends meanwhile counts again
    }
    statement = insert(_POINT).values(kind=kind.value, owner=owner, day=_TODAY, **values)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["kind", "owner", "day"], set_=values)
    )


def _everything() -> list[tuple[ScoreKind, str]]:
    sources = model.Session.scalars(sa.select(HarvestSource.id)).all()
    cities = model.Session.scalars(
        sa.select(model.Group.id).where(
            model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE
        )
    ).all()
    return _points(sources, cities)


def _ended_since(last: Any) -> list[tuple[ScoreKind, str]]:
    """Return the points that runs which ended since then may have changed."""
    rows = model.Session.execute(
        sa.select(HarvestSource.id, HarvestSource.organization_id)
        .join(HarvestRun, HarvestRun.source_id == HarvestSource.id)
        .where(HarvestRun.finished > last)
        .distinct()
    ).all()
    if not rows:
        return []
    return _points([row[0] for row in rows], sorted({row[1] for row in rows if row[1]}))


def _points(sources: Any, cities: Any) -> list[tuple[ScoreKind, str]]:
    """Return the points to write, the site's last: it says since when runs are not counted."""
    return [
        *((ScoreKind.SOURCE, str(source)) for source in sources),
        *((ScoreKind.CITY, str(city)) for city in cities),
        (ScoreKind.SITE, ""),
    ]


def points(kind: ScoreKind, owner: str = "", *, most: int = MOST) -> list[ScorePoint]:
    """Return the points of a curve, oldest first; of more than ``most``, the newest."""
    rows = model.Session.scalars(
        sa.select(_POINT)
        .where(_POINT.kind == kind.value, _POINT.owner == owner)
        .order_by(_POINT.day.desc())
        .limit(most)
    ).all()
    return list(reversed(rows))
