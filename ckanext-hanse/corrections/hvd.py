"""A person's word on whether a dataset is a high-value dataset (HVD), kept and reversible.

The word is a row of ``hanse_correction`` with the field ``hvd`` and the value ``confirmed`` or
``rejected``.  Confirming sets category and regulation, of a harvested dataset by corrections, so
that the next harvest keeps them; rejecting removes them.  ``replaced`` of the row holds the fields
that were changed with it, each with its former value.  No permissions are checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse import provenance
from ckanext.hanse.corrections import overlay, parse_value, rows, update_dataset
from ckanext.hanse.corrections.apply import HVD
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.model import Correction
from ckanext.hanse.store import package_dict
from hanse_harvesters.quality import hvd_offers
from hanse_harvesters.record import DatasetDict
from hanse_schemas.shapes import HVD_REGULATION

CONFIRMED, REJECTED = "confirmed", "rejected"
VERDICTS = (CONFIRMED, REJECTED)

_CATEGORY, _LAW = "hvd_category", "applicable_legislation"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a verdict changes: its value now, and afterwards."""

    at: Place
    now: Any
    wanted: Any


def changes(package: dict[str, Any], verdict: str, category: str = "") -> list[Change]:
    """Return what a verdict would change of a dataset, as ``package_show`` returns it.

    ``category``  IRI of the category to confirm; "" for the dataset's own, else the offered one.
    Raises ValidationError if there is none.
    """
    dataset = package_dict.dataset_of(dict(package))
    wanted = _category(dataset, category) if verdict == CONFIRMED else None
    found = []
    for at, value in _placed(package, dataset, wanted):
        now = parse_value.current(package, at)
        if not overlay.equal(now, value):
            found.append(Change(at, now, value))
    return found


def _category(dataset: DatasetDict, category: str) -> list[str]:
    offered = hvd_offers.offer(dataset)
    chosen = [category] if category else dataset.get(_CATEGORY)
    if not chosen and offered:
        chosen = [offered.category]
    if not chosen:
        message = tk._("Choose a category: nothing in “{title}” says which one fits.")
        text = message.replace("{title}", parse_value.short(dataset.get("title") or ""))
        raise tk.ValidationError({"category": [text]})
    return list(chosen)


def _placed(
    package: Mapping[str, Any], dataset: DatasetDict, category: list[str] | None
) -> Iterator[tuple[Place, Any]]:
    """Yield the fields of the dataset and of its files, with the values they shall have.

    ``category``  None for a dataset that shall be none.
    """
    yield overlay.place(_CATEGORY), category
    entities = [(_LAW, dataset)]
    for resource, item in zip(
        package.get("resources", []), dataset.get("resources", []), strict=True
    ):
        entities.append((f"resources[{resource['id']}].{_LAW}", item))
    for path, entity in entities:
        laws = [iri for iri in entity.get(_LAW) or [] if iri != HVD_REGULATION]
        yield overlay.place(path), [*laws, *([HVD_REGULATION] if category else [])] or None


def decide(
    package: dict[str, Any], verdict: str, category: str, reason: str, user: Any
) -> Correction:
    """Store a verdict on a dataset and what it changes, in place of an earlier one; commits.

    ``user``  a row of CKAN's.  Raises ValidationError as :func:`changes`, and if the schema
    refuses the dataset.
    """
    before = rows.live(package["id"], HVD)
    if before is not None:
        undo(before, user)
        package = _show(package["id"])
    found = changes(package, verdict, category)
    mark = Correction(
        dataset_id=package["id"],
        field=HVD,
        value=verdict,
        replaced={change.at.path: change.now for change in found},
        reason=reason,
        author=user.id,
    )
    if not found:
        rows.store(mark, None, user)
        model.Session.commit()
    elif provenance.is_harvested(package["id"]):
        _correct(package["id"], found, mark, user)
    else:
        edits = [(change.at, change.wanted) for change in found]
        rows.store(mark, None, user)
        _edit(package, edits, user)
    return mark


def _correct(dataset_id: str, found: list[Change], mark: Correction, user: Any) -> None:
    """Correct the fields of a harvested dataset, and store the verdict with the corrections."""

    def keep(_: DatasetDict) -> None:
        for change in found:
            earlier = rows.live(dataset_id, change.at.path)
            row = Correction(
                dataset_id=dataset_id,
                field=change.at.path,
                value=change.wanted,
                replaced=rows.source_says(earlier) if earlier else change.now,
                reason=mark.reason,
                author=user.id,
            )
            rows.store(row, earlier, user)
        rows.store(mark, None, user)

    edits = [(change.at, change.wanted) for change in found]
    update_dataset.rewrite(dataset_id, edits, user=user.name, keep=keep)


def _edit(package: dict[str, Any], edits: update_dataset.Edits, user: Any) -> None:
    """Edit the fields of a dataset that is kept here; commits, with what the session holds."""
    resources = {item["id"]: item for item in package.get("resources", [])}
    for at, value in edits:
        entity = resources.get(at.resource) if at.resource else package
        if entity is not None:
            entity[at.prop.field] = [] if value is None else value
    context = {"user": user.name, "ignore_auth": True}
    try:
        tk.get_action("package_update")(context, package)
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise


def undo(mark: Correction, user: Any) -> None:
    """Withdraw a verdict and what it changed; commits.

    A harvested dataset has its source's values again, one that is kept here its former ones,
    unless somebody has changed a field since.
    """
    dataset_id, former = mark.dataset_id, dict(mark.replaced or {})
    package = _show(dataset_id)
    if not provenance.is_harvested(dataset_id):
        rows.end(mark, user)
        known = {item["id"] for item in package.get("resources", [])}
        places = [overlay.place(path) for path in former]
        edits = [(at, former[at.path]) for at in places if not at.resource or at.resource in known]
        if edits and package["state"] == "active":
            _edit(package, edits, user)
        model.Session.commit()
        return
    corrected = [row for path in former if (row := rows.live(dataset_id, path))]
    edits_of = [(overlay.place(row.field), rows.source_says(row)) for row in corrected]

    def keep(_: DatasetDict) -> None:
        for row in (*corrected, mark):
            rows.end(row, user)

    if edits_of:
        update_dataset.rewrite(dataset_id, edits_of, user=user.name, keep=keep, anew=True)
    else:
        keep({})
        model.Session.commit()


def _show(dataset_id: str) -> dict[str, Any]:
    context = {"ignore_auth": True, "use_cache": False}
    found: dict[str, Any] = tk.get_action("package_show")(context, {"id": dataset_id})
    return found


def rejected(organization_id: str = "") -> list[str]:
    """Return the ids of the datasets that a person said are none; of one organization, or all."""
    query = sa.select(Correction.dataset_id).where(
        Correction.field == HVD,
        Correction.withdrawn.is_(None),
        Correction.value == sa.literal(REJECTED, type_=Correction.value.type),
    )
    if organization_id:
        query = query.join(model.Package, model.Package.id == Correction.dataset_id).where(
            model.Package.owner_org == organization_id
        )
    return list(model.Session.scalars(query.order_by(Correction.dataset_id)))


def verdicts(dataset_ids: list[str]) -> dict[str, Correction]:
    """Return dataset id → the verdict in force."""
    found = model.Session.scalars(
        sa.select(Correction).where(
            Correction.field == HVD,
            Correction.withdrawn.is_(None),
            Correction.dataset_id.in_(dataset_ids),
        )
    )
    return {row.dataset_id: row for row in found}
