"""The fields of a source's form: labels, and conversion from and to a source."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation import harvests, schedules, source_options
from ckanext.hanse.sources import push
from ckanext.hanse.store import lists
from hanse_harvesters.settings.check import RECEIVED
from hanse_harvesters.sources import registry

#: Initial values of the form of a new source.
BLANK = {
    "kind": "", "language": "de", "timezone": "Europe/Berlin", "schedule_kind": "daily",
    "schedule_time": "03:15", "schedule_day": "1",
}  # fmt: skip
_TEXTS = ("title", "kind", "url", "portal", "note", "language", "timezone")


def fields() -> list[dict[str, Any]]:
    """Return the plain fields, in order, in the form of the form's macros."""

    def field(name: str, label: str, help_text: str = "", **more: Any) -> dict[str, Any]:
        return {"field_name": name, "label": label, "help_text": help_text, **more}

    return [
        field("organization", tk._("City"), tk._("Whose datasets these will be.")),
        field(
            "url",
            tk._("Address"),
            tk._(
                "Of the portal, as it stands in your browser, of its catalogue file (for instance "
                "https://…/catalog.ttl), of a service for metadata (CSW, OGC API), of a "
                "list (spreadsheet, JSON), of a folder or an archive."
            ),
            required=True,
        ),
        field(
            "title",
            tk._("Name of the portal or list"),
            tk._("As readers know it; it stands with every dataset as its origin."),
            required=True,
        ),
        field(
            "portal",
            tk._("Home page of the portal"),
            tk._("Where readers are sent; may be left empty."),
        ),
        field("kind", tk._("Kind of portal"), tk._("“Check” finds out.")),
        field("schedule", tk._("Schedule")),
        field("timezone", tk._("Time zone"), tk._("In which the times are meant.")),
        field(
            "language",
            tk._("Language of texts without a language mark"),
            tk._("Two letters: de for German, en for English."),
        ),
        field(
            "name",
            tk._("Short name"),
            tk._(
                "Small letters, digits and hyphens; part of the addresses of this source’s pages "
                "and not to be changed later. Left empty, it is made from the portal’s name."
            ),
        ),
        field("note", tk._("Note"), tk._("For you and your colleagues; not public.")),
        *(item for of_kind in source_options.options().values() for item in of_kind),
    ]


def values(form: Mapping[str, str]) -> dict[str, Any]:
    """Convert a submitted form to the actions' parameters; empty fields of options are left out."""
    found: dict[str, Any] = {name: form.get(name, "").strip() for name in _TEXTS}
    if form.get("list") and (form.get("url_type", "upload") == "upload"):
        found |= {"url": form["list"], "kind": lists.KIND}
    if form.get("url_type") == "push":
        found |= {"url": RECEIVED, "kind": push.KIND}
    # A run follows each push; another one would read the same.
    found["schedule"] = "" if found["kind"] == push.KIND else schedules.expression(form)
    found["modified_is_file_time"] = "modified_is_file_time" in form
    found["deliver"] = "withhold" not in form
    found["options"] = {}
    for item in source_options.options().get(found["kind"], ()):
        value = _option(item, form.get(item["field_name"], ""))
        if value not in ("", []) and value != item["default"]:
            found["options"][item["option"]] = value
    return found


def _option(item: Mapping[str, Any], text: str) -> Any:
    if item["shape"] == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if item["shape"] == "flag":
        return bool(text)
    text = text.strip()
    if item["shape"] == "yaml":
        return source_options.of_yaml(text) if text else ""
    try:
        return int(text) if item["shape"] == "number" else text
    except ValueError:  # refused by the validation of the kind
        return text


def filled(source: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a source to its form's values."""
    data: dict[str, Any] = {name: source.get(name) or "" for name in _TEXTS}
    if lists.name_in(data["url"]):
        data |= {"url": "", "list": data["url"], "url_type": "upload"}
    if data["kind"] == push.KIND:
        data |= {"url": "", "url_type": "push"}
    chosen = schedules.choice(str(source.get("schedule") or ""))
    data |= {f"schedule_{name}": value for name, value in dataclasses.asdict(chosen).items()}
    if source.get("modified_is_file_time"):
        data["modified_is_file_time"] = "on"
    if not source.get("deliver", True):
        data["withhold"] = "on"
    for name, value in (source.get("options") or {}).items():
        text = "\n".join(value) if isinstance(value, list | tuple) else _shown(value)
        data[f"option-{source['kind']}-{name}"] = text
    return data


def _shown(value: Any) -> str:
    return source_options.as_yaml(value) if isinstance(value, Mapping) else str(value)


def at_fields(reported: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return errors by the names of the form's fields: ``options.rows`` is named with its kind.

    What is wrong within an option (``options.mapping.fields``) stands at the option.
    """
    found: dict[str, Any] = {}
    for key, lines in reported.items():
        option = key.partition(".")[2].partition(".")[0]
        names = [
            item["field_name"]
            for item in source_options.options().get(kind, ())
            if option and item["option"] == option
        ]
        for name in names or [key]:
            found.setdefault(name, lines)
    return found


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of portal, with their labels."""
    found = (kind for kind in registry.kinds() if not registry.connector(kind).receives)
    return [(kind, harvests.kind_words(kind)) for kind in found]


def page(
    source: Mapping[str, Any] | None,
    data: Mapping[str, Any],
    *,
    cities: list[dict[str, str]] | None = None,
    errors: Mapping[str, Any] | None = None,
    seen: Mapping[str, Any] | None = None,
    address_error: str = "",
) -> dict[str, Any]:
    """Return the variables of the form's template.

    ``source`` None for a new one, ``data`` the fields' values, ``errors`` as an action reports
    them, ``seen`` the result of a check of the portal, ``address_error`` why no catalogue can be
    looked for.
    """
    return {
        "source": source,
        "data": data,
        "cities": cities,
        "errors": at_fields(
            errors or {}, str(data.get("kind") or (source or {}).get("kind") or "")
        ),
        "fields": fields(),
        "options": source_options.options(),
        "seen": seen,
        "address_error": address_error,
        "listed": _listed(str(data.get("list") or "")),
    }


def uploads() -> bool:
    """Return whether a city can upload the list of its datasets."""
    return lists.KIND in registry.kinds()


def _listed(url: str) -> dict[str, Any] | None:
    """Return the list that was uploaded already, None if there is none that the user may see."""
    name = lists.name_in(url)
    if not name:
        return None
    try:
        found: dict[str, Any] = tk.get_action("hanse_list_show")({}, {"name": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return found


def cities() -> list[dict[str, str]]:
    """Return the organizations whose sources the user may manage."""
    mine = tk.get_action("organization_list_for_user")({}, {"permission": "update"})
    return sorted(
        ({"name": item["name"], "title": item["display_name"]} for item in mine),
        key=lambda item: item["title"],
    )
