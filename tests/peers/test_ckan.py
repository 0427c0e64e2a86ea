"""The connectors against a real CKAN with ckanext-dcat; its answers are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from portals import recorded
from sources.test_peer_answers import CKAN_PATHS, is_read_as_a_ckan

from hanse_harvesters.detection.run import as_json, detect
from hanse_harvesters.sources.places import Wish
from hanse_harvesters.testing.network import patient
from hanse_harvesters.testing.portal import Portal
from peers.ckan_portal import ckan
from peers.forward import Forward

__all__ = ["patient"]

#: It may be slow on a busy machine.
_PATIENCE = {"tries": 1, "read": 60.0, "deadline": 120.0}
_TOKEN = re.compile(rb'(?<=name="_csrf_token" content=")[^"]*')


@pytest.fixture(scope="module")
def site(tmp_path_factory: Any) -> Iterator[str]:
    with ckan(tmp_path_factory.mktemp("ckan"), per_page=2) as address:
        yield address


def test_its_api_and_its_rdf_give_the_same(site: str, patient: Any) -> None:
    forward = Forward(site)
    # Its operator lets programs use the API: there is no robots.txt.
    with Portal(dict.fromkeys(CKAN_PATHS, forward)) as portal:
        is_read_as_a_ckan(portal, patient(portal.endpoint, **_PATIENCE))
    if os.environ.get("RECORD"):
        said = [(a, replace(r, body=_TOKEN.sub(b"", r.body))) for a, r in forward.said]
        recorded.keep("ckan", said)


def test_its_own_robots_txt_closes_the_api_to_the_detection(site: str, patient: Any) -> None:
    with Portal(dict.fromkeys((*CKAN_PATHS, "/robots.txt"), Forward(site))) as portal:
        client = patient(portal.endpoint, **_PATIENCE)
        detection = detect(portal.url("/"), client, Wish(()))
        found = [(item.kind, item.url) for item in detection.findings]
        # The API is named, with why nothing was asked of it.
        assert found == [("rdf", portal.url("/catalog.ttl")), ("ckan", portal.url("/"))]
        rdf, api = detection.findings
        assert rdf.records
        assert not api.records
        assert not any(target.startswith("/api/") for target in portal.targets())
    assert any("robots.txt" in hint for hint in as_json(detection, "en")["hints"])
