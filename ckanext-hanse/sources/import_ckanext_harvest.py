"""Import the sources of ckanext-harvest from the same database, with their datasets.

Its tables are read, never written.  A dataset with a current harvest object is bound to the
record it will have with us, with empty fingerprints: our first run maps and compares it, and
updates it under its present id and name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState, HarvestSource, RecordState, SourceRecord
from ckanext.hanse.scheduler import due
from ckanext.hanse.store import record_rows, sources
from hanse_harvesters import ckanext_harvest as theirs
from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.settings.check import check_source
from hanse_harvesters.settings.source import SourceSettings

#: Objects read at a time; each may contain a whole record.
_CHUNK = 500

_SOURCES = sa.text(
    """
    SELECT h.id, h.url, coalesce(h.title, '') AS title, coalesce(h.description, '') AS note,
           coalesce(h.config, '') AS config, h.type, coalesce(h.active, true) AS active,
           coalesce(h.frequency, '') AS frequency, p.name, p.owner_org,
           coalesce(p.state, 'active') AS state
      FROM harvest_source h LEFT JOIN package p ON p.id = h.id
     ORDER BY h.created, h.id
    """
)
_OBJECTS = sa.text(
    """
    SELECT DISTINCT ON (o.package_id) o.package_id, coalesce(o.guid, '') AS guid,
           coalesce(o.content, '') AS content
      FROM harvest_object o JOIN package p ON p.id = o.package_id
     WHERE o.harvest_source_id = :source AND o.current AND p.state = 'active'
       AND p.type = 'dataset' AND o.package_id > :after
     ORDER BY o.package_id, o.gathered DESC NULLS LAST
     LIMIT :chunk
    """
)


@dataclass(slots=True)
class ImportedSource:
    """The result for one of their sources.

    ``action``    "created"; "kept" if we have it already; "skipped", and ``why``.
    ``datasets``  bound to it now; ``bound`` before; ``doubles`` datasets of one and the same
                  record, of which only the first is bound; ``unknown`` without an identity.
    ``lost``      keys of its configuration that have no counterpart here.
    """

    name: str
    type: str
    url: str
    action: str = "skipped"
    why: HanseError | None = None
    kind: str = ""
    organization: str = ""
    schedule: str = ""
    frequency: str = ""
    enabled: bool = True
    options: dict[str, Any] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    datasets: int = 0
    bound: int = 0
    doubles: int = 0
    unknown: int = 0

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return a JSON-able dict with texts in ``language``."""
        found = asdict(self)
        return found | {"why": self.why.text(language) if self.why else ""}


def move(
    *, dry_run: bool = False, organization: str = "", paused: bool = False
) -> list[ImportedSource]:
    """Import every source of ckanext-harvest; return the result for each.

    ``organization``  owns the datasets of sources that have none.
    ``paused``        create them with a paused schedule.
    ``dry_run``       the same, but everything is rolled back.
    Raises ConfigError if ckanext-harvest was never installed in this database.
    """
    absent = model.Session.scalar(sa.text("SELECT to_regclass('harvest_source') IS NULL"))
    if absent:
        raise ConfigError("harvest-absent")
    try:
        found = [
            _one(dict(row._mapping), organization, paused=paused)
            for row in model.Session.execute(_SOURCES).all()
        ]
    except BaseException:
        model.Session.rollback()
        raise
    if dry_run:
        model.Session.rollback()
    else:
        model.Session.commit()
        due.refresh()
    return found


def _one(row: dict[str, Any], organization: str, *, paused: bool) -> ImportedSource:
    named = theirs.name(row["name"] or row["title"] or row["id"])
    moved = ImportedSource(named, row["type"], row["url"], frequency=row["frequency"])
    try:
        source = _source(row, moved, organization, paused=paused)
    except HanseError as error:
        moved.why = error
        return moved
    _bind(row["id"], source, moved)
    return moved


