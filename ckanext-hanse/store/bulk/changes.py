"""The rows to write for a new or changed dataset, and the dataset as it is afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ckanext.hanse.store import package_dict, resources
from ckanext.hanse.store.bulk import NotBulkable, validate
from ckanext.hanse.store.bulk.load import Stored, TableRow
from ckanext.hanse.store.writer import Change

_RESOURCE = (
    *("id", "package_id", "url", "format", "description", "hash", "position", "name"),
    *("resource_type", "mimetype", "mimetype_inner", "size", "created", "last_modified"),
    *("metadata_modified", "cache_url", "cache_last_updated", "url_type", "extras", "state"),
)
_EMPTIED = ("author", "author_email", "maintainer", "maintainer_email")


class Touched:
    """The rows of resources that an update wrote, by operation."""

    def __init__(self) -> None:
        self.new: list[TableRow] = []
        self.changed: list[TableRow] = []
        self.deleted: list[TableRow] = []
        self._new_urls: set[str] = set()

    def change(self, row: TableRow, *, url: bool = False) -> None:
        """Add a changed resource that already existed; ``url`` if its address changed."""
        self.changed.append(row)
        if url:
            self._new_urls.add(row["id"])

    def has_new_url(self, row: TableRow) -> bool:
        """Return whether the address of the resource changed."""
        return row["id"] in self._new_urls

    def resources(self) -> Iterator[tuple[TableRow, str]]:
        """Yield each row with its operation, in CKAN's order."""
        for operation in ("new", "deleted", "changed"):
            for row in getattr(self, operation):
                yield row, operation


@dataclass(slots=True)
class StagedChange:
    """A change to be written to the tables; ``stored`` is the dataset as it is afterwards.

    ``new``      whether the dataset is new.
    ``changed``  whether anything in it differs from what is stored.
    ``package``  columns of its row that change.
    ``tags``     names of keywords to add.   ``dropped``, ``raised``  ids of package_tag.
    ``before``   for an update: the dataset as it was, in our shape.
    """

    change: Change
    stored: Stored
    new: bool
    changed: bool = True
    package: TableRow = field(default_factory=dict)
    touched: Touched = field(default_factory=Touched)
    tags: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    member: TableRow | None = None
    before: dict[str, Any] = field(default_factory=dict)


