"""An officer's changes to a harvested dataset: correct, hide, detach; and the reverse.

Everything is stored with user, time and reason; withdrawn corrections stay as history.
No permissions are checked here: the actions do that (logic/actions/corrections.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse import provenance
from ckanext.hanse.corrections import overlay, parse_value, update_dataset
from ckanext.hanse.corrections.apply import DETACHED, HIDDEN
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.corrections.rows import end, live, source_says, store
from ckanext.hanse.model import Correction, DatasetState, RecordState, SourceRecord
from ckanext.hanse.store import package_dict
from hanse_harvesters.record import DatasetDict


def correct(package: dict[str, Any], path: str, value: Any, reason: str, user: Any) -> Correction:
    """Override a field; an earlier correction of it becomes history.

    ``package`` as ``package_show`` returns it, ``path`` and ``value`` as in
    :class:`Correction`, ``user`` a row of CKAN's.  Raises ValidationError naming field,
    value and remedy; on return the dataset shows the value.
    """
    _harvested(package)
    at = parse_value.place(package, path)
    before = live(package["id"], path)
    now = parse_value.current(package, at)
    wanted = parse_value.value(at, value)
    if overlay.equal(now, wanted) and not _doubted(package, at):
        raise _invalid(path, tk._("That is what stands there already: “{value}”"), value)
    row = Correction(dataset_id=package["id"], field=path, reason=reason, author=user.id)
    row.replaced = source_says(before) if before else now

    def keep(stored: DatasetDict) -> None:
        row.value = parse_value.current(stored | {"resources": _with_ids(stored, package)}, at)
        store(row, before, user)

    _rewrite(package["id"], [(at, wanted)], user, keep, path, value)
    return row


def _doubted(package: dict[str, Any], at: Place) -> bool:
    """Return whether the present value was guessed or inferred, so that it can be confirmed."""
    known = provenance.issues(package["id"])
    dataset = package_dict.dataset_of(dict(package))
    place = overlay.numbered(at, [item["id"] for item in package.get("resources", [])])
    return set(overlay.reconsidered(dataset, dataset, known, [place]).issues) < set(known)


def withdraw(row: Correction, user: Any) -> None:
    """Restore the source's present value; the correction becomes history."""
    if row.withdrawn is not None:
        raise _invalid("id", tk._("This correction was withdrawn already: {value}"), row.id)
    if row.field == HIDDEN:
        show_again(row.dataset_id, user)
        return
    if row.field == DETACHED:
        reattach(row.dataset_id, user)
        return

    def keep(_: DatasetDict) -> None:
        end(row, user)

    try:
        at = overlay.place(row.field)
    except KeyError:  # the field was removed from the table: nothing shows it
        keep({})
        model.Session.commit()
        return
    harvested = provenance.is_harvested(row.dataset_id)
    edits = [(at, source_says(row))] if harvested else []
    # Only the source has the issues of the field, and translations it may have had.
    _rewrite(row.dataset_id, edits, user, keep, row.field, source_says(row), anew=harvested)


def hide(package: dict[str, Any], reason: str, user: Any) -> Correction:
    """Hide the dataset from search and from the public; members of its organization see it."""
    _harvested(package)
    if live(package["id"], HIDDEN):
        raise _invalid("id", tk._("This dataset is hidden already: {value}"), package["name"])
    row = Correction(
        dataset_id=package["id"],
        field=HIDDEN,
        value=True,
        replaced=bool(package.get("private")),
        reason=reason,
        author=user.id,
    )

    def keep(_: DatasetDict) -> None:
        store(row, None, user)

    update_dataset.rewrite(package["id"], [], user=user.name, private=True, keep=keep)
    return row


def show_again(dataset_id: str, user: Any) -> None:
    """Reverse :func:`hide`."""
    row = live(dataset_id, HIDDEN)
    if row is None:
        raise _invalid("id", tk._("This dataset is not hidden: {value}"), dataset_id)

    def keep(_: DatasetDict) -> None:
        end(row, user)

    update_dataset.rewrite(dataset_id, [], user=user.name, private=False, keep=keep)


