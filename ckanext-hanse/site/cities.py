"""The member cities: who they are, their emblem, how many datasets each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckan import model

#: Emblems drawn for this site (public/hanse/emblems); a city of another name gets ``stadt``.
EMBLEMS = ("luebeck", "rostock", "stralsund", "wismar")


@dataclass(frozen=True, slots=True)
class City:
    """A member city as its card shows it; ``count`` is its number of public datasets."""

    id: str
    name: str
    title: str
    description: str
    emblem: str
    count: int


def emblem(name: str, image: str = "") -> str:
    """Address of the picture of organisation ``name``: its own image, else the drawn one."""
    if image:
        return image
    folded = (name or "").lower().replace("ü", "ue")
    known = next((item for item in EMBLEMS if item in folded), "stadt")
    return str(tk.h.url_for_static(f"/hanse/emblems/{known}.svg"))


def cities(counts: Mapping[str, int]) -> list[City]:
    """Every organisation, in alphabetical order: one query, the counts come from a facet."""
    rows = (
        model.Session.query(model.Group)
        .filter(model.Group.is_organization.is_(True), model.Group.state == "active")
        .order_by(model.Group.title)
    )
    return [
        City(
            id=row.id,
            name=row.name,
            title=row.title or row.name,
            description=row.description or "",
            emblem=emblem(row.name),
            count=counts.get(row.name, 0),
        )
        for row in rows
    ]
