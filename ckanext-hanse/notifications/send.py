"""Alerts: notifications by mail or webhook, once each, retried until delivered.

They are about a run, or about a city's links on one day.  A row of ``hanse_alert`` per run or day,
channel and address is created before anything is sent, and locked meanwhile: two processes never
send the same.  Only a process that dies between the receiver's response and our commit causes a
repeat; a webhook has a number to detect it.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import mailer
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse import language as languages
from ckanext.hanse import settings
from ckanext.hanse.model import Alert, HarvestRun, HarvestSource
from ckanext.hanse.notifications import link_text, rules, text
from ckanext.hanse.notifications.link_text import LinkMessage
from ckanext.hanse.notifications.text import AlertMessage
from ckanext.hanse.store import pg_text, sources
from hanse_harvesters import alert_rules as core
from hanse_harvesters.errors import ConfigError, HanseError, StopRun
from hanse_harvesters.http.post import Poster

log = logging.getLogger(__name__)

Message = AlertMessage | LinkMessage

#: Time-out of the mail server in seconds.
_MAIL_TIMEOUT = 20.0
#: A message that failed n times is retried 2 ** n minutes after its creation.
_PAUSE = timedelta(minutes=1)
_MAIL_LOCK = threading.Lock()


def after_run(run_id: int) -> None:
    """Notify the recipients of a run that has ended; never raises.

    What cannot be delivered now is retried by :func:`deliver_pending`.
    """
    try:
        _plan(run_id)
        deliver_pending(run_id)
    except Exception:
        log.exception("alerts of run %s", run_id)
        model.Session.rollback()


def deliver_pending(run_id: int | None = None) -> int:
    """Send what is due, of one run or of all; return how many were delivered."""
    query = sa.select(Alert.id).where(Alert.sent.is_(None), Alert.tries < settings.alert_tries())
    if run_id is not None:
        query = query.where(Alert.run_id == run_id)
    due = (
        Alert.created + sa.func.power(2, Alert.tries) * _PAUSE - _PAUSE <= sa.func.clock_timestamp()
    )
    numbers = list(model.Session.scalars(query.where(due).order_by(Alert.id)))
    model.Session.commit()
    return sum(_deliver(number) for number in numbers)


def undelivered() -> list[Alert]:
    """Return messages that are no longer retried."""
    query = sa.select(Alert).where(Alert.sent.is_(None), Alert.tries >= settings.alert_tries())
    return list(model.Session.scalars(query.order_by(Alert.id)))


# --- Of a run ---------------------------------------------------------------------------------


def _plan(run_id: int) -> None:
    """Store the alerts to be sent for the run."""
    model.Session.rollback()
    run = model.Session.get(HarvestRun, run_id)
    source = model.Session.get(HarvestSource, run.source_id) if run else None
    if run is None or source is None or run.finished is None:
        return
    wanted = rules.of_source(source)
    more = _new_issues(run)
    number = None if more is None else sum(more.values())
    occasion = core.occasion(wanted, status=run.status, complete=run.complete, new_issues=number)
    if not occasion:
        return
    for channel, target in wanted.targets():
        row = {"run_id": run_id, "channel": channel, "target": target, "occasion": occasion}
        model.Session.execute(
            insert(Alert).values(**row, tries=0, error="").on_conflict_do_nothing()
        )
    model.Session.commit()


def _new_issues(run: HarvestRun) -> dict[str, int] | None:
    """Return rule → increase over the last complete run before; None if there was none."""
    before = model.Session.scalar(
        sa.select(HarvestRun.issues)
        .where(HarvestRun.source_id == run.source_id, HarvestRun.id < run.id, HarvestRun.complete)
        .order_by(HarvestRun.id.desc())
        .limit(1)
    )
    if before is None:
        return None
    more = {rule: number - before.get(rule, 0) for rule, number in (run.issues or {}).items()}
    return {rule: number for rule, number in more.items() if number > 0}


# --- Sending ----------------------------------------------------------------------------------


def _deliver(number: int) -> bool:
    """Send one message, unless another process is sending it."""
    row = model.Session.scalar(
        sa.select(Alert)
        .where(Alert.id == number, Alert.sent.is_(None))
        .with_for_update(skip_locked=True)
    )
    if row is None:
        model.Session.commit()
        return False
    error = ""
    try:
        _send(_told(row), row.channel, row.target, number)
    except HanseError as failed:
        error = failed.text(_language())
    except Exception as failed:  # an error of ours in one message must not block the others
        log.exception("alert %s", number)
        error = f"{type(failed).__name__}: {failed}"
    row.tries += 1
    row.error = pg_text.text(error)[:1000]
    row.sent = None if error else datetime.now(timezone.utc)
    model.Session.commit()
    if error:
        log.warning("alert %s to %s was not delivered: %s", number, row.target, error)
    return not error


def _told(row: Alert) -> Message:
    if row.run_id is None:
        city = model.Session.get(model.Group, row.organization_id)
        assert city is not None, "an alert about links goes with its city"
        return LinkMessage(city.name, city.title or city.name, row.told)
    run = model.Session.get(HarvestRun, row.run_id)
    assert run is not None, "an alert goes with its run"
    source = model.Session.get(HarvestSource, run.source_id)
    assert source is not None, "and a run with its source"
    return AlertMessage(row.occasion, source, run, _new_issues(run) or {})


def _words(message: Message) -> Any:
    """Return the module with the texts of a message."""
    return link_text if isinstance(message, LinkMessage) else text


def _send(message: Message, channel: str, target: str, number: int) -> None:
    if channel == core.MAIL:
        _mail(message, target)
    else:
        _webhook(message, target, number)


def _mail(message: Message, target: str) -> None:
    lang = _language()
    subject, body = _words(message).subject(message, lang), _words(message).body(message, lang)
    # RFC 3834: prevents automatic replies such as absence notices.
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": lang}
    try:
        with _bounded():
            mailer.mail_recipient(target, target, subject, body, headers=headers)
    except (mailer.MailerException, OSError, AssertionError) as error:
        raise StopRun("mail-unsent", where=target, reason=" ".join(str(error).split())) from error


@contextmanager
def _bounded() -> Iterator[None]:
    """Set a socket time-out: CKAN's mailer has none."""
    with _MAIL_LOCK:
        before = socket.getdefaulttimeout()
        socket.setdefaulttimeout(_MAIL_TIMEOUT)
        try:
            yield
        finally:
            socket.setdefaulttimeout(before)


