"""What readers, officers and operators see of links, and who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from click.testing import CliRunner
from link_server import Links, Write, a_day_later, check, having, row
from receivers import Mailbox, mail_server
from walks import act

from ckanext.hanse.cli import hanse
from ckanext.hanse.link_checks import jobs, pause
from ckanext.hanse.model import Alert, HarvestSource
from ckanext.hanse.monitoring import doctor, health
from ckanext.hanse.notifications import link_alerts, rules, send
from ckanext.hanse.redis_keys import key
from ckanext.hanse.store import sources as source_rows

Ask = Callable[..., Any]


@pytest.fixture
def dataset(write: Write, server: Links) -> str:
    """A dataset with a link of each kind, checked once."""
    (found,) = write(having("a", "/gut.csv", "/alt.csv", "/weg.csv", "/statt.csv", server=server))
    check()
    return found


def page(ask: Ask, user: dict[str, Any] | None, path: str) -> str:
    answer = ask(user, path)
    assert answer.status_code == 200, answer.body
    return str(answer.body)


# --- Readers ----------------------------------------------------------------------------------


def test_a_visitor_reads_quietly_whether_each_file_can_be_reached(
    dataset: str, ask: Ask, server: Links
) -> None:
    for _ in range(2):
        a_day_later()
        check()
    shown = page(ask, None, "/dataset/datensatz-a")
    assert "Zuletzt erreicht am" in shown
    assert "Umgezogen nach 127.0.0.1" in shown
    assert "Nicht erreichbar seit" in shown
    assert "Last reached on" in page(ask, None, "/en/dataset/datensatz-a")
    assert "Jetzt erneut prüfen" not in shown


def test_the_api_gives_the_states_to_who_may_see_the_dataset(
    dataset: str, api: Ask, server: Links, officer: Ask
) -> None:
    found = api(None, "hanse_dataset_links", id=dataset)
    states = {item["url"].rpartition("/")[2]: item["state"] for item in found["links"]}
    assert states == {
        "gut.csv": "ok", "alt.csv": "moved", "weg.csv": "unsure", "statt.csv": "ok"
    }  # fmt: skip
    moved = next(item for item in found["links"] if item["state"] == "moved")
    assert moved["moved_to"] == server.url("/gut.csv")
    assert moved["found"]["format"] == "CSV"
    act("package_patch", id=dataset, private=True)
    with pytest.raises(tk.NotAuthorized):
        api(None, "hanse_dataset_links", id=dataset)
    with pytest.raises(tk.NotAuthorized):
        api(officer("stralsund"), "hanse_dataset_links", id=dataset)
    assert api(officer("rostock"), "hanse_dataset_links", id=dataset)["links"]


# --- Officers ---------------------------------------------------------------------------------


def test_an_officer_has_links_checked_again_and_nobody_else(
    dataset: str, ask: Ask, officer: Ask, server: Links
) -> None:
    path = f"/dataset/{dataset}/links/check"
    assert ask(None, path, "POST").status_code == 403
    assert ask(officer("stralsund"), path, "POST").status_code == 403
    assert ask(officer("rostock", "member"), path, "POST").status_code == 403
    editor = officer("rostock")
    assert ask(editor, path).status_code == 405
    tk.config["hanse.links.again_minutes"] = 0
    assert ask(editor, path, "POST").status_code == 302
    shown = page(ask, editor, f"/dataset/{dataset}/links")
    assert "4 Links werden noch geprüft" in shown
    assert jobs.queue().count == 1
    server.scripts["/weg.csv"] = server.scripts["/gut.csv"]
    check()
    shown = page(ask, editor, f"/dataset/{dataset}/links")
    assert "noch geprüft" not in shown
    assert row(server.url("/weg.csv")).state == "ok"
    over = ask(editor, f"/dataset/{dataset}/links/state")
    assert over.headers["HX-Refresh"] == "true"


def test_what_is_asked_for_is_checked_at_once_and_first(
    dataset: str, api: Ask, officer: Ask, server: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse_harvesters.links.Night.is_open", lambda *_: False)
    tk.config["hanse.links.again_minutes"] = 0
    before = len(server.files())
    url = server.url("/gut.csv")
    done = api(officer("rostock"), "hanse_dataset_links_check", id=dataset, url=url)
    assert done == {"wanted": 1, "recent": 0, "excluded": 0}
    assert jobs.is_time()
    assert check().number == 1
    assert server.files()[before:] == ["/gut.csv"]


def test_a_brake_keeps_hosts_from_being_asked_again_and_again(
    dataset: str, api: Ask, officer: Ask, server: Links
) -> None:
    editor = officer("rostock")
    asked = len(server.asked)
    done = api(editor, "hanse_dataset_links_check", id=dataset)
    assert done == {"wanted": 0, "recent": 4, "excluded": 0}
    assert check().number == 0
    assert len(server.asked) == asked
    tk.config["hanse.links.except_hosts"] = ["127.0.0.1"]
    assert api(editor, "hanse_dataset_links_check", id=dataset)["excluded"] == 4


def test_nothing_is_asked_for_while_paused_or_of_other_links(
    dataset: str, api: Ask, officer: Ask
) -> None:
    editor = officer("rostock")
    with pytest.raises(tk.ValidationError):
        api(editor, "hanse_dataset_links_check", id=dataset, url="http://10.0.0.1/geheim")
    pause.pause(True)
    with pytest.raises(tk.ValidationError):
        api(editor, "hanse_dataset_links_check", id=dataset)


def test_issues_of_links_are_in_desk_source_and_csv(
    dataset: str, ask: Ask, officer: Ask, owner: HarvestSource, api: Ask
) -> None:
    name = owner.name
    plain = {"schedule": "", "timezone": "Europe/Berlin", "options": {}, "level": "city"}
    model.Session.execute(sa.update(HarvestSource).values(settings=plain))
    model.Session.commit()
    editor = officer("rostock")
    rules_ = {item["rule"] for item in api(editor, "hanse_dataset_issues", id=dataset)}
    assert {"link-moved", "link-failing", "link-html-instead"} <= rules_
    found = ask(editor, f"/harvest/source/{name}/issues.csv?rule=link-html-instead").body
    assert found.count("link-html-instead") == 1
    desk = page(ask, editor, "/desk/rostock")
    assert "erreichbar" in desk
    assert "link-html-instead" in desk
    source = page(ask, editor, f"/harvest/source/{name}")
    assert "4 Links in den letzten 24 Stunden geprüft." in source
    numbers = api(editor, "hanse_source_links", id=name)
    assert numbers["states"]["ok"] == 2
    for action, which in (("hanse_source_links", name), ("hanse_city_links", "rostock")):
        with pytest.raises(tk.NotAuthorized):
            api(officer("stralsund"), action, id=which)


# --- Messages ---------------------------------------------------------------------------------


@pytest.fixture
def mailbox(clean: None) -> Iterator[Mailbox]:
    before = {name: tk.config.get(name) for name in ("smtp.server", "smtp.mail_from")}
    with mail_server() as box:
        tk.config.update({"smtp.server": box.address, "smtp.mail_from": "katalog@example.org"})
        yield box
    tk.config.update(before)


def plan(days: int = 0) -> int:
    """Plan messages as the clock does, so many days from now."""
    for name in connect_to_redis().scan_iter(f"{key('links-told-')}*"):
        connect_to_redis().delete(name)
    model.Session.rollback()
    return link_alerts.plan(now=datetime.now(timezone.utc) + timedelta(days=days))


def test_a_city_is_told_once_of_what_is_newly_dead(
    write: Write, server: Links, owner: HarvestSource, mailbox: Mailbox
) -> None:
    rules.change(owner.name, {"mail": ["amt@example.org"], "on": ["links"]})
    shown, hidden = write(
        having("a", "/weg.csv", "/weg2.csv", server=server),
        having("b", "/geheim.csv", server=server),
    )
    act("package_patch", id=hidden, private=True)
    assert plan() == 0
    for day in range(3):
        a_day_later() if day else None
        check()
    assert plan() == 1
    assert plan() == 0  # not twice on one day, whoever asks
    assert send.deliver_pending() == 1
    (mail,) = mailbox.mails
    assert mail["Subject"].endswith("Rostock: 2 Links führen nirgendwo mehr hin.")
    text = mail.get_content()
    assert server.url("/weg2.csv") in text
    assert "geheim" not in text
    model.Session.execute(sa.update(Alert).values(created=sa.func.clock_timestamp()))
    model.Session.commit()
    assert plan(days=1) == 0  # nothing new
    assert len(mailbox.mails) == 1
    assert shown


def test_nobody_is_told_who_did_not_ask_for_it(
    write: Write, server: Links, owner: HarvestSource
) -> None:
    rules.change(owner.name, {"mail": ["amt@example.org"], "on": ["failed"]})
    write(having("a", "/weg.csv", server=server))
    for day in range(3):
        a_day_later() if day else None
        check()
    assert plan() == 0
    assert source_rows.get(owner.name).alerts["on"] == ["failed"]


# --- Operators --------------------------------------------------------------------------------


def run(*words: str) -> str:
    model.Session.rollback()
    done = CliRunner().invoke(hanse, ["links", *words, "--language", "en"])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_commands_check_pause_and_tell(write: Write, server: Links) -> None:
    write(having("a", "/gut.csv", "/weg.csv", server=server))
    assert "Due: 2" in run("status")
    run("pause")
    assert "paused" in run("run", "--now")
    assert server.asked == []
    run("resume")
    assert "2 links checked" in run("run", "--now")
    assert "Due: 0" in run("status")
    assert "404" in run("check", server.url("/weg.csv"))
    assert "CSV" in run("check", server.url("/gut.csv"))


def test_only_the_operator_sees_the_whole_site(api: Ask, officer: Ask, sysadmin: Any) -> None:
    with pytest.raises(tk.NotAuthorized):
        api(officer("rostock", "admin"), "hanse_links_status")
    assert api(sysadmin, "hanse_links_status")["due"] == 0


def test_doctor_and_health_tell_of_a_backlog(write: Write, server: Links) -> None:
    def told() -> set[str]:
        return {item.id for item in doctor.examine() if item.id.startswith("links-")}

    write(having("a", "/gut.csv", server=server))
    model.Session.rollback()
    assert told() == {"links-behind", "links-workers"}
    assert health.state()["links_due"] == 1
    pause.pause(True)
    assert told() == {"links-paused"}
    pause.pause(False)
    check()
    assert told() == {"links-ok"}
    tk.config["hanse.links.hours"] = "nachts"
    assert told() == {"links-hours"}


def test_a_dataset_made_here_is_shown_too(
    cities: dict[str, Any], server: Links, ask: Ask, officer: Ask
) -> None:
    made = factories.Dataset(
        owner_org=cities["rostock"]["id"], resources=[{"url": server.url("/gut.csv")}]
    )
    check()
    assert "Zuletzt erreicht am" in page(ask, None, f"/dataset/{made['name']}")
    assert "Jetzt erneut prüfen" in page(ask, officer("rostock"), f"/dataset/{made['name']}")
