"""Datasets as they are now, loaded many at once for indexing, comparing and changing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckan import logic

from ckanext.hanse.store import package_dict
from ckanext.hanse.store.bulk import NotBulkable, package_show
from ckanext.hanse.store.bulk import load as stored
from ckanext.hanse.store.bulk.load import Stored, TableRow
from ckanext.hanse.store.bulk.package_show import ShownPackage
from hanse_harvesters.record import DatasetDict


@dataclass(slots=True)
class Current:
    """Rows of a dataset, and its ``package_show`` dicts by CKAN's schema and by ours.

    ``usual`` is False for a dataset that only CKAN's own code can show and change.
    """

    stored: Stored
    default: ShownPackage
    custom: ShownPackage
    usual: bool = True


def load(ids: Sequence[str], *, lock: bool = False) -> dict[str, Current]:
    """Return the existing datasets with these ids; ``lock`` locks their rows against changes."""
    found = stored.load(ids, lock=lock)
    cities = stored.organizations(item.package["owner_org"] for item in found.values())
    return {identity: _current(item, cities) for identity, item in found.items()}


def datasets(ids: Sequence[str]) -> dict[str, DatasetDict]:
    """Return the datasets with these ids in the shape of our own schema."""
    return {identity: package_dict.dataset_of(item.custom) for identity, item in load(ids).items()}


def _current(item: Stored, cities: dict[str, TableRow]) -> Current:
    try:
        return Current(item, *package_show.both(item, cities.get(item.package["owner_org"])))
    except (NotBulkable, ValueError):
        context = {"ignore_auth": True, "user": _site_user()}
        both = logic.package_show_default_and_custom_schemas(context, item.package["id"])
        return Current(item, *both, usual=False)


def _site_user() -> str:
    return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])
