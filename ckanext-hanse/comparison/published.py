"""The public datasets that are a model dataset: what the index says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import AssignedHow, ModelAssignment
from ckanext.hanse.presentation.text import safe_link
from ckanext.hanse.search import public

#: More than a catalogue of some hundred cities has of them.
_MOST = 20_000
_FIELDS = (
    "id", "name", "title", "organization", "hanse_group", "hanse_open", "hanse_changed",
    "hanse_model", "hanse_quality", "hanse_year", "extras_contact",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A dataset in a cell.

    ``city``     name of its organization.
    ``groups``   format groups of its files; ``open`` None if the licence is unknown.
    ``years``    that the data cover, from the first.
    ``changed``  day of the last change, None if unknown.
    ``quality``  rating of its metadata, "" before it is judged.
    ``machine``  its model dataset was found by the machine; ``confirmed`` by a person.
    ``contact``  whom to ask: name and address or phone number of the first that can be reached.
    """

    id: str
    name: str
    title: str
    city: str
    models: tuple[str, ...]
    groups: tuple[str, ...] = ()
    open: bool | None = None
    years: tuple[str, ...] = ()
    changed: date | None = None
    quality: str = ""
    machine: bool = False
    confirmed: bool = False
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask; ``href`` is a mail address, a page or a phone number as a link, "" for none."""

    name: str
    href: str = ""


def every(iri: str = "") -> list[Published]:
    """Return the public datasets with a model dataset, the newest first: by year, then by change.

    ``iri``    only those of this one.  Raises SearchError if Solr does not answer.
    """
    only = f'hanse_model:"{iri}"' if iri else "hanse_model:*"
    found = _search(only, _FIELDS)
    how = _how([item["id"] for item in found] if iri else None)
    made = [_published(item, how.get(item["id"], set())) for item in found]
    return sorted(made, key=lambda item: item.years[-1:], reverse=True)


def packages(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return dataset id → ``package_show``, of the public ones.  Raises SearchError as above."""
    found = _search(f"{{!terms f=id}}{','.join(ids)}", ("id", "validated_data_dict")) if ids else []
    return {item["id"]: json.loads(item["validated_data_dict"]) for item in found}


def _search(only: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    sort = "hanse_changed desc, title_string asc, id asc"
    return list(public.search(only, fl=",".join(fields), rows=_MOST, sort=sort))


def _how(ids: Iterable[str] | None) -> dict[str, set[str]]:
    """Return dataset id → who says so: the machine, or a person."""
    table = ModelAssignment
    wanted = (AssignedHow.MACHINE.value, AssignedHow.CONFIRMED.value)
    query = sa.select(table.dataset_id, table.how).where(table.how.in_(wanted))
    if ids is not None:
        query = query.where(table.dataset_id.in_(list(ids)))
    found: dict[str, set[str]] = {}
    for dataset_id, how in model.Session.execute(query):
        found.setdefault(dataset_id, set()).add(how)
    return found


def _published(item: dict[str, Any], how: set[str]) -> Published:
    confirmed = AssignedHow.CONFIRMED.value in how
    opened = {"true": True, "false": False}.get(str(item.get("hanse_open")).lower())
    return Published(
        id=item["id"],
        name=item["name"],
        title=item.get("title") or item["name"],
        city=item.get("organization") or "",
        models=tuple(item.get("hanse_model") or ()),
        groups=tuple(item.get("hanse_group") or ()),
        open=opened,
        years=tuple(sorted(map(str, item.get("hanse_year") or ()))),
        changed=_day(item.get("hanse_changed")),
        quality=item.get("hanse_quality") or "",
        machine=not confirmed and AssignedHow.MACHINE.value in how,
        confirmed=confirmed,
        contact=_contact(item.get("extras_contact")),
    )


def _contact(text: Any) -> Contact | None:
    try:
        listed = json.loads(text or "[]")
    except ValueError:
        return None
    for item in listed if isinstance(listed, list) else ():
        for key, scheme in (("email", "mailto:"), ("url", ""), ("telephone", "tel:")):
            value = str(item.get(key) or "").strip() if isinstance(item, dict) else ""
            if value:
                link = safe_link(value if value.startswith(scheme) else f"{scheme}{value}")
                return Contact(str(item.get("name") or value).strip(), link)
    return None


def _day(moment: Any) -> date | None:
    try:
        return date.fromisoformat(str(moment)[:10])
    except ValueError:
        return None
