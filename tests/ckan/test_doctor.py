"""The doctor: what is wrong is said with what to do, in both languages; what is right is quiet."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from click.testing import CliRunner
from outage import stopped
from walks import source

from ckanext.hanse.cli import hanse
from ckanext.hanse.model import Alert, DatasetState, HarvestRun, HarvestSource, RunStatus
from ckanext.hanse.monitoring import doctor
from ckanext.hanse.monitoring.doctor import DoctorFinding, Level, solr_schema
from ckanext.hanse.monitoring.doctor.finding import words
from ckanext.hanse.scheduler import due, heartbeat, tick
from ckanext.hanse.store import choose_writer
from hanse_config.services.redis import Redis

LANGUAGES = ("de", "en")


@pytest.fixture(autouse=True)
def protected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are protected, as on every site but that of the tests."""
    monkeypatch.setitem(tk.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def empty_redis(clean: None) -> Iterator[None]:
    """Nothing in Redis; it is the tests' own."""
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def rostock(empty_redis: None, cities: dict[str, Any]) -> HarvestSource:
    """A source with a schedule."""
    row = source(cities["rostock"]["id"], "rostock")
    row.settings = {"schedule": "15 3 * * *"}
    model.Session.commit()
    due.refresh()
    return row


def findings() -> dict[str, DoctorFinding]:
    return {item.id: item for item in doctor.examine()}


def set_columns(**values: Any) -> None:
    model.Session.execute(sa.update(HarvestSource).values(**values))
    model.Session.commit()


def test_every_finding_is_one_that_a_check_gives() -> None:
    folder = Path(doctor.__file__).parent
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    assert [key for key in words() if f'"{key}"' not in code] == []


def test_a_sound_set_up_has_no_error(rostock: HarvestSource) -> None:
    heartbeat.beat(runs=True)
    found = findings()
    wrong = [item.what("en") for item in found.values() if item.level is Level.ERROR]
    assert wrong == []
    for key in ("database-ok", "tables-ok", "redis-ok", "solr-ok", "clock-ok", "sources-ok"):
        assert found[key].level is Level.OK


def test_no_worker_and_no_clock_for_a_schedule_are_errors(rostock: HarvestSource) -> None:
    found = findings()
    assert found["worker-absent"].level is Level.ERROR
    assert "ckan hanse worker" in found["worker-absent"].remedy("de")
    assert found["clock-never"].level is Level.ERROR


def test_without_a_schedule_they_are_remarks(empty_redis: None) -> None:
    found = findings()
    assert found["worker-absent"].level is Level.WARN
    assert found["clock-never"].level is Level.WARN
    assert found["sources-none"].level is Level.WARN


def test_a_clock_that_stopped_is_seen(rostock: HarvestSource) -> None:
    noted = {"at": "2026-01-01T00:00:00+00:00", "host": "rechner-1", "runs": False}
    connect_to_redis().set(tick.key("tick"), json.dumps(noted))
    assert "rechner-1" in findings()["clock-stopped"].what("de")


def test_what_is_wrong_with_sources_and_runs_is_named(rostock: HarvestSource) -> None:
    heartbeat.beat(runs=True)
    late = due.now() - timedelta(days=2)
    set_columns(next_run=late)
    for status in (RunStatus.SUCCESS, RunStatus.FAILED):
        model.Session.add(HarvestRun(source_id=rostock.id, status=status.value, finished=due.now()))
    model.Session.commit()
    found = findings()
    assert "rostock" in found["sources-overdue"].what("en")
    assert found["sources-overdue"].level is Level.ERROR
    assert "rostock" in found["runs-failed"].what("en")
    assert found["runs-failed"].level is Level.WARN  # the portal's fault, not the set-up's

    set_columns(lease_holder="weg:1 x:1", lease_until=late)
    assert "rostock" in findings()["leases-ran-out"].what("de")

    set_columns(organization_id=None)
    assert "rostock" in findings()["source-unusable"].what("de")


def test_a_held_run_is_named(rostock: HarvestSource) -> None:
    model.Session.add(
        HarvestRun(source_id=rostock.id, status=RunStatus.HELD.value, finished=due.now())
    )
    model.Session.commit()
    assert "rostock" in findings()["runs-held"].what("de")


def test_redis_stopped_is_said_and_the_rest_still_looked_at(rostock: HarvestSource) -> None:
    with stopped(Redis):
        found = findings()
    assert found["redis-unreachable"].level is Level.ERROR
    password = str(tk.config["ckan.redis.url"]).partition("@")[0].rpartition(":")[2]
    assert password not in found["redis-unreachable"].what("en")
    assert {"database-ok", "solr-ok", "sources-ok"} <= found.keys()
    assert "check-failed" not in found


def test_another_schema_in_solr_is_seen(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Solr's own schema against one with a field and a step of analysis more."""
    own = solr_schema._file

    def newer(name: str) -> str:
        text = own(name)
        text = text.replace("</fields>", '<field name="hanse_new" type="string"/></fields>')
        return text.replace('class="solr.ASCIIFoldingFilterFactory"', 'class="solr.OtherFactory"')

    monkeypatch.setattr(solr_schema, "_file", newer)
    said = findings()["solr-schema-differs"].what("en")
    assert "field hanse_new" in said
    assert "search-index rebuild" in findings()["solr-schema-differs"].remedy("de")


def test_missing_and_old_tables_are_said_and_nothing_breaks(rostock: HarvestSource) -> None:
    session = model.Session
    head = session.scalar(sa.text("SELECT version_num FROM hanse_alembic_version"))
    session.execute(sa.text("UPDATE hanse_alembic_version SET version_num = '0001'"))
    session.commit()
    try:
        found = findings()
        assert found["tables-behind"].level is Level.ERROR
        assert "ckan db upgrade -p hanse" in found["tables-behind"].remedy("de")
        session.execute(sa.text("UPDATE hanse_alembic_version SET version_num = '9999'"))
        session.commit()
        assert "tables-ahead" in findings()
        session.execute(sa.text("ALTER TABLE hanse_alembic_version RENAME TO hanse_hidden"))
        session.commit()
        found = findings()
        assert found["tables-missing"].level is Level.ERROR
        assert "check-failed" not in found
    finally:
        session.rollback()
        if session.scalar(sa.text("SELECT to_regclass('hanse_hidden')")):
            session.execute(sa.text("ALTER TABLE hanse_hidden RENAME TO hanse_alembic_version"))
        session.execute(
            sa.text("UPDATE hanse_alembic_version SET version_num = :head"), {"head": head}
        )
        session.commit()
    assert "tables-ok" in findings()


def test_a_table_that_lacks_a_column_is_said(rostock: HarvestSource) -> None:
    model.Session.execute(sa.text("ALTER TABLE hanse_alert RENAME COLUMN tries TO attempts"))
    model.Session.commit()
    try:
        assert "hanse_alert.tries" in findings()["tables-incomplete"].what("en")
    finally:
        model.Session.rollback()
        model.Session.execute(sa.text("ALTER TABLE hanse_alert RENAME COLUMN attempts TO tries"))
        model.Session.commit()


@pytest.fixture
def waiting(rostock: HarvestSource) -> str:
    """A dataset that Solr does not know, and that waits for it."""
    dataset = factories.Dataset(title="Bäume", owner_org=rostock.organization_id)
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id == dataset["id"])
        .values(index_pending=True)
    )
    model.Session.commit()
    return str(dataset["id"])


