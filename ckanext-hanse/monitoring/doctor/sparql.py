"""Check the store that answers queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok, reason_of, warn
from ckanext.hanse.sparql import options
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.sparql.answering import ask
from hanse_harvesters.sparql.errors import QueryError

#: A store that was not built for so long misses edits.
_OLD = timedelta(hours=48)


def store() -> Iterator[DoctorFinding]:
    """Check that there is a store, that it answers, and that it is built each night."""
    if not options.enabled():
        return
    try:
        nightly = options.nightly()
    except ConfigError as fault:
        yield error("sparql-nightly", reason=reason_of(fault))
        return
    built = options.stores().current()
    if built is None:
        yield warn("sparql-none")
        return
    try:
        ask(built.data, "ASK { ?s ?p ?o }", limits=options.limits()).body.close()
    except QueryError as fault:
        yield error("sparql-broken", reason=reason_of(fault))
        return
    if built.faults:
        yield warn("sparql-faults", names=list(built.faults))
    if nightly and datetime.now(timezone.utc) - built.made > _OLD:
        yield warn("sparql-old", made=f"{built.made:%Y-%m-%d %H:%M} UTC")
    else:
        yield ok("sparql-ok", triples=built.triples, made=f"{built.made:%Y-%m-%d %H:%M} UTC")
