"""A city's own list and the catalogue service of its state: one entry, the city's word first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action
from portals import iso
from portals.csw import Csw

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import RunStatus
from ckanext.hanse.sources.sync import sync
from hanse_harvesters.testing.portal import Portal, Reply

#: The metadata's, which the list names; the data have one of their own.
METADATA = "0d9f4c6e-52a1-4b7f-8c3e-71a5e2b96d04"
DATA = "b7e1a9d2-3f68-4c05-9a7d-e2c4860f51b3"
LIST = f"""Titel;Beschreibung;Adresse der Datei;Lizenz;UUID der Metadaten
Bäume;Die Stadt über ihre Bäume.;https://daten.stadt.example/baum.csv;dl-de/by-2-0;{METADATA}
Haushalt;Ein Plan.;https://daten.stadt.example/plan.csv;dl-de/by-2-0;
"""
SOURCES = """
organizations:
  stralsund: {{title: Stralsund}}
sources:
  land: {{kind: csw, url: "{base}/csw", organization: stralsund, level: state, title: Das Land}}
  liste: {{kind: table, url: "{base}/liste.csv", organization: stralsund, title: Die Liste}}
"""


@pytest.fixture
def both(clean: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both sources, not yet harvested."""
    record = iso.dataset(METADATA, title="Bäume", identifier=iso.BASE + DATA)
    services = [iso.service("s1", [iso.BASE + DATA], by="href", title="WMS Bäume")]
    scripts = {"/csw": Csw([record, *services]), "/liste.csv": Reply(LIST.encode())}
    with Portal(scripts) as portal:
        address = portal.url("").rstrip("/")
        allowed = address.removeprefix("http://")
        monkeypatch.setitem(tk.config, "hanse.allowed_private_hosts", [allowed])
        file = tmp_path / "sources.yaml"
        file.write_text(SOURCES.format(base=address), encoding="utf-8")
        sync(file)
        yield


@pytest.mark.parametrize("order", [("land", "liste"), ("liste", "land")])
def test_the_lists_uuid_meets_the_catalogues(both: None, order: tuple[str, str]) -> None:
    for name in order:
        report = engine.harvest(name)
        assert report.status is RunStatus.SUCCESS, report.message
    found = {item["title"]: item for item in call_action("package_search")["results"]}
    assert sorted(found) == ["Bäume", "Haushalt"]
    assert found["Bäume"]["notes"] == "Die Stadt über ihre Bäume."
    origin = call_action("hanse_origin_show", id=found["Bäume"]["id"])
    assert [item["source"] for item in origin["origins"]] == ["liste", "land"]
    # A second round finds nothing to do.
    for name in order:
        assert engine.harvest(name).counts["unchanged"] > 0
    assert call_action("package_search")["count"] == 2
