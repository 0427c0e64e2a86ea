"""A CKAN that ran ckanext-harvest moves over: same sources, same datasets, no doubles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers
from click.testing import CliRunner, Result
from harvest_tables import DROP, MAKE
from stand_in import Entry, StandIn, catalogue

from ckanext.hanse.cli import hanse
from ckanext.hanse.harvest import engine
from ckanext.hanse.model import HarvestSource, RunStatus, SourceRecord
from ckanext.hanse.sources import import_ckanext_harvest
from ckanext.hanse.store import sources
from hanse_harvesters.errors import ConfigError

BASE = "https://daten.example.org"


@pytest.fixture
def tables(cities: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Those of ckanext-harvest, empty."""
    _sql(DROP)
    _sql(MAKE)
    yield
    model.Session.rollback()
    _sql(DROP)


def _sql(script: str, **values: Any) -> None:
    model.Session.execute(sa.text(script), values)
    model.Session.commit()


@pytest.fixture
def old(tables: None) -> Callable[..., str]:
    """Makes a source of theirs with its dataset of type "harvest"; gives its id."""

    def make(
        name: str, url: str, form: str = "dcat_rdf", owner: str = "rostock", **more: Any
    ) -> str:
        group = model.Group.by_name(owner) if owner else None
        package = model.Package(
            name=name, type="harvest", state=more.pop("state", "active"),
            owner_org=group.id if group else None,
        )  # fmt: skip
        model.Session.add(package)
        model.Session.commit()
        values = {
            "id": package.id, "url": url, "type": form, "title": name.title(), "config": "",
            "active": True, "frequency": "WEEKLY", "description": "Notiz", **more,
        }  # fmt: skip
        columns = ", ".join(values)
        marks = ", ".join(f":{key}" for key in values)
        _sql(f"INSERT INTO harvest_source ({columns}, created) VALUES ({marks}, now())", **values)
        return str(package.id)

    return make


def _brought(
    source: str, guid: str, *, content: str = "", current: bool = True, **dataset: Any
) -> str:
    """A dataset that a source of theirs has brought; gives its id."""
    given = {"owner_org": "rostock", "title": "Alter Titel", "notes": "Alt.", **dataset}
    found = dataset.get("id") or factories.Dataset(**given)["id"]
    _sql(
        "INSERT INTO harvest_object (id, guid, current, gathered, content, harvest_source_id,"
        " package_id, state) VALUES (gen_random_uuid()::text, :guid, :current, now(), :content,"
        " :source, :package, 'COMPLETE')",
        guid=guid, current=current, content=content, source=source, package=found,
    )  # fmt: skip
    return str(found)


def _datasets() -> dict[str, str]:
    """Name → id of every dataset there is."""
    query = sa.select(model.Package.name, model.Package.id).where(
        model.Package.type == "dataset", model.Package.state == "active"
    )
    return dict(model.Session.execute(query).all())


def test_datasets_keep_ids_and_names_through_our_first_run(
    old: Callable[..., str], portal: StandIn
) -> None:
    url = portal.turtle("/catalog.ttl", catalogue(Entry("baum", "Bäume"), Entry("rad", "Radwege")))
    source = old("opendata_hro", url)
    kept = _brought(source, f"{BASE}/datensatz/baum", name="baumkataster-2019")
    (moved,) = import_ckanext_harvest.move()
    assert (moved.name, moved.kind, moved.action) == ("opendata-hro", "rdf", "created")
    assert (moved.datasets, moved.organization) == (1, "rostock")
    report = engine.harvest("opendata-hro")
    assert report.status is RunStatus.SUCCESS, report.message
    found = _datasets()
    assert found["baumkataster-2019"] == kept
    assert len(found) == 2
    shown = helpers.call_action("package_show", id=kept)
    assert (shown["title"], shown["uri"]) == ("Bäume", f"{BASE}/datensatz/baum")
    again = engine.harvest("opendata-hro")
    assert sum(again.counts.values()) == 2
    assert _datasets() == found


