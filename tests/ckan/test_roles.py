"""A city's editor publishes for her city and for no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from walks import Listed, harvest, record, source

Api = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]


def make(api: Api, user: dict[str, Any] | None, city: str, **fields: Any) -> dict[str, Any]:
    return api(
        user, "package_create", name=f"neu-{city}", title="Neu", owner_org=city, notes="…", **fields
    )


def test_an_editor_makes_changes_and_publishes_datasets_of_her_city(
    officer: Officer, api: Api
) -> None:
    editor = officer("stralsund")
    dataset = make(api, editor, "stralsund", private=True)
    with pytest.raises(tk.NotAuthorized):
        api(None, "package_show", id=dataset["id"])
    api(editor, "package_patch", id=dataset["id"], private=False, title="Fertig")
    assert api(None, "package_show", id=dataset["id"])["title"] == "Fertig"
    api(editor, "package_delete", id=dataset["id"])


@pytest.mark.parametrize("who", ["editor of another city", "member", "stranger", "nobody"])
def test_nobody_else_does(officer: Officer, api: Api, who: str) -> None:
    dataset = make(api, officer("stralsund"), "stralsund")
    user = {
        "editor of another city": lambda: officer("rostock"),
        "member": lambda: officer("stralsund", "member"),
        "stranger": factories.UserWithToken,
        "nobody": lambda: None,
    }[who]()
    with pytest.raises(tk.NotAuthorized):
        api(user, "package_create", name="fremd", title="Fremd", owner_org="stralsund")
    for action in ("package_patch", "package_delete"):
        with pytest.raises(tk.NotAuthorized):
            api(user, action, id=dataset["id"], title="Fremd")
    with pytest.raises(tk.NotAuthorized):
        api(user, "resource_create", package_id=dataset["id"], url="http://a.example/x")


def test_a_dataset_without_a_city_is_refused(officer: Officer, api: Api) -> None:
    with pytest.raises((tk.ValidationError, tk.NotAuthorized)):
        api(officer("stralsund"), "package_create", name="ohne", title="Ohne")


def test_a_dataset_cannot_be_moved_to_a_city_one_has_no_say_in(officer: Officer, api: Api) -> None:
    editor = officer("stralsund")
    dataset = make(api, editor, "stralsund")
    with pytest.raises(tk.NotAuthorized):
        api(editor, "package_owner_org_update", id=dataset["id"], organization_id="rostock")
    with pytest.raises((tk.ValidationError, tk.NotAuthorized)):
        api(editor, "package_patch", id=dataset["id"], owner_org="rostock")


@pytest.fixture
def run(cities: dict[str, Any]) -> int:
    """A run of Rostock's source."""
    report = harvest(source(cities["rostock"]["id"]), Listed(record("b", "Bäume")))
    return report.run_id or 0


@pytest.mark.parametrize(
    ("action", "key"),
    [("hanse_source_show", "portal"), ("hanse_run_list", "portal"), ("hanse_run_show", "run")],
)
def test_sources_and_runs_are_for_the_editors_of_the_city(
    run: int, officer: Officer, api: Api, sysadmin: dict[str, Any], action: str, key: str
) -> None:
    asked = run if key == "run" else key
    assert api(officer("rostock"), action, id=asked)
    assert api(sysadmin, action, id=asked)
    for other in (officer("stralsund"), officer("rostock", "member"), None):
        with pytest.raises(tk.NotAuthorized):
            api(other, action, id=asked)


def test_the_list_holds_what_each_may_see(run: int, officer: Officer, api: Api) -> None:
    (seen,) = api(officer("rostock"), "hanse_source_list")
    assert seen["name"] == "portal"
    assert seen["organization"] == {"name": "rostock", "title": "Rostock"}
    assert seen["last_run"]["created"] == 1
    assert api(officer("stralsund"), "hanse_source_list") == []


@pytest.mark.parametrize("action", ["hanse_harvest", "hanse_source_sync"])
def test_only_sysadmins_set_things_going(run: int, officer: Officer, api: Api, action: str) -> None:
    for user in (officer("rostock", "admin"), None):
        with pytest.raises(tk.NotAuthorized):
            api(user, action, id="portal")


def test_issues_are_for_who_may_repair_them(run: int, officer: Officer, api: Api) -> None:
    assert isinstance(api(officer("rostock"), "hanse_dataset_issues", id="baeume"), list)
    for other in (officer("stralsund"), None):
        with pytest.raises(tk.NotAuthorized):
            api(other, "hanse_dataset_issues", id="baeume")


@pytest.mark.parametrize("action", ["hanse_source_show", "hanse_run_show", "hanse_dataset_issues"])
def test_what_does_not_exist_is_not_found(
    cities: dict[str, Any], sysadmin: dict[str, Any], api: Api, action: str
) -> None:
    with pytest.raises(tk.ObjectNotFound):
        api(sysadmin, action, id="fehlt")
