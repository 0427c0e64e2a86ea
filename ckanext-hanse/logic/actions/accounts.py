"""CKAN's actions on accounts, refused to visitors who are not signed in.

They load the account before checking access, so that the error would reveal if it exists.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse.logic.schema import ActionFunction


def _for_accounts_only(*, reads: bool = True) -> ActionFunction:
    """Wrap CKAN's action to refuse a visitor who names an account, whether it exists or not."""

    def action(original_action: ActionFunction, context: Context, data_dict: DataDict) -> Any:
        if not isinstance(data_dict.get("id"), str | None):
            raise tk.ValidationError({"id": [tk._("This should be text")]})
        knows = context.get("user") or context.get("ignore_auth")
        if not knows and "user" not in context:  # CKAN determines the request's user only later
            knows = getattr(tk.current_user, "name", "")
        if data_dict.get("id") and not knows and not tk.config["ckan.auth.public_user_details"]:
            raise tk.NotAuthorized(tk._("Please sign in to see this."))
        return original_action(context, data_dict)

    chained: ActionFunction = tk.chained_action(action)
    return tk.side_effect_free(chained) if reads else chained


am_following_user = _for_accounts_only()
dataset_followee_count = _for_accounts_only()
followee_count = _for_accounts_only()
followee_list = _for_accounts_only()
group_followee_count = _for_accounts_only()
organization_followee_count = _for_accounts_only()
organization_list_for_user = _for_accounts_only()
user_followee_count = _for_accounts_only()
user_follower_count = _for_accounts_only()
user_patch = _for_accounts_only(reads=False)
user_update = _for_accounts_only(reads=False)