def test_datasets_of_a_ckan_portal_too(old: Callable[..., str], portal: StandIn) -> None:
    packages = [_package("0f2addf2-61fc-54c8-acb0-0794a5cd389b", "baeume", "Bäume")]
    packages.append(_package("1410d09c-7302-5f96-b96b-954a2d8e3293", "radwege", "Radwege"))
    _serve(portal, packages)
    source = old("portal", portal.url(""), "ckan", config='{"default_tags": [{"name": "hro"}]}')
    kept = [
        _brought(source, package["id"], content=json.dumps(package), name=f"alt-{package['name']}")
        for package in packages
    ]
    (moved,) = import_ckanext_harvest.move()
    assert (moved.kind, moved.datasets, moved.lost) == ("ckan", 2, ["default_tags"])
    report = engine.harvest("portal")
    assert report.status is RunStatus.SUCCESS, report.message
    assert _datasets() == {"alt-baeume": kept[0], "alt-radwege": kept[1]}
    assert helpers.call_action("package_show", id=kept[1])["title"] == "Radwege"


def _package(number: str, name: str, title: str) -> dict[str, Any]:
    resource = {"id": f"r-{name}", "url": f"{BASE}/{name}.csv", "format": "CSV", "name": title}
    return {
        "id": number, "name": name, "title": title, "notes": "Neu.", "type": "dataset",
        "license_id": "cc-zero", "resources": [resource], "tags": [], "extras": [], "groups": [],
    }  # fmt: skip


def _serve(portal: StandIn, packages: list[dict[str, Any]]) -> None:
    from stand_in import Page

    answer = {"success": True, "result": {"count": len(packages), "results": packages}}
    path = "/api/3/action/package_search?sort=id+asc&start=0&rows=100"
    portal.pages[path] = Page(json.dumps(answer).encode(), "application/json")


def test_settings_come_along(old: Callable[..., str]) -> None:
    config = {"organizations_filter_exclude": ["test"], "api_version": 3}
    number = old("portal", f"{BASE}/", "ckan", "stralsund", config=json.dumps(config), active=False)
    (moved,) = import_ckanext_harvest.move()
    row = sources.get("portal")
    wanted = sources.settings_of(row)
    assert wanted.options == {"fq": ['-organization:"test"']}
    assert (wanted.organization, wanted.enabled, wanted.title) == ("stralsund", False, "Portal")
    assert wanted.schedule == moved.schedule == import_ckanext_harvest.theirs.cron("WEEKLY", number)
    assert (row.from_file, row.paused, row.note) == (False, False, "Notiz")
    assert (moved.lost, moved.needless) == ([], ["api_version"])


def test_a_catalogue_service_of_ckanext_spatial(old: Callable[..., str]) -> None:
    asked = {"cql": "csw:AnyText LIKE '%Stralsund%'", "validator_profiles": ["iso19139"]}
    source = old("gdi", f"{BASE}/csw", "csw", "stralsund", config=json.dumps(asked))
    record = "e8dbb604-915b-56c1-8498-ffc538b566ee"
    _brought(source, record, content="<gmd:MD_Metadata/>", owner_org="stralsund")
    old("weit", f"{BASE}/csw2", "csw", config=json.dumps({"cql": "BBOX(geom, 13, 54, 14, 55)"}))
    moved, other = sorted(import_ckanext_harvest.move(), key=lambda item: item.name)
    assert (moved.kind, moved.lost, moved.datasets) == ("csw", [], 1)
    assert sources.settings_of(sources.get("gdi")).options == {"anytext": ["*Stralsund*"]}
    (bound,) = model.Session.scalars(sa.select(SourceRecord.identity))
    assert bound == record
    # A filter that cannot come along is named: without it the whole catalogue would come.
    assert (other.lost, other.options, other.enabled) == (["cql"], {}, False)


def test_a_dry_run_leaves_nothing(old: Callable[..., str]) -> None:
    source = old("portal", f"{BASE}/catalog.ttl")
    _brought(source, f"{BASE}/datensatz/baum")
    (moved,) = import_ckanext_harvest.move(dry_run=True)
    assert (moved.action, moved.datasets) == ("created", 1)
    assert model.Session.scalar(sa.select(sa.func.count(HarvestSource.id))) == 0
    assert model.Session.scalar(sa.select(sa.func.count(SourceRecord.id))) == 0


