"""The links of a dataset for its editors, with a button to check them again."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse.presentation import links as words
from ckanext.hanse.views.harvest import act, only_known_people, page, part, reported

hanse_links = Blueprint("hanse_links", __name__, url_prefix="/dataset/<id>/links")

hanse_links.before_request(only_known_people)


@hanse_links.route("")
@page
def show(id: str) -> Any:
    """Show every link of the dataset: its state, what was found, what to do."""
    pkg = _dataset(id)
    return tk.render("hanse/links/page.html", {"pkg": pkg, "pkg_dict": pkg} | _links(pkg))


@hanse_links.route("/state")
@page
def state(id: str) -> Response:
    """Return the part of the page that is polled while links are being checked."""
    found = _links(_dataset(id))
    return part("hanse/links/progress.html", over=not found["waiting"], **found)


@hanse_links.route("/check", methods=["GET", "POST"])
@page
def check(id: str) -> Any:
    """Ask for a check of all links, or of the one that the button names."""
    if request.method != "POST":
        return Response(tk._("Only by a form’s button."), 405, {"Allow": "POST"})
    try:
        done = act("hanse_dataset_links_check", id=id, url=request.form.get("url", ""))
    except tk.ValidationError as error:
        tk.h.flash_error(reported(error))
    else:
        _tell(done)
    return tk.redirect_to("hanse_links.show", id=id)


def _tell(done: dict[str, int]) -> None:
    if done["wanted"]:
        words_ = tk.ungettext(
            "{num} link is being checked.", "{num} links are being checked.", done["wanted"]
        )
        tk.h.flash_success(words_.format(num=tk.h.hanse_number(done["wanted"])))
    if done["recent"]:
        words_ = tk.ungettext(
            "{num} link was checked only minutes ago; it is not asked again so soon.",
            "{num} links were checked only minutes ago; they are not asked again so soon.",
            done["recent"],
        )
        tk.h.flash_notice(words_.format(num=tk.h.hanse_number(done["recent"])))
    if done["excluded"]:
        words_ = tk.ungettext(
            "{num} link is on a server that this site does not ask.",
            "{num} links are on servers that this site does not ask.",
            done["excluded"],
        )
        tk.h.flash_notice(words_.format(num=tk.h.hanse_number(done["excluded"])))


def _dataset(name: str) -> dict[str, Any]:
    tk.check_access("hanse_dataset_links_check", {}, {"id": name})
    found: dict[str, Any] = act("package_show", id=name)
    return found


def _links(pkg: dict[str, Any]) -> dict[str, Any]:
    found = act("hanse_dataset_links", id=pkg["id"])
    for link in found["links"]:
        link["label"] = words.state(link["state"])
    return found | {"name": pkg["name"]}
