"""What the catalogue has for its pages to show: datasets in every state, made by ``fill.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Call = Callable[[str, dict[str, Any]], Any]

#: Whose they are, except for the harvested ones of Rostock.
CITY = "wismar"


def make(call: Call) -> dict[str, str]:
    """Make them; gives the names by which addresses of pages are put together."""
    first, second, third, fourth = _harvested(call, CITY, 4)
    most = max(_harvested(call, "rostock", 1000), key=lambda item: item["num_resources"])
    names = {
        "harvested": most["name"],
        "file": most["resources"][0]["id"],
        "corrected": first["name"],
        "detached": second["name"],
        "withdrawn": third["name"],
        "hidden": fourth["name"],
    }
    call("hanse_correction_create", {**_id(first), **_because, "field": "title", "value": "Bäume"})
    call("hanse_dataset_detach", {**_id(second), **_because})
    call("hanse_dataset_hide", {**_id(fourth), **_because})
    _withdraw(third["id"])
    for source in ("nachbau-rostock", "nachbau-wismar"):
        (run,) = call("hanse_run_list", {"id": source})
        names[f"run-{source.removeprefix('nachbau-')}"] = str(run["id"])
    return names | _own(call) | {"forgotten": _forgotten("rostock-daten")}


_because = {"reason": "Zum Ansehen."}


def _id(dataset: dict[str, Any]) -> dict[str, str]:
    return {"id": dataset["id"]}


def _harvested(call: Call, city: str, number: int) -> list[dict[str, Any]]:
    query = {"fq": f"organization:{city}", "rows": number, "sort": "name desc"}
    found: list[dict[str, Any]] = call("package_search", query)["results"]
    return found


def _withdraw(dataset_id: str) -> None:
    from ckan import model

    from ckanext.hanse.harvest import withdrawal
    from ckanext.hanse.model import DatasetState

    state = model.Session.query(DatasetState).filter_by(dataset_id=dataset_id).one()
    withdrawal.withdraw([state.record_id])


def _own(call: Call) -> dict[str, str]:
    """Made here: one with a table, a draft, a private one, a deleted one."""
    names = {}
    for what, more in (
        ("own", {}),
        ("draft", {"state": "draft"}),
        ("private", {"private": True}),
        ("deleted", {}),
    ):
        name = f"fahrten-der-faehre-{what}"
        dataset = {"name": name, "title": "Fahrten der Fähre", "notes": "Fahrten im Jahr."}
        files = [{"name": "Fahrten", "format": "CSV", "url": "https://example.org/fahrten.csv"}]
        call("package_create", {**dataset, "owner_org": CITY, "resources": files, **more})
        names[what] = name
    call("package_delete", {"id": names["deleted"]})
    names["table"] = call("package_show", {"id": names["own"]})["resources"][0]["id"]
    names["view"] = _table(call, names["table"])
    return names


def _table(call: Call, resource: str) -> str:
    fields = [
        {"id": "Tag", "type": "timestamp"},
        {"id": "Gäste", "type": "numeric"},
        {"id": "Postleitzahl", "type": "text"},
    ]
    records = [
        {"Tag": f"2025-12-{day:02}", "Gäste": 1000.5 + day, "Postleitzahl": "01067"}
        for day in range(1, 32)
    ]
    table = {"resource_id": resource, "force": True, "fields": fields, "records": records}
    call("datastore_create", table)
    view = {"resource_id": resource, "view_type": "datatables_view", "title": "Tabelle"}
    return str(call("resource_view_create", view)["id"])


def _forgotten(account: str) -> str:
    """The end of the address at which this account sets a new password."""
    from ckan import model
    from ckan.lib import mailer

    user = model.User.get(account)
    mailer.create_reset_key(user)
    return f"{user.id}?key={user.reset_key}"
