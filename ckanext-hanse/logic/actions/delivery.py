"""Action: whether a dataset is handed on to other catalogues."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse.logic import delivery_schema, schema
from ckanext.hanse.store import delivery

__all__ = ["hanse_dataset_deliver"]

log = logging.getLogger(__name__)
_LONGEST = 2000


@schema.takes(delivery_schema.dataset_deliver)
def hanse_dataset_deliver(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Hand a dataset on to other catalogues, or withhold it.

    ``id``: its name or id; ``deliver``: false to withhold it, with a ``reason`` (at most 2,000
    characters).  It stays public on the site.  Returns ``deliver`` and ``reason``.
    """
    tk.check_access("hanse_dataset_deliver", context, data_dict)
    package = model.Package.get(data_dict["id"])
    if package is None:  # sysadmins skip the auth function
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    reason = (data_dict.get("reason") or "").strip()
    if data_dict["deliver"]:
        reason = ""
    elif not reason:
        raise tk.ValidationError({"reason": [tk._("Say why it shall not be handed on.")]})
    elif len(reason) > _LONGEST:
        text = tk._("The reason has more than {number} characters. Shorten it.")
        raise tk.ValidationError({"reason": [text.format(number=_LONGEST)]})
    user = model.User.get(context.get("user") or "")
    delivery.withhold(package.id, reason, user.id if user else "")
    log.info("dataset %s: deliver %s, by %s", package.name, not reason, context.get("user"))
    return {"deliver": not reason, "reason": reason}
