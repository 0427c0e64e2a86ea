"""Check whether the search index matches the database, and repair it.

A loader or another plugin may index a dataset from an outdated read: then a deleted one is
found again, a private one is visible to everybody, or an old text is shown.  Two queries
compare counts by organization; ids are compared only where the counts differ.
Datasets waiting to be indexed (``index_pending``) are not counted as differences.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
import pysolr
import requests
import sqlalchemy as sa
from ckan import logic, model
from ckan.lib.search.common import make_connection

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState
from ckanext.hanse.store import index

#: Organization, state and visibility ("public", "private") of datasets counted together.
StateGroup: TypeAlias = tuple[str, str, str]

#: Documents in one response, ids in one query.
_PAGE, _CHUNK = 5000, 200
#: The index stores milliseconds.
_SAME_TIME = timedelta(milliseconds=2)
#: Stands for the organization of a document that has none of those queried.
_ELSEWHERE = "?"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A dataset as the database or the index has it."""

    group: StateGroup
    modified: datetime | None

    def same(self, other: _Entry) -> bool:
        """Return whether both are the same version of the dataset."""
        if self.group != other.group:
            return False
        if self.modified is None or other.modified is None:
            return True
        return abs(self.modified - other.modified) <= _SAME_TIME


@dataclass(frozen=True, slots=True)
class Differences:
    """Ids of datasets.

    ``stray``    in the index, though deleted or purged.
    ``missing``  not in the index, though they exist.
    ``stale``    in the index with an old visibility, state, organization or version.
    """

    stray: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all three."""
        return self.stray + self.missing + self.stale

    def __len__(self) -> int:
        return len(self.stray) + len(self.missing) + len(self.stale)


def look(*, everything: bool = False, but: Iterable[str] = ()) -> Differences:
    """Return what differs; ``everything`` compares ids even where the counts agree.

    ``but``: organizations to leave out, as their datasets are changing at the moment.
    Raises StopRun (``index-refuses``) if Solr does not answer.
    """
    wanted = _organizations(differing=not everything) - (set() if everything else set(but))
    if not wanted:
        return Differences()
    there, indexed = _stored(wanted), dict(_indexed(wanted))
    suspects = [key for key in there.keys() | indexed.keys()
                if not _agree(there.get(key), indexed.get(key))]  # fmt: skip
    return _confirmed(suspects) if suspects else Differences()


def mend(found: Differences) -> int:
    """Bring these datasets' documents in line with the database; return how many.  Commits.

    Raises StopRun as :func:`look`.
    """
    for start in range(0, len(found), _CHUNK):
        chunk = found.ids[start : start + _CHUNK]
        kept = sa.select(DatasetState.dataset_id).where(DatasetState.dataset_id.in_(chunk))
        ours = list(model.Session.scalars(kept))
        index.mark(ours)
        model.Session.commit()
        index.settle(ours)
        _foreign([key for key in chunk if key not in set(ours)])
    if len(found):
        index.commit()
    return len(found)


def _foreign(ids: Sequence[str]) -> None:
    """Index datasets whose state we do not keep: from another plugin, or purged."""
    rows = sa.select(model.Package.id).where(model.Package.id.in_(ids))
    there = set(model.Session.scalars(rows))
    for key in there:
        logic.index_update_package({"ignore_auth": True}, key, True)
    model.Session.commit()
    index.send([], [key for key in ids if key not in there])


def stored() -> int:
    """Return how many datasets the index should hold."""
    return sum(_stored_numbers().values())


# --- Comparing ----------------------------------------------------------------------------------


def _organizations(*, differing: bool) -> set[str]:
    """Return organizations ("" for none) on either side, or only where counts differ."""
    there, indexed = _stored_numbers(), _indexed_numbers()
    groups = there.keys() | indexed.keys()
    return {group[0] for group in groups if not differing or there[group] != indexed[group]}


def _agree(there: _Entry | None, indexed: _Entry | None) -> bool:
    if there is None or indexed is None:
        return there is indexed
    return there.same(indexed)


def _confirmed(suspects: Sequence[str]) -> Differences:
    """Return those that still differ on a second check and are not pending."""
    index.commit()
    stray, missing, stale = [], [], []
    for start in range(0, len(suspects), _CHUNK):
        chunk = suspects[start : start + _CHUNK]
        model.Session.rollback()  # to see what was committed since the first check
        there = _rows(model.Package.id.in_(chunk))
        mine = f"{{!terms f=id}}{','.join(chunk)}"
        indexed = dict(_documents(mine, organization=_ELSEWHERE))
        for organization in {entry.group[0] for entry in there.values()}:
            indexed.update(_documents(mine, _of(organization), organization=organization))
        waiting = set(
            model.Session.scalars(
                sa.select(DatasetState.dataset_id).where(
                    DatasetState.dataset_id.in_(chunk), DatasetState.index_pending
                )
            )
        )
        for key in chunk:
            if key in waiting or _agree(there.get(key), indexed.get(key)):
                continue
            kind = stray if key not in there else missing if key not in indexed else stale
            kind.append(key)
    return Differences(tuple(stray), tuple(missing), tuple(stale))


# --- The database -------------------------------------------------------------------------------


def _wanted() -> sa.ColumnElement[bool]:
    """The condition for what CKAN indexes: all but deleted ones, drafts and private included."""
    if tk.config.get("ckan.search.remove_deleted_packages"):
        return model.Package.state != model.State.DELETED
    return sa.true()


def _stored_numbers() -> Counter[StateGroup]:
    package = model.Package
    rows = model.Session.execute(
        sa.select(package.owner_org, package.state, package.private, sa.func.count())
        .where(_wanted())
        .group_by(package.owner_org, package.state, package.private)
    )
    found: Counter[StateGroup] = Counter()
    for organization, state, private, number in rows:
        found[_group(organization, state, private)] += number
    return found


def _stored(organizations: set[str]) -> dict[str, _Entry]:
    return _rows(sa.func.coalesce(model.Package.owner_org, "").in_(organizations))


def _rows(where: sa.ColumnElement[bool]) -> dict[str, _Entry]:
    package = model.Package
    rows = model.Session.execute(
        sa.select(
            package.id, package.owner_org, package.state, package.private, package.metadata_modified
        ).where(_wanted(), where)
    )
    return {key: _Entry(_group(*group), modified) for key, *group, modified in rows}


def _group(organization: str | None, state: str, private: bool | None) -> StateGroup:
    return (organization or "", state, "private" if private else "public")


# --- The index ----------------------------------------------------------------------------------


def _indexed_numbers() -> Counter[StateGroup]:
    def terms(name: str, **inner: Any) -> dict[str, Any]:
        return {"type": "terms", "field": name, "limit": -1, "missing": True, **inner}

    states = terms("state", facet={"capacity": terms("capacity")})
    facets = {"owner_org": terms("owner_org", facet={"state": states})}
    answer = _search(rows=0, **{"json.facet": json.dumps(facets)}).raw_response["facets"]
    found: Counter[StateGroup] = Counter()
    for organization, inner in _buckets(answer, "owner_org"):
        for state, innermost in _buckets(inner, "state"):
            for capacity, bucket in _buckets(innermost, "capacity"):
                found[(organization, state, capacity)] += bucket["count"]
    return found


def _buckets(facet: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = facet.get(name)
    if not found:
        return
    for bucket in found["buckets"]:
        yield bucket["val"], bucket
    if found["missing"]["count"]:
        yield "", found["missing"]


def _indexed(organizations: set[str]) -> Iterator[tuple[str, _Entry]]:
    for organization in organizations:
        yield from _documents(_of(organization), organization=organization)


def _of(organization: str) -> str:
    return f'owner_org:"{organization}"' if organization else "-owner_org:[* TO *]"


def _documents(*filters: str, organization: str) -> Iterator[tuple[str, _Entry]]:
    """Yield documents in pages, however many; the index does not store ``owner_org``."""
    mark, fields = "*", "id,state,capacity,metadata_modified"
    while True:
        answer = _search(*filters, rows=_PAGE, fl=fields, sort="index_id asc", cursorMark=mark)
        for found in answer.docs:
            group = (organization, found.get("state", ""), found.get("capacity", ""))
            yield found["id"], _Entry(group, _moment(found.get("metadata_modified")))
        if answer.nextCursorMark in (mark, None):
            return
        mark = answer.nextCursorMark


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.removesuffix("Z")) if text else None


def _search(*filters: str, **parameters: Any) -> Any:
    connection = make_connection(decode_dates=False)
    connection.timeout = settings.index_timeout()
    site = f'+site_id:"{tk.config["ckan.site_id"]}" +entity_type:package'
    lucene = {"q.op": "AND", "defType": "lucene"}
    try:
        return connection.search("*:*", fq=[site, *filters], **lucene, **parameters)
    except (pysolr.SolrError, requests.RequestException, OSError) as error:
        raise index.refuses(error) from error
