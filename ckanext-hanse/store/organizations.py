"""The cities as organizations of CKAN."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from hanse_harvesters.settings.source import Organization


def ensure(city: Organization) -> str:
    """Create or update a city's organization; return ``created``, ``updated`` or ``unchanged``.

    Fields that the file leaves empty keep what was entered by hand.
    """
    wanted = {key: value for key, value in _as_ckan(city).items() if value not in ("", {})}
    group = model.Group.by_name(city.name)
    if group is None:
        tk.get_action("organization_create")(_context(), {"name": city.name, **wanted})
        return "created"
    existing = tk.get_action("organization_show")(
        _context(), {"id": group.id, "include_users": True, "include_datasets": False}
    )
    changes = {key: value for key, value in wanted.items() if existing.get(key) != value}
    if existing["state"] != "active":
        changes["state"] = "active"
    if not changes:
        return "unchanged"
    tk.get_action("organization_patch")(_context(), {"id": group.id, **changes})
    return "updated"


def _as_ckan(city: Organization) -> dict[str, Any]:
    """Return the city with the fields of ``organization.yaml``."""
    return {
        "title": city.title,
        "title_translated": _languages(city.title, city.title_en),
        "description": city.description,
        "description_translated": _languages(city.description, city.description_en),
        "image_url": _image(city.image),
        "url": city.url,
        "email": city.email,
        "ars": city.ars,
        "contributor_id": city.contributor_id,
    }


def _image(image: str) -> str:
    """Return a logo's absolute URL: CKAN shows only that or an uploaded file."""
    if not image or image.startswith(("http://", "https://")):
        return image
    return f"{tk.config['ckan.site_url'].rstrip('/')}/{image.lstrip('/')}"


def _languages(german: str, english: str) -> dict[str, str]:
    """Return both languages, or nothing if there is only the site's."""
    return {"de": german, "en": english} if german and english else {}


def _context() -> dict[str, Any]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True}
