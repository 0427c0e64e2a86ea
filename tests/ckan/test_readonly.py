"""Harvested datasets cannot be edited here, by anybody, on any way; those made here can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from kept import kept
from walks import Listed, harvest, record, source

from ckanext.hanse.store.writer import Action


@pytest.fixture
def harvested(cities: dict[str, Any]) -> dict[str, Any]:
    """A dataset of Rostock that came from its portal."""

    def make() -> dict[str, Any]:
        harvest(source(cities["rostock"]["id"]), Listed(record("b", "Bäume", "liste")))
        return call_action("package_show", id="baeume")

    return kept("one of Rostock's portal", make)


@pytest.fixture
def own(cities: dict[str, Any]) -> dict[str, Any]:
    """A dataset of Rostock that was made here."""
    return factories.Dataset(
        name="selbst", owner_org=cities["rostock"]["id"], resources=[{"url": "http://a.example/x"}]
    )


WAYS: list[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = [
    ("package_update", lambda it: {**it, "title": "Anders"}),
    ("package_patch", lambda it: {"id": it["id"], "title": "Anders"}),
    ("package_patch", lambda it: {"id": it["name"], "title": "Anders"}),
    ("package_revise", lambda it: {"match": {"id": it["id"]}, "update": {"title": "Anders"}}),
    ("package_delete", lambda it: {"id": it["id"]}),
    ("package_owner_org_update", lambda it: {"id": it["id"], "organization_id": "stralsund"}),
    ("package_resource_reorder", lambda it: {"id": it["id"], "order": []}),
    ("resource_create", lambda it: {"package_id": it["id"], "url": "http://a.example/neu"}),
    ("resource_update", lambda it: {"id": it["resources"][0]["id"], "url": "http://a.example/x"}),
    ("resource_patch", lambda it: {"id": it["resources"][0]["id"], "name": "Anders"}),
    ("resource_delete", lambda it: {"id": it["resources"][0]["id"]}),
    (
        "bulk_update_delete",
        lambda it: {"datasets": [it["id"]], "org_id": it["owner_org"]},
    ),
    (
        "bulk_update_private",
        lambda it: {"datasets": [it["id"]], "org_id": it["owner_org"]},
    ),
]


@pytest.mark.parametrize("role", ["editor", "admin", "sysadmin"])
@pytest.mark.parametrize(("action", "data"), WAYS, ids=lambda value: getattr(value, "strip", str)())
def test_no_way_leads_into_a_harvested_dataset(
    harvested: dict[str, Any],
    officer: Callable[..., Any],
    api: Callable[..., Any],
    role: str,
    action: str,
    data: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    user = factories.SysadminWithToken() if role == "sysadmin" else officer("rostock", role)
    with pytest.raises(tk.NotAuthorized):
        api(user, action, **data(harvested))
    model.Session.expire_all()
    assert call_action("package_show", id=harvested["id"]) == harvested


def test_the_refusal_says_why_and_where_to_repair(
    harvested: dict[str, Any], sysadmin: dict[str, Any], api: Callable[..., Any]
) -> None:
    with pytest.raises(tk.NotAuthorized) as refusal:
        api(sysadmin, "package_patch", id=harvested["id"], title="Anders")
    assert "Portal der Stadt" in str(refusal.value)
    assert "https://daten.example.org/datensatz/b.html" in str(refusal.value)


def test_the_edit_page_is_closed_too(
    harvested: dict[str, Any], sysadmin: dict[str, Any], site: Any
) -> None:
    headers = {"Authorization": sysadmin["token"]}
    for page in (
        f"/dataset/edit/{harvested['name']}",
        f"/dataset/{harvested['name']}/resource/{harvested['resources'][0]['id']}/edit",
    ):
        assert site.get(page, headers=headers, status=403)


@pytest.mark.parametrize("role", ["editor", "sysadmin"])
def test_a_dataset_made_here_can_be_edited(
    own: dict[str, Any], officer: Callable[..., Any], api: Callable[..., Any], role: str
) -> None:
    user = factories.SysadminWithToken() if role == "sysadmin" else officer("rostock")
    assert api(user, "package_patch", id=own["id"], title="Anders")["title"] == "Anders"
    assert api(user, "resource_patch", id=own["resources"][0]["id"], name="Neu")["name"] == "Neu"
    api(user, "package_delete", id=own["id"])


def test_an_operator_can_open_them_for_sysadmins(
    harvested: dict[str, Any],
    sysadmin: dict[str, Any],
    officer: Callable[..., Any],
    api: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(tk.config, "hanse.sysadmins_edit_harvested", True)
    assert api(sysadmin, "package_patch", id=harvested["id"], title="Anders")["title"] == "Anders"
    with pytest.raises(tk.NotAuthorized):
        api(officer("rostock"), "package_patch", id=harvested["id"], title="Nochmal")


def test_the_harvester_still_writes(harvested: dict[str, Any], cities: dict[str, Any]) -> None:
    report = harvest(
        source(cities["rostock"]["id"]), Listed(record("b", "Bäume und Büsche", "liste"))
    )
    assert report.counts == {Action.UPDATED: 1}


def test_what_a_removed_source_left_belongs_to_the_city(
    harvested: dict[str, Any],
    cities: dict[str, Any],
    officer: Callable[..., Any],
    api: Callable[..., Any],
) -> None:
    model.Session.delete(source(cities["rostock"]["id"]))
    model.Session.commit()
    assert api(officer("rostock"), "package_patch", id=harvested["id"], title="Unser")