def _webhook(message: Message, target: str, number: int) -> None:
    body = json.dumps(_words(message).payload(message, _language()), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Hanse-Event": message.occasion,
        "X-Hanse-Delivery": str(number),
    }
    secret = settings.alert_secret()
    if secret:
        headers["X-Hanse-Signature"] = core.signature(secret, body)
    with Poster(
        allowed_private=settings.allowed_private_hosts(),
        contact=settings.contact(),
        proxy=settings.http_proxy(),
    ) as poster:
        poster.post(target, body, headers)


def _language() -> str:
    return settings.alert_language() or languages.of_site()


# --- A trial ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tried:
    """One test message; ``error`` is "" if it was delivered."""

    channel: str
    target: str
    error: str


def test(name: str) -> list[Tried]:
    """Send a test message to all recipients for a source; ConfigError if there are none."""
    source = sources.get(name)
    targets = rules.of_source(source).targets()
    if not targets:
        raise ConfigError("alert-targets-none", where=f"sources.{name}.alerts")
    message = AlertMessage(text.TEST, source, None, {})
    found = []
    for channel, target in targets:
        error = ""
        try:
            _send(message, channel, target, 0)
        except HanseError as failed:
            error = failed.text(_language())
        found.append(Tried(channel, target, error))
    return found
