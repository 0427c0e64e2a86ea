"""The plain writer: one record after the other through ``package_create`` and ``package_update``.

Slow and always right: validation, hooks, activities and the search index are
CKAN's own, and each dataset is committed together with what is remembered of
its record.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search import SearchIndexError, is_available
from sqlalchemy.exc import InterfaceError, OperationalError

from ckanext.hanse.catalogue import names, resources, shape, state
from ckanext.hanse.catalogue.writer import Action, Change, Outcome
from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import Issue, issue

log = logging.getLogger(__name__)

#: Documents in a row that the search index may refuse; then it is no fault of the records.
_REFUSED_IN_A_ROW = 5

#: In the context of the writer's calls: tells our hooks and guards who writes,
#: and binds the record to its dataset before CKAN commits.
BIND = "hanse_bind"


class PlainWriter:
    """Writes the records of one source for one run."""

    def __init__(self, *, source_id: int, run_id: int, owner_org: str) -> None:
        self._source_id = source_id
        self._run_id = run_id
        self._owner_org = owner_org
        self._unindexed = 0
        self._user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def write(self, change: Change) -> Iterable[Outcome]:
        """Create or update the dataset; a record CKAN refuses is rejected, alone."""
        action = self._update if change.dataset_id else self._create
        try:
            outcome = action(change)
            self._unindexed = 0
            yield outcome
        except tk.ValidationError as error:
            yield self._reject(change, list(_refusals(error.error_dict, change.record.dataset)))
        except (OperationalError, InterfaceError) as error:
            raise _database_gone(error) from error
        except StopRun:
            raise
        except Exception as error:
            # Whatever a record does to the libraries below (a NUL byte, half a
            # surrogate pair, a term too long for the index) ends with it.
            yield self._refuse(change, error)

    def flush(self) -> Iterable[Outcome]:
        """Nothing waits: every record was committed."""
        return ()

    def _create(self, change: Change) -> Outcome:
        dataset = change.record.dataset
        name = names.free_name(str(dataset.get("title", "")))
        package = shape.new_package(dataset, name=name, owner_org=self._owner_org)
        context = self._context(self._binder(change))
        created = tk.get_action("package_create")(context, package)
        return Outcome(change.record, Action.CREATED, created["id"], created["name"])

    def _update(self, change: Change) -> Outcome:
        existing = tk.get_action("package_show")(self._context(), {"id": change.dataset_id})
        dataset = change.record.dataset
        matches = resources.match(existing["resources"], dataset.get("resources", []))
        package = shape.changed_package(existing, dataset, matches)
        # Before CKAN commits, so that dataset and record change together.
        self._binder(change)(existing["id"])
        context = self._context() | {"original_package": existing, BIND: _bound}
        tk.get_action("package_update")(context, package)
        # CKAN does not commit where the dict is what it has already.
        model.Session.commit()
        return Outcome(change.record, Action.UPDATED, existing["id"], existing["name"])

    def _context(self, bind: Callable[[str], None] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = {"user": self._user, "ignore_auth": True}
        return context | {BIND: bind} if bind else context

    def _binder(self, change: Change) -> Callable[[str], None]:
        def bind(dataset_id: str) -> None:
            state.keep(
                change.record,
                source_id=self._source_id,
                run_id=self._run_id,
                dataset_id=dataset_id,
            )

        return bind

    def _refuse(self, change: Change, error: Exception) -> Outcome:
        model.Session.rollback()
        if isinstance(error, SearchIndexError):
            self._unindexed += 1
            if self._unindexed >= _REFUSED_IN_A_ROW or not is_available():
                raise _index_gone(error) from error
        log.warning("record %s cannot be stored", change.record.identity, exc_info=error)
        return self._reject(change, [issue("not-storable", reason=_one_line(error))])

    def _reject(self, change: Change, refusals: list[Issue]) -> Outcome:
        model.Session.rollback()
        change.record.issues.extend(refusals)
        row = state.rejection(change.record, source_id=self._source_id, run_id=self._run_id)
        state.remember([row])
        model.Session.commit()
        return Outcome(
            change.record,
            Action.REJECTED,
            dataset_id=change.dataset_id or "",
            refusals=tuple(refusals),
        )


def _bound(dataset_id: str) -> None:
    """In an update the record is bound before; the hook has nothing left to do."""


def _refusals(errors: Any, value: Any, where: str = "") -> Iterator[Issue]:
    """CKAN's nested error dict as issues: one a field, with its place and ``value`` there."""
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


def _index_gone(error: Exception) -> StopRun:
    return StopRun("index-refuses", where=tk.config["solr_url"], reason=_one_line(error))


def _database_gone(error: Exception) -> StopRun:
    model.Session.rollback()
    return StopRun("database-silent", reason=_one_line(error))
