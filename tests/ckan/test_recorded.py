"""Recorded catalogues of real portals, harvested whole into the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests.helpers import call_action
from stand_in import Page, StandIn

from ckanext.hanse.harvest import engine
from ckanext.hanse.harvest import open_source as portals
from ckanext.hanse.model import SourceRecord
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import package_dict, sources
from ckanext.hanse.store.writer import Action

#: File → datasets and distributions that it describes.
RECORDED = {
    "rostock-catalog.rdf": (100, 773),
    "staticat-catalog.ttl": (None, None),
    "destatis-catalog.rdf": (None, None),
    "odsh__rdf_catalog.xml": (None, None),
    "dcatde__metadata_max.rdf": (None, None),
}


@pytest.fixture
def source(clean: None, portal: StandIn, tmp_path: Path) -> Callable[[Path], str]:
    """Makes a source of the recorded file; gives its name."""

    def make(recorded: Path) -> str:
        portal.pages["/catalog"] = Page(recorded.read_bytes(), "application/octet-stream")
        file = tmp_path / "sources.yaml"
        file.write_text(
            "organizations:\n  stadt: {title: Stadt}\n"
            "sources:\n"
            f"  stadt: {{kind: rdf, url: {portal.url('/catalog')}, organization: stadt}}\n"
        )
        sync(file)
        return "stadt"

    return make


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_sent_is_what_is_stored(
    source: Callable[[Path], str], samples: Path, watch: Callable[[], Any], name: str
) -> None:
    datasets, distributions = RECORDED[name]
    source(samples / name)
    report = engine.harvest("stadt")
    assert report.rejected == [], report.as_json("en")["lists"]["rejected"]
    if datasets:
        assert report.counts == {Action.CREATED: datasets}
        assert model.Session.query(model.Resource).count() == distributions

    with portals.walk(sources.settings_of(sources.get("stadt"))) as walk:
        sent = {record.identity: record.dataset for record in walk}
    for row in model.Session.query(SourceRecord):
        stored = call_action("package_show", id=row.dataset_id)
        assert package_dict.dataset_of(stored) == sent[row.identity]

    with watch() as seen:
        again = engine.harvest("stadt")
    assert again.counts == {Action.UNCHANGED: report.found}
    assert seen.beside_the_run == []
    assert seen.solr == []
