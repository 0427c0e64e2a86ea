"""Fixtures of the tests with CKAN, PostgreSQL, Redis and Solr.

The services of an instance must run (``make services``).  Which ``test.ini`` is
read, ``tests/conftest.py`` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model, plugins
from ckan.cli.db import _run_migrations
from ckan.tests import factories, helpers
from emptying import empty
from kept import kept
from link_server import a_server, a_writer, an_owner  # noqa: F401 - fixtures of the tests of links
from observe import Observed, observed
from passlib.hash import pbkdf2_sha512
from stand_in import StandIn
from werkzeug.test import Client, TestResponse


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the services."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("ckan")


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """The plugins of test.ini, loaded once; CKAN's own fixture would do it for every test."""
    plugins.load_all()
    # Enough for tests: their passwords are no secrets, and each user has one.
    pbkdf2_sha512.default_rounds = 100


@pytest.fixture(scope="session")
def database(loaded: None) -> None:
    """The tables of CKAN, of the activity plugin and of our own."""
    engine = model.ensure_engine()
    for plugin in ("", "activity", "hanse"):
        _run_migrations(plugin)
    # CKAN's migrations leave an engine that connects anew for every session.
    model.init_model(engine)
    model.repo.tables_created_and_initialised = True


@pytest.fixture
def clean(database: None) -> Iterator[None]:
    """An empty catalogue: no datasets, organisations, users, sources; an empty index."""
    empty()
    yield
    model.Session.rollback()
    model.Session.remove()


@pytest.fixture(scope="session")
def site(loaded: None) -> Any:
    """A client of the whole web application, made once."""
    return helpers._get_test_app()


@pytest.fixture
def cities(clean: None) -> dict[str, dict[str, Any]]:
    """The organisations rostock and stralsund by name."""
    return kept(
        "cities",
        lambda: {
            name: factories.Organization(name=name, title=title)
            for name, title in (("rostock", "Rostock"), ("stralsund", "Stralsund"))
        },
    )


@pytest.fixture
def officer(cities: dict[str, dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Makes a user with a role in a city and an API token: ``officer("rostock", "editor")``."""

    def make(city: str, role: str = "editor") -> dict[str, Any]:
        user = factories.UserWithToken()
        helpers.call_action(
            "organization_member_create", id=cities[city]["id"], username=user["id"], role=role
        )
        return user

    return make


@pytest.fixture
def sysadmin(clean: None) -> dict[str, Any]:
    """A sysadmin with an API token."""
    return factories.SysadminWithToken()


@pytest.fixture
def api(site: Any) -> Callable[..., Any]:
    """Calls an action over HTTP as a user: ``api(user, "package_show", id=…)``.

    Gives ``result``; ``tk.NotAuthorized`` or ``tk.ValidationError`` as the answer says.
    """

    def call(user: dict[str, Any] | None, action: str, **data: Any) -> Any:
        headers = {"Authorization": user["token"]} if user else {}
        answer = site.post(f"/api/3/action/{action}", json=data, headers=headers).json
        if answer["success"]:
            return answer["result"]
        kind = answer["error"].pop("__type")
        if kind == "Authorization Error":
            raise tk.NotAuthorized(answer["error"]["message"])
        if kind == "Not Found Error":
            raise tk.ObjectNotFound(answer["error"]["message"])
        raise tk.ValidationError(answer["error"])

    return call


@pytest.fixture
def upload(
    site: Any, officer: Callable[..., Any], cities: dict[str, Any]
) -> Callable[..., dict[str, Any]]:
    """Uploads a file to a dataset made here; gives the API's answer."""
    editor = officer("rostock")
    dataset = factories.Dataset(name="selbst", owner_org=cities["rostock"]["id"])

    def send(name: str, content: bytes, **fields: str) -> dict[str, Any]:
        return site.post(
            "/api/3/action/resource_create",
            data={
                "package_id": dataset["id"],
                "name": name,
                "upload": (BytesIO(content), name),
                **fields,
            },
            headers={"Authorization": editor["token"]},
            content_type="multipart/form-data",
        ).json

    return send


@pytest.fixture
def ask(site: Any) -> Callable[..., Any]:
    """``ask(user, path, method="GET", **form)``: the answer, no redirect followed."""

    def call(user: dict[str, Any] | None, path: str, method: str = "GET", **form: Any) -> Any:
        headers = {"Authorization": user["token"]} if user else {}
        send = site.post if method == "POST" else site.get
        return send(path, data=form or None, headers=headers, follow_redirects=False)

    return call


@pytest.fixture
def visitor(site: Any) -> Callable[..., TestResponse]:
    """Asks as someone without cookies: ``visitor("/dataset/", Accept_Language="en")``."""
    client = Client(site.flask_app, use_cookies=False)

    def ask(path: str, method: str = "GET", **headers: str) -> TestResponse:
        given = {"Host": tk.config["ckan.site_url"].partition("://")[2]}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(
            path, method=method, headers=given, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
        )

    return ask


@pytest.fixture
def portal() -> Iterator[StandIn]:
    """A portal on loopback, an HTTP server of its own, allowed in the ini for this test."""
    with StandIn() as server:
        tk.config["hanse.allowed_private_hosts"] = [server.address]
        yield server
    tk.config["hanse.allowed_private_hosts"] = []


@pytest.fixture
def watch(clean: None) -> Callable[[], Observed]:
    """``with watch() as seen:`` counts SQL writes, Solr requests and activities."""
    return observed
