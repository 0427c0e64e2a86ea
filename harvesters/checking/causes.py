"""Issues of shapes beside those of reading: one cause is told once, and known as a violation.

Reading a portal's RDF reports much that the shapes refuse too, and says more of it: "holds an
address as text" rather than "must be an address".  So it is the reader's issue that stays; that
the standard forbids it is noted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.quality.shapes import words

_NUMBER = re.compile(r"\[\d+\]")
#: Rules by which shapes tell a cause that no other rule tells → the check behind them.
_CHECKS: Mapping[str, tuple[str, ...]] = {
    "values-too-many": ("many",),
    "value-not-address": ("kind",),
    "object-as-text": ("kind",),
    "geometry-bare": ("kind",),
    "value-not-text": ("kind",),
    "value-mistyped": ("typed",),
    "value-undescribed": ("class",),
    "value-unlisted": ("listed",),
    "entry-as-text": ("listed",),
}
#: Rules of reading → checks that fail for the same cause, but only in the source's own RDF: an
#: address written as text is in no list of addresses.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "literal-for-iri": ("listed",),
    "type-missing": ("class",),
    "not-described": ("class", "missing"),
}
#: Rules that say less of a value than any other does.
_LESS = frozenset(
    ("value-against-rule", "value-not-address", "object-as-text", "value-undescribed")
)


def merged(
    known: Collection[Issue], found: Collection[Issue]
) -> tuple[list[Issue], frozenset[Issue]]:
    """Return the issues of a dataset, and which of those ``known`` break a rule of the shapes.

    ``known`` come from reading and normalising, ``found`` from the shapes.
    """
    told: dict[tuple[str, str], list[Issue]] = {}
    for item in known:
        for pair in _pairs(item):
            told.setdefault(pair, []).append(item)
    kept, broken = dict.fromkeys(known), set[tuple[str, str]]()
    listed = {(item.field, item.value) for item in found if item.rule not in _LESS}
    for item in found:
        same = [pair for pair in _pairs(item) if pair in told]
        if same:
            if item.severity is not Severity.INFO:
                broken.update(same)
        elif item.rule not in _LESS or (item.field, item.value) not in listed:
            kept[item] = None
    return list(kept), frozenset(one for pair in broken for one in told[pair])


def _pairs(item: Issue) -> set[tuple[str, str]]:
    """Return (field without numbers, check) of the causes that an issue tells."""
    checks = (*_CHECKS.get(item.rule, ()), *_ALSO.get(item.rule, ()))
    field = _NUMBER.sub("", item.field)
    return words.covered([item]) | {(field, check) for check in checks}
