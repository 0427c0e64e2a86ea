"""Limits concurrent requests that wait for a portal or a mail server, so that enough threads are
left for readers.

Pages let a worker query the portal (:mod:`ckanext.hanse.sources.preview`); what remains are API
actions that respond with the result.  A request without a slot does not wait: 429.
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
_VIEWS = {"hanse_harvest.alerts_test", "hanse_harvest.list_file", "hanse_harvest.list_now"}
#: Slots of one account.
_EACH = 1
#: Seconds after which a refused request may be repeated.
_WAIT = 10

#: Account → number of its waiting requests in this process, for when Redis is down.
_own: Counter[str] = Counter()
_lock = threading.Lock()


def check() -> Response | None:
    """Refuse a request without a free slot; the slot is released at the end of the request."""
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
    """Release the slot at the end of the request."""
    place = g.pop("hanse_place", "")
    if place:
        give_back(place)


def take(account: str) -> str:
    """Take a slot for a request of this account, "" if there is none."""
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
    """Release a slot."""
    account, _, name = place.partition(":")
    if not name:
        with _lock:
            _own[account] -= 1
        return
    try:
        connect_to_redis().zrem(_key(), place)
    except RedisError:  # it expires by itself
        log.warning("A place could not be given back", exc_info=True)


def _take_here(account: str) -> str:
    with _lock:
        if _own.total() >= options.in_requests() or _own[account] >= _EACH:
            return ""
        _own[account] += 1
    return f"{account}:"


def _longest() -> int:
    """Return the seconds a request may hold a slot, in case it is never released."""
    return options.seconds() + round(settings.http_limits().deadline) + 1


def _key() -> str:
    return redis_keys.key("asking")


def _asks() -> bool:
    if request.endpoint == "api.action":
        return (request.view_args or {}).get("logic_function", "") in _ACTIONS
    return request.endpoint in _VIEWS
