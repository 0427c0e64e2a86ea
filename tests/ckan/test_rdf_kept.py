"""The stored RDF of a dataset is what its page hands on, however the dataset was written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import rdflib
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from rdflib import DCTERMS
from rdflib.compare import graph_diff, to_isomorphic
from stand_in import StandIn

from ckanext.hanse import local_datasets
from ckanext.hanse.cli import hanse
from ckanext.hanse.export.cities import contributor_of
from ckanext.hanse.export.package_to_rdf import CatalogEntry
from ckanext.hanse.harvest import engine
from ckanext.hanse.model import DatasetState
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store.rdf import site
from hanse_harvesters.graph import from_triples
from hanse_harvesters.mapping.writer import dataset_triples

PATH = "/catalog.ttl"
CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<https://a.example/baum> a dcat:Dataset ; dct:title "Bäume"@de, "Trees"@en ;
  dct:description "Standort \\"und\\" Art.\\nZweite Zeile" ; dct:identifier "baum-1" ;
  dcat:keyword "Baum" ; dct:publisher [ a foaf:Agent ; foaf:name "Amt für Stadtgrün" ] ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Amt" ;
      vcard:hasEmail <mailto:a@b.example> ] ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2024-01-01" ] ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://a.example/baum.csv> ;
      dct:license <http://dcat-ap.de/def/licenses/cc-zero> ; dct:title "als CSV" ],
    <https://a.example/baum.json> .
<https://a.example/baum.json> a dcat:Distribution ; dcat:accessURL <https://a.example/b.json> .
[] a dcat:Dataset ; dct:title "Ohne Adresse" ; dct:identifier "ohne" ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://a.example/ohne.csv> ] .
"""


@pytest.fixture
def rostock(
    portal: StandIn, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch
) -> StandIn:
    monkeypatch.setitem(tk.config, "hanse.http.tries", 1)
    file = tmp_path / "sources.yaml"
    file.write_text(
        "organizations:\n  rostock: {title: Rostock}\n"
        f"sources:\n  rostock: {{kind: rdf, url: {portal.url(PATH)}, organization: rostock}}\n",
        encoding="utf-8",
    )
    sync(file)
    return portal


def stored(dataset_id: str) -> DatasetState:
    model.Session.expire_all()
    found = model.Session.get(DatasetState, dataset_id)
    assert found is not None
    return found


def shown(package: dict[str, Any]) -> rdflib.Graph:
    """What the dataset's page hands on, without the catalogue record."""
    contributor = contributor_of(package["owner_org"])
    harvested = stored(package["id"]).harvested
    entry = CatalogEntry(package, site(), harvested, contributor)
    return from_triples(dataset_triples(entry.dataset(), subject=entry.subject, language="de"))


def assert_kept(name: str) -> DatasetState:
    package = call_action("package_show", id=name)
    state = stored(package["id"])
    ours = rdflib.Graph().parse(data=state.rdf, format="nt")
    theirs = shown(package)
    if not state.harvested:  # CKAN sets its two times anew when it commits
        for graph, term in product((ours, theirs), (DCTERMS.issued, DCTERMS.modified)):
            assert len(list(graph.subject_objects(term))) == 1
            graph.remove((None, term, None))
    _, more, less = graph_diff(to_isomorphic(ours), to_isomorphic(theirs))
    assert (list(more), list(less)) == ([], [])
    assert len(set(state.rdf.splitlines())) == len(state.rdf.splitlines())
    assert len(ours) > 5
    assert state.score == state.mqa["points"]
    return state


@pytest.mark.parametrize("writer", ["bulk", "plain"])
def test_of_a_harvest(rostock: StandIn, writer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "hanse.writer", writer)
    rostock.turtle(PATH, CATALOGUE)
    engine.harvest("rostock")
    first = assert_kept("baeume")
    assert "urn:hanse" not in assert_kept("ohne-adresse").rdf
    before = first.rdf
    # A file before the others: the resources keep their ids, their order changes.
    rostock.turtle(
        PATH,
        CATALOGUE.replace('"als CSV"', '"als CSV, neu"').replace(
            "[ a dcat:Distribution ; dcat:accessURL <https://a.example/ohne.csv> ]",
            "[ a dcat:Distribution ; dcat:accessURL <https://a.example/1.csv> ], "
            "[ a dcat:Distribution ; dcat:accessURL <https://a.example/ohne.csv> ]",
        ),
    )
    engine.harvest("rostock")
    assert "als CSV, neu" in assert_kept("baeume").rdf != before
    assert_kept("ohne-adresse")


