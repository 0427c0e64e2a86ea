"""The fields of a source's form: labels, and conversion from and to a source."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, get_origin, get_type_hints

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation import harvests, schedules
from ckanext.hanse.store import lists
from hanse_harvesters.sources import registry

#: Initial values of the form of a new source.
BLANK = {
    "kind": "", "language": "de", "timezone": "Europe/Berlin", "schedule_kind": "daily",
    "schedule_time": "03:15", "schedule_day": "1",
}  # fmt: skip
#: Options that hardly anybody needs; they stand apart.
_EXPERT = {"fq", "types", "modified", "rows", "max_pages", "page_tries", "method"}
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
                "https://…/catalog.ttl), of a catalogue service (CSW) or of a spreadsheet."
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
        *(item for of_kind in options().values() for item in of_kind),
    ]


def options() -> dict[str, list[dict[str, Any]]]:
    """Return kind → the fields of its options, as the connectors declare them."""
    return {kind: list(_options_of(kind)) for kind in registry.kinds()}


def _options_of(kind: str) -> Any:
    cls = registry.connector(kind).Options
    hints = get_type_hints(cls)
    words = _option_words()
    for item in dataclasses.fields(cls):
        label, help_text = words.get(item.name, (item.name, ""))
        yield {
            "field_name": f"option-{kind}-{item.name}",
            "option": item.name,
            "label": label,
            "help_text": help_text,
            "shape": _shape(hints[item.name]),
            "default": item.default,
            "expert": item.name in _EXPERT,
        }


def _option_words() -> dict[str, tuple[str, str]]:
    """Return label and help of the known options; others are shown by their name."""
    one = tk._("One a line. Several mean any of them; empty means all.")
    return {
        "organization": (tk._("Only these organisations of the portal"), one),
        "groups": (tk._("Only these groups of the portal"), one),
        "tags": (tk._("Only datasets with one of these keywords"), one),
        "fq": (
            tk._("Further Solr filter queries"),
            tk._("For experts. One a line; all of them must hold."),
        ),
        **_catalogue_words(one),
        "rows": (
            tk._("Datasets a page"),
            tk._("How many are asked for at once; a page that fails is halved by itself."),
        ),
        "max_pages": (
            tk._("Most pages"),
            tk._("After so many pages reading ends, and counts as incomplete."),
        ),
        "page_tries": (
            tk._("Attempts a page"),
            tk._("How often a page whose content fails is asked for."),
        ),
    }


def _catalogue_words(one: str) -> dict[str, tuple[str, str]]:
    """Return label and help of the options of a catalogue service."""
    kept = tk._(
        "One a line. Of what came, a record is kept if one of these tests holds: organisation, "
        "key, place or box. Without any test all of it is kept."
    )
    square = tk._("West, south, east, north in degrees: 12.97, 54.26, 13.16, 54.36.")
    return {
        "organizations": (
            tk._("Only from these organisations"),
            tk._("Names as they stand in the records, each spelling on a line; * stands for any."),
        ),
        "anytext": (tk._("Only with one of these words"), tk._("Anywhere in the record.") + " " + one),
        "subjects": (
            tk._("Only with one of these keywords"),
            tk._("One a line, for instance opendata."),
        ),
        "types": (
            tk._("Only these types"),
            tk._("One a line: dataset, series, nonGeographicDataset. Services always come along."),
        ),
        "bbox": (tk._("Only what overlaps this box"), square),
        "modified": (
            tk._("Only what changed since"),
            tk._("A day (2024-12-31). Runs then count as incomplete, and withdraw nothing."),
        ),
        "city_organizations": (tk._("Ours is what comes from one of these organisations"), kept),
        "city_keys": (
            tk._("Ours is what has one of these regional keys"),
            tk._("One a line, 12 or 8 digits."),
        ),
        "city_names": (tk._("Ours is what names one of these places"), tk._("One a line.")),
        "city_box": (tk._("Ours is what lies in this box"), square),
        "city_share": (
            tk._("Per cent of the area that must lie in the box"),
            tk._("So much of a record’s area must lie in the city’s box."),
        ),
        "method": (
            tk._("GET or POST"),
            tk._("Left empty, the service itself says how it is asked."),
        ),
    }


def _shape(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return "lines"
    if hint is bool:
        return "flag"
    return "number" if hint in (int, float) or isinstance(hint, types.UnionType) else "text"


def values(form: Mapping[str, str]) -> dict[str, Any]:
    """Convert a submitted form to the actions' parameters; empty fields of options are left out."""
    found: dict[str, Any] = {name: form.get(name, "").strip() for name in _TEXTS}
    if form.get("list") and (form.get("url_type", "upload") == "upload"):
        found |= {"url": form["list"], "kind": lists.KIND}
    found["schedule"] = schedules.expression(form)
    found["modified_is_file_time"] = "modified_is_file_time" in form
    found["options"] = {}
    for item in options().get(found["kind"], ()):
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
    try:
        return int(text) if item["shape"] == "number" else text
    except ValueError:  # refused by the validation of the kind
        return text


def filled(source: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a source to its form's values."""
    data: dict[str, Any] = {name: source.get(name) or "" for name in _TEXTS}
    if lists.name_in(data["url"]):
        data |= {"url": "", "list": data["url"], "url_type": "upload"}
    chosen = schedules.choice(str(source.get("schedule") or ""))
    data |= {f"schedule_{name}": value for name, value in dataclasses.asdict(chosen).items()}
    if source.get("modified_is_file_time"):
        data["modified_is_file_time"] = "on"
    for name, value in (source.get("options") or {}).items():
        text = "\n".join(value) if isinstance(value, list | tuple) else str(value)
        data[f"option-{source['kind']}-{name}"] = text
    return data


def chosen(source: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return label and values of every option that a source sets, in the form's order."""
    given = source.get("options") or {}
    found = []
    for item in options().get(str(source.get("kind")), ()):
        value = given.get(item["option"])
        if value in (None, "", [], False):
            continue
        several = value if isinstance(value, list | tuple) else [value]
        found.append(
            (item["label"], [tk._("yes") if each is True else str(each) for each in several])
        )
    return found


def at_fields(reported: Mapping[str, Any]) -> dict[str, Any]:
    """Return errors by the names of the form's fields: ``options.rows`` is named with its kind."""
    found: dict[str, Any] = {}
    for key, lines in reported.items():
        option = key.partition(".")[2]
        names = [
            item["field_name"]
            for of_kind in options().values()
            for item in of_kind
            if option and item["option"] == option
        ]
        for name in names or [key]:
            found[name] = lines
    return found


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of portal, with their labels."""
    return [(kind, harvests.kind_words(kind)) for kind in registry.kinds()]


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
        "errors": at_fields(errors or {}),
        "fields": fields(),
        "options": options(),
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
