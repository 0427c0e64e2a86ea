"""The plugin hooks of CKAN's actions, called for datasets written in bulk.

Only plugins that override a hook are called; ours updates its tables itself.  A plugin
gets the same kinds of objects as from CKAN, built from the rows: not attached to the session.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import ckan.plugins as p
from ckan import model
from ckan.plugins import interfaces
from ckan.plugins.core import _PLUGINS as loaded_plugins
from ckan.types import Context

from ckanext.hanse.store.bulk.load import Stored, TableRow

if TYPE_CHECKING:
    from ckanext.hanse.store.bulk.changes import StagedChange, Touched


#: Plugins that ignore all other calls: building the objects for them is half the work.
_LISTENS = {"xloader": {("resource", "changed")}}


def _implementing(interface: type, hook: str) -> tuple[Any, ...]:
    """Return the plugins that override ``hook`` of the interface."""
    return _found(interface, hook, tuple(loaded_plugins))


@cache
def _found(interface: type, hook: str, loaded: tuple[str, ...]) -> tuple[Any, ...]:
    nothing = getattr(interface, hook)
    return tuple(
        plugin
        for plugin in p.PluginImplementations(interface)
        if getattr(type(plugin), hook, nothing) is not nothing and plugin.name != "hanse"
    )


def _packages(hook: str) -> tuple[Any, ...]:
    return _implementing(interfaces.IPackageController, hook)


def shown(stored: Stored, package: TableRow) -> None:
    """Call ``read`` and ``before_resource_show``, as ``package_show`` does at its start."""
    if readers := _packages("read"):
        entity = package_of(stored)
        for plugin in readers:
            plugin.read(entity)
    for plugin in _implementing(interfaces.IResourceController, "before_resource_show"):
        for resource in package["resources"]:
            plugin.before_resource_show(resource)


def after_show(package: TableRow) -> None:
    """Call ``after_dataset_show``, the last step of ``package_show``."""
    for plugin in _packages("after_dataset_show"):
        plugin.after_dataset_show({"ignore_auth": True, "model": model}, package)


def saved(context: Context, written: StagedChange, data: TableRow) -> None:
    """Call what CKAN calls between saving a new or changed dataset and the commit."""
    if written.new:
        _created(context, written.stored, data)
    else:
        _updated(context, written.stored, data, written.touched)


def _created(context: Context, stored: Stored, data: TableRow) -> None:
    """Call ``create`` and ``after_dataset_create``, then notify as before a commit."""
    _saved("create", "after_dataset_create", context, stored, data)
    _tell("package", stored, "new")
    for row in stored.resources:
        _tell("resource", row, "new")
    _tell("package", stored, "changed")


def _updated(context: Context, stored: Stored, data: TableRow, touched: Touched) -> None:
    """Call ``edit`` and ``after_dataset_update``, then notify as before a commit."""
    _saved("edit", "after_dataset_update", context, stored, data)
    for row, operation in touched.resources():
        elsewhere = operation == "changed" and touched.has_new_url(row)
        _tell("resource", row, operation, elsewhere)
        if elsewhere:
            for plugin in _implementing(interfaces.IResourceUrlChange, "notify"):
                plugin.notify(resource_of(row, url_changed=True))
    _tell("package", stored, "changed")


def _tell(kind: str, what: Any, operation: str, url_changed: bool = False) -> None:
    """Call ``IDomainObjectModification.notify`` of the plugins that need it."""
    listening = [
        plugin
        for plugin in _implementing(interfaces.IDomainObjectModification, "notify")
        if (kind, operation) in _LISTENS.get(plugin.name, {(kind, operation)})
    ]
    if not listening:
        return
    entity = package_of(what) if kind == "package" else resource_of(what, url_changed=url_changed)
    for plugin in listening:
        plugin.notify(entity, getattr(model.DomainObjectOperation, operation))


def _saved(old: str, new: str, context: Context, stored: Stored, data: TableRow) -> None:
    if not _packages(old) and not _packages(new):
        return
    entity = package_of(stored)
    # As CKAN passes it before it is shown: the title unstripped.
    data = data | {"title": stored.package["title"]}
    for plugin in p.PluginImplementations(p.IPackageController):
        if plugin in _packages(old):
            getattr(plugin, old)(entity)
        if plugin in _packages(new):
            getattr(plugin, new)(context | {"package": entity}, data)


def package_of(stored: Stored) -> Any:
    """Return the dataset as an object of CKAN's model, outside the session."""
    entity = model.Package()
    for name, value in stored.package.items():
        setattr(entity, name, value)
    return entity


def resource_of(row: TableRow, *, url_changed: bool = False) -> Any:
    """Return a resource as an object of CKAN's model, outside the session."""
    entity = model.Resource()
    for name, value in row.items():
        setattr(entity, name, value)
    if url_changed:
        entity.url_changed = True
    return entity
