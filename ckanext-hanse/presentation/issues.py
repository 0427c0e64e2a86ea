"""Issues on pages: grouped by rule and field, with links to the form field to correct."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from hanse_harvesters.issue import Issue, Severity, rules
from hanse_harvesters.quality.groups import of_dataset

#: ``resources[2].license``, ``resources.license``, ``contact[0].email`` …
_PLACE = re.compile(
    r"(?:(?P<file>resources)(?:\[(?P<number>\d+)\])?\.?)?(?P<field>\w*?)(?:_translated\b.*)?(?:[.\[].*)?"
)
#: Fields that have another name in the form of a file.
_IN_FORM = {"access_url": "resource-url", "url": "resource-url", "tags": "tag_string"}


def rule_words(rule: str, language: str) -> str:
    """Return a rule's short text, capitalised; the id of a rule that no longer exists."""
    if rule not in rules():
        return rule
    words = rules()[rule].short_in(language)
    return words[:1].upper() + words[1:]


def by_rule(numbers: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """Return ``rule``, ``severity``, ``words`` and ``number`` of each, the most severe first.

    ``numbers``: rule → number of issues; rules that no longer exist are left out.
    """
    order = [severity.value for severity in Severity]
    found = [
        {
            "rule": rule,
            "severity": rules()[rule].severity.value,
            "words": rule_words(rule, language),
            "number": n,
        }
        for rule, n in numbers.items()
        if rule in rules()
    ]
    return sorted(found, key=lambda item: (order.index(str(item["severity"])), -item["number"]))


def grouped(issues: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Group issues of a dataset from ``hanse_dataset_issues`` by rule and field.

    Each: ``group`` (:meth:`IssueGroup.as_json`) and ``issues``, the dicts in it.
    """
    made = [Issue(item["rule"], item["field"], item["value"]) for item in issues]
    shown = {id(issue): item for issue, item in zip(made, issues, strict=True)}
    return [
        {"group": group.as_json(language), "issues": [shown[id(item)] for item in items]}
        for group, items in of_dataset(made)
    ]


def form_of(path: str, dataset: Mapping[str, Any]) -> str:
    """Return the URL of the form field for an issue's field, "" if no form has it."""
    place = _PLACE.fullmatch(path)
    if not place or not path:
        return ""
    if not place["file"]:
        name = _IN_FORM["tags"] if place["field"] == "tags" else place["field"]
        return str(
            tk.url_for(f"{dataset['type']}.edit", id=dataset["name"], _anchor=f"field-{name}")
        )
    files, number = dataset.get("resources") or [], int(place["number"] or 0)
    if number >= len(files):
        return str(tk.url_for(f"{dataset['type']}_resource.new", id=dataset["name"]))
    name = _IN_FORM.get(place["field"], place["field"]) or "resource-url"
    return str(
        tk.url_for(
            f"{dataset['type']}_resource.edit",
            id=dataset["name"],
            resource_id=files[number]["id"],
            _anchor=f"field-{name}",
        )
    )
