"""What ``hanse mcp`` asks of a site: its tools over the real API, without a server between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
import requests
from ckan.tests import factories, helpers
from repairing import Repair
from requests.adapters import BaseAdapter
from test_model_datasets import TREES, rostock  # noqa: F401 - a fixture

from ckanext.hanse.sparql import jobs
from hanse_harvesters.errors import StopRun, TryAgain
from hanse_harvesters.mcp.catalogue import Catalogue, NotOffered, NotThere
from hanse_harvesters.mcp.tools import Tools

Api = Callable[..., Any]


class InProcess(BaseAdapter):
    """Hands requests to the application of the tests."""

    def __init__(self, site: Any) -> None:
        super().__init__()
        self._site = site

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(str(request.url))
        headers = {name: str(value) for name, value in request.headers.items()}
        headers["Accept-Encoding"] = "identity"  # nothing here would unpack it
        path = f"{parts.path}?{parts.query}"
        reply = self._site.get(path, headers=headers, follow_redirects=False, status=None)
        answer = requests.Response()
        answer.status_code, answer._content = reply.status_code, reply.data
        answer._content_consumed = True  # type: ignore[attr-defined]
        answer.headers.update(dict(reply.headers))
        answer.encoding, answer.request, answer.url = "utf-8", request, str(request.url)
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def tools(site: Any) -> Tools:
    catalogue = Catalogue(tk.config["ckan.site_url"])
    catalogue._session.mount("http://", InProcess(site))
    return Tools(catalogue, "de")


def test_every_tool_is_answered_by_the_site(rostock: Repair, tools: Tools) -> None:  # noqa: F811
    found = tools.search_datasets("Wo gibt es Grünes in Rostock?")
    (hit,) = [item for item in found["results"] if item["name"] == "gruenes-in-der-stadt"]
    assert hit["address"].endswith("/dataset/gruenes-in-der-stadt")
    assert hit["origin"]["portal"]
    assert hit["licence"][0]["open"] is True
    assert "Grünes in der Stadt" in hit["quoted"]["citation"]
    assert found["understood"]["place"] == "Rostock"

    one = tools.get_dataset(hit["address"], language="en")
    assert one["files"][0]["format"] == "CSV"
    assert one["quoted"]["contact"][0]["name"] == "Grünamt"

    side = tools.compare_cities("Baumkataster", language="en")
    assert side["model_dataset"]["path"] == TREES
    assert side["sides"][0]["datasets"][0]["address"] == hit["address"]
    assert [item["city"] for item in side["without"]] == ["stralsund"]
    assert TREES in str(tools.compare_cities("tree register"))
    missing = tools.compare_cities(city="Stralsund")
    assert TREES in [line["model_dataset"]["path"] for line in missing["missing_here"]]
    assert missing["city"]["has"] == 0
    assert tools.compare_cities()["count"] == 0  # nothing that two cities publish

    assert tools.quality_of_city("Rostock")["about"]["method"].startswith("Metadatenqualität")
    assert tools.high_value_datasets("Rostock")["count"] == 0
    with pytest.raises(StopRun, match="Rostock, Stralsund"):
        tools.quality_of_city("Atlantis")
    with pytest.raises(NotThere):
        tools.get_dataset("nie")
    with pytest.raises(NotOffered):
        tools._catalogue.call("hanse_nie_gewesen")


def test_queries_and_changes_are_those_of_the_site(
    rostock: Repair,  # noqa: F811
    tools: Tools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = "SELECT ?title { ?d a dcat:Dataset ; dcterms:title ?title } ORDER BY ?title"
    monkeypatch.setitem(tk.config, "hanse.sparql.enabled", True)
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(tmp_path))
    with pytest.raises(TryAgain):  # no store yet
        tools.sparql_query(query)
    jobs.build()
    table = tools.sparql_query(query)
    assert ["Grünes in der Stadt"] in table["quoted"]["rows"]
    assert (table["columns"], table["cut"]) == (["title"], False)
    assert table["as_of"]
    assert tools.sparql_query("ASK { ?d a dcat:Dataset }")["boolean"] is True
    graph = tools.sparql_query("DESCRIBE ?d { ?d a dcat:Dataset }")
    assert "Grünes in der Stadt" in graph["quoted"]["turtle"]
    with pytest.raises(StopRun, match="SERVICE"):
        tools.sparql_query("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }")

    first = tools.changes_since("2020-01-01", limit=1)
    assert (first["more"], len(first["changes"])) == (True, 1)
    rest = tools.changes_since(first["next"], limit=50)
    assert not rest["more"]
    listed = {item.get("name"): item for item in [*first["changes"], *rest["changes"]]}
    named = listed["gruenes-in-der-stadt"]
    assert named["address"].endswith("/dataset/gruenes-in-der-stadt")
    assert (named["change"], named["licence"][0]["open"]) == ("created", True)
    last = rest["next"]
    assert tools.changes_since(last)["changes"] == []
    context = {"ignore_auth": True, "user": rostock.site_user}
    helpers.call_action("package_delete", context, id=named["id"])
    (gone,) = tools.changes_since(last)["changes"]
    assert (gone["change"], gone["address"]) == ("deleted", "")
    assert gone["quoted"] == {"title": "gruenes-in-der-stadt"}
    for refused in ("gestern", "2099-01-01", "00000000-1"):
        with pytest.raises(StopRun):
            tools.changes_since(refused)


def test_references_are_given_of_public_datasets_only(rostock: Repair, api: Api) -> None:  # noqa: F811
    ids = [rostock.show(name)["id"] for name in ("gruenes-in-der-stadt",)]
    listed = api(None, "hanse_reference_list", datasets=[*ids, "nie", "{!x}"], language="en")
    assert [item["name"] for item in listed] == ["gruenes-in-der-stadt"]
    hidden = factories.Dataset(owner_org="rostock", private=True)["id"]
    assert api(rostock.user, "hanse_reference_list", datasets=hidden) == []
    with pytest.raises(tk.ValidationError):
        api(None, "hanse_reference_list", datasets=[f"a{number}" for number in range(101)])