def test_what_waits_for_the_index_is_said_and_brought(waiting: str) -> None:
    found = findings()
    assert found["index-pending"].level is Level.WARN  # the next tick brings it

    long_ago = (due.now() - timedelta(hours=5)).isoformat()
    connect_to_redis().set(tick.key("pending-since"), long_ago)
    assert findings()["index-pending"].level is Level.ERROR

    mended = {item.id: item for item in doctor.examine(fix=True)}
    assert mended["mended-index"].params["number"] == 1
    assert "index-nothing-pending" in mended
    assert "index-complete" in mended


def test_a_dataset_that_the_index_lacks_is_counted(rostock: HarvestSource) -> None:
    from ckan.lib import search

    factories.Dataset(title="Bäume", owner_org=rostock.organization_id)
    assert "index-complete" in findings()
    search.clear_all()
    found = findings()["index-differs"]
    assert (found.level, found.params["missing"], found.params["stray"]) == (Level.ERROR, 1, 0)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("SECRET_KEY", "NOT_SET", "secrets-weak"),
        ("api_token.jwt.encode.secret", "string:secret", "secrets-weak"),
        ("ckan.site_url", "http://localhost:5000", "address-local"),
        ("ckan.site_url", "http://daten.example.org", "address-plain"),
        ("debug", True, "debug-on"),
        ("hanse.allowed_private_hosts", ["127.0.0.1:8080"], "private-hosts"),
        ("hanse.contact", "", "contact-missing"),
    ],
)
def test_settings_for_a_try_out_are_said(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch, option: str, value: Any, expected: str
) -> None:
    monkeypatch.setitem(tk.config, option, value)
    item = findings()[expected]
    assert item.level is not Level.OK
    for language in LANGUAGES:
        assert item.what(language)
        assert item.remedy(language)


