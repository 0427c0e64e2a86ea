"""Deleting a dataset made here, and undoing it: nothing is purged by itself.

CKAN marks a dataset as deleted and keeps everything of it; beside it stands who did it and
what the dataset was before (``hanse_deletion``), so that it comes back as that.  What a
harvest withdrew is brought back at its source (``harvest/withdrawal.py``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse import provenance
from ckanext.hanse.model import DatasetState, Deletion, RecordState, SourceRecord
from ckanext.hanse.store import index
from ckanext.hanse.store.pg_text import moment

#: How long the editors of a city may undo it; after that a sysadmin.
DAYS = 30


def note(package: model.Package, author: str, state: str = "") -> None:
    """Keep that ``author`` (user id) deletes a dataset, in the transaction that does it.

    ``state``: what it was; by default what it is at this moment.
    """
    values = {"author": author, "state": state or package.state, "deleted": sa.func.now()}
    statement = insert(Deletion).values(dataset_id=package.id, **values)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values)
    )


def deleting(context: dict[str, Any], dataset_id: str) -> None:
    """CKAN is about to delete a dataset; one that a harvest owns has its own way back."""
    package = model.Package.get(dataset_id)
    if (
        package is not None
        and package.state != "deleted"
        and not provenance.is_harvested(package.id)
    ):
        note(package, _user_id(context))


def saved(context: dict[str, Any], dataset_id: str) -> None:
    """A dataset was saved: its state may have been set as any other field."""
    package = model.Session.get(model.Package, dataset_id)
    kept = model.Session.get(Deletion, dataset_id)
    if package.state != "deleted":
        if kept:
            model.Session.delete(kept)
    elif kept is None:
        # Where nobody says what it was, it comes back as a draft: nothing gets public unasked.
        before = (context.get("original_package") or {}).get("state") or "draft"
        note(package, _user_id(context), before)


def of(dataset_id: str) -> dict[str, Any]:
    """When a dataset was deleted by a person and what it was; {} for any other one.

    ``deleted`` (ISO 8601), ``by`` (name of the user, "" where nobody knows), ``state``
    before, and ``until``: to when an editor may undo it.
    """
    found = listed(model.Package.id == dataset_id)
    return found[0] if found else {}


def in_cities(organization_ids: Collection[str]) -> list[dict[str, Any]]:
    """Deleted datasets of these organisations, the last one first, as :func:`of` gives them."""
    return listed(model.Package.owner_org.in_(organization_ids))


def listed(wanted: Any) -> list[dict[str, Any]]:
    """Deleted datasets that ``wanted`` (a condition on packages) leaves.

    Not those that a portal withdrew, nor those that became one with another.
    """
    deleted = sa.func.coalesce(
        Deletion.deleted, sa.func.timezone("UTC", model.Package.metadata_modified)
    )
    query = (
        _by_people(sa.select(model.Package, Deletion, deleted.label("when"), model.User))
        .outerjoin(model.User, model.User.id == Deletion.author)
        .where(wanted)
        .order_by(deleted.desc(), model.Package.id)
    )
    return [_shown(*row) for row in model.Session.execute(query)]


def counted(organization_ids: Collection[str]) -> dict[str, int]:
    """How many of them there are in each of these organisations that has any."""
    query = (
        _by_people(sa.select(model.Package.owner_org, sa.func.count()))
        .where(model.Package.owner_org.in_(organization_ids))
        .group_by(model.Package.owner_org)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def _by_people(query: sa.Select[Any]) -> sa.Select[Any]:
    return (
        query.select_from(model.Package)
        .outerjoin(Deletion, Deletion.dataset_id == model.Package.id)
        .outerjoin(DatasetState, DatasetState.dataset_id == model.Package.id)
        .outerjoin(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .where(
            model.Package.type == "dataset",
            model.Package.state == "deleted",
            DatasetState.merged_into.is_(None),
            sa.func.coalesce(SourceRecord.state, "") != RecordState.WITHDRAWN.value,
        )
    )


def _shown(
    package: model.Package, kept: Deletion | None, deleted: datetime, user: model.User | None
) -> dict[str, Any]:
    until = deleted + timedelta(days=DAYS)
    return {
        "id": package.id,
        "name": package.name,
        "title": package.title or package.name,
        "private": package.private,
        "deleted": moment(deleted),
        "by": user.display_name if user else "",
        # Unknown, as for what was deleted before we kept it: a draft, which shows nothing.
        "state": kept.state if kept else "draft",
        "until": moment(until),
        "expired": until < datetime.now(timezone.utc),
    }


def restore(context: dict[str, Any], dataset_id: str) -> str:
    """Undo a deletion: the dataset with its files, its place in the city and in the index.

    Gives its state from now on.  What CKAN's ``package_delete`` does is done backwards, not
    the dataset saved anew: one that no longer passes a validator comes back too.  Commits.
    """
    package = model.Session.get(model.Package, dataset_id)
    state: str = of(dataset_id).get("state") or "draft"
    package.state = state
    package.metadata_modified = datetime.now(timezone.utc).replace(tzinfo=None)
    model.Session.execute(
        sa.update(model.Member)
        .where(model.Member.table_id == dataset_id, model.Member.group_id == package.owner_org)
        .values(state="active")
        .execution_options(synchronize_session="fetch")
    )
    model.Session.flush()
    show = {"ignore_auth": True, "use_cache": False, "user": context.get("user", "")}
    shown = tk.get_action("package_show")(show, {"id": dataset_id})
    for plugin in p.PluginImplementations(p.IPackageController):
        plugin.edit(package)
        plugin.after_dataset_update(context, shown)
    index.mark([dataset_id])
    model.Session.commit()
    # Should the index be silent now, the mark stays and the next tick brings it there.
    index.settle([dataset_id])
    index.commit()
    return state


def _user_id(context: dict[str, Any]) -> str:
    user = model.User.get(context.get("user") or "")
    return str(user.id) if user else ""
