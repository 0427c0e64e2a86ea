"""Pages on which editors correct a harvested dataset: fields, widgets, values as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import MultiDict

from ckanext.hanse.corrections import listing, overlay
from ckanext.hanse.corrections.apply import DETACHED, HIDDEN, HVD
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.presentation import display
from ckanext.hanse.presentation.forms import SECTIONS
from hanse_harvesters.issue import rules
from hanse_schemas.language import pick
from hanse_schemas.table import classes

#: Keys of a form field that only apply to a new dataset; a correction requires nothing.
_ASKED = ("required", "required_to_publish", "obligation", "default", "form_attrs")
_NUMBER = re.compile(r"\d{1,4}")
_OF_FILE = re.compile(r"resources\[(?P<number>\d+)\](?:\.(?P<field>\w+))?")


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field to choose: its path, or only its name if the file is chosen separately."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The fields of a section of the form."""

    section: str
    choices: tuple[FieldChoice, ...]


def groups(name: str, language: str) -> list[FieldGroup]:
    """Return the correctable fields of class ``name``, by section of the form."""
    fields = classes()[name].correctable()
    found = []
    for section in SECTIONS:
        choices = tuple(
            FieldChoice(field, pick(prop.label, language))
            for field, prop in fields.items()
            if prop.section == section
        )
        if choices:
            found.append(FieldGroup(section, choices))
    return found


def field_of(at: Place) -> dict[str, Any]:
    """Return the form field for a path, without the keys for a new dataset."""
    schema = tk.h.scheming_get_dataset_schema("dataset")
    fields = schema["resource_fields" if at.resource else "dataset_fields"]
    field = tk.h.scheming_field_by_name(fields, _widget(at))
    found = {key: value for key, value in field.items() if key not in _ASKED}
    if "form_snippet" in found and found["form_snippet"] is None:
        del found["form_snippet"]
    return found


def _widget(at: Place) -> str:
    """Return the name of the form's field."""
    return "tag_string" if at.prop.kind == "keyword" else at.prop.field


def to_form(at: Place, value: Any) -> dict[str, Any]:
    """Convert a value to the form's field."""
    if at.prop.kind == "keyword":
        names = [item["name"] if isinstance(item, dict) else item for item in value or []]
        return {_widget(at): ", ".join(names)}
    if at.prop.kind == "object":
        return {at.prop.field: value or [{}]}  # an empty one to fill in, also without JavaScript
    return {at.prop.field: value}


def from_form(at: Place, form: MultiDict[str, str]) -> Any:
    """Read the value sent by the form's field: text, a list of texts, or a list of dicts."""
    if at.prop.kind == "object":
        return list(_objects(at, form))
    if at.prop.kind != "keyword" and at.prop.multiple:
        return [text for text in form.getlist(at.prop.field) if text.strip()]
    return form.get(_widget(at), "")


def _objects(at: Place, form: MultiDict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield ``publisher-0-name`` … as dicts in the order of their numbers, without empty ones."""
    cls = classes()[at.prop.of]
    keys = cls.keys()
    several = {prop.field for prop in cls.properties if prop.multiple}
    found: dict[int, dict[str, Any]] = {}
    for key in form:
        name, _, rest = key.partition("-")
        number, _, inner = rest.partition("-")
        if name != at.prop.field or not _NUMBER.fullmatch(number) or inner not in keys:
            continue
        texts = [text for text in form.getlist(key) if text.strip()]
        if texts:
            found.setdefault(int(number), {})[inner] = texts if inner in several else texts[0]
    for number in sorted(found):
        yield found[number]


def values(field: str, value: Any, language: str) -> Sequence[display.DisplayValue]:
    """Return a corrected field's value for display; nothing if it is empty."""
    if value in (None, "", [], {}):
        return ()
    if field == HIDDEN:
        words = tk._("Members of the city only") if value else tk._("Everybody")
        return (display.DisplayValue(words),)
    if field == DETACHED:
        return (display.DisplayValue(tk._("This catalogue") if value else tk._("The portal")),)
    if field == HVD:
        words = tk._("confirmed") if value == "confirmed" else tk._("rejected")
        return (display.DisplayValue(words),)
    try:
        at = overlay.place(field)
    except KeyError:
        return (display.DisplayValue(str(value)),)
    name = "distribution" if at.resource else "dataset"
    facts = display.facts({at.prop.field: value}, name, language)
    if facts:
        return facts[0].values
    items = value if isinstance(value, list) else [value]
    return tuple(display.DisplayValue(str(item)) for item in items)


def words(field: str, value: Any, language: str) -> str:
    """Return the same as one line of plain text, for exported lists."""
    return "; ".join(filter(None, (_line(item) for item in values(field, value, language))))


def _line(value: display.DisplayValue) -> str:
    inner = [
        f"{fact.label}: {', '.join(_line(item) for item in fact.values)}" for fact in value.facts
    ]
    text = " ".join(value.text.split()) if value.facts else value.text
    return ", ".join([*([text] if text else []), *inner])


def place_of(issue: Mapping[str, Any], dataset: Mapping[str, Any]) -> str:
    """Return the path to correct for an issue, "" if no correction resolves it."""
    issue_field = issue["field"]
    if not rules()[issue["rule"]].correct:
        return ""
    resources = dataset.get("resources") or []
    of_file = _OF_FILE.match(issue_field)
    if of_file:
        number = int(of_file["number"])
        if number >= len(resources):
            return ""
        return _in_file(resources[number], of_file["field"] or "")
    first, _, field = issue_field.partition(".")
    if first == "resources":
        field = field.partition(".")[0].partition("[")[0]
        without = next((item for item in resources if not item.get(field)), None)
        return _in_file(without, field) if without and field else ""
    name = re.split(r"[.\[]", issue_field)[0].removesuffix("_translated")
    return name if name in classes()["dataset"].correctable() else ""


def _in_file(resource: Mapping[str, Any], field: str) -> str:
    known = field.removesuffix("_translated")
    if known not in classes()["distribution"].correctable():
        return ""
    return f"resources[{resource['id']}].{known}"


def labels(dataset_id: str, language: str) -> list[str]:
    """Return the labels of the fields of a dataset that were corrected here, each once."""
    fields = listing.fields_of(dataset_id)
    return list(dict.fromkeys(listing.label(field, language) for field in fields))