def test_which_writer_runs_and_what_speaks_against_the_quick_one(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "writer-bulk" in findings()
    monkeypatch.setattr(choose_writer, "TESTED", choose_writer.TESTED - {"activity"})
    slow = findings()["writer-plain"]
    assert slow.level is Level.WARN
    assert "activity" in slow.what("de")
    monkeypatch.setitem(tk.config, "hanse.writer", "bulk")
    assert "activity" in findings()["writer-forced"].what("en")
    monkeypatch.undo()
    monkeypatch.setitem(tk.config, "hanse.writer", "plain")
    assert findings()["writer-plain-wanted"].level is Level.OK


def test_alerts_by_mail_want_a_mail_server(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setitem(tk.config, "smtp.server", server)
    assert "mail-unreachable" not in findings()
    set_columns(alerts={"mail": ["officer@example.org"]})
    assert server in findings()["mail-unreachable"].what("de")


def test_alerts_that_were_given_up_are_said(rostock: HarvestSource) -> None:
    run = HarvestRun(source_id=rostock.id, status=RunStatus.FAILED.value, finished=due.now())
    model.Session.add(run)
    model.Session.flush()
    model.Session.add(
        Alert(
            run_id=run.id,
            channel="mail",
            target="officer@example.org",
            occasion="failed",
            tries=99,
            error="no such mailbox",
        )
    )
    model.Session.commit()
    said = findings()["alerts-undelivered"].what("de")
    assert "officer@example.org" in said
    assert "no such mailbox" in said


def test_the_command_says_it_in_lines_and_its_code_tells_broken_from_sound(
    rostock: HarvestSource,
) -> None:
    done = CliRunner().invoke(hanse, ["doctor", "--language", "de"])
    assert done.exit_code == 1
    assert "Fehler  Kein Arbeitsprozess" in done.output
    assert "gut     PostgreSQL" in done.output
    heartbeat.beat(runs=True)
    done = CliRunner().invoke(hanse, ["doctor", "--json", "--language", "en"])
    assert done.exit_code == 0, done.output
    levels = {item["id"]: item["level"] for item in json.loads(done.output)}
    assert levels["database-ok"] == "ok"


def test_sysadmins_ask_it_over_the_api_and_nobody_else(
    rostock: HarvestSource,
    api: Callable[..., Any],
    officer: Callable[..., Any],
    sysadmin: dict[str, Any],
) -> None:
    found = api(sysadmin, "hanse_doctor", language="de")
    assert found["ok"] is False
    assert any("Arbeitsprozess" in item["what"] for item in found["findings"])
    for other in (officer("rostock", "admin"), None):
        with pytest.raises(tk.NotAuthorized):
            api(other, "hanse_doctor")


def test_forms_without_protection_and_limits_that_are_none_are_errors(
    empty_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setitem(tk.config, "hanse.limits.search", "viele")
    monkeypatch.setitem(tk.config, "hanse.limits.exempt", ["GovData"])
    found = findings()
    assert found["csrf-off"].level is Level.ERROR
    assert "hanse.limits.search" in found["limits-unreadable"].what("de")
    assert "GovData" in found["exempt-unreadable"].what("en")
    assert found["cookies-plain"].level is Level.WARN


def test_cookies_over_tls_are_said(empty_redis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "ckan.site_url", "https://daten.example.org")
    assert findings()["cookies-ok"].level is Level.OK
