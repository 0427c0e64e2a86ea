"""Deleting a dataset made here is undone: who may, for how long, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from walks import Listed, harvest, record, source
from werkzeug.datastructures import FileStorage

from ckanext.hanse import deletions
from ckanext.hanse.harvest import withdrawal
from ckanext.hanse.model import Deletion, SourceRecord

Api = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]


def act(action: str, **data: Any) -> Any:
    """What the site's own user does."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return call_action(action, {"user": user, "ignore_auth": True}, **data)


@pytest.fixture
def dataset(cities: dict[str, Any]) -> dict[str, Any]:
    """A dataset of Rostock with an uploaded file and a link."""
    made = factories.Dataset(name="hundewiesen", title="Hundewiesen", owner_org="rostock")
    file = FileStorage(BytesIO(b"name;ort\nWiese;Warnemuende\n"), "wiesen.csv")
    act("resource_create", package_id=made["id"], name="Wiesen", upload=file)
    act("resource_create", package_id=made["id"], url="https://example.org/karte")
    return act("package_show", id=made["id"])


def age(dataset_id: str, days: int) -> None:
    """Let a deletion have happened so many days ago."""
    model.Session.execute(
        sa.update(Deletion)
        .where(Deletion.dataset_id == dataset_id)
        .values(deleted=datetime.now(timezone.utc) - timedelta(days=days))
    )
    model.Session.commit()


def found(api: Api, words: str = "Hundewiesen") -> list[str]:
    """What the public finds."""
    return [item["name"] for item in api(None, "package_search", q=words)["results"]]


def test_an_editor_restores_what_she_deleted_with_its_files_and_in_the_index_at_once(
    dataset: dict[str, Any], officer: Officer, api: Api, site: Any
) -> None:
    editor = officer("rostock")
    api(editor, "package_delete", id=dataset["id"])
    assert found(api) == []

    (entry,) = api(editor, "hanse_deleted_list", id="rostock")
    assert (entry["name"], entry["state"], entry["expired"]) == ("hundewiesen", "active", False)
    assert entry["by"] == editor["fullname"]

    assert api(editor, "hanse_dataset_restore", id=dataset["id"])["state"] == "active"
    assert found(api) == ["hundewiesen"]
    back = api(None, "package_show", id="hundewiesen")
    assert back["organization"]["name"] == "rostock"
    assert [(item["id"], item["url"]) for item in back["resources"]] == [
        (item["id"], item["url"]) for item in dataset["resources"]
    ]
    path = dataset["resources"][0]["url"].partition("//")[2].partition("/")[2]
    assert b"Warnemuende" in site.get(f"/{path}").data
    assert api(editor, "hanse_deleted_list", id="rostock") == []


def test_who_may_restore_and_for_how_long(
    dataset: dict[str, Any], officer: Officer, sysadmin: dict[str, Any], api: Api
) -> None:
    restores = {
        "nobody": (None, False, False),
        "member": (officer("rostock", "member"), False, False),
        "elsewhere": (officer("stralsund", "admin"), False, False),
        "editor": (officer("rostock", "editor"), True, False),
        "admin": (officer("rostock", "admin"), True, False),
        "sysadmin": (sysadmin, True, True),
    }

    def may(user: dict[str, Any] | None, action: str, **data: Any) -> bool:
        try:
            api(user, action, **data)
        except tk.NotAuthorized:
            return False
        return True

    for role, (user, soon, late) in restores.items():
        act("package_delete", id=dataset["id"])
        age(dataset["id"], deletions.DAYS - 1)
        assert may(user, "hanse_deleted_list", id="rostock") == soon, role
        assert may(user, "hanse_dataset_restore", id="hundewiesen") == soon, role
        act("package_delete", id=dataset["id"])
        age(dataset["id"], deletions.DAYS + 1)
        assert may(user, "hanse_dataset_restore", id="hundewiesen") == late, role
        if soon and not late:  # not by another door either
            assert api(user, "hanse_deleted_list", id="rostock")[0]["expired"]
            assert not may(user, "package_patch", id="hundewiesen", state="active"), role
            assert may(sysadmin, "package_patch", id="hundewiesen", state="active")


def test_a_draft_comes_back_as_a_draft(cities: dict[str, Any], officer: Officer, api: Api) -> None:
    editor = officer("rostock")
    draft = act("package_create", name="entwurf", title="Entwurf", owner_org="rostock",
                state="draft")  # fmt: skip
    api(editor, "package_delete", id="entwurf")

    assert api(editor, "hanse_dataset_restore", id=draft["id"])["state"] == "draft"
    with pytest.raises(tk.NotAuthorized):
        api(None, "package_show", id="entwurf")


