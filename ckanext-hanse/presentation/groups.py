"""CKAN's groups, which the catalogue does not use: a theme is a field of a dataset."""

from __future__ import annotations

#: Pages of groups outside /group.  CKAN shows an organization's followers
#: as a group's.
PAGES = {
    "activity.group_activity",
    "dashboard.groups",
    "dataset.groups",
    "feeds.group",
    "organization.followers",
    "user.read_groups",
}


def is_page(endpoint: str | None, path: str) -> bool:
    """Return whether a request is for a page of groups; ``path`` is without the language."""
    return endpoint in PAGES or path == "/group" or path.startswith("/group/")


def is_menu(endpoint: str) -> bool:
    """Return whether a tab or menu entry links to a page of groups."""
    return endpoint in PAGES or endpoint.startswith("group.")
