"""Deleting a dataset made here, and undoing it: nothing is purged automatically.

CKAN marks a dataset as deleted and keeps its data; ``hanse_deletion`` stores who deleted it
and its state before, to which it is restored.  Datasets that a harvest withdrew are restored
at their source (``harvest/withdrawal.py``).
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

#: Days for which editors of the city may undo a deletion; after that only a sysadmin.
DAYS = 30


def note(package: model.Package, author: str, state: str = "") -> None:
    """Store that ``author`` (user id) deletes a dataset, in the transaction of the deletion.

    ``state``: the state before; by default the current one.
    """
    values = {"author": author, "state": state or package.state, "deleted": sa.func.now()}
    statement = insert(Deletion).values(dataset_id=package.id, **values)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values)
    )


def deleting(context: dict[str, Any], dataset_id: str) -> None:
    """Record the deletion of a dataset made here; withdrawal covers the harvested ones."""
    package = model.Package.get(dataset_id)
    if (
        package is not None
        and package.state != "deleted"
        and not provenance.is_harvested(package.id)
    ):
        note(package, _user_id(context))


def saved(context: dict[str, Any], dataset_id: str) -> None:
    """Record or clear a deletion after a save, which can set the state like any other field."""
    package = model.Session.get(model.Package, dataset_id)
    kept = model.Session.get(Deletion, dataset_id)
    if package.state != "deleted":
        if kept:
            model.Session.delete(kept)
    elif kept is None:
        # If the state before is unknown, restore as a draft: nothing is published unasked.
        before = (context.get("original_package") or {}).get("state") or "draft"
        note(package, _user_id(context), before)


def of(dataset_id: str) -> dict[str, Any]:
    """Return when a dataset was deleted by a person and its state before; {} for any other one.

    ``deleted`` (ISO 8601), ``by`` (name of the user, "" if unknown), ``state`` before the
    deletion, and ``until``: up to when an editor may undo it.
    """
    found = listed(model.Package.id == dataset_id)
    return found[0] if found else {}


def in_cities(organization_ids: Collection[str]) -> list[dict[str, Any]]:
    """Return the deleted datasets of these organizations, newest first, as :func:`of` does."""
    return listed(model.Package.owner_org.in_(organization_ids))


def listed(wanted: Any) -> list[dict[str, Any]]:
    """Return the deleted datasets that match ``wanted``, a condition on packages.

    Excludes those that a portal withdrew and those that were merged into another.
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
    """Return the number of deleted datasets by organization, only for those that have any."""
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
        # Unknown for datasets deleted before states were stored: a draft, which is not public.
        "state": kept.state if kept else "draft",
        "until": moment(until),
        "expired": until < datetime.now(timezone.utc),
    }


def restore(context: dict[str, Any], dataset_id: str) -> str:
    """Undo a deletion: restore the dataset with its files, its organization and its index entry.

    Returns its new state.  Reverses CKAN's ``package_delete`` instead of saving the dataset
    again, so that one that no longer passes a validator is restored too.  Commits.
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
    # If Solr does not respond now, the mark stays and the next tick indexes it.
    index.settle([dataset_id])
    index.commit()
    return state


def _user_id(context: dict[str, Any]) -> str:
    user = model.User.get(context.get("user") or "")
    return str(user.id) if user else ""