def now() -> datetime:
    """Return the time as CKAN stores it: UTC without a time zone."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def create(change: Change, *, owner_org: str, user_id: str) -> StagedChange:
    """Stage a new dataset; its name and the ids of its keywords are set later."""
    dataset = change.record.dataset
    validate.check(dataset)
    given = package_dict.new_package(dataset, name="", owner_org=owner_org)
    columns, extras = validate.package(given)
    moment = now()
    package = {
        "id": str(uuid.uuid4()),
        "name": "",
        **dict.fromkeys(_EMPTIED),
        **columns,
        "type": "dataset",
        "owner_org": owner_org,
        "creator_user_id": user_id,
        "metadata_created": moment,
        "metadata_modified": moment,
        "private": _private(given),
        "state": "active",
        "plugin_data": None,
        "extras": extras,
    }
    written = StagedChange(change, Stored(package), new=True, package=package)
    for position, item in enumerate(given["resources"]):
        written.touched.new.append(_new_resource(item, package["id"], position, moment))
    written.stored.resources = list(written.touched.new)
    written.tags = validate.tag_names(given)
    written.member = _member(package["id"], owner_org)
    return written


def update(change: Change, stored: Stored, existing: Mapping[str, Any]) -> StagedChange:
    """Stage an update; ``existing`` is the dataset as ``package_show`` returns it."""
    dataset = change.record.dataset
    validate.check(dataset)
    _check(stored)
    matches = resources.match(existing["resources"], dataset.get("resources", []))
    given = package_dict.changed_package(dict(existing), dataset, matches)
    columns, extras = validate.package(given)
    columns |= {**dict.fromkeys(_EMPTIED), "state": "active", "private": _private(given)}
    written = StagedChange(
        change, stored, new=False, before=package_dict.dataset_of(dict(existing))
    )
    moment = now()
    wanted = columns | {"extras": extras}
    written.package = {k: v for k, v in wanted.items() if stored.package[k] != v}
    moved = _resources(written, given["resources"], existing["resources"], moment)
    _tags(written, validate.tag_names(given))
    written.changed = bool(
        written.package or moved or written.tags or written.dropped or written.raised
    )
    if written.changed:
        written.package["metadata_modified"] = moment
        if all(row["group_id"] != stored.package["owner_org"] for row in stored.members):
            raise NotBulkable("membership")
        stored.package = stored.package | written.package
    return written


def _private(given: Mapping[str, Any]) -> bool:
    if not isinstance(given["private"], bool):
        raise NotBulkable("private")
    return given["private"]


def _check(stored: Stored) -> None:
    row = stored.package
    memberships = {member["group_id"] for member in stored.members if member["state"] == "active"}
    if memberships - {row["owner_org"]} or not row["owner_org"]:
        raise NotBulkable("membership")
    if row["state"] not in ("active", "deleted"):
        raise NotBulkable("state")
    for place, item in enumerate(stored.active_resources):
        if item["position"] != place or item["url_type"]:
            raise NotBulkable("resources")


def _member(package_id: str, owner_org: str) -> TableRow:
    return {
        "id": str(uuid.uuid4()),
        "table_name": "package",
        "table_id": package_id,
        "capacity": "organization",
        "group_id": owner_org,
        "state": "active",
    }


def _new_resource(
    item: Mapping[str, Any], package_id: str, position: int, moment: datetime
) -> TableRow:
    columns, extras = validate.resource(item)
    return dict.fromkeys(_RESOURCE) | {
        **columns,
        "id": str(uuid.uuid4()),
        "package_id": package_id,
        "position": position,
        "created": moment,
        "metadata_modified": moment,
        "extras": extras,
        "state": "active",
    }


def _resources(
    written: StagedChange,
    given: list[TableRow],
    existing: list[TableRow],
    moment: datetime,
) -> bool:
    """Build the rows of the distributions; return whether any of them changes."""
    stored = written.stored
    rows = {row["id"]: row for row in stored.active_resources}
    shown = {item["id"]: item for item in existing}
    kept: list[TableRow] = []
    for position, item in enumerate(given):
        row = rows.get(item.get("id", ""))
        if row is None:
            row = _new_resource(item, stored.package["id"], position, moment)
            written.touched.new.append(row)
        else:
            row = _old_resource(written, row, item, shown, position, moment)
        kept.append(row)
    if [row["id"] for row in kept] != list(rows):
        _drop(written, kept)
        return True
    stored.resources = kept + [row for row in stored.resources if row["state"] != "active"]
    return bool(written.touched.changed)


def _old_resource(
    written: StagedChange,
    row: TableRow,
    item: TableRow,
    shown: Mapping[str, TableRow],
    position: int,
    moment: datetime,
) -> TableRow:
    """Return the row of a resource that stays; unchanged unless something differs."""
    values: TableRow = {}
    if item != shown[row["id"]]:
        columns, extras = validate.resource(item)
        values = {k: v for k, v in (columns | {"extras": extras}).items() if row[k] != v}
        if values:
            values["metadata_modified"] = moment
    if row["position"] != position:
        values["position"] = position
    if not values:
        return row
    changed = row | values
    written.touched.change(changed, url="url" in values)
    return changed


def _drop(written: StagedChange, kept: list[TableRow]) -> None:
    """Mark removed resources as deleted; the next change deletes their rows, as in CKAN."""
    stay = {row["id"] for row in kept}
    gone = []
    for row in written.stored.resources:
        if row["state"] != "active":
            written.touched.deleted.append(row)
        elif row["id"] not in stay:
            gone.append(row | {"state": "deleted"})
    for row in gone:
        written.touched.change(row)
    written.stored.resources = kept + gone


def _tags(written: StagedChange, names: list[str]) -> None:
    """Determine which keywords are added, removed and restored."""
    wanted = set(names)
    known = {row["name"]: row for row in written.stored.tags}
    for name, row in known.items():
        active = row["link_state"] == "active"
        if name not in wanted and active:
            written.dropped.append(row["link"])
            row["link_state"] = "deleted"
        elif name in wanted and not active:
            written.raised.append(row["link"])
            row["link_state"] = "active"
    written.tags = [name for name in names if name not in known]
