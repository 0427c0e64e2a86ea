"""Find faults in the installation, with remedies (``ckan hanse doctor``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from ckan import model

from ckanext.hanse.monitoring.doctor import (
    dumps,
    duplicates,
    index,
    links,
    services,
    site,
    sparql,
    work,
)
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, Level, error, ok, warn

__all__ = ["DoctorFinding", "Level", "error", "examine", "ok", "warn", "wrong"]

log = logging.getLogger(__name__)

Check = Callable[[], Iterable[DoctorFinding]]

_DATABASE: Sequence[Check] = (services.database, services.migrations)
#: These need the tables.
_WITHIN: Sequence[Check] = (
    work.worker,
    work.clock,
    work.usable,
    work.uploaded_lists,
    work.runs,
    work.leases,
    index.pending,
    index.counts,
    index.writer,
    duplicates.merged,
    links.checks,
    dumps.checks,
    sparql.store,
    site.mail,
    site.undelivered,
)
_BESIDE: Sequence[Check] = (
    services.redis,
    index.schema,
    site.secrets,
    site.address,
    site.sessions,
    site.limits,
    site.debug,
    site.contact,
    site.legal_pages,
    site.pages,
    site.maps,
    site.private_hosts,
    site.disk,
)


def examine(*, fix: bool = False) -> list[DoctorFinding]:
    """Run all checks; with ``fix`` first repair what can be repaired (index, abandoned runs).

    Changes nothing else.  A check that fails is a finding too.
    """
    found = _look(_DATABASE)
    if not wrong(found):
        found += _look((work.mend,)) if fix else []
        found += _look(_WITHIN)
    return found + _look(_BESIDE)


def wrong(findings: Iterable[DoctorFinding]) -> bool:
    """Return whether something does not work; a warning alone does not count."""
    return any(item.level is Level.ERROR for item in findings)


def _look(checks: Iterable[Check]) -> list[DoctorFinding]:
    found: list[DoctorFinding] = []
    for check in checks:
        name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
        try:
            found += check()
        except Exception as fault:
            log.debug("doctor: %s failed", name, exc_info=True)
            found.append(error("check-failed", check=name, reason=_reason(fault)))
        finally:
            model.Session.rollback()
            model.Session.remove()
    return found


def _reason(fault: Exception) -> str:
    lines = str(fault).strip().splitlines() or [""]
    return f"{type(fault).__name__}: {lines[0]}"
