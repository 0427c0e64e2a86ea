"""Files that are uploaded: which may come in, how they go out, tables into the DataStore."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import jobs
from ckan.tests import factories
from ckan.tests.helpers import call_action
from walks import Listed, act, harvest, record, source
from werkzeug.serving import make_server

CSV = "Straße;Bäume\nLange Straße;12\nSteinstraße;7\n".encode()


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


def test_a_table_is_kept_and_given_out_as_it_came(upload: Callable[..., Any], site: Any) -> None:
    resource = upload("baeume.csv", CSV)["result"]
    assert resource["format"] == "CSV"
    answer = site.get(resource["url"])
    assert answer.data == CSV
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["programm.exe", "seite.php", "ohne-endung", "seite.xhtml"])
def test_other_types_are_refused(upload: Callable[..., Any], name: str) -> None:
    answer = upload(name, b"x")
    assert not answer["success"]
    assert "csv" in answer["error"]["upload"][0]
    assert call_action("package_show", id="selbst")["resources"] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("seite.html", b"<script>alert(1)</script>"),
        ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("daten.xml", b'<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'),
    ],
)
def test_what_can_carry_scripts_is_never_shown_on_this_site(
    upload: Callable[..., Any], site: Any, name: str, content: bytes
) -> None:
    answer = site.get(upload(name, content)["result"]["url"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("mimetype", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_a_false_type_changes_nothing(upload: Callable[..., Any], site: Any, mimetype: str) -> None:
    resource = upload("daten.csv", b"<script>alert(1)</script>", mimetype=mimetype)["result"]
    answer = site.get(resource["url"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = answer.headers.get("Content-Disposition", "inline").startswith("inline")
    assert not (shown and answer.mimetype == mimetype)


def test_a_file_that_is_too_large_is_refused(
    upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.max_resource_size", 1)
    answer = upload("gross.csv", b"x" * (2 << 20))
    assert not answer["success"]
    assert "upload" in answer["error"]


@pytest.fixture
def queue() -> Iterator[Any]:
    """CKAN's job queue, empty before and after."""
    found = jobs.get_queue()
    found.empty()
    yield found
    found.empty()


def test_only_uploads_to_datasets_made_here_go_into_the_datastore(
    upload: Callable[..., Any],
    queue: Any,
    cities: dict[str, Any],
    xloader_token: None,
) -> None:
    row = source(cities["rostock"]["id"])
    harvest(row, Listed(record("b", "Bäume", "liste")))
    moved = record("b", "Bäume", "liste")
    moved.dataset["resources"][0] |= {
        "url": "https://daten.example.org/neu.csv",
        "download_url": "https://daten.example.org/neu.csv",
    }
    moved.normalised = "anders"
    harvest(row, Listed(moved))
    act("resource_create", package_id="selbst", url="http://10.0.0.1/innen.csv", format="CSV")
    assert queue.count == 0

    upload("baeume.csv", CSV)
    assert queue.count == 1


@pytest.fixture
def xloader_token(clean: None) -> Iterator[None]:
    """The token by which xloader reports."""
    user = call_action("get_site_user")
    token = call_action("api_token_create", {"user": user["name"]}, user=user["name"], name="x")
    before = tk.config.get("ckanext.xloader.api_token")
    tk.config["ckanext.xloader.api_token"] = token["token"]
    yield
    tk.config["ckanext.xloader.api_token"] = before


@pytest.fixture
def served(site: Any) -> Iterator[str]:
    """The site as a real web server, which xloader fetches the file from."""
    server = make_server("127.0.0.1", 0, site.flask_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    before = tk.config.get("ckanext.xloader.site_url")
    tk.config["ckanext.xloader.site_url"] = address
    yield address
    tk.config["ckanext.xloader.site_url"] = before
    server.shutdown()


def test_an_uploaded_table_gets_a_preview_and_a_data_api(
    upload: Callable[..., Any], queue: Any, xloader_token: None, served: str
) -> None:
    resource = upload("baeume.csv", CSV)["result"]
    model.Session.remove()
    (job,) = queue.get_jobs()
    job.perform()

    rows = call_action("datastore_search", resource_id=resource["id"])["records"]
    assert [row["Straße"] for row in rows] == ["Lange Straße", "Steinstraße"]
    assert [int(row["Bäume"]) for row in rows] == [12, 7]
    views = call_action("resource_view_list", id=resource["id"])
    assert [view["view_type"] for view in views] == ["datatables_view"]
