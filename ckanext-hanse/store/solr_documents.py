"""Solr documents from CKAN's own builder, without its connection and its queries.

``PackageSearchIndex.index_package`` builds a document and sends it immediately over its
own connection.  Here its code runs with replaced globals: the connection collects the
document, and the dataset query returns the one already loaded.
"""

from __future__ import annotations

from types import FunctionType, SimpleNamespace
from typing import Any

import ckan.plugins as p
from ckan import model
from ckan.lib.search import index as ckan_index

from ckanext.hanse.search.index import Beside, known
from ckanext.hanse.store import json_text
from ckanext.hanse.store.bulk import hooks
from ckanext.hanse.store.bulk.load import Stored
from ckanext.hanse.store.bulk.package_show import ShownPackage

SolrDocument = dict[str, Any]

#: Replaces the index itself: a deleted dataset has no document.
_NO_INDEX = SimpleNamespace(delete_package=lambda package: None)


def build(
    stored: Stored, default: ShownPackage, custom: ShownPackage, beside: Beside
) -> SolrDocument | None:
    """Return the document of a dataset; None if it must not be in the index (deleted).

    ``beside``  what our tables say of it.
    """
    found: list[SolrDocument] = []
    world = {
        **vars(ckan_index),
        "json": json_text,
        "make_connection": lambda: SimpleNamespace(add=lambda docs, commit: found.extend(docs)),
        "model": SimpleNamespace(
            Package=SimpleNamespace(get=lambda identity: _labelled(stored)),
            Resource=model.Resource,
            PackageRelationship=model.PackageRelationship,
        ),
    }
    code = ckan_index.PackageSearchIndex.index_package.__code__
    with known(beside):
        FunctionType(code, world)(_NO_INDEX, {**default, "with_custom_schema": custom}, True)
    return found[0] if found else None


def labels_of(stored: Stored) -> list[str]:
    """Return the permission labels of the dataset (``IPermissionLabels``)."""
    found: list[str] = ckan_index.lib_plugins.get_permission_labels().get_dataset_labels(
        _labelled(stored)
    )
    return found


def _labelled(stored: Stored) -> Any:
    """Return the dataset for permission labels; CKAN's default needs only the columns."""
    if any(p.PluginImplementations(p.IPermissionLabels)):
        return hooks.package_of(stored)
    return SimpleNamespace(**stored.package)