def test_deleting_by_the_state_field_is_undone_too(
    dataset: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    api(editor, "package_patch", id="hundewiesen", state="deleted")
    assert api(editor, "hanse_deleted_list", id="rostock")[0]["state"] == "active"
    api(editor, "package_patch", id="hundewiesen", state="active")
    assert api(editor, "hanse_deleted_list", id="rostock") == []
    with pytest.raises(tk.ValidationError, match="nicht gelöscht"):
        api(editor, "hanse_dataset_restore", id="hundewiesen")


def test_one_that_no_longer_passes_a_validator_comes_back_too(
    dataset: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    api(editor, "package_delete", id="hundewiesen")
    model.Session.execute(
        sa.update(model.Resource)
        .where(model.Resource.package_id == dataset["id"], model.Resource.url_type.is_(None))
        .values(url="javascript:alert(1)")
    )
    model.Session.commit()
    assert api(editor, "hanse_dataset_restore", id="hundewiesen")["state"] == "active"
    assert found(api) == ["hundewiesen"]


def test_the_address_of_a_deleted_dataset_stays_its_own(
    dataset: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    api(editor, "package_delete", id="hundewiesen")
    with pytest.raises(tk.ValidationError) as refused:
        api(editor, "package_create", name="hundewiesen", title="Andere", owner_org="rostock")
    assert "name" in refused.value.error_dict
    other = api(editor, "package_create", name="andere", title="Andere", owner_org="rostock")
    with pytest.raises(tk.ValidationError):
        api(editor, "package_patch", id=other["id"], name="hundewiesen")
    assert api(editor, "hanse_dataset_restore", id="hundewiesen")["state"] == "active"


def test_the_public_reads_that_it_is_gone_and_gets_no_file(
    dataset: dict[str, Any], site: Any
) -> None:
    act("package_delete", id=dataset["id"])
    answer = site.get("/dataset/hundewiesen", status=410)
    assert "Hundewiesen" in answer.body
    assert "Rostock" in answer.body
    file = dataset["resources"][0]
    site.get(f"/dataset/hundewiesen/resource/{file['id']}/download/wiesen.csv", status=410)
    site.get("/dataset/hundewiesen.ttl", status=410)


@pytest.mark.parametrize("fields", [{"private": True}, {"state": "draft"}])
def test_what_never_was_public_leaves_no_page(
    cities: dict[str, Any], site: Any, fields: dict[str, Any]
) -> None:
    act("package_create", name="geheim", title="Geheim", owner_org="rostock", **fields)
    act("package_delete", id="geheim")
    assert "Geheim" not in site.get("/dataset/geheim", status=404).body


def test_what_a_portal_withdrew_is_not_in_the_list_and_comes_back_at_its_source(
    cities: dict[str, Any], officer: Officer, api: Api
) -> None:
    row = source(cities["rostock"]["id"])
    harvest(row, Listed(record("d0", "D 0", "x"), record("d1", "D 1", "x")))
    record_id, name = model.Session.execute(
        sa.select(SourceRecord.id, model.Package.name).join(
            model.Package, model.Package.id == SourceRecord.dataset_id
        )
    ).first()
    withdrawal.withdraw([record_id])

    editor = officer("rostock")
    assert api(editor, "hanse_deleted_list", id="rostock") == []
    with pytest.raises(tk.ValidationError):
        api(editor, "hanse_dataset_restore", id=name)


@pytest.fixture
def browse(site: Any) -> Callable[..., Any]:
    """``browse(user, path, method="GET", **form)``: the answer, redirects followed."""

    def call(user: dict[str, Any], path: str, method: str = "GET", **form: Any) -> Any:
        send = site.post if method == "POST" else site.get
        return send(path, data=form or None, headers={"Authorization": user["token"]})

    return call


def test_the_question_says_what_follows_and_a_get_deletes_nothing(
    dataset: dict[str, Any], officer: Officer, browse: Callable[..., Any], api: Api
) -> None:
    editor = officer("rostock")
    for path in ("/dataset/hundewiesen/remove", "/dataset/delete/hundewiesen"):
        assert "30" in browse(editor, path).body
    assert found(api) == ["hundewiesen"]
    after = browse(editor, "/dataset/hundewiesen/remove", "POST")
    assert found(api) == []
    assert "Hundewiesen" in after.body
    browse(editor, "/dataset/hundewiesen/restore")  # a link does nothing
    assert found(api) == []
    browse(editor, "/dataset/hundewiesen/restore", "POST")
    assert found(api) == ["hundewiesen"]


def test_others_are_not_even_asked(
    dataset: dict[str, Any], officer: Officer, site: Any, api: Api
) -> None:
    other = {"Authorization": officer("stralsund")["token"]}
    site.get("/dataset/hundewiesen/remove", headers=other, status=403)
    site.post("/dataset/hundewiesen/remove", headers=other, status=403)
    answer = site.get("/dataset/hundewiesen/remove", follow_redirects=False)
    assert "/user/login" in answer.headers["Location"]
    assert found(api) == ["hundewiesen"]