def detach(package: dict[str, Any], reason: str, user: Any) -> Correction:
    """Make a harvested dataset our own, unchanged: runs no longer write it, the form edits it."""
    _harvested(package)
    row = Correction(
        dataset_id=package["id"],
        field=DETACHED,
        value=True,
        replaced=False,
        reason=reason,
        author=user.id,
    )
    update_dataset.forget(package["id"])
    _bound(package["id"], RecordState.DETACHED, harvested=False)
    store(row, None, user)
    model.Session.commit()
    return row


def reattach(dataset_id: str, user: Any) -> None:
    """Return a detached dataset to its source: the next run overwrites what was edited here.

    Corrections made before it was detached apply again, hiding immediately.
    """
    row = live(dataset_id, DETACHED)
    if row is None or not _records(dataset_id):
        raise _invalid("id", tk._("No source is left that could keep this dataset: {value}"),
                       dataset_id)  # fmt: skip
    update_dataset.forget(dataset_id)
    _bound(dataset_id, RecordState.ACTIVE, harvested=True)
    hidden = live(dataset_id, HIDDEN) is not None

    def keep(_: DatasetDict) -> None:
        end(row, user)

    update_dataset.rewrite(dataset_id, [], user=user.name, private=hidden, keep=keep)


def _bound(dataset_id: str, to: RecordState, *, harvested: bool) -> None:
    """Set the owner in every record of the dataset and in the dataset's state."""
    statements: Iterable[Any] = (
        sa.update(SourceRecord)
        .where(SourceRecord.dataset_id == dataset_id)
        .values(state=to.value, missing_since=None, missing_runs=0, approved=None),
        sa.update(DatasetState)
        .where(DatasetState.dataset_id == dataset_id)
        # Marked: the source's word on handing datasets on counts no longer, or again.
        .values(harvested=harvested, changed=sa.func.now(), index_pending=True),
    )
    for statement in statements:
        model.Session.execute(statement, execution_options={"synchronize_session": False})


def _records(dataset_id: str) -> int:
    query = sa.select(sa.func.count()).where(SourceRecord.dataset_id == dataset_id)
    return int(model.Session.scalar(query) or 0)


def _with_ids(stored: DatasetDict, package: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the stored resources with the ids that ``dataset_of`` omits; in the same order."""
    return [
        {**item, "id": known["id"]}
        for item, known in zip(stored.get("resources", []), package["resources"], strict=True)
    ]


def _rewrite(
    dataset_id: str,
    edits: list[tuple[Place, Any]],
    user: Any,
    keep: update_dataset.Keep,
    path: str,
    value: Any,
    *,
    anew: bool = False,
) -> None:
    """Call :func:`update_dataset.rewrite`; report schema errors for the corrected field."""
    try:
        update_dataset.rewrite(dataset_id, edits, user=user.name, keep=keep, anew=anew)
    except tk.ValidationError as error:
        reasons = " ".join(dict.fromkeys(_texts(error.error_dict)))
        reported = reasons if reasons.endswith((".", "!", "?")) else f"{reasons}."
        entered_was = tk._("Entered was “{value}”.")
        raise _invalid(path, f"{reported} {entered_was}", value) from error


def _texts(errors: Any) -> Iterable[str]:
    if isinstance(errors, dict):
        for item in errors.values():
            yield from _texts(item)
    elif isinstance(errors, list | tuple):
        for item in errors:
            yield from _texts(item)
    elif errors:
        yield str(errors)


def _harvested(package: dict[str, Any]) -> None:
    """Raise ValidationError unless the dataset is harvested and active."""
    if not provenance.is_harvested(package["id"]):
        message = tk._("“{value}” is kept here and not harvested: edit it in its form.")
        raise _invalid("id", message, package["name"])
    if package["state"] != "active":
        message = tk._("“{value}” is withdrawn. Take the withdrawal back first.")
        raise _invalid("id", message, package["name"])


def _invalid(field: str, message: str, value: Any) -> tk.ValidationError:
    return parse_value.refused(field, message.replace("{value}", parse_value.short(value)))