def _source(
    row: dict[str, Any], moved: ImportedSource, organization: str, *, paused: bool
) -> HarvestSource:
    """Return our row for the source; HanseError if it cannot be imported."""
    if row["state"] == "deleted":
        raise ConfigError("harvest-deleted")
    kind = theirs.KINDS.get(row["type"])
    if kind is None and row["type"] in theirs.INSTEAD:
        raise ConfigError(theirs.INSTEAD[row["type"]], where=row["url"])
    if kind is None:
        raise ConfigError("harvest-type", type=row["type"], known=sorted(theirs.KINDS))
    moved.kind = kind
    there = model.Session.scalar(sa.select(HarvestSource).where(HarvestSource.name == moved.name))
    if there is not None:
        return _kept(there, row, moved)
    carried = theirs.carry(kind, row["config"])
    if carried.unreadable:
        raise ConfigError("harvest-config", where=f"harvest_source.{row['id']}.config")
    moved.options, moved.lost, moved.needless = carried.options, carried.lost, carried.needless
    moved.schedule = theirs.cron(row["frequency"], row["id"])
    moved.organization = _owner(row["owner_org"]) or organization
    if not moved.organization:
        raise ConfigError("harvest-owner")
    moved.enabled = bool(row["active"]) and not carried.unfiltered
    source = _make(row, moved, paused=paused)
    moved.action = "created"
    return source


def _kept(there: HarvestSource, row: dict[str, Any], moved: ImportedSource) -> HarvestSource:
    """Return our source of this name if it is the same one; ConfigError if it is another."""
    if (there.kind, there.url.rstrip("/")) != (moved.kind, row["url"].strip().rstrip("/")):
        raise ConfigError("harvest-name", name=moved.name, url=there.url)
    moved.action = "kept"
    moved.schedule, moved.enabled = str(there.settings.get("schedule", "")), there.enabled
    return there


def _make(row: dict[str, Any], moved: ImportedSource, *, paused: bool) -> HarvestSource:
    wanted = SourceSettings(
        name=moved.name,
        kind=moved.kind,
        url=row["url"].strip(),
        organization=moved.organization,
        title=row["title"].strip(),
        schedule=moved.schedule,
        options=moved.options,
        note=row["note"].strip()[:2000],
        enabled=moved.enabled,
    )
    check_source(wanted, allowed_private=settings.allowed_private_hosts())
    # With an author, so that a sources file that lists it later does not take it over.
    author = model.User.get(str(tk.config["ckan.site_id"]))
    source = HarvestSource(
        **sources.values_of(wanted),
        from_file=False,
        paused=paused,
        author=author.id if author else "",
    )
    model.Session.add(source)
    model.Session.flush()
    return source


def _owner(group_id: str | None) -> str:
    group = model.Session.get(model.Group, group_id or "")
    usable = group is not None and group.is_organization and group.state == "active"
    return str(group.name) if group is not None and usable else ""


# --- Datasets ---------------------------------------------------------------------------------


def _bind(their_id: str, source: HarvestSource, moved: ImportedSource) -> None:
    known = set(
        model.Session.scalars(
            sa.select(SourceRecord.identity).where(SourceRecord.source_id == source.id)
        )
    )
    for row in _objects(their_id):
        if _harvested(row.package_id):
            moved.bound += 1
            continue
        found = theirs.identity(moved.kind, row.guid, row.content, source.url)
        key = record_rows.identity_key(found)
        if not found:
            moved.unknown += 1
        elif key in known:
            moved.doubles += 1
        else:
            known.add(key)
            moved.datasets += 1
            _keep(source.id, key, row.package_id)


def _objects(their_id: str) -> Iterator[Any]:
    """Yield their current objects, one per dataset, read in chunks."""
    after = ""
    while True:
        rows = model.Session.execute(
            _OBJECTS, {"source": their_id, "after": after, "chunk": _CHUNK}
        ).all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        after = rows[-1].package_id


def _harvested(dataset_id: str) -> bool:
    """Return whether a source of ours has the dataset."""
    owner = sa.select(DatasetState.record_id).where(DatasetState.dataset_id == dataset_id)
    return model.Session.scalar(owner) is not None


def _keep(source_id: int, key: str, dataset_id: str) -> None:
    row = {
        "source_id": source_id,
        "identity": key,
        "dataset_id": dataset_id,
        "state": RecordState.ACTIVE.value,
    }
    empty = {"fingerprint": "", "normalised": "", "attached": "", "origin": ""}
    number = model.Session.scalar(
        insert(SourceRecord).values(**row, **empty).returning(SourceRecord.id)
    )
    values = {"harvested": True, "record_id": number}
    blank = {"issues": [], "fragment": "", "index_pending": False}
    statement = insert(DatasetState).values(dataset_id=dataset_id, **values, **blank)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values)
    )
