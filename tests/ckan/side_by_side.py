"""The same changes through CKAN's actions and through a writer, and all they leave behind.

What no two runs have in common – ids, times – is replaced by what it says: which dataset
or resource, and whether the time is another one than before the change.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import profiles
import pysolr
import sqlalchemy as sa
from ckan import logic, model
from ckan.lib.search import make_connection
from ckanext.activity.model import Activity
from walks import source

from ckanext.hanse.store import names, package_dict, records, resources, runs
from ckanext.hanse.store.action_writer import BIND
from ckanext.hanse.store.writer import Action, Change, WriteOutcome
from hanse_harvesters.record import Record

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z?")
_TIMES = {"metadata_created", "metadata_modified", "created", "last_modified"}
#: To the second, so that two steps may have the same.
_COARSE_TIMES = {"hanse_changed"}
_READ = {"read", "before_resource_show", "after_dataset_show", "before_dataset_index"}


class Actions:
    """CKAN's own way, as plainly as it can be called: the oracle."""

    def __init__(self, **keep: Any) -> None:
        self._owner_org = keep.pop("owner_org")
        self._keep = keep
        self._user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        #: Datasets that were sent and did not change: CKAN indexes them all the same, and
        #: keeps an activity.  A harvest shall not.
        self.idle: set[str] = set()

    def write(self, change: Change) -> Iterator[WriteOutcome]:
        """``package_create`` or ``package_update``, committed and indexed by CKAN itself."""
        # A resource remembers for the life of a session that its address once was new.
        model.Session.remove()
        dataset = copy.deepcopy(change.record.dataset)
        context = {"user": self._user, "ignore_auth": True}
        bound: list[str] = []
        try:
            if change.dataset_id:
                existing = tk.get_action("package_show")(dict(context), {"id": change.dataset_id})
                matches = resources.match(existing["resources"], dataset.get("resources", []))
                package = package_dict.changed_package(existing, dataset, matches)
                context |= {"original_package": existing, BIND: bound.append}
                shown = tk.get_action("package_update")(context, package)
            else:
                name = names.free_name(str(dataset.get("title", "")))
                package = package_dict.new_package(dataset, name=name, owner_org=self._owner_org)
                shown = tk.get_action("package_create")(context | {BIND: bound.append}, package)
        except Exception:
            if profiles.NIGHTLY:
                traceback.print_exc()
            model.Session.rollback()
            yield WriteOutcome(change.record, Action.REJECTED, change.dataset_id or "")
            return
        if change.dataset_id and _alike(existing, shown):
            self._undo(existing)
        records.keep(change.record, **self._keep, dataset_id=shown["id"])
        model.Session.commit()
        action = Action.UPDATED if change.dataset_id else Action.CREATED
        yield WriteOutcome(change.record, action, shown["id"], shown["name"])

    def _undo(self, before: dict[str, Any]) -> None:
        """A keyword that once was dropped makes CKAN take anything for a change."""
        self.idle.add(before["id"])
        package = model.Package.get(before["id"])
        package.metadata_modified = datetime.fromisoformat(before["metadata_modified"])
        model.Session.commit()
        logic.index_update_package({"ignore_auth": True, "user": self._user}, before["id"])

    def flush(self) -> Iterator[WriteOutcome]:
        """Nothing waits."""
        yield from ()


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one | {"metadata_modified": ""} == other | {"metadata_modified": ""}


