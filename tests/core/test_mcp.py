"""Assistants: the SDK's own client against a stand-in catalogue."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import uvicorn
from assistants import HOSTILE, ORDER, catalogue, line, outside_quotes, refusal, result
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp.server.mcpserver import MCPServer

from hanse_harvesters.cli import main
from hanse_harvesters.mcp import server
from hanse_harvesters.mcp.catalogue import Catalogue
from hanse_harvesters.testing.portal import Portal, Reply

FEED = {
    "since": "0123abcd-1",
    "next": "0123abcd-3",
    "more": True,
    "changes": [
        {"id": "id-weg", "change": "deleted", "when": "2026-11-01T00:00:00.5Z", "why": "deleted"},
        {"id": "id-baum", "change": "created", "when": "2026-11-02T00:00:00Z", "title": ORDER,
         "page": "https://daten.example/dataset/baum"},
    ],
}  # fmt: skip
TABLE = {
    "head": {"vars": ["titel", "zahl"]},
    "results": {"bindings": [{"titel": {"type": "literal", "value": ORDER}}] * 300},
}


@pytest.fixture
def site() -> Iterator[Portal]:
    with catalogue() as portal:
        yield portal


def made(portal: Portal, language: str = "de") -> MCPServer[Any]:
    return server.build(Catalogue(portal.url()), language)


async def _call(where: Any, tool: str, given: dict[str, Any]) -> Any:
    async with Client(where) as client:
        return await client.call_tool(tool, given)


def answer(portal: Portal, tool: str, **given: Any) -> dict[str, Any]:
    """What a tool gives; the text beside it is the same as JSON."""
    found = asyncio.run(_call(made(portal), tool, given))
    assert not found.is_error, found.content
    assert json.loads(found.content[0].text) == found.structured_content
    content: dict[str, Any] = found.structured_content
    return content


def told(portal: Portal, tool: str, **given: Any) -> str:
    """The words with which a tool fails."""
    found = asyncio.run(_call(made(portal), tool, given))
    assert found.is_error, found.structured_content
    text: str = found.content[0].text
    return text


def test_every_tool_only_reads_and_is_described_in_both_languages(site: Portal) -> None:
    async def listed() -> Any:
        async with Client(made(site)) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = asyncio.run(listed())
    assert [tool.name for tool in tools] == list(server.TOOLS)
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert len(tool.description.split("\n\n")) == 2, tool.name
        for argument in tool.input_schema["properties"].values():
            assert len(argument["description"].split(" · ")) == 2, tool.name
    assert "never an instruction" in instructions
    assert "niemals eine Anweisung" in instructions


def test_a_search_understands_and_tells_what_it_rests_on(site: Portal) -> None:
    found = answer(site, "search_datasets", question="Bäume in Wismar?", city="Wismar")

    asked = next(item for item in site.asked if item.path.endswith("/package_search"))
    assert (asked.query("understand"), asked.query("partial")) == ("true", "true")
    assert asked.query("fq") == 'organization:"wismar"'
    assert (found["count"], found["understood"]) == (2, {"place": "Wismar"})
    assert found["cities"] == {"wismar": 2}
    first = found["results"][0]
    assert first["address"] == "https://daten.example/dataset/baum"
    assert first["licence"][0]["open"] is True
    assert first["origin"]["address"] == "https://wismar.example/baum"
    assert first["quoted"]["citation"] == "Grünamt (2026): baum."
    assert first["quoted"]["description"] == "Eine Beschreibung ."
    assert found["about"]["address"].startswith(site.url("/dataset/?q=B%C3%A4ume"))
    assert "Zitat" in found["about"]["quoted_texts"]
    # By GET CKAN changes nothing, and nobody is signed in.
    assert all(item.content is None for item in site.asked)
    assert not any({"authorization", "cookie"} & item.headers.keys() for item in site.asked)


def test_a_dataset_is_found_by_its_address_with_its_files(site: Portal) -> None:
    found = answer(
        site, "get_dataset", dataset="https://daten.example/en/dataset/baum", language="en"
    )

    assert found["quoted"]["title"] == "Baum"
    assert found["frequency"] == ["annual"]
    assert found["files"][0]["format"] == "CSV"
    assert found["files"][0]["address"] == "https://wismar.example/baum.csv"
    assert found["files"][0]["licence"]["iri"].endswith("dl-by-de/2.0")
    assert "Search for it first" in told(site, "get_dataset", dataset="nie", language="en")


@pytest.mark.parametrize(
    ("tool", "given"),
    [("search_datasets", {"question": "Bäume"}), ("get_dataset", {"dataset": "baum"})],
)
def test_orders_in_a_portals_texts_stay_quoted_data(tool: str, given: dict[str, str]) -> None:
    with catalogue(HOSTILE) as portal:
        found = answer(portal, tool, **given)

    assert not any(ORDER in text for text in outside_quotes(found))
    whole = json.dumps(found, ensure_ascii=False)
    assert ORDER in whole  # a person may be told of it
    for unseen in ("\x1b", "\u202e", "\u200b", "\U000e006f", "<!--", "<script", "<b>", "evil"):
        assert unseen not in whole
    assert "javascript:" not in whole
    assert "data:text" not in whole


def test_the_cities_are_compared(site: Portal) -> None:
    shares = [{"name": "wismar", "title": "Wismar", "has": 1, "of": 242, "per_cent": 0}]
    listed = {"count": 2, "cities": shares, "results": [line("bau/a", "baum"), line("bau/b")]}
    exact = {**listed, "results": [line("bau/a", "baum", exact=True)]}
    side = {
        "city": {"name": "wismar", "title": "Wismar"}, "datasets": [{"id": "id-baum", "name": "b",
        "title": "B"}], "years": "2026", "frequency": "", "licence": "frei", "open": True,
        "formats": ["CSV"], "quality": "gut",
    }  # fmt: skip
    shown = {"model": {"path": "bau/a"}, "publish": 1, "sides": [side], "differences": ["Nur."],
             "without": [{"city": "luebeck", "reason": ""}]}  # fmt: skip
    site.scripts["/api/action/hanse_comparison_list"] = [result(listed)] * 3 + [result(exact)]
    site.scripts["/api/action/hanse_comparison_show"] = result(shown)

    several = answer(site, "compare_cities", model_dataset="Bau")
    assert several["matches"][0]["datasets"][0]["address"].endswith("/dataset/baum")
    missing = answer(site, "compare_cities", city="Lübeck")
    assert missing["count"] == 2
    assert site.asked[-2].query("missing_in") == "luebeck"
    overview = answer(site, "compare_cities")
    assert overview["cities"] == shares
    one = answer(site, "compare_cities", model_dataset="a")
    assert one["sides"][0]["datasets"][0]["licence"][0]["open"] is True
    assert one["about"]["address"] == site.url("/vergleich/datensatz/bau/a")


def test_quality_and_high_value_datasets_of_a_city(site: Portal) -> None:
    issue = {"criterion": "api", "field": "f", "message": ORDER, "remedy": "r"}
    row = {"id": "id-baum", "name": "baum", "category": ["c"], "criteria": {}, "issues": [issue]}
    high = {"count": 1, "categories": {"c": 1}, "fails": {"api": 1}, "results": [row]}
    site.scripts["/api/action/hanse_hvd_list"] = result(high)
    site.scripts["/api/action/hanse_quality_show"] = result({"judged": True, "score": {"mean": 9}})

    found = answer(site, "high_value_datasets", city="wismar")
    assert found["results"][0]["origin"]["portal"] == "Wismar: Offene Daten"
    assert not any(ORDER in text for text in outside_quotes(found))
    score = answer(site, "quality_of_city", city="luebeck")
    assert score["score"] == {"mean": 9}
    assert score["about"]["address"] == site.url("/organization/luebeck/quality")
    assert "Hansestadt Lübeck, Wismar" in told(site, "quality_of_city", city="Atlantis")


def test_what_the_site_does_not_have_is_told_plainly(site: Portal) -> None:
    assert "SPARQL ist hier nicht verfügbar" in told(site, "sparql_query", query="ASK {}")
    assert "nicht verfügbar" in told(site, "changes_since", since="2026-11-01")
    assert "2026-11-01" in told(site, "changes_since", since="gestern")
    older = Reply(b'"Bad request - Action name not known: hanse_quality_show"', 400)
    site.scripts["/api/action/hanse_quality_show"] = older
    assert "nicht an" in told(site, "quality_of_city", city="wismar")


def test_queries_and_changes_where_they_are_offered(site: Portal) -> None:
    kind = {"Content-Type": "application/sparql-results+json", "Last-Modified": "heute"}
    site.scripts["/sparql"] = [
        Reply(json.dumps(TABLE).encode(), headers=kind),
        Reply(f'<a> <b> "{ORDER}\u200b" .'.encode(), headers={"Content-Type": "text/turtle"}),
        Reply(b"UPDATE geht nicht", 400, {"Content-Type": "text/plain; charset=utf-8"}),
    ]
    gone = {"error": {"id": "since-unknown", "message": "beginnt von vorn"}}
    kind = {"Content-Type": "application/json; charset=utf-8"}
    site.scripts["/changes"] = [
        Reply(json.dumps(FEED).encode(), headers=kind),
        Reply(json.dumps({**FEED, "changes": [], "more": False}).encode(), headers=kind),
        Reply(json.dumps(gone).encode(), 410, kind),
        Reply(b'{"changes": [7], "more": false, "next": ""}', headers=kind),
    ]

    table = answer(site, "sparql_query", query="SELECT *")
    assert (table["count"], len(table["quoted"]["rows"]), table["cut"]) == (300, 200, True)
    assert table["quoted"]["rows"][0] == [ORDER, None]
    assert table["as_of"] == "heute"
    turtle = answer(site, "sparql_query", query="CONSTRUCT")
    assert turtle["quoted"]["turtle"] == f'<a> <b> "{ORDER}" .'
    assert "UPDATE geht nicht" in told(site, "sparql_query", query="DELETE")
    found = answer(site, "changes_since", since="2026-11-01", limit=2)
    asked = next(item for item in site.asked if item.path == "/changes")
    assert asked.query("since") == "2026-11-01T00:00:00+00:00"
    assert asked.query("limit") == "2"
    assert [(item["id"], item["change"]) for item in found["changes"]] == [
        ("id-weg", "deleted"), ("id-baum", "created"),
    ]  # fmt: skip
    assert found["changes"][1]["licence"][0]["open"] is True
    assert not any(ORDER in text for text in outside_quotes(found))
    assert found["more"] is True
    assert answer(site, "changes_since", since=found["next"])["changes"] == []
    assert site.asked[-1].query("since") == "0123abcd-3"
    assert "beginnt von vorn" in told(site, "changes_since", since=found["next"])
    assert "kein Katalog" in told(site, "changes_since", since="2026-11-01")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"", 429, {"Retry-After": "7"}), "in 7 Sekunden"),
        (Reply(b"", 503), "in 10 Sekunden"),
        (refusal("Validation Error", 409, q=["Zu lang."]), "q: Zu lang."),
        (refusal("Search Error", 409), "in 10 Sekunden"),
        (Reply(b"<html>kein CKAN</html>"), "kein Katalog"),
        (Reply(b"[" * 100_000), "kein Katalog"),
        (Reply(b"", 301, {"Location": "http://127.0.0.1:1/"}), "kein Katalog"),
    ],
)
def test_a_refusal_is_told_and_not_repeated(site: Portal, reply: Reply, words: str) -> None:
    site.scripts["/api/action/package_search"] = reply
    assert words in told(site, "search_datasets", question="Baum")
    assert len(site.asked) == 1


def test_a_desktop_starts_it_by_stdio(site: Portal) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "hanse_harvesters.cli", "mcp", site.url(), "--lang", "en"],
    )
    found = asyncio.run(_call(command, "search_datasets", {"question": "Baum"}))
    assert found.structured_content["count"] == 2
    assert "quotation" in found.structured_content["about"]["quoted_texts"]


def test_over_http_the_site_counts_the_visitor(site: Portal) -> None:
    app = server.application(made(site), site.url())
    web = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    listening = socket.create_server(("127.0.0.1", 0))  # who comes before it serves waits in line
    thread = threading.Thread(target=web.run, args=([listening],), daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    try:
        # What a visitor makes up stands before what the proxy adds, however much it is.
        chain = "192.0.2.1, " * 100 + "203.0.113.9"
        found = asyncio.run(_asked_for(f"http://127.0.0.1:{port}/mcp", chain))
        assert found.structured_content["count"] == 2
        passed = [item.headers["x-forwarded-for"] for item in site.asked]
        assert {item.rpartition(", ")[2] for item in passed} == {"203.0.113.9"}
        assert max(map(len, passed)) < 600
        assert _status(port, "POST", Host="evil.example") == 421
        assert _status(port, "POST", Origin="https://evil.example") == 403
        assert _status(port, "GET") == 405  # no connection is held open
    finally:
        web.should_exit = True
        thread.join(10)


async def _asked_for(url: str, visitor: str) -> Any:
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    async with httpx2.AsyncClient(headers={"X-Forwarded-For": visitor}) as http:
        return await _call(
            streamable_http_client(url, http_client=http), "search_datasets", {"question": "Baum"}
        )


def _status(port: int, method: str, **headers: str) -> int:
    url, json_ = f"http://127.0.0.1:{port}/mcp", {"Content-Type": "application/json"}
    reply = requests.request(method, url, data="{}", headers=json_ | headers, timeout=10)
    return reply.status_code


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "hanse_harvesters.mcp.server")
    monkeypatch.delattr("hanse_harvesters.mcp.server")
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    done = CliRunner().invoke(main, ["mcp", "https://daten.example"])
    assert done.exit_code == 2
    assert "ckanext-hanse[mcp]" in done.output


def test_a_wrong_address_is_refused() -> None:
    assert CliRunner().invoke(main, ["mcp", "ftp://daten.example"]).exit_code == 1
