"""The content of a dump as the catalogue is now: what is handed on, with the packages beside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ckan import model

from ckanext.hanse.export import catalogs, fragments
from ckanext.hanse.export.dumps.items import DumpContent, DumpItem
from ckanext.hanse.export.fragments import Fragment
from ckanext.hanse.store.bulk import current

#: Datasets that are read and written at a time.
_PART = 250


def content() -> DumpContent:
    """Return what a dump of now consists of; its datasets are read while it is written."""
    # The files of the dump before say nothing of this one.
    return DumpContent(catalogs.whole().subject, fragments.head(dumps=False), _parts())


def _parts() -> Iterator[list[DumpItem]]:
    walk = fragments.walk(chunk=2 * _PART)
    while found := list(islice(walk, _PART)):
        packages = _packages([item.id for item in found])
        lists = fragments.listings(found)
        yield [
            _item(item, listing, packages[item.id])
            for item, listing in zip(found, lists, strict=True)
            # Withdrawn, or made private, since its text was read.
            if item.id in packages
        ]
        # No transaction stays open while the files are written.
        model.Session.rollback()


def _packages(ids: list[str]) -> dict[str, dict[str, Any]]:
    """Return id → package, of those that everyone may see."""
    return {
        id: item.custom
        for id, item in current.load(ids).items()
        if item.custom["state"] == model.State.ACTIVE and not item.custom["private"]
    }


def _item(found: Fragment, listing: str, package: dict[str, Any]) -> DumpItem:
    return DumpItem(found.id, found.page, listing, found.text, package)
