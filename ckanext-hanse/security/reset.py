"""Sends password reset links in the background, so that the request reveals nothing.

Neither the response, nor its duration, nor a mail server that is down.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import BoundedSemaphore

import ckan.plugins as p
from ckan import model
from ckan.lib import mailer, signals
from flask import Flask

from ckanext.hanse import settings
from ckanext.hanse.security import client, counting, login

log = logging.getLogger(__name__)

_MOST = 200
"""Maximum number of waiting requests per process; further ones are dropped."""
_waiting = BoundedSemaphore(_MOST)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="password-reset")


def send(app: Flask, name: str, language: str) -> None:
    """Send the link to the account with this user name or e-mail address, if there is one, later.

    ``language``: of the message.
    """
    if not _waiting.acquire(blocking=False):
        log.error("Too many links to reset a password are waiting; one was not sent.")
        return
    try:
        _pool().submit(_send, app, name, language)
    except RuntimeError:  # the process is shutting down
        _waiting.release()


def _send(app: Flask, name: str, language: str) -> None:
    try:
        with app.test_request_context("/", environ_overrides={"CKAN_LANG": language}):
            _to(name)
    except Exception:
        log.exception("A link to reset a password was not sent")
    finally:
        model.Session.remove()
        _waiting.release()


def _to(name: str) -> None:
    user = login.find(name)
    if user is None or user.state == model.State.DELETED:
        log.info("Somebody asked to reset the password of an account that does not exist")
        return
    if counting.hit(settings.limits("reset_account"), "reset", client.hashed(f"account {user.id}")):
        log.info("Too many links to reset the password of %s were asked for", user.name)
        return
    sent = False
    for plugin in p.PluginImplementations(p.INotifier):
        sent = plugin.notify_about_topic(sent, "request_password_reset", {"user": user})
    if not sent:
        mailer.send_reset_link(user)
    signals.request_password_reset.send(user.name, user=user)