def test_of_a_corrected_dataset(rostock: StandIn, api: Callable[..., Any]) -> None:
    rostock.turtle(PATH, CATALOGUE)
    engine.harvest("rostock")
    user = factories.UserWithToken()
    call_action("organization_member_create", id="rostock", username=user["id"], role="editor")
    poor = stored(call_action("package_show", id="baeume")["id"]).score
    api(
        user, "hanse_correction_create", id="baeume", field="theme", reason="Fehlt.",
        value=["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    )  # fmt: skip
    corrected = assert_kept("baeume")
    assert "data-theme/ENVI" in corrected.rdf
    assert corrected.score == poor + 30
    rostock.turtle(PATH, CATALOGUE.replace("Zweite Zeile", "Dritte Zeile"))
    engine.harvest("rostock")
    again = assert_kept("baeume")
    assert "Dritte Zeile" in again.rdf
    assert "data-theme/ENVI" in again.rdf


#: A release of the German rules that asks every dataset for an access URL of its author.
RULES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix de: <https://www.dcat-ap.de/def/dcatde/9.0/shacl/> .
de:Dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property de:Creator .
de:Creator a sh:PropertyShape ; sh:path dct:creator ; sh:minCount 1 ; sh:severity sh:Violation .
"""


def asked_for_author(name: str) -> bool:
    state = stored(call_action("package_show", id=name)["id"])
    return ("mandatory-missing", "creator") in {
        (found["rule"], found["field"]) for found in state.issues
    }


def test_a_new_release_of_the_rules_reaches_every_dataset(
    rostock: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harvested ones by the next run, though the portal sent the same; own ones by a command."""
    folder = tmp_path / "shapes"
    folder.mkdir()
    monkeypatch.setenv("HANSE_SHAPES", str(folder))
    rostock.turtle(PATH, CATALOGUE)
    engine.harvest("rostock")
    own = call_action(
        "package_create", {"user": factories.Sysadmin()["name"]}, name="haushalt", title="Haushalt",
        owner_org="rostock",
    )  # fmt: skip
    before = call_action("package_show", id="baeume")
    assert not asked_for_author("baeume")
    assert not asked_for_author(own["name"])

    (folder / "rules.ttl").write_text(RULES, encoding="utf-8")
    engine.harvest("rostock")
    assert asked_for_author("baeume")
    assert not asked_for_author(own["name"])
    assert call_action("package_show", id="baeume") == before
    done = CliRunner().invoke(hanse, ["judge"])
    assert done.exit_code == 0, done.output
    assert "1 Datensatz neu beurteilt" in done.output
    assert asked_for_author(own["name"])


def test_a_dataset_that_cannot_be_judged_is_named_and_costs_no_other(
    clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = {"user": factories.Sysadmin()["name"]}
    city = factories.Organization(name="wismar")
    for name in ("akten", "baeume"):
        call_action("package_create", user, name=name, title=name, owner_org=city["id"])
    known, judge = call_action("package_show", id="akten")["id"], local_datasets._judge

    def picky(package: dict[str, Any]) -> None:
        if package["id"] == known:
            raise ValueError("no engine")
        judge(package)

    monkeypatch.setattr(local_datasets, "_judge", picky)
    done = CliRunner().invoke(hanse, ["judge", "--language", "en"])
    # Its text is made all the same: what cannot be judged can be handed on.
    told = "1 dataset judged anew.\nRDF of 1 dataset made anew.\n"
    assert (done.exit_code, done.stdout) == (1, told)
    assert "akten" in done.stderr
    assert "baeume" not in done.stderr


def test_of_a_dataset_made_here(clean: None) -> None:
    city = factories.Organization(name="wismar")
    user = factories.Sysadmin()["name"]
    package = call_action(
        "package_create",
        context={"user": user},
        name="haushalt",
        title="Haushalt",
        notes="Zahlen.",
        owner_org=city["id"],
        resources=[{"url": "https://a.example/h.csv", "access_url": "https://a.example/h.csv"}],
    )
    first = assert_kept("haushalt").rdf
    call_action("package_patch", {"user": user}, id=package["id"], notes="Andere Zahlen.")
    assert "Andere Zahlen." in assert_kept("haushalt").rdf != first


def test_nothing_is_written_for_an_unchanged_record(
    rostock: StandIn, watch: Callable[[], Any]
) -> None:
    rostock.turtle(PATH, CATALOGUE)
    engine.harvest("rostock")
    count = sa.select(sa.func.count()).where(DatasetState.rdf != "")
    assert model.Session.scalar(count) == 2
    with watch() as seen:
        engine.harvest("rostock")
    assert seen.writes_to("hanse_dataset_state") == []
