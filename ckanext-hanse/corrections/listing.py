"""Corrections for display: of a dataset, with their history, and of a source as a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.corrections import overlay
from ckanext.hanse.corrections.apply import APART, DETACHED, HIDDEN, HVD
from ckanext.hanse.model import Correction, DatasetState, SourceRecord
from ckanext.hanse.store.pg_text import moment
from hanse_schemas.language import pick

CorrectionDict = dict[str, Any]


def of_dataset(dataset_id: str, language: str, *, history: bool = False) -> list[CorrectionDict]:
    """Return the corrections in force, or (``history``) the withdrawn ones; newest first.

    Each: ``id``, ``field``, ``label``, ``file`` (name of the resource, "" for the
    dataset), ``file_gone``, ``value``, ``source_value`` (the source's present value),
    ``replaced``, ``flagged`` (the source changed it), ``adopted`` (to our value),
    ``reason``, ``author``, ``created``, ``withdrawn``, ``withdrawn_by``.
    """
    ended = Correction.withdrawn
    rows = model.Session.scalars(
        sa.select(Correction)
        .where(
            Correction.dataset_id == dataset_id, ended.is_not(None) if history else ended.is_(None)
        )
        .order_by(ended.desc(), Correction.id.desc())
    ).all()
    files = _files([dataset_id]) if rows else {}
    people = _people(rows)
    return [_shown(row, files, people, language) for row in rows]


def fields_of(dataset_id: str) -> list[str]:
    """Return the fields of a dataset whose value differs from its source by a correction."""
    query = sa.select(Correction.field).where(
        Correction.dataset_id == dataset_id,
        Correction.withdrawn.is_(None),
        Correction.field.not_in(APART),
    )
    return list(model.Session.scalars(query.order_by(Correction.id)))


def of_source(source_id: int, language: str) -> list[CorrectionDict]:
    """Return what the portal's operator can correct there, by title and field.

    Each: ``identity``, ``title``, ``dataset`` (name here), ``page`` (at the portal),
    ``field``, ``label``, ``file``, ``source_value``, ``value``, ``reason``, ``since``,
    ``flagged``, ``adopted``.
    """
    owned = sa.and_(
        DatasetState.record_id == SourceRecord.id, DatasetState.dataset_id == Correction.dataset_id
    )
    rows = model.Session.execute(
        sa.select(Correction, SourceRecord, model.Package.name, model.Package.title)
        .join(DatasetState, DatasetState.dataset_id == Correction.dataset_id)
        .join(SourceRecord, owned)
        .join(model.Package, model.Package.id == Correction.dataset_id)
        .where(
            SourceRecord.source_id == source_id,
            DatasetState.harvested,
            Correction.withdrawn.is_(None),
            Correction.field.not_in(APART),
        )
        .order_by(model.Package.title, model.Package.name, Correction.id)
    ).all()
    files = _files({row[0].dataset_id for row in rows})
    return [_listed(*row, files, language) for row in rows]


def _listed(
    row: Correction, record: SourceRecord, name: str, title: str, files: Any, language: str
) -> CorrectionDict:
    shown = _shown(row, files, {}, language)
    kept = ("field", "label", "file", "source_value", "value", "reason", "flagged", "adopted")
    return {
        "identity": record.identity,
        "title": title or name,
        "dataset": name,
        "page": record.origin,
        **{key: shown[key] for key in kept},
        "since": shown["created"],
    }


def label(field: str, language: str) -> str:
    """Return the name of a corrected field; if the table no longer has it, as it is stored."""
    if field == HIDDEN:
        return tk._("Visibility")
    if field == DETACHED:
        return tk._("Kept by")
    if field == HVD:
        return tk._("High-value dataset")
    try:
        return pick(overlay.place(field).prop.label, language)
    except KeyError:
        return field


def resource_of(field: str) -> str:
    """Return the id of the resource a field belongs to, "" for the dataset itself."""
    return field.partition("[")[2].partition("]")[0] if field.startswith("resources[") else ""


def _shown(
    row: Correction, files: dict[str, str], people: dict[str, str], lang: str
) -> CorrectionDict:
    says = row.source_value if row.flagged else row.replaced
    resource = resource_of(row.field)
    return {
        "id": row.id,
        "field": row.field,
        "label": label(row.field, lang),
        "file": files.get(resource, resource),
        "file_gone": bool(resource) and resource not in files,
        "value": row.value,
        "source_value": says,
        "replaced": row.replaced,
        "flagged": moment(row.flagged),
        "adopted": bool(row.flagged) and overlay.equal(says, row.value),
        "reason": row.reason,
        "author": people.get(row.author, row.author),
        "created": moment(row.created),
        "withdrawn": moment(row.withdrawn),
        "withdrawn_by": people.get(row.withdrawn_by, row.withdrawn_by),
    }


def _files(dataset_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of the datasets' resources by id."""
    rows = model.Session.execute(
        sa.select(model.Resource.id, model.Resource.name, model.Resource.url).where(
            model.Resource.package_id.in_(list(dataset_ids)), model.Resource.state == "active"
        )
    )
    return {key: name or url or key for key, name, url in rows}


def _people(rows: Iterable[Correction]) -> dict[str, str]:
    """Return full names, else user names, by id."""
    ids = {key for row in rows for key in (row.author, row.withdrawn_by) if key}
    if not ids:
        return {}
    users = model.Session.execute(
        sa.select(model.User.id, model.User.fullname, model.User.name).where(model.User.id.in_(ids))
    )
    return {key: full or name for key, full, name in users}
