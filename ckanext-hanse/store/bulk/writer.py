"""The bulk writer: pending changes, the transaction of a chunk, and its request to Solr."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from ckanext.hanse import settings
from ckanext.hanse.search import models, withheld
from ckanext.hanse.search.index import Beside
from ckanext.hanse.store import index, names, package_dict, record_rows, solr_documents
from ckanext.hanse.store.action_writer import ActionWriter, database_gone, site_user
from ckanext.hanse.store.bulk import NotBulkable, changes, current, hooks, load, package_show, rows
from ckanext.hanse.store.bulk.changes import StagedChange
from ckanext.hanse.store.solr_documents import SolrDocument
from ckanext.hanse.store.writer import Action, Change, Fence, NoFence, WriteOutcome
from hanse_harvesters.errors import StopRun

log = logging.getLogger(__name__)

#: PostgreSQL's codes for two conflicting transactions: the chunk is retried.
_MET = {"40001", "40P01"}
_TRIES = 3


@dataclass(slots=True)
class _Chunk:
    """What one transaction wrote, and what is sent to Solr afterwards."""

    written: list[StagedChange] = field(default_factory=list)
    unusual: list[Change] = field(default_factory=list)
    made: list[SolrDocument] = field(default_factory=list)
    sent: index.Versions = field(default_factory=dict)


class BulkWriter:
    """Writes the records of one source for one run, a chunk at a time.

    ``owner_org``  the organization of its datasets.
    ``fence``      held at the beginning of every transaction.
    """

    def __init__(
        self, *, source_id: int, run_id: int, owner_org: str, fence: Fence | None = None
    ) -> None:
        self._source_id = source_id
        self._run_id = run_id
        self._owner_org = owner_org
        self._fence = fence or NoFence()
        self._plain = ActionWriter(
            source_id=source_id, run_id=run_id, owner_org=owner_org, fence=self._fence
        )
        self._user = site_user()
        self._size = settings.bulk_chunk()
        self._waiting: list[Change] = []
        self._claimed: set[str] = set()
        self._names = names.FreeNames()
        self._sender = index.Sender()
        self._flying: tuple[_Chunk, Future[dict[str, str]]] | None = None
        self._indexed = False

    def write(self, change: Change) -> Iterator[WriteOutcome]:
        """Queue a change; yield the outcomes of a chunk when the next one has been stored."""
        claims = {record_rows.identity_key(change.record.identity), change.dataset_id or ""} - {""}
        if claims & self._claimed:
            # A chunk writes a row only once: a second change to it goes into the next chunk.
            yield from self._through()
        self._claimed |= claims
        self._waiting.append(change)
        if len(self._waiting) >= self._size:
            yield from self._through()

    def flush(self) -> Iterator[WriteOutcome]:
        """Write pending changes and commit the search index."""
        yield from self._through()
        yield from self._landed()
        yield from self._plain.flush()
        if self._indexed:
            self._indexed = False
            index.commit(patience=settings.index_patience())

    def _through(self) -> Iterator[WriteOutcome]:
        waiting, self._waiting, self._claimed = self._waiting, [], set()
        if waiting:
            yield from self._store(waiting)

    def _store(self, waiting: Sequence[Change]) -> Iterator[WriteOutcome]:
        """Store all in one transaction; if it fails, retry in halves to isolate the culprit."""
        try:
            chunk = self._transaction(waiting)
        except StopRun:
            model.Session.rollback()
            yield from self._landed()
            raise
        except (OperationalError, InterfaceError) as error:
            raise database_gone(error) from error
        except Exception as error:
            model.Session.rollback()
            self._names.forget()
            yield from self._parted(waiting, error)
            return
        try:
            yield from self._landed()
        except StopRun:
            yield from _told(chunk, {})
            raise
        self._flying = (chunk, self._sender.send(chunk.made))
        for change in chunk.unusual:
            yield from self._plain.write(change)

    def _parted(self, waiting: Sequence[Change], error: Exception) -> Iterator[WriteOutcome]:
        log.warning("a chunk of %s is parted", len(waiting), exc_info=error)
        if len(waiting) == 1:
            yield from self._plain.write(waiting[0])
            return
        middle = len(waiting) // 2
        yield from self._store(waiting[:middle])
        yield from self._store(waiting[middle:])

    def _transaction(self, waiting: Sequence[Change]) -> _Chunk:
        for attempt in range(1, _TRIES + 1):
            try:
                chunk = self._write(waiting)
                model.Session.commit()
                return chunk
            except DBAPIError as error:
                if getattr(error.orig, "pgcode", None) not in _MET or attempt == _TRIES:
                    raise
                model.Session.rollback()
                self._names.forget()
        raise AssertionError

    def _write(self, waiting: Sequence[Change]) -> _Chunk:
        self._fence.hold()
        chunk = self._prepared(waiting)
        if not chunk.written:
            return chunk
        rows.write(chunk.written)
        rows.keep(chunk.written, source_id=self._source_id, run_id=self._run_id)
        self._show(chunk)
        chunk.sent = index.versions([document["id"] for document in chunk.made])
        return chunk

    def _prepared(self, waiting: Sequence[Change]) -> _Chunk:
        """Stage each change for the tables; unusual ones are set aside for the plain writer."""
        chunk = _Chunk()
        found = current.load([c.dataset_id for c in waiting if c.dataset_id], lock=True)
        for change in waiting:
            try:
                chunk.written.append(self._one(change, found))
            except Exception as error:
                # Whatever the error is, CKAN's own code either reports it or handles the dataset.
                log.debug("record %s: %r", change.record.identity, error)
                chunk.unusual.append(change)
        self._name([item for item in chunk.written if item.new])
        return chunk

    def _one(self, change: Change, found: dict[str, current.Current]) -> StagedChange:
        if not change.dataset_id:
            return changes.create(change, owner_org=self._owner_org, user_id=self._user.id)
        there = found[change.dataset_id]
        if not there.usual:
            raise NotBulkable("dataset")
        return changes.update(change, there.stored, there.custom)

    def _name(self, new: Sequence[StagedChange]) -> None:
        """Assign names; only now, so that a change set aside uses up no name."""
        titles = (str(item.change.record.dataset.get("title", "")) for item in new)
        for item, name in zip(new, self._names.take(titles), strict=True):
            item.stored.package["name"] = name

    def _show(self, chunk: _Chunk) -> None:
        """Build documents, activities and hooks, all from the dataset as it is shown now."""
        cities = load.organizations(item.stored.package["owner_org"] for item in chunk.written)
        said = models.stored([item.stored.package["id"] for item in chunk.written if not item.new])
        kept_back = withheld.of([item.stored.package["id"] for item in chunk.written])
        snapshots = []
        keep_activities = activities_wanted()
        context = {"user": self._user.name, "ignore_auth": True, "model": model}
        context["session"] = model.Session
        for item in chunk.written:
            if not item.changed:
                continue
            default, custom = package_show.both(
                item.stored, cities.get(item.stored.package["owner_org"])
            )
            beside = Beside(
                item.change.record.score.get("points"),
                said.get(item.stored.package["id"], models.NOTHING),
                item.stored.package["id"] in kept_back,
                custom,
            )
            if document := solr_documents.build(item.stored, default, custom, beside):
                chunk.made.append(document)
            hooks.saved(context, item, custom)
            if keep_activities:
                # CKAN's document has the dataset's JSON already.
                text = (document or {}).get("validated_data_dict") or json.dumps(custom)
                data = f'{{"package": {text}, "actor": {json.dumps(self._user.name)}}}'
                snapshots.append((item, data, solr_documents.labels_of(item.stored)))
        if snapshots:
            rows.activities(snapshots, user_id=self._user.id)

    def _landed(self) -> Iterator[WriteOutcome]:
        """Wait for Solr's response to the previous chunk; its outcomes are yielded in any case."""
        if self._flying is None:
            return
        (chunk, answer), self._flying = self._flying, None
        refused: dict[str, str] = {}
        stop: StopRun | None = None
        try:
            refused = answer.result()
            sent = {key: v for key, v in chunk.sent.items() if key not in refused}
            index.acknowledge(sent, fence=self._fence)
        except StopRun as error:
            stop = error
        except (OperationalError, InterfaceError) as error:
            stop = database_gone(error)
        self._indexed = self._indexed or bool(chunk.made)
        yield from _told(chunk, refused)
        if stop:
            raise stop


def _told(chunk: _Chunk, refused: dict[str, str]) -> Iterator[WriteOutcome]:
    for item in chunk.written:
        yield _outcome(item, refused.get(item.stored.package["id"]))


def activities_wanted() -> bool:
    """Return whether changed datasets get an activity."""
    return bool(
        settings.activities()
        and p.plugin_loaded("activity")
        and tk.config.get("ckan.activity_streams_enabled")
    )


def _outcome(item: StagedChange, refused: str | None) -> WriteOutcome:
    record, package = item.change.record, item.stored.package
    action = Action.CREATED if item.new else Action.UPDATED
    changed = () if item.new else package_dict.difference(item.before, record.dataset)
    outcome = WriteOutcome(record, action, package["id"], package["name"], diff=changed)
    return index.not_findable(outcome, refused) if refused else outcome
