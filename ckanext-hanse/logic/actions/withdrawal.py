"""Actions: datasets missing at a source's portal; approving and undoing their withdrawal."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.harvest import withdrawal
from ckanext.hanse.logic import schema
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.store import sources
from hanse_harvesters.errors import HanseError


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_withdrawal_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List what is missing at a source's portal and what was withdrawn.  ``id``: the source's name.

    Returns ``held`` (whether a person must approve), ``gone`` of ``total`` datasets counted since
    the last approval, and ``missing`` and ``withdrawn``: lists of ``record``, ``identity``,
    ``dataset_id``, ``name``, ``title``, ``missing_since``, ``missing_runs``, ``approved``,
    ``withdrawn`` (times ISO 8601 or None).
    """
    name = data_dict["id"]
    tk.check_access("hanse_withdrawal_list", context, data_dict)
    return withdrawal.listed(_source(name).id)


@schema.takes(schema.withdrawals)
def hanse_withdrawal_approve(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Approve the withdrawal of missing datasets.

    ``id``: the source's name; ``records``: numbers of records as in the list, by
    default all that are missing; ``now``: withdraw at once instead of after three runs and
    seven days.  Returns ``approved``, the number of records.
    """
    name = data_dict["id"]
    tk.check_access("hanse_withdrawal_approve", context, data_dict)
    chosen = data_dict.get("records")
    done = withdrawal.approve(
        _source(name).id,
        chosen,
        now=data_dict["now"],
    )
    return {"approved": done}


@schema.takes(schema.restored)
def hanse_withdrawal_undo(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Restore withdrawn datasets.  ``id``: the source's name; ``records``: their numbers.

    Returns ``restored``, how many.  If the portal still lacks them, three runs and seven days
    pass again before they are withdrawn.
    """
    name = data_dict["id"]
    tk.check_access("hanse_withdrawal_undo", context, data_dict)
    return {"restored": withdrawal.undo(_source(name).id, data_dict["records"])}


def _source(name: str) -> HarvestSource:
    try:
        return sources.get(name)
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
