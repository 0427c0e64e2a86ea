"""Actions: what a source's portal no longer has, agreed to and brought back."""

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
    """What is missing at a source's portal, and what was withdrawn.  ``id``: the source's name.

    Gives ``held`` (whether a person must agree), ``gone`` of ``total`` datasets counted since
    somebody last agreed, and ``missing`` and ``withdrawn``: lists of ``record``, ``identity``,
    ``dataset_id``, ``name``, ``title``, ``missing_since``, ``missing_runs``, ``approved``,
    ``withdrawn`` (times ISO 8601 or None).
    """
    name = data_dict["id"]
    tk.check_access("hanse_withdrawal_list", context, data_dict)
    return withdrawal.listed(_source(name).id)


@schema.takes(schema.withdrawals)
def hanse_withdrawal_approve(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Agree that missing datasets may be withdrawn.

    ``id``: the source's name; ``records``: numbers of records as the list gives them, by
    default all that are missing; ``now``: withdraw at once instead of after three runs and
    seven days.  Gives ``approved``, the number of records.
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
    """Bring withdrawn datasets back.  ``id``: the source's name; ``records``: their numbers.

    Gives ``restored``, how many.  A portal that still lacks them has three runs and seven days
    again before they go.
    """
    name = data_dict["id"]
    tk.check_access("hanse_withdrawal_undo", context, data_dict)
    return {"restored": withdrawal.undo(_source(name).id, data_dict["records"])}


def _source(name: str) -> HarvestSource:
    try:
        return sources.get(name)
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
