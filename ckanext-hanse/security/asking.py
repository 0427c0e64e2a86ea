"""Limits concurrent requests that wait for a portal or a mail server, so that enough threads are
left for readers.

Pages let a worker query the portal (:mod:`ckanext.hanse.sources.preview`); what remains are API
actions that respond with the result.  A request without a slot does not wait: 429.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response, g, request

from ckanext.hanse import settings
from ckanext.hanse.security import refusal
from ckanext.hanse.security.places import Places
from ckanext.hanse.sources.preview import options

_ACTIONS = {"hanse_source_check", "hanse_source_preview", "hanse_alerts_test"}
_VIEWS = {"hanse_harvest.alerts_test", "hanse_harvest.list_file", "hanse_harvest.list_now"}
#: Slots of one account.
_EACH = 1
#: Seconds after which a refused request may be repeated.
_WAIT = 10

_places = Places("asking")


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
    return _places.take(account, total=options.in_requests(), each=_EACH, longest=_longest())


def give_back(place: str) -> None:
    """Release a slot."""
    _places.give_back(place)


def _longest() -> int:
    """Return the seconds a request may hold a slot, in case it is never released."""
    return options.seconds() + round(settings.http_limits().deadline) + 1


def _asks() -> bool:
    if request.endpoint == "api.action":
        return (request.view_args or {}).get("logic_function", "") in _ACTIONS
    return request.endpoint in _VIEWS
