"""Sources are managed by the administrators of their city, and by nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stand_in import Entry, Page, StandIn, catalogue
from walks import Listed, act, harvest, record, source

from ckanext.hanse import provenance
from ckanext.hanse.harvest import lease
from ckanext.hanse.model import DatasetState, HarvestRun, HarvestSource, SourceRecord
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import sources
from ckanext.hanse.store.report import Report
from hanse_harvesters import messages
from hanse_harvesters.sources import registry
from hanse_harvesters.testing.network import connections
from hanse_harvesters.texts import CORE

__all__ = ["connections"]  # a fixture

Api = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]

ROLES = ("nobody", "stranger", "member", "editor", "admin of another city", "admin", "sysadmin")
MAY = {"admin", "sysadmin"}


@pytest.fixture
def roles(officer: Officer, sysadmin: dict[str, Any]) -> dict[str, dict[str, Any] | None]:
    """Somebody of every role as seen from Rostock."""
    return {
        "nobody": None,
        "stranger": factories.UserWithToken(),
        "member": officer("rostock", "member"),
        "editor": officer("rostock", "editor"),
        "admin of another city": officer("stralsund", "admin"),
        "admin": officer("rostock", "admin"),
        "sysadmin": sysadmin,
    }


@pytest.fixture
def ours(cities: dict[str, Any]) -> HarvestSource:
    """A source of Rostock that was made on the site."""
    row = source(cities["rostock"]["id"])
    row.from_file = False
    row.author = "somebody"
    model.Session.commit()
    return row


GIVEN = {
    "organization": "rostock",
    "title": "Neues Portal",
    "kind": "rdf",
    "url": "https://neu.example.org/catalog.ttl",
    "schedule": "15 3 * * *",
}


def attempts(portal: StandIn) -> dict[str, dict[str, Any]]:
    """Every action that writes or asks the outside, with what it needs."""
    return {
        "hanse_source_create": GIVEN,
        "hanse_source_update": {"id": "portal", "title": "Anders"},
        "hanse_source_check": {**GIVEN, "url": portal.url("/catalog.ttl")},
        "hanse_source_preview": {"id": "portal"},
        "hanse_source_delete": {"id": "portal", "confirm": "portal"},
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(
    ours: HarvestSource,
    roles: dict[str, Any],
    api: Api,
    portal: StandIn,
    role: str,
) -> None:
    ours.url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume")))
    model.Session.commit()
    for action, data in attempts(portal).items():
        if role in MAY:
            assert api(roles[role], action, **data), action
            continue
        with pytest.raises(tk.NotAuthorized):
            api(roles[role], action, **data)
    if role not in MAY:
        assert [row.name for row in sources.every()] == ["portal"]
        assert sources.get("portal").title == "Portal der Stadt"
        assert portal.asked == []


def test_an_administrator_cannot_give_a_source_to_another_city(
    ours: HarvestSource, officer: Officer, api: Api
) -> None:
    admin = officer("rostock", "admin")
    with pytest.raises(tk.NotAuthorized):
        api(admin, "hanse_source_create", **{**GIVEN, "organization": "stralsund"})
    with pytest.raises(tk.ValidationError):
        api(admin, "hanse_source_update", id="portal", organization="stralsund")


# --- Making and changing ------------------------------------------------------------------------


def test_a_source_is_made_with_a_name_from_its_title(officer: Officer, api: Api) -> None:
    made = api(
        officer("rostock", "admin"), "hanse_source_create", **{**GIVEN, "title": "Größe & Müll"}
    )
    assert made["name"] == "groesse-muell"
    assert (made["schedule"], made["timezone"]) == ("15 3 * * *", "Europe/Berlin")
    assert not made["from_file"]
    again = api(
        officer("rostock", "admin"), "hanse_source_create", **{**GIVEN, "title": "Größe & Müll"}
    )
    assert again["name"] == "groesse-muell-2"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 301),
        ("name", "portal"),
        ("name", "new"),
        ("name", "Groß"),
        ("kind", "ftp"),
        ("url", "ftp://daten.example.org/"),
        ("url", "http://169.254.169.254/latest"),
        ("url", "http://localhost/catalog.ttl"),
        ("url", "https://ich:geheim@daten.example.org/"),
        ("portal", "javascript:alert(1)"),
        ("schedule", "jede Nacht"),
        ("timezone", "Mitte/Berlin"),
        ("language", "Deutsch!"),
        ("options", {"seiten": 3}),
        ("options", {"max_pages": "viele"}),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    ours: HarvestSource, officer: Officer, api: Api, field: str, value: Any
) -> None:
    with pytest.raises(tk.ValidationError) as refusal:
        api(officer("rostock", "admin"), "hanse_source_create", **{**GIVEN, field: value})
    assert {key.partition(".")[0] for key in refusal.value.error_dict} == {field}
    assert [row.name for row in sources.every()] == ["portal"]


ODD = ["127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("host", ODD)
def test_no_spelling_of_a_private_address_is_saved(
    ours: HarvestSource, officer: Officer, api: Api, connections: list[tuple[str, int]], host: str
) -> None:
    admin, before = officer("rostock", "admin"), ours.url
    wrong = {"url": f"http://{host}:8099/catalog.ttl"}
    for action, data in (
        ("hanse_source_create", {**GIVEN, **wrong}),
        ("hanse_source_update", {"id": "portal", **wrong}),
        ("hanse_source_check", {**GIVEN, **wrong}),
    ):
        with pytest.raises(tk.ValidationError) as refusal:
            api(admin, action, **data)
        assert f"{host}:8099" in str(refusal.value.error_dict["url"]), action
    assert [row.url for row in sources.every()] == [before]
    assert 8099 not in {port for _, port in connections}


def test_a_public_address_in_numbers_is_saved_and_a_private_one_that_is_allowed(
    cities: dict[str, Any], officer: Officer, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.allowed_private_hosts", ["127.1:8099"])
    admin = officer("rostock", "admin")
    for url in ("http://185.199.108.153/a.ttl", "http://127.1:8099/a.ttl"):
        assert api(admin, "hanse_source_create", **{**GIVEN, "url": url})["url"] == url
    with pytest.raises(tk.ValidationError):
        api(admin, "hanse_source_create", **{**GIVEN, "url": "http://127.1:8098/a.ttl"})


def test_everything_that_is_wrong_is_said_at_once(officer: Officer, api: Api) -> None:
    wrong = {"title": "", "url": "nirgends", "schedule": "nie", "timezone": "Mond"}
    with pytest.raises(tk.ValidationError) as refusal:
        api(officer("rostock", "admin"), "hanse_source_create", **{**GIVEN, **wrong})
    assert set(refusal.value.error_dict) == set(wrong)


@pytest.mark.parametrize(
    "field", ["level", "enabled", "inferred", "from_file", "allowed_private", "lease_holder"]
)
def test_what_belongs_to_the_operator_is_no_field(
    ours: HarvestSource, officer: Officer, api: Api, field: str
) -> None:
    admin = officer("rostock", "admin")
    with pytest.raises(tk.ValidationError, match=field):
        api(admin, "hanse_source_create", **{**GIVEN, field: "1"})
    with pytest.raises(tk.ValidationError, match=field):
        api(admin, "hanse_source_update", id="portal", **{field: "1"})


def test_a_change_keeps_what_was_not_named(officer: Officer, api: Api) -> None:
    admin = officer("rostock", "admin")
    api(admin, "hanse_source_create", **{**GIVEN, "name": "neu", "options": {"max_pages": 7}})
    changed = api(admin, "hanse_source_update", id="neu", title="Anders", schedule="0 * * * *")
    assert changed["title"] == "Anders"
    assert (changed["url"], changed["schedule"]) == (GIVEN["url"], "0 * * * *")
    assert changed["options"] == {"max_pages": 7}


def test_a_kind_is_guessed_where_none_is_said(officer: Officer, api: Api, portal: StandIn) -> None:
    url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume")))
    made = api(
        officer("rostock", "admin"), "hanse_source_create", **{**GIVEN, "kind": "", "url": url}
    )
    assert made["kind"] == "rdf"
    portal.pages.clear()
    portal.pages["/"] = Page(b"<html>Willkommen</html>", "text/html")
    with pytest.raises(tk.ValidationError) as refusal:
        api(
            officer("rostock", "admin"),
            "hanse_source_create",
            **{**GIVEN, "kind": "", "url": portal.url("/")},
        )
    assert "url" in refusal.value.error_dict


# --- The operator's file ------------------------------------------------------------------------

FILE = """
organizations:
  rostock: {title: Rostock}
