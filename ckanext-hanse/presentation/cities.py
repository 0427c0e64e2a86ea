"""The member cities: names in the page's language, emblem, number of datasets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import ckan.plugins.toolkit as tk
from ckan import model
from flask import g, has_request_context

#: Emblems drawn for this site (public/hanse/emblems); any other city gets ``stadt``.
EMBLEMS = ("luebeck", "rostock", "stralsund", "wismar")
#: Prefix of an organization's image that is one of the site's own files.
OWN_FILES = "hanse/"


@dataclass(frozen=True, slots=True)
class City:
    """A member city as its card shows it; ``count`` is its number of public datasets."""

    name: str
    title: str
    description: str
    emblem: str
    count: int = 0


def emblem(name: str, image: str | None = "") -> str:
    """Return the URL of an organization's image: its own upload, else a drawn emblem.

    An image on another host is not shown, as the browser would request it from a third party.
    """
    own = (image or "").removeprefix(str(tk.config["ckan.site_url"]) + "/")
    if own.startswith(OWN_FILES):
        return str(tk.h.url_for_static(f"/{own}"))
    if own and "://" not in own:
        return str(tk.h.url_for_static(f"/uploads/group/{own}"))
    folded = (name or "").lower().replace("ü", "ue")
    known = next((item for item in EMBLEMS if item in folded), "stadt")
    return str(tk.h.url_for_static(f"/hanse/emblems/{known}.svg"))


def every(language: str) -> Mapping[str, City]:
    """Return every organization by name, in alphabetical order of title; one query per request."""
    if not has_request_context():  # an action that is called by a command
        return {city.name: city for city in _read(language)}
    found: Mapping[str, City] | None = getattr(g, "hanse_cities", None)
    if found is None:
        found = g.hanse_cities = {city.name: city for city in _read(language)}
    return found


def cities(counts: Mapping[str, int], language: str) -> list[City]:
    """Return every city with its number of datasets; the counts come from a facet."""
    return [replace(city, count=counts.get(city.name, 0)) for city in every(language).values()]


def _read(language: str) -> list[City]:
    rows = model.Session.query(model.Group).filter(
        model.Group.is_organization.is_(True), model.Group.state == "active"
    )
    found = [
        City(
            name=row.name,
            title=_text(row, "title", language) or row.name,
            description=_text(row, "description", language),
            emblem=emblem(row.name, row.image_url),
        )
        for row in rows
    ]
    return sorted(found, key=lambda city: city.title.casefold())


def _text(row: model.Group, field: str, language: str) -> str:
    """Return a text of an organization in ``language``, else the untranslated one."""
    texts = (row.extras or {}).get(f"{field}_translated")
    try:
        texts = json.loads(texts) if isinstance(texts, str) else texts
    except ValueError:
        texts = None
    found = texts.get(language) if isinstance(texts, dict) else None
    return str(found or getattr(row, field) or "")
