"""What the checks of its links mean for a dataset: issues and points of the score.

Computed where a link's state changes, and where a dataset with checked links is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse import settings
from ckanext.hanse.model import CheckedUrl, DatasetState, UrlUse
from ckanext.hanse.store import record_rows, urls
from hanse_harvesters.issue import Issue
from hanse_harvesters.links import Declared, LinkRecord, counts, findings
from hanse_harvesters.quality.mqa import Score, with_links
from hanse_harvesters.record import DatasetDict

_ROW, _USE = CheckedUrl, UrlUse


@dataclass(frozen=True, slots=True)
class KnownLink:
    """What is known of an address; ``record`` is None before its first check.

    ``down``  whether its server as a whole did not answer at its last check.
    """

    record: LinkRecord | None
    down: bool = False


def of_urls(addresses: Iterable[str]) -> dict[str, KnownLink]:
    """Return what is known of these addresses, by address; unknown ones are left out."""
    wanted = {url: urls.row_id(url) for url in addresses}
    other = aliased(_ROW)
    down = sa.select(sa.literal(1)).where(other.origin == _ROW.origin, other.down).exists()
    rows = model.Session.execute(
        sa.select(_ROW.id, _ROW.record, down).where(_ROW.id.in_(set(wanted.values())))
    )
    found = {key: _known(record, down) for key, record, down in rows}
    return {url: found[key] for url, key in wanted.items() if key in found}


def checked_among(dataset_ids: Collection[str]) -> set[str]:
    """Return those of the datasets that have a link with a check."""
    query = (
        sa.select(_USE.dataset_id)
        .join(_ROW, _ROW.id == _USE.url_id)
        .where(_USE.dataset_id.in_(dataset_ids), _ROW.checked.is_not(None))
        .distinct()
    )
    return set(model.Session.scalars(query))


def refresh(datasets: Mapping[str, DatasetDict]) -> None:
    """Store issues and points of these datasets, by id, as their links are known now; no commit.

    Locks the rows of their states first: of a harvest that writes a dataset and a check of its
    links, whichever is second sees what the first has stored.
    """
    stored = model.Session.execute(
        sa.select(DatasetState.dataset_id, DatasetState.link_issues, DatasetState.mqa)
        .where(DatasetState.dataset_id.in_(datasets))
        .order_by(DatasetState.dataset_id)
        .with_for_update()
    ).all()
    declared = {row.dataset_id: list(urls.declared(datasets[row.dataset_id])) for row in stored}
    known = of_urls({item.target.url for items in declared.values() for item in items})
    for key, before, mqa in stored:
        now: dict[str, Any] = {}
        issues = record_rows.stored_issues(_issues(declared[key], known))
        if issues != before:
            now["link_issues"] = issues
        if (score := _score(datasets[key], mqa, known)) and score.as_json() != mqa:
            now |= {"mqa": score.as_json(), "score": score.points, "index_pending": True}
        if now:
            model.Session.execute(
                sa.update(DatasetState)
                .where(DatasetState.dataset_id == key)
                .values(changed=sa.func.now(), **now)
                .execution_options(synchronize_session=False)
            )


def written(datasets: Mapping[str, DatasetDict]) -> None:
    """Keep up addresses and link issues of datasets that have just been written; no commit."""
    if not datasets:
        return
    urls.keep(datasets)
    if concerned := checked_among(datasets):
        refresh({key: datasets[key] for key in concerned})


def _issues(declared: Iterable[Declared], known: Mapping[str, KnownLink]) -> Iterator[Issue]:
    for item in declared:
        if link := known.get(item.target.url):
            yield from findings(item, link.record, host_given_up=link.down)


def _score(
    dataset: DatasetDict, mqa: Mapping[str, Any], known: Mapping[str, KnownLink]
) -> Score | None:
    """Return the points with the states of the links; None for a dataset that was not judged."""
    before = Score.from_json(mqa)
    own = tuple(f"{address.rstrip('/')}/" for address in settings.own_addresses())

    def state(url: str) -> bool | None:
        if url.startswith(own):  # this site serves it itself: there is nothing to check
            return True
        link = known.get(url.strip())
        return counts(link.record) if link else None

    return with_links(dataset, before, state) if before else None


def _known(record: dict[str, object] | None, down: bool) -> KnownLink:
    return KnownLink(LinkRecord.from_json(record) if record else None, bool(down))
