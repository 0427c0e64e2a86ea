"""What is different in a package that DKAN 1 writes in the form of CKAN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hanse_schemas.vocabulary import vocabulary


def is_dkan(package: Mapping[str, Any]) -> bool:
    """Return whether a DKAN wrote a package: type and state are as its pages show them.

    Its ``private`` is true of what is published.
    """
    return package.get("type") == "Dataset" or package.get("state") == "Active"


def offices(package: Mapping[str, Any], without: Any = None) -> list[str]:
    """Return the names of the groups of a DKAN that are no themes: the offices that publish.

    ``without``  publishers that are left out.
    """
    groups = package.get("groups")
    if not is_dkan(package) or not isinstance(groups, list):
        return []
    titles = [item.get("title") for item in groups if isinstance(item, dict)]
    named = [title.strip() for title in titles if isinstance(title, str) and title.strip()]
    known = {agent.get("name") for agent in without or () if isinstance(agent, dict)}
    themes = vocabulary("data-themes")
    return [title for title in named if title not in known and not themes.find(title)]
