"""Shared by the pages of sources and runs: access, errors, partial updates."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response, request
from redis import RedisError

from ckanext.hanse.presentation.submit_once import View
from ckanext.hanse.scheduler import jobs

#: Endpoints that only accept POST.
_WRITES: set[str] = set()

harvest = Blueprint("hanse_harvest", __name__, url_prefix="/harvest")


@harvest.before_request
def only_by_button() -> Any:
    """Refuse to change anything by GET."""
    if request.method != "POST" and request.endpoint in _WRITES:
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    return None


@harvest.before_request
def only_known_people() -> Any:
    """Redirect visitors to sign in; also used by other blueprints."""
    if tk.current_user.is_authenticated:
        return None
    if request.method == "GET":
        return tk.redirect_to("user.login", came_from=request.full_path.rstrip("?"))
    return tk.abort(403, tk._("Please sign in."))


def write(rule: str) -> Callable[[View], View]:
    """Return a decorator for a view at ``rule`` that writes: POST only, 405 for a GET."""

    def register(view: View) -> View:
        _WRITES.add(f"{harvest.name}.{view.__name__}")
        # CKAN has a catch-all route, so that a GET would otherwise end as a 404.
        added: View = harvest.route(rule, methods=["GET", "POST"])(page(view))
        return added

    return register


def page(view: View) -> View:
    """Wrap a view so that errors of actions become 400, 403 and 404 with a message."""

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except tk.ObjectNotFound as error:
            return tk.abort(404, str(getattr(error, "message", "") or tk._("Not found")))
        except tk.ValidationError as error:  # not possible with our forms
            return tk.abort(400, reported(error))
        except tk.NotAuthorized:
            return tk.abort(
                403,
                tk._("Only administrators of the city, and for some pages editors, may do this."),
            )

    return shown


def part(template: str, *, over: bool, **values: Any) -> Response:
    """Return a part of a page that is polled every two seconds; ``over``: reload the whole page."""
    answer = make_response(tk.render(template, values))
    if over:  # the header that makes htmx reload the page
        answer.headers["HX-Refresh"] = "true"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def act(action: str, **data: Any) -> Any:
    """Call an action as the current user; ObjectNotFound if the action does not exist."""
    try:
        call = tk.get_action(action)
    except KeyError as error:
        raise tk.ObjectNotFound(tk._("Not found")) from error
    return call({}, data)


def found(name: str) -> dict[str, Any]:
    """Return a source with the state of its job, and whether the user may manage it."""
    source: dict[str, Any] = act("hanse_source_show", id=name)
    source["job"] = job_state(name)
    source["may_manage"] = tk.h.check_access("hanse_source_update", {"id": name})
    return source


def job_state(name: str) -> str:
    """Return the state of the source's job in the queue, "" for none or if Redis is down."""
    try:
        state = jobs.state(name)
    except RedisError:
        return ""
    return state.value if state else ""


def reported(error: tk.ValidationError) -> str:
    """Return the messages of an error on one line."""
    lines = [line for lines in error.error_dict.values() for line in lines]
    return " ".join(str(line) for line in lines)