class Recorder(p.SingletonPlugin):
    """A plugin that notes which hooks are called for what."""

    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IResourceController, inherit=True)
    p.implements(p.IDomainObjectModification)
    p.implements(p.IResourceUrlChange)

    seen: list[tuple[str, str]] = []  # noqa: RUF012

    def read(self, entity: Any) -> None:
        self.seen.append(("read", entity.id))

    def create(self, entity: Any) -> None:
        self.seen.append(("create", entity.id))

    def edit(self, entity: Any) -> None:
        self.seen.append(("edit", entity.id))

    def after_dataset_create(self, context: Any, pkg_dict: Any) -> None:
        self.seen.append((f"after_dataset_create {pkg_dict['title']}", pkg_dict["id"]))

    def after_dataset_update(self, context: Any, pkg_dict: Any) -> None:
        self.seen.append((f"after_dataset_update {pkg_dict['title']}", pkg_dict["id"]))

    def after_dataset_show(self, context: Any, pkg_dict: Any) -> None:
        self.seen.append(("after_dataset_show", pkg_dict["id"]))

    def before_dataset_index(self, pkg_dict: Any) -> Any:
        self.seen.append(("before_dataset_index", pkg_dict["id"]))
        return pkg_dict | {"extras_seen": pkg_dict["name"]}

    def before_resource_show(self, resource_dict: Any) -> None:
        self.seen.append(("before_resource_show", resource_dict["id"]))

    def notify(self, entity: Any, operation: Any = None) -> None:
        if entity is None:  # CKAN's package of a resource that was purged
            return
        kind = type(entity).__name__
        url = "" if operation else " leads elsewhere"
        self.seen.append((f"{kind} {operation}{url}", entity.id))


@dataclass
class Site:
    """A writer's own catalogue in the making: labels for ids, times of the step before."""

    writer: type
    organization_id: str
    datasets: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    times: dict[tuple[str, ...], str] = field(default_factory=dict)

    def step(self, given: list[Record], back: bool = False) -> dict[str, Any]:
        """Write the records; everything that can be seen of it afterwards."""
        model.Session.remove()
        row = source(self.organization_id)
        writer = self.writer(
            source_id=row.id, run_id=runs.begin(row.id), owner_org=self.organization_id
        )
        Recorder.seen.clear()
        before = set(model.Session.scalars(sa.select(Activity.id)))
        outcomes = []
        with _sent() as documents:
            for record in given:
                known = self.datasets.get(record.identity)
                outcomes += writer.write(Change(record, known, back=back))
            outcomes += writer.flush()
        model.Session.rollback()
        for outcome in sorted(outcomes, key=lambda o: o.record.identity):
            if outcome.action is not Action.REJECTED:
                self.datasets[outcome.record.identity] = outcome.dataset_id
                self.labels[outcome.dataset_id] = outcome.record.identity
        self._label_resources()
        idle = getattr(writer, "idle", set())
        written = {document["id"] for document in documents} - idle
        calls = Counter(
            (hook, self.labels.get(key, key))
            for hook, key in Recorder.seen
            if self._is_of(key, written)
        )
        return {
            "outcomes": sorted((o.record.identity, o.action.value, o.name) for o in outcomes),
            "calls": {call: 1 if call[0] in _READ else n for call, n in calls.items()},
            "documents": {
                d["id"]: d for d in map(self._document, documents) if not self._is_of(d["id"], idle)
            },
            "found": sorted(json.dumps(self._plain(row), sort_keys=True) for row in _found()),
            "shown": {label: self._shown(key) for key, label in self._own().items()},
            "rows": self._rows(),
            "activities": self._activities(before, idle),
        }

    def _is_of(self, key: str, datasets: set[str]) -> bool:
        """Whether a dataset or resource belongs to those; also by the label of its dataset."""
        labels = {self.labels[item] for item in datasets}
        return self.labels.get(key, key).partition("/")[0] in labels

    def _own(self) -> dict[str, str]:
        return {key: label for label, key in self.datasets.items()}

    def _label_resources(self) -> None:
        rows = model.Session.query(model.Resource).order_by(
            model.Resource.package_id, model.Resource.position
        )
        for row in rows:
            label = self.labels.get(row.package_id, "?")
            count = sum(known.startswith(f"{label}/") for known in self.labels.values())
            self.labels.setdefault(row.id, f"{label}/{count}")
        for tag in model.Session.query(model.Tag):
            self.labels[tag.id] = f"tag {tag.name}"

    def _shown(self, dataset_id: str) -> Any:
        both = []
        for extra in ({}, {"use_default_schema": True}):
            context = {"ignore_auth": True, "use_cache": False}
            shown = tk.get_action("package_show")(context, {"id": dataset_id, **extra})
            both.append(self._plain(shown, ("shown", self.labels[dataset_id])))
        cached = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
        return [*both, self._plain(cached, ("cached", self.labels[dataset_id]))]

    def _document(self, document: dict[str, Any]) -> dict[str, Any]:
        key = f"{document['id']}{tk.config['ckan.site_id']}"
        assert document["index_id"] == hashlib.md5(key.encode()).hexdigest()
        filled = {k: v for k, v in document.items() if v not in (None, "") and k != "index_id"}
        for name in ("data_dict", "validated_data_dict"):
            filled[name] = json.loads(filled[name])
        return self._plain(filled, ("document",))

    def _rows(self) -> list[Any]:
        """The tables, for what no action shows: states, organisation, order."""
        wanted = {
            "package": ("id", "title", "state", "private", "creator_user_id", "extras"),
            "resource": ("id", "package_id", "state", "extras", "url", "mimetype"),
            "package_tag": ("package_id", "tag_id", "state"),
            "member": ("table_id", "group_id", "capacity", "state"),
            "hanse_dataset_state": ("dataset_id", "harvested", "issues", "index_pending"),
        }
        found = []
        for table, columns in wanted.items():
            rows = model.Session.execute(sa.text(f"SELECT {', '.join(columns)} FROM {table}"))
            found += [[table, *map(_readable, self._plain(list(row)))] for row in rows]
        return sorted(found, key=str)

    def _activities(self, before: set[str], idle: set[str]) -> list[Any]:
        rows = model.Session.query(Activity).filter(
            Activity.id.not_in(before), Activity.object_id.not_in(idle)
        )
        found = [
            (
                self.labels.get(row.object_id, row.object_id),
                row.activity_type,
                row.user_id,
                row.permission_labels,
                self._plain(row.data, ("activity", row.object_id)),
            )
            for row in rows
        ]
        return sorted(found, key=str)

    def _plain(self, value: Any, path: tuple[str, ...] = ()) -> Any:
        """Without what two runs cannot have in common."""
        if isinstance(value, dict):
            path = (*path, str(value["id"])) if "id" in value else path
            return {k: self._plain(v, (*path, k)) for k, v in value.items()}
        if isinstance(value, list):
            if path[-1:] == ("extras",):  # a dict, in the order in which it was filled
                value = sorted(value, key=str)
            return [self._plain(item, path) for item in value]
        if not isinstance(value, str):
            return value
        if path and path[-1] in _COARSE_TIMES:
            return "a time"
        if path and path[-1] in _TIMES and _TIME.fullmatch(value):
            before, self.times[path] = self.times.get(path), value
            return "a time" if before is None else f"a time, {before == value}"
        return self.labels.get(value, value)


