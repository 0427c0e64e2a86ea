"""Who may repair: editors and administrators of the dataset's city, and sysadmins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from kept import kept
from repairing import Repair, repairing
from walks import record

#: Action → what it is called with; ``made`` is the number of a correction that stands.
CALLS: dict[str, Callable[[int], dict[str, Any]]] = {
    "hanse_correction_list": lambda made: {"id": "baeume"},
    "hanse_correction_create": lambda made: {
        "id": "baeume", "field": "version", "value": "2", "reason": "Weil."
    },
    "hanse_correction_withdraw": lambda made: {"id": made},
    "hanse_dataset_hide": lambda made: {"id": "baeume", "reason": "Weil."},
    "hanse_dataset_show_again": lambda made: {"id": "versteckt"},
    "hanse_dataset_detach": lambda made: {"id": "baeume", "reason": "Weil."},
    "hanse_dataset_reattach": lambda made: {"id": "geloest", "confirm": True},
    "hanse_correction_export": lambda made: {"id": "portal"},
}  # fmt: skip
MAY = {"editor", "admin", "sysadmin"}
ROLES = ("anonymous", "stranger", "member", "editor", "admin", "sysadmin")


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Any) -> Repair:
    user = kept("rostock", lambda: officer("rostock"))
    return repairing(cities["rostock"]["id"], user, api)


@pytest.fixture
def made(rostock: Repair) -> int:
    """Three datasets: one corrected, one hidden, one detached."""
    return kept("corrections-of-roles", lambda: _make(rostock))


def _make(rostock: Repair) -> int:
    rostock.run(
        record("b", "Bäume", notes="Alt.", tags=[{"name": "Baum"}]),
        record("v", "Versteckt"),
        record("g", "Gelöst"),
    )
    rostock.api(rostock.user, "hanse_dataset_hide", id="versteckt", reason="Weil.")
    rostock.api(rostock.user, "hanse_dataset_detach", id="geloest", reason="Weil.")
    return int(rostock.correct("baeume", "notes", "Neu.")["id"])


def _user(role: str, officer: Callable[..., Any]) -> dict[str, Any] | None:
    match role:
        case "anonymous":
            return None
        case "stranger":
            return dict(officer("stralsund", "admin"))
        case "sysadmin":
            return dict(factories.SysadminWithToken())
        case _:
            return dict(officer("rostock", role))


@pytest.mark.parametrize("role", ROLES)
def test_every_action_asks_who_calls(
    made: int, rostock: Repair, officer: Callable[..., Any], role: str
) -> None:
    user = _user(role, officer)
    for action, data in CALLS.items():
        before = [rostock.show(name) for name in ("baeume", "versteckt", "geloest")]
        if role in MAY:
            rostock.api(user, action, **data(made))
            continue
        with pytest.raises(tk.NotAuthorized):
            rostock.api(user, action, **data(made))
        assert [rostock.show(name) for name in ("baeume", "versteckt", "geloest")] == before, action
    if role in MAY:
        assert rostock.show("baeume")["private"]
        assert not rostock.show("versteckt")["private"]
        assert call_action("hanse_origin_show", id="geloest")
        assert call_action("hanse_origin_show", id="baeume") == {}


@pytest.mark.parametrize("action", CALLS)
def test_what_does_not_exist_is_not_found(
    made: int, rostock: Repair, sysadmin: dict[str, Any], action: str
) -> None:
    data = CALLS[action](made) | {
        "id": 987654321 if action.endswith("withdraw") else "gibt-es-nicht"
    }
    for user in (rostock.user, sysadmin):
        with pytest.raises(tk.ObjectNotFound):
            rostock.api(user, action, **data)


def test_what_only_reads_may_be_asked_by_get(made: int, rostock: Repair, site: Any) -> None:
    headers = {"Authorization": rostock.user["token"]}
    for action, data in CALLS.items():
        query = "&".join(f"{key}={value}" for key, value in data(made).items())
        answer = site.get(f"/api/3/action/{action}?{query}", headers=headers)
        reads = action in ("hanse_correction_list", "hanse_correction_export")
        assert (answer.status_code == 200) is reads, action


# --- What is entered --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "javascript:alert(1)", "javascript:alert(1)"),
        ("url", "DATA:text/html,x", "DATA:text/html,x"),
        ("documentation", ["https://a.example", "vbscript:x"], "vbscript:x"),
        ("contact", [{"url": "javascript:alert(1)"}], "javascript:alert(1)"),
        ("theme", ["Grünzeug"], "Grünzeug"),
        ("issued", "irgendwann", "irgendwann"),
        ("frequency", "ab und zu", "ab und zu"),
        ("title", "", "„“"),
        ("publisher", [{"nickname": "x"}], "nickname"),
        ("publisher", "[not json", "[not json"),
        ("version", {"a": 1}, '"a"'),
        ("tags", [[1]], "[1]"),
        ("tags", "Baum", "Baum"),
        ("notes", "Alt.", "Alt."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_name(
    made: int, rostock: Repair, field: str, value: Any, said: str
) -> None:
    if field == "notes":
        rostock.withdraw(made)
    before = rostock.show("baeume")
    with pytest.raises(tk.ValidationError) as refusal:
        rostock.correct("baeume", field, value)
    key = "tag_string" if field == "tags" else field  # CKAN has "tags" for something else
    assert list(refusal.value.error_dict) == [key]
    assert said in str(refusal.value.error_dict[key])
    assert rostock.show("baeume") == before
    assert all(item["field"] != field for item in rostock.corrections("baeume"))


@pytest.mark.parametrize(
    "field",
    ["uri", "identifier", "other_identifiers", "alternate_identifier", "name", "id", "owner_org",
     "state", "type", "metadata_modified", "resources", "resources[x].license",
     "resources[x].url", "license_id", "title_translated", "detached", "extras", "", "a b"],
)  # fmt: skip
def test_identity_and_bookkeeping_are_no_fields_to_correct(
    made: int, rostock: Repair, field: str
) -> None:
    before = rostock.show("baeume")
    with pytest.raises(tk.ValidationError):
        rostock.correct("baeume", field, "x")
    assert rostock.show("baeume") == before


def test_without_a_reason_nothing_is_done(made: int, rostock: Repair) -> None:
    for reason in ("", "   ", "x" * 5000):
        with pytest.raises(tk.ValidationError) as refusal:
            rostock.correct("baeume", "version", "2", reason)
        assert list(refusal.value.error_dict) == ["reason"]
    assert "version" not in rostock.show("baeume") or not rostock.show("baeume")["version"]