def test_called_again_it_takes_what_is_new_and_changes_nothing_else(
    old: Callable[..., str],
) -> None:
    source = old("portal", f"{BASE}/catalog.ttl")
    _brought(source, f"{BASE}/datensatz/baum")
    import_ckanext_harvest.move()
    sources.get("portal").title = "Von uns geändert"
    model.Session.commit()
    _brought(source, f"{BASE}/datensatz/rad")
    (moved,) = import_ckanext_harvest.move()
    assert (moved.action, moved.datasets, moved.bound) == ("kept", 1, 1)
    assert sources.get("portal").title == "Von uns geändert"


def test_only_what_is_current_and_there_is_bound(old: Callable[..., str]) -> None:
    source = old("portal", f"{BASE}/catalog.ttl")
    kept = _brought(source, f"{BASE}/datensatz/baum")
    _brought(source, f"{BASE}/datensatz/frueher", current=False, id=kept)
    _brought(source, f"{BASE}/datensatz/weg", state="deleted")
    _brought(source, f"{BASE}/datensatz/baum", title="Doppelt")
    _brought(source, "", title="Ohne Kennung")
    (moved,) = import_ckanext_harvest.move()
    assert (moved.datasets, moved.doubles, moved.unknown) == (1, 1, 1)


def test_what_cannot_come_along_is_said_and_keeps_nobody_else_back(
    old: Callable[..., str],
) -> None:
    old("ordner", f"{BASE}/iso/", "waf")
    old("fremd", f"{BASE}/x", "socrata")
    old("weg", f"{BASE}/weg.ttl", state="deleted")
    old("herrenlos", f"{BASE}/h.ttl", owner="")
    old("innen", "http://127.0.0.1:9/catalog.ttl")
    old("kaputt", f"{BASE}/k.ttl", config="{")
    old("gut", f"{BASE}/gut.ttl")
    found = {item.name: item for item in import_ckanext_harvest.move()}
    said = {name: item.why.id for name, item in found.items() if item.why}
    assert said == {
        "ordner": "harvest-waf",
        "fremd": "harvest-type",
        "weg": "harvest-deleted",
        "herrenlos": "harvest-owner",
        "innen": "address-private",
        "kaputt": "harvest-config",
    }
    assert [row.name for row in sources.every()] == ["gut"]
    again = {item.name: item.action for item in import_ckanext_harvest.move(organization="rostock")}
    assert (again["herrenlos"], again["gut"]) == ("created", "kept")


def test_another_source_of_that_name_stays(old: Callable[..., str]) -> None:
    old("portal", f"{BASE}/catalog.ttl")
    import_ckanext_harvest.move()
    sources.get("portal").url = f"{BASE}/anders.ttl"
    model.Session.commit()
    (moved,) = import_ckanext_harvest.move()
    assert moved.why is not None
    assert moved.why.id == "harvest-name"


def _command(*words: str) -> Result:
    return CliRunner().invoke(hanse, ["source", "import-ckanext-harvest", *words])


def test_the_command_says_it_in_german_and_english(old: Callable[..., str]) -> None:
    source = old("portal", f"{BASE}/", "ckan", config='{"default_tags": [{"name": "x"}]}')
    _brought(source, "77")
    old("ordner", f"{BASE}/iso/", "waf")
    german = _command("--dry-run")
    assert german.exit_code == 3
    assert "portal: übernommen (ckan" in german.output
    assert "ohne Entsprechung hier, bitte prüfen: default_tags" in german.output
    assert "ordner: nicht übernommen" in german.output
    assert "als Art csw ernten" in " ".join(german.output.split())
    assert "Nichts wurde" in german.output or "nichts wurde geschrieben" in german.output
    english = _command("--language", "en", "--paused")
    assert "1 dataset bound" in english.output
    assert "Stop ckanext-harvest" in english.output
    assert sources.get("portal").paused
    as_json = json.loads(_command("--json").output)
    assert {item["name"]: item["action"] for item in as_json} == {
        "portal": "kept",
        "ordner": "skipped",
    }


def test_without_their_tables_it_says_so(clean: None) -> None:
    _sql(DROP)
    with pytest.raises(ConfigError, match="no tables of ckanext-harvest"):
        import_ckanext_harvest.move()
    assert _command().exit_code == 1
