"""Carry the corrections of a dataset over to the one it is merged into, where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.corrections import overlay, update_dataset
from ckanext.hanse.corrections.apply import APART
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.model import Correction
from ckanext.hanse.store import package_dict, resources
from hanse_harvesters.record import DatasetDict


def bring(goes: str, stays: str) -> None:
    """Copy the corrections of ``goes`` to ``stays``, where the same value is to be corrected.

    The same: the value that the correction replaced, or none at all.  If the other portal
    or an officer has set another value, that is kept.  ``goes`` keeps its corrections,
    for when the two are split again.  Commits if there is something to copy.
    """
    rows = _live(goes)
    if not rows:
        return
    shown, other = _show(stays), _show(goes)
    ids = [item["id"] for item in shown["resources"]]
    moved = _same_resources(shown, other)
    dataset = package_dict.dataset_of(shown)
    corrected = {row.field for row in _live(stays)}
    copies: list[tuple[Place, Correction]] = []
    for row in rows:
        at = _place(row.field, moved)
        entity = overlay.entity_at(dataset, at, ids) if at and at.path not in corrected else None
        if at is None or entity is None:
            continue
        now = overlay.value_in(entity, at.prop)
        if now is None or overlay.equal(now, row.replaced):
            copies.append((at, _copy(row, stays, at, now)))

    def keep(_: DatasetDict) -> None:
        model.Session.add_all([copy for _, copy in copies])
        model.Session.flush()

    if copies:
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        edits = [(at, copy.value) for at, copy in copies]
        update_dataset.rewrite(stays, edits, user=user, keep=keep)


def _live(dataset_id: str) -> Sequence[Correction]:
    found: Sequence[Correction] = model.Session.scalars(
        sa.select(Correction)
        .where(
            Correction.dataset_id == dataset_id,
            Correction.withdrawn.is_(None),
            Correction.field.not_in(APART),
        )
        .order_by(Correction.id)
    ).all()
    return found


def _show(dataset_id: str) -> dict[str, Any]:
    context = {"ignore_auth": True, "use_cache": False}
    found: dict[str, Any] = tk.get_action("package_show")(context, {"id": dataset_id})
    return found


def _same_resources(shown: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """Return resource id of the one that goes → of the one that stays."""
    matches = resources.match(shown["resources"], other["resources"])
    return {
        item["id"]: match["id"]
        for item, match in zip(other["resources"], matches, strict=True)
        if match
    }


def _place(path: str, moved: dict[str, str]) -> Place | None:
    try:
        at = overlay.place(path)
    except KeyError:  # the field was removed from the table
        return None
    if not at.resource:
        return at
    if at.resource not in moved:
        return None
    return overlay.place(path.replace(f"[{at.resource}]", f"[{moved[at.resource]}]", 1))


def _copy(row: Correction, dataset_id: str, at: Place, replaced: Any) -> Correction:
    return Correction(
        dataset_id=dataset_id,
        field=at.path,
        value=row.value,
        replaced=replaced,
        reason=row.reason,
        author=row.author,
        created=row.created,
    )
