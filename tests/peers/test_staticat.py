"""The connector against what a real staticat makes; its answers are kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from portals import recorded
from sources.test_peer_answers import STATICAT, told

from hanse_harvesters.detection.run import detect
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.places import Wish
from hanse_harvesters.testing.network import patient
from hanse_harvesters.testing.portal import Portal
from peers.forward import Forward
from peers.staticat_portal import generate, served, write

__all__ = ["patient"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "opendata"
    write(path, day=1)
    generate(path)
    return path


@pytest.fixture
def walk(patient: Any) -> Callable[..., Run]:
    def make(site: str, **settings: Any) -> Run:
        source = SourceSettings("stadt", "rdf", f"{site}/catalog.ttl", "stadt", **settings)
        return Run(source, client=patient(urlsplit(site).netloc, tries=1), workers=0)

    return make


def test_a_second_generation_of_the_same_content_is_nothing_new(folder: Path, walk: Any) -> None:
    def fingerprints(site: str, **settings: Any) -> dict[str, str]:
        run = walk(site, **settings)
        found = {record.identity: record.fingerprint for record in run}
        assert found.keys() == STATICAT.keys()
        assert run.completeness.complete
        summary = run.summary()
        assert (summary["found"], summary["rejected"], summary["distributions"]) == (4, 0, 7)
        return found

    with served(folder) as site:
        marked, plain = fingerprints(site, modified_is_file_time=True), fingerprints(site)
        write(folder, day=2)
        generate(folder)
        assert fingerprints(site, modified_is_file_time=True) == marked
        assert not fingerprints(site).items() & plain.items()


def test_its_home_page_leads_to_its_catalogue(folder: Path, walk: Any, patient: Any) -> None:
    with served(folder) as site:
        forward = Forward(site)
        with Portal({"/": forward, "/catalog.ttl": forward}) as portal:
            best = detect(portal.url("/"), patient(portal.endpoint, tries=1), Wish(())).best
            assert best is not None
            assert (best.kind, best.url, best.count) == ("rdf", portal.url("/catalog.ttl"), 4)
            run = walk(portal.url().rstrip("/"))
            assert {record.identity: told(record) for record in run} == STATICAT
        # As the server itself answers, with all of its headers.
        found = detect(f"{site}/", patient(urlsplit(site).netloc, tries=1), Wish(())).findings
        assert [(item.kind, item.url) for item in found] == [("rdf", f"{site}/catalog.ttl")]
    if os.environ.get("RECORD"):
        recorded.keep("staticat", forward.said)
