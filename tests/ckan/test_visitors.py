"""Visitors who are not signed in get no session, and pages that a cache in front may keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.config.middleware.common_middleware import CKANRedisSessionInterface
from ckan.config.middleware.flask_app import CKANJsonSessionSerializer
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from walks import act
from werkzeug.test import Client, TestResponse

Visitor = Callable[..., TestResponse]
Sessions = Callable[[], int]


@pytest.fixture
def sessions(site: Any, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Sessions in Redis, as on a real site: how many more it holds than before."""
    redis, prefix = connect_to_redis(), tk.config["SESSION_KEY_PREFIX"]
    interface = CKANRedisSessionInterface(site.flask_app)
    interface.serializer = CKANJsonSessionSerializer()
    monkeypatch.setattr(site.flask_app, "session_interface", interface)

    def count() -> int:
        return sum(1 for _ in redis.scan_iter(f"{prefix}*", count=1000))

    before = count()
    return lambda: count() - before


@pytest.fixture
def baeume(cities: dict[str, Any]) -> dict[str, Any]:
    """A dataset with a file."""
    return factories.Dataset(
        name="baeume",
        title="Baumkataster",
        owner_org=cities["rostock"]["id"],
        resources=[{"url": "http://daten.example.org/b.csv", "format": "CSV"}],
    )


def is_private(page: TestResponse) -> bool:
    """Whether no cache that others use may keep it."""
    return bool(page.cache_control.private) and not page.cache_control.public


PUBLIC = [
    "/", "/en/", "/dataset/", "/dataset/?q=baum", "/dataset/?organization=rostock&page=1",
    "/dataset/?anything=else", "/dataset/baeume", "/en/dataset/baeume", "/organization/",
    "/organization/rostock", "/about", "/imprint", "/privacy",
]  # fmt: skip


def test_a_public_page_begins_no_session_and_may_be_kept(
    baeume: dict[str, Any], visitor: Visitor, sessions: Sessions
) -> None:
    paths = [*PUBLIC, f"/dataset/baeume/resource/{baeume['resources'][0]['id']}"]
    for path in paths:
        page = visitor(path)
        assert page.status_code == 200, path
        assert "Set-Cookie" not in page.headers, path
        kept = page.cache_control
        assert {"public", "must-revalidate"} <= set(kept) - {"private"}, path
        # A proxy may show it for a minute; a browser asks, since it may have signed in.
        assert (kept.s_maxage, kept.max_age) == (60, 0), path
        assert {"cookie", "authorization", "hx-request"} <= set(page.vary.as_set()), path
        again = visitor(path, If_None_Match=page.headers["ETag"])
        assert (again.status_code, again.data) == (304, b""), path
        assert "Set-Cookie" not in again.headers, path
    assert sessions() == 0


def test_neither_does_what_is_not_there_or_not_allowed(
    cities: dict[str, Any], visitor: Visitor, sessions: Sessions
) -> None:
    paths = [
        "/dataset/none", "/nowhere", "/dataset/new", "/dashboard/", "/user/edit", "/user/me",
        "/organization/edit/rostock", "/ckan-admin/", "/harvest/sources/new",
        "/user/reset/nobody?key=none", "/api/3/action/package_show?id=none",
    ]  # fmt: skip
    for path in paths:
        page = visitor(path)
        assert "Set-Cookie" not in page.headers, path
        assert "s-maxage" not in page.cache_control, path
    assert sessions() == 0


def test_a_table_is_looked_at_without_a_session(
    cities: dict[str, Any], visitor: Visitor, sessions: Sessions
) -> None:
    dataset = factories.Dataset(owner_org=cities["rostock"]["id"])
    resource = act(
        "datastore_create",
        resource={"package_id": dataset["id"], "format": "CSV"},
        fields=[{"id": "baum", "type": "text"}],
        records=[{"baum": "Linde"}],
        force=True,
    )
    view = act(
        "resource_view_create",
        resource_id=resource["resource_id"],
        view_type="datatables_view",
        title="Tabelle",
        show_fields=["_id", "baum"],
    )
    page = visitor(f"/dataset/{dataset['name']}/resource/{view['resource_id']}/view/{view['id']}")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert sessions() == 0


@pytest.mark.usefixtures("clean")
def test_a_form_that_posts_has_a_session_and_a_token_that_passes(
    site: Any, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = factories.User(password="correct-horse-9")
    for path in ("/user/login", "/user/reset"):
        client = Client(site.flask_app)
        page = client.get(path, base_url=tk.config["ckan.site_url"])
        assert "Set-Cookie" in page.headers, path
        assert is_private(page), path
        assert "ETag" not in page.headers
    assert sessions() == 2

    monkeypatch.setitem(site.flask_app.config, "WTF_CSRF_ENABLED", True)
    client = Client(site.flask_app)
    page = client.get("/user/login", base_url=tk.config["ckan.site_url"])
    form = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert form
    data = {"login": user["name"], "password": "correct-horse-9", "_csrf_token": form[1]}
    client.post("/user/login", data=data, base_url=tk.config["ckan.site_url"])
    home = client.get("/", base_url=tk.config["ckan.site_url"])
    assert user["display_name"] in home.text
    assert is_private(home)
    # The scripts of a signed-in user's pages send the token along.
    assert re.search(r'<meta name="_csrf_token" content="[^"]+"', home.text)


@pytest.mark.usefixtures("baeume")
def test_what_a_user_or_a_token_asks_for_is_private(
    visitor: Visitor, sysadmin: dict[str, Any]
) -> None:
    for path in ("/", "/dataset/baeume", "/dataset/", "/api/3/action/status_show"):
        page = visitor(path, Authorization=sysadmin["token"])
        assert page.status_code == 200
        assert is_private(page), path
        assert "ETag" not in page.headers


def test_a_private_dataset_as_rdf_is_nobody_elses(
    baeume: dict[str, Any], visitor: Visitor, sysadmin: dict[str, Any]
) -> None:
    act("package_patch", id="baeume", private=True)
    found = visitor("/dataset/baeume.ttl", Authorization=sysadmin["token"])
    assert found.status_code == 200
    assert is_private(found)


@pytest.mark.usefixtures("baeume")
def test_the_language_is_that_of_the_address(visitor: Visitor) -> None:
    for path, language in (("/dataset/baeume", "de"), ("/en/dataset/baeume", "en")):
        pages = [
            visitor(path, Accept_Language=wanted)
            for wanted in ("en", "de-DE,de;q=0.9", "pl", "*", "")
        ]
        assert {page.headers["Content-Language"] for page in pages} == {language}
        assert {f'<html lang="{language}"' in page.text for page in pages} == {True}
        assert len({page.data for page in pages}) == 1
        # A cache need not keep one for each language that somebody asks in.
        assert "accept-language" not in pages[0].vary.as_set()
