"""Who may see, approve and undo withdrawals: each role, over HTTP with a token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from kept import kept
from walks import Listed, harvest, record, source

SEES = {"editor", "admin", "sysadmin"}
DECIDES = {"admin", "sysadmin"}
ROLES = ["nobody", "member", "editor", "admin", "admin elsewhere", "sysadmin"]


@pytest.fixture
def users(
    missing: str, cities: dict[str, Any], officer: Callable[..., Any], sysadmin: dict[str, Any]
) -> dict[str, Any]:
    """A user of every role, None for nobody."""
    return {
        "nobody": None,
        **{role: officer("rostock", role) for role in ("member", "editor", "admin")},
        "admin elsewhere": officer("stralsund", "admin"),
        "sysadmin": sysadmin,
    }


@pytest.fixture
def missing(cities: dict[str, Any]) -> str:
    """A source of Rostock that misses half of what it had; gives its name."""
    city = cities["rostock"]["id"]

    def make() -> str:
        harvest(source(city), Listed(*(record(f"d{n}", f"D {n}", "x") for n in range(4))))
        harvest(source(city), Listed(record("d0", "D 0", "x")))
        return "portal"

    return kept("half of a portal is missing", make)


@pytest.mark.parametrize("role", ROLES)
def test_withdrawals_are_for_the_city_of_the_source(
    missing: str, users: dict[str, Any], api: Callable[..., Any], role: str
) -> None:
    def call(action: str, allowed: set[str], **data: Any) -> Any:
        if role in allowed:
            return api(users[role], action, id=missing, **data)
        with pytest.raises(tk.NotAuthorized):
            api(users[role], action, id=missing, **data)
        return None

    listed = call("hanse_withdrawal_list", SEES)
    approved = call("hanse_withdrawal_approve", DECIDES, now=True)
    after = api(users["sysadmin"], "hanse_withdrawal_list", id=missing)
    chosen = [row["record"] for row in after["withdrawn"]] or [1]
    restored = call("hanse_withdrawal_undo", DECIDES, records=chosen)

    if role in SEES:
        assert listed["held"]
        assert [row["title"] for row in listed["missing"]] == ["D 1", "D 2", "D 3"]
    if role in DECIDES:
        assert (approved, restored) == ({"approved": 3}, {"restored": 3})
    else:
        assert len(after["missing"]) == 3


def test_what_is_no_number_is_said_in_words(
    missing: str, users: dict[str, Any], api: Callable[..., Any]
) -> None:
    with pytest.raises(tk.ValidationError, match="hanse_withdrawal_list"):
        api(users["admin"], "hanse_withdrawal_undo", id=missing, records=["alle"])
