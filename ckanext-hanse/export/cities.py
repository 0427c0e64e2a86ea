"""The member cities as those who deliver: what their catalogue nodes say."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings


@dataclass(frozen=True, slots=True)
class City:
    """An active organization; texts by language (``titles`` and ``descriptions`` may lack some).

    ``contributor``  IRI by which GovData knows it, "".  ``ars``  12 digits of its region, "".
    """

    id: str
    name: str
    title: str
    description: str = ""
    url: str = ""
    email: str = ""
    ars: str = ""
    contributor: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)


def cities() -> dict[str, City]:
    """Return id → city, by name."""
    group = model.Group
    query = (
        sa.select(group.id, group.name, group.title, group.description, group.extras)
        .where(group.is_organization, group.state == model.State.ACTIVE)
        .order_by(group.name)
    )
    with model.meta.engine.connect() as connection:
        rows = connection.execute(query).all()
    return {row[0]: _city(*row) for row in rows}


def contributors() -> Callable[[str], str]:
    """Return what gives of a city, by its id, the ID under which it delivers to GovData, or ""."""
    known, ours = cities(), settings.catalog().contributor_id

    def of(organization_id: str) -> str:
        city = known.get(organization_id)
        return (city.contributor if city else "") or ours

    return of


def contributor_of(organization_id: str) -> str:
    """Return under which ID datasets of a city are delivered to GovData, "" for none."""
    return contributors()(organization_id)


def _city(
    id: str, name: str, title: str | None, description: str | None, extras: Mapping[str, Any] | None
) -> City:
    more = extras or {}
    return City(
        id,
        name,
        title or name,
        description or "",
        url=str(more.get("url") or ""),
        email=str(more.get("email") or ""),
        ars=str(more.get("ars") or ""),
        contributor=str(more.get("contributor_id") or ""),
        titles=_languages(more.get("title_translated")),
        descriptions=_languages(more.get("description_translated")),
    )


def _languages(stored: Any) -> dict[str, str]:
    """Return texts by language; CKAN stores them as JSON in a string."""
    try:
        found = json.loads(stored) if isinstance(stored, str) else stored
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {lang: text for lang, text in found.items() if isinstance(text, str) and text}
