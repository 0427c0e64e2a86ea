"""Action: a person's word on datasets whose titles let them be editions of one another."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse.logic import editions_schema, schema
from ckanext.hanse.model import EditionSaid
from ckanext.hanse.search.exact import edition_key
from ckanext.hanse.store import editions

__all__ = ["hanse_editions_decide"]


@schema.takes(editions_schema.editions_decide)
def hanse_editions_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say whether a dataset and those of the same title but for the year are editions.

    ``id``: name or id of one of them; ``verdict``: "confirmed", "refused", or "undo" to take it
    back.  Counts for all of its city with this title, also for those to come.  Returns ``verdict``.
    """
    tk.check_access("hanse_editions_decide", context, data_dict)
    package = tk.get_action("package_show")(dict(context), {"id": data_dict["id"]})
    key = edition_key(package)
    if not key or not package.get("owner_org"):
        raise tk.ValidationError({"id": [tk._("The title of this dataset names no edition.")]})
    verdict = data_dict["verdict"]
    if verdict == "undo":
        editions.take_back(key)
    else:
        user = model.User.get(context.get("user") or "")
        author = user.id if user else ""
        editions.decide(key, package["owner_org"], EditionSaid(verdict), author)
    return {"verdict": verdict}
