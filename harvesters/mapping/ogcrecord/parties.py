"""Contacts of a record by role, and who stands in where a role is not given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.iso19139.simple import short
from hanse_harvesters.mapping.iso19139.table import listed as listed_in
from hanse_harvesters.mapping.iso19139.table import table
from hanse_harvesters.mapping.ogcrecord.facts import listed, text

_PLACES = ("contacts", "contactPoint", "contact", "providers")
_SPELT = {
    "pointofcontact": "contact",
    "inquiries": "contact",
    "maintainer": "custodian",
    "producer": "author",  # WCMP, STAC
    "host": "distributor",
    "licensor": "owner",
    "": "contact",
}
#: Roles with a field of their own.
_OWN = frozenset(
    {"publisher", "author", "originator", "custodian", "processor", "contributor", "contact"}
)
_MISSING = {"publisher": "iso-publisher-from-role", "contact": "iso-contact-from-role"}
_TAKEN = frozenset({"roles", "role", "rel", "name", "organization", "organisation", "position"})
#: Parts of an address → the keys that the standard and its drafts have for them.
_ADDRESS = {
    "street": ("deliveryPoint", "street"),
    "postal_code": ("postalCode",),
    "locality": ("city",),
    "country": ("country",),
}

Party = dict[str, Any]


def taken(told: dict[str, Any], issues: list[Issue]) -> dict[str, list[Party]]:
    """Take the contacts out of a record's properties; return them by role.

    What has no place stays there.  An issue tells who stands in for a missing role.
    """
    found: dict[str, list[Party]] = {}
    everyone = [(*_party(contact), roles) for contact, roles in _all(told) if any(_party(contact))]
    for party, left, roles in everyone:
        for role in roles:
            link = _iri(role)
            if role in _OWN:
                found.setdefault(role, []).append(party)
            elif link:
                found.setdefault("other", []).append({"agent": _agent(party), "role": link})
            else:
                left.setdefault("roles", []).append(role)
    for role, rule in _MISSING.items():
        stands_in, named = (None, "") if role in found else _instead(role, everyone)
        if stands_in:
            found[role] = [stands_in]
            issues.append(issue(rule, role, stands_in["name"], role=named))
    if rest := list(_left(everyone, found.get("contact", ()))):
        told["contacts"] = rest
    return {
        role: parties if role == "other" else list(map(_AS.get(role, _agent), parties))
        for role, parties in found.items()
    }


def _left(everyone: Sequence[Any], contacts: Sequence[Party]) -> Iterator[Party]:
    """Yield what has no field of every party: agents have neither telephone nor address."""
    for party, left, _ in everyone:
        if not any(party is one for one in contacts):
            left |= {key: party[key] for key in ("telephone", *_ADDRESS) if key in party}
        if left:
            yield {"name": party["name"], **left}


def _agent(party: Party) -> Party:
    return {key: party[key] for key in ("name", "email", "url") if key in party}


def _contact(party: Party) -> Party:
    return {
        **{key: value for key, value in party.items() if key != "whole"},
        "name": party["whole"],
    }


_AS = {"contact": _contact}


def _all(told: dict[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    for place in _PLACES:
        for contact in listed(told.pop(place, None)):
            given = contact if isinstance(contact, dict) else {"name": text(contact)}
            stated = [*listed(given.get("roles")), *listed(given.get("role"))]
            names = (item.get("name") if isinstance(item, dict) else item for item in stated)
            roles = [short(text(name)) for name in names] or [""]
            yield given, list(dict.fromkeys(_SPELT.get(role, role) for role in roles))
    if name := text(told.get("publisher")):
        del told["publisher"]
        yield {"name": name}, ["publisher"]


def _party(contact: Mapping[str, Any]) -> tuple[Party, dict[str, Any]]:
    """Return a contact with one value of each kind, and what is left of it."""
    organisation = text(contact.get("organization") or contact.get("organisation"))
    person = [text(contact.get(key)) for key in ("position", "name")]
    whole = list(dict.fromkeys(filter(None, (organisation, *person))))
    if not whole:
        return {}, {}
    party: Party = {"name": organisation or person[1] or person[0], "whole": ", ".join(whole)}
    left = {
        key: value
        for key, value in contact.items()
        if key not in _TAKEN and key not in {"emails", "email", "phones", "phone", "addresses",
                                             "links", "url"} and value
    }  # fmt: skip
    many = {
        "email": _values(contact, "emails", "email"),
        "telephone": _values(contact, "phones", "phone"),
        "url": _values(contact, "links", "url"),
    }
    for address in listed(contact.get("addresses"))[:1]:
        for part, keys in _ADDRESS.items():
            lines = [text(line) for key in keys for line in listed(_get(address, key))]
            many[part] = [", ".join(filter(None, lines))]
        if area := [text(line) for line in listed(_get(address, "administrativeArea"))]:
            left["administrativeArea"] = area
    for part, values in many.items():
        party |= {part: values[0]} if values and values[0] else {}
        left |= {part: values[1:]} if values[1:] else {}
    if more := listed(contact.get("addresses"))[1:]:
        left["addresses"] = more
    return party, left


def _values(contact: Mapping[str, Any], *keys: str) -> list[str]:
    found = []
    for key in keys:
        for entry in listed(contact.get(key)):
            inner = entry.get("value") or entry.get("href") if isinstance(entry, dict) else entry
            found.append(text(inner))
    return list(dict.fromkeys(filter(None, found)))


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _iri(role: str) -> str:
    known = next((name for name in listed_in("roles") if name.casefold() == role), "")
    return f"{listed_in('role_base')}{known}" if known else ""


def _instead(role: str, everyone: Sequence[Any]) -> tuple[Party | None, str]:
    """Return who stands in for a missing role, a publisher by name alone, and the other's role."""
    step = next(step for step in table()["dataset"] if step["value"] == "party")
    for other in step["missing"][role]:
        for party, _, roles in everyone:
            if _SPELT.get(other, other) not in roles:
                continue
            if role == "publisher":
                return {"name": party["name"]}, other or "pointOfContact"
            if party.keys() & {"email", "telephone", "url"}:
                return party, other or "pointOfContact"
    return None, ""
