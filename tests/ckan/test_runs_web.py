"""Pages of sources and runs: who sees them, what they show, and what a GET never does."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories
from stand_in import Entry, StandIn, catalogue
from walks import Listed, harvest, record, source, untitled

from ckanext.hanse.model import HarvestRun, HarvestSource, SourceRecord
from ckanext.hanse.sources.preview.job import work_off
from ckanext.hanse.store import runs, sources
from hanse_harvesters.issue import issue

Officer = Callable[..., dict[str, Any]]
Ask = Callable[..., Any]

ROLES = ("nobody", "stranger", "member", "editor", "admin of another city", "admin", "sysadmin")
EDITS = {"editor", "admin", "sysadmin"}
MANAGES = {"admin", "sysadmin"}


@pytest.fixture
def role(officer: Officer, sysadmin: dict[str, Any]) -> Callable[[str], dict[str, Any] | None]:
    """Somebody of a role as seen from Rostock."""
    makes = {
        "nobody": lambda: None,
        "stranger": factories.UserWithToken,
        "member": lambda: officer("rostock", "member"),
        "editor": lambda: officer("rostock", "editor"),
        "admin of another city": lambda: officer("stralsund", "admin"),
        "admin": lambda: officer("rostock", "admin"),
        "sysadmin": lambda: sysadmin,
    }
    return lambda name: makes[name]()


@pytest.fixture
def ours(cities: dict[str, Any]) -> HarvestSource:
    row = source(cities["rostock"]["id"])
    row.from_file, row.author = False, "somebody"
    row.settings = {"schedule": "15 3 * * *", "timezone": "Europe/Berlin"}
    model.Session.commit()
    return row


@pytest.fixture
def run(ours: HarvestSource) -> int:
    """A run with a new dataset that has issues, and a rejected record."""
    trees = record("b", "Bäume <b>fett</b>", "liste")
    trees.issues = [
        issue("license-unknown", "resources[0].license", "=HYPERLINK(1)"),
        issue("recommended-missing", "theme", label_de="Thema", label_en="Theme"),
    ]
    report = harvest(ours, Listed(trees, untitled("x")))
    rejected = model.Session.query(SourceRecord).filter_by(state="rejected").one()
    rejected.issues = [{"rule": "title-missing", "field": "title", "value": "", "params": []}]
    model.Session.commit()
    return report.run_id or 0


PAGES = {
    "/harvest": {"stranger", "member", "admin of another city", *EDITS},
    "/harvest/source/portal": EDITS,
    "/harvest/source/portal/issues": EDITS,
    "/harvest/source/portal/issues.csv": EDITS,
    "/harvest/source/portal/issues.json": EDITS,
    "/harvest/run/{run}": EDITS,
    "/harvest/run/{run}/progress": EDITS,
    "/harvest/source/portal/preview": MANAGES,
    "/harvest/source/portal/edit": MANAGES,
    "/harvest/source/portal/alerts": MANAGES,
    "/harvest/source/portal/delete": MANAGES,
    "/harvest/source/portal/withdrawals": EDITS,
    "/harvest/source/new": {"admin of another city", *MANAGES},
}


@pytest.mark.parametrize("name", ROLES)
def test_who_sees_which_page(run: int, role: Any, ask: Ask, name: str) -> None:
    user = role(name)
    seen = {}
    for path, allowed in PAGES.items():
        answer = ask(user, path.format(run=run))
        seen[path] = answer.status_code
        if name == "nobody":
            assert answer.status_code == 302, path
            assert "/user/login" in answer.headers["Location"]
        else:
            assert answer.status_code == (200 if name in allowed else 403), path


WRITES = {
    "/harvest/source/portal/run": {},
    "/harvest/source/portal/pause": {},
    "/harvest/source/portal/resume": {},
    "/harvest/source/portal/check": {},
    "/harvest/source/portal/preview": {"limit": "20"},
    "/harvest/source/portal/edit": {"title": "Fremd", "kind": "rdf", "schedule_kind": "hand"},
    "/harvest/source/portal/withdrawals/approve": {"record": "1"},
    "/harvest/source/portal/withdrawals/undo": {"record": "1"},
    "/harvest/source/portal/alerts": {"mode": "own", "mail": "ich@example.org"},
    "/harvest/source/portal/alerts/test": {},
    "/harvest/source/portal/delete": {"confirm": "portal"},
}


@pytest.mark.parametrize("name", [item for item in ROLES if item not in MANAGES])
def test_who_may_not_manage_writes_nothing(run: int, role: Any, ask: Ask, name: str) -> None:
    user = role(name)
    for path, form in WRITES.items():
        assert ask(user, path, "POST", **form).status_code == 403, path
    if name != "admin of another city":
        form = {"organization": "rostock", "title": "Neu", "url": "https://neu.example.org/"}
        assert ask(user, "/harvest/source/new", "POST", **form).status_code == 403
    (row,) = sources.every()
    assert (row.title, row.paused) == ("Portal der Stadt", False)


ONLY_POST = (
    "run", "pause", "resume", "check", "alerts/test", "withdrawals/approve", "withdrawals/undo",
)  # fmt: skip


@pytest.mark.parametrize("action", ONLY_POST)
def test_a_get_on_what_writes_is_refused(run: int, role: Any, ask: Ask, action: str) -> None:
    assert ask(role("sysadmin"), f"/harvest/source/portal/{action}").status_code == 405
    assert not sources.get("portal").paused


def test_a_get_of_the_forms_changes_nothing(run: int, role: Any, ask: Ask) -> None:
    admin = role("admin")
    for path in ("edit?title=Fremd", "delete?confirm=portal", "preview?limit=20"):
        assert ask(admin, f"/harvest/source/portal/{path}").status_code == 200
    assert sources.get("portal").title == "Portal der Stadt"


@pytest.mark.parametrize(
    "path",
    ["/harvest/run/999999", "/harvest/source/fehlt", "/harvest/source/fehlt/issues.csv"],
)
def test_what_does_not_exist_is_not_found(cities: Any, role: Any, ask: Ask, path: str) -> None:
    assert ask(role("sysadmin"), path).status_code == 404


# --- What they show -----------------------------------------------------------------------------


def test_an_administrator_pauses_and_resumes(run: int, role: Any, ask: Ask) -> None:
    admin = role("admin")
    assert ask(admin, "/harvest/source/portal/pause", "POST").status_code == 302
    assert sources.get("portal").paused
    assert "/harvest/source/portal/resume" in ask(admin, "/harvest/source/portal").body
    ask(admin, "/harvest/source/portal/resume", "POST")
    assert not sources.get("portal").paused


def test_the_overview_offers_an_administrator_to_add_one(cities: Any, role: Any, ask: Ask) -> None:
    assert "/harvest/source/new" in ask(role("admin"), "/harvest").body
    assert "/harvest/source/new" not in ask(role("editor"), "/harvest").body


def test_a_form_makes_a_source(cities: Any, role: Any, ask: Ask, portal: StandIn) -> None:
    url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume")))
    form = {
        "organization": "rostock", "title": "Neues Portal", "url": url, "kind": "",
        "portal": "", "schedule_kind": "weekly", "schedule_day": "7", "schedule_time": "04:30",
        "timezone": "Europe/Berlin", "language": "de", "note": "", "name": "",
        "option-rdf-max_pages": "",
    }  # fmt: skip
    admin = role("admin")
    looked = ask(admin, "/harvest/source/new", "POST", check="1", **form)
    assert looked.status_code == 303
    work_off()
    seen = ask(admin, looked.headers["Location"]).body
    assert "Bäume" in seen
    assert 'value="Neues Portal"' in seen
    assert 'value="04:30"' in seen
    assert sources.every() == []
    made = ask(admin, "/harvest/source/new", "POST", **form)
    assert made.headers["Location"].endswith("/harvest/source/neues-portal")
    row = sources.get("neues-portal")
    assert (row.kind, row.settings["schedule"]) == ("rdf", "30 4 * * 0")
    assert row.next_run is not None
    shown = ask(admin, "/harvest/source/neues-portal/edit").body
    assert 'value="04:30"' in shown
    changed = {**form, "kind": "rdf", "schedule_kind": "daily", "option-rdf-max_pages": "7"}
    assert ask(admin, "/harvest/source/neues-portal/edit", "POST", **changed).status_code == 302
    row = sources.get("neues-portal")
    assert (row.settings["schedule"], row.settings["options"]) == ("30 4 * * *", {"max_pages": 7})


def test_a_wrong_form_comes_back_with_the_errors_at_the_fields(
    cities: Any, role: Any, ask: Ask
) -> None:
    form = {
        "organization": "rostock", "title": "", "url": "http://10.0.0.1/", "kind": "ckan",
        "schedule_kind": "cron", "schedule_cron": "jede Nacht", "timezone": "Europe/Berlin",
        "language": "de", "option-ckan-rows": "viele",
    }  # fmt: skip
    answer = ask(role("admin"), "/harvest/source/new", "POST", **form)
    assert answer.status_code == 200
    for field in ("title", "url", "schedule", "option-ckan-rows"):
        assert f'id="field-{field}-error"' in answer.body
        assert f'href="#field-{field}"' in answer.body
    assert 'value="jede Nacht"' in answer.body
    assert sources.every() == []


def test_the_report_of_a_run_says_what_was_done_and_why_not(run: int, role: Any, ask: Ask) -> None:
    body = ask(role("editor"), f"/harvest/run/{run}").body
    assert "Bäume &lt;b&gt;fett&lt;/b&gt;" in body
    assert "<b>fett</b>" not in body
    assert "https://daten.example.org/x" in body
    assert "hx-get" not in body


def test_a_run_names_what_left_and_what_came_back(ours: HarvestSource, role: Any, ask: Ask) -> None:
    kept = [record(f"k{number}", f"Bleibt {number}", "liste") for number in range(9)]
    parks = record("p", "Parks", "liste")
    harvest(ours, Listed(*kept, parks))
    harvest(ours, Listed(*kept))
    gone = model.Session.query(SourceRecord).filter_by(state="missing").one()
    gone.missing_runs, gone.missing_since = 5, datetime.now(timezone.utc) - timedelta(days=9)
    model.Session.commit()
    editor = role("editor")
    left = harvest(sources.get("portal"), Listed(*kept)).run_id
    body = ask(editor, f"/en/harvest/run/{left}").body
    assert "Parks" in body.partition('id="report-withdrawn"')[2]
    back = harvest(sources.get("portal"), Listed(*kept, parks)).run_id
    body = ask(editor, f"/en/harvest/run/{back}").body
    assert "Parks" in body
    assert body.count("back again") == 2  # among the figures, and beside the dataset


def test_a_source_waits_for_approval_until_somebody_has_agreed(
    ours: HarvestSource, role: Any, ask: Ask
) -> None:
    kept = [record(f"k{number}", f"Bleibt {number}", "liste") for number in range(3)]
    gone = [record(f"g{number}", f"Geht {number}", "liste") for number in range(4)]
    harvest(ours, Listed(*kept, *gone))
    harvest(ours, Listed(*kept))
    admin = role("admin")
    assert "/harvest/source/portal/withdrawals" in ask(admin, "/harvest").body
    missing = model.Session.query(SourceRecord).filter_by(state="missing").all()
    numbers = [str(row.id) for row in missing]
    path = "/harvest/source/portal/withdrawals"
    ask(admin, f"{path}/approve", "POST", record=numbers, when="now")
    ask(admin, f"{path}/undo", "POST", record=numbers[:1])
    assert path not in ask(admin, "/harvest").body
    assert {row.state for row in model.Session.query(SourceRecord)} == {
        "active", "missing", "withdrawn",
    }  # fmt: skip


def test_a_run_at_work_shows_its_pace_and_asks_again(
    ours: HarvestSource, role: Any, ask: Ask
) -> None:
    number = runs.begin(ours.id)
    row = model.Session.get(HarvestRun, number)
    assert row is not None
    now = datetime.now(timezone.utc)
    row.started, row.heartbeat = now - timedelta(seconds=100), now
    row.done, row.total = 250, 1000
    model.Session.commit()
    editor = role("editor")
    body = ask(editor, f"/en/harvest/run/{number}").body
    assert f'hx-get="/en/harvest/run/{number}/progress"' in body
    assert "250 of 1,000 records" in body
    assert "2.5 a second" in body
    assert "about 5 minutes left" in body
    assert 'http-equiv="refresh"' in body
    part = ask(editor, f"/en/harvest/run/{number}/progress")
    assert "<html" not in part.body
    assert "HX-Refresh" not in part.headers
    row = model.Session.get(HarvestRun, number)
    assert row is not None
    row.status, row.finished = "success", now
    model.Session.commit()
    part = ask(editor, f"/en/harvest/run/{number}/progress")
    assert part.headers["HX-Refresh"] == "true"
    assert "hx-get" not in part.body


def test_a_silent_run_is_called_silent(ours: HarvestSource, role: Any, ask: Ask) -> None:
    number = runs.begin(ours.id)
    row = model.Session.get(HarvestRun, number)
    assert row is not None
    row.started = row.heartbeat = datetime.now(timezone.utc) - timedelta(minutes=10)
    model.Session.commit()
    assert "No sign of life for 10 minutes" in ask(role("editor"), f"/en/harvest/run/{number}").body


def test_an_administrator_says_who_is_told(run: int, role: Any, ask: Ask) -> None:
    admin, path = role("admin"), "/harvest/source/portal/alerts"
    wrong = ask(admin, path, "POST", mode="own", mail="kein@ort", on="failed", more_than="0")
    assert 'id="field-mail-error"' in wrong.body
    assert sources.get("portal").alerts == {}
    right = {"mode": "own", "mail": "a@example.org b@example.org", "on": "held", "more_than": "5"}
    assert ask(admin, path, "POST", **right).status_code == 302
    assert sources.get("portal").alerts == {
        "mail": ["a@example.org", "b@example.org"], "webhook": [], "on": ["held"], "more_than": 5,
    }  # fmt: skip
    assert ask(admin, path, "POST", mode="site").status_code == 302
    assert sources.get("portal").alerts == {}


# --- Issues -------------------------------------------------------------------------------------


def test_issues_are_filtered_by_rule_severity_field_and_text(run: int, role: Any, ask: Ask) -> None:
    editor = role("editor")

    def shown(query: str) -> set[str]:
        answer = ask(editor, f"/harvest/source/portal/issues.json{query}")
        return {item["rule"] for item in json.loads(answer.body)}

    everything = {"license-unknown", "recommended-missing", "title-missing"}
    assert shown("") == everything
    assert shown("?severity=error") == {"title-missing"}
    assert shown("?rule=license-unknown") == {"license-unknown"}
    assert shown("?field=license") == {"license-unknown"}
    assert shown("?field=resources") == {"license-unknown"}
    assert shown("?field=theme") == {"recommended-missing"}
    assert shown("?q=hyperlink") == {"license-unknown"}
    assert shown("?q=b%C3%A4ume") == {"license-unknown", "recommended-missing"}
    assert shown("?q=100%25") == set()
    assert shown("?field=resources[].license") == {"license-unknown"}
    assert shown("?rule=recommended-missing&field=resources[].license") == set()
    page = ask(editor, "/harvest/source/portal/issues?severity=error").body
    assert "https://daten.example.org/x" in page
    assert "HYPERLINK" not in page


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ("", ("1 Datei mit unbekannter Lizenz", "Datei 1: Lizenz", "1 Datensatz ohne Titel")),
        ("/en", ("1 file with an unknown licence", "File 1: Licence", "1 dataset without a title")),
    ],
)
def test_people_read_of_fields_and_rules_in_words(
    run: int, role: Any, ask: Ask, root: str, words: tuple[str, ...]
) -> None:
    """The list, its filters and its groups; programs find the path beside the words."""
    page = ask(role("editor"), f"{root}/harvest/source/portal/issues").body
    for expected in words:
        assert expected in page
    text = re.sub(r"<[^>]+>", " ", page)
    for path in ("resources[0]", "resources[]", "license-unknown", "recommended-missing"):
        assert path not in text
    assert not re.search(r"„\s*…?\s*“|“\s*…?\s*”", text)
    report = ask(role("editor"), f"{root}/harvest/run/{run}").body
    assert "resources[0]" not in re.sub(r"<[^>]+>", " ", report)


def test_the_table_of_issues_has_the_path_and_the_words(run: int, role: Any, ask: Ask) -> None:
    table = ask(role("editor"), "/harvest/source/portal/issues.csv").body.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    (row,) = (row for row in rows if row["rule"] == "license-unknown")
    assert (row["field"], row["field_label"]) == ("resources[0].license", "Datei 1: Lizenz")
    assert row["reference"] == "DCAT-AP.de 3.0, dcat:Distribution, dcterms:license"
    assert row["reference_url"].startswith("https://www.dcat-ap.de/")


def test_an_issue_on_a_page_leads_to_the_specification(run: int, role: Any, ask: Ask) -> None:
    for root, word in (("", "Spezifikation:"), ("/en", "Specification:")):
        page = ask(role("editor"), f"{root}/harvest/source/portal/issues?rule=license-unknown").body
        found = re.search(rf'{word} <a href="https://www.dcat-ap.de/[^"]*"[^>]*>([^<]+)</a>', page)
        assert found
        assert found.group(1) == "DCAT-AP.de 3.0, dcat:Distribution, dcterms:license"
    odd = ask(role("editor"), "/harvest/source/portal/issues?rule=title-missing").body
    assert "Spezifikation:" in odd  # dcterms:title of dcat:Dataset


def test_every_issue_has_what_one_needs_to_repair_it(run: int, role: Any, ask: Ask) -> None:
    answer = ask(role("editor"), "/en/harvest/source/portal/issues.json")
    (found,) = (i for i in json.loads(answer.body) if i["rule"] == "license-unknown")
    assert found["title"] == "Bäume <b>fett</b>"
    assert found["identity"].endswith("/b")
    assert found["page"].endswith("/b.html")
    assert (found["field"], found["severity"]) == ("resources[0].license", "warning")
    assert found["value"] == "=HYPERLINK(1)"
    assert found["message"]
    assert found["remedy"]
    assert found["name"]


def test_the_table_is_harmless_in_a_spreadsheet(run: int, role: Any, ask: Ask) -> None:
    answer = ask(role("editor"), "/en/harvest/source/portal/issues.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.DictReader(io.StringIO(answer.body.removeprefix("\ufeff"))))
    assert len(rows) == 3
    (value,) = (row["value"] for row in rows if row["rule"] == "license-unknown")
    assert value == "'=HYPERLINK(1)"


def test_downloads_hold_more_than_a_page_does(ours: HarvestSource, role: Any, ask: Ask) -> None:
    """All of them: 3,000 issues of rejected records, more than a report keeps."""
    one = {"rule": "title-missing", "field": "title", "value": "", "params": []}
    model.Session.add_all(
        SourceRecord(source_id=ours.id, identity=f"r{n:05}", state="rejected", issues=[one])
        for n in range(3000)
    )
    model.Session.commit()
    editor = role("editor")
    assert len(json.loads(ask(editor, "/harvest/source/portal/issues.json").body)) == 3000
    table = ask(editor, "/en/harvest/source/portal/issues.csv").body.removeprefix("\ufeff")
    assert len({row["identity"] for row in csv.DictReader(io.StringIO(table))}) == 3000
    last = ask(editor, "/harvest/source/portal/issues?page=60").body
    assert "r02999" in last
    assert "r00000" not in last


def test_a_dataset_made_here_adds_no_issue_to_a_source(run: int, role: Any, ask: Ask) -> None:
    factories.Dataset(owner_org="rostock", notes="")
    found = json.loads(ask(role("editor"), "/harvest/source/portal/issues.json").body)
    assert len(found) == 3


# --- Preview ------------------------------------------------------------------------------------


def test_the_preview_shows_what_would_change(
    ours: HarvestSource, role: Any, ask: Ask, portal: StandIn
) -> None:
    ours.url = portal.turtle("/catalog.ttl", catalogue(Entry("b", "Bäume"), Entry("p", "Parks")))
    model.Session.commit()
    admin = role("admin")
    asked = ask(admin, "/en/harvest/source/portal/preview", "POST", limit="20")
    assert asked.status_code == 303
    work_off()
    body = ask(admin, asked.headers["Location"]).body
    assert "Bäume" in body
    assert "would be new" in body
    assert model.Session.query(model.Package).count() == 0
    assert model.Session.query(HarvestRun).count() == 0
