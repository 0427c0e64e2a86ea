"""Recorded answers of real portals, served over HTTP and walked by the whole line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.portal import Portal, Reply

#: file → datasets, distributions, complete
WHOLE = {
    "rostock-catalog.rdf": (100, 773, False),  # page 1 of 3
    "destatis-catalog.rdf": (135, 135, True),
    "odsh__rdf_catalog.xml": (38, 38, True),
    "sh__hydra.xml": (0, 0, False),
    "sh__invalid_iri.xml": (1, 1, True),
    "sh__with_collection.xml": (8, 7, True),
    "dcatde__catalog-endpoint.rdf": (6, 17, True),
    "dcatde__metadata_max.rdf": (1, 2, True),
    "staticat-catalog.ttl": (4, 4, True),
    "shckan__package_show__badegewasser-stammdaten1.json": (1, 1, True),
    "shckan__package_show__dataset_in_collection.json": (1, 1, True),
    "shckan__package_show__relationship_null.json": (1, 1, True),
    "berlin__csw_getrecords_01.xml": (1, 1, True),  # a data set, its service, an application
    "owslib__inspire-getrecords-response.xml": (0, 0, False),  # two of 216, services alone
    "basic_dataset.input.xml": (1, 2, True),
    "hvd_dataset_non_multilingual.input.xml": (1, 2, True),
    "identifiers-anchor.input.xml": (1, 2, True),
    "network-service.input.xml": (0, 0, False),
}
#: Kinds that are told by the name; all others are RDF.
KINDS = {
    ".json": "ckan",
    ".input.xml": "csw",
    "csw_getrecords_01.xml": "csw",
    "getrecords-response.xml": "csw",
}


@pytest.mark.samples
@pytest.mark.parametrize("name", WHOLE)
def test_a_recorded_catalogue_arrives_whole(name: str, samples: Path, patient: Any) -> None:
    # A type that says nothing: what it is shows in the content.
    path = next(samples.rglob(name))
    reply = Reply(path.read_bytes(), headers={"Content-Type": "text/plain"})
    kind = next((kind for end, kind in KINDS.items() if name.endswith(end)), "rdf")
    with Portal({f"/{name}": reply}) as portal:
        source = SourceSettings("probe", kind, portal.url(f"/{name}"), "stadt")
        run = Run(source, client=patient(portal.endpoint, tries=1))
        records = list(run)
    summary = run.summary()
    assert (summary["found"], summary["distributions"], summary["complete"]) == WHOLE[name]
    assert summary["rejected"] == 0
    assert len({record.identity for record in records}) == len(records)
    assert not {"record-failed", "record-unreadable", "statement-broken"} & set(summary["issues"])


@pytest.mark.samples
def test_rostock_is_understood(samples: Path, patient: Any) -> None:
    reply = Reply((samples / "rostock-catalog.rdf").read_bytes())
    with Portal({"/catalog.rdf": reply}) as portal:
        source = SourceSettings("rostock", "rdf", portal.url("/catalog.rdf"), "rostock")
        records = list(Run(source, client=patient(portal.endpoint, tries=1)))
    assert not any("dcatde" in record.unknown for record in records)
    resources = [r for record in records for r in record.dataset["resources"]]
    licences = {r.get("license") for r in resources}
    assert all(str(iri).startswith("http://dcat-ap.de/def/licenses/") for iri in licences)
    assert all(record.dataset["contributor_id"] for record in records)
