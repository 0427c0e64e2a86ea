"""The desk: an officer sees her city, harvested datasets too, and nobody else's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from kept import kept
from walks import Listed, harvest, record, source, untitled

Api = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]
Browse = Callable[..., Any]


def act(action: str, **data: Any) -> Any:
    """What the site's own user does."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return call_action(action, {"user": user, "ignore_auth": True}, **data)


@pytest.fixture
def browse(site: Any) -> Browse:
    """``browse(user, path, status)``: a page as somebody sees it, redirects followed."""

    def call(user: dict[str, Any] | None, path: str, status: int = 200) -> Any:
        headers = {"Authorization": user["token"]} if user else {}
        return site.get(path, headers=headers, status=status)

    return call


@pytest.fixture
def rostock(cities: dict[str, Any]) -> dict[str, Any]:
    """Rostock: three harvested datasets, a rejected record, one of its own, a draft, a deleted."""
    kept("desk of Rostock", lambda: _fill(cities["rostock"]["id"]))
    return cities["rostock"]


def _fill(city: str) -> None:
    harvest(source(city), Listed(*(record(f"d{n}", f"Baumkataster {n}", "x") for n in range(3)),
                                 untitled("ohne-titel")))  # fmt: skip
    factories.Dataset(name="eigener", title="Eigener", owner_org="rostock")
    act("package_create", name="halb", title="Halb fertig", owner_org="rostock",
                state="draft")  # fmt: skip
    factories.Dataset(name="weg", title="Versehentlich weg", owner_org="rostock")
    act("package_delete", id="weg")
    factories.Dataset(name="fremd", title="Fremder Stralsunds", owner_org="stralsund")


