"""Tell the parts of a record apart by what they are for, so that the table can name their fields.

What an arranged record has besides its own keys: ``ways`` (files and services), ``addresses`` (the
other links by use), ``concepts``, ``parties`` by role, ``others`` (further identifiers).  What is
taken from ``properties`` for them is no longer there; what is left has no field.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from hanse_harvesters.issue import Issue
from hanse_harvesters.mapping.ogcrecord import concepts, links, parties, templates
from hanse_harvesters.mapping.ogcrecord.facts import external_ids, listed, properties, text

_API_SPEC = "http://www.opengis.net/spec/ogcapi"
#: Words in place of a licence that say to look at the link with the relation ``license``.
_NO_LICENCE = frozenset({"other", "various", "proprietary", "unknown", "none", "notspecified"})


def arranged(item: Any, issues: list[Issue]) -> Any:
    """Return a record arranged; ``issues`` is added to.  What is no object stays as it is."""
    if not isinstance(item, dict):
        return item
    told = dict(properties(item))
    found = {
        key: value
        for key, value in item.items()
        if key not in {"links", "linkTemplates", "associations", "services", "conformsTo"}
    }
    told.pop("associations", None)
    found["properties"] = told
    ways, addresses = links.sorted_out(item)
    if services := listed(item.get("services")):
        ways = links.joined(ways, services, issues)
    links.give_format(ways, told)
    found["ways"], found["addresses"] = ways, addresses
    taken = {link["href"] for link in [*ways, *chain(*addresses.values())]}
    found["linkTemplates"] = templates.left(item, taken)
    found["concepts"] = concepts.taken(told)
    found["parties"] = parties.taken(told, issues)
    found["others"] = _other_identifiers(told, text(item.get("id")))
    found["conformsTo"] = [
        name for name in listed(item.get("conformsTo")) if not text(name).startswith(_API_SPEC)
    ]
    licence = text(told.get("license")).casefold().replace(" ", "")
    if licence in _NO_LICENCE and addresses.get("license"):
        del told["license"]
    return found


def _other_identifiers(told: dict[str, Any], record: str) -> list[str]:
    """Take the identifiers that are not the record's own, and the schemes that say nothing."""
    others = [name for name in external_ids({"properties": told}) if name != record]
    schemes = [
        entry
        for entry in listed(told.pop("externalIds", None))
        if isinstance(entry, dict) and text(entry.get("scheme")) not in {"", "default"}
    ]
    if schemes:
        told["externalIds"] = [{"scheme": text(entry["scheme"])} for entry in schemes]
    return list(dict.fromkeys(others))
