"""The options of each kind of source: label, help and shape, as its connector declares them."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from typing import Any, get_origin, get_type_hints

import ckan.plugins.toolkit as tk
import yaml

from ckanext.hanse.language import of_page
from hanse_harvesters.sources import registry

#: Options that hardly anybody needs; they stand apart.
_EXPERT = {
    "fq",
    "filters",
    "types",
    "modified",
    "rows",
    "max_pages",
    "one_by_one",
    "depth",
    "page_tries",
    "method",
    "page",
    "first_page",
    "offset",
    "size",
    "page_size",
}
#: Keys of a mapping in the order in which people read it; the database keeps none.
_FIRST = ("records", "identity", "origin", "fields")
#: Options of sources of the operator's file alone.
_OPERATORS = {"secret"}


def options() -> dict[str, list[dict[str, Any]]]:
    """Return kind → the fields of its options, as the connectors declare them."""
    return {kind: list(_options_of(kind)) for kind in registry.kinds()}


def _options_of(kind: str) -> Any:
    cls = registry.connector(kind).Options
    hints = get_type_hints(cls)
    words = _option_words()
    for item in dataclasses.fields(cls):
        if item.name in _OPERATORS:
            continue
        found = words.get(item.name)
        label, help_text = found or registry.option_words(kind, item.name, of_page())
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
        **_record_words(),
        "rows": (
            tk._("Datasets a page"),
            tk._("How many are asked for at once; a page that fails is halved by itself."),
        ),
        "max_pages": (
            tk._("Most pages"),
            tk._("After so many pages reading ends, and counts as incomplete."),
        ),
        "one_by_one": (
            tk._("Ask for each dataset by itself"),
            tk._("Where the portal’s list of all datasets lacks parts of them. Takes longer."),
        ),
        "base": (
            tk._("Address of the folder on the web"),
            tk._("Where the files of an archive stand, for example https://stadt.example/daten/."),
        ),
        "depth": (
            tk._("Folders in folders"),
            tk._("How deep folders are looked into."),
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
        "anytext": (
            tk._("Only with one of these words"),
            tk._("Anywhere in the record.") + " " + one,
        ),
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


def _record_words() -> dict[str, tuple[str, str]]:
    """Return label and help of the options of an API of records that no other kind has."""
    return {
        "external_ids": (
            tk._("Only with one of these identifiers"),
            tk._("One a line, as records have them from elsewhere."),
        ),
        "filters": (
            tk._("Further filters"),
            tk._("One a line: name=value, by the queryables of the collection; all must hold."),
        ),
        "services": (
            tk._("Collections with the services"),
            tk._("One a line. Left empty, those beside the data that are called so."),
        ),
    }


def _shape(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return "lines"
    if get_origin(hint) is Mapping:
        return "yaml"
    if hint is bool:
        return "flag"
    return "number" if hint in (int, float) or isinstance(hint, types.UnionType) else "text"


class _Plain(yaml.SafeLoader):
    """Reads YAML without aliases, by which a few lines could mean any number of values."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


def of_yaml(text: str) -> Any:
    """Return what a text of YAML holds, as JSON; the text itself if it is none."""
    try:
        return json.loads(json.dumps(yaml.load(text, _Plain), default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return text


def as_yaml(value: Any) -> str:
    """Return a value as YAML for people; a text as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = {key: value[key] for key in sorted(value, key=_place)}
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)


def _place(key: Any) -> int:
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


def chosen(source: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return label and values of every option that a source sets, in the form's order."""
    given = source.get("options") or {}
    found = []
    for item in options().get(str(source.get("kind")), ()):
        value = given.get(item["option"])
        if value in (None, "", [], False):
            continue
        if item["shape"] == "yaml":
            value = as_yaml(value)
        several = value if isinstance(value, list | tuple) else [value]
        found.append(
            (item["label"], [tk._("yes") if each is True else str(each) for each in several])
        )
    return found
