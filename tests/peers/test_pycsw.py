"""The connector against a real pycsw: the contract, filters, services; its answers are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest
from portals import recorded
from portals.iso import dataset, service
from sources.test_csw import arrived, services_of

from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing import Contract
from hanse_harvesters.testing.network import patient
from hanse_harvesters.testing.portal import Portal, Script
from peers.forward import Forward
from peers.pycsw_portal import pycsw

__all__ = ["patient"]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: Any) -> Iterator[Callable[[list[str]], str]]:
    """Return a function that serves records by a pycsw, one for each list of them."""
    started: dict[str, str] = {}
    with ExitStack() as stack:

        def serve(records: list[str]) -> str:
            key = "".join(records)
            if key not in started:
                folder = tmp_path_factory.mktemp("pycsw") / "records"
                started[key] = stack.enter_context(pycsw(records, folder))
            return started[key]

        yield serve


class OfPycsw(Contract):
    kind = "csw"
    path = "/csw"

    @pytest.fixture(autouse=True)
    def _serving(self, serving: Callable[[list[str]], str]) -> None:
        self.serving = serving

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {self.path: Forward(self.serving([dataset(name) for name in names]))}

    def test_a_limit_ends_the_walk_and_asks_for_no_more(self, run: Any) -> None:
        with Portal(self.scripts(["a", "b", "c"])) as portal:
            walk = run(portal, limit=1)
            assert len(list(walk)) == 1
            assert len(portal.asked) == 3
        assert walk.completeness.reason == "walk-limited"


class TestByPost(OfPycsw):
    options: ClassVar[dict[str, Any]] = {"rows": 3}


class TestByGet(OfPycsw):
    options: ClassVar[dict[str, Any]] = {"rows": 3, "method": "GET"}


STOCK = [
    dataset("a", organisation="Hansestadt Stralsund, Bauamt"),
    dataset("b", organisation="Stralsund, Der Oberbürgermeister", modified="2020-01-01"),
    dataset("c", organisation="Land", keywords=["opendata", "Wasser & Wind"]),
    dataset("d", organisation="Land", title="Häfen in Stralsund", level="series"),
    dataset("e", organisation="Land", keywords=["Wasser"], box=(9.0, 53.0, 9.5, 53.5)),
    service("s", ["a", "c"]),
]
OF_THE_CITY = {"organizations": ["Hansestadt Stralsund", "Stralsund, Der Oberbürgermeister"]}


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, **options: Any) -> Run:
        source = SourceSettings("stadt", "csw", portal.url("/csw"), "stadt", options=options)
        return Run(source, client=patient(portal.endpoint, tries=1), workers=0)

    return make


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_filters_mean_what_they_say(method: str, serving: Any, run: Any) -> None:
    with Portal({"/csw": Forward(serving(STOCK))}) as portal:

        def found(**options: Any) -> str:
            return "".join(arrived(run(portal, method=method, **options)))

        assert found(**OF_THE_CITY) == "ab"
        assert found(modified="2023-05-05") == "acde"
        assert found(anytext=["Stralsund"]) == "abd"
        assert found(anytext=["Häfen"]) == "d"
        assert found(subjects=["Wasser & Wind"]) == "c"
        assert found(types=["series"]) == "d"
        assert found(bbox="12, 54, 14, 55") == "abcd"
        assert found(bbox="9 53 10 54", subjects=["Wasser"]) == "e"


def test_its_answers_are_those_that_are_replayed(serving: Any, run: Any) -> None:
    forward = Forward(serving(STOCK))
    with Portal({"/csw": forward}) as portal:
        walk = run(portal, rows=4)
        assert services_of(walk) == {"a": ["s"], "b": [], "c": ["s"], "d": [], "e": []}
        assert arrived(run(portal, **OF_THE_CITY)) == ["a", "b"]
    if os.environ.get("RECORD"):
        recorded.keep("pycsw", forward.said)
    again = recorded.Replay("pycsw")
    with Portal({"/csw": again}) as portal:
        assert services_of(run(portal, rows=4)) == services_of(run(portal, rows=4))
    assert Path(again.folder, "index.json").exists()
