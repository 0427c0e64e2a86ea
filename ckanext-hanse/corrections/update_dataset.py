"""Change a harvested dataset between two runs, as a run would write it.

Uses ``package_update``: index, activity and hooks are CKAN's own; dataset, issues and what the
caller stores are committed together.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import SearchIndexError

from ckanext.hanse.corrections import overlay
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.model import DatasetState, HarvestSource, SourceRecord
from ckanext.hanse.store import link_states, package_dict, record_rows, records
from ckanext.hanse.store.action_writer import BIND
from hanse_harvesters.errors import StopRun
from hanse_harvesters.record import DatasetDict

#: The new value of each field; None clears it.
Edits = Sequence[tuple[Place, Any]]
#: Called within the transaction, with the dataset as it is stored now.
Keep = Callable[[DatasetDict], None]


def rewrite(
    dataset_id: str,
    edits: Edits,
    *,
    user: str,
    private: bool | None = None,
    keep: Keep,
    anew: bool = False,
) -> None:
    """Apply ``edits`` to the dataset, show or hide it, and commit.

    ``user``  name of the user for the activity.  ``anew``: only the next run has
    all that the source provides for the fields, so the records are mapped again.  Permissions are
    not checked.  Raises ValidationError for what the schema refuses; StopRun (``index-refuses``)
    if the search index does not accept it: then nothing was changed.
    """
    if anew:
        forget(dataset_id)
    elif edits:
        _claim(dataset_id)
    existing = _show(dataset_id)
    dataset = package_dict.dataset_of(existing)
    before = copy.deepcopy(dataset)
    ids = [item["id"] for item in existing["resources"]]
    for at, value in edits:
        entity = overlay.entity_at(dataset, at, ids)
        if entity is not None:
            overlay.lay(entity, at.prop, copy.deepcopy(value))
    package = package_dict.changed_package(existing, dataset, existing["resources"])
    package["state"] = existing["state"]
    for item, known in zip(package["resources"], existing["resources"], strict=True):
        if item != known:
            item.setdefault("mimetype", None)  # otherwise CKAN guesses one
    if private is not None:
        package["private"] = private
    places = [overlay.numbered(at, ids) for at, _ in edits if not at.resource or at.resource in ids]
    _update(existing, package, user, _keeper(dataset_id, before, places, keep))


def _keeper(dataset_id: str, before: DatasetDict, places: list[str], keep: Keep) -> Keep:
    def kept(_: Any) -> None:
        stored = package_dict.dataset_of(_show(dataset_id))
        if places:
            _reconsider(dataset_id, before, stored, places)
            link_states.written({dataset_id: stored})
        keep(stored)

    return kept


def _update(existing: dict[str, Any], package: dict[str, Any], user: str, keep: Keep) -> None:
    done = []

    def bind(_: str) -> None:
        keep({})
        done.append(True)

    context = {"user": user, "ignore_auth": True, "original_package": existing, BIND: bind}
    try:
        tk.get_action("package_update")(context, package)
        if not done:  # CKAN calls no hook, and commits nothing, if nothing changed
            keep({})
        model.Session.commit()
    except SearchIndexError as error:
        model.Session.rollback()
        reason = " ".join(str(error).split())[:300]
        raise StopRun("index-refuses", where=tk.config["solr_url"], reason=reason) from error
    except BaseException:
        model.Session.rollback()
        raise


def forget(dataset_id: str) -> None:
    """Make the next run map and write the dataset's records; call it first, as :func:`_claim`."""
    sources = _claim(dataset_id)
    for statement in (
        sa.update(HarvestSource)
        .where(HarvestSource.id.in_(sources))
        .values(etag="", last_modified=""),
        sa.update(SourceRecord).where(SourceRecord.dataset_id == dataset_id).values(fingerprint=""),
    ):
        model.Session.execute(statement, execution_options={"synchronize_session": False})


def _claim(dataset_id: str) -> Sequence[int]:
    """Mark the stored dataset as differing from its records; return the ids of their sources.

    A record that is unchanged at its portal is still known by its fingerprint: the next run skips
    it.  One that has changed is written, whatever its content.  Must come first in a transaction:
    runs lock the source's row while they write, so none writes this dataset between our reading
    and our commit.
    """
    bound = SourceRecord.dataset_id == dataset_id
    wanted = HarvestSource.id.in_(sa.select(SourceRecord.source_id).where(bound))
    sources = model.Session.scalars(
        sa.select(HarvestSource.id).where(wanted).order_by(HarvestSource.id).with_for_update()
    ).all()
    model.Session.execute(
        sa.update(SourceRecord).where(bound).values(normalised="", attached=""),
        execution_options={"synchronize_session": False},
    )
    return sources


def _show(dataset_id: str) -> dict[str, Any]:
    context = {"ignore_auth": True, "use_cache": False}
    found: dict[str, Any] = tk.get_action("package_show")(context, {"id": dataset_id})
    return found


def _reconsider(
    dataset_id: str, before: DatasetDict, after: DatasetDict, places: list[str]
) -> None:
    """Store the issues of the dataset as it is now."""
    row = DatasetState.dataset_id == dataset_id
    stored = model.Session.scalar(sa.select(DatasetState.issues).where(row)) or []
    record = overlay.reconsidered(before, after, records.issues_from(stored), places)
    model.Session.execute(
        sa.update(DatasetState)
        .where(row)
        .values(issues=record_rows.stored_issues(record.issues), changed=sa.func.now()),
        execution_options={"synchronize_session": False},
    )
    records.keep_judged(record, dataset_id)


def lay_again(dataset_id: str, at: Place, value: Any) -> None:
    """Apply a value again after a run overwrote a correction, or its end, unknowingly."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    rewrite(dataset_id, [(at, value)], user=site_user, keep=_nothing, anew=True)


def _nothing(_: DatasetDict) -> None:
    """Store nothing besides the dataset."""
