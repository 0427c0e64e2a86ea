"""Solr documents by CKAN's own builder, without its connection and its queries.

``PackageSearchIndex.index_package`` builds a document and sends it at once over a
connection of its own.  Its code runs here among other globals: the connection takes the
document down, and the dataset it asks for is the one at hand.
"""

from __future__ import annotations

from types import FunctionType, SimpleNamespace
from typing import Any

import ckan.plugins as p
from ckan import model
from ckan.lib.search import index as ckan_index

from ckanext.hanse.store.bulk import hooks
from ckanext.hanse.store.bulk.load import Stored
from ckanext.hanse.store.bulk.package_show import ShownPackage

SolrDocument = dict[str, Any]

#: Instead of the index itself: a deleted dataset has no document.
_NO_INDEX = SimpleNamespace(delete_package=lambda package: None)


def build(stored: Stored, default: ShownPackage, custom: ShownPackage) -> SolrDocument | None:
    """The document of a dataset; None for one that the index shall not hold (deleted)."""
    found: list[SolrDocument] = []
    world = {
        **vars(ckan_index),
        "make_connection": lambda: SimpleNamespace(add=lambda docs, commit: found.extend(docs)),
        "model": SimpleNamespace(
            Package=SimpleNamespace(get=lambda identity: _labelled(stored)),
            Resource=model.Resource,
            PackageRelationship=model.PackageRelationship,
        ),
    }
    code = ckan_index.PackageSearchIndex.index_package.__code__
    FunctionType(code, world)(_NO_INDEX, {**default, "with_custom_schema": custom}, True)
    return found[0] if found else None


def labels_of(stored: Stored) -> list[str]:
    """Who may read the dataset (``IPermissionLabels``)."""
    found: list[str] = ckan_index.lib_plugins.get_permission_labels().get_dataset_labels(
        _labelled(stored)
    )
    return found


def _labelled(stored: Stored) -> Any:
    """The dataset for whoever gives permission labels; CKAN's own rule reads columns only."""
    if any(p.PluginImplementations(p.IPermissionLabels)):
        return hooks.package_of(stored)
    return SimpleNamespace(**stored.package)
