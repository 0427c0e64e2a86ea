"""What all pages of sources and runs share: who comes in, and what an error looks like."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response, request
from redis import RedisError

from ckanext.hanse.presentation.submit_once import View
from ckanext.hanse.scheduler import jobs

#: Endpoints that only a POST reaches.
_WRITES: set[str] = set()

harvest = Blueprint("hanse_harvest", __name__, url_prefix="/harvest")


@harvest.before_request
def only_by_button() -> Any:
    """A link changes nothing."""
    if request.method != "POST" and request.endpoint in _WRITES:
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    return None


@harvest.before_request
def only_known_people() -> Any:
    """Everybody else is sent to sign in; for other blueprints, too."""
    if tk.current_user.is_authenticated:
        return None
    if request.method == "GET":
        return tk.redirect_to("user.login", came_from=request.full_path.rstrip("?"))
    return tk.abort(403, tk._("Please sign in."))


def write(rule: str) -> Callable[[View], View]:
    """A view at ``rule`` that writes: POST only; 405 for who follows a link to it."""

    def register(view: View) -> View:
        _WRITES.add(f"{harvest.name}.{view.__name__}")
        # CKAN has a page for every address, hence a GET would end as a 404 elsewhere.
        added: View = harvest.route(rule, methods=["GET", "POST"])(page(view))
        return added

    return register


def page(view: View) -> View:
    """A view whose actions may refuse: 400, 403 and 404 in the reader's words."""

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except tk.ObjectNotFound as error:
            return tk.abort(404, str(getattr(error, "message", "") or tk._("Not found")))
        except tk.ValidationError as error:  # what no form of ours sends
            return tk.abort(400, reported(error))
        except tk.NotAuthorized:
            return tk.abort(
                403,
                tk._("Only administrators of the city, and for some pages editors, may do this."),
            )

    return shown


def part(template: str, *, over: bool, **values: Any) -> Response:
    """A part of a page that is asked for anew every other second; ``over``: load it all anew."""
    answer = make_response(tk.render(template, values))
    if over:  # what CKAN's htmx reloads the page for
        answer.headers["HX-Refresh"] = "true"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def act(action: str, **data: Any) -> Any:
    """An action as the reader may have it; not found where the site does not know it."""
    try:
        call = tk.get_action(action)
    except KeyError as error:
        raise tk.ObjectNotFound(tk._("Not found")) from error
    return call({}, data)


def found(name: str) -> dict[str, Any]:
    """A source with where its job stands, and whether the reader may manage it."""
    source: dict[str, Any] = act("hanse_source_show", id=name)
    source["job"] = job_state(name)
    source["may_manage"] = tk.h.check_access("hanse_source_update", {"id": name})
    return source


def job_state(name: str) -> str:
    """Where the source's job in the queue stands, "" for none or where nobody knows."""
    try:
        state = jobs.state(name)
    except RedisError:
        return ""
    return state.value if state else ""


def reported(error: tk.ValidationError) -> str:
    """The words of a refusal, on one line."""
    lines = [line for lines in error.error_dict.values() for line in lines]
    return " ".join(str(line) for line in lines)
