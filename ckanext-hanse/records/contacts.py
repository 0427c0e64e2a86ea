"""The people and offices of a dataset as contacts of a record, by role.

contact.yaml of OGC 20-004r1.  Does not depend on CKAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_ROLES = {
    "publisher": "publisher",
    "contact": "pointOfContact",
    "creator": "author",
    "originator": "originator",
    "custodian": "custodian",
    "contributor": "contributor",
    "distributor": "distributor",
    "processor": "processor",
    "principal_investigator": "principalInvestigator",
    "resource_provider": "resourceProvider",
    "user": "user",
}
"""Field → role of ISO 19115."""
#: What the schema of a record takes for a telephone number.
_NUMBER = re.compile(r"\+[1-9][0-9]{3,14}")
_PUNCTUATION = re.compile(r"[\s()/.\-]+")


def of_dataset(dataset: Mapping[str, Any]) -> Iterator[Json]:
    """Yield everybody whom a dataset names."""
    for field, role in _ROLES.items():
        for somebody in _objects(dataset.get(field)):
            if found := _contact(somebody, is_person=field == "contact"):
                yield {**found, "roles": [role]}
    for attribution in _objects(dataset.get("qualified_attribution")):
        role = str(attribution.get("role") or "").rpartition("/")[2].rpartition("#")[2]
        for somebody in _objects(attribution.get("agent")):
            if role and (found := _contact(somebody)):
                yield {**found, "roles": [role]}


def _contact(somebody: Mapping[str, Any], *, is_person: bool = False) -> Json:
    """Return a contact, {} for one without a name."""

    def said(name: str) -> str:
        return str(somebody.get(name) or "").strip()

    name = said("name") or said("email") or said("uri")
    found = {
        "identifier": said("uri") or said("identifier"),
        "name": name if is_person else "",
        "organization": said("organization") if is_person else name,
        "emails": [{"value": said("email")}] if said("email") else [],
        "phones": [{"value": number} for number in [_phone(said("telephone"))] if number],
        "addresses": _address(somebody),
        "links": _page(said("url")),
    }
    return {key: value for key, value in found.items() if value} if name else {}


def _phone(text: str) -> str:
    number = _PUNCTUATION.sub("", text.replace("(0)", ""))
    return number if _NUMBER.fullmatch(number) else ""


def _address(somebody: Mapping[str, Any]) -> list[Json]:
    parts = {
        "deliveryPoint": [str(somebody["street"])] if somebody.get("street") else [],
        "city": somebody.get("locality"),
        "administrativeArea": somebody.get("region"),
        "postalCode": somebody.get("postal_code"),
        "country": somebody.get("country"),
    }
    found = {key: value for key, value in parts.items() if value}
    return [found] if found else []


def _page(url: str) -> list[Json]:
    if not url.lower().startswith(("http://", "https://")):
        return []
    return [{"rel": "about", "type": "text/html", "href": url}]


def _objects(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]