def _readable(value: Any) -> Any:
    """JSON in a column of text as what it says."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            return _readable(json.loads(value))
    if isinstance(value, dict):
        return dict(sorted((key, _readable(item)) for key, item in value.items()))
    return value


def _found() -> Iterator[dict[str, Any]]:
    """What a search by a reader finds."""
    fields = "name,title,tags,res_url,organization,permission_labels,capacity,state"
    yield from make_connection().search("*:*", fl=fields, rows=1000).docs


@contextmanager
def _sent() -> Iterator[list[dict[str, Any]]]:
    """The documents that are sent to Solr within the block."""
    documents: list[dict[str, Any]] = []
    add = pysolr.Solr.add

    def watched(self: Any, docs: Any, *args: Any, **keywords: Any) -> Any:
        documents.extend(copy.deepcopy(docs))
        return add(self, docs, *args, **keywords)

    pysolr.Solr.add = watched
    try:
        yield documents
    finally:
        pysolr.Solr.add = add


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Where two of what :meth:`Site.step` gives differ, a line each."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            yield from differences(ours.get(key, "–"), theirs.get(key, "–"), f"{where}.{key}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            yield f"{where}: {len(ours)} and {len(theirs)} of them: {ours!r} | {theirs!r}"[:2000]
            return
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{where}[{place}]")
    elif ours != theirs:
        yield f"{where}: {ours!r} | {theirs!r}"[:600]