def test_an_officer_sees_what_her_city_has(
    rostock: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    (listed,) = api(editor, "hanse_desk_list")
    shown = api(editor, "hanse_desk_show", id="rostock")

    assert listed["figures"] == shown["figures"]
    numbers = shown["figures"]
    assert (numbers["datasets"], numbers["harvested"], numbers["own"]) == (4, 3, 1)
    assert (numbers["drafts"], numbers["deleted"], numbers["hidden"]) == (1, 1, 0)
    assert [item["name"] for item in shown["drafts"]] == ["halb"]
    assert [item["name"] for item in shown["deleted"]] == ["weg"]
    assert [item["name"] for item in shown["sources"]] == ["portal"]
    assert ("rejected", 1) in [(item["kind"], item["number"]) for item in shown["waiting"]]
    assert not shown["may_administer"]


def test_findings_are_grouped_by_rule_and_lead_to_their_datasets(
    rostock: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    shown = api(editor, "hanse_desk_show", id="rostock")
    counted: dict[tuple[str, str], list[str]] = {}
    for item in api(editor, "hanse_city_datasets", id="rostock", limit=100)["results"]:
        for issue in api(editor, "hanse_dataset_issues", id=item["id"]):
            field = re.sub(r"\[\d+\]", "[]", issue["field"])
            counted.setdefault((issue["rule"], field), []).append(item["name"])

    found = {(item["rule"], item["field"]): item for item in shown["findings"]}
    assert {key: item["issues"] for key, item in found.items()} == {
        key: len(names) for key, names in counted.items()
    }
    assert sum(item["issues"] for item in found.values()) == shown["figures"]["findings"]
    for (rule, field), names in counted.items():
        part = api(editor, "hanse_city_findings", id="rostock", rule=rule, field=field, limit=100)
        assert {item["name"] for item in part["results"]} == set(names)
        assert sum(len(item["issues"]) for item in part["results"]) == len(names)
        assert all(issue["rule"] == rule for item in part["results"] for issue in item["issues"])


def test_what_is_gone_waits_for_an_administrator_and_says_so_to_an_editor(
    rostock: dict[str, Any], officer: Officer, api: Api
) -> None:
    harvest(source(rostock["id"]), Listed(record("d0", "Baumkataster 0", "x")))
    may = {}
    for role in ("editor", "admin"):
        shown = api(officer("rostock", role), "hanse_desk_show", id="rostock")
        (held,) = [item for item in shown["waiting"] if item["kind"] == "held"]
        may[role] = (held["number"], held["may"])
    assert may == {"editor": (2, False), "admin": (2, True)}


def test_duplicates_wait_where_there_are_any(
    cities: dict[str, Any], officer: Officer, api: Api
) -> None:
    for name in ("eins", "zwei"):
        harvest(source(cities["rostock"]["id"], name), Listed(record(name, "Bäume", "x")))

    def waiting(city: str) -> list[tuple[str, int]]:
        shown = api(officer(city), "hanse_desk_show", id=city)
        return [(item["kind"], item["number"]) for item in shown["waiting"]]

    assert waiting("rostock") == [("suggested", 1)]
    assert waiting("stralsund") == []


def test_the_list_of_datasets_is_narrowed(
    rostock: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    for asked, names in (
        ({"show": "own"}, ["eigener"]),
        ({"show": "harvested", "q": "kataster 1"}, ["baumkataster-1"]),
        ({"show": "hidden"}, []),
        ({"q": "100%_"}, []),
    ):
        found = api(editor, "hanse_city_datasets", id="rostock", **asked)
        assert [item["name"] for item in found["results"]] == names
        assert found["count"] == len(names)


def test_nobody_sees_the_desk_of_another_city(
    rostock: dict[str, Any], officer: Officer, api: Api, browse: Browse
) -> None:
    for user in (officer("stralsund", "admin"), officer("rostock", "member")):
        for action in ("hanse_desk_show", "hanse_city_datasets"):
            with pytest.raises(tk.NotAuthorized):
                api(user, action, id="rostock")
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_city_findings", id="rostock", rule="title-missing")
        browse(user, "/desk/rostock", 403)
        browse(user, "/desk/rostock/findings/title-missing", 403)
    with pytest.raises(tk.NotAuthorized):
        api(None, "hanse_desk_list")
    assert "password" in browse(None, "/desk").body


def test_after_signing_in_one_stands_before_ones_city(
    rostock: dict[str, Any], officer: Officer, browse: Browse
) -> None:
    page = browse(officer("rostock"), "/dashboard/datasets")
    assert page.request.path == "/desk/rostock"
    for words in ("Baumkataster 0", "Eigener", "Halb fertig", "Versehentlich weg"):
        assert words in page.body
    assert "Fremder Stralsunds" not in page.body


def test_who_has_several_cities_chooses_and_a_sysadmin_sees_all(
    rostock: dict[str, Any], officer: Officer, sysadmin: dict[str, Any], browse: Browse
) -> None:
    both = officer("rostock")
    act("organization_member_create", id="stralsund", username=both["id"], role="admin")
    for user in (both, sysadmin):
        page = browse(user, "/desk")
        assert page.request.path == "/desk"
        assert 'href="/desk/rostock"' in page.body
        assert 'href="/desk/stralsund"' in page.body


def test_who_has_no_city_is_told_what_to_do(cities: dict[str, Any], browse: Browse) -> None:
    user = factories.UserWithToken()
    page = browse(user, "/desk")
    assert page.request.path == "/desk"
    assert user["name"] in page.body
    assert "/organization" in page.body


def test_every_rule_of_a_city_has_its_page_in_both_languages(
    rostock: dict[str, Any], officer: Officer, api: Api, browse: Browse
) -> None:
    editor = officer("rostock")
    for lang in ("", "/en"):
        browse(editor, f"{lang}/desk/rostock?show=own&q=e")
        for item in api(editor, "hanse_desk_show", id="rostock")["findings"]:
            page = browse(
                editor, f"{lang}/desk/rostock/findings/{item['rule']}?field={item['field']}"
            )
            assert "/dataset/" in page.body


HOSTILE = ("\x00", "’; DROP TABLE package; --" * 200, "١")
FIELDS = {
    "hanse_desk_show": ("id",),
    "hanse_deleted_list": ("id",),
    "hanse_dataset_restore": ("id",),
    "hanse_city_datasets": ("id", "show", "q", "limit", "offset"),
    "hanse_city_findings": ("id", "rule", "field", "limit", "offset"),
}


def test_nothing_odd_makes_an_action_fail(
    rostock: dict[str, Any], officer: Officer, api: Api
) -> None:
    editor = officer("rostock")
    for action, fields in FIELDS.items():
        for field in fields:
            for value in HOSTILE:
                for given in (value, [value], {"a": value}, 10**30):
                    data = {"id": "rostock", "rule": "title-missing", field: given}
                    with contextlib.suppress(
                        tk.ValidationError, tk.ObjectNotFound, tk.NotAuthorized
                    ):
                        api(editor, action, **data)


def test_nothing_odd_makes_a_page_fail(
    rostock: dict[str, Any], officer: Officer, site: Any
) -> None:
    headers = {"Authorization": officer("rostock")["token"]}
    for value in map(quote, HOSTILE):
        for path in (
            f"/desk/rostock?q={value}&show={value}&page={value}",
            f"/desk/rostock?page={10**30}",
            f"/desk/{value}",
            f"/desk/rostock/findings/{value}",
        ):
            assert site.get(path, headers=headers).status_code < 500, path
