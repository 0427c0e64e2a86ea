"""Convert between our dataset dict and CKAN's package dict, which adds CKAN's bookkeeping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hanse_harvesters.diff import FieldChange, diff
from hanse_harvesters.record import DatasetDict
from hanse_schemas import table

PackageDict = dict[str, Any]

#: Keys of CKAN's own that an update must pass back unchanged, or
#: ``package_update`` detects a change where there is none.
_PACKAGE_KEPT = (
    "id", "name", "owner_org", "organization", "creator_user_id", "metadata_created", "private",
    "state", "type", "isopen", "license_title", "license_url", "num_resources", "num_tags",
    "groups", "relationships_as_subject", "relationships_as_object",
)  # fmt: skip
_RESOURCE_KEPT = (
    "id", "package_id", "created", "metadata_modified", "last_modified", "state", "position",
    "url_type", "resource_type", "cache_url", "cache_last_updated", "mimetype_inner",
    "datastore_active", "datastore_contains_all_records_of_source_file",
)  # fmt: skip
#: Columns of CKAN's tables that ``package_show`` returns as None or "" if they are empty.
_PACKAGE_COLUMNS = (
    "title", "notes", "url", "version", "author", "author_email", "maintainer",
    "maintainer_email", "license_id",
)  # fmt: skip
_RESOURCE_COLUMNS = ("name", "description", "format", "mimetype", "size", "hash", "url")
_TAG_LENGTH = 100


@cache
def _fields(name: str) -> frozenset[str]:
    """Return the keys that a dict of the table's class may have."""
    derived = {"url"} if name == "distribution" else set()
    return table.classes()[name].keys() | derived


def _filled(item: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    wanted = set(keys)
    return {k: v for k, v in item.items() if k in wanted and v not in (None, "", [], {})}


def dataset_of(package: PackageDict) -> DatasetDict:
    """Return a ``package_show`` dict without CKAN's bookkeeping and empty fields: our shape."""
    dataset = _filled(package, _fields("dataset") - {"tags"})
    if tags := [{"name": tag["name"]} for tag in package.get("tags") or []]:
        dataset["tags"] = tags
    resources = [_filled(item, _fields("distribution")) for item in package.get("resources") or []]
    if resources:
        dataset["resources"] = resources
    return dataset


def difference(before: DatasetDict, dataset: DatasetDict) -> tuple[FieldChange, ...]:
    """Return what a record changes in the dataset ``before``, field by field."""
    return diff(before, {k: v for k, v in dataset.items() if k != "private"})


def new_package(dataset: DatasetDict, *, name: str, owner_org: str) -> PackageDict:
    """Return the argument of ``package_create`` for a dataset of a source."""
    package = {
        **dataset,
        "name": name,
        "owner_org": owner_org,
        "type": "dataset",
        "private": dataset.get("private", False),
        "state": "active",
        "resources": [dict(resource) for resource in dataset.get("resources", [])],
    }
    _fit_tags(package)
    return package


def changed_package(
    existing: PackageDict, dataset: DatasetDict, matches: list[PackageDict | None]
) -> PackageDict:
    """Return the argument of ``package_update``: ``dataset`` replacing ``existing``.

    ``matches`` holds for each distribution the resource it continues.  If nothing changed, the
    result equals ``existing`` except for ``metadata_modified``, and CKAN leaves such resources
    alone.  ``private`` keeps its value unless ``dataset`` sets it.
    """
    package = _onto(existing, dataset, _PACKAGE_KEPT, _PACKAGE_COLUMNS)
    package["state"] = "active"
    if existing.get("extras") == []:
        package["extras"] = []
    package["resources"] = [
        _resource(match, item)
        for item, match in zip(dataset.get("resources", []), matches, strict=True)
    ]
    _fit_tags(package, existing.get("tags", []))
    return package


def _resource(existing: PackageDict | None, item: Mapping[str, Any]) -> PackageDict:
    """Return ``item`` as the update of ``existing``, or as a new resource."""
    if existing is None:
        resource = dict(item)
    else:
        resource = _onto(existing, item, _RESOURCE_KEPT, _RESOURCE_COLUMNS)
        if resource == existing:
            return resource
    # Otherwise CKAN guesses one from the URL, in an update but not for a new dataset.
    resource.setdefault("mimetype", None)
    return resource


def _onto(
    existing: PackageDict, item: Mapping[str, Any], kept: Iterable[str], columns: Iterable[str]
) -> PackageDict:
    """Return ``item`` with CKAN's bookkeeping and its values for empty columns."""
    result = {key: existing[key] for key in kept if key in existing}
    result |= {key: existing[key] for key in columns if existing.get(key, 0) in (None, "")}
    return result | dict(item)


def _fit_tags(package: PackageDict, existing: Iterable[Mapping[str, Any]] = ()) -> None:
    """Set tags as CKAN stores them: 100 characters, each once, known ones with their ids."""
    known = {tag["name"]: dict(tag) for tag in existing}
    names = {tag["name"][:_TAG_LENGTH].strip() for tag in package.get("tags", [])}
    package["tags"] = [known.get(name, {"name": name}) for name in sorted(names) if name]
