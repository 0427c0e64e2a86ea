"""Requests that wait for a portal, or a mail server, themselves: few at a time, or none would be
left for readers.

Pages let a worker ask (:mod:`ckanext.hanse.sources.preview`); what is left are actions of the
API that answer with what they found.  One that finds no place does not wait: 429.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import Counter

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from flask import Response, g, request
from redis import RedisError

from ckanext.hanse import redis_keys, settings
from ckanext.hanse.security import refusal
from ckanext.hanse.sources.preview import options

log = logging.getLogger(__name__)

_ACTIONS = {"hanse_source_check", "hanse_source_preview", "hanse_alerts_test"}
_VIEWS = {"hanse_harvest.alerts_test"}
#: Of one account.
_EACH = 1
#: Seconds after which one that was refused may try again.
_WAIT = 10

#: Account → how many of its requests wait in this process, for when Redis is away.
_own: Counter[str] = Counter()
_lock = threading.Lock()


def check() -> Response | None:
    """Refuse what finds no place; the place is free again when the request is over."""
    if not _asks() or not tk.current_user.is_authenticated:
        return None
    place = take(str(tk.current_user.id))
    if place:
        g.hanse_place = place
        return None
    text = tk._(
        "Others wait for an answer from outside at this moment, or another request of yours "
        "does. Please try again in a few seconds."
    )
    return refusal.too_many(_WAIT, tk._("A moment, please"), text)


def leave(error: BaseException | None) -> None:
    """The request is over."""
    place = g.pop("hanse_place", "")
    if place:
        give_back(place)


def take(account: str) -> str:
    """A place for a request of this account, "" where there is none."""
    place = f"{account}:{secrets.token_hex(8)}"
    key, now = _key(), time.time()
    try:
        with connect_to_redis().pipeline() as pipeline:
            pipeline.zremrangebyscore(key, "-inf", now)
            pipeline.zadd(key, {place: now + _longest()})
            pipeline.zrange(key, 0, -1)
            pipeline.expire(key, _longest())
            taken = [entry.decode() for entry in pipeline.execute()[2]]
    except RedisError as fault:
        log.warning("Places are counted by this process alone: %s", fault)
        return _take_here(account)
    mine = [entry for entry in taken if entry.partition(":")[0] == account]
    if len(taken) <= options.in_requests() and len(mine) <= _EACH:
        return place
    give_back(place)
    return ""


def give_back(place: str) -> None:
    """Free a place."""
    account, _, name = place.partition(":")
    if not name:
        with _lock:
            _own[account] -= 1
        return
    try:
        connect_to_redis().zrem(_key(), place)
    except RedisError:  # then it is free after a while
        log.warning("A place could not be given back", exc_info=True)


def _take_here(account: str) -> str:
    with _lock:
        if _own.total() >= options.in_requests() or _own[account] >= _EACH:
            return ""
        _own[account] += 1
    return f"{account}:"


def _longest() -> int:
    """Seconds that a request may hold a place, should nobody give it back."""
    return options.seconds() + round(settings.http_limits().deadline) + 1


def _key() -> str:
    return redis_keys.key("asking")


def _asks() -> bool:
    if request.endpoint == "api.action":
        return (request.view_args or {}).get("logic_function", "") in _ACTIONS
    return request.endpoint in _VIEWS
