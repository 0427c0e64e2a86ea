"""CKAN's groups, which the catalogue does not use: a theme is a field of a dataset."""

from __future__ import annotations

#: Their pages that stand elsewhere than below /group.  CKAN shows an organisation's followers
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
    """Whether a request asks for a page of groups; ``path`` is without the language."""
    return endpoint in PAGES or path == "/group" or path.startswith("/group/")


def is_menu(endpoint: str) -> bool:
    """Whether a tab or an entry of a menu leads to one."""
    return endpoint in PAGES or endpoint.startswith("group.")
