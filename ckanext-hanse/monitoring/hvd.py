"""High-value datasets for the report to the EU: found in the index, judged by the core.

The index knows what a dataset says of itself and what it lacks (search/exact.py); what people
rejected is in the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan import model

from ckanext.hanse import provenance
from ckanext.hanse.corrections import hvd as decisions
from ckanext.hanse.search import public
from ckanext.hanse.search.exact import DECLARED, OFFERED, service_key, services
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.quality import hvd, hvd_offers

REJECTED = "rejected"
#: Which datasets are shown: those that say so, those that may be one, those that are none.
STATES = (DECLARED, OFFERED, REJECTED)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which datasets.  ``public``: without those that only the city sees.

    ``organization``  id, "" for all.  ``category``  code of a main category, ``fails`` a criterion
    that is not met; "" for any.
    """

    state: str = DECLARED
    organization: str = ""
    category: str = ""
    fails: str = ""
    public: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the datasets, how many there are, and how many by category and failing criterion."""

    count: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    categories: dict[str, int] = field(default_factory=dict)
    fails: dict[str, int] = field(default_factory=dict)


def find(asked: Asked, *, language: str, limit: int, offset: int) -> Found:
    """Return the datasets asked for, by title; SearchError if the index does not answer.

    Each row: ``id``, ``name``, ``title``, ``organization``, ``private``, ``uri``, ``publisher``,
    ``state``, ``category`` (IRIs), ``offered`` (``category``, ``word``; None), ``criteria``
    (name → met), ``issues``, ``licences``, ``services`` (``uri``, ``endpoint``, ``key``),
    ``downloads``, ``documentation``, ``contact``, ``legislation``, ``decided`` (``verdict``,
    ``by``, ``when``; None).
    """
    filters = _filters(asked)
    if filters is None:
        return Found()
    answer = _search(filters, rows=limit, start=offset)
    packages = [json.loads(item["validated_data_dict"]) for item in answer.docs]
    counted = (answer.facets or {}).get("facet_fields", {})
    return Found(
        answer.hits,
        _rows(packages, asked.state, language),
        counted.get("hanse_hvd_category", {}),
        counted.get("hanse_hvd_fails", {}),
    )


def every(asked: Asked, language: str) -> Iterator[dict[str, Any]]:
    """Yield all rows, some hundred at once."""
    offset = 0
    while rows := find(asked, language=language, limit=_AT_ONCE, offset=offset).rows:
        yield from rows
        offset += _AT_ONCE


def numbers(organization: str, *, public: bool) -> dict[str, int]:
    """Return how many datasets of an organization there are in each state."""
    found = {}
    for state in STATES:
        filters = _filters(Asked(state, organization, public=public))
        found[state] = 0 if filters is None else _search(filters, rows=0, start=0).hits
    return found


def _filters(asked: Asked) -> list[str] | None:
    """Return Solr's filters; None if nothing can be found."""
    filters = ["+capacity:public"] if asked.public else []
    if asked.organization:
        filters.append(f'+owner_org:"{asked.organization}"')
    none = decisions.rejected(asked.organization) if asked.state != DECLARED else []
    if asked.state == REJECTED:
        if not none:
            return None
        filters.append(f"{{!terms f=id}}{','.join(none)}")
    else:
        filters.append(f"+hanse_hvd:{asked.state}")
        if none:
            filters.append(f"*:* -{{!terms f=id v='{','.join(none)}'}}")
    if asked.category:
        filters.append(f'+hanse_hvd_category:"{asked.category}"')
    if asked.fails:
        filters.append(f'+hanse_hvd_fails:"{asked.fails}"')
    return filters


def _search(filters: list[str], *, rows: int, start: int) -> Any:
    asked: dict[str, Any] = {
        "fl": "validated_data_dict", "json.nl": "map", "sort": "title_string asc, id asc",
        "facet": "true", "facet.field": ["hanse_hvd_category", "hanse_hvd_fails"],
        "facet.mincount": 1, "rows": rows, "start": start,
    }  # fmt: skip
    return public.of_site(*filters, **asked)


def _rows(packages: list[dict[str, Any]], state: str, language: str) -> list[dict[str, Any]]:
    ids = [package["id"] for package in packages]
    said, of_portals = decisions.verdicts(ids), provenance.harvested(ids)
    people = _people(said.values())
    rows = []
    for package in packages:
        row = _row(package, state, language, harvested=package["id"] in of_portals)
        mark = said.get(package["id"])
        row["decided"] = mark and {
            "verdict": mark.value, "by": people.get(mark.author, ""), "when": moment(mark.created),
            "reason": mark.reason, "id": mark.id,
        }  # fmt: skip
        rows.append(row)
    return rows


def _row(
    package: Mapping[str, Any], state: str, language: str, *, harvested: bool
) -> dict[str, Any]:
    found, offered = hvd.assess(package), hvd_offers.offer(package)
    publisher = (package.get("publisher") or [{}])[0]
    served = [
        {
            "uri": service.get("uri", ""),
            "endpoint": (service.get("endpoint_url") or [""])[0],
            "key": service_key(service),
            "documentation": service.get("documentation") or [],
        }
        for service in services(package)
    ]
    resources = package.get("resources") or []
    return {
        **{key: package.get(key) or "" for key in ("id", "name", "title", "uri")},
        **{key: package.get(key) for key in ("title_translated", "organization", "private")},
        "publisher": publisher.get("name", "") if isinstance(publisher, dict) else "",
        "state": state,
        "category": package.get("hvd_category") or [],
        "offered": {"category": offered.category, "word": offered.word} if offered else None,
        "criteria": {name: name not in found.fails for name in hvd.CRITERIA},
        "issues": [
            item.as_json(language, kept_here=not harvested) | {"criterion": hvd.RULES[item.rule]}
            for item in found.issues
        ],
        "licences": _unique(item.get("license") for item in resources),
        "services": list({item["key"]: item for item in served}.values()),
        "downloads": _unique(item.get("download_url") for item in resources),
        "documentation": _unique(
            [*(url for item in served for url in item["documentation"]),
             *(package.get("documentation") or [])]
        ),
        "contact": _contacts(package.get("contact")),
        "legislation": package.get("applicable_legislation") or [],
    }  # fmt: skip


def _contacts(value: Any) -> list[str]:
    """Return how the contacts are reached, else their names."""
    keys = ("email", "url", "telephone", "name")
    contacts = [item for item in value or () if isinstance(item, dict)]
    return _unique(next((item[key] for key in keys if item.get(key)), "") for item in contacts)


def _unique(values: Any) -> list[str]:
    return list(dict.fromkeys(str(item) for item in values if item))


def _people(marks: Any) -> dict[str, str]:
    ids = {mark.author for mark in marks}
    users = model.Session.query(model.User).filter(model.User.id.in_(ids)) if ids else ()
    return {user.id: user.fullname or user.name for user in users}
