"""Actions: deleted datasets of a city, and restoring them."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search import SearchIndexError
from ckan.types import Context, DataDict

from ckanext.hanse import deletions, language
from ckanext.hanse.logic import permission, schema
from hanse_harvesters.errors import HanseError

log = logging.getLogger(__name__)


__all__ = ["hanse_dataset_restore", "hanse_deleted_list"]


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_deleted_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the deleted datasets of a city, newest first.  ``id``: its name or id.

    Each: ``id``, ``name``, ``title``, ``deleted`` (ISO 8601), ``by``, ``state`` (before:
    "active" or "draft"), ``until`` (deadline for its editors to restore it), ``expired``.
    Datasets that a portal withdrew are listed with their source (``hanse_withdrawal_list``).
    """
    tk.check_access("hanse_deleted_list", context, data_dict)
    return deletions.in_cities([permission.organization_of(data_dict).id])


@schema.takes(schema.only_id)
def hanse_dataset_restore(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Undo the deletion of a dataset, with its files.  ``id``: its id or name.

    Returns ``id``, ``name`` and ``state``, the same as before the deletion: a draft stays a draft.
    """
    tk.check_access("hanse_dataset_restore", context, data_dict)
    package = model.Package.get(data_dict["id"])
    if package is None:  # sysadmins skip the auth functions
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    found = {"id": package.id, "name": package.name}
    if package.state != "deleted":
        raise tk.ValidationError({"id": [tk._("This dataset is not deleted.")]})
    if not deletions.of(package.id):
        reported = tk._(
            "This dataset was not deleted by a person: its portal withdrew it, or it became one "
            "with another. It is brought back on the page of its source."
        )
        raise tk.ValidationError({"id": [reported]})
    try:
        state = deletions.restore(context, package.id)
    except (HanseError, SearchIndexError) as error:
        # Restored and marked for indexing, but Solr does not respond at present.
        reason = error.text(language.of_page()) if isinstance(error, HanseError) else str(error)
        log.warning("dataset %s is restored and waits for the index: %s", found["name"], reason)
        state = model.Package.get(found["id"]).state
    log.info("dataset %s restored by %s", found["name"], context.get("user"))
    return found | {"state": state}
