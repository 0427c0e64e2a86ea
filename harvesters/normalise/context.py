"""The context while one record is normalised, and values as lists and texts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.normalise import urls
from hanse_harvesters.normalise.outcome import Finding, finding


@dataclass(slots=True)
class RecordContext:
    """The context of one walk: the site's language, the portal's host, the issues found.

    ``untagged``  language of texts that name none, "" for the site's.
    """

    language: str
    portal: str | None = None
    untagged: str = ""
    issues: list[Issue] = field(default_factory=list)

    def report(self, findings: Iterable[Finding], path: str) -> None:
        """Add findings as issues of the field at ``path``."""
        for found in findings:
            if found.rule == "url-private-host" and urls.host_of(found.value) == self.portal:
                continue  # the operator allowed this host and knows that it is private
            self.issues.append(issue(found.rule, path, found.value, **dict(found.params)))


def as_text(value: Any) -> str:
    """Return a scalar as text; an object or list in its place as JSON, so that nothing is lost."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, any other value as a list of it."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def is_empty(value: Any) -> bool:
    """Return whether the dict leaves a value out: None, ``""``, ``[]``, ``{}``."""
    return not value and (value is None or isinstance(value, (str, list, dict)))


def at_most(most: int, values: list[Any], path: str, context: RecordContext) -> list[Any]:
    """Return the first ``most`` values; report if there are more."""
    if len(values) > most:
        context.report([finding("values-many", "", count=len(values), most=most)], path)
    return values[:most]
