"""The form for a source's alerts, with a test message."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.hanse.views.harvest import act, found, harvest, page, reported, write
from hanse_harvesters.alert_rules import OCCASIONS


@harvest.route("/source/<name>/alerts", methods=["GET", "POST"])
@page
def alerts(name: str) -> Any:
    """Show the form; by POST, save it as the source's own rules, or none for the site's."""
    rules = act("hanse_alerts_show", id=name)
    data, errors = _filled(rules), {}
    if request.method == "POST":
        data = request.form.to_dict() | {"on": request.form.getlist("on")}
        try:
            act("hanse_alerts_update", id=name, alerts=_rules(data))
        except tk.ValidationError as error:
            errors = _by_field(reported(error))
        else:
            tk.h.flash_success(tk._("The alerts are saved."))
            return tk.redirect_to("hanse_harvest.alerts", name=name)
    return tk.render(
        "hanse/harvest/alerts.html",
        {"source": found(name), "data": data, "errors": errors, "rules": rules},
    )


@write("/source/<name>/alerts/test")
def alerts_test(name: str) -> Any:
    """Send a message marked as a test to every recipient."""
    try:
        tried = act("hanse_alerts_test", id=name)
    except tk.ValidationError as error:
        tried = []
        tk.h.flash_error(reported(error))
    for item in tried:
        if item["error"]:
            tk.h.flash_error(f"{item['target']}: {item['error']}")
        else:
            tk.h.flash_success(tk._("A test message went to {target}.").format(**item))
    return tk.redirect_to("hanse_harvest.alerts", name=name)


def _filled(rules: dict[str, Any]) -> dict[str, Any]:
    now = rules["effective"]
    return {
        "mode": "own" if rules["own"] else "site",
        "mail": "\n".join(now["mail"]),
        "webhook": "\n".join(now["webhook"]),
        "on": list(now["on"]),
        "more_than": str(now["more_than"]),
    }


def _rules(data: dict[str, Any]) -> dict[str, Any]:
    """Return the form's values in the form of ``hanse_alerts_update``."""
    if data.get("mode") != "own":
        return {}
    number = data.get("more_than", "").strip()
    return {
        "mail": data.get("mail", "").split(),
        "webhook": data.get("webhook", "").split(),
        "on": [item for item in OCCASIONS if item in data["on"]],
        "more_than": int(number) if number.isdecimal() and len(number) < 9 else number or 0,
    }


def _by_field(words: str) -> dict[str, list[str]]:
    """Assign an error to its field: its text begins with the path, ``sources.x.alerts.mail: …``."""
    place, _, rest = words.partition(": ")
    field = place.rpartition(".alerts.")[2] if ".alerts." in place else ""
    return {field: [rest]} if field else {"alerts": [words]}
