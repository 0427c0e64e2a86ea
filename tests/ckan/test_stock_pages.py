"""CKAN's own pages: what the catalogue does not use is nowhere, the rest in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories

GROUPS = (
    *("/group", "/group/", "/group/new", "/group/anything", "/group/about/anything", "/en/group/"),
    *("/group/activity/anything", "/dashboard/groups", "/feeds/group/anything.atom"),
    *("/dataset/groups/baeume", "/organization/followers/rostock"),
)
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="([^"]*(?:/groups?\b|[?&]groups=)[^"]*)"')
#: For a sysadmin, who sees most.
PAGES = (
    *("/", "/dataset/", "/dataset/baeume", "/dataset/activity/baeume", "/organization/rostock"),
    *(
        "/organization/about/rostock",
        "/organization/activity/rostock",
        "/organization/edit/rostock",
    ),
    *("/organization/members/rostock", "/dashboard/", "/dashboard/organizations", "/user/"),
    *("/ckan-admin/", "/ckan-admin/config", "/ckan-admin/activities", "/ckan-admin/trash"),
)


@pytest.fixture
def city(cities: dict[str, Any]) -> dict[str, Any]:
    """Rostock with all that a form can say of it, and one dataset."""
    factories.Dataset(name="baeume", owner_org=cities["rostock"]["id"])
    return factories.Organization(
        name="wismar",
        title="Wismar",
        title_translated={"de": "Hansestadt Wismar", "en": "Hanseatic City of Wismar"},
        description="Offene Daten.",
        description_translated={"de": "Offene Daten.", "en": "Open data."},
        url="https://www.wismar.de",
        email="daten@wismar.de",
        ars="130740087087",
    )


@pytest.mark.usefixtures("city")
def test_groups_are_nowhere(ask: Callable[..., Any], sysadmin: dict[str, Any]) -> None:
    """Not for a visitor, not for who may do anything; existing names or not."""
    paths = (*GROUPS, f"/user/{sysadmin['name']}/groups")
    got = {(path, bool(user)): ask(user, path).status_code
           for path in paths for user in (None, sysadmin)}  # fmt: skip
    assert {key: status for key, status in got.items() if status != 404} == {}


@pytest.mark.usefixtures("city")
def test_nothing_leads_to_groups_or_to_others(
    ask: Callable[..., Any], sysadmin: dict[str, Any]
) -> None:
    """No link to a page of groups, none that offers the page to a network of a third party."""
    own = f"/user/{sysadmin['name']}"
    wrong = []
    for path in (*PAGES, own, f"{own}/api-tokens", f"/user/edit/{sysadmin['name']}"):
        page = ask(sysadmin, path)
        assert page.status_code == 200, path
        wrong += [(path, link) for link in LINK.findall(page.text)]
        wrong += [(path, word) for word in ("x.com/", "facebook.com/") if word in page.text]
    assert wrong == []


def test_a_city_is_described_in_words(visitor: Callable[..., Any], city: dict[str, Any]) -> None:
    """Every field by its label, with the words of a code, in both languages."""
    german = visitor(f"/organization/about/{city['name']}").text
    english = visitor(f"/en/organization/about/{city['name']}").text
    for page, label, text in (
        (german, "Regionalschlüssel (ARS)", "Offene Daten."),
        (english, "Regional key (ARS)", "Open data."),
    ):
        assert all(word in page for word in (label, text, ">Wismar</span>"))
        assert 'href="mailto:daten@wismar.de"' in page
        assert "{&#39;" not in page
        assert ">130740087087<" not in page


def test_what_ckan_says_in_english_is_german(
    ask: Callable[..., Any], sysadmin: dict[str, Any], officer: Callable[..., Any]
) -> None:
    """Where CKAN puts words together or has none to translate."""
    other = officer("rostock")
    for path, wanted, stock in (
        ("/ckan-admin/config", "Name des Katalogs", "Site Tag Logo"),
        ("/ckan-admin/", 'placeholder="Benutzername"', "Username"),
        (
            f"/user/edit/{other['name']}",
            f"Passwort von {other['name']} ändern",
            "password</legend>",
        ),
        ("/organization/activity/rostock", "Geänderte Stadt", "Changed Organization"),
        ("/dataset/?page=minus", "Die Seitenzahl", "positive integer"),
    ):
        page = ask(sysadmin, path).text
        assert wanted in page
        assert stock not in page