sources:
  portal:
    kind: rdf
    url: https://daten.example.org/catalog.ttl
    organization: rostock
    title: Portal der Stadt
    schedule: "15 3 * * *"
"""


@pytest.fixture
def file(tmp_path: Path, cities: dict[str, Any]) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(FILE, encoding="utf-8")
    sync(path)
    return path


@pytest.mark.parametrize(
    ("cron", "shown"),
    [("*/15 * * * *", "alle 15 Minuten"), ("8-59/15 * * * *", "alle 15 Minuten"),
     ("15 * * * *", "stündlich"), ("0 6 1 * *", "0 6 1 * *")],
)  # fmt: skip
def test_a_schedule_is_said_in_words(
    ours: HarvestSource, officer: Officer, ask: Api, cron: str, shown: str
) -> None:
    ours.settings = {"schedule": cron}
    model.Session.commit()
    body = ask(officer("rostock", "admin"), "/harvest/source/portal").body
    assert shown in body.partition("<dt>Zeitplan</dt>")[2].partition("</div>")[0]


def test_of_a_source_of_the_file_only_the_schedule_is_changed(
    file: Path, officer: Officer, api: Api
) -> None:
    admin = officer("rostock", "admin")
    for field, value in (("url", "https://woanders.example.org/"), ("title", "Meins")):
        with pytest.raises(tk.ValidationError, match=field):
            api(admin, "hanse_source_update", id="portal", **{field: value})
    shown = api(admin, "hanse_source_update", id="portal", schedule="0 5 * * 1")
    assert shown["schedule"] == "0 5 * * 1"
    assert shown["overrides"] == {"schedule": {"here": "0 5 * * 1", "file": "15 3 * * *"}}


def test_a_sync_does_not_undo_an_administrator(file: Path, officer: Officer, api: Api) -> None:
    admin = officer("rostock", "admin")
    api(admin, "hanse_source_update", id="portal", schedule="0 5 * * 1")
    file.write_text(FILE.replace("15 3", "30 2").replace("Portal der", "Daten der"), "utf-8")
    done = sync(file)
    assert done.kept == {"portal": ["schedule"]}
    row = sources.get("portal")
    assert (row.title, row.settings["schedule"]) == ("Daten der Stadt", "0 5 * * 1")
    assert row.overrides["schedule"]["file"] == "30 2 * * *"
    assert sync(file).sources == {"unchanged": ["portal"]}

    api(admin, "hanse_source_update", id="portal", schedule="30 2 * * *")
    assert sources.get("portal").overrides == {}
    assert sync(file).kept == {}


def test_the_file_does_not_take_over_what_was_made_on_the_site(
    file: Path, officer: Officer, api: Api
) -> None:
    api(officer("rostock", "admin"), "hanse_source_create", **{**GIVEN, "name": "neu"})
    file.write_text(FILE + FILE.partition("sources:\n")[2].replace("portal:", "neu:"), "utf-8")
    done = sync(file)
    assert done.kept == {"neu": ["name"]}
    assert done.foreign == []
    assert sources.get("neu").url == GIVEN["url"]


def test_a_source_of_the_file_is_not_removed(file: Path, officer: Officer, api: Api) -> None:
    with pytest.raises(tk.ValidationError, match="portal"):
        api(officer("rostock", "admin"), "hanse_source_delete", id="portal", confirm="portal")
    assert sources.get("portal")


# --- Removing -----------------------------------------------------------------------------------


def two(row: HarvestSource) -> Report:
    """A run that brings two datasets."""
    return harvest(row, Listed(record("b", "Bäume", "liste"), record("p", "Parks", "liste")))


def test_removing_asks_for_the_name(ours: HarvestSource, officer: Officer, api: Api) -> None:
    with pytest.raises(tk.ValidationError) as refusal:
        api(officer("rostock", "admin"), "hanse_source_delete", id="portal", confirm="Portal")
    assert "confirm" in refusal.value.error_dict
    assert sources.get("portal")


def test_the_datasets_of_a_removed_source_stay_and_are_the_citys(
    ours: HarvestSource, officer: Officer, api: Api
) -> None:
    two(ours)
    admin = officer("rostock", "admin")
    done = api(admin, "hanse_source_delete", id="portal", confirm="portal", datasets="keep")
    assert done == {"name": "portal", "fate": "keep", "datasets": 2, "left": 0}
    found = call_action("package_search", q="organization:rostock")
    assert found["count"] == 2
    assert api(admin, "package_patch", id="baeume", title="Alle Bäume")["title"] == "Alle Bäume"


def test_a_source_made_anew_finds_its_datasets_again(
    ours: HarvestSource, officer: Officer, api: Api
) -> None:
    two(ours)
    before = call_action("package_show", id="baeume")
    admin = officer("rostock", "admin")
    api(admin, "hanse_source_delete", id="portal", confirm="portal", datasets="keep")
    act("package_patch", id="parks", title="Parks von Hand")
    made = api(admin, "hanse_source_create", name="portal", **{**GIVEN, "url": ours_url()})
    assert made["again"] == 2
    assert provenance.is_harvested(before["id"])
    report = harvest(
        sources.get("portal"), Listed(record("b", "Bäume", "liste"), record("p", "Parks", "liste"))
    )
    assert report.counts["created"] == 0
    after = call_action("package_show", id="baeume")
    assert (after["id"], after["name"]) == (before["id"], "baeume")
    assert [r["id"] for r in after["resources"]] == [r["id"] for r in before["resources"]]
    assert call_action("package_show", id="parks")["title"] == "Parks"
    assert call_action("package_search", q="organization:rostock")["count"] == 2


def ours_url() -> str:
    return "https://daten.example.org/catalog.ttl"


def test_another_address_or_city_finds_nothing(
    ours: HarvestSource, officer: Officer, api: Api
) -> None:
    two(ours)
    admin = officer("rostock", "admin")
    api(admin, "hanse_source_delete", id="portal", confirm="portal", datasets="keep")
    made = api(
        officer("stralsund", "admin"),
        "hanse_source_create",
        name="portal",
        **{**GIVEN, "organization": "stralsund", "url": ours_url()},
    )
    assert made["again"] == 0
    assert not provenance.is_harvested(call_action("package_show", id="baeume")["id"])


def test_a_dataset_that_another_source_has_too_is_that_ones(
    ours: HarvestSource, officer: Officer, api: Api, cities: dict[str, Any]
) -> None:
    two(ours)
    other = source(cities["rostock"]["id"], "land")
    bound = model.Session.scalar(sa.select(SourceRecord).where(SourceRecord.identity.like("%/b")))
    assert bound is not None
    twin = SourceRecord(source_id=other.id, identity="x", dataset_id=bound.dataset_id)
    model.Session.add(twin)
    model.Session.commit()
    done = api(officer("rostock", "admin"), "hanse_source_delete", id="portal", confirm="portal")
    assert done["datasets"] == 1
    state = model.Session.get(DatasetState, bound.dataset_id)
    assert state is not None
    assert state.record_id == twin.id


def test_a_source_that_runs_is_not_removed(ours: HarvestSource, officer: Officer, api: Api) -> None:
    held = lease.take(ours.id, seconds=60)
    assert held is not None
    with pytest.raises(tk.ValidationError):
        api(officer("rostock", "admin"), "hanse_source_delete", id="portal", confirm="portal")
    held.release()
    assert api(officer("rostock", "admin"), "hanse_source_delete", id="portal", confirm="portal")


# --- Looking before -----------------------------------------------------------------------------


def test_a_check_says_what_is_there(officer: Officer, api: Api, portal: StandIn) -> None:
    url = portal.turtle(
        "/catalog.ttl", catalogue(*(Entry(f"d{n}", f"Daten {n}") for n in range(8)))
    )
    seen = api(officer("rostock", "admin"), "hanse_source_check", organization="rostock", url=url)
    assert (seen["reachable"], seen["kind"], seen["guessed"]) == (True, "rdf", True)
    assert len(seen["records"]) == 5
    first = seen["records"][0]
    assert first["title"].startswith("Daten ")
    assert first["formats"] == ["CSV"]
    assert list(seen["licences"]) == ["http://dcat-ap.de/def/licenses/cc-zero"]
    assert seen["error"] is None
    assert seen["source_issues"] == []
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(HarvestRun)) == 0


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (Page(b"<!doctype html><title>Hallo</title>", "text/html"), ""),
        (Page(b"weg", "text/plain", 404), "404"),
        (Page(b"", "text/turtle", 503), "503"),
    ],
)
def test_a_check_says_why_there_is_nothing(
    officer: Officer, api: Api, portal: StandIn, page: Page, status: str
) -> None:
    portal.pages["/x"] = page
    seen = api(
        officer("rostock", "admin"),
        "hanse_source_check",
        organization="rostock",
        url=portal.url("/x"),
    )
    assert not seen["reachable"]
    assert seen["error"]["what"]
    assert seen["error"]["remedy"]
    assert status in seen["error"]["what"]


def test_a_preview_shows_every_change_and_writes_nothing(
    ours: HarvestSource, officer: Officer, api: Api, portal: StandIn
) -> None:
    ours.url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume"), Entry("p", "Parks")))
    model.Session.commit()
    seen = api(officer("rostock", "admin"), "hanse_source_preview", id="portal", limit=1)
    assert (seen["dry_run"], seen["found"], seen["created"]) == (True, 1, 1)
    (change,) = seen["lists"]["changes"]
    whole = {item["field"]: (item["old"], item["new"]) for item in change["diff"]}
    assert whole["title"] in ((None, "Bäume"), (None, "Parks"))
    assert whole["notes"] == (None, "Eine Beschreibung.")
    assert "resources[0]" in whole
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(model.Package)) == 0
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(HarvestRun)) == 0


def test_a_connector_of_another_party_stands_in_the_form_with_its_own_words(
    officer: Officer, ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass(frozen=True)
    class Options:
        station: str = ""

    foreign = type("Foreign", (registry.connector("rdf"),), {"kind": "fremd", "Options": Options})
    file = tmp_path / "messages.yaml"
    file.write_text(
        "fremd-name: {what: Fremdes Portal}\nfremd-option-station: {what: Nur diese Messstelle}\n",
        "utf-8",
    )
    entries = {**registry._entries(), "fremd": SimpleNamespace(load=lambda: foreign)}
    words = {**messages.messages(), **messages.read(file, CORE)}
    monkeypatch.setattr(registry, "_entries", lambda: entries)
    monkeypatch.setattr(registry, "messages", lambda: words)

    page = ask(officer("rostock", "admin"), "/harvest/source/new").body

    assert '<option value="fremd">Fremdes Portal</option>' in page
    assert "Nur diese Messstelle" in page


MAPPING = "records: daten\nidentity: nr\nfields:\n  title: titel  # so heißt er\n  notes: text\n"


def _of_json(mapping: str) -> dict[str, str]:
    return {
        "organization": "rostock",
        "title": "Liste",
        "kind": "json",
        "url": "https://neu.example.org/liste.json",
        "name": "liste",
        "schedule_kind": "hand",
        "timezone": "Europe/Berlin",
        "language": "de",
        "option-json-mapping": mapping,
    }


def test_the_mapping_of_a_list_is_entered_as_yaml(officer: Officer, ask: Any) -> None:
    admin = officer("rostock", "admin")
    made = ask(admin, "/harvest/source/new", "POST", **_of_json(MAPPING))
    assert made.status_code == 302, made.body
    kept = sources.get("liste").settings["options"]["mapping"]
    assert kept == {
        "records": "daten",
        "identity": "nr",
        "fields": {"title": "titel", "notes": "text"},
    }
    shown = ask(admin, "/harvest/source/liste/edit").body
    assert "<textarea" in shown
    assert "title: titel" in html.unescape(shown)


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ("fields: {titel: name}", "titel"),
        ("fields: [", "mapping"),
        ("a: &a [x]\nb: *a", "mapping"),
        ("", "mapping"),
    ],
)
def test_what_is_wrong_with_a_mapping_stands_at_its_field(
    officer: Officer, ask: Any, mapping: str, word: str
) -> None:
    answer = ask(officer("rostock", "admin"), "/harvest/source/new", "POST", **_of_json(mapping))
    assert answer.status_code == 200
    shown = html.unescape(answer.body)
    field = shown.partition('id="field-option-json-mapping"')[2].partition("</div>")[0]
    assert field.partition("</textarea>")[0].endswith(">" + mapping)
    assert word in field.partition("</textarea>")[2]


def test_a_form_may_name_no_secret_header(officer: Officer, api: Api) -> None:
    options = {"mapping": {"fields": {"title": "titel"}}, "secret": "kiel"}
    given = {**GIVEN, "kind": "json", "options": options}
    with pytest.raises(tk.ValidationError) as refused:
        api(officer("rostock", "admin"), "hanse_source_create", **given)
    assert "options.secret" in str(refused.value.error_dict)


def test_each_wrong_option_is_said_once_and_with_what_to_do(
    cities: Any, officer: Officer, ask: Any
) -> None:
    form = {"url_type": "", "kind": "json", "url": "https://a.example/liste.json", "title": "Liste",
            "schedule_kind": "hand", "option-json-page_size": "viele",
            "option-json-mapping": "records: daten\nfields: {title: name}"}  # fmt: skip
    answer = ask(officer("rostock", "admin"), "/harvest/source/new", "POST", **form)
    assert answer.status_code == 200
    assert re.findall(r'id="field-(option[^"]*)-error"', answer.body) == ["option-json-page_size"]

    form |= {"option-json-page_size": "", "option-json-mapping": "records: [a"}
    answer = ask(officer("rostock", "admin"), "/harvest/source/new", "POST", **form)
    told = answer.body.partition('id="field-option-json-mapping-error"')[2].partition("</p>")[0]
    assert "YAML" in told
    assert "line 2, column 1" in told
