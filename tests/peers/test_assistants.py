"""Other people's tools for assistants ask a catalogue of ours: what they expect works here."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from hanse_config.services.instance import current
from hanse_harvesters.mcp import server
from hanse_harvesters.mcp.catalogue import Catalogue
from peers.environment import environment
from peers.our_site import ours

PYTHON_PEER = ("ckan-mcp-server==0.0.1", "mcp<2", "aiohttp<4")
NODE_PEER, NODE_MODULE = "@aborruso/ckan-mcp-server@0.4.119", "@aborruso/ckan-mcp-server"
#: Path of its ``dist/index.js``, where it is there already.
BUILT = "CKAN_MCP_SERVER"
SITE = "katalog.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ours(tmp_path_factory.mktemp("ours")) as address:
        yield address


def asked(where: Any, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The results of tools, in turn."""

    async def ask() -> list[Any]:
        async with Client(where, mode="legacy", read_timeout_seconds=60) as client:
            return [await client.call_tool(name, given) for name, given in calls]

    return asyncio.run(ask())


def texts(*results: Any) -> list[str]:
    assert not any(item.is_error for item in results), results
    return [item.content[0].text for item in results]


def test_ours_answers_from_a_real_catalogue(site: str) -> None:
    found, one, compared = asked(
        server.build(Catalogue(site)),
        ("search_datasets", {"question": "Straßenbaum", "city": "Musterstadt"}),
        ("get_dataset", {"dataset": "baeume"}),
        ("compare_cities", {}),
    )
    texts(found, one, compared)
    (hit,) = found.structured_content["results"]
    assert hit["name"] == "baeume"
    assert hit["licence"][0]["open"] is True
    assert "Straßenbäume" in hit["quoted"]["citation"]
    assert one.structured_content["files_in_all"] == 2
    assert compared.structured_content["cities"][0]["name"] == "musterstadt"


def test_ckan_mcp_server_in_python(site: str) -> None:
    python = environment("ckan-mcp-server", *PYTHON_PEER)
    command = StdioServerParameters(
        command=str(python), args=["-m", "mcp_ckan_server"], env={"CKAN_URL": site}
    )
    listed, shown, found, cities, status = texts(
        *asked(
            command,
            ("ckan_package_list", {}),
            ("ckan_package_show", {"id": "baeume"}),
            ("ckan_package_search", {"q": "Haushalt", "rows": 5}),
            ("ckan_organization_list", {"all_fields": True}),
            ("ckan_status_show", {}),
        )
    )
    assert "haltestellen" in json.loads(listed)
    assert len(json.loads(shown)["resources"]) == 2
    assert [item["name"] for item in json.loads(found)["results"]] == ["haushalt"]
    assert json.loads(cities)[0]["title"] == "Musterstadt"
    assert "ckan_version" not in json.loads(status)  # hidden; the tools do without
    assert "hanse" in json.loads(status)["extensions"]


def node_peer() -> str:
    """The program of the peer in Node; skips where the registry does not have it."""
    if built := os.environ.get(BUILT):
        return built
    folder = current().data / "peers" / "ckan-mcp-server-node"
    program = folder / "node_modules" / NODE_MODULE / "dist" / "index.js"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--silent", "--no-audit", "--ignore-scripts", "--prefix"]
        done = subprocess.run(
            [*npm, str(folder), NODE_PEER], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"npm does not give {NODE_PEER}; {BUILT} names one: {done.stderr[-300:]}")
    return str(program)


def test_ckan_mcp_server_in_node(site: str) -> None:
    at = f"http://{SITE}:{site.rpartition(':')[2]}"
    before = str(Path(__file__).with_name("reach_loopback.cjs"))
    command = StdioServerParameters(command="node", args=["--require", before, node_peer()])
    search = {
        "server_url": at,
        "q": "Straßenbäume OR Haushalt",
        "facet_field": ["res_format"],
        "sort": "metadata_modified desc",
        "response_format": "json",
    }
    status, found, shown, resources, cities = texts(
        *asked(
            command,
            ("ckan_status_show", {"server_url": at}),
            ("ckan_package_search", search),
            ("ckan_package_show", {"server_url": at, "id": "baeume", "response_format": "json"}),
            ("ckan_list_resources", {"server_url": at, "id": "baeume"}),
            ("ckan_organization_list", {"server_url": at, "response_format": "json"}),
        )
    )
    assert "Online" in status
    assert json.loads(found)["count"] == 2
    assert json.loads(shown)["title"] == "Straßenbäume"
    assert "2023.csv" in resources
    assert "musterstadt" in cities
