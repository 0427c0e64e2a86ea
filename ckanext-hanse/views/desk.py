"""The overview of a city for its editors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.pagination import Page
from flask import Blueprint, request

from ckanext.hanse.presentation import desk
from ckanext.hanse.sources.host_issues import HOST_RULE
from ckanext.hanse.views.harvest import View, act, only_known_people, page

hanse_desk = Blueprint("hanse_desk", __name__, url_prefix="/desk")
hanse_desk.before_request(only_known_people)

_A_PAGE = 15
_SHOWN = ("", "own", "harvested", "hidden")


@hanse_desk.before_app_request
def instead() -> Any:
    """Redirect CKAN's pages that show less about a city's datasets than ours."""
    if request.method != "GET":
        return None
    name = (request.view_args or {}).get("id")
    if request.endpoint == "dashboard.datasets":
        return tk.redirect_to("hanse_desk.index")
    if request.endpoint == "organization.bulk_process":
        return tk.redirect_to("hanse_desk.city", name=name)
    return None


def _view(rule: str) -> Callable[[View], View]:
    """Return a decorator for a page of the overview; invalid parameters are not found."""

    def register(view: View) -> View:
        @wraps(view)
        def shown(**names: str) -> Any:
            try:
                return view(**names)
            except tk.ValidationError:
                return tk.abort(404, tk._("Not found"))

        added: View = hanse_desk.route(rule)(page(shown))
        return added

    return register


@_view("")
def index() -> Any:
    """Show the user's city; a choice if there are several, help if there is none."""
    cities = act("hanse_desk_list")
    if len(cities) == 1:
        return tk.redirect_to("hanse_desk.city", name=cities[0]["name"])
    return tk.render("hanse/desk/index.html", {"cities": cities})


@_view("/<name>")
def city(name: str) -> Any:
    """Show one city: open tasks, issues, datasets, drafts, deleted datasets."""
    shown = act("hanse_desk_show", id=name)
    asked = {key: request.args.get(key, "").strip() for key in ("show", "q")}
    for group in shown["findings"]:
        group["href"] = _address_of(group, name)
    if asked["show"] not in _SHOWN:
        asked["show"] = ""
    return tk.render(
        "hanse/desk/city.html",
        {
            "city": shown,
            "links": act("hanse_city_links", id=name),
            "waiting": [desk.waiting(item) for item in shown["waiting"]],
            "asked": asked,
            "datasets": _list("hanse_city_datasets", "hanse_desk.city", name, asked),
            "several": len(_cities()) > 1,
        },
    )


@_view("/<name>/findings/<rule>")
def findings(name: str, rule: str) -> Any:
    """Show the datasets of a city that break a rule, each with a link to where to correct it."""
    asked = {"rule": rule, "field": request.args.get("field", "")}
    datasets = _list("hanse_city_findings", "hanse_desk.findings", name, asked)
    shown = {
        "city": next(item for item in _cities() if name in (item["name"], item["id"])),
        "finding": desk.finding(rule, asked["field"], datasets.items),
        "datasets": datasets,
    }
    return tk.render("hanse/desk/findings.html", shown)


def _address_of(group: dict[str, Any], name: str) -> str:
    if group["rule"] == HOST_RULE:  # of no dataset: the box of links names the hosts
        return "#links"
    named = {"field": group["field"]} if group["field"] else {}
    return str(tk.h.url_for("hanse_desk.findings", name=name, rule=group["rule"], **named))


def _cities() -> list[dict[str, Any]]:
    """Return the organizations whose datasets the user edits."""
    found: list[dict[str, Any]] = tk.get_action("organization_list_for_user")(
        {}, {"permission": "update_dataset"}
    )
    return found


def _list(action: str, endpoint: str, name: str, asked: dict[str, str]) -> Page:
    """Return a page of a list, with links to the others."""
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    given = {key: value for key, value in asked.items() if value}
    seen = act(action, id=name, limit=_A_PAGE, offset=(number - 1) * _A_PAGE, **given)

    def address(page: int) -> str:
        return str(tk.h.url_for(endpoint, name=name, page=page, _anchor="datasets", **given))

    return Page(
        collection=seen["results"],
        page=number,
        url=address,
        item_count=seen["count"],
        items_per_page=_A_PAGE,
        presliced_list=True,
    )
