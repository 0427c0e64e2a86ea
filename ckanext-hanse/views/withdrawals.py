"""Datasets that a source's portal no longer has: approve, list and undo withdrawals."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.hanse.store import pg_text
from ckanext.hanse.views.harvest import act, found, harvest, page, reported, write


@harvest.route("/source/<name>/withdrawals")
@page
def withdrawals(name: str) -> Any:
    """Show the missing datasets, with those waiting for approval, and the withdrawn ones."""
    seen = act("hanse_withdrawal_list", id=name)
    waiting = [item for item in seen["missing"] if not item["approved"]]
    return tk.render(
        "hanse/harvest/withdrawals.html",
        {
            "source": found(name),
            **{key: seen[key] for key in ("held", "gone", "total")},
            "waiting": waiting,
            "agreed": [item for item in seen["missing"] if item["approved"]],
            "withdrawn": seen["withdrawn"],
        },
    )


@write("/source/<name>/withdrawals/approve")
def approve(name: str) -> Any:
    """Approve the withdrawal of the chosen datasets, after the grace period or at once."""
    chosen, now = _chosen(), request.form.get("when") == "now"
    if not chosen:
        return _back(name, tk._("Please choose at least one dataset."))
    try:
        number = act("hanse_withdrawal_approve", id=name, records=chosen, now=now)["approved"]
    except tk.ValidationError as error:
        return _back(name, reported(error))
    if now:
        words = tk.ungettext("{num} dataset is withdrawn.", "{num} datasets are withdrawn.", number)
    else:
        words = tk.ungettext(
            "{num} dataset may be withdrawn once the time of grace is over.",
            "{num} datasets may be withdrawn once the time of grace is over.",
            number,
        )
    tk.h.flash_success(words.format(num=number))
    return tk.redirect_to("hanse_harvest.withdrawals", name=name)


@write("/source/<name>/withdrawals/undo")
def undo(name: str) -> Any:
    """Restore the chosen datasets, or revoke an approval."""
    chosen = _chosen()
    if not chosen:
        return _back(name, tk._("Please choose at least one dataset."))
    try:
        number = act("hanse_withdrawal_undo", id=name, records=chosen)["restored"]
    except tk.ValidationError as error:
        return _back(name, reported(error))
    words = tk.ungettext("{num} dataset is back.", "{num} datasets are back.", number)
    tk.h.flash_success(words.format(num=number))
    return tk.redirect_to("hanse_harvest.withdrawals", name=name)


def _chosen() -> list[int]:
    found = map(pg_text.row, request.form.getlist("record"))
    return [number for number in found if number]


def _back(name: str, words: str) -> Any:
    tk.h.flash_error(words)
    return tk.redirect_to("hanse_harvest.withdrawals", name=name)
