"""What a city pushes: the catalogue stores it, and a run reads it from there.

It is as foreign as what a portal sends: only what the table knows is taken, then normalised and
judged like any other record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hanse_harvesters.errors import SkipRecord
from hanse_harvesters.issue import Issue, issue, rules, shown
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.record import EntityDict
from hanse_harvesters.sources.base import (
    ItemRecord,
    RawRecord,
    Source,
    UnreadableRecord,
    completeness,
)
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_schemas.table import classes, fields_of

#: Headers in which the catalogue tells what the client declared: the number of records, and why
#: its walk was not complete.
RECORDS, INCOMPLETE = "hanse-records", "hanse-incomplete"
#: The issue of a source whose records arrived damaged: they have to be sent again.
BROKEN = "push-records-broken"
#: Issues of one record that are taken from a client.
_MOST_ISSUES = 200
#: Objects inside each other that the schema has.
_DEEPEST = 8


class PushedSource(Source):
    """Reads the records of the last push."""

    kind = "push"
    parser = "hanse_harvesters.sandbox.child.pushed:records"
    receives = True

    def __iter__(self) -> Iterator[RawRecord]:
        seen, faults = IdentityIndex(), list[str]()
        with self.ask(self.settings.url) as answer:
            declared = answer.headers.get(RECORDS, "")
            self.total = int(declared) if declared.isdigit() else None
            for item in self.parse(answer):
                if item[0] == "broken":
                    _, raw, key, reason = item
                    faults = [BROKEN]
                    error = SkipRecord("push-record-broken", where=key, reason=reason)
                    yield UnreadableRecord(f"push:{key}", raw, error=error)
                    continue
                record = _record(item[2], item[1])
                if seen.admit(record):
                    yield record
            faults += ["push-incomplete"] if answer.headers.get(INCOMPLETE) else []
        for rule in faults:
            self.report(rule)
        broken = faults[-1] if faults else ""
        self.completeness = completeness(len(seen), start=self.total, broken=broken)


def _record(content: Mapping[str, Any], fingerprint: str) -> ItemRecord:
    origin = content.get("origin", "")
    return ItemRecord(
        content["identity"],
        fingerprint,
        origin if origin.startswith(("http://", "https://")) else "",
        item=content,
        mapping=read,
    )


def read(content: Mapping[str, Any], *, language: str) -> ReadResult:
    """Return the dataset of a record, with what the table knows of it."""
    left: dict[str, Any] = {}
    dataset = _known("dataset", content["dataset"], "", left, 0)
    found = list(_issues(content.get("issues", [])))
    if left:
        found.append(issue("push-fields-unknown", "", ", ".join(sorted(left))))
    unknown = content.get("unknown", "")
    if left:
        unknown = json.dumps({"push": left, "unknown": unknown}, ensure_ascii=False, sort_keys=True)
    return ReadResult(dataset, found, unknown, content["identity"])


def _known(
    name: str, came: Mapping[str, Any], path: str, left: dict[str, Any], depth: int
) -> EntityDict:
    """Return an object with the fields of its class; the others are put into ``left``."""
    allowed, fields = classes()[name].keys(), fields_of(name)
    found: EntityDict = {}
    for key, value in came.items():
        here = f"{path}.{key}" if path else key
        if key not in allowed or depth > _DEEPEST:
            left[here] = value
            continue
        prop = fields.get(key)
        if prop is not None and prop.kind == "object":
            items = value if isinstance(value, list) else [value]
            found[key] = [
                _known(prop.of, item, here, left, depth + 1) if isinstance(item, dict) else item
                for item in items
            ]
        else:
            found[key] = value
    return found


def _issues(came: list[Any]) -> Iterator[Issue]:
    """Yield the issues that the city's own run found, of rules that are known here."""
    for item in came[:_MOST_ISSUES]:
        if not (isinstance(item, list) and len(item) == 4 and all(map(_is_text, item[:3]))):
            continue
        rule, field, value, params = item
        if rule in rules() and isinstance(params, list):
            pairs = [pair for pair in params if isinstance(pair, list) and len(pair) == 2]
            named = {name: text for name, text in pairs if _is_name(name)}
            yield issue(rule, shown(field, 300), value, **named)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_name(value: Any) -> bool:
    """Return whether a parameter may have this name: it is stored as it is."""
    return (
        isinstance(value, str) and value.isidentifier() and len(value) < 50 and value not in _TAKEN
    )


#: Names of the parameters of :func:`hanse_harvesters.issue.issue` itself.
_TAKEN = frozenset({"rule", "field", "value"})
