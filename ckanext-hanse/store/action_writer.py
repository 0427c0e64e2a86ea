"""The plain writer: one record at a time through ``package_create`` and ``package_update``.

Slow but always correct: validation, hooks and activities are CKAN's own.  Each dataset is
committed together with the row of its record and the mark that it has to be indexed;
indexing follows the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from sqlalchemy.exc import InterfaceError, OperationalError

from ckanext.hanse import settings
from ckanext.hanse.store import (
    index,
    link_states,
    names,
    package_dict,
    record_rows,
    records,
    resources,
)
from ckanext.hanse.store.no_activity import quiet
from ckanext.hanse.store.writer import Action, Change, Fence, NoFence, WriteOutcome
from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import Issue, issue

log = logging.getLogger(__name__)

#: Key in the context of the writer's calls: identifies the writer to our hooks and guards,
#: and binds the record to its dataset before the commit.
BIND = "hanse_bind"


class ActionWriter:
    """Writes the records of one source for one run.

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
        self._unindexed = 0
        self._indexed = False
        self._changed = False
        self._user = site_user().name

    def write(self, change: Change) -> Iterable[WriteOutcome]:
        """Create or update the dataset; a record that CKAN refuses is rejected alone."""
        action = self._update if change.dataset_id else self._create
        self._changed = False
        try:
            self._fence.hold()
            with quiet(not settings.activities()):
                outcome = action(change)
            model.Session.commit()
        except tk.ObjectNotFound as error:
            if not change.dataset_id:
                yield self._reject(change, [issue("not-storable", reason=_one_line(error))])
                return
            # Purged by a sysadmin since the run began; the portal still has it.
            model.Session.rollback()
            yield from self.write(replace(change, dataset_id=None, back=False))
        except tk.ValidationError as error:
            yield self._reject(change, list(_refusals(error.error_dict, change.record.dataset)))
        except (OperationalError, InterfaceError) as error:
            raise database_gone(error) from error
        except StopRun:
            model.Session.rollback()
            raise
        except Exception as error:
            # Whatever error a record causes in the libraries below (a NUL byte, half a
            # surrogate pair) affects only this record.
            log.warning("record %s cannot be stored", change.record.identity, exc_info=error)
            yield self._reject(change, [issue("not-storable", reason=_one_line(error))])
        else:
            # An unchanged dataset need not be indexed again.
            yield from self._index(outcome) if self._changed else [outcome]

    def flush(self) -> Iterable[WriteOutcome]:
        """Commit the search index; no record is waiting, each was committed when written."""
        if self._indexed:
            self._indexed = False
            index.commit(patience=settings.index_patience())
        return ()

    def _create(self, change: Change) -> WriteOutcome:
        dataset = change.record.dataset
        name = names.free_name(str(dataset.get("title", "")))
        package = package_dict.new_package(dataset, name=name, owner_org=self._owner_org)
        bind = self._binder(change)

        def made(dataset_id: str) -> None:
            bind(dataset_id)
            self._mark(dataset_id)

        dataset_id = tk.get_action("package_create")(self._context(made), package)
        records.keep_judged(change.record, dataset_id)
        link_states.written({dataset_id: dataset})
        self._show(dataset_id)
        return WriteOutcome(change.record, Action.CREATED, dataset_id, name)

    def _update(self, change: Change) -> WriteOutcome:
        context: dict[str, Any] = {"user": self._user, "ignore_auth": True, "use_cache": False}
        existing = tk.get_action("package_show")(context, {"id": change.dataset_id})
        dataset = change.record.dataset
        matches = resources.match(existing["resources"], dataset.get("resources", []))
        package = package_dict.changed_package(existing, dataset, matches)
        before = package_dict.dataset_of(existing)
        # Before CKAN's update, which calls no hook if the dataset is unchanged.
        self._binder(change)(existing["id"])
        context = self._context() | {"original_package": existing}

        def changed(dataset_id: str) -> None:
            self._mark(dataset_id)
            # As CKAN does for the activity plugin when it commits itself.
            context["changed_entities"] = {"packages": {dataset_id}}

        context[BIND] = changed
        tk.get_action("package_update")(context, package)
        records.keep_judged(change.record, existing["id"])
        link_states.written({existing["id"]: dataset})
        self._show(existing["id"])
        return WriteOutcome(
            change.record,
            Action.UPDATED,
            existing["id"],
            existing["name"],
            diff=package_dict.difference(before, dataset),
        )

    def _context(self, bind: Callable[[str], None] | None = None) -> dict[str, Any]:
        """Leave the commit to us (with ``defer_commit`` alone CKAN would discard an update)."""
        context: dict[str, Any] = {
            "user": self._user,
            "ignore_auth": True,
            "defer_commit": True,
            "return_id_only": True,
        }
        return context | {BIND: bind} if bind else context

    def _show(self, dataset_id: str) -> None:
        """Call ``package_show``: what cannot be shown must not be committed."""
        context = {"user": self._user, "ignore_auth": True, "use_cache": False}
        tk.get_action("package_show")(context, {"id": dataset_id})

    def _binder(self, change: Change) -> Callable[[str], None]:
        def bind(dataset_id: str) -> None:
            records.keep(
                change.record,
                source_id=self._source_id,
                run_id=self._run_id,
                dataset_id=dataset_id,
            )

        return bind

    def _mark(self, dataset_id: str) -> None:
        """Mark the dataset for indexing, as it differs from what is stored."""
        self._changed = True
        index.mark([dataset_id])

    def _index(self, outcome: WriteOutcome) -> Iterator[WriteOutcome]:
        """Index the dataset; if Solr refuses it, it stays stored and the outcome reports that."""
        try:
            refused = index.settle(
                [outcome.dataset_id], patience=settings.index_patience(), fence=self._fence
            )
        except StopRun:
            yield outcome
            raise
        self._indexed = True
        if not refused:
            self._unindexed = 0
            yield outcome
            return
        (reason,) = refused.values()
        yield index.not_findable(outcome, reason)
        self._unindexed += 1
        if self._unindexed >= index.REFUSED_IN_A_ROW:
            # Not the fault of the records.
            raise index.refuses(reason)

    def _reject(self, change: Change, refusals: list[Issue]) -> WriteOutcome:
        model.Session.rollback()
        change.record.issues.extend(refusals)
        self._fence.hold()
        row = record_rows.rejection(change.record, source_id=self._source_id, run_id=self._run_id)
        records.remember([row])
        model.Session.commit()
        return WriteOutcome(
            change.record,
            Action.REJECTED,
            dataset_id=change.dataset_id or "",
            refusals=tuple(refusals),
        )


def site_user() -> Any:
    """Return the CKAN user as whom a harvest writes."""
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return model.User.get(name)


def database_gone(error: Exception) -> StopRun:
    """Roll back and return the StopRun for a database that does not answer."""
    model.Session.rollback()
    return StopRun("database-silent", reason=_one_line(error))


def _refusals(errors: Any, value: Any, where: str = "") -> Iterator[Issue]:
    """Yield CKAN's nested error dict as issues: one per field, with its path and ``value``."""
    if isinstance(errors, dict):
        for key, item in errors.items():
            inner = value.get(key, "") if isinstance(value, dict) else ""
            yield from _refusals(item, inner, f"{where}.{key}" if where else str(key))
    elif isinstance(errors, list) and any(isinstance(item, dict) for item in errors):
        for place, item in enumerate(errors):
            inner = value[place] if isinstance(value, list) and place < len(value) else ""
            yield from _refusals(item, inner, f"{where}[{place}]")
    elif errors:
        reasons = errors if isinstance(errors, list) else [errors]
        reason = " ".join(_one_line(item) for item in reasons)
        yield issue("not-storable", where, value, reason=reason)


def _one_line(reason: object) -> str:
    return " ".join(str(reason).split())[:300]
