"""The connector against a real pygeoapi: the contract, detection, services; answers are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, ClassVar

import pytest
from portals import recorded
from portals.ogc import record
from sources.test_peer_answers import PYGEOAPI_ITEMS, is_read_as_records, of_pygeoapi

from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing import Contract
from hanse_harvesters.testing.network import patient
from hanse_harvesters.testing.portal import Portal, Script
from peers.forward import Forward
from peers.pygeoapi_portal import pygeoapi

__all__ = ["patient"]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: Any) -> Iterator[Callable[[dict[str, list[Any]]], str]]:
    """Return a function that serves collections by a pygeoapi, one for each content."""
    started: dict[str, str] = {}
    with ExitStack() as stack:

        def serve(collections: dict[str, list[Any]]) -> str:
            key = str(collections)
            if key not in started:
                folder = tmp_path_factory.mktemp("pygeoapi") / "records"
                started[key] = stack.enter_context(pygeoapi(collections, folder))
            return started[key]

        yield serve


class TestPygeoapi(Contract):
    kind = "ogc-records"
    path = PYGEOAPI_ITEMS
    options: ClassVar[dict[str, Any]] = {"rows": 3}

    @pytest.fixture(autouse=True)
    def _serving(self, serving: Any) -> None:
        self.serving = serving

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return of_pygeoapi(Forward(self.serving({"dataset": [record(name) for name in names]})))


STOCK = {
    "dataset": [
        record("a", description="Bäume in Wismar", **{"_metadata-anytext": "Bäume in Wismar"}),
        record("b", **{"_metadata-anytext": "Brunnen"}),
        record("c", type="series", **{"_metadata-anytext": "Chronik"}),
        record("d", externalIds=[{"value": "DE-17"}], **{"_metadata-anytext": "Dämme"}),
    ],
    "service": [
        record(
            "karte",
            type="service",
            operatesOn=["a", "d"],
            links=[{"rel": "item", "type": "OGC:WMS", "href": "https://geo.stadt.example/wms"}],
        )
    ],
}
for _number, _record in enumerate(STOCK["dataset"]):
    _west = 10.0 + _number
    _ring = [[_west, 54.0], [_west + 0.5, 54.0], [_west + 0.5, 54.5], [_west, 54.5], [_west, 54.0]]
    _record["geometry"] = {"type": "Polygon", "coordinates": [_ring]}


def test_filters_mean_what_they_say(serving: Any, patient: Any) -> None:
    with Portal(of_pygeoapi(Forward(serving(STOCK)))) as portal:

        def found(**options: Any) -> str:
            url = portal.url(PYGEOAPI_ITEMS)
            source = SourceSettings("stadt", "ogc-records", url, "stadt", options=options)
            walk = Run(source, client=patient(portal.endpoint, tries=1), workers=0)
            return "".join(sorted(each.identity for each in walk))

        assert found(anytext=["Wismar"]) == "a"
        assert found(anytext=["Wismar", "Chronik"]) == "ac"
        assert found(types=["dataset"]) == "abd"
        assert found(types=["dataset", "series"]) == "abcd"
        assert found(external_ids=["DE-17"]) == "d"
        assert found(bbox="11, 54, 12.2, 55") == "bc"
        assert found(filters=["title=b"]) == "b"


def test_its_answers_are_those_that_are_replayed(serving: Any, patient: Any) -> None:
    forward = Forward(serving(STOCK))
    with Portal(of_pygeoapi(forward)) as portal:
        is_read_as_records(portal, patient(portal.endpoint, tries=1))
    if os.environ.get("RECORD"):
        recorded.keep("pygeoapi", forward.said)
    again = recorded.Replay("pygeoapi")
    with Portal(of_pygeoapi(again)) as portal:
        is_read_as_records(portal, patient(portal.endpoint, tries=1))
