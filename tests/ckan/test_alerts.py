"""Alerts reach whom they should, once, and break no run."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from click.testing import CliRunner
from receivers import Hook, Mailbox, hook_server, mail_server

from ckanext.hanse.cli import hanse
from ckanext.hanse.model import Alert, HarvestRun, HarvestSource
from ckanext.hanse.notifications import rules as alert_rules
from ckanext.hanse.notifications import send
from hanse_harvesters.alert_rules import signature
from hanse_harvesters.errors import ConfigError

Make = Callable[..., int]


@pytest.fixture(autouse=True)
def settings(clean: None) -> Iterator[None]:
    """The ini as each test wants it, and as it was afterwards."""
    names = (
        "hanse.alerts.mail", "hanse.alerts.webhook", "hanse.alerts.on", "hanse.alerts.secret",
        "hanse.alerts.language", "hanse.alerts.tries", "hanse.allowed_private_hosts",
        "smtp.server", "smtp.mail_from", "ckan.site_title",
    )  # fmt: skip
    before = {name: tk.config.get(name) for name in names}
    tk.config.update(
        {"smtp.mail_from": "katalog@example.org", "ckan.site_title": "Hanse Open Data"}
    )
    yield
    tk.config.update(before)


@pytest.fixture
def cli() -> CliRunner:
    """Runs commands."""
    return CliRunner()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        tk.config["smtp.server"] = box.address
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as server:
        tk.config["hanse.allowed_private_hosts"] = [server.address]
        yield server


@pytest.fixture
def source(cities: dict[str, dict[str, Any]]) -> HarvestSource:
    row = HarvestSource(
        name="rostock",
        kind="rdf",
        url="https://daten.example.org/catalog.ttl",
        title="OpenData.HRO",
        organization_id=cities["rostock"]["id"],
    )
    model.Session.add(row)
    model.Session.commit()
    return row


@pytest.fixture
def ended(source: HarvestSource) -> Make:
    """Makes a run that has ended; gives its number."""

    def make(status: str = "success", *, issues: dict[str, int] | None = None, **more: Any) -> int:
        values = {"complete": status in {"success", "held"}, "found": 1234, **more}
        run = HarvestRun(
            source_id=source.id,
            status=status,
            issues=issues or {},
            finished=datetime.now(timezone.utc),
            **values,
        )
        model.Session.add(run)
        model.Session.commit()
        return int(run.id)

    return make


def _tell(source: HarvestSource, **rules: Any) -> None:
    alert_rules.change(source.name, rules)


def _row() -> Alert:
    model.Session.expire_all()
    return model.Session.scalars(sa.select(Alert)).one()


def _age(minutes: int) -> None:
    """As if the messages had been made so many minutes ago."""
    model.Session.execute(
        sa.update(Alert).values(created=Alert.created - timedelta(minutes=minutes))
    )
    model.Session.commit()


def test_a_failed_run_is_told_in_german_with_reason_and_links(
    source: HarvestSource, ended: Make, mailbox: Mailbox
) -> None:
    _tell(source, mail=["amt@example.org", "stelle@example.org"])
    stopped = {"id": "connection-failed", "where": "https://daten.example.org", "params": {}}
    run = ended("failed", report={"stopped": stopped})
    send.after_run(run)
    assert mailbox.recipients == [["amt@example.org"], ["stelle@example.org"]]
    mail = mailbox.mails[0]
    assert mail["Subject"] == "[Hanse Open Data] OpenData.HRO: Übernahme fehlgeschlagen"
    text = mail.get_content()
    assert "Grund: https://daten.example.org: keine Verbindung" in text
    assert "1.234 Datensätze gefunden" in text
    assert "Was zu tun ist:" in text
    assert f"http://test.ckan.net/harvest/run/{run}" in text
    assert "http://test.ckan.net/harvest/source/rostock" in text
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_language_is_a_setting(source: HarvestSource, ended: Make, mailbox: Mailbox) -> None:
    tk.config["hanse.alerts.language"] = "en"
    _tell(source, mail=["amt@example.org"])
    send.after_run(ended("held", held=12))
    assert mailbox.mails[0]["Subject"] == "[Hanse Open Data] OpenData.HRO: approval needed"
    text = mailbox.mails[0].get_content()
    assert "/harvest/source/rostock/withdrawals" in text
    assert "1,234 records found" in text


def test_a_run_nobody_asked_about_is_silent(
    source: HarvestSource, ended: Make, mailbox: Mailbox
) -> None:
    _tell(source, mail=["amt@example.org"])
    send.after_run(ended())
    assert mailbox.mails == []
    assert model.Session.scalar(sa.select(sa.func.count(Alert.id))) == 0


def test_more_new_issues_than_allowed_since_the_last_complete_run(
    source: HarvestSource, ended: Make, mailbox: Mailbox
) -> None:
    _tell(source, mail=["amt@example.org"], on=["issues"], more_than=4)
    send.after_run(ended(issues={"license-unknown": 50}))  # the first: nothing to compare with
    ended("partial", issues={"license-unknown": 2})
    send.after_run(ended(issues={"license-unknown": 30, "url-invalid": 4}))
    assert mailbox.mails == []
    send.after_run(ended(issues={"license-unknown": 33, "url-invalid": 6}))
    assert [mail["Subject"] for mail in mailbox.mails] == [
        "[Hanse Open Data] OpenData.HRO: 5 neue Befunde"
    ]
    assert "/harvest/source/rostock/issues" in mailbox.mails[0].get_content()


def test_a_webhook_gets_signed_json(source: HarvestSource, ended: Make, hook: Hook) -> None:
    tk.config["hanse.alerts.secret"] = "geheim"
    _tell(source, webhook=[hook.url()], on=["always"])
    run = ended(created=3)
    send.after_run(run)
    ((path, headers, body),) = hook.posts
    assert path == "/hook"
    assert headers["X-Hanse-Signature"] == signature("geheim", body)
    assert headers["X-Hanse-Delivery"] == str(_row().id)
    said = json.loads(body)
    assert (said["event"], said["source"]["name"]) == ("always", "rostock")
    assert (said["run"]["id"], said["run"]["created"]) == (run, 3)
    assert said["links"]["run"].endswith(f"/harvest/run/{run}")


def test_the_site_speaks_where_the_source_does_not(
    source: HarvestSource, ended: Make, mailbox: Mailbox
) -> None:
    tk.config["hanse.alerts.mail"] = ["betrieb@example.org"]
    tk.config["hanse.alerts.on"] = ["always"]
    send.after_run(ended())
    _tell(source, mail=[])
    send.after_run(ended())
    assert mailbox.recipients == [["betrieb@example.org"]]


def test_nobody_is_told_twice_of_one_run(
    source: HarvestSource, ended: Make, mailbox: Mailbox
) -> None:
    _tell(source, mail=["amt@example.org"])
    run = ended("failed")
    for _ in range(3):
        send.after_run(run)
        send.deliver_pending()
    assert len(mailbox.mails) == 1
    assert _row().sent is not None


def test_two_ticks_at_once_send_one_message(source: HarvestSource, ended: Make, hook: Hook) -> None:
    _tell(source, webhook=[hook.url()])
    hook.status = 503
    send.after_run(ended("failed"))
    _age(60)
    hook.status, hook.pause = 204, 0.5

    def tick() -> None:
        try:
            send.deliver_pending()
        finally:
            model.Session.remove()

    ticks = [threading.Thread(target=tick) for _ in range(3)]
    for thread in ticks:
        thread.start()
    for thread in ticks:
        thread.join()
    assert len(hook.posts) == 2  # the one refused, the one taken


def test_what_was_not_taken_is_tried_again_ever_more_rarely(
    source: HarvestSource, ended: Make, mailbox: Mailbox
) -> None:
    _tell(source, mail=["amt@example.org"])
    mailbox.refuse = True
    send.after_run(ended("failed"))
    assert _row().tries == 1
    assert "mailbox full" in _row().error
    assert "smtp.server" in _row().error
    assert send.deliver_pending() == 0  # not yet
    assert _row().tries == 1
    _age(1)
    mailbox.refuse = False
    assert send.deliver_pending() == 1
    assert (_row().sent is not None, _row().error, len(mailbox.mails)) == (True, "", 1)
    assert send.deliver_pending() == 0


def test_it_is_given_up_in_the_end_and_stays_to_be_seen(source: HarvestSource, ended: Make) -> None:
    tk.config["smtp.server"] = "127.0.0.1:9"  # nobody listens at the discard port
    tk.config["hanse.alerts.tries"] = 2
    _tell(source, mail=["amt@example.org"])
    run = ended("failed")
    send.after_run(run)
    _age(1000)
    send.deliver_pending()
    send.deliver_pending()
    (given_up,) = send.undelivered()
    assert (given_up.tries, given_up.run_id) == (2, run)
    assert given_up.error


@pytest.mark.parametrize("status", [301, 404, 500])
def test_an_answer_that_is_no_success_is_an_error_and_no_redirect_is_followed(
    source: HarvestSource, ended: Make, hook: Hook, status: int
) -> None:
    hook.status, hook.headers = status, {"Location": hook.url("/elsewhere")}
    _tell(source, webhook=[hook.url()])
    send.after_run(ended("failed"))
    assert [path for path, _, _ in hook.posts] == ["/hook"]
    assert str(status) in _row().error


def test_a_receiver_within_our_network_is_not_asked_unless_the_operator_lists_it(
    source: HarvestSource, ended: Make, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="private"):
        _tell(source, webhook=[hook.url().replace("127.0.0.1", "127.0.0.2")])
    tk.config["hanse.allowed_private_hosts"] = []
    # A name looks harmless when it is set; where it leads shows when connecting.
    port = int(hook.address.rpartition(":")[2])
    _tell(source, webhook=[f"http://hooks.example.org:{port}/hook"])
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: resolve(
            "127.0.0.1" if host == "hooks.example.org" else host, *rest, **more
        ),
    )
    send.after_run(ended("failed"))
    assert hook.posts == []
    assert "hooks.example.org" in _row().error
    assert "hanse.allowed_private_hosts" in _row().error
    tk.config["hanse.allowed_private_hosts"] = [f"hooks.example.org:{port}"]
    _age(60)
    send.deliver_pending()
    assert len(hook.posts) == 1


def test_a_broken_setting_breaks_no_run(source: HarvestSource, ended: Make) -> None:
    source.alerts = {"mail": "nobody", "on": ["sometimes"]}
    model.Session.commit()
    send.after_run(ended("failed"))
    send.after_run(999_999)
    assert model.Session.scalar(sa.select(sa.func.count(Alert.id))) == 0


def test_the_console_sends_a_trial(
    source: HarvestSource, mailbox: Mailbox, hook: Hook, cli: CliRunner
) -> None:
    assert "niemand wird benachrichtigt" in cli.invoke(hanse, ["alert", "test", "rostock"]).output
    words = ["--mail", "amt@example.org", "--webhook", hook.url(), "--on", "held"]
    set_up = cli.invoke(hanse, ["alert", "set", "rostock", *words])
    assert json.loads(set_up.output)["on"] == ["held"]
    done = cli.invoke(hanse, ["alert", "test", "rostock"])
    assert (done.exit_code, len(mailbox.mails), len(hook.posts)) == (0, 1, 1)
    assert "Probenachricht" in mailbox.mails[0]["Subject"]
    assert json.loads(hook.posts[0][2])["event"] == "test"
    hook.status = 500
    again = cli.invoke(hanse, ["alert", "test", "rostock"])
    assert again.exit_code == 1
    assert "500" in again.output


def test_only_administrators_of_the_city_say_who_is_told(
    source: HarvestSource, officer: Callable[..., dict[str, Any]], api: Callable[..., Any]
) -> None:
    rules = {"mail": ["amt@example.org"]}
    chief = officer("rostock", "admin")
    for user in (officer("rostock", "editor"), officer("stralsund", "admin"), None):
        for action in ("hanse_alerts_show", "hanse_alerts_test"):
            with pytest.raises(tk.NotAuthorized):
                api(user, action, id="rostock")
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_alerts_update", id="rostock", alerts=rules)
    found = api(chief, "hanse_alerts_update", id="rostock", alerts=rules)
    assert (found["own"], found["effective"]["on"]) == (rules, ["failed", "held"])
    with pytest.raises(tk.ValidationError, match=r"alerts\.mail"):
        api(chief, "hanse_alerts_update", id="rostock", alerts={"mail": ["nobody"]})
    assert api(chief, "hanse_alerts_show", id="rostock")["own"] == rules
